// SPDX-License-Identifier: Apache-2.0
// Prefetch and Data Aborts: routing, fault registers, entry. ARM DDI 0406C §B1.9.6-9, §B3.12, §B3.13.
#include "isa/exec/system/exception_entry.hpp"

namespace vtoll::isa {

namespace {

bool long_format(const CpuState& s) { return s.sys.ttbcr & ttbcr::EAE; }

/// DFSR or IFSR without WnR and CM, in the format that TTBCR.EAE selects (§B4.1.51, §B4.1.96).
u32 fsr(const CpuState& s, const Fault& f) {
    const u32 ext = f.external_slave ? 1u << 12 : 0;
    return long_format(s) ? (1u << 9) | ext | fault_status_long(f)
                          : ext | (u32(f.domain & 0xf) << 4) | fault_status_short(f);
}

/// IFSR has no domain field.
u32 ifsr(const CpuState& s, Fault f) {
    f.domain = 0;
    return fsr(s, f);
}

/// True when the abort is taken to Hyp mode although it comes from a PL1 or PL0 mode.
bool routed_to_hyp(const CpuState& s, const Fault& f) {
    if (f.stage2 || tge_applies(s)) return true;
    return f.kind == FaultKind::debug && (s.sys.hdcr & hdcr::TDE);
}

Syndrome iss_abort(const Fault& f) {
    return Syndrome()
        .with(iss::status, fault_status_long(f))
        .with(iss::external, f.external_slave)
        .with(iss::s1ptw, f.s1ptw);
}

/// HSR.ISS of a Data Abort. The instruction is described only for stage-2 faults of its own access (§B3.13.6).
Syndrome iss_data_abort(const Op* op, const Fault& f) {
    const Syndrome iss = iss_abort(f).with(iss::cache_maintenance, f.cache_maintenance).with(iss::is_write, f.write);
    if (op && (op->flags & op_iss_valid) && f.stage2 && !f.s1ptw && !f.cache_maintenance) {
        const u32 size = (op->flags & op_size_mask) >> op_size_shift;
        const bool sign_extended = op->flags & op_sign_ext;
        return iss.with(iss::isv, 1).with(iss::sas, size).with(iss::sse, sign_extended).with(iss::srt, op->rd);
    }
    return iss;
}

/// HPFAR is valid for stage-2 faults (§B4.1.73): bits 31..4 are IPA[39:12].
void record_ipa(CpuState& s, const Fault& f) {
    if (f.stage2) s.sys.hpfar = static_cast<u32>(f.ipa >> 12) << 4;
}

void take_prefetch_abort(CpuState& s, u8 itstate, u32 at, const Fault& f, bool address_known) {
    const u32 saved = psr_to_save(s, itstate);
    const bool from_hyp = s.is_hyp();
    if (from_hyp || routed_to_hyp(s, f)) {
        if (address_known) s.sys.hifar = f.va;
        record_ipa(s, f);
        const Syndrome syndrome =
            make_syndrome(from_hyp ? Ec::prefetch_abort_hyp : Ec::prefetch_abort, false, iss_abort(f));
        EnterHypMode(s, from_hyp ? ExceptionKind::prefetch_abort : ExceptionKind::hyp_trap, saved, at,
                     from_hyp ? vector::prefetch_abort : vector::hyp_trap, syndrome);
        return;
    }
    if (address_known) s.sys.ifar = f.va;
    s.sys.ifsr = ifsr(s, f);
    enter_pl1(s, ExceptionKind::prefetch_abort, Mode::abt, saved, at, at + 4, vector::prefetch_abort, psr::A | psr::I);
}

}  // namespace

void take_data_abort(CpuState& s, const Op* op, u8 itstate, u32 at, const Fault& f) {
    const u32 saved = psr_to_save(s, itstate);
    const bool asynchronous = f.kind == FaultKind::async_external;
    const bool from_hyp = s.is_hyp();
    const bool amo = asynchronous && (s.sys.hcr & (hcr::AMO | hcr::TGE));
    if (from_hyp || amo || routed_to_hyp(s, f)) {
        if (!asynchronous) s.sys.hdfar = f.va;
        record_ipa(s, f);
        const Syndrome iss = iss_data_abort(from_hyp ? nullptr : op, f);
        const bool il32 = op && op->len == 4;
        const Syndrome syndrome = make_syndrome(from_hyp ? Ec::data_abort_hyp : Ec::data_abort, il32, iss);
        EnterHypMode(s, from_hyp ? ExceptionKind::data_abort : ExceptionKind::hyp_trap, saved, at,
                     from_hyp ? vector::data_abort : vector::hyp_trap, syndrome);
        return;
    }
    if (!asynchronous) s.sys.dfar = f.va;
    s.sys.dfsr = fsr(s, f) | (f.cache_maintenance ? 1u << 13 : 0) | (f.write ? 1u << 11 : 0);
    enter_pl1(s, ExceptionKind::data_abort, Mode::abt, saved, at, at + 8, vector::data_abort, psr::A | psr::I);
}

const Op* TakeDataAbortException(CpuState& s, const Op* op, const Fault& fault) {
    s.env->unwind(op, false);
    take_data_abort(s, op, op->itstate, op->pc, fault);
    return nullptr;
}

void TakePrefetchAbortException(CpuState& s, const Fault& fault) {
    take_prefetch_abort(s, s.itstate, s.r[15], fault, true);
}

// A BKPT debug event: DBGDSCR.MOE says so, and no fault address is given (§C3.3, §C4.1).
const Op* TakeBreakpoint(CpuState& s, const Op* op) {
    s.env->unwind(op, true);
    s.sys.dbgdscr = (s.sys.dbgdscr & ~(0xfu << 2)) | (0x3u << 2);
    take_prefetch_abort(s, op->itstate, op->pc, {.kind = FaultKind::debug}, false);
    return nullptr;
}

}  // namespace vtoll::isa
