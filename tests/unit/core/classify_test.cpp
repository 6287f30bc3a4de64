// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/classify.hpp"

#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;
using isa::Mode;

EpisodeKind entered(ExceptionKind kind, Mode to, u32 syndrome, bool from_below = true, const isa::CpuState& s = {}) {
    EpisodeKind k;
    k.world = to == Mode::hyp ? World::hypervisor : World::kernel;
    classify_entry(s, {kind, Mode::svc, to, syndrome, 0, 0x8000}, from_below, {}, k);
    return k;
}

// ARM DDI 0406C table B3-25.
TEST(Classify, EveryExceptionClass) {
    struct Case {
        u32 ec;
        Cause cause;
    };
    const Case cases[] = {
        {0x00, Cause::undefined},    {0x01, Cause::wfi},         {0x03, Cause::sysreg_trap},
        {0x04, Cause::sysreg_trap},  {0x05, Cause::sysreg_trap}, {0x06, Cause::sysreg_trap},
        {0x07, Cause::fp_trap},      {0x08, Cause::sysreg_trap}, {0x0c, Cause::sysreg_trap},
        {0x11, Cause::syscall},      {0x12, Cause::hypercall},   {0x13, Cause::smc},
        {0x20, Cause::stage2_fault}, {0x21, Cause::hyp_other},   {0x24, Cause::stage2_fault},
        {0x25, Cause::hyp_other},
    };
    for (const Case& c : cases)
        EXPECT_EQ(entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(c.ec)).cause, c.cause) << "HSR.EC " << c.ec;
}

// ARM DDI 0406C table B3-24: what HCR.TGE and HCR.AMO take to Hyp mode beside faults of translation.
TEST(Classify, TheStatusOfAnAbort) {
    for (u32 status = 0; status < 64; ++status)
        for (u32 ec : {0x20u, ec_data_abort})
            EXPECT_EQ(entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec, status)).cause,
                      status < 0x10 ? Cause::stage2_fault : Cause::abort)
                << "HSR.EC " << ec << ", status " << status;
    isa::CpuState s;
    s.sys.hpfar = 0x0900'0000 >> 8;
    EXPECT_EQ(entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_data_abort, 0x21), true, s).detail, 0u)
        << "an alignment fault does not write HPFAR";
}

TEST(Classify, SystemCallsOfAKernelInHypMode) {
    isa::CpuState s;
    s.r[7] = 42;
    s.r[12] = 3;
    EXPECT_EQ(entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x11), true, s).detail, 42u) << "r7";
    EXPECT_EQ(entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x11, 0x99), true, s).detail, 0u) << "SVC #0x99";
    EpisodeKind k;
    WorldPolicy policy;
    policy.syscall_register = 12;
    s.switch_mode(Mode::hyp);
    classify_entry(s, {ExceptionKind::hyp_trap, Mode::usr, Mode::hyp, hsr(0x11), 0, 0x8000}, true, policy, k);
    EXPECT_EQ(k.detail, 3u) << "[worlds] syscall_register";
}

TEST(Classify, InterruptsToHypModeHaveNoSyndrome) {
    const EpisodeKind k = entered(ExceptionKind::irq, Mode::hyp, hsr(ec_hvc));
    EXPECT_EQ(k.cause, Cause::hyp_irq) << "the stale HSR does not count";
    EXPECT_EQ(k.syndrome, 0u) << "an interrupt does not write HSR";
    EXPECT_EQ(entered(ExceptionKind::fiq, Mode::hyp, 0).cause, Cause::hyp_irq) << "FIQ";
    EXPECT_EQ(entered(ExceptionKind::fiq, Mode::hyp, 0, false).cause, Cause::nested_irq) << "FIQ in Hyp mode";
    EXPECT_EQ(entered(ExceptionKind::irq, Mode::hyp, 0, false).cause, Cause::nested_irq) << "IRQ in Hyp mode";
    EXPECT_EQ(entered(ExceptionKind::data_abort, Mode::hyp, 0, false).cause, Cause::hyp_other)
        << "the hypervisor's own abort";
}

TEST(Classify, KernelExceptions) {
    EXPECT_EQ(entered(ExceptionKind::svc, Mode::svc, 0).cause, Cause::syscall) << "SVC";
    EXPECT_EQ(entered(ExceptionKind::data_abort, Mode::abt, 0).cause, Cause::stage1_fault) << "data abort";
    EXPECT_EQ(entered(ExceptionKind::prefetch_abort, Mode::abt, 0).cause, Cause::stage1_fault) << "prefetch abort";
    EXPECT_EQ(entered(ExceptionKind::virtual_abort, Mode::abt, 0).cause, Cause::stage1_fault) << "virtual abort";
    EXPECT_EQ(entered(ExceptionKind::undefined, Mode::und, 0).cause, Cause::undefined) << "undefined";
    EXPECT_EQ(entered(ExceptionKind::irq, Mode::irq, 0).cause, Cause::irq) << "physical interrupt";
    EXPECT_EQ(entered(ExceptionKind::virtual_irq, Mode::irq, 0).cause, Cause::irq) << "virtual interrupt";
}

TEST(Classify, HypercallNumber) {
    isa::CpuState s;
    s.r[0] = 5;
    s.r[12] = 29;
    EXPECT_EQ(entered(ExceptionKind::hvc, Mode::hyp, hsr(ec_hvc, 0), true, s).detail, 5u) << "r0";
    WorldPolicy policy;
    policy.number_registers = {{0xea1, 12}};
    const auto number = [&](u32 immediate) {
        EpisodeKind kind;
        classify_entry(s, {ExceptionKind::hvc, Mode::svc, Mode::hyp, hsr(ec_hvc, immediate), 0, 0x8000}, true, policy,
                       kind);
        return kind.detail;
    };
    EXPECT_EQ(number(0xea1), 29u) << "an interface says: r12";
    EXPECT_EQ(number(0), 5u) << "of this immediate alone";
    policy.number_register = 12;
    EXPECT_EQ(number(0), 29u) << "an interface of any immediate";
}

TEST(Classify, NumberOfAFirmwareCall) {
    isa::CpuState s;
    s.r[0] = 0x8400'0000;
    EXPECT_EQ(entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x13), true, s).detail, 0x8400'0000u) << "r0";
}

// Condition, and the registers that take part: ARM DDI 0406C figures B3-27 to B3-31.
TEST(Classify, WhatVariesWithoutMeaningIsNoPartOfTheKind) {
    constexpr u32 condition = 0x1fu << 20, rt = 0xfu << 5, rt2 = 0xfu << 10;
    const struct {
        u32 ec, varies;
    } cases[] = {{0x01, condition}, {0x03, condition | rt}, {0x04, condition | rt | rt2}, {0x05, condition | rt},
                 {0x07, condition}, {0x08, condition | rt}, {0x0c, condition | rt | rt2}};
    for (const auto& c : cases) {
        const auto syndrome = [&](u32 iss) {
            return entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(c.ec, iss)).syndrome;
        };
        for (unsigned bit = 0; bit < 25; ++bit)
            EXPECT_EQ(syndrome(0) == syndrome(1u << bit), (c.varies >> bit & 1) != 0)
                << "HSR.EC " << c.ec << ", bit " << bit << " of the ISS";
    }
}

TEST(Classify, RegisterOfTheGuestIsNotPartOfTheKind) {
    const u32 r1 = entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_data_abort, iss_valid | 1u << 16 | 7)).syndrome;
    const u32 r9 = entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_data_abort, iss_valid | 9u << 16 | 7)).syndrome;
    EXPECT_EQ(r1, r9) << "SRT";
    const u32 load = hsr(ec_data_abort, iss_valid), store = load | 1u << 6;
    EXPECT_NE(entered(ExceptionKind::hyp_trap, Mode::hyp, load).syndrome,
              entered(ExceptionKind::hyp_trap, Mode::hyp, store).syndrome)
        << "WnR";
    const u32 mrc = entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x03, 1u | 4u << 5 | 2u << 14)).syndrome;
    EXPECT_EQ(mrc, entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x03, 1u | 7u << 5 | 2u << 14)).syndrome) << "Rt";
    EXPECT_NE(mrc, entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x03, 1u | 4u << 5 | 3u << 14)).syndrome) << "opc1";
}

/// A data abort to Hyp mode that returns to `pc`; the access was at 0x8000.
EpisodeKind abort_left_to(u32 pc, bool syndrome_valid, bool translated) {
    isa::CpuState s;
    s.sys.hpfar = 0x0900'0000 >> 8;
    EpisodeKind k =
        entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_data_abort, syndrome_valid ? iss_valid : 0), true, s);
    s.r[15] = pc;
    classify_exit(s, current_vmid(s), 0x8000, translated, k);
    return k;
}

TEST(Classify, TheReturnTellsFaultFromEmulation) {
    EXPECT_EQ(abort_left_to(0x8000, true, false).cause, Cause::stage2_fault) << "back at the access";
    EXPECT_EQ(abort_left_to(0x8000, true, false).detail, 0u) << "the page is no kind of its own";
    EXPECT_EQ(abort_left_to(0x8004, true, false).cause, Cause::device_syndrome) << "behind it";
    EXPECT_EQ(abort_left_to(0x8002, true, false).cause, Cause::device_syndrome) << "behind a 16-bit instruction";
    EXPECT_EQ(abort_left_to(0x8004, false, false).cause, Cause::device_decode) << "no syndrome: it had to look";
    EXPECT_EQ(abort_left_to(0x8004, true, true).cause, Cause::device_decode) << "it translated the guest's address";
    EXPECT_EQ(abort_left_to(0x8004, true, false).detail, 0x0900'0000u >> 12) << "page of the device";
    EXPECT_EQ(abort_left_to(0x0010, true, false).cause, Cause::stage2_fault) << "into the guest's abort vector";
}

TEST(Classify, AFetchIsNeverEmulated) {
    isa::CpuState s;
    EpisodeKind k = entered(ExceptionKind::hyp_trap, Mode::hyp, hsr(0x20, 6));
    s.r[15] = 0x8004;
    classify_exit(s, 0, 0x8000, false, k);
    EXPECT_EQ(k.cause, Cause::stage2_fault) << "though the guest goes on behind it";
}

TEST(Classify, EarlierAddressesAreNotBehind) {
    EXPECT_TRUE(close_to(0x8000, 0x8000)) << "the instruction itself";
    EXPECT_TRUE(close_to(0x8004, 0x8000)) << "the next one";
    EXPECT_FALSE(close_to(0x7ffc, 0x8000)) << "the one before";
    EXPECT_FALSE(close_to(0x8008, 0x8000)) << "two on";
    EXPECT_TRUE(close_to(0x0, 0xffff'fffc)) << "around the end of the address space";
}

TEST(Classify, VmidNeedsStage2) {
    isa::CpuState s;
    s.sys.vttbr = u64{9} << 48;
    EXPECT_EQ(current_vmid(s), 0u) << "HCR.VM is 0";
    s.sys.hcr = isa::hcr::VM;
    EXPECT_EQ(current_vmid(s), 9u) << "VTTBR.VMID";
}

}  // namespace
}  // namespace vtoll::core
