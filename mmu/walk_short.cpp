// SPDX-License-Identifier: Apache-2.0
// Short-descriptor translation tables, ARM DDI 0406C §B3.5.
#include "mmu/walker.hpp"

namespace vtoll::mmu {

namespace {

/// AP[2:0] without the Access flag, ARM DDI 0406C table B3-8. Read is bit 0, write bit 1.
struct ApRights {
    u8 pl1, pl0;
};
constexpr ApRights ap_rights[8] = {
    {0, 0}, {3, 0}, {3, 1}, {3, 3}, {0, 0},  // reserved: no access
    {1, 0}, {1, 1}, {1, 1},
};

/// Offset of the descriptor in its second-level table of 1KB, which lies in one page.
constexpr u32 second_offset(u32 va) { return bits(va, 19, 12) << 2; }

}  // namespace

void Walker::short_permissions(unsigned ap) {
    // With SCTLR.AFE, AP[0] is the Access flag; where it is set, AP[2:1] mean what they mean here (table B3-9).
    out_.stage1.pl1 = ap_rights[ap].pl1;
    out_.stage1.pl0 = ap_rights[ap].pl0;
}

MemAttr Walker::short_attr(unsigned tex, u32 descriptor, bool s) const {
    const bool c = bit(descriptor, 3), b = bit(descriptor, 2);
    return regime_.tre ? decode_tex_remapped(tex, c, b, s, regime_.mair0, regime_.mair1) : decode_tex(tex, c, b, s);
}

// Section or supersection, §B3.5.1.
void Walker::section(u32 descriptor) {
    const bool super = bit(descriptor, 18);
    out_.stage1_bits = super ? 24 : 20;
    out_.stage1_level = 1;
    if (super) {
        const u64 high = u64{bits(descriptor, 8, 5)} << 36 | u64{bits(descriptor, 23, 20)} << 32;
        out_.ipa = high | (descriptor & 0xff00'0000) | (va_ & 0x00ff'ffff);
    } else {
        out_.ipa = (descriptor & 0xfff0'0000) | (va_ & 0x000f'ffff);
    }
    out_.global = !bit(descriptor, 17);
    out_.attr = short_attr(bits(descriptor, 14, 12), descriptor, bit(descriptor, 16));
    short_permissions(bit(descriptor, 15) << 2 | bits(descriptor, 11, 10));
    out_.stage1.xn = bit(descriptor, 4);
    out_.stage1.pxn = bit(descriptor, 0);
    out_.stage1.domain = super ? 0 : bits(descriptor, 8, 5);  // supersections belong to domain 0
    out_.fault.domain = out_.stage1.domain;
}

bool Walker::stage1_short() {
    using isa::FaultKind;
    out_.stage1.has_domain = 1;
    // §B3.5.4: TTBCR.N leading zeros select TTBR0.
    const unsigned n = regime_.ttbcr & isa::ttbcr::N;
    const bool low = n == 0 || (va_ >> (32 - n)) == 0;
    const u32 ttbr = static_cast<u32>(low ? regime_.ttbr0 : regime_.ttbr1);
    tables_ = short_tables(ttbr);
    TablePointer table;
    const TablePointer* known = caches_ ? caches_->find_table(regime_.select, va_) : nullptr;
    if (known) {
        table = *known;
        allowed_ = table.allowed;
    } else {
        if (regime_.ttbcr & (low ? isa::ttbcr::PD0 : isa::ttbcr::PD1)) return fail(FaultKind::translation, 1);
        const unsigned shrink = low ? n : 0;
        const u32 base = ttbr & (~u32{0} << (14 - shrink));
        const u32 index = bits(va_, 31 - shrink, 20);
        u64 pa;
        u32 descriptor;
        if (!table_address(base | index << 2, pa) || !fetch32(pa, 1, descriptor)) return false;
        switch (descriptor & 3) {
        case 0: return fail(FaultKind::translation, 1);
        case 1: break;
        default: {
            // The order of the manual's TranslationTableWalkSD: the Access flag comes before the domain.
            section(descriptor);
            if (regime_.afe && !bit(descriptor, 10)) return fail(FaultKind::access_flag, 1);
            return true;
        }
        }
        out_.fault.domain = static_cast<u8>(bits(descriptor, 8, 5));
        const u32 offset = second_offset(va_);
        if (!table_address((descriptor & 0xffff'fc00) | offset, pa)) return false;
        table = {.pa = pa - offset, .level = 3, .domain = out_.fault.domain, .pxn = bit(descriptor, 2)};
        table.allowed = allowed_;
        if (caches_) caches_->add_table(regime_.select, va_, table);
    }

    out_.stage1.domain = out_.fault.domain = table.domain;
    out_.stage1_level = 2;
    u32 descriptor;
    if (!fetch32(table.pa | second_offset(va_), 2, descriptor)) return false;
    if ((descriptor & 3) == 0) return fail(FaultKind::translation, 2);
    const bool large = !bit(descriptor, 1);
    if (large) {
        out_.stage1_bits = 16;
        out_.ipa = (descriptor & 0xffff'0000) | (va_ & 0xffff);
        out_.attr = short_attr(bits(descriptor, 14, 12), descriptor, bit(descriptor, 10));
        out_.stage1.xn = bit(descriptor, 15);
    } else {
        out_.stage1_bits = 12;
        out_.ipa = (descriptor & 0xffff'f000) | (va_ & 0xfff);
        out_.attr = short_attr(bits(descriptor, 8, 6), descriptor, bit(descriptor, 10));
        out_.stage1.xn = bit(descriptor, 0);
    }
    out_.stage1.pxn = table.pxn;
    out_.global = !bit(descriptor, 11);
    short_permissions(bit(descriptor, 9) << 2 | bits(descriptor, 5, 4));
    if (regime_.afe && !bit(descriptor, 4)) return fail(FaultKind::access_flag, 2);
    return true;
}

}  // namespace vtoll::mmu
