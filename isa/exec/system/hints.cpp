// SPDX-License-Identifier: Apache-2.0
// Hints, barriers and IT. ARM DDI 0406C §A8.8.42-44, §A8.8.53-54, §A8.8.119, §A8.8.168, §A8.8.424-426, §B1.8.13-14.
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {

void nop(CpuState&, const Op&) {}

void sev(CpuState& s, const Op&) { s.env->send_event(); }
void dbg(CpuState& s, const Op& op) { s.env->marker(&op, op.imm); }

/// Whether HCR asks to see an instruction that is about to suspend the processor (§B1.14.9).
bool wait_trapped(const CpuState& s, u32 hcr_bit) { return !s.is_hyp() && (s.sys.hcr & hcr_bit); }

const Op* wfi(CpuState& s, const Op* op) {
    if (!wakes_wfi(s)) {
        if (wait_trapped(s, hcr::TWI)) return TakeHypTrapException(s, op, trap_syndrome(s, *op, Ec::wfx, Syndrome()));
        leave_block(s, op);
        s.env->wait_for_interrupt();
        return nullptr;
    }
    s.attention = true;
    return leave_block(s, op);
}

const Op* wfe(CpuState& s, const Op* op) {
    if (s.event_register) {
        s.event_register = false;
        return leave_block(s, op);
    }
    if (wait_trapped(s, hcr::TWE))
        return TakeHypTrapException(s, op, trap_syndrome(s, *op, Ec::wfx, Syndrome().with(iss::is_wfe, 1)));
    leave_block(s, op);
    s.env->wait_for_event();
    return nullptr;
}

Decoded nop_row(const Fields&, const DecodeContext&, Op& op) { return bind<&nop>(op); }
Decoded sev_row(const Fields&, const DecodeContext&, Op& op) { return bind<&sev>(op); }
Decoded wfi_row(const Fields&, const DecodeContext&, Op& op) {
    op.flags |= op_ends_block;
    return bind<&wfi>(op);
}
Decoded wfe_row(const Fields&, const DecodeContext&, Op& op) {
    op.flags |= op_ends_block;
    return bind<&wfe>(op);
}
Decoded dbg_row(const Fields& f, const DecodeContext&, Op& op) {
    op.imm = f('o');
    return bind<&dbg>(op);
}

// One processor's accesses happen in program order here: a barrier has a price and nothing to do. What follows ISB is
// looked up anew, so that it sees the translation changes made before it.
const Op* isb(CpuState& s, const Op* op) { return leave_block(s, op); }

Decoded barrier_row(const Fields& f, const DecodeContext&, Op& op) {
    op.imm = f('o');
    return bind<&nop>(op);
}
Decoded isb_row(const Fields& f, const DecodeContext&, Op& op) {
    op.imm = f('o');
    op.flags |= op_ends_block;
    return bind<&isb>(op);
}

}  // namespace

#define VTOLL_HINT(fn, row)                                                                        \
    Decoded a32::fn(const Fields& f, const DecodeContext& ctx, Op& op) { return row(f, ctx, op); } \
    Decoded t32::fn(const Fields& f, const DecodeContext& ctx, Op& op) { return row(f, ctx, op); }
#define VTOLL_HINT_T16(fn, row) \
    VTOLL_HINT(fn, row)         \
    Decoded t16::fn(const Fields& f, const DecodeContext& ctx, Op& op) { return row(f, ctx, op); }

VTOLL_HINT_T16(NOP, nop_row)
VTOLL_HINT_T16(YIELD, nop_row)
VTOLL_HINT_T16(WFE, wfe_row)
VTOLL_HINT_T16(WFI, wfi_row)
VTOLL_HINT_T16(SEV, sev_row)
VTOLL_HINT_T16(HINT, nop_row)
VTOLL_HINT(DBG, dbg_row)
VTOLL_HINT(DMB, barrier_row)
VTOLL_HINT(DSB, barrier_row)
VTOLL_HINT(ISB, isb_row)

#undef VTOLL_HINT_T16
#undef VTOLL_HINT

// The block builder reads ITSTATE from the encoding; nothing is left to execute.
Decoded t16::IT(const Fields& f, const DecodeContext& ctx, Op& op) {
    const u32 first = f('f'), mask = f('m');
    if (mask == 0) return Decoded::not_this_row;
    const bool one_instruction = (mask & (mask - 1)) == 0;
    if (first == 15 || (first == 14 && !one_instruction) || ctx.in_it()) return Decoded::unpredictable;
    return bind<&nop>(op);
}

}  // namespace vtoll::isa
