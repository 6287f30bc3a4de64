// SPDX-License-Identifier: Apache-2.0
// What a hypervisor can ask to see, bit by bit: that the access is trapped with the manual's syndrome from PL1 (and PL0
// where it has access), not when the bit is clear, not in Hyp mode. ARM DDI 0406C §B1.14.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/isa/system_case.hpp"

namespace vtoll::isa::test {
namespace {

constexpr u32 cv_al = 1u << 24 | 14u << 20, il = 1u << 25;

/// HSR of a trapped access, from the register's name and not from the instruction word.
u32 syndrome(const SysRegKey& k, bool read, u32 rt, u32 rt2, u32 ec = 0) {
    if (!ec) ec = k.coproc == 15 ? (k.wide ? 0x04 : 0x03) : (k.wide ? 0x0c : 0x05);
    const u32 iss = k.wide ? u32(k.opc1) << 16 | rt2 << 10 | rt << 5 | u32(k.crm) << 1
                           : u32(k.opc2) << 17 | u32(k.opc1) << 14 | u32(k.crn) << 10 | rt << 5 | u32(k.crm) << 1;
    return ec << 26 | il | cv_al | iss | u32(read);
}

using Set = void (*)(SysRegs&, bool);
template <u32 SysRegs::*Reg, u32 Bit>
void set_bit(SysRegs& sys, bool on) {
    sys.*Reg = on ? sys.*Reg | Bit : sys.*Reg & ~Bit;
}
/// CNTHCTL's bits trap when they are 0.
template <u32 Bit>
void clear_bit(SysRegs& sys, bool on) {
    sys.cnthctl = on ? sys.cnthctl & ~Bit : sys.cnthctl | Bit;
}

enum Direction { r = 1, w = 2, rw = 3 };
struct Case {
    const char* bit;
    Set set;
    const char* reg;
    SysRegKey key;
    Direction directions;
    u32 ec = 0;  ///< unless it follows from the encoding
};

#define HCR(bit) "HCR." #bit, set_bit<&SysRegs::hcr, hcr::bit>
#define HDCR(bit) "HDCR." #bit, set_bit<&SysRegs::hdcr, hdcr::bit>
#define HSTR_T(n) "HSTR.T" #n, set_bit<&SysRegs::hstr, 1u << n>
const Case cases[] = {
    {HCR(TVM), "SCTLR", cp15(1, 0, 0, 0), w},
    {HCR(TVM), "TTBR0", cp15(2, 0, 0, 0), w},
    {HCR(TVM), "TTBR1", cp15(2, 0, 0, 1), w},
    {HCR(TVM), "TTBR0 64", cp15_wide(2, 0), w},
    {HCR(TVM), "TTBR1 64", cp15_wide(2, 1), w},
    {HCR(TVM), "TTBCR", cp15(2, 0, 0, 2), w},
    {HCR(TVM), "DACR", cp15(3, 0, 0, 0), w},
    {HCR(TVM), "DFSR", cp15(5, 0, 0, 0), w},
    {HCR(TVM), "IFSR", cp15(5, 0, 0, 1), w},
    {HCR(TVM), "ADFSR", cp15(5, 0, 1, 0), w},
    {HCR(TVM), "AIFSR", cp15(5, 0, 1, 1), w},
    {HCR(TVM), "DFAR", cp15(6, 0, 0, 0), w},
    {HCR(TVM), "IFAR", cp15(6, 0, 0, 2), w},
    {HCR(TVM), "PRRR", cp15(10, 0, 2, 0), w},
    {HCR(TVM), "NMRR", cp15(10, 0, 2, 1), w},
    {HCR(TVM), "AMAIR0", cp15(10, 0, 3, 0), w},
    {HCR(TVM), "AMAIR1", cp15(10, 0, 3, 1), w},
    {HCR(TVM), "CONTEXTIDR", cp15(13, 0, 0, 1), w},
    {HCR(TTLB), "TLBIALLIS", cp15(8, 0, 3, 0), w},
    {HCR(TTLB), "TLBIMVAIS", cp15(8, 0, 3, 1), w},
    {HCR(TTLB), "TLBIASIDIS", cp15(8, 0, 3, 2), w},
    {HCR(TTLB), "TLBIMVAAIS", cp15(8, 0, 3, 3), w},
    {HCR(TTLB), "ITLBIALL", cp15(8, 0, 5, 0), w},
    {HCR(TTLB), "DTLBIMVA", cp15(8, 0, 6, 1), w},
    {HCR(TTLB), "TLBIALL", cp15(8, 0, 7, 0), w},
    {HCR(TTLB), "TLBIMVA", cp15(8, 0, 7, 1), w},
    {HCR(TTLB), "TLBIASID", cp15(8, 0, 7, 2), w},
    {HCR(TTLB), "TLBIMVAA", cp15(8, 0, 7, 3), w},
    {HCR(TPU), "ICIALLU", cp15(7, 0, 5, 0), w},
    {HCR(TPU), "ICIALLUIS", cp15(7, 0, 1, 0), w},
    {HCR(TPU), "ICIMVAU", cp15(7, 0, 5, 1), w},
    {HCR(TPU), "DCCMVAU", cp15(7, 0, 11, 1), w},
    {HCR(TPC), "DCIMVAC", cp15(7, 0, 6, 1), w},
    {HCR(TPC), "DCCMVAC", cp15(7, 0, 10, 1), w},
    {HCR(TPC), "DCCIMVAC", cp15(7, 0, 14, 1), w},
    {HCR(TSW), "DCISW", cp15(7, 0, 6, 2), w},
    {HCR(TSW), "DCCSW", cp15(7, 0, 10, 2), w},
    {HCR(TSW), "DCCISW", cp15(7, 0, 14, 2), w},
    {HCR(TAC), "ACTLR", cp15(1, 0, 0, 1), rw},
    {HCR(TIDCP), "L2CTLR, L2AUXCR", cp15(9, 1, 0, 2), rw},
    {HCR(TIDCP), "c10, c4, unallocated", cp15(10, 0, 4, 0), rw},
    {HCR(TIDCP), "c11, c15, unallocated", cp15(11, 3, 15, 7), rw},
    {HCR(TID0), "JIDR", cp14(0, 7, 0, 0), r},
    {HCR(TID1), "TCMTR", cp15(0, 0, 0, 2), r},
    {HCR(TID1), "TLBTR", cp15(0, 0, 0, 3), r},
    {HCR(TID1), "REVIDR", cp15(0, 0, 0, 6), r},
    {HCR(TID1), "AIDR", cp15(0, 1, 0, 7), r},
    {HCR(TID2), "CTR", cp15(0, 0, 0, 1), r},
    {HCR(TID2), "CCSIDR", cp15(0, 1, 0, 0), r},
    {HCR(TID2), "CLIDR", cp15(0, 1, 0, 1), r},
    {HCR(TID2), "CSSELR", cp15(0, 2, 0, 0), rw},
    {HCR(TID3), "ID_PFR0", cp15(0, 0, 1, 0), r},
    {HCR(TID3), "ID_MMFR3", cp15(0, 0, 1, 7), r},
    {HCR(TID3), "ID_ISAR5", cp15(0, 0, 2, 5), r},
    {HCR(TID3), "c0, c7, reserved", cp15(0, 0, 7, 3), r},
    {"HCPTR.TCPAC", set_bit<&SysRegs::hcptr, hcptr::TCPAC>, "CPACR", cp15(1, 0, 0, 2), rw},
    {HSTR_T(0), "MIDR", cp15(0, 0, 0, 0), r},
    {HSTR_T(1), "SCTLR", cp15(1, 0, 0, 0), rw},
    {HSTR_T(2), "TTBR0 64", cp15_wide(2, 0), rw},
    {HSTR_T(3), "DACR", cp15(3, 0, 0, 0), rw},
    {HSTR_T(5), "DFSR", cp15(5, 0, 0, 0), rw},
    {HSTR_T(6), "DFAR", cp15(6, 0, 0, 0), rw},
    {HSTR_T(7), "PAR 64", cp15_wide(7, 0), rw},
    {HSTR_T(8), "TLBIALL", cp15(8, 0, 7, 0), w},
    {HSTR_T(9), "PMCR", cp15(9, 0, 12, 0), rw},
    {HSTR_T(10), "PRRR", cp15(10, 0, 2, 0), rw},
    {HSTR_T(11), "c11, unallocated", cp15(11, 0, 12, 0), rw},
    {HSTR_T(12), "VBAR", cp15(12, 0, 0, 0), rw},
    {HSTR_T(13), "TPIDRURO", cp15(13, 0, 0, 3), rw},
    {HSTR_T(13), "TPIDRPRW", cp15(13, 0, 0, 4), rw},
    {HSTR_T(15), "CBAR", cp15(15, 4, 0, 0), r},
    {"HSTR.TTEE", set_bit<&SysRegs::hstr, hstr::TTEE>, "TEECR", cp14(0, 6, 0, 0), rw},
    {"HSTR.TTEE", set_bit<&SysRegs::hstr, hstr::TTEE>, "TEEHBR", cp14(1, 6, 0, 0), rw},
    {"HSTR.TJDBX", set_bit<&SysRegs::hstr, hstr::TJDBX>, "JOSCR", cp14(1, 7, 0, 0), rw, 0x09},
    {"HSTR.TJDBX", set_bit<&SysRegs::hstr, hstr::TJDBX>, "JMCR", cp14(2, 7, 0, 0), rw, 0x09},
    {HDCR(TPM), "PMCCNTR", cp15(9, 0, 13, 0), rw},
    {HDCR(TPM), "PMINTENSET", cp15(9, 0, 14, 1), rw},
    {HDCR(TPM), "PMCR", cp15(9, 0, 12, 0), rw},
    {HDCR(TPMCR), "PMCR", cp15(9, 0, 12, 0), rw},
    {HDCR(TDA), "DBGDIDR", cp14(0, 0, 0, 0), r},
    {HDCR(TDA), "DBGDSCRext", cp14(0, 0, 2, 2), rw},
    {HDCR(TDA), "DBGBVR5", cp14(0, 0, 5, 4), rw},
    {HDCR(TDA), "DBGWCR3", cp14(0, 0, 3, 7), rw},
    {HDCR(TDA), "DBGVCR", cp14(0, 0, 7, 0), rw},
    {HDCR(TDRA), "DBGDRAR", cp14(1, 0, 0, 0), r},
    {HDCR(TDRA), "DBGDSAR 64", cp14_wide(2, 0), r},
    {HDCR(TDOSA), "DBGOSLAR", cp14(1, 0, 0, 4), w},
    {HDCR(TDOSA), "DBGOSLSR", cp14(1, 0, 1, 4), r},
    {HDCR(TDOSA), "DBGOSDLR", cp14(1, 0, 3, 4), rw},
    {HDCR(TDOSA), "DBGPRCR", cp14(1, 0, 4, 4), rw},
    {HDCR(TDE), "DBGDSCRint", cp14(0, 0, 1, 0), r},
    {"CNTHCTL.PL1PCTEN", clear_bit<cnthctl::PL1PCTEN>, "CNTPCT", cp15_wide(14, 0), r},
    {"CNTHCTL.PL1PCEN", clear_bit<cnthctl::PL1PCEN>, "CNTP_CTL", cp15(14, 0, 2, 1), rw},
    {"CNTHCTL.PL1PCEN", clear_bit<cnthctl::PL1PCEN>, "CNTP_TVAL", cp15(14, 0, 2, 0), rw},
    {"CNTHCTL.PL1PCEN", clear_bit<cnthctl::PL1PCEN>, "CNTP_CVAL", cp15_wide(14, 2), rw},
};
#undef HCR
#undef HDCR
#undef HSTR_T

class HypTrap : public testing::TestWithParam<Case> {};

void access(Cpu& cpu, const Case& c, bool read, bool thumb) {
    const u32 raw = read ? read_of(c.key, 3) : write_of(c.key, 3);
    thumb ? cpu.t32(raw) : cpu.a32(raw);
}

TEST_P(HypTrap, FromPl1) {
    const Case& c = GetParam();
    for (const bool read : {true, false}) {
        if (!(c.directions & (read ? r : w))) continue;
        for (const bool thumb : {false, true}) {
            Cpu cpu(Mode::svc);
            c.set(cpu.s.sys, true);
            cpu.s.r[3] = 0x33;
            access(cpu, c, read, thumb);
            const u32 want = syndrome(c.key, read, 3, 1, c.ec);
            ASSERT_EQ(cpu.env.taken.size(), 1u) << c.bit << " traps " << c.reg << (read ? " read" : " write");
            EXPECT_EQ(cpu.s.sys.hsr, want) << c.bit << " " << c.reg << " HSR " << std::hex << cpu.s.sys.hsr;
            EXPECT_EQ(cpu.s.r[15], cpu.s.sys.hvbar + 0x14) << "Hyp trap vector";
            EXPECT_EQ(cpu.s.elr_hyp, 0x8000u) << "preferred return: the instruction";
            EXPECT_EQ(cpu.s.r[3], 0x33u) << "Rt is untouched";
        }
    }
}

TEST_P(HypTrap, NotWithTheBitClear) {
    const Case& c = GetParam();
    if (!find_sysreg(c.key)) return;  // the unallocated ones are UNDEFINED then
    for (const bool read : {true, false}) {
        if (!(c.directions & (read ? r : w))) continue;
        Cpu cpu(Mode::svc);
        c.set(cpu.s.sys, false);
        access(cpu, c, read, false);
        EXPECT_TRUE(cpu.env.taken.empty()) << c.reg << (read ? " read" : " write");
    }
}

TEST_P(HypTrap, NotInHypMode) {
    const Case& c = GetParam();
    if (!find_sysreg(c.key)) return;
    for (const bool read : {true, false}) {
        if (!(c.directions & (read ? r : w))) continue;
        Cpu cpu(Mode::hyp);
        c.set(cpu.s.sys, true);
        access(cpu, c, read, false);
        EXPECT_TRUE(cpu.env.taken.empty()) << c.reg << (read ? " read" : " write");
    }
}

// What a register's direction list leaves out is not trapped: TVM is for writes.
TEST(HypTraps, TvmLetsReadsThrough) {
    for (const Case& c : cases) {
        if (std::string(c.bit) != "HCR.TVM") continue;
        Cpu cpu(Mode::svc);
        c.set(cpu.s.sys, true);
        access(cpu, c, true, false);
        EXPECT_TRUE(cpu.env.taken.empty()) << "read of " << c.reg;
    }
}

INSTANTIATE_TEST_SUITE_P(EveryBit, HypTrap, testing::ValuesIn(cases), [](const auto& info) {
    std::string name = std::string(info.param.bit) + "_" + info.param.reg;
    std::erase_if(name, [](char ch) { return ch == ' ' || ch == ','; });
    for (char& ch : name)
        if (ch == '.' || ch == ',') ch = '_';
    return name;
});

TEST(HypTraps, FromPl0WhereItHasAccess) {
    Cpu thread(Mode::usr);
    thread.s.sys.hstr = 1u << 13;
    thread.a32(mrc(cp15(13, 0, 0, 3), 2));
    EXPECT_EQ(thread.s.sys.hsr, syndrome(cp15(13, 0, 0, 3), true, 2, 0)) << "HSTR.T13 and TPIDRURO";
    Cpu denied(Mode::usr);
    denied.s.sys.hstr = 1u << 13;
    denied.a32(mrc(cp15(13, 0, 0, 4), 2));
    EXPECT_EQ(denied.s.mode(), Mode::und) << "TPIDRPRW is UNDEFINED at PL0: our choice over trapping";
}

TEST(HypTraps, TheConditionIsReported) {
    Cpu cpu(Mode::svc);
    cpu.s.sys.hstr = 1u << 13;
    cpu.s.zf = 0;
    cpu.a32((mrc(cp15(13, 0, 0, 3)) & 0x0fff'ffff));  // mrceq
    EXPECT_EQ(bits(cpu.s.sys.hsr, 24, 20), 0x10u) << "CV = 1, COND = EQ";
    Cpu thumb(Mode::svc);
    thumb.s.sys.hstr = 1u << 13;
    thumb.s.zf = 0;
    thumb.s.itstate = 0x08;
    thumb.t32(mrc(cp15(13, 0, 0, 3)));
    EXPECT_EQ(bits(thumb.s.sys.hsr, 24, 20), 0x1eu) << "T32: CV = 1, COND = AL";
    Cpu failed(Mode::svc);
    failed.s.sys.hstr = 1u << 13;
    failed.s.zf = 1;
    failed.a32((mrc(cp15(13, 0, 0, 3)) & 0x0fff'ffff));
    EXPECT_TRUE(failed.env.taken.empty()) << "an instruction that fails its condition is not trapped";
}

TEST(HypTraps, HstrT4AndT14DoNotExist) {
    Cpu cpu(Mode::svc);
    cpu.s.sys.hstr = ~0u;
    cpu.a32(mrc(cp15(14, 0, 0, 0)));
    EXPECT_TRUE(cpu.env.taken.empty()) << "CNTFRQ is c14";
    Cpu c4(Mode::svc);
    c4.s.sys.hstr = ~0u;
    c4.a32(mrc(cp15(4, 0, 0, 0)));
    EXPECT_EQ(c4.s.mode(), Mode::und) << "c4 is UNDEFINED, not trapped";
}

TEST(HypTraps, UndefinedFirstForHypOnlyRegisters) {
    for (const SysReg& reg : sysregs()) {
        if (reg.access != access::pl2_rw) continue;
        Cpu cpu(Mode::svc);
        cpu.a32(read_of(reg.key));
        EXPECT_EQ(cpu.s.mode(), Mode::und) << reg.name << " from PL1";
        Cpu hyp(Mode::hyp);
        hyp.a32(read_of(reg.key));
        EXPECT_TRUE(hyp.env.taken.empty()) << reg.name << " from Hyp mode";
        Cpu plain(Mode::svc);
        plain.s.features.virtualization = false;
        plain.a32(read_of(reg.key));
        EXPECT_EQ(plain.s.mode(), Mode::und) << reg.name << " without the Virtualization Extensions";
    }
}

TEST(HypTraps, TscAndSmc) {
    Cpu cpu(Mode::svc);
    cpu.s.sys.hcr = hcr::TSC;
    cpu.env.firmware = true;
    cpu.a32(0xe1600070);
    EXPECT_EQ(cpu.s.sys.hsr, 0x4e00'0000u) << "EC 0x13";
    EXPECT_EQ(cpu.s.elr_hyp, 0x8000u) << "the SMC itself";
    EXPECT_TRUE(cpu.env.firmware_calls.empty()) << "the firmware is not asked";
    Cpu hyp(Mode::hyp);
    hyp.s.sys.hcr = hcr::TSC;
    hyp.env.firmware = true;
    hyp.a32(0xe1600070);
    EXPECT_EQ(hyp.env.firmware_calls.size(), 1u) << "Hyp mode's own SMC is not trapped";
}

TEST(HypTraps, HcptrFloatingPoint) {
    const auto with = [](Mode mode, u32 hcptr_bits, bool advsimd) {
        Cpu cpu(mode);
        cpu.s.fpexc = 1u << 30;
        cpu.s.sys.cpacr = 0x00f0'0000;
        cpu.s.sys.hcptr = hcptr_bits;
        cpu.s.update_fp_enabled();
        Op op{};
        op.pc = 0x8000;
        const bool allowed = cpu.s.fp_enabled && !advsimd ? true : CheckAdvSIMDOrVFPEnabled(cpu.s, op, true, advsimd);
        return std::tuple(allowed, cpu.s.mode(), cpu.s.sys.hsr, cpu.s.r[15] - cpu.s.sys.hvbar);
    };
    using Result = std::tuple<bool, Mode, u32, u32>;
    EXPECT_EQ(with(Mode::svc, hcptr::TCP10, false), Result(false, Mode::hyp, 0x1fe0'000a, 0x14)) << "TCP10 from PL1";
    EXPECT_EQ(with(Mode::usr, hcptr::TCP10, false), Result(false, Mode::hyp, 0x1fe0'000a, 0x14)) << "TCP10 from PL0";
    EXPECT_EQ(with(Mode::hyp, hcptr::TCP10, false), Result(false, Mode::hyp, 0x1fe0'000a, 0x04))
        << "TCP10 in Hyp mode: Undefined Instruction with the syndrome";
    EXPECT_EQ(with(Mode::svc, hcptr::TASE, true), Result(false, Mode::hyp, 0x1fe0'002a, 0x14)) << "TASE: TA is set";
    EXPECT_TRUE(std::get<0>(with(Mode::svc, hcptr::TASE, false))) << "TASE leaves VFP alone";
    EXPECT_TRUE(std::get<0>(with(Mode::svc, 0, true))) << "nothing set";
}

TEST(FloatingPointAccess, CpacrAndFpexcBeforeHcptr) {
    constexpr struct {
        Mode mode;
        u32 cp10;
        bool allowed;
    } cases[] = {{Mode::usr, 0, false}, {Mode::usr, 1, false}, {Mode::usr, 3, true}, {Mode::svc, 0, false},
                 {Mode::svc, 1, true},  {Mode::svc, 3, true},  {Mode::hyp, 0, true}};
    for (const auto& c : cases) {
        Cpu cpu(c.mode);
        cpu.s.fpexc = 1u << 30;
        cpu.s.sys.cpacr = c.cp10 << 20 | c.cp10 << 22;
        cpu.s.update_fp_enabled();
        EXPECT_EQ(cpu.s.fp_enabled, c.allowed) << "fp_enabled in " << mode_name(c.mode) << " cp10 " << c.cp10;
        cpu.s.sys.hcptr = c.allowed ? 0 : hcptr::TCP10;
        const Op op{};
        EXPECT_EQ(CheckAdvSIMDOrVFPEnabled(cpu.s, op, true, false), c.allowed) << mode_name(c.mode);
        if (!c.allowed) {
            EXPECT_EQ(cpu.s.mode(), Mode::und) << "UNDEFINED wins over the trap";
        }
    }
    Cpu off(Mode::svc);
    off.s.sys.cpacr = 0x00f0'0000;
    off.s.update_fp_enabled();
    EXPECT_FALSE(off.s.fp_enabled) << "FPEXC.EN is 0";
    const Op op{};
    EXPECT_TRUE(CheckAdvSIMDOrVFPEnabled(off.s, op, false, false)) << "VMSR FPEXC itself does not need it";
}

TEST(AbsentCoprocessors, AreUndefined) {
    for (const u32 cp : {0u, 7u, 9u, 12u, 13u}) {
        for (const u32 raw : {0xee00'0010u, 0xee10'0010u, 0xee00'0000u, 0xec40'0000u, 0xed90'0000u}) {
            Cpu cpu(Mode::svc);
            cpu.a32(raw | cp << 8);
            EXPECT_EQ(cpu.s.mode(), Mode::und) << "coprocessor " << cp << " raw " << std::hex << raw;
            Cpu hyp(Mode::hyp);
            hyp.a32(raw | cp << 8);
            EXPECT_EQ(hyp.s.sys.hsr, 0x1fe0'0000u | cp) << "in Hyp mode HCPTR, being RAO, gives the syndrome";
            EXPECT_EQ(hyp.s.r[15], hyp.s.sys.hvbar + 4) << "of an Undefined Instruction exception";
        }
    }
    Cpu two(Mode::svc);
    two.a32(0xfe10'0f10);
    EXPECT_EQ(two.s.mode(), Mode::und) << "MRC2";
}

TEST(DebugTransfers, LdcAndStcOfTheDebugChannel) {
    Cpu cpu(Mode::svc);
    cpu.env.set_word(0x1004, 0xabcd);
    cpu.s.r[1] = 0x1000;
    cpu.a32(0xedb1'5e01);  // ldc p14, c5, [r1, #4]!
    EXPECT_EQ(cpu.s.sys.dbgdtr, 0xabcdu) << "loaded";
    EXPECT_EQ(cpu.s.r[1], 0x1004u) << "write-back";
    cpu.a32(0xeca1'5e02);  // stc p14, c5, [r1], #8
    EXPECT_EQ(cpu.env.word(0x1004), 0xabcdu) << "stored";
    EXPECT_EQ(cpu.s.r[1], 0x100cu) << "post-indexed";
    Cpu trapped(Mode::svc);
    trapped.s.sys.hdcr |= hdcr::TDA;
    trapped.a32(0xedb1'5e01);
    EXPECT_EQ(trapped.s.sys.hsr, 0x06u << 26 | il | cv_al | 1u << 12 | 1u << 5 | 1u << 4 | 3u << 1 | 1)
        << "EC 6: imm8, Rn, Offset, AM pre-indexed, Direction";
}

TEST(HypTraps, BxjAndJazelle) {
    Cpu cpu(Mode::svc);
    cpu.s.sys.hstr = hstr::TJDBX;
    cpu.a32(0xe12fff23);  // bxj r3
    EXPECT_EQ(cpu.s.sys.hsr, 0x0au << 26 | il | cv_al | 3) << "EC 0x0a, Rm";
}

}  // namespace
}  // namespace vtoll::isa::test
