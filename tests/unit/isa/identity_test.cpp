// SPDX-License-Identifier: Apache-2.0
// A core's identity: the register formats that follow from caches, and what features and registers say of each other.
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/isa/system_case.hpp"

namespace vtoll::isa::test {
namespace {

/// The Cortex-A15's (TRM DDI 0438).
Identity cortex_a15() {
    Identity id = test_identity();
    id.id_pfr0 = 0x1131;
    id.id_pfr1 = 0x11011;
    id.id_dfr0 = 0x0201'0555;
    id.id_mmfr = {0x1020'1105, 0x2000'0000, 0x0124'0000, 0x0210'2211};
    id.id_isar = {0x0210'1110, 0x1311'2111, 0x2123'2041, 0x1111'2131, 0x1001'1142, 0};
    id.fpsid = 0x4104'30f0;
    id.mvfr0 = 0x1011'0222;
    id.mvfr1 = 0x1111'1111;
    return id;
}

// Values that software read on silicon: Allwinner V3s (Cortex-A7), AML8726-M (Cortex-A9), QEMU's Cortex-A15.
TEST(Identity, CachesShapeTheirRegisters) {
    EXPECT_EQ(ccsidr_of(32 << 10, 4, 64, 7), 0x700f'e01au) << "L1 data of a Cortex-A7";
    EXPECT_EQ(ccsidr_of(128 << 10, 8, 64, 7), 0x701f'e03au) << "L2 of 128 KiB of a Cortex-A7";
    EXPECT_EQ(ccsidr_of(32 << 10, 4, 32, 7), 0x701f'e019u) << "L1 data of a Cortex-A9";
    EXPECT_EQ(ccsidr_of(32 << 10, 2, 64, 2), 0x201f'e00au) << "L1 instruction of a Cortex-A15";
    EXPECT_EQ(ctr_with_lines(0x8444'c004, 64, 64), 0x8444'c004u) << "Cortex-A15: 64 bytes both";
    EXPECT_EQ(ctr_with_lines(0x8444'8000, 32, 64), 0x8444'8003u) << "Cortex-A7: instructions 32 bytes";
    EXPECT_EQ(ctr_with_lines(0x8330'8000, 32, 32), 0x8333'8003u) << "Cortex-A9: 32 bytes both";
}

TEST(Identity, NamesReachEveryRegister) {
    Identity id;
    std::set<const u32*> seen;
    for (const IdentityRegister& reg : identity_registers()) {
        EXPECT_TRUE(seen.insert(&reg.of(id)).second) << reg.name << ": two names for one register";
        reg.of(id) = 0x5a5a'0000;
    }
    EXPECT_EQ(id.ccsidr[2] & id.id_isar[5] & id.id_mmfr[3] & id.dbgdevid1, 0x5a5a'0000u) << "elements of arrays";
}

TEST(Identity, FeaturesFollowFromIt) {
    const Features a15 = features_of(cortex_a15(), false);
    EXPECT_FALSE(a15.virtualization) << "the machine decides";
    EXPECT_TRUE(a15.lpae && a15.divide && a15.vfpv4 && a15.neon && a15.vfp_d32 && a15.thumbee && a15.multiprocessing)
        << "a Cortex-A15 has all";
    Identity a8 = cortex_a15();  // what the registers of a Cortex-A8 say differently
    a8.mpidr = 0;
    a8.id_mmfr[0] = 0x0110'0003;
    a8.id_isar[0] = 0x0010'1111;
    a8.mvfr1 = 0x0001'1111;
    const Features lean = features_of(a8, false);
    EXPECT_FALSE(lean.lpae || lean.divide || lean.vfpv4 || lean.multiprocessing) << "a Cortex-A8 has none of these";
    EXPECT_TRUE(lean.neon && lean.thumbee) << "a Cortex-A8 has these";
    const Features hypothetical = features_of(a8, true);
    EXPECT_TRUE(hypothetical.lpae && hypothetical.divide) << "the Virtualization Extensions imply them";
}

TEST(Identity, FeaturesShapeTheRegisters) {
    const Identity all = fit(cortex_a15(), {});
    EXPECT_EQ(all.id_pfr1, 0x0001'1001u) << "generic timer and virtualization, no Security Extensions";
    EXPECT_EQ(all.id_dfr0, 0x0201'0505u) << "no Secure debug";
    EXPECT_EQ(all.id_mmfr[0], 0x1020'1105u) << "unchanged";
    const Features few = {.virtualization = false,
                          .lpae = false,
                          .divide = false,
                          .vfp_d32 = false,
                          .vfpv4 = false,
                          .neon = false,
                          .thumbee = false};
    const Identity lean = fit(cortex_a15(), few);
    EXPECT_EQ(lean.id_pfr1, 0x0001'0001u) << "no virtualization";
    EXPECT_EQ(lean.id_mmfr[0] & 0xf, 3u) << "VMSAv7 without LPAE";
    EXPECT_EQ(lean.id_isar[0] >> 24, 0u) << "no divide";
    EXPECT_EQ(lean.mvfr0, 0x1011'0221u) << "16 doubleword registers";
    EXPECT_EQ(lean.mvfr1, 0x0000'0011u) << "no Advanced SIMD, half precision or fused multiply";
    EXPECT_EQ(lean.id_pfr0, 0x0131u) << "no ThumbEE";
    const Identity none = fit(cortex_a15(), {.vfp = false});
    EXPECT_EQ(none.fpsid | none.mvfr0 | none.mvfr1, 0u) << "no floating point at all";
}

TEST(Identity, OutlivesAReset) {
    Cpu cpu;
    cpu.s.sys.id.midr = 0x410f'c075;
    cpu.s.sys.id.actlr = 0x6040;
    cpu.s.sys.actlr = 1;
    reset(cpu.s);
    EXPECT_EQ(cpu.s.sys.id.midr, 0x410f'c075u) << "wired";
    EXPECT_EQ(cpu.s.sys.vpidr, 0x410f'c075u) << "VPIDR is reset to MIDR";
    EXPECT_EQ(cpu.s.sys.actlr, 0x6040u) << "ACTLR has the core's reset value";
}

TEST(Identity, L2ControlOfCoresThatHaveIt) {
    Cpu with(Mode::hyp);
    with.s.sys.id.l2ctlr = 1u << 24;
    with.a32(mrc(cp15(9, 1, 0, 2)));
    EXPECT_EQ(with.s.r[0], 1u << 24) << "L2CTLR: two processors";
    Cpu without(Mode::hyp);
    without.s.sys.id.has_l2ctlr = 0;
    without.a32(mrc(cp15(9, 1, 0, 2)));
    EXPECT_FALSE(without.env.taken.empty()) << "UNDEFINED on a core without it";
}

}  // namespace
}  // namespace vtoll::isa::test
