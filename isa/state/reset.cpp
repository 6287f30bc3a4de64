// SPDX-License-Identifier: Apache-2.0
// Reset, ARM DDI 0406C §B1.9.1.
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

void reset(CpuState& s) {
    // Wired to the processor, not state: they outlive a reset.
    const u32 cntfrq = s.sys.cntfrq;
    const Identity id = s.sys.id;

    s.sys = SysRegs{};
    s.sys.id = id;
    s.sys.cntfrq = cntfrq;
    s.sys.vpidr = id.midr;
    s.sys.vmpidr = id.mpidr;
    s.sys.actlr = id.actlr;
    s.sys.sctlr = 0x00c5'0078;
    s.sys.hsctlr = 0x30c5'0830;
    s.sys.hcptr = 0x33ff;  // no coprocessors 0-9, 12, 13: RAO
    s.sys.htcr = 0x8080'0000;
    s.sys.vtcr = 0x8000'0000;
    s.sys.hdcr = id.event_counters();  // HPMN
    s.sys.dbgoslsr = 0xa;              // OS lock implemented and set

    s.r.fill(0);
    s.d.fill(0);
    s.bank_sp.fill(0);
    s.bank_lr.fill(0);
    s.bank_spsr.fill(0);
    s.high_usr.fill(0);
    s.high_fiq.fill(0);
    s.elr_hyp = 0;
    s.fpscr = s.fpexc = 0;
    s.psr = u32(Mode::svc) | psr::A | psr::I | psr::F;
    s.set_nzcv(0);
    s.thumb = false;
    s.itstate = 0;
    s.attention = true;
    s.event_register = s.guest_context_stale = false;
    s.exit_op = nullptr;
    s.update_fp_enabled();
    s.refresh_l0_ctx();
}

}  // namespace vtoll::isa
