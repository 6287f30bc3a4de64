// SPDX-License-Identifier: Apache-2.0
// The rest of the coprocessor space: coprocessors that do not exist, the debug channel's LDC and STC, and the access
// check of the floating-point and Advanced SIMD instructions. ARM DDI 0406C §A2.9, §B1.11, §B1.14.6, §C8.
#include "isa/exec/system/coprocessor.hpp"

#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {
/// HSR of an access that HCPTR traps. Advanced SIMD functionality sets TA and reports coprocessor 10.
Syndrome hcptr_syndrome(const CpuState& s, const Op& op, bool advsimd, u32 coprocessor) {
    return trap_syndrome(s, op, Ec::hcptr, Syndrome().with(iss::advsimd, advsimd).with(iss::coproc, coprocessor));
}
}  // namespace

bool CheckAdvSIMDOrVFPEnabled(CpuState& s, const Op& op, bool include_fpexc_check, bool advsimd) {
    constexpr u32 cpacr_asedis = 1u << 31;
    bool undefined = !s.features.vfp || (include_fpexc_check && !((s.fpexc >> 30) & 1));
    if (!s.is_hyp()) {
        const u32 cp10 = (s.sys.cpacr >> 20) & 3;
        undefined |= s.mode() == Mode::usr ? cp10 != 3 : !(cp10 & 1);
        undefined |= advsimd && (s.sys.cpacr & cpacr_asedis);
    }
    if (undefined) {
        TakeUndefInstrException(s, &op);
        return false;
    }
    const u32 traps = hcptr::TCP10 | (advsimd ? hcptr::TASE : 0);
    if (s.features.virtualization && (s.sys.hcptr & traps)) {
        TakeHypTrapOrUndef(s, &op, hcptr_syndrome(s, op, advsimd, 10));
        return false;
    }
    return true;
}

namespace {

// --- coprocessors 0-9, 12, 13 -------------------------------------------------------------------------------------

/// CPACR denies them at PL1 and PL0, being RAZ. In Hyp mode HCPTR denies them, being RAO, and says so in HSR.
const Op* absent(CpuState& s, const Op* op) {
    return s.is_hyp() ? TakeHypTrapOrUndef(s, op, hcptr_syndrome(s, *op, false, bits(op->raw, 11, 8)))
                      : TakeUndefInstrException(s, op);
}

}  // namespace

Decoded coprocessor_absent(u32 cp, Decoding& op) {
    if (cp == 10 || cp == 11) return Decoded::not_this_row;
    if (cp >= 14) return Decoded::undefined;
    op.flags |= op_ends_block;
    op.cls = CostClass::undefined;
    return bind<&absent>(op);
}

namespace {

// --- LDC and STC of DBGDTR ----------------------------------------------------------------------------------------

/// ISS of a trapped LDC or STC: imm8, Rn, Offset, AM, Direction (§B3.13.6).
Syndrome iss_ldc_stc(u32 raw) {
    const u32 n = bits(raw, 19, 16);
    const u32 mode = (n == 15 ? 4u : 0) | bits(raw, 24, 24) << 1 | bits(raw, 21, 21);
    return Syndrome()
        .with(iss::imm8, bits(raw, 7, 0))
        .with(iss::ldc_rn, n)
        .with(iss::adds_offset, bits(raw, 23, 23))
        .with(iss::addressing, mode)
        .with(iss::is_read, bits(raw, 20, 20));
}

/// op.imm: offset of the access, op.aux: of the write-back, op.shift: write-back.
template <bool Load>
const Op* debug_transfer(CpuState& s, const Op* op) {
    constexpr u32 dscr_udccdis = 1u << 12;
    if (s.mode() == Mode::usr && (s.sys.dbgdscr & dscr_udccdis)) return TakeUndefInstrException(s, op);
    if (!s.is_hyp() && (s.sys.hdcr & (hdcr::TDA | hdcr::TDE)))
        return TakeHypTrapException(s, op, trap_syndrome(s, *op, Ec::cp14_ldc, iss_ldc_stc(op->raw)));
    const u32 base = op->rn == 15 ? pc_read(*op, s.thumb) & ~3u : s.r[op->rn];
    if (Load) {
        const Loaded word = load<u32>(s, op, base + op->imm);
        if (word.fault) return nullptr;
        s.sys.dbgdtr = word.value;
    } else if (!store<u32>(s, op, base + op->imm, s.sys.dbgdtr)) {
        return nullptr;
    }
    if (op->shift) s.r[op->rn] = base + op->aux;
    VTOLL_NEXT(s, op);
}

template <bool Thumb, bool Load>
Decoded transfer_row(auto f, Decoding& op) {
    const bool p = f('P'), u = f('U'), d = f('D'), w = f('W');
    if (!p && !u && !w) return Decoded::not_this_row;  // MCRR, MRRC or UNDEFINED: §A5.6
    if (f('p') < 14) return coprocessor_absent(f('p'), op);
    if (f('p') != 14 || f('d') != 5 || d) return Decoded::undefined;
    op.rn = static_cast<u8>(f('n'));
    if (op.rn == 15) uses_own_address(op);
    else reads(op, op.rn);
    if (w) writes_back(op, op.rn);
    if (op.rn == 15 && (w || (!Load && Thumb))) return Decoded::unpredictable;
    const u32 offset = u ? f('i') * 4 : -(f('i') * 4);
    op.imm = p ? offset : 0;
    op.aux = offset;
    op.shift = w;
    op.cls = Load ? CostClass::load : CostClass::store;
    op.flags |= op_align_always | (2 << op_size_shift) | (Load ? op_reads_mem : op_writes_mem);
    return bind<&debug_transfer<Load>>(op);
}
template <bool Thumb>
Decoded ldc_row(auto f, const DecodeContext&, Decoding& op) {
    return transfer_row<Thumb, true>(f, op);
}
template <bool Thumb>
Decoded stc_row(auto f, const DecodeContext&, Decoding& op) {
    return transfer_row<Thumb, false>(f, op);
}

}  // namespace

VTOLL_TRANSLATE(a32, CDP) { return coprocessor_absent(f('p'), op); }
VTOLL_TRANSLATE(t32, CDP) { return coprocessor_absent(f('p'), op); }
VTOLL_A32_T32(LDC, ldc_row)
VTOLL_A32_T32(STC, stc_row)

}  // namespace vtoll::isa
