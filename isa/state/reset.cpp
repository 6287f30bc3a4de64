// SPDX-License-Identifier: Apache-2.0
// Reset, ARM DDI 0406C §B1.9.1: the identity of a Cortex-A15 (its TRM; the same values as QEMU's model gives), less
// what `features` says is absent. A machine that is another core overwrites the identification registers.
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {

constexpr u32 clear_field(u32 value, unsigned hi, unsigned lo) {
    return value & ~((0xffff'ffffu >> (31 - (hi - lo))) << lo);
}

void identify(SysRegs& sys, const Features& has) {
    sys.midr = sys.vpidr = 0x414f'c0f0;
    sys.ctr = 0x8444'c004;
    sys.clidr = 0x0a20'0023;
    sys.ccsidr[0] = 0x701f'e00a;  // L1 data: 32 KB, 2 ways, 64-byte lines
    sys.ccsidr[1] = 0x201f'e00a;  // L1 instruction: 32 KB, 2 ways
    sys.ccsidr[2] = 0x703f'e07a;  // L2: 512 KB, 16 ways, the smallest that a Cortex-A15 has
    sys.id_pfr0 = has.thumbee ? 0x1131 : 0x0131;
    sys.id_pfr1 = 0x0001'0001 | (has.virtualization ? 0x1000 : 0);  // generic timer; no Security Extensions
    sys.id_dfr0 = 0x0201'0505;
    sys.id_mmfr = {has.lpae ? 0x1020'1105u : 0x1020'1103u, 0x2000'0000, 0x0124'0000, 0x0210'2211};
    sys.id_isar = {0x0210'1110, 0x1311'2111, 0x2123'2041, 0x1111'2131, 0x1001'1142, 0};
    if (!has.divide) sys.id_isar[0] = clear_field(sys.id_isar[0], 27, 24);
    if (!has.vfp) return;
    sys.fpsid = 0x4104'30f0;
    sys.mvfr0 = has.vfp_d32 ? 0x1011'0222 : 0x1011'0221;
    sys.mvfr1 = 0x1111'1111;
    if (!has.neon) sys.mvfr1 = clear_field(sys.mvfr1, 23, 8);
    if (!has.vfpv4) sys.mvfr1 = clear_field(sys.mvfr1, 31, 20);  // half precision, fused multiply-accumulate
}

}  // namespace

void reset(CpuState& s) {
    // Wired to the processor, not state: they outlive a reset.
    const u32 cntfrq = s.sys.cntfrq, cbar = s.sys.cbar, l2ctlr = s.sys.l2ctlr;
    const u32 affinity = s.sys.mpidr & 0x00ff'ffff;

    s.sys = SysRegs{};
    identify(s.sys, s.features);
    s.sys.cntfrq = cntfrq;
    s.sys.cbar = cbar;
    s.sys.l2ctlr = l2ctlr;
    s.sys.mpidr = s.sys.vmpidr = 0x8000'0000 | affinity;
    s.sys.sctlr = 0x00c5'0078;
    s.sys.hsctlr = 0x30c5'0830;
    s.sys.hcptr = 0x33ff;  // no coprocessors 0-9, 12, 13: RAO
    s.sys.htcr = 0x8080'0000;
    s.sys.vtcr = 0x8000'0000;
    s.sys.hdcr = 6;        // HPMN: every event counter
    s.sys.dbgoslsr = 0xa;  // OS lock implemented and set

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
