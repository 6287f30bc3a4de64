// SPDX-License-Identifier: Apache-2.0
// Address translation operations and the formats of PAR, ARM DDI 0406C §B3.18 and §B4.1.112.
#include "mmu/mmu.hpp"

namespace vtoll::mmu {

namespace {

constexpr u32 par_failed = 1, par_supersection = 1 << 1, par_ns = 1 << 9, par_long = 1 << 11;

/// 32-bit PAR: two-bit outer cacheability, same code as in short descriptors.
constexpr u32 outer_code(u8 n) {
    switch (nibble::policy(n)) {
    case CachePolicy::non_cacheable: return 0;
    case CachePolicy::write_through: return 2;
    default: return n & nibble::write_allocate ? 1 : 3;
    }
}

/// 32-bit PAR.Inner: the memory type as well.
constexpr u32 inner_code(const MemAttr& a) {
    if (a.type == MemType::strongly_ordered) return 0b001;
    if (a.type == MemType::device) return 0b011;
    switch (nibble::policy(a.inner)) {
    case CachePolicy::non_cacheable: return 0b000;
    case CachePolicy::write_through: return 0b110;
    default: return a.inner & nibble::write_allocate ? 0b101 : 0b111;
    }
}

u64 par_short(const Walk& w) {
    if (w.fault) {
        const u32 fs = isa::fault_status_short(w.fault);  // FS[4] is bit 10, as in DFSR
        return par_failed | bits(fs, 3, 0) << 1 | u32{bit(fs, 10)} << 5 | u32{w.fault.external_slave} << 6;
    }
    const u32 outer = w.attr.normal() ? outer_code(w.attr.outer) : 0;
    u32 par = outer << 2 | inner_code(w.attr) << 4 | u32{w.attr.shareable()} << 7 | par_ns;
    if (w.attr.share == Shareability::inner) par |= 1 << 10;  // NOS: not Outer Shareable
    if (w.stage1_bits == 24) {
        // Address bits 39:32 stand at 23:16; the address of the operation itself supplies the result's low bits.
        return par | par_supersection | (static_cast<u32>(w.pa) & 0xff00'0000) |
               bits(static_cast<u32>(w.pa >> 32), 7, 0) << 16;
    }
    return par | (static_cast<u32>(w.pa) & 0xffff'f000);
}

u64 par_64(const Walk& w) {
    if (w.fault) {
        return par_failed | isa::fault_status_long(w.fault) << 1 | u32{w.fault.s1ptw} << 8 | u32{w.fault.stage2} << 9 |
               par_long;
    }
    return u64{mair_byte(w.attr)} << 56 | (w.pa & 0xff'ffff'f000) | par_long | par_ns |
           u32{static_cast<u8>(w.attr.share)} << 7;
}

}  // namespace

u64 Mmu::address_translation(const isa::SysRegs& sys, isa::AtsOp op, u32 va, isa::Privilege current,
                             isa::Fault* abort) {
    using isa::Privilege;
    const Privilege privilege = op.stage == isa::AtsOp::hyp ? Privilege::pl2
                                : op.user                   ? Privilege::pl0
                                                            : Privilege::pl1;
    const Regime regime = regime_of(sys, privilege);
    const AccessType type = op.write ? AccessType::write : AccessType::read;
    const Walk w = op.stage == isa::AtsOp::stage1_current ? walk_stage1(regime, va, type, reader_, &held_.caches)
                                                          : walk(regime, va, type, reader_, &held_.caches);
    count(w);

    // An operation executed at PL1 must not see what stage 2 made of its walk: the fault goes to Hyp mode.
    // An external abort on the walk is an abort of the operation, whoever executed it.
    const bool stage2_of_walk = w.fault.stage2 && current != Privilege::pl2;
    if (stage2_of_walk || w.fault.kind == isa::FaultKind::sync_external_walk) {
        *abort = w.fault;
        abort->cache_maintenance = true;  // HSR.CM and DFSR.CM cover address translation operations too
        abort->write = true;
        ++statistics_.faults;
        return 0;
    }
    bool long_format = sys.ttbcr & isa::ttbcr::EAE;
    switch (op.stage) {
    case isa::AtsOp::stage1_current: long_format |= current == Privilege::pl2; break;
    case isa::AtsOp::stages12: long_format |= (sys.hcr & (isa::hcr::VM | isa::hcr::DC)) != 0; break;
    case isa::AtsOp::hyp: long_format = true; break;
    }
    return long_format ? par_64(w) : par_short(w);
}

}  // namespace vtoll::mmu
