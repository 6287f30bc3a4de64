// SPDX-License-Identifier: Apache-2.0
// Interrupts: masking, routing, virtual interrupts, priority, WFI. ARM DDI 0406C §B1.8.4, §B1.8.11, §B1.9.10-13,
// §B1.8.14.
#include <gtest/gtest.h>

#include "tests/unit/isa/system_case.hpp"

namespace vtoll::isa::test {
namespace {

using enum ExceptionKind;
constexpr ExceptionKind none = reset;

struct Line {
    const char* name;
    bool CpuState::*physical;
    bool CpuState::*virt;  ///< null: virtual aborts have no line
    u32 mask, route, pending;
    ExceptionKind kind, virtual_kind;
};
constexpr Line lines[] = {
    {"FIQ", &CpuState::line_fiq, &CpuState::line_vfiq, psr::F, hcr::FMO, hcr::VF, fiq, virtual_fiq},
    {"IRQ", &CpuState::line_irq, &CpuState::line_virq, psr::I, hcr::IMO, hcr::VI, irq, virtual_irq},
    {"abort", &CpuState::line_abort, nullptr, psr::A, hcr::AMO, hcr::VA, data_abort, virtual_abort},
};

TEST(Interrupts, PhysicalMasking) {
    for (const Line& l : lines)
        for (const Mode mode : all_modes)
            for (const bool masked : {false, true})
                for (const u32 route : {u32{0}, l.route, hcr::TGE}) {
                    Cpu cpu(mode);
                    cpu.s.psr = u32(mode) | (masked ? l.mask : 0);
                    cpu.s.sys.hcr = route;
                    cpu.s.*l.physical = true;
                    const bool takeable = !masked || (mode != Mode::hyp && route);
                    EXPECT_EQ(takeable_interrupt(cpu.s), takeable ? l.kind : none)
                        << l.name << " in " << mode_name(mode) << " masked " << masked << " HCR " << std::hex << route;
                    EXPECT_TRUE(wakes_wfi(cpu.s)) << l.name << " wakes WFI whatever masks say";
                }
}

TEST(Interrupts, VirtualMasking) {
    for (const Line& l : lines)
        for (const Mode mode : all_modes)
            for (const bool masked : {false, true})
                for (const bool routed : {false, true})
                    for (const bool tge : {false, true})
                        for (const bool by_line : {false, true}) {
                            if (by_line && !l.virt) continue;
                            Cpu cpu(mode);
                            cpu.s.psr = u32(mode) | (masked ? l.mask : 0);
                            cpu.s.sys.hcr = (routed ? l.route : 0) | (tge ? hcr::TGE : 0) | (by_line ? 0 : l.pending);
                            if (by_line) cpu.s.*l.virt = true;
                            const bool exists = mode != Mode::hyp && routed && !tge;
                            EXPECT_EQ(takeable_interrupt(cpu.s), exists && !masked ? l.virtual_kind : none)
                                << "virtual " << l.name << " in " << mode_name(mode) << " masked " << masked
                                << " routed " << routed << " TGE " << tge << " line " << by_line;
                            EXPECT_EQ(wakes_wfi(cpu.s), exists) << "virtual " << l.name << " and WFI";
                        }
}

TEST(Interrupts, Priority) {
    Cpu cpu(Mode::svc);
    CpuState& s = cpu.s;
    s.psr = u32(Mode::svc);
    s.sys.hcr = hcr::FMO | hcr::IMO | hcr::AMO | hcr::VF | hcr::VI | hcr::VA;
    s.line_abort = s.line_fiq = s.line_irq = true;
    EXPECT_EQ(takeable_interrupt(s), data_abort) << "asynchronous abort first";
    s.line_abort = false;
    EXPECT_EQ(takeable_interrupt(s), fiq) << "then FIQ";
    s.line_fiq = false;
    EXPECT_EQ(takeable_interrupt(s), irq) << "then IRQ: physical before virtual";
    s.line_irq = false;
    EXPECT_EQ(takeable_interrupt(s), virtual_abort) << "then the virtual ones in the same order";
    s.sys.hcr &= ~hcr::VA;
    EXPECT_EQ(takeable_interrupt(s), virtual_fiq) << "virtual FIQ";
    s.sys.hcr &= ~hcr::VF;
    EXPECT_EQ(takeable_interrupt(s), virtual_irq) << "virtual IRQ";
    s.sys.hcr &= ~hcr::VI;
    EXPECT_EQ(takeable_interrupt(s), none) << "nothing is left";
}

TEST(Interrupts, RoutedToHypKeepsHsr) {
    Cpu cpu(Mode::usr);
    cpu.s.sys.hcr = hcr::IMO;
    cpu.s.sys.hsr = 0x1234'5678;
    cpu.s.sys.hvbar = 0x2000;
    take_interrupt(cpu.s, irq);
    EXPECT_EQ(cpu.s.mode(), Mode::hyp) << "HCR.IMO";
    EXPECT_EQ(cpu.s.r[15], 0x2018u) << "vector 0x18 of Hyp mode";
    EXPECT_EQ(cpu.s.elr_hyp, 0x8000u) << "ELR_hyp is the next instruction";
    EXPECT_EQ(cpu.s.sys.hsr, 0x1234'5678u) << "HSR is not written";
}

TEST(Interrupts, VirtualOnesAreTakenInTheGuest) {
    Cpu cpu(Mode::usr);
    cpu.s.sys.hcr = hcr::IMO | hcr::FMO;
    cpu.s.sys.vbar = 0x4000;
    cpu.s.psr = u32(Mode::usr);
    take_interrupt(cpu.s, virtual_irq);
    EXPECT_EQ(cpu.s.mode(), Mode::irq) << "virtual IRQ";
    EXPECT_EQ(cpu.s.r[15], 0x4018u) << "the guest's vector";
    EXPECT_EQ(cpu.s.r[14], 0x8004u) << "LR";
    EXPECT_EQ(cpu.s.psr & (psr::A | psr::I | psr::F), psr::A | psr::I) << "FIQ stays open";
    cpu.s.r[15] = 0x4018;
    take_interrupt(cpu.s, virtual_fiq);
    EXPECT_EQ(cpu.s.mode(), Mode::fiq) << "virtual FIQ";
    EXPECT_EQ(cpu.s.psr & (psr::A | psr::I | psr::F), psr::A | psr::I | psr::F) << "everything masked";
}

TEST(Interrupts, VirtualAbortIsConsumed) {
    for (const bool eae : {false, true}) {
        Cpu cpu(Mode::svc);
        cpu.s.sys.hcr = hcr::AMO | hcr::VA;
        cpu.s.sys.ttbcr = eae ? ttbcr::EAE : 0;
        cpu.s.sys.dfar = 0x77;
        take_interrupt(cpu.s, virtual_abort);
        EXPECT_EQ(cpu.s.mode(), Mode::abt) << "taken as a Data Abort";
        EXPECT_EQ(cpu.s.r[14], 0x8008u) << "LR";
        EXPECT_EQ(cpu.s.sys.hcr, hcr::AMO) << "HCR.VA is cleared";
        EXPECT_EQ(cpu.s.sys.dfsr, eae ? 0x211u : 0x406u) << "asynchronous external abort, EAE " << eae;
        EXPECT_EQ(cpu.s.sys.dfar, 0x77u) << "no address";
    }
}

TEST(Interrupts, PhysicalAsynchronousAbort) {
    Cpu cpu(Mode::svc);
    cpu.s.sys.hcr = hcr::AMO;
    take_interrupt(cpu.s, data_abort);
    EXPECT_EQ(cpu.s.mode(), Mode::hyp) << "HCR.AMO";
    EXPECT_EQ(cpu.s.r[15], cpu.s.sys.hvbar + 0x14) << "Hyp trap vector";
    EXPECT_EQ(cpu.s.sys.hsr, 0x9000'0011u) << "EC 0x24, asynchronous external abort, no valid ISS";
}

TEST(Wait, ForInterrupt) {
    Cpu cpu(Mode::svc);
    cpu.a32(0xe320f003);
    EXPECT_EQ(cpu.env.waits_for_interrupt, 1u) << "WFI sleeps";
    EXPECT_EQ(cpu.s.r[15], 0x8004u) << "from the next instruction on";
    cpu.s.line_irq = true;
    cpu.t16(0xbf30);
    EXPECT_EQ(cpu.env.waits_for_interrupt, 1u) << "WFI with an interrupt pending does not sleep";
    EXPECT_TRUE(cpu.s.attention) << "and the interrupt is looked at";
}

TEST(Wait, TrapsOnlyIfItWouldSuspend) {
    for (const bool event : {false, true}) {
        const u32 raw = event ? 0xe320f002 : 0xe320f003;
        const u32 trap = event ? hcr::TWE : hcr::TWI;
        Cpu cpu(Mode::usr);
        cpu.s.sys.hcr = trap;
        cpu.a32(raw);
        EXPECT_EQ(cpu.s.mode(), Mode::hyp) << "trapped from PL0";
        EXPECT_EQ(cpu.s.sys.hsr, 0x07e0'0000u | u32(event)) << "EC 1, IL, CV, COND AL, TI";
        EXPECT_EQ(cpu.s.elr_hyp, 0x8000u) << "the instruction itself";

        Cpu ready(Mode::svc);
        ready.s.sys.hcr = trap;
        ready.s.event_register = ready.s.line_irq = true;
        ready.a32(raw);
        EXPECT_EQ(ready.s.mode(), Mode::svc) << "not trapped when it would not wait";
        EXPECT_EQ(ready.s.event_register, !event) << "WFE consumes the event";

        Cpu hyp(Mode::hyp);
        hyp.s.sys.hcr = trap;
        hyp.a32(raw);
        EXPECT_TRUE(hyp.env.taken.empty()) << "Hyp mode is not trapped";
        EXPECT_EQ(hyp.env.waits_for_interrupt + hyp.env.waits_for_event, 1u) << "it waits";
    }
}

TEST(Hints, MarkersEventsAndNops) {
    Cpu cpu(Mode::usr);
    cpu.a32(0xe320f0f7);
    cpu.t32(0xf3af80f9);
    EXPECT_EQ(cpu.env.markers, (std::vector<unsigned>{7, 9})) << "DBG #7, DBG #9";
    cpu.a32(0xe320f004);
    cpu.t16(0xbf40);
    EXPECT_EQ(cpu.env.events_sent, 2u) << "SEV";
    for (const u32 raw : {0xe320f000u, 0xe320f001u, 0xe320f014u, 0xe320f0efu}) {
        cpu.a32(raw);
        EXPECT_EQ(cpu.decoded, Decoded::ok) << "hint " << std::hex << raw;
    }
    for (const u32 raw : {0xbf00u, 0xbf10u, 0xbf50u, 0xbff0u}) {
        cpu.t16(raw);
        EXPECT_EQ(cpu.decoded, Decoded::ok) << "hint " << std::hex << raw;
    }
    EXPECT_TRUE(cpu.env.taken.empty()) << "unallocated hints are NOPs";
}

}  // namespace
}  // namespace vtoll::isa::test
