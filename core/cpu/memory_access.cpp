// SPDX-License-Identifier: Apache-2.0
// Data accesses that the L0 table could not serve: alignment, translation, aborts, devices, writes to code.
#include <cstring>

#include "core/cpu/cpu.hpp"
#include "core/cpu/table_reader.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::core {

using isa::Loaded;
using Kind = MemoryAccess::Kind;
using isa::Loaded64;
using isa::Op;

namespace {

u32 swap_bytes(u32 value, unsigned size) {
    return size == 4 ? __builtin_bswap32(value) : size == 2 ? __builtin_bswap16(static_cast<u16>(value)) : value;
}

// Sizes by cases: a memcpy of a size known at run time is a call.
template <class T>
u32 read_as(const u8* p) {
    T value;
    std::memcpy(&value, p, sizeof value);  // little-endian host: checked in cpu.cpp
    return value;
}
u32 read_host(const u8* p, unsigned size) { return size == 4 ? read_as<u32>(p) : size == 2 ? read_as<u16>(p) : *p; }
void write_host(u8* p, unsigned size, u32 value) {
    if (size == 4) {
        std::memcpy(p, &value, 4);
    } else if (size == 2) {
        std::memcpy(p, &value, 2);
    } else {
        *p = static_cast<u8>(value);
    }
}

constexpr bool crosses_page(u32 va, unsigned size) { return ((va & 0xfff) + size) > 0x1000; }

}  // namespace

isa::Privilege Cpu::data_privilege(const Op* op) const {
    return op->flags & isa::op_unpriv ? isa::Privilege::pl0 : s_.privilege();
}

mmu::Result Cpu::translate(u32 va, bool write, isa::Privilege pl) {
    if (core_) return translate_through_micro_tlb(va, write, pl);
    return mmu_.translate(s_.sys, {.va = va, .write = write, .fetch = false, .privilege = pl});
}

bool Cpu::abort(const Op* op, const isa::Fault& fault) {
    isa::TakeDataAbortException(s_, op, fault);
    return false;
}

bool Cpu::external_abort(const Op* op, u32 va, bool write) {
    isa::Fault fault;
    fault.kind = isa::FaultKind::sync_external;
    fault.va = va;
    fault.write = write;
    return abort(op, fault);
}

/// Alignment faults that come before translation: SCTLR.A, and the accesses that are always checked
/// (ARM DDI 0406C §A3.2.1, table A3-1).
bool Cpu::misaligned(const Op* op, u32 va, unsigned size) const {
    if ((va & (size - 1)) == 0) return false;
    const u32 control = s_.is_hyp() ? s_.sys.hsctlr : s_.sys.sctlr;
    return (op->flags & (isa::op_align_always | isa::op_exclusive)) || (control & isa::sctlr::A);
}

static isa::Fault alignment_fault(u32 va, bool write) {
    isa::Fault fault;
    fault.kind = isa::FaultKind::alignment;
    fault.va = va;
    fault.write = write;
    return fault;
}

bool Cpu::read_physical(const Op* op, u64 pa, unsigned size, u32& value) {
    if (const DmiPage page = bus_.dmi(pa)) {
        value = read_host(page.host + (pa & 0xfff), size);
        return true;
    }
    const u32 price = event(CostEvent::device_read);
    charge(price);
    if (observer_) observer_->device_accessed(pa, false, price, {s_.insns, now_at(op)});
    return bus_.read(pa, size, value, config_.index, false) == BusResult::ok;
}

bool Cpu::write_physical(const Op* op, u64 pa, unsigned size, u32 value) {
    if (const DmiPage page = bus_.dmi(pa); page && !page.is_rom) {
        write_host(page.host + (pa & 0xfff), size, value);
        if (page_has_code(pa)) code_written(pa, size);
        return true;
    }
    const u32 price = event(CostEvent::device_write);
    charge(price);
    if (observer_) observer_->device_accessed(pa, true, price, {s_.insns, now_at(op)});
    return bus_.write(pa, size, value, config_.index, false) == BusResult::ok;
}

Loaded Cpu::load(const Op* op, u32 va, unsigned size) {
    if (debugging_ && debugging_->watching() && !debugging_->access(op, va, size, false)) return {0, true};
    if (va & (size - 1)) {
        if (misaligned(op, va, size)) return {0, !abort(op, alignment_fault(va, false))};
        return load_unaligned(op, va, size);
    }
    const isa::Privilege pl = data_privilege(op);
    const mmu::Result r = translate(va, false, pl);
    if (recording_ && !r.ok) note_access(op, Kind::fault, va, 0, size, false, 0);
    if (!r.ok) return {0, !abort(op, r.fault)};
    u32 value = 0;
    if (const DmiPage page = bus_.dmi(r.pa)) {
        value = read_host(page.host + (r.pa & 0xfff), size);
        if (recording_) note_access(op, Kind::memory, va, r.pa, size, false, value);
        if (core_) {
            __builtin_prefetch(page.host + (r.pa & 0xfff));  // the host's miss overlaps the work on the guest's
            charge_memory(op, r, false);
        }
        fill_l0(va, pl, r, page, false);
    } else {
        const bool answered = read_physical(op, r.pa, size, value);
        if (recording_) note_access(op, Kind::device, va, r.pa, size, false, value);
        if (!answered) return {0, !external_abort(op, va, false)};
    }
    return {s_.psr & isa::psr::E ? swap_bytes(value, size) : value, false};
}

bool Cpu::store(const Op* op, u32 va, unsigned size, u32 value) {
    if (debugging_ && debugging_->watching() && !debugging_->access(op, va, size, true)) return false;
    if (va & (size - 1)) {
        if (misaligned(op, va, size)) return abort(op, alignment_fault(va, true));
        return store_unaligned(op, va, size, value);
    }
    const isa::Privilege pl = data_privilege(op);
    const mmu::Result r = translate(va, true, pl);
    if (recording_ && !r.ok) note_access(op, Kind::fault, va, 0, size, true, 0);
    if (!r.ok) return abort(op, r.fault);
    if (s_.psr & isa::psr::E) value = swap_bytes(value, size);
    if (const DmiPage page = bus_.dmi(r.pa); page && !page.is_rom) {
        write_host(page.host + (r.pa & 0xfff), size, value);
        if (recording_) note_access(op, Kind::memory, va, r.pa, size, true, value);
        if (page_has_code(r.pa)) code_written(r.pa, size);
        if (core_) charge_memory(op, r, true);
        fill_l0(va, pl, r, page, true);
        return true;
    }
    if (recording_) note_access(op, Kind::device, va, r.pa, size, true, value);
    return write_physical(op, r.pa, size, value) || external_abort(op, va, true);
}

/// An unaligned access to Normal memory: bytes, after the pages of both ends are known to be accessible.
Loaded Cpu::load_unaligned(const Op* op, u32 va, unsigned size) {
    const isa::Privilege pl = data_privilege(op);
    const mmu::Result first = translate(va, false, pl);
    const u32 second_va = (va + size - 1) & ~u32{0xfff};
    const bool two_pages = first.ok && crosses_page(va, size);
    const mmu::Result second = two_pages ? translate(second_va, false, pl) : first;
    const auto note = [&](u32 value) {  // when it is known
        if (!recording_) return;
        note_access(op, first.ok ? Kind::unaligned : Kind::fault, va, first.ok ? first.pa : 0, size, false, value);
        if (two_pages) note_second_page(op, second_va, second, false);
    };
    // With the Virtualization Extensions an unaligned access to Device or Strongly-ordered memory faults (§A3.2.2).
    if (!first.ok || !second.ok || !first.attr.normal() || !second.attr.normal()) {
        note(0);
        return {0, !abort(op, !first.ok ? first.fault : !second.ok ? second.fault : alignment_fault(va, false))};
    }
    u32 value = 0;
    for (unsigned i = 0; i < size; ++i) {
        const u32 at = va + i;
        const u64 pa = ((at ^ va) & ~u32{0xfff}) ? (second.pa & ~u64{0xfff}) | (at & 0xfff)
                                                 : (first.pa & ~u64{0xfff}) | (at & 0xfff);
        u32 byte = 0;
        if (!read_physical(op, pa, 1, byte)) {
            note(value);
            return {0, !external_abort(op, at, false)};
        }
        value |= byte << (8 * i);
    }
    note(value);
    return {s_.psr & isa::psr::E ? swap_bytes(value, size) : value, false};
}

bool Cpu::store_unaligned(const Op* op, u32 va, unsigned size, u32 value) {
    const isa::Privilege pl = data_privilege(op);
    const mmu::Result first = translate(va, true, pl);
    if (recording_)
        note_access(op, first.ok ? Kind::unaligned : Kind::fault, va, first.ok ? first.pa : 0, size, true, value);
    if (!first.ok) return abort(op, first.fault);
    mmu::Result second = first;
    if (crosses_page(va, size)) {
        second = translate((va + size - 1) & ~u32{0xfff}, true, pl);
        if (recording_) note_second_page(op, (va + size - 1) & ~u32{0xfff}, second, true);
        if (!second.ok) return abort(op, second.fault);
    }
    if (!first.attr.normal() || !second.attr.normal()) return abort(op, alignment_fault(va, true));
    if (s_.psr & isa::psr::E) value = swap_bytes(value, size);
    for (unsigned i = 0; i < size; ++i) {
        const u32 at = va + i;
        const u64 pa = ((at ^ va) & ~u32{0xfff}) ? (second.pa & ~u64{0xfff}) | (at & 0xfff)
                                                 : (first.pa & ~u64{0xfff}) | (at & 0xfff);
        if (!write_physical(op, pa, 1, (value >> (8 * i)) & 0xff)) return external_abort(op, at, true);
    }
    return true;
}

/// Doublewords: single-copy atomic by construction, as nothing runs between the halves. A fault on either half is
/// taken before memory changes because an aligned doubleword lies in one page.
Loaded64 Cpu::load64(const Op* op, u32 va) {
    if (va & 7) return {0, !abort(op, alignment_fault(va, false))};
    const Loaded lo = load(op, va, 4);
    if (lo.fault) return {0, true};
    const Loaded hi = load(op, va + 4, 4);
    if (hi.fault) return {0, true};
    return {u64(hi.value) << 32 | lo.value, false};
}

bool Cpu::store64(const Op* op, u32 va, u64 value) {
    if (va & 7) return abort(op, alignment_fault(va, true));
    return store(op, va, 4, static_cast<u32>(value)) && store(op, va + 4, 4, static_cast<u32>(value >> 32));
}

// --- exclusives: ARM DDI 0406C §A3.4. One reservation per processor, by physical address. What others may
// have stored meanwhile clears it: others_ran() before a turn, memory_written() for devices.

void Cpu::mark_exclusive(const Op* op, u32 va, unsigned size) {
    const mmu::Result r = translate(va, false, data_privilege(op));
    exclusive_pa_ = r.pa;
    exclusive_size_ = r.ok ? size : 0;
}

Loaded Cpu::check_exclusive(const Op* op, u32 va, unsigned size) {
    if (va & (size - 1)) return {0, !abort(op, alignment_fault(va, true))};
    // STREX checks the translation before the monitor: a failing store may abort (IMPLEMENTATION DEFINED, §A8.8.212).
    const mmu::Result r = translate(va, true, data_privilege(op));
    if (recording_) note_access(op, r.ok ? Kind::probe : Kind::fault, va, r.ok ? r.pa : 0, size, true, 0);
    if (!r.ok) return {0, !abort(op, r.fault)};
    const bool pass = exclusive_size_ == size && exclusive_pa_ == r.pa;
    exclusive_size_ = 0;
    return {pass, false};
}

// --- the L0 table

void Cpu::fill_l0(u32 va, isa::Privilege pl, const mmu::Result& r, DmiPage page, bool write) {
    if (!config_.use_l0 || (s_.psr & isa::psr::E) || recording_) return;
    if (core_ && !r.attr.cacheable()) return;  // every access counts
    if (debugging_ && debugging_->watches_page(va)) return;
    isa::L0Entry& e = s_.l0_entry(va);
    const u64 tag = s_.l0_ctx_by_pl[static_cast<unsigned>(pl)] | (va & s_.l0_mask);
    const bool had_write = e.write_tag == tag && e.read_tag == tag;
    e.host = page.host - (va & ~u32{0xfff});
    e.read_tag = r.may_read ? tag : isa::L0Entry::no_tag;
    // With a cache model a line may be written unseen only when it is known to be dirty.
    const bool writable = r.may_write && !page.is_rom && !page_has_code(r.pa) && (!core_ || write || had_write);
    e.write_tag = writable ? tag : isa::L0Entry::no_tag;
    if (!core_) return;
    e.line = r.pa >> s_.l0_shift;
    micro_used_->filled |= u64{1} << ((va & 0xfff) >> 6);
}

void Cpu::flush_l0() {
    s_.l0.fill({});
    fetch_pages_.fill({});
    if (!core_) return;
    core_->tlb_maintained();
    micro_data_.clear();
    micro_used_ = nullptr;
    micro_fetch_.clear();
}

void Cpu::flush_l0_writes(const u8* host_page) {
    for (isa::L0Entry& e : s_.l0) {
        if (e.write_tag == isa::L0Entry::no_tag) continue;
        const u8* host = e.host + (static_cast<u32>(e.write_tag) & ~u32{0xfff});
        if (host == host_page) e.write_tag = isa::L0Entry::no_tag;
    }
}

void Cpu::memory_written(u64 pa, u64 size) {
    while (size) {
        const u64 here = std::min<u64>(size, 0x1000 - (pa & 0xfff));
        if (blocks_.page_has_code(pa)) blocks_.written(pa, static_cast<u32>(here));
        if (exclusive_size_ && exclusive_pa_ < pa + here && pa < exclusive_pa_ + exclusive_size_) exclusive_size_ = 0;
        pa += here;
        size -= here;
    }
}

// --- code that several processors have decoded. Instruction fetch sees every store at once, of whichever processor:
// more than ARM DDI 0406C §A3.5.4 asks of hardware, where software cleans and invalidates by ICIMVAU and ICIALLUIS
// first.

bool Cpu::page_has_code(u64 pa) const {
    return blocks_.page_has_code(pa) || (!code_elsewhere_.empty() && code_elsewhere_.contains(pa >> 12));
}

void Cpu::code_elsewhere(u64 pa) {
    if (!code_elsewhere_.insert(pa >> 12).second) return;
    if (const DmiPage page = bus_.dmi(pa)) flush_l0_writes(page.host);
}

void Cpu::code_written(u64 pa, u32 bytes) {
    blocks_.written(pa, bytes);
    tell_others(pa, bytes);
}

void Cpu::tell_others(u64 pa, u32 bytes) {
    const auto page = code_elsewhere_.find(pa >> 12);
    if (page != code_elsewhere_.end() && machine_.code_written(config_.index, pa, bytes)) code_elsewhere_.erase(page);
}

/// The TLBs and what the core model knows of them stay: the translation holds, only its end is a device now.
void Cpu::direct_memory_revoked(u64 pa, u64 size) {
    blocks_.drop(pa, size);
    s_.l0.fill({});
    fetch_pages_.fill({});
}

// --- a debugger's view

std::optional<u64> Cpu::look_up(u32 va, isa::Privilege level) {
    TableReader reader(bus_, config_.index, true);
    const mmu::Walk w = mmu::walk(mmu::regime_of(s_.sys, level), va, mmu::AccessType::read, reader);
    return w.mapped ? std::optional(w.pa) : std::nullopt;
}

u8* Cpu::peek(u32 va, u64* pa) {
    const auto found = look_up(va, s_.privilege());
    const DmiPage page = found ? bus_.dmi(*found) : DmiPage{};
    if (pa && found) *pa = *found;
    return page ? page.host + (*found & 0xfff) : nullptr;
}

bool Cpu::read_virtual(u32 va, void* bytes, std::size_t size) {
    auto* out = static_cast<u8*>(bytes);
    for (std::size_t i = 0; i < size; ++i) {
        const u8* at = peek(va + static_cast<u32>(i));
        if (!at) return false;
        out[i] = *at;
    }
    return true;
}

bool Cpu::write_virtual(u32 va, const void* bytes, std::size_t size) {
    const auto* in = static_cast<const u8*>(bytes);
    for (std::size_t i = 0; i < size; ++i) {
        u64 pa = 0;
        u8* at = peek(va + static_cast<u32>(i), &pa);
        if (!at) return false;
        *at = in[i];
        memory_written(pa, 1);
        tell_others(pa, 1);
    }
    return true;
}

}  // namespace vtoll::core
