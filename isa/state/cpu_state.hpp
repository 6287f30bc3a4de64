// SPDX-License-Identifier: Apache-2.0
// The processor's architectural state, laid out for the run loop: what almost every instruction touches comes first.
#pragma once

#include <array>

#include "isa/env.hpp"
#include "isa/features.hpp"
#include "isa/state/modes.hpp"
#include "isa/state/sys_regs.hpp"
#include "isa/types.hpp"

namespace vtoll::isa {

/// L0 filter: virtual page -> host pointer, for plain RAM whose access is known to succeed and to need neither the MMU
/// nor a device. A tag is the page's address, with the low bits zero, plus the translation context in the upper half;
/// `no_tag` never matches. A timing model with caches makes the "pages" as small as its cache lines, so that a hit
/// means a hit in L1 as well: CpuState::set_l0_granule.
struct L0Entry {
    static constexpr u64 no_tag = ~u64{0};
    u64 read_tag = no_tag;
    u64 write_tag = no_tag;
    u8* host = nullptr;  ///< host address of the page minus its virtual address
    u64 line = 0;        ///< what the machine knows the memory behind it by: its cache line
};

struct CpuState {
    static constexpr unsigned l0_bits = 9;
    static constexpr u64 l0_ctx_never = 0xffff'ffff'0000'0000;  ///< makes tags that no entry has, not even `no_tag`

    // --- data path -------------------------------------------------------------------------------------------
    std::array<u32, 16> r{};    ///< the current mode's view; r[15] is the next address between blocks
    u32 nf = 0;                 ///< N is bit 31
    u32 zf = 1;                 ///< Z is set when this is 0
    u32 cf = 0;                 ///< C: 0 or 1
    u32 vf = 0;                 ///< V is bit 31
    u32 l0_mask = ~u32{0xfff};  ///< address bits that a tag holds
    u32 l0_shift = 12;
    u64 l0_ctx = 0;      ///< translation context of data accesses, in the upper 32 bits
    u64 l0_ctx_pl0 = 0;  ///< the same for accesses made as PL0 (LDRT, STRT)
    s64 countdown = 0;   ///< ticks until the engine must look up; blocks subtract their price at their head
    u64 insns = 0;       ///< instructions executed, exact between blocks
    Env* env = nullptr;
    const Op* exit_op = nullptr;  ///< direct branch that left the last block: where the engine may link
    u32 region = 0;               ///< ledger region of the running block
    u32 psr = 0x1d3;              ///< CPSR less N, Z, C, V, T and IT: they have fields of their own
    bool thumb = false;
    u8 itstate = 0;             ///< meaningful between blocks
    bool attention = false;     ///< the engine must look at interrupts before the next block
    bool fp_enabled = false;    ///< FPEXC.EN and CPACR and HCPTR let the current mode use VFP; see update_fp_enabled()
    bool simd_enabled = false;  ///< the same for Advanced SIMD: CPACR.ASEDIS and HCPTR.TASE count too
    /// PL1 and PL0 contexts of `l0_ctx_by_pl` are out of date. A hypervisor rewrites a dozen registers of the guest's
    /// translation at each world switch: the engine is asked once, on the way out of Hyp mode.
    bool guest_context_stale = false;
    bool counters_run = false;    ///< performance counters are enabled: a change of privilege level matters to them
    bool event_register = false;  ///< WFE's (ARM DDI 0406C §B1.8.13): Env::send_event and the event stream set it

    /// What `l0_ctx`, `fp_enabled` and `simd_enabled` are at each privilege level, so that a mode change costs a few
    /// loads. The engine fills the contexts in when the translation context changes, then calls refresh_l0_ctx();
    /// update_fp_enabled() fills in the others.
    std::array<u64, 3> l0_ctx_by_pl{};
    std::array<bool, 3> fp_enabled_by_pl{}, simd_enabled_by_pl{};

    // --- floating point and Advanced SIMD --------------------------------------------------------------------
    alignas(16) std::array<u64, 32> d{};
    u32 fpscr = 0, fpexc = 0;

    // --- banked ----------------------------------------------------------------------------------------------
    std::array<u32, bank_count> bank_sp{}, bank_lr{}, bank_spsr{};  ///< bank_lr[bank_hyp] is unused: Hyp uses LR_usr
    std::array<u32, 5> high_usr{}, high_fiq{};                      ///< r8..r12
    u32 elr_hyp = 0;

    SysRegs sys;
    Features features;

    // --- interrupt inputs, driven by the machine ----------------------------------------------------------------
    bool line_irq = false, line_fiq = false, line_virq = false, line_vfiq = false, line_abort = false;

    /// Set by Env::address_translation when the walk itself was stopped by stage 2: the ATS operation then aborts.
    Fault ats_fault;

    std::array<L0Entry, 1u << l0_bits> l0{};

    L0Entry& l0_entry(u32 va) { return l0[(va >> l0_shift) & ((1u << l0_bits) - 1)]; }
    const L0Entry& l0_entry(u32 va) const { return l0[(va >> l0_shift) & ((1u << l0_bits) - 1)]; }
    /// Entries cover 2^bits bytes from now on. The table must be empty.
    void set_l0_granule(unsigned bits) {
        l0_shift = bits;
        l0_mask = ~u32{0} << bits;
    }

    Mode mode() const { return static_cast<Mode>(psr & psr::M); }
    Privilege privilege() const { return privilege_of(mode()); }
    bool is_hyp() const { return mode() == Mode::hyp; }

    bool flag_n() const { return nf >> 31; }
    bool flag_z() const { return zf == 0; }
    bool flag_c() const { return cf != 0; }
    bool flag_v() const { return vf >> 31; }
    u32 nzcv() const { return (nf & psr::N) | (zf == 0 ? psr::Z : 0) | (cf << 29) | ((vf >> 31) << 28); }
    void set_nzcv(u32 value) {
        nf = value;
        zf = ~value & psr::Z;
        cf = (value >> 29) & 1;
        vf = value << 3;
    }

    u32 cpsr() const { return psr | nzcv() | (thumb ? psr::T : 0) | psr::it_bits(itstate); }
    /// Replace the whole CPSR, switching register banks when the mode changes (no checks, no notification).
    void set_cpsr(u32 value);
    /// Switch register banks; PSR.M, `l0_ctx` and `fp_enabled` follow.
    void switch_mode(Mode to);

    u32& spsr() { return bank_spsr[bank_of(mode())]; }
    /// r8..r12, SP, LR of `mode` whatever the current mode is (LDM ^, MRS banked, debuggers).
    u32 read_banked(unsigned n, Mode mode) const;
    void write_banked(unsigned n, Mode mode, u32 value);

    /// After a change of mode, of PSR.E or of `l0_ctx_by_pl`. Big-endian data never reach the fast path.
    void refresh_l0_ctx() {
        const bool big = psr & psr::E;
        l0_ctx = big ? l0_ctx_never : l0_ctx_by_pl[static_cast<unsigned>(privilege())];
        l0_ctx_pl0 = big ? l0_ctx_never : l0_ctx_by_pl[0];
    }
    /// After a write to a register of PL1 and PL0 translation: now, or when Hyp mode is left.
    void guest_context_changed() {
        if (is_hyp()) guest_context_stale = true;
        else env->context_changed();
    }
    /// Recompute `fp_enabled` and `simd_enabled` after a change of FPEXC, CPACR or HCPTR.
    void update_fp_enabled();

    /// What software can tell, between blocks. The rest follows from it or is the engine's: see core/cpu.
    template <class Ar>
    void serialize(Ar& ar) {
        set_nzcv(nzcv());  // in one form, whichever code made them
        ar(r, nf, zf, cf, vf, insns, psr, thumb, itstate, event_register, d, fpscr, fpexc, bank_sp, bank_lr, bank_spsr,
           high_usr, high_fiq, elr_hyp, line_irq, line_fiq, line_virq, line_vfiq, line_abort);
        ar.plain(sys);
    }
};

}  // namespace vtoll::isa
