// SPDX-License-Identifier: Apache-2.0
// The rarer accesses: unaligned ones, exclusives, maintenance, devices, instruction fetch.
#include "core/cpu/memory/memory_port.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::core {

using isa::Loaded;
using isa::Op;
using Kind = MemoryAccess::Kind;

bool MemoryPort::read_device(const Op* op, u64 pa, mmu::MemType type, unsigned size, u32& value) {
    const u32 price = charge_device(op, pa, type, false);
    accessing_ = op;
    const BusResult result = bus_.read(pa, size, value, config_.cpu, false);
    accessing_ = nullptr;
    hooks_.device_accessed(op, {pa, false, value, price});
    return result == BusResult::ok;
}

bool MemoryPort::write_device(const Op* op, u64 pa, mmu::MemType type, unsigned size, u32 value) {
    const u32 price = charge_device(op, pa, type, true);
    accessing_ = op;
    const BusResult result = bus_.write(pa, size, value, config_.cpu, false);
    accessing_ = nullptr;
    hooks_.device_accessed(op, {pa, true, value, price});
    return result == BusResult::ok;
}

bool MemoryPort::read_byte(const Op* op, u64 pa, u32& value) {
    const DmiPage page = bus_.dmi(pa);
    if (!page) return read_device(op, pa, mmu::MemType::normal, 1, value);
    value = page.host[pa & page_mask];
    return true;
}

bool MemoryPort::write_byte(const Op* op, u64 pa, u32 value) {
    const DmiPage page = bus_.dmi(pa);
    if (!page || page.is_rom) return write_device(op, pa, mmu::MemType::normal, 1, value);
    page.host[pa & page_mask] = static_cast<u8>(value);
    if (code_.holds(pa)) code_.written(pa, 1);
    return true;
}

// --- unaligned accesses to Normal memory: bytes, after the pages of both ends are known to be accessible

namespace {
/// Where byte `i` of an access at `va` is, whose first byte is in `first` and whose last one in `second`.
u64 byte_address(u32 va, unsigned i, const mmu::Result& first, const mmu::Result& second) {
    const u32 at = va + i;
    const mmu::Result& page = (at ^ va) & ~page_mask ? second : first;
    return (page.pa & ~u64{page_mask}) | (at & page_mask);
}
}  // namespace

Loaded MemoryPort::load_unaligned(const Op* op, u32 va, unsigned size) {
    const isa::Privilege pl = privilege_of(op);
    const mmu::Result first = space_.translate(va, false, pl);
    const u32 second_va = (va + size - 1) & ~page_mask;
    const bool two_pages = first.ok && crosses_page(va, size);
    const mmu::Result second = two_pages ? mmu::Result(space_.translate(second_va, false, pl)) : first;
    const auto tell = [&](u32 value) {  // when it is known
        note(op, first.ok ? Kind::unaligned : Kind::fault, va, first.ok ? first.pa : 0, size, false, value);
        if (two_pages) note_second_page(op, second_va, second, false);
    };
    // With the Virtualization Extensions an unaligned access to Device or Strongly-ordered memory faults (§A3.2.2).
    if (!first.ok || !second.ok || !first.attr.normal() || !second.attr.normal()) {
        tell(0);
        if (!first.ok) return {0, !abort(op, first.fault)};
        if (!second.ok) return {0, !abort(op, second.fault)};
        return {0, !alignment_abort(op, va, false)};
    }
    count_misaligned(two_pages);
    u32 value = 0;
    for (unsigned i = 0; i < size; ++i) {
        u32 byte = 0;
        if (!read_byte(op, byte_address(va, i, first, second), byte)) {
            tell(value);
            return {0, !external_abort(op, va + i, false)};
        }
        value |= byte << (8 * i);
    }
    tell(value);
    return {s_.psr & isa::psr::E ? swap_bytes(value, size) : value, false};
}

bool MemoryPort::store_unaligned(const Op* op, u32 va, unsigned size, u32 value) {
    const isa::Privilege pl = privilege_of(op);
    const mmu::Result first = space_.translate(va, true, pl);
    note(op, first.ok ? Kind::unaligned : Kind::fault, va, first.ok ? first.pa : 0, size, true, value);
    if (!first.ok) return abort(op, first.fault);
    mmu::Result second = first;
    if (crosses_page(va, size)) {
        const u32 second_va = (va + size - 1) & ~page_mask;
        second = space_.translate(second_va, true, pl);
        note_second_page(op, second_va, second, true);
        if (!second.ok) return abort(op, second.fault);
    }
    if (!first.attr.normal() || !second.attr.normal()) return alignment_abort(op, va, true);
    if (!may_store(op, first.pa) || !may_store(op, byte_address(va, size - 1, first, second))) return false;
    count_misaligned(crosses_page(va, size));
    if (s_.psr & isa::psr::E) value = swap_bytes(value, size);
    for (unsigned i = 0; i < size; ++i)
        if (!write_byte(op, byte_address(va, i, first, second), (value >> (8 * i)) & 0xff))
            return external_abort(op, va + i, true);
    return true;
}

/// The part of an unaligned access that lies in another page than its first byte.
void MemoryPort::note_second_page(const Op* op, u32 va, const mmu::Result& r, bool write) {
    note(op, r.ok ? Kind::probe : Kind::fault, va, r.ok ? r.pa : 0, 1, write, 0);
}

// --- exclusives

void MemoryPort::mark_exclusive(const Op* op, u32 va, unsigned size) {
    const mmu::Result r = space_.translate(va, false, privilege_of(op));
    monitor_.mark(r.pa, r.ok ? size : 0);
}

Loaded MemoryPort::check_exclusive(const Op* op, u32 va, unsigned size) {
    if (va & (size - 1)) return {0, !alignment_abort(op, va, true)};
    // STREX checks the translation before the monitor: a failing store may abort (IMPLEMENTATION DEFINED, §A8.8.212).
    const mmu::Result r = space_.translate(va, true, privilege_of(op));
    note(op, r.ok ? Kind::probe : Kind::fault, va, r.ok ? r.pa : 0, size, true, 0);
    if (!r.ok) return {0, !abort(op, r.fault)};
    const bool pass = monitor_.take(r.pa, size);
    exclusive_stores_ += pass;
    return {pass, false};
}

// --- hints

void MemoryPort::preload(const Op* op, u32 va, isa::Preload what) {
    if (!core_ && !hooks_.recording()) return;
    const bool code = what == isa::Preload::instruction, write = what == isa::Preload::write;
    if (hooks_.recording())
        if (const auto pa = space_.look_up(va, s_.privilege()))
            note(op, code ? Kind::preload_code : Kind::preload, va, *pa, 1, write, 0);
    if (!core_) return;
    // What L0 serves is there. A translation that faults ends the hint, after its walk: §A8.8.126.
    if (!code && isa::l0_read(s_, s_.l0_ctx, va, 1)) return;
    u64 pa = 0;
    bool cached = true;
    if (code) {
        isa::Fault fault;
        const FetchPage* page = space_.fetch_page(va, fault);
        if (!page) return;
        pa = page->pa | (va & page_mask);
        cached = core_->code_cached(s_.privilege());
    } else {
        const mmu::Result r = space_.translate(va, false, s_.privilege());
        if (!r.ok) return;
        pa = r.pa;
        cached = r.attr.cacheable();
    }
    if (cached && bus_.dmi(pa)) clock_.charge(core_->preload(pa, va, what, moment(op)));
}

// --- maintenance. Decoded code follows memory: it only has to translate, and to be told to the core model

bool MemoryPort::cache_maintenance(const Op* op, isa::CacheOp what, u32 operand, u64& pa) {
    using isa::CacheOp;
    if (what.by == CacheOp::By::address && what.target == CacheOp::Target::data) {
        const mmu::Result r = space_.translate(operand, false, s_.privilege());
        if (!r.ok) {
            note(op, Kind::fault, operand, 0, 1, false, 0);
            isa::Fault fault = r.fault;
            fault.cache_maintenance = true;
            fault.write = true;  // WnR of a cache maintenance fault is 1: §B3.13.6
            return abort(op, fault);
        }
        pa = r.pa;
    } else if (core_ && what == isa::cache_op::ICIMVAU) {
        pa = space_.look_up(operand, s_.privilege()).value_or(0);  // its fault, if any, is not taken: §B3.13.6
    }
    if (core_) clock_.charge(core_->maintain(what, operand, pa, s_.sys.actlr, moment(op)));
    return true;
}

// --- instruction fetch

const FetchPage* MemoryPort::find_page(u32 va) {
    isa::Fault fault;
    if (const FetchPage* page = space_.fetch_page(va, fault)) return page;
    fetch_abort(fault);
    return nullptr;
}

void MemoryPort::fetch_abort(const isa::Fault& fault) {
    hooks_.leaving();
    isa::TakePrefetchAbortException(s_, fault);
}

bool MemoryPort::fetch_half(u32 va, u16& out) {
    const FetchPage* page = fetch_page(va);
    if (!page) return false;
    if (page->host) {
        out = read_as<u16>(page->host + (va & page_mask));
        return true;
    }
    u32 value = 0;
    if (bus_.read(page->pa | (va & page_mask), 2, value, config_.cpu, false) != BusResult::ok) {
        fetch_abort(fault_of(isa::FaultKind::sync_external, va, false));
        return false;
    }
    out = static_cast<u16>(value);
    return true;
}

}  // namespace vtoll::core
