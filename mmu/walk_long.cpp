// SPDX-License-Identifier: Apache-2.0
// Long-descriptor translation tables: stage 1 of the PL1&0 and Hyp regimes, and stage 2. ARM DDI 0406C §B3.6.
#include "mmu/walker.hpp"

namespace vtoll::mmu {

namespace {

constexpr u64 address_mask = 0xff'ffff'ffff;  // 40 bits
constexpr bool bit64(u64 value, unsigned n) { return (value >> n) & 1; }
constexpr unsigned bits64(u64 value, unsigned hi, unsigned lo) {
    return static_cast<unsigned>((value >> lo) & ((u64{1} << (hi - lo + 1)) - 1));
}
constexpr u64 low_mask(unsigned width) { return (u64{1} << width) - 1; }

/// log2 of what one descriptor of `level` maps: 1GB, 2MB, 4KB.
constexpr unsigned level_shift(unsigned level) { return 39 - 9 * level; }

/// Descriptor types by bits 1:0, §B3.6.1.
enum class Kind { invalid, leaf, table };
constexpr Kind kind_of(u64 descriptor, unsigned level) {
    if (!bit64(descriptor, 0)) return Kind::invalid;
    if (level == 3) return bit64(descriptor, 1) ? Kind::leaf : Kind::invalid;  // 0b01 is reserved: it faults
    return bit64(descriptor, 1) ? Kind::table : Kind::leaf;
}

/// Offset in its table of the descriptor for `address`; `top_bit` is the highest address bit the table resolves.
constexpr u64 index_offset(u64 address, unsigned top_bit, unsigned level) {
    return u64{bits64(address, top_bit, level_shift(level))} << 3;
}

}  // namespace

bool Walker::takes_ttbr1() const {
    if (regime_.select.hyp) return false;
    const unsigned t0sz = regime_.ttbcr & 7, t1sz = bits(regime_.ttbcr, 18, 16);
    return t1sz == 0 ? t0sz != 0 && (va_ >> (32 - t0sz)) != 0 : (~va_ >> (32 - t1sz)) == 0;
}

/// IRGN and, above it, ORGN of TTBCR and HTCR, §B4.1.153, §B4.1.67: their codes are 0 for Non-cacheable. Disabled
/// caches hold no tables either.
Cacheability Walker::long_tables() const {
    if (!regime_.data_cache) return {};
    const unsigned irgn = takes_ttbr1() ? 24 : 8;
    return {bits(regime_.ttbcr, irgn + 1, irgn) != 0, bits(regime_.ttbcr, irgn + 3, irgn + 2) != 0};
}

/// §B3.6.5: which TTBR, where the walk starts, and the highest address bit that indexes the first table.
bool Walker::long_root(u64& base, unsigned& level, unsigned& top_bit) {
    const u32 control = regime_.ttbcr;
    const unsigned t0sz = control & 7;
    const bool low = t0sz == 0 || (va_ >> (32 - t0sz)) == 0;
    unsigned size = t0sz;
    u64 ttbr = regime_.ttbr0;
    bool found = low;
    bool disabled = false;
    if (!regime_.select.hyp) {
        disabled = control & isa::ttbcr::EPD0;
        if (takes_ttbr1()) {
            size = bits(control, 18, 16);
            ttbr = regime_.ttbr1;
            found = true;
            disabled = control & isa::ttbcr::EPD1;
        }
    }
    if (!found || disabled) return fail(isa::FaultKind::translation, 1);
    level = size < 2 ? 1 : 2;
    top_bit = 31 - size;
    base = ttbr & address_mask & ~low_mask(top_bit - level_shift(level) + 4);
    return true;
}

bool Walker::stage1_long() {
    using isa::FaultKind;
    tables_ = long_tables();
    TablePointer table;
    unsigned top_bit = 0;
    const TablePointer* known = caches_ ? caches_->find_table(regime_.select, va_) : nullptr;
    if (known) {
        table = *known;
        allowed_ = table.allowed;
        top_bit = level_shift(table.level) + 8;
    } else {
        u64 base;
        unsigned level;
        if (!long_root(base, level, top_bit)) return false;
        table.level = static_cast<u8>(level);
        if (!table_address(base | index_offset(va_, top_bit, level), table.pa)) return false;
        table.pa -= index_offset(va_, top_bit, level);
    }

    u64 descriptor;
    for (;;) {
        const unsigned level = table.level;
        if (!fetch64(table.pa | index_offset(va_, top_bit, level), level, descriptor)) return false;
        const Kind kind = kind_of(descriptor, level);
        if (kind == Kind::invalid) return fail(FaultKind::translation, level);
        if (kind == Kind::leaf) break;
        // Hierarchical attributes only ever take rights away, §B3.6.1 "Attribute fields in table descriptors".
        table.xn |= bit64(descriptor, 60);
        table.pxn |= bit64(descriptor, 59) && !regime_.select.hyp;
        table.read_only |= bit64(descriptor, 62);
        table.no_unprivileged |= bit64(descriptor, 61) && !regime_.select.hyp;
        ++table.level;
        top_bit = level_shift(table.level) + 8;
        const u64 next = descriptor & address_mask & ~low_mask(12);
        if (!table_address(next | index_offset(va_, top_bit, table.level), table.pa)) return false;
        table.pa &= ~low_mask(12);
        table.allowed = allowed_;
        if (caches_) caches_->add_table(regime_.select, va_, table);
    }

    const unsigned shift = level_shift(table.level);
    out_.stage1_level = table.level;
    out_.stage1_bits = static_cast<u8>(shift);
    out_.ipa = (descriptor & address_mask & ~low_mask(shift)) | (va_ & low_mask(shift));
    out_.attr = decode_mair(bits64(descriptor, 4, 2), bits64(descriptor, 9, 8), regime_.mair0, regime_.mair1);
    const bool hyp = regime_.select.hyp;
    out_.global = hyp || !bit64(descriptor, 11);
    const u8 rw = bit64(descriptor, 7) || table.read_only ? 1 : 3;
    const bool unprivileged = bit64(descriptor, 6) && !table.no_unprivileged;
    out_.stage1.pl1 = rw;
    out_.stage1.pl0 = unprivileged && !hyp ? rw : 0;  // AP[1] means nothing in the Hyp regime
    out_.stage1.xn = bit64(descriptor, 54) || table.xn;
    out_.stage1.pxn = (bit64(descriptor, 53) && !hyp) || table.pxn;
    if (!bit64(descriptor, 10)) return fail(FaultKind::access_flag, table.level);
    return true;
}

// §B3.6.6: VTCR gives the input size (a signed T0SZ) and the first level, where up to sixteen tables are concatenated.
bool Walker::stage2(u64 ipa, bool table_access, Stage2Mapping& m) {
    using isa::FaultKind;
    if (caches_) {
        if (const Stage2Mapping* known = caches_->find_stage2(regime_.select.vmid, ipa)) {
            m = *known;
            return true;
        }
    }
    const int t0sz = sign_extend(bits(regime_.vtcr, 3, 0), 4);
    const unsigned input_bits = static_cast<unsigned>(32 - t0sz);
    const unsigned sl0 = bits(regime_.vtcr, 7, 6);
    // At most four address bits beyond one table's worth: level 2 takes 2^25..2^34, level 1 2^31..2^40. Other
    // pairs are UNPREDICTABLE; they fault.
    const bool legal = sl0 == 0 ? input_bits <= 34 : sl0 == 1 && input_bits >= 31;
    if (!legal || (ipa >> input_bits) != 0) return fail_stage2(FaultKind::translation, 1, ipa, table_access);

    unsigned level = 2 - sl0;
    unsigned top_bit = input_bits - 1;
    u64 base = regime_.vttbr & address_mask & ~low_mask(top_bit - level_shift(level) + 4);
    u64 descriptor;
    for (;;) {
        const u64 address = base | index_offset(ipa, top_bit, level);
        if (!reader_.read64(address, descriptor)) {
            return fail_stage2(FaultKind::sync_external_walk, level, ipa, table_access);
        }
        if (regime_.stage2_big_endian) descriptor = __builtin_bswap64(descriptor);
        const u32 vtcr = regime_.vtcr;  // IRGN0 and ORGN0, §B4.1.160
        record(address, descriptor, 2, level, 8, {bits(vtcr, 9, 8) != 0, bits(vtcr, 11, 10) != 0});
        const Kind kind = kind_of(descriptor, level);
        if (kind == Kind::invalid) return fail_stage2(FaultKind::translation, level, ipa, table_access);
        if (kind == Kind::leaf) break;
        base = descriptor & address_mask & ~low_mask(12);
        ++level;
        top_bit = level_shift(level) + 8;
    }
    if (!bit64(descriptor, 10)) return fail_stage2(FaultKind::access_flag, level, ipa, table_access);
    const unsigned shift = level_shift(level);
    m.ipa_base = ipa & ~low_mask(shift);
    m.pa_base = descriptor & address_mask & ~low_mask(shift);
    m.bits = static_cast<u8>(shift);
    m.level = static_cast<u8>(level);
    m.permissions = {.rw = static_cast<u8>(bits64(descriptor, 7, 6)), .xn = bit64(descriptor, 54)};
    m.attr = decode_stage2(bits64(descriptor, 5, 2), bits64(descriptor, 9, 8));
    if (caches_) caches_->add_stage2(regime_.select.vmid, m);
    return true;
}

}  // namespace vtoll::mmu
