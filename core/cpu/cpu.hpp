// SPDX-License-Identifier: Apache-2.0
// One processor: the run loop over decoded blocks, and the slow paths behind it.
//
// Time is kept as a count-down: `now() == deadline_ - state().countdown`. A block subtracts its price at its head, so
// inside a block the books are ahead of the instruction being executed; `unwind` and `now_at` correct for that.
#pragma once

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/cpu/block_cache.hpp"
#include "core/cpu/debugging.hpp"
#include "core/seam/bus.hpp"
#include "core/seam/cpu_if.hpp"
#include "core/seam/observer.hpp"
#include "core/seam/region_map.hpp"
#include "core/seam/stand_in.hpp"
#include "core/seam/trace_sink.hpp"
#include "core/timing/core_model.hpp"
#include "core/timing/pricing.hpp"
#include "core/timing/scheduler.hpp"
#include "isa/encodings/encoding.hpp"
#include "isa/state/cpu_state.hpp"
#include "mmu/mmu.hpp"

namespace vtoll::core {

struct CpuConfig {
    unsigned index = 0;
    isa::Features features;
    Pricing pricing = functional_pricing();
    u64 clock_hz = 1'000'000'000;  ///< what a nanosecond of memory latency is worth, core profiles only
    bool use_l0 = true;            ///< off: every access takes the slow path (results must not change)
    bool use_links = true;         ///< off: every block is looked up
};

class Cpu final : public CpuIf, private isa::Env {
public:
    Cpu(CpuConfig config, PhysicalBus& bus, MachineIf& machine);
    ~Cpu() override;
    Cpu(const Cpu&) = delete;
    Cpu& operator=(const Cpu&) = delete;

    // --- CpuIf
    void start(const CpuStart& start) override;
    StopReason run(u64 until_tick) override;
    u64 now() const override { return deadline_ - static_cast<u64>(s_.countdown); }
    u64 instructions() const override { return s_.insns; }
    void advance_to(u64 tick) override;
    void set_lines(const gic::Lines& lines) override;
    void end_run_by(u64 tick) override;
    void set_event() override;
    void set_instruction_limit(u64 instructions) override { instruction_limit_ = instructions; }
    isa::CpuState& state() override { return s_; }
    void tlb_maintenance_from_other(isa::TlbOp op, isa::TlbSide side, u32 operand, u8 vmid) override;
    bool read_virtual(u32 va, void* bytes, std::size_t size) override;
    bool write_virtual(u32 va, const void* bytes, std::size_t size) override;
    void memory_written(u64 pa, u64 size) override;
    void others_ran() override { exclusive_size_ = 0; }
    void code_elsewhere(u64 pa) override;
    bool code_overwritten(u64 pa, u32 bytes) override { return blocks_.written(pa, bytes); }
    void direct_memory_revoked(u64 pa, u64 size) override;
    void serialize(Archive& ar) override;

    const CpuConfig& config() const { return config_; }
    Counts counts() const { return {s_.insns, now(), core_ ? &stalls_ : nullptr}; }

    /// Books are kept by `observer` from now on (nullptr: not at all). Not while running.
    void set_observer(Observer* observer);
    /// Phases that the observer wants to hear of. Before the first run().
    void set_regions(RegionMap regions) { regions_ = std::move(regions); }
    /// Call Observer::marker(option) whenever execution reaches `va` at privilege `pl`. Before the first run().
    void add_trigger(isa::Privilege pl, u32 va, unsigned option) { triggers_[{pl, va}].marker = option; }
    /// run() ends with StopReason::stop_point behind the marker or trigger `option`.
    void stop_at_marker(unsigned option) { stop_marker_ = option; }
    /// The same in front of the instruction at `va`, when it is reached at privilege `pl`. Not while running.
    void stop_at(isa::Privilege pl, u32 va);
    void clear_stops();
    /// `sink` hears of markers from now on, and of everything else while it records (trace_sink.hpp). Results stay what
    /// they are.
    void set_trace_sink(TraceSink* sink) { trace_ = sink; }
    /// From the next block on.
    void record(bool on);
    /// From the next instruction on, in the middle of a block too: for a sink that hears of every instruction.
    void record_instructions();
    /// run() returns StopReason::stop_point, as soon as it may.
    void stop() {
        stopped_ = true;
        kick();
    }
    /// Let `stand_in` take the place of the guest's instructions whenever it wants to (stand_in.hpp).
    void set_stand_in(StandIn* stand_in) { stand_in_ = stand_in; }
    /// The stand-in hears of it whenever execution reaches `va` at PL0. Before the first run().
    void add_stop(u32 va) { triggers_[{isa::Privilege::pl0, va}].stands_in = true; }
    /// Translation of `va` by the tables in memory, past TLBs, caches and books.
    mmu::Walk walk(u32 va, isa::Privilege pl, mmu::AccessType type) const;

    /// From now on `debugger` may make it stand still (nullptr: nobody). Not while running.
    void set_debugger(Debugger* debugger);
    /// Physical address behind `va` by the tables of `level`; no permissions, no TLB, no side effects.
    std::optional<u64> look_up(u32 va, isa::Privilege level);
    Debugging& debugging() { return *debugging_; }  ///< with a debugger only

    const mmu::Mmu& mmu() const { return mmu_; }
    const StallTotals& stalls() const { return stalls_; }
    const CoreModel* core_model() const { return core_.get(); }  ///< nullptr on the rungs without one
    const BlockCache& blocks() const { return blocks_; }

private:
    friend class Driver;
    friend class Debugging;

    // --- isa::Env
    isa::Loaded load(const isa::Op*, u32 va, unsigned size) override;
    bool store(const isa::Op*, u32 va, unsigned size, u32 value) override;
    isa::Loaded64 load64(const isa::Op*, u32 va) override;
    bool store64(const isa::Op*, u32 va, u64 value) override;
    void mark_exclusive(const isa::Op*, u32 va, unsigned size) override;
    isa::Loaded check_exclusive(const isa::Op*, u32 va, unsigned size) override;
    void clear_exclusive() override { exclusive_size_ = 0; }
    void unwind(const isa::Op*, bool completed) override;
    void exception_taken(const isa::ExceptionTaken&) override;
    void exception_returned(isa::Mode from, isa::Mode to) override;
    void marker(const isa::Op*, unsigned option) override;
    void context_changed() override;
    void interrupts_changed() override;
    void tlb_maintenance(isa::TlbOp, isa::TlbSide, u32 operand, bool broadcast) override;
    u64 address_translation(isa::AtsOp, u32 va) override;
    bool cache_maintenance(const isa::Op*, isa::CacheOp, u32 operand) override;
    u64 counter_physical(const isa::Op*) override;
    u64 counter_virtual_offset() override;
    void set_counter_virtual_offset(u64) override;
    u64 timer_read(const isa::Op*, isa::Timer, isa::TimerReg) override;
    void timer_write(const isa::Op*, isa::Timer, isa::TimerReg, u64) override;
    u64 cycle_count(const isa::Op*) override;
    bool counts_event(u32 event) const override;
    u64 event_count(const isa::Op*, u32 event) override;
    void wait_for_interrupt() override;
    void wait_for_event() override;
    void send_event() override;
    bool firmware_call(const isa::Op*, bool smc) override;
    bool semihosting_call(const isa::Op*) override;

    // --- blocks (block_builder.cpp)
    /// Head of the block at r[15], decoding it when needed; nullptr when a prefetch abort was taken instead.
    const isa::Op* find_block();
    const isa::Op* build_block(const BlockKey& key, const u8* host, u32 page_left);
    const isa::Op* build_single(const BlockKey& key, u32 raw, unsigned len);
    const isa::Op* fetch_unusual(const BlockKey& key);
    u32 block_context() const;
    void link(const isa::Op* from, const isa::Op* to) const;
    struct FetchPage;
    FetchPage* fetch_page(u32 va);  ///< nullptr: the prefetch abort was taken
    FetchPage* fetch_page(u32 va, isa::Fault& fault);
    static constexpr unsigned max_block_insns = 48;
    static bool is_thumb(const BlockKey&);
    static isa::Privilege privilege_in(const BlockKey&);

    // --- time (cpu_time.cpp)
    u64 now_at(const isa::Op* op) const;
    Counts counts_at(const isa::Op* op) const;  ///< with `op`, without what its block was charged for behind it
    void charge(u32 ticks) { s_.countdown -= ticks; }
    u32 event(CostEvent e);  ///< price of an event, booked to its stall but not yet charged
    void kick();
    void set_deadline(u64 tick);
    void run_blocks();
    void take_pending_interrupt();
    const isa::Op* enter_block();
    void wind_forward(const isa::Op* op);

    // --- memory (memory_access.cpp)
    isa::Privilege data_privilege(const isa::Op*) const;
    bool misaligned(const isa::Op*, u32 va, unsigned size) const;
    mmu::Result translate(u32 va, bool write, isa::Privilege pl);
    u8* peek(u32 va, u64* pa = nullptr);            ///< host byte behind `va` now, or nullptr; no side effects
    bool abort(const isa::Op*, const isa::Fault&);  ///< takes the data abort, returns false
    bool external_abort(const isa::Op*, u32 va, bool write);
    isa::Loaded load_unaligned(const isa::Op*, u32 va, unsigned size);
    bool store_unaligned(const isa::Op*, u32 va, unsigned size, u32 value);
    bool read_physical(const isa::Op*, u64 pa, unsigned size, u32& value);
    bool write_physical(const isa::Op*, u64 pa, unsigned size, u32 value);
    void fill_l0(u32 va, isa::Privilege pl, const mmu::Result&, DmiPage page, bool write);
    void charge_memory(const isa::Op*, const mmu::Result&, bool write);
    void connect_core_model();
    unsigned core_line_bits() const;
    mmu::Result translate_through_micro_tlb(u32 va, bool write, isa::Privilege pl);
    bool page_has_code(u64 pa) const;  ///< decoded by whichever processor
    void code_written(u64 pa, u32 bytes);
    void tell_others(u64 pa, u32 bytes);
    void flush_l0();
    void forget();
    void flush_l0_writes(const u8* host_page);  ///< take write access to a page of host memory back

    class TableReader;  // descriptor reads of the MMU

    template <bool Booked>
    static const isa::Op* block_head(isa::CpuState& s, const isa::Op* op);
    static const isa::Op* trigger_head(isa::CpuState& s, const isa::Op* op);
    static const isa::Op* core_head(isa::CpuState& s, const isa::Op* op);
    static const isa::Op* branch_point(isa::CpuState& s, const isa::Op* op);
    static const isa::Op* recorded_head(isa::CpuState& s, const isa::Op* op);
    static const isa::Op* recorded_op(isa::CpuState& s, const isa::Op* op);
    template <bool Booked>
    void charge_block(const isa::Op* head);
    void charge_core_block(const isa::Op* head);
    void wind_back(const isa::Op* op, bool completed);
    void watch(isa::Op& op);
    void apply_recording();
    void note_leaving() {
        if (recording_) trace_->leaving(s_);
    }
    void note_access(const isa::Op*, MemoryAccess::Kind, u32 va, u64 pa, unsigned size, bool write, u32 value);
    void note_second_page(const isa::Op*, u32 va, const mmu::Result&, bool write);
    void finish_block(isa::Op* block, std::span<const isa::Decoding> decoded, Block& info);
    void watch_branch(isa::Op& last, isa::BranchKind kind, isa::Op& tail);
    isa::Handler plain_head() const;
    isa::Handler charging_head() const;

    struct FetchPage {
        u64 tag = isa::L0Entry::no_tag;
        u64 pa = 0;
        const u8* host = nullptr;
    };
    struct TriggerKey {
        isa::Privilege pl;
        u32 va;
        bool operator==(const TriggerKey&) const = default;
    };
    struct TriggerHash {
        std::size_t operator()(const TriggerKey& k) const { return (u64(k.va) << 2) ^ static_cast<u64>(k.pl); }
    };
    using ContextSignature = std::array<u64, 7>;
    struct SignatureHash {
        std::size_t operator()(const ContextSignature& k) const {
            u64 h = 0;
            for (u64 x : k) h = (h ^ x) * 0x9e37'79b9'7f4a'7c15ull, h ^= h >> 31;
            return h;
        }
    };
    u64 context_id(const ContextSignature&);

    isa::CpuState s_;
    CpuConfig config_;
    StallTotals stalls_{};
    std::unique_ptr<CoreModel> core_;  ///< core profiles only
    PhysicalBus& bus_;
    MachineIf& machine_;
    std::unique_ptr<TableReader> table_reader_;
    mmu::Mmu mmu_;
    BlockCache blocks_;
    tsl::robin_set<u64> code_elsewhere_;  ///< numbers of pages that other processors have decoded code from
    Observer* observer_ = nullptr;
    RegionMap regions_;
    struct Trigger {
        std::optional<unsigned> marker;
        bool stops = false;
        bool stands_in = false;  ///< the stand-in wants to hear of it
    };
    tsl::robin_map<TriggerKey, Trigger, TriggerHash> triggers_;
    std::optional<unsigned> stop_marker_;
    TraceSink* trace_ = nullptr;
    bool recording_ = false, recording_wanted_ = false;
    tsl::robin_map<const isa::Op*, isa::Handler> recorded_;  ///< own handlers of ops that run through recorded_op
    StandIn* stand_in_ = nullptr;
    bool stopped_ = false;
    std::unique_ptr<Debugging> debugging_;

    u64 deadline_ = 0;  ///< tick at which countdown reaches 0
    u64 instruction_limit_ = ~u64{0};
    enum class Wait : u8 { none, interrupt, event } wait_ = Wait::none;
    u64 until_ = 0;  ///< end of this run(), as end_run_by() may have moved it

    std::array<FetchPage, 64> fetch_pages_{};
    /// On core profiles: what the micro TLBs hold. A hit there leaves the main TLB alone, with or without L0.
    /// Tags are page addresses: their low bits say nothing.
    struct TagHash {
        std::size_t operator()(u64 tag) const { return (tag >> 12) * 0x9e37'79b9'7f4a'7c15ull >> 32; }
    };
    struct MicroEntry {
        u64 tag = isa::L0Entry::no_tag;
        mmu::Result result;
        u64 filled = 0;  ///< bit n: something in bytes 64n..64n+63 of the page may have an L0 entry
    };
    tsl::robin_map<u64, MicroEntry, TagHash> micro_data_;
    MicroEntry* micro_used_ = nullptr;  ///< of the translation made last, nullptr when the table has changed since
    tsl::robin_map<u64, FetchPage, TagHash> micro_fetch_;
    u32 fraction_ = 0;  ///< sixteenths of a tick that blocks have run up
    u64 exceptions_ = 0, returns_ = 0;
    u64 insns_at_exception_ = ~u64{0};
    unsigned barren_exceptions_ = 0;  ///< in a row, without an instruction completed between them
    bool stuck_ = false;
    std::vector<isa::Handler> branch_handlers_;
    Block scratch_info_;
    std::array<isa::Op, 4> scratch_block_{};  ///< code that can't be cached: devices, page-crossing instructions
    tsl::robin_map<ContextSignature, u64, SignatureHash> contexts_;
    u64 next_context_ = 1;

    u64 exclusive_pa_ = 0;
    unsigned exclusive_size_ = 0;  ///< 0: open
};

}  // namespace vtoll::core
