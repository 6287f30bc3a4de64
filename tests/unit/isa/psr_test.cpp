// SPDX-License-Identifier: Apache-2.0
// MRS, MSR, CPS, SETEND: which bits a write reaches, from where, and what it sets off. ARM DDI 0406C §B1.3.3, §B9.3.
#include <gtest/gtest.h>

#include "tests/unit/isa/system_case.hpp"

namespace vtoll::isa::test {
namespace {

constexpr u32 msr_cpsr(u32 mask, u32 rn = 0) { return 0xe120'f000 | mask << 16 | rn; }
constexpr u32 msr_spsr(u32 mask, u32 rn = 0) { return 0xe160'f000 | mask << 16 | rn; }
constexpr u32 mrs_cpsr = 0xe10f'0000, mrs_spsr = 0xe14f'0000;
constexpr u32 aif = psr::A | psr::I | psr::F;

TEST(Mrs, HidesTheExecutionState) {
    Cpu cpu(Mode::svc);
    cpu.s.psr |= psr::GE | psr::Q | psr::E | psr::J;
    cpu.s.refresh_l0_ctx();
    cpu.s.set_nzcv(psr::Z | psr::V);
    cpu.t32(0xf3ef8000);  // mrs r0, cpsr
    EXPECT_EQ(cpu.s.r[0], psr::Z | psr::V | psr::Q | psr::GE | psr::E | aif | u32(Mode::svc)) << "no T, J, IT";
}

TEST(Mrs, SpsrNeedsAModeThatHasOne) {
    Cpu svc(Mode::svc);
    svc.s.spsr() = 0x1234'5678;
    svc.a32(mrs_spsr);
    EXPECT_EQ(svc.s.r[0], 0x1234'5678u) << "SPSR_svc";
    for (const Mode m : {Mode::usr, Mode::sys}) {
        Cpu none(m);
        none.a32(mrs_spsr);
        EXPECT_EQ(none.s.mode(), Mode::und) << "SPSR in " << mode_name(m) << " is UNPREDICTABLE: UNDEFINED here";
        Cpu write(m);
        write.a32(msr_spsr(1));
        EXPECT_EQ(write.s.mode(), Mode::und) << "and so is writing it";
    }
}

TEST(Msr, FieldsOfTheCpsr) {
    constexpr struct {
        u32 mask, reaches;
    } cases[] = {
        {8, psr::N | psr::Z | psr::C | psr::V | psr::Q}, {4, psr::GE}, {2, psr::E | psr::A}, {1, psr::I | psr::F}};
    for (const auto& c : cases) {
        Cpu cpu(Mode::svc);
        cpu.s.psr = u32(Mode::svc);
        cpu.s.set_nzcv(0);
        cpu.s.r[0] = ~psr::M | u32(Mode::svc);
        cpu.a32(msr_cpsr(c.mask));
        EXPECT_EQ(cpu.s.cpsr(), c.reaches | u32(Mode::svc)) << "mask " << c.mask;
        Cpu user(Mode::usr);
        user.s.psr = u32(Mode::usr);
        user.s.set_nzcv(0);
        user.s.r[0] = ~u32{0};
        user.a32(msr_cpsr(c.mask));
        EXPECT_EQ(user.s.cpsr(), (c.reaches & ~aif) | u32(Mode::usr)) << "from PL0, mask " << c.mask;
    }
}

TEST(Msr, Immediate) {
    Cpu cpu(Mode::svc);
    cpu.a32(0xe328'f20f);  // msr cpsr_f, #0xf0000000
    EXPECT_EQ(cpu.s.nzcv(), 0xf000'0000u) << "rotated immediate";
    cpu.a32(0xe321'f0d2);  // msr cpsr_c, #0xd2
    EXPECT_EQ(cpu.s.mode(), Mode::irq) << "mode by immediate";
}

TEST(Msr, ModeChangesBetweenPl1Modes) {
    for (const Mode from : pl1_modes)
        for (const Mode to : pl1_modes) {
            Cpu cpu(from);
            cpu.s.r[0] = u32(to);
            cpu.a32(msr_cpsr(1));
            EXPECT_EQ(cpu.s.mode(), to) << mode_name(from) << " to " << mode_name(to);
            EXPECT_EQ(cpu.s.r[15], 0x8004u) << "goes on";
        }
}

TEST(Msr, ModesThatCannotBeWritten) {
    for (const u32 mode : {u32(Mode::hyp), u32(Mode::mon), 0x00u, 0x14u, 0x1cu}) {
        Cpu cpu(Mode::svc);
        cpu.s.r[0] = mode | psr::F;
        cpu.a32(msr_cpsr(1));
        EXPECT_EQ(cpu.s.mode(), Mode::svc) << "mode " << std::hex << mode << " leaves the mode";
        EXPECT_EQ(cpu.s.psr & aif, psr::A | psr::F) << "the other bits are written";
    }
    Cpu hyp(Mode::hyp);
    hyp.s.r[0] = u32(Mode::svc);
    hyp.a32(msr_cpsr(1));
    EXPECT_EQ(hyp.s.mode(), Mode::hyp) << "only an exception return leaves Hyp mode";
    hyp.a32(0xf102'0013);  // cps #0x13
    EXPECT_EQ(hyp.s.mode(), Mode::hyp) << "nor does CPS";
}

TEST(Msr, ReportsOnlyMasksThatBecomeClear) {
    Cpu cpu(Mode::svc);
    cpu.s.r[0] = u32(Mode::svc) | psr::I;
    cpu.a32(msr_cpsr(1));
    EXPECT_EQ(cpu.env.interrupt_changes, 1u) << "F became clear";
    cpu.s.r[0] = u32(Mode::svc) | psr::I | psr::F;
    cpu.a32(msr_cpsr(1));
    EXPECT_EQ(cpu.env.interrupt_changes, 1u) << "F was set";
    cpu.a32(msr_cpsr(1));
    EXPECT_EQ(cpu.env.interrupt_changes, 1u) << "nothing changed";
}

TEST(Msr, PrivilegeChangeUsesTheOtherContext) {
    Cpu cpu(Mode::svc);
    cpu.s.l0_ctx_by_pl = {u64{7} << 32, u64{8} << 32, u64{9} << 32};
    cpu.s.refresh_l0_ctx();
    cpu.s.fp_enabled_by_pl = {false, true, true};
    cpu.s.r[0] = u32(Mode::usr);
    cpu.a32(msr_cpsr(1));
    EXPECT_EQ(cpu.s.l0_ctx, u64{7} << 32) << "PL0's translations";
    EXPECT_FALSE(cpu.s.fp_enabled) << "PL0's access to floating point";
    EXPECT_TRUE(cpu.block[0].flags & op_ends_block) << "the block was decoded for the other privilege";
    EXPECT_EQ(cpu.env.context_changes, 0u) << "without asking the engine";
}

TEST(Msr, SpsrFields) {
    constexpr u32 reach[] = {0xff, 0xff00, 0x000f'0000, 0xff00'0000};
    for (unsigned i = 0; i < 4; ++i) {
        Cpu cpu(Mode::abt);
        cpu.s.r[0] = ~u32{0};
        cpu.a32(msr_spsr(1u << i));
        EXPECT_EQ(cpu.s.spsr(), reach[i]) << "field " << i;
    }
}

TEST(Cps, Masks) {
    Cpu cpu(Mode::svc);
    cpu.s.psr = u32(Mode::svc);
    cpu.a32(0xf10c'0080);  // cpsid i
    EXPECT_EQ(cpu.s.psr & aif, psr::I) << "cpsid i";
    EXPECT_FALSE(cpu.block[0].flags & op_ends_block) << "nothing becomes takeable: the block goes on";
    cpu.t16(0xb677);  // cpsid aif
    EXPECT_EQ(cpu.s.psr & aif, aif) << "cpsid aif";
    cpu.t16(0xb662);  // cpsie i
    EXPECT_EQ(cpu.s.psr & aif, psr::A | psr::F) << "cpsie i";
    EXPECT_EQ(cpu.env.interrupt_changes, 1u) << "interrupts may be takeable";
    EXPECT_TRUE(cpu.block[0].flags & op_ends_block) << "so they are looked at here";
    cpu.t32(0xf3af'85f2);  // cpsie.w aif, #0x12
    EXPECT_EQ(cpu.s.psr & aif, 0u) << "cpsie aif";
    EXPECT_EQ(cpu.s.mode(), Mode::irq) << "and the mode";
    Cpu user(Mode::usr);
    const u32 before = user.s.cpsr();
    user.a32(0xf10c'0080);
    EXPECT_EQ(user.s.cpsr(), before) << "no effect at PL0";
    EXPECT_TRUE(user.env.taken.empty()) << "and no exception";
}

TEST(Cps, ReservedForms) {
    for (const u32 raw : {0xf100'0000u, 0xf104'0000u, 0xf108'0000u, 0xf10c'0000u, 0xf10c'0091u, 0xf102'0040u}) {
        Cpu cpu(Mode::svc);
        cpu.a32(raw);
        EXPECT_EQ(cpu.decoded, Decoded::unpredictable) << std::hex << raw;
        EXPECT_EQ(cpu.s.mode(), Mode::und) << std::hex << raw;
    }
}

TEST(Setend, SwitchesDataOnly) {
    Cpu cpu(Mode::usr);
    cpu.s.l0_ctx_by_pl = {u64{7} << 32, u64{8} << 32, u64{9} << 32};
    cpu.s.refresh_l0_ctx();
    cpu.a32(0xf101'0200);  // setend be
    EXPECT_TRUE(cpu.s.psr & psr::E) << "SETEND BE";
    EXPECT_EQ(cpu.s.l0_ctx, CpuState::l0_ctx_never) << "the little-endian fast path is closed";
    cpu.t16(0xb650);  // setend le
    EXPECT_FALSE(cpu.s.psr & psr::E) << "SETEND LE";
    EXPECT_EQ(cpu.s.l0_ctx, u64{7} << 32) << "and open again";
}

TEST(Banks, EveryModeSeesItsOwnRegisters) {
    Cpu cpu(Mode::svc);
    for (const Mode m : all_modes) {
        cpu.s.switch_mode(m);
        cpu.s.r[13] = 0xd00 + u32(m);
        cpu.s.r[14] = 0xe00 + u32(m);
        cpu.s.r[8] = 0x800 + u32(m);
        if (bank_of(m) != bank_usr) cpu.s.spsr() = 0x500 + u32(m);
    }
    for (const Mode m : all_modes) {
        cpu.s.switch_mode(m);
        const Mode sp = m == Mode::usr ? Mode::sys : m;                    // shared, System wrote last
        const Mode lr = m == Mode::usr || m == Mode::sys ? Mode::hyp : m;  // Hyp mode uses LR_usr and wrote last
        EXPECT_EQ(cpu.s.r[13], 0xd00 + u32(sp)) << "SP of " << mode_name(m);
        EXPECT_EQ(cpu.s.r[14], 0xe00 + u32(lr)) << "LR of " << mode_name(m);
        EXPECT_EQ(cpu.s.r[8], 0x800 + u32(m == Mode::fiq ? Mode::fiq : Mode::hyp)) << "r8 of " << mode_name(m);
        if (bank_of(m) != bank_usr) {
            EXPECT_EQ(cpu.s.spsr(), 0x500 + u32(m)) << "SPSR of " << mode_name(m);
        }
        for (const Mode other : all_modes)
            EXPECT_EQ(cpu.s.read_banked(13, other), 0xd00 + u32(other == Mode::usr ? Mode::sys : other))
                << "SP of " << mode_name(other) << " read from " << mode_name(m);
    }
}

// --- MRS and MSR of banked registers ------------------------------------------------------------------------------

struct BankedCase {
    const char* name;
    bool spsr;
    u32 sysm;
    Mode mode;   ///< whose it is
    unsigned n;  ///< 0: SPSR, 1: ELR_hyp
};
constexpr BankedCase banked_cases[] = {
    {"r8_usr", false, 0x00, Mode::usr, 8},   {"r9_usr", false, 0x01, Mode::usr, 9},
    {"r10_usr", false, 0x02, Mode::usr, 10}, {"r11_usr", false, 0x03, Mode::usr, 11},
    {"r12_usr", false, 0x04, Mode::usr, 12}, {"SP_usr", false, 0x05, Mode::usr, 13},
    {"LR_usr", false, 0x06, Mode::usr, 14},  {"r8_fiq", false, 0x08, Mode::fiq, 8},
    {"r9_fiq", false, 0x09, Mode::fiq, 9},   {"r10_fiq", false, 0x0a, Mode::fiq, 10},
    {"r11_fiq", false, 0x0b, Mode::fiq, 11}, {"r12_fiq", false, 0x0c, Mode::fiq, 12},
    {"SP_fiq", false, 0x0d, Mode::fiq, 13},  {"LR_fiq", false, 0x0e, Mode::fiq, 14},
    {"LR_irq", false, 0x10, Mode::irq, 14},  {"SP_irq", false, 0x11, Mode::irq, 13},
    {"LR_svc", false, 0x12, Mode::svc, 14},  {"SP_svc", false, 0x13, Mode::svc, 13},
    {"LR_abt", false, 0x14, Mode::abt, 14},  {"SP_abt", false, 0x15, Mode::abt, 13},
    {"LR_und", false, 0x16, Mode::und, 14},  {"SP_und", false, 0x17, Mode::und, 13},
    {"ELR_hyp", false, 0x1e, Mode::hyp, 1},  {"SPSR_fiq", true, 0x0e, Mode::fiq, 0},
    {"SPSR_irq", true, 0x10, Mode::irq, 0},  {"SPSR_svc", true, 0x12, Mode::svc, 0},
    {"SPSR_abt", true, 0x14, Mode::abt, 0},  {"SPSR_und", true, 0x16, Mode::und, 0},
};
bool accessible(const BankedCase& c, Mode from) {
    if (c.n == 1) return from == Mode::hyp;
    if (c.mode != Mode::usr) return from != c.mode;
    if (c.n == 13) return from != Mode::sys;
    if (c.n == 14) return from != Mode::sys && from != Mode::hyp;
    return from == Mode::fiq;
}
u32 mrs_banked(const BankedCase& c, bool thumb) {
    const u32 m1 = c.sysm & 15, m = c.sysm >> 4;
    return thumb ? 0xf3e0'8020 + (u32(c.spsr) << 20) + (m1 << 16) + (m << 4)
                 : 0xe100'0200 | u32(c.spsr) << 22 | m1 << 16 | m << 8;
}
u32 msr_banked(const BankedCase& c, bool thumb) {
    const u32 m1 = c.sysm & 15, m = c.sysm >> 4;
    return thumb ? 0xf380'8020 + (u32(c.spsr) << 20) + (m1 << 8) + (m << 4)
                 : 0xe120'f200 | u32(c.spsr) << 22 | m1 << 16 | m << 8;
}

TEST(BankedMove, EveryRegisterFromEveryMode) {
    for (const BankedCase& c : banked_cases)
        for (const Mode from : all_modes)
            for (const bool thumb : {false, true}) {
                SCOPED_TRACE(testing::Message() << c.name << " from " << mode_name(from) << " thumb " << thumb);
                const bool ok = from != Mode::usr && accessible(c, from);
                const auto value_of = [&](CpuState& s) {
                    return c.n == 0 ? s.bank_spsr[bank_of(c.mode)] : c.n == 1 ? s.elr_hyp : s.read_banked(c.n, c.mode);
                };
                Cpu write(from);
                write.s.r[0] = 0x1357'9bdf;
                thumb ? write.t32(msr_banked(c, true)) : write.a32(msr_banked(c, false));
                Cpu read(from);
                if (c.n == 0) read.s.bank_spsr[bank_of(c.mode)] = 0x2468;
                else if (c.n == 1) read.s.elr_hyp = 0x2468;
                else read.s.write_banked(c.n, c.mode, 0x2468);
                thumb ? read.t32(mrs_banked(c, true)) : read.a32(mrs_banked(c, false));
                if (ok) {
                    EXPECT_TRUE(write.env.taken.empty() && read.env.taken.empty()) << "allowed";
                    EXPECT_EQ(value_of(write.s), 0x1357'9bdfu) << "MSR";
                    EXPECT_EQ(read.s.r[0], 0x2468u) << "MRS";
                } else {
                    EXPECT_EQ(write.env.taken.size(), 1u) << "MSR is UNPREDICTABLE: UNDEFINED here";
                    EXPECT_EQ(read.env.taken.size(), 1u) << "MRS is UNPREDICTABLE: UNDEFINED here";
                }
            }
}

TEST(BankedMove, ReservedEncodings) {
    for (unsigned spsr = 0; spsr < 2; ++spsr)
        for (u32 sysm = 0; sysm < 32; ++sysm) {
            bool known = false;
            for (const BankedCase& c : banked_cases) known |= c.spsr == bool(spsr) && c.sysm == sysm;
            if (known) continue;
            Cpu cpu(Mode::hyp);
            cpu.a32(mrs_banked({"", bool(spsr), sysm, Mode::usr, 0}, false));
            EXPECT_EQ(cpu.decoded, Decoded::unpredictable) << "R " << spsr << " SYSm " << std::hex << sysm;
        }
}

}  // namespace
}  // namespace vtoll::isa::test
