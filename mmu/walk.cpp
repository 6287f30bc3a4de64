// SPDX-License-Identifier: Apache-2.0
#include "mmu/walk.hpp"

#include <algorithm>

#include "mmu/walker.hpp"

namespace vtoll::mmu {

Walker::Walker(const Regime& regime, u32 va, AccessType type, DescriptorReader& reader, WalkCaches* caches, Walk& out)
    : regime_(regime), va_(va), type_(type), reader_(reader), caches_(caches), out_(out) {
    out_.fault.va = va;
    out_.fault.write = type == AccessType::write;
}

bool Walker::fail(isa::FaultKind kind, unsigned level) {
    out_.fault.kind = kind;
    out_.fault.level = static_cast<u8>(level);
    return false;
}

bool Walker::fail_stage2(isa::FaultKind kind, unsigned level, u64 ipa, bool table_access) {
    out_.fault.stage2 = true;
    out_.fault.s1ptw = table_access;
    out_.fault.ipa = ipa;
    return fail(kind, level);
}

bool Walker::stage1() {
    switch (regime_.select.stage1) {
    case Stage1Format::off: stage1_off(); return true;
    case Stage1Format::short_descriptor:
        if (!stage1_short()) return false;
        break;
    case Stage1Format::long_descriptor:
        if (!stage1_long()) return false;
        break;
    }
    return check_stage1();
}

// ARM DDI 0406C §B3.2.1: the address is passed on, attributes depend on the kind of access only.
void Walker::stage1_off() {
    out_.ipa = va_;
    out_.stage1_bits = flat_bits;
    out_.stage1 = {.pl0 = 3, .pl1 = 3};
    if (regime_.select.default_cacheable) {
        constexpr u8 wb_ra_wa = nibble::write_back | nibble::read_allocate | nibble::write_allocate;
        out_.attr = normal_attr(wb_ra_wa, wb_ra_wa, Shareability::none);
    } else if (type_ == AccessType::fetch) {
        const u8 n = regime_.insn_cache ? nibble::write_through | nibble::read_allocate : nibble::non_cacheable;
        out_.attr = normal_attr(n, n, Shareability::outer);
    } else {
        out_.attr = strongly_ordered_attr();
    }
}

bool Walker::check_stage1() {
    const PermissionControl control{regime_.privileged, regime_.wxn, regime_.uwxn, regime_.dacr};
    const Stage1Check check = stage1_rights(out_.stage1, control);
    if (check.domain_fault) return fail(isa::FaultKind::domain, out_.stage1_level);
    if (!allows(check.rights, type_)) return fail(isa::FaultKind::permission, out_.stage1_level);
    return true;
}

/// IRGN and RGN of a 32-bit TTBR, §B4.1.154: their codes are 0 for Non-cacheable, and IRGN's bits are apart. Disabled
/// caches hold no tables either.
Cacheability Walker::short_tables(u32 ttbr) const {
    if (!regime_.data_cache) return {};
    return {bit(ttbr, 0) || bit(ttbr, 6), bits(ttbr, 4, 3) != 0};
}

bool Walker::table_address(u64 ipa, u64& pa) {
    allowed_ = {true, true};
    if (!regime_.select.stage2) {
        pa = ipa;
        return true;
    }
    Stage2Mapping m;
    if (!stage2(ipa, true, m)) return false;
    if (!allows(stage2_rights(m.permissions), AccessType::read)) {
        return fail_stage2(isa::FaultKind::permission, m.level, ipa, true);
    }
    // HCR.PTW: a walk that would read Device or Strongly-ordered memory is refused (ARM DDI 0406C §B4.1.65).
    if (regime_.protected_walk && !m.attr.normal()) {
        return fail_stage2(isa::FaultKind::permission, m.level, ipa, true);
    }
    pa = m.pa_base | (ipa & ((u64{1} << m.bits) - 1));
    allowed_ = cacheability(m.attr);
    return true;
}

bool Walker::fetch32(u64 pa, unsigned level, u32& value) {
    if (!reader_.read32(pa, value)) return fail(isa::FaultKind::sync_external_walk, level);
    if (regime_.stage1_big_endian) value = __builtin_bswap32(value);
    record(pa, value, 1, level, 4, tables_ & allowed_);
    return true;
}

bool Walker::fetch64(u64 pa, unsigned level, u64& value) {
    if (!reader_.read64(pa, value)) return fail(isa::FaultKind::sync_external_walk, level);
    if (regime_.stage1_big_endian) value = __builtin_bswap64(value);
    record(pa, value, 1, level, 8, tables_ & allowed_);
    return true;
}

void Walker::record(u64 address, u64 value, unsigned stage, unsigned level, unsigned size, Cacheability memory) {
    out_.descriptors[out_.count++] = {
        address, value, static_cast<u8>(stage), static_cast<u8>(level), static_cast<u8>(size), memory};
}

Walk walk_stage1(const Regime& regime, u32 va, AccessType type, DescriptorReader& reader, WalkCaches* caches) {
    Walk result;
    Walker walker(regime, va, type, reader, caches, result);
    result.mapped = walker.stage1();
    result.pa = result.ipa;
    result.page_bits = result.stage1_bits;
    return result;
}

Walk walk(const Regime& regime, u32 va, AccessType type, DescriptorReader& reader, WalkCaches* caches) {
    Walk result;
    walk(regime, va, type, reader, caches, result);
    return result;
}

void walk(const Regime& regime, u32 va, AccessType type, DescriptorReader& reader, WalkCaches* caches, Walk& result) {
    static_cast<WalkResult&>(result) = WalkResult();
    result.count = 0;
    Walker walker(regime, va, type, reader, caches, result);
    if (!walker.stage1()) return;
    if (!regime.select.stage2) {
        result.pa = result.ipa;
        result.page_bits = result.stage1_bits;
        result.mapped = true;
        return;
    }
    Stage2Mapping m;
    if (!walker.stage2(result.ipa, false, m)) return;
    result.mapped = true;
    result.pa = m.pa_base | (result.ipa & ((u64{1} << m.bits) - 1));
    result.stage2_bits = m.bits;
    result.stage2_level = m.level;
    result.stage2 = m.permissions;
    result.page_bits = std::min(result.stage1_bits, m.bits);
    result.attr = combine(result.attr, m.attr);
    if (!allows(stage2_rights(m.permissions), type)) {
        walker.fail_stage2(isa::FaultKind::permission, m.level, result.ipa, false);
    }
}

}  // namespace vtoll::mmu
