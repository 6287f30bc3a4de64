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

Decoded nop_row(Decoding& op) {
    op.meaning.work = Work::nothing;
    return bind<&nop>(op);
}
Decoded sev_row(Decoding& op) { return bind<&sev>(op); }
Decoded wfi_row(Decoding& op) {
    op.flags |= op_ends_block;
    op.properties.hint = Hint::wait_for_interrupt;
    return bind<&wfi>(op);
}
Decoded wfe_row(Decoding& op) {
    op.flags |= op_ends_block;
    op.properties.hint = Hint::wait_for_event;
    return bind<&wfe>(op);
}
Decoded dbg_row(Decoding& op, u32 option) {
    op.imm = option;
    op.properties.hint = Hint::marker;
    return bind<&dbg>(op);
}

// One processor's accesses happen in program order here: what a barrier waits for is a matter of time alone. What
// follows ISB is looked up anew, so that it sees the translation changes made before it.
void barrier(CpuState& s, const Op& op) { s.env->barrier(&op, static_cast<SystemCost>(op.shift)); }
const Op* isb(CpuState& s, const Op* op) { return leave_block(s, op); }

Decoded barrier_row(Decoding& op, u32 option, SystemCost what) {
    op.imm = option;
    op.shift = static_cast<u8>(what);
    op.properties.system = what;
    return bind<&barrier>(op);
}
/// Options ST, ISHST, NSHST and OSHST are about stores only: they end in 0b10 (§A8.8.43, §A8.8.44).
bool stores_only(u32 option) { return (option & 3) == 2; }
Decoded dmb_row(Decoding& op, u32 option) {
    return barrier_row(op, option, stores_only(option) ? SystemCost::dmb_store : SystemCost::dmb);
}
Decoded dsb_row(Decoding& op, u32 option) {
    return barrier_row(op, option, stores_only(option) ? SystemCost::dsb_store : SystemCost::dsb);
}
Decoded isb_row(Decoding& op, u32 option) {
    op.imm = option;
    op.flags |= op_ends_block;
    return bind<&isb>(op);
}

}  // namespace

#define HINT_ROW(fn, ...)                            \
    VTOLL_TRANSLATE(a32, fn) { return __VA_ARGS__; } \
    VTOLL_TRANSLATE(t32, fn) { return __VA_ARGS__; }
#define HINT_ROW_T16(fn, ...) \
    HINT_ROW(fn, __VA_ARGS__) \
    VTOLL_TRANSLATE(t16, fn) { return __VA_ARGS__; }

HINT_ROW_T16(NOP, nop_row(op))
HINT_ROW_T16(YIELD, nop_row(op))
HINT_ROW_T16(WFE, wfe_row(op))
HINT_ROW_T16(WFI, wfi_row(op))
HINT_ROW_T16(SEV, sev_row(op))
HINT_ROW_T16(HINT, nop_row(op))
HINT_ROW(DBG, dbg_row(op, f('o')))
HINT_ROW(DMB, dmb_row(op, f('o')))
HINT_ROW(DSB, dsb_row(op, f('o')))
HINT_ROW(ISB, isb_row(op, f('o')))

#undef HINT_ROW_T16
#undef HINT_ROW

// What decodes the block goes on with this ITSTATE; nothing is left to execute.
VTOLL_TRANSLATE(t16, IT) {
    const u32 first = f('f'), mask = f('m');
    if (mask == 0) return Decoded::not_this_row;
    const bool one_instruction = (mask & (mask - 1)) == 0;
    if (first == 15 || (first == 14 && !one_instruction) || ctx.in_it()) return Decoded::unpredictable;
    op.properties.itstate = static_cast<u8>(first << 4 | mask);
    return nop_row(op);
}

}  // namespace vtoll::isa
