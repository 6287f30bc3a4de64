// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/memory/memory_port.hpp"

#include "core/cpu/hooks/debugging.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::core {

using isa::Loaded;
using isa::Loaded64;
using isa::Op;
using Kind = MemoryAccess::Kind;

MemoryPort::MemoryPort(Config config, isa::CpuState& state, CpuClock& clock, PhysicalBus& bus, MachineIf& machine,
                       CodePages code, CoreModel* core, EventPrices& prices, Hooks& hooks)
    : config_(config),
      s_(state),
      clock_(clock),
      bus_(bus),
      machine_(machine),
      core_(core),
      prices_(prices),
      hooks_(hooks),
      code_(std::move(code)),
      filter_(state),
      space_({config.cpu, config.use_l0}, state, clock, bus, core, filter_) {}

// --- aborts

isa::Fault MemoryPort::fault_of(isa::FaultKind kind, u32 va, bool write) {
    isa::Fault fault;
    fault.kind = kind;
    fault.va = va;
    fault.write = write;
    return fault;
}

bool MemoryPort::abort(const Op* op, const isa::Fault& fault) {
    isa::TakeDataAbortException(s_, op, fault);
    return false;
}

bool MemoryPort::external_abort(const Op* op, u32 va, bool write) {
    return abort(op, fault_of(isa::FaultKind::sync_external, va, write));
}

bool MemoryPort::alignment_abort(const Op* op, u32 va, bool write) {
    return abort(op, fault_of(isa::FaultKind::alignment, va, write));
}

/// Alignment faults that come before translation: SCTLR.A, and the accesses that are always checked
/// (ARM DDI 0406C §A3.2.1, table A3-1).
bool MemoryPort::misaligned(const Op* op, u32 va, unsigned size) const {
    if ((va & (size - 1)) == 0) return false;
    const u32 control = s_.is_hyp() ? s_.sys.hsctlr : s_.sys.sctlr;
    return (op->flags & (isa::op_align_always | isa::op_exclusive)) || (control & isa::sctlr::A);
}

// --- aligned accesses. `Heard`: somebody listens to each of them

template <bool Heard>
Loaded MemoryPort::load_as(const Op* op, u32 va, unsigned size) {
    if (Heard && hooks_.debugging && !hooks_.debugging->access(op, va, size, false)) return {0, true};
    if (va & (size - 1)) {
        if (misaligned(op, va, size)) return {0, !alignment_abort(op, va, false)};
        return load_unaligned(op, va, size);
    }
    const isa::Privilege pl = privilege_of(op);
    const mmu::Result& r = space_.translate(va, false, pl);
    if (!r.ok) {
        if (Heard) note(op, Kind::fault, va, 0, size, false, 0);
        return {0, !abort(op, r.fault)};
    }
    if (polled_.any() && (op->flags & isa::op_exclusive) && !polling_ && !pollers_come(op, polled_.pollers_of(r.pa)))
        return {0, true};
    u32 value = 0;
    if (const DmiPage page = space_.direct(r.pa)) {
        const u8* const host = page.host + (r.pa & page_mask);
        if (Heard) note(op, Kind::memory, va, r.pa, size, false, read_host(host, size));
        if (core_) {
            __builtin_prefetch(host);  // the host's miss overlaps the work on the guest's
            charge_memory(op, va, r, false);
        }
        fill_l0(va, pl, r, page, false);
        value = read_host(host, size);
    } else {
        const bool answered = read_device(op, r.pa, r.attr.type, size, value);
        if (Heard) note(op, Kind::device, va, r.pa, size, false, value);
        if (!answered) return {0, !external_abort(op, va, false)};
    }
    return {s_.psr & isa::psr::E ? swap_bytes(value, size) : value, false};
}

template <bool Heard>
bool MemoryPort::store_as(const Op* op, u32 va, unsigned size, u32 value) {
    if (Heard && hooks_.debugging && !hooks_.debugging->access(op, va, size, true)) return false;
    if (va & (size - 1)) {
        if (misaligned(op, va, size)) return alignment_abort(op, va, true);
        return store_unaligned(op, va, size, value);
    }
    const isa::Privilege pl = privilege_of(op);
    const mmu::Result& r = space_.translate(va, true, pl);
    if (!r.ok) {
        if (Heard) note(op, Kind::fault, va, 0, size, true, 0);
        return abort(op, r.fault);
    }
    if (s_.psr & isa::psr::E) value = swap_bytes(value, size);
    if (const DmiPage page = space_.direct(r.pa); page && !page.is_rom) {
        if (!may_store(op, r.pa)) return false;
        write_host(page.host + (r.pa & page_mask), size, value);
        if (Heard) note(op, Kind::memory, va, r.pa, size, true, value);
        if (code_.holds(r.pa)) code_.written(r.pa, size);
        else space_.no_code_at(r.pa);
        if (core_) charge_memory(op, va, r, true);
        fill_l0(va, pl, r, page, true);
        return true;
    }
    if (polled_.any() && !pollers_come(op, polled_.pollers_of_devices())) return false;
    if (Heard) note(op, Kind::device, va, r.pa, size, true, value);
    return write_device(op, r.pa, r.attr.type, size, value) || external_abort(op, va, true);
}

template Loaded MemoryPort::load_as<false>(const Op*, u32, unsigned);
template Loaded MemoryPort::load_as<true>(const Op*, u32, unsigned);
template bool MemoryPort::store_as<false>(const Op*, u32, unsigned, u32);
template bool MemoryPort::store_as<true>(const Op*, u32, unsigned, u32);

/// Doublewords: single-copy atomic by construction, as nothing runs between the halves. A fault on either half is
/// taken before memory changes because an aligned doubleword lies in one page.
Loaded64 MemoryPort::load64(const Op* op, u32 va) {
    if (va & 7) return {0, !alignment_abort(op, va, false)};
    const Loaded lo = load(op, va, 4);
    if (lo.fault) return {0, true};
    const Loaded hi = load(op, va + 4, 4);
    if (hi.fault) return {0, true};
    return {u64(hi.value) << 32 | lo.value, false};
}

bool MemoryPort::store64(const Op* op, u32 va, u64 value) {
    if (va & 7) return alignment_abort(op, va, true);
    return store(op, va, 4, static_cast<u32>(value)) && store(op, va + 4, 4, static_cast<u32>(value >> 32));
}

// --- what an access costs, and what is remembered of it

namespace {
/// Only the answer of a write to Strongly-ordered memory is waited for (ARM DDI 0406C §A3.5.5). Flash and the like may
/// be mapped as Normal memory: written as Device memory is.
CoreModel::DeviceAccess device_access(mmu::MemType type, bool write) {
    using Access = CoreModel::DeviceAccess;
    if (!write) return Access::read;
    return type == mmu::MemType::strongly_ordered ? Access::write : Access::posted_write;
}
}  // namespace

void MemoryPort::charge_memory(const Op* op, u32 va, const mmu::Result& r, bool write) {
    const Moment now = moment(op);
    if (!r.attr.cacheable()) clock_.charge(core_->uncached(r.pa, mmu::cacheability(r.attr), write, op, now));
    else clock_.charge(write ? core_->store(r.pa, va, op, now) : core_->load(r.pa, va, op, now));
    clock_.give_back(core_->hidden());
}

u32 MemoryPort::charge_device(const Op* op, u64 pa, mmu::MemType type, bool write) {
    const u32 price =
        core_ ? core_->device(bus_.path(pa), device_access(type, write), moment(op)) : prices_.device(write);
    clock_.charge(price);
    return price;
}

/// `no_code`: whether nobody has decoded code there.
template <class NoCode>
[[gnu::always_inline]] inline void MemoryPort::enter_l0(u32 va, isa::Privilege pl, const mmu::Result& r, DmiPage page,
                                                        bool write, NoCode no_code) {
    isa::L0Entry& e = s_.l0_entry(va);
    const u64 tag = s_.l0_ctx_by_pl[static_cast<unsigned>(pl)] | (va & s_.l0_mask);
    const bool had_write = e.write_tag == tag && e.read_tag == tag;
    e.host = page.host - (va & ~u32{page_mask});
    e.read_tag = r.may_read ? tag : isa::L0Entry::no_tag;
    // With a cache model a line may be written unseen only when it is known to be dirty.
    const bool writable = r.may_write && !page.is_rom && (!core_ || write || had_write) && no_code();
    e.write_tag = writable ? tag : isa::L0Entry::no_tag;
    if (!core_) return;
    e.line = r.pa >> s_.l0_shift;
    core_->filtered(static_cast<std::size_t>(&e - s_.l0.data()));
}

void MemoryPort::fill_l0(u32 va, isa::Privilege pl, const mmu::Result& r, DmiPage page, bool write) {
    if (core_ && (!core_->settled() || !r.attr.cacheable())) return;  // every access counts
    if (!config_.use_l0 || (s_.psr & isa::psr::E) || hooks_.hears_page(va) || hooks_.listening()) return;
    if (polled_.any() && polled_.within(r.pa, s_.l0_shift)) return;
    enter_l0(va, pl, r, page, write, [&] { return !code_.holds(r.pa); });
    if (core_) space_.filled(va);
}

u8* MemoryPort::hit(const Op* op, u32 va, unsigned size, bool write) {
    if (!core_ || !config_.use_l0 || (va & (size - 1)) || (s_.psr & isa::psr::E) || polled_.any()) return nullptr;
    const isa::Privilege pl = privilege_of(op);
    MicroEntry* const page = space_.known(va, write, pl);
    if (!page || !page->result.attr.cacheable()) return nullptr;
    const u64 pa = page->pa(va);
    if (!page->plain(pa, false)) return nullptr;
    if (write && !page->plain(pa, true)) {
        if (page->memory.is_rom || code_.holds(pa)) return nullptr;
        page->no_code = true;
    }
    const CoreModel::AtOnce hit =
        core_->hit_at_once(pa, va, write, clock_.earliest_at(op), [&] { return clock_.now_at(op); });
    if (hit == CoreModel::AtOnce::no) return nullptr;
    // Lines of an LRU set that are used in turns would only drive each other out of L0.
    if (hit == CoreModel::AtOnce::again) {
        // Nobody has decoded code where the filter lets write: drop_writes().
        enter_l0(va, pl, page->at(va), page->memory, write, [] { return true; });
        AddressSpace::filled(*page, va);
    }
    return page->memory.host + (pa & page_mask);
}

}  // namespace vtoll::core
