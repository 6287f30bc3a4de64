// SPDX-License-Identifier: Apache-2.0
// Return from an exception: CPSRWriteByInstr(value, '1111', TRUE) and a branch. ARM DDI 0406C §B1.3.3, §B1.9.
#include "isa/exec/system/exceptions.hpp"
#include "isa/exec/system/psr.hpp"

namespace vtoll::isa {

const Op* exception_return(CpuState& s, const Op*, u32 pc, u32 spsr) {
    const Mode from = s.mode();
    // A mode that can't be returned to is UNPREDICTABLE: the mode stays (docs/unpredictable.md).
    if (!may_write_mode(s, spsr & psr::M, true)) spsr = (spsr & ~psr::M) | u32(from);
    spsr &= ~(psr::J | psr::reserved);  // no Jazelle, no ThumbEE state; CPSRWriteByInstr leaves bits 23..20 alone
    const bool thumb = spsr & psr::T;
    if (!thumb) spsr &= ~psr::IT;
    s.set_cpsr(spsr);
    if (s.guest_context_stale && !s.is_hyp()) {
        s.guest_context_stale = false;
        s.env->context_changed();
    }
    s.r[15] = pc & (thumb ? ~1u : ~3u);
    s.attention = true;
    s.env->exception_returned(from, s.mode());
    return nullptr;
}

}  // namespace vtoll::isa
