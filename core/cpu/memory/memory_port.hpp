// SPDX-License-Identifier: Apache-2.0
// A processor's memory: where its data accesses go that the L0 table (isa/exec/memory/memory.hpp) could not serve, and
// where its code comes from. Alignment, translation, caches, aborts, devices, exclusives, writes to code.
#pragma once

#include "core/cpu/event_prices.hpp"
#include "core/cpu/hooks/hooks.hpp"
#include "core/cpu/memory/address_space.hpp"
#include "core/cpu/memory/code_pages.hpp"
#include "core/cpu/memory/exclusive_monitor.hpp"
#include "core/cpu/memory/polled_memory.hpp"

namespace vtoll::core {

/// What a loop looks at.
struct PollsHeard {
    std::array<u64, PolledMemory::most> granules{};
    u8 count = 0;
    bool devices = false, too_many = false;

    void add(u64 pa);
};

class MemoryPort {
public:
    struct Config {
        unsigned cpu = 0;
        bool use_l0 = true;  ///< off: every access comes here (results must not change)
    };
    MemoryPort(Config config, isa::CpuState& state, CpuClock& clock, PhysicalBus& bus, MachineIf& machine,
               CodePages code, CoreModel* core, EventPrices& prices, Hooks& hooks);

    // --- data accesses of instructions, as isa::Env has them
    isa::Loaded load(const isa::Op* op, u32 va, unsigned size) {
        if (hooks_.hears_accesses()) return load_as<true>(op, va, size);
        if (const u8* host = hit(op, va, size, false)) return {read_host(host, size), false};
        return load_as<false>(op, va, size);
    }
    bool store(const isa::Op* op, u32 va, unsigned size, u32 value) {
        if (hooks_.hears_accesses()) return store_as<true>(op, va, size, value);
        if (u8* host = hit(op, va, size, true)) {
            write_host(host, size, value);
            return true;
        }
        return store_as<false>(op, va, size, value);
    }
    isa::Loaded64 load64(const isa::Op* op, u32 va);
    bool store64(const isa::Op* op, u32 va, u64 value);
    void mark_exclusive(const isa::Op* op, u32 va, unsigned size);
    isa::Loaded check_exclusive(const isa::Op* op, u32 va, unsigned size);
    /// `pa`: of an operand that is an address, unless nothing is mapped there.
    bool cache_maintenance(const isa::Op* op, isa::CacheOp what, u32 operand, u64& pa);
    void preload(const isa::Op* op, u32 va, isa::Preload what);

    // --- code
    /// The page of code at `va`; nullptr: the prefetch abort was taken.
    const FetchPage* fetch_page(u32 va) {
        if (const FetchPage* page = space_.known_page(va)) [[likely]]
            return page;
        return find_page(va);
    }
    /// Two bytes of code at `va`, wherever they are; false: the prefetch abort was taken.
    bool fetch_half(u32 va, u16& out);
    /// A block is decoded from a page that held no code before: stores to it have to be seen from now on, other
    /// processors' too.
    void page_has_code_now(u64 pa, const u8* host_page) {
        filter_.drop_writes(host_page);
        space_.code_at(pa);
        code_.decoded(pa);
    }

    // --- pieces of an access, for whoever moves the processor without instructions
    AddressSpace& space() { return space_; }
    const AddressSpace& space() const { return space_; }
    /// At whose privilege `op` accesses.
    isa::Privilege privilege_of(const isa::Op* op) const {
        return op->flags & isa::op_unpriv ? isa::Privilege::pl0 : s_.privilege();
    }
    /// An access to memory that L0 did not serve.
    void charge_memory(const isa::Op* op, u32 va, const mmu::Result& r, bool write);
    /// Returns what it charged: who hears of the access is told when its value is known.
    u32 charge_device(const isa::Op* op, u64 pa, mmu::MemType type, bool write);
    void fill_l0(u32 va, isa::Privilege pl, const mmu::Result& r, DmiPage page, bool write);
    DmiPage direct(u64 pa) { return bus_.dmi(pa); }
    /// When `op` of the running block completes, as the core model wants to know it.
    Moment moment(const isa::Op* op) const { return {clock_.now_at(op), clock_.completed(op)}; }

    // --- what happens around the processor
    ExclusiveMonitor& monitor() { return monitor_; }
    const ExclusiveMonitor& monitor() const { return monitor_; }
    CodePages& code() { return code_; }
    void clear_l0() { filter_.clear(); }
    void written_from_outside(u64 pa, u64 size);
    void code_elsewhere(u64 pa);
    /// The TLBs and what the core model knows of them stay: the translation holds, only its end is a device now.
    void direct_memory_revoked();

    // --- waiting for other processors: PollWatch, PolledMemory
    /// From now on, or until now: what loads look at is written down.
    PollsHeard listen_for_polls(bool on);
    /// The processor itself is in a waiting loop.
    void set_polling(bool on) { polling_ = on; }
    void polled_elsewhere(unsigned by, std::span<const u64> granules, bool devices);
    PolledMemory& polled() { return polled_; }
    u64 exclusive_stores() const { return exclusive_stores_; }
    void serialize_polls(Archive& ar);
    /// The instruction that accesses a device at the moment, else nullptr.
    const isa::Op* accessing() const { return accessing_; }

    // --- a debugger's view, through the current translation. False: some byte isn't mapped to memory
    bool read_virtual(u32 va, void* bytes, std::size_t size);
    bool write_virtual(u32 va, const void* bytes, std::size_t size);

private:
    /// The usual access that L0 does not serve, on core profiles: to memory whose translation was made not long ago and
    /// whose line L1D has. Nothing is charged for it. Returns where it is on the host; nullptr: nothing has been done.
    u8* hit(const isa::Op* op, u32 va, unsigned size, bool write);
    template <class NoCode>
    void enter_l0(u32 va, isa::Privilege pl, const mmu::Result& r, DmiPage page, bool write, NoCode no_code);
    template <bool Heard>
    isa::Loaded load_as(const isa::Op* op, u32 va, unsigned size);
    template <bool Heard>
    bool store_as(const isa::Op* op, u32 va, unsigned size, u32 value);
    isa::Loaded load_unaligned(const isa::Op* op, u32 va, unsigned size);
    bool store_unaligned(const isa::Op* op, u32 va, unsigned size, u32 value);
    bool misaligned(const isa::Op* op, u32 va, unsigned size) const;
    bool abort(const isa::Op* op, const isa::Fault& fault);  ///< takes the data abort, returns false
    bool external_abort(const isa::Op* op, u32 va, bool write);
    bool alignment_abort(const isa::Op* op, u32 va, bool write);
    const FetchPage* find_page(u32 va);
    void fetch_abort(const isa::Fault& fault);
    static isa::Fault fault_of(isa::FaultKind kind, u32 va, bool write);
    bool read_byte(const isa::Op* op, u64 pa, u32& value);
    bool write_byte(const isa::Op* op, u64 pa, u32 value);
    bool read_device(const isa::Op* op, u64 pa, mmu::MemType type, unsigned size, u32& value);
    bool write_device(const isa::Op* op, u64 pa, mmu::MemType type, unsigned size, u32 value);
    void note(const isa::Op* op, MemoryAccess::Kind kind, u32 va, u64 pa, unsigned size, bool write, u32 value) {
        hooks_.access(op, {kind, write, static_cast<u8>(size), va, pa, value});
        if (hooks_.listening() && !write) hear_poll(kind, pa);
    }
    void hear_poll(MemoryAccess::Kind kind, u64 pa);
    /// `op` is about to change what the processors of `pollers` poll. False: they have not come so far; its turn is
    /// over.
    bool pollers_come(const isa::Op* op, u32 pollers);
    bool may_store(const isa::Op* op, u64 pa) {
        return !polled_.any() || pollers_come(op, op->flags & isa::op_exclusive ? 0 : polled_.pollers_of(pa));
    }
    void count_misaligned(bool two_pages) {
        clock_.events().add(MemoryEvent::misaligned);
        if (two_pages) clock_.events().add(MemoryEvent::two_pages);
    }
    void note_second_page(const isa::Op* op, u32 va, const mmu::Result& r, bool write);
    u8* peek(u32 va, u64* pa = nullptr);

    const Config config_;
    isa::CpuState& s_;
    CpuClock& clock_;
    PhysicalBus& bus_;
    MachineIf& machine_;
    CoreModel* core_;
    EventPrices& prices_;
    Hooks& hooks_;
    CodePages code_;
    L0Filter filter_;
    AddressSpace space_;
    ExclusiveMonitor monitor_;
    PolledMemory polled_;
    PollsHeard heard_;
    bool polling_ = false;
    const isa::Op* accessing_ = nullptr;
    u64 exclusive_stores_ = 0;  ///< that were made
};

}  // namespace vtoll::core
