// SPDX-License-Identifier: Apache-2.0
// The register tables: well-formed, and each register's reads, writes and side effects. ARM DDI 0406C §B3.17, §B4.
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/isa/system_case.hpp"

namespace vtoll::isa::test {
namespace {

u32 read32(Cpu& cpu, const SysRegKey& k) {
    cpu.a32(mrc(k));
    return cpu.s.r[0];
}
void write32(Cpu& cpu, const SysRegKey& k, u32 value) {
    cpu.s.r[0] = value;
    cpu.a32(mcr(k));
}
u64 read64(Cpu& cpu, const SysRegKey& k) {
    cpu.a32(mrrc(k));
    return u64(cpu.s.r[1]) << 32 | cpu.s.r[0];
}
void write64(Cpu& cpu, const SysRegKey& k, u64 value) {
    cpu.s.r[0] = static_cast<u32>(value);
    cpu.s.r[1] = static_cast<u32>(value >> 32);
    cpu.a32(mcrr(k));
}

TEST(SysRegTable, IsWellFormed) {
    const Cpu cpu;
    std::set<u32> seen;
    for (const SysReg& reg : sysregs()) {
        EXPECT_TRUE(seen.insert(reg.key.number()).second) << reg.name << ": two rows have one encoding";
        EXPECT_EQ(find_sysreg(reg.key), &reg) << reg.name << " is found by its encoding";
        EXPECT_NE(reg.access, 0) << reg.name << " is accessible to someone";
        EXPECT_FALSE(reg.name.empty()) << "a row without a name";
        EXPECT_EQ(key_of(reg.key.wide ? mrrc(reg.key) : mrc(reg.key)), reg.key) << reg.name;
        for (const u8 right : {pl0_r, pl0_w, pl1_r, pl1_w}) {
            EXPECT_TRUE(!(reg.access & right) || (reg.access & (right << 2)))
                << reg.name << ": less for more privilege";
        }
        EXPECT_FALSE(reg.field64 && reg.field) << reg.name << " is in one place";
        if (reg.field || reg.field64) {
            EXPECT_EQ(raw_sysreg(cpu.s, reg) & reg.ones, reg.ones) << reg.name << " is reset without its RAO bits";
        }
    }
    EXPECT_GT(seen.size(), 200u) << "the tables are all there";
}

// Access by privilege is the table's; that the instructions obey it is checked here for every row, both ways.
TEST(SysRegTable, InstructionsObeyIt) {
    constexpr Mode modes[] = {Mode::usr, Mode::svc, Mode::hyp};
    for (const SysReg& reg : sysregs())
        for (unsigned pl = 0; pl < 3; ++pl)
            for (const bool read : {true, false}) {
                Cpu cpu(modes[pl]);
                cpu.s.sys.cntkctl = 0x303;
                cpu.s.sys.pmuserenr = 1;
                if (reg.cores[0]) cpu.s.sys.id.midr = 0x410f'0000u | u32{reg.cores[0]} << 4;
                const bool allowed = reg.access & ((read ? pl0_r : pl0_w) << (2 * pl));
                const bool cntfrq_write = !read && reg.name == "CNTFRQ" && pl == 1;
                cpu.a32(read ? read_of(reg.key) : write_of(reg.key));
                EXPECT_EQ(cpu.env.taken.empty(), allowed && !cntfrq_write)
                    << reg.name << (read ? " read" : " write") << " in " << mode_name(modes[pl]);
            }
}

// The Cortex-A8's and the Cortex-A9's own: there on these cores, UNDEFINED on any other.
TEST(SysRegTable, SomeAreOfOneCore) {
    unsigned found = 0;
    for (const SysReg& reg : sysregs()) {
        if (!reg.cores[0]) continue;
        ++found;
        for (const u16 part : {0xc07, 0xc08, 0xc09, 0xc0f}) {
            Cpu cpu(Mode::svc);
            cpu.s.sys.id.midr = 0x410f'0000u | u32{part} << 4;
            const bool reads = reg.access & pl1_r;
            cpu.s.r[0] = 0xffff'ffff;
            cpu.a32(reads ? mrc(reg.key) : mcr(reg.key));
            const bool there = part == reg.cores[0] || part == reg.cores[1];
            EXPECT_EQ(cpu.env.taken.empty(), there) << reg.name << " on part number " << std::hex << part;
            EXPECT_TRUE(!there || !reads || cpu.s.r[0] == 0) << reg.name << " reads as zero";
        }
    }
    EXPECT_EQ(found, 13u) << "TLB and L2 lockdown of the Cortex-A8, lockdown and diagnostics of the Cortex-A9";
    Cpu cpu(Mode::svc);
    cpu.s.sys.id.midr = 0x413f'c082;
    cpu.s.sys.id.has_l2ctlr = 0;
    cpu.s.sys.id.l2ctlr = 0x0180'0000;
    EXPECT_EQ(read32(cpu, cp15(9, 1, 0, 2)), 0u) << "L2AUXCR of the Cortex-A8, where others have L2CTLR";
    EXPECT_TRUE(cpu.env.taken.empty()) << "errata are worked around by it";
}

TEST(SysRegTable, SaysWhatKindOfOperationAnAccessIs) {
    using enum SystemCost;
    const struct {
        SysRegKey key;
        SystemCost read, write;
        const char* name;
    } cases[] = {
        {cp15(0, 0, 0, 0), id_read, control_write, "MIDR"},
        {cp15(1, 0, 0, 0), translation_read, translation_write, "SCTLR"},
        {cp15(1, 0, 0, 1), control_read, control_write, "ACTLR"},
        {cp15(1, 4, 1, 0), translation_read, translation_write, "HCR"},
        {cp15(2, 0, 0, 0), translation_read, translation_write, "TTBR0"},
        {cp15_wide(2, 0), translation_read, translation_write, "TTBR0, 64 bits"},
        {cp15_wide(2, 6), translation_read, translation_write, "VTTBR"},
        {cp15(3, 0, 0, 0), translation_read, translation_write, "DACR"},
        {cp15(5, 0, 0, 0), fault_read, fault_write, "DFSR"},
        {cp15(6, 4, 0, 4), fault_read, fault_write, "HPFAR"},
        {cp15(7, 0, 4, 0), fault_read, fault_write, "PAR"},
        {cp15(7, 0, 8, 0), translate, translate, "ATS1CPR"},
        {cp15(7, 0, 5, 0), cache_all, cache_all, "ICIALLU"},
        {cp15(7, 0, 5, 1), cache_line, cache_line, "ICIMVAU"},
        {cp15(7, 0, 5, 6), predictor, predictor, "BPIALL"},
        {cp15(7, 0, 10, 1), cache_line, cache_line, "DCCMVAC"},
        {cp15(7, 0, 10, 4), dsb, dsb, "CP15DSB"},
        {cp15(7, 0, 10, 5), dmb, dmb, "CP15DMB"},
        {cp15(8, 0, 7, 1), tlb_local, tlb_local, "TLBIMVA"},
        {cp15(8, 0, 3, 1), tlb_broadcast, tlb_broadcast, "TLBIMVAIS"},
        {cp15(8, 4, 3, 4), tlb_broadcast, tlb_broadcast, "TLBIALLNSNHIS"},
        {cp15(9, 0, 13, 0), monitor_read, monitor_write, "PMCCNTR"},
        {cp15(12, 0, 0, 0), control_read, control_write, "VBAR"},
        {cp15(13, 0, 0, 1), translation_read, translation_write, "CONTEXTIDR"},
        {cp15(13, 0, 0, 3), thread_read, thread_write, "TPIDRURO"},
        {cp15(13, 4, 0, 2), thread_read, thread_write, "HTPIDR"},
        {cp15(14, 0, 3, 1), timer_read, timer_write, "CNTV_CTL"},
        {cp15_wide(14, 1), timer_read, timer_write, "CNTVCT"},
    };
    for (const auto& c : cases) {
        const SysReg* reg = find_sysreg(c.key);
        ASSERT_NE(reg, nullptr) << c.name;
        EXPECT_EQ(system_cost(*reg, true), c.read) << c.name << ", read";
        EXPECT_EQ(system_cost(*reg, false), c.write) << c.name << ", write";
    }
}

TEST(SysRegs, GuestsSeeTheVirtualIdentity) {
    Cpu cpu(Mode::hyp);
    write32(cpu, cp15(0, 4, 0, 0), 0x1234);
    write32(cpu, cp15(0, 4, 0, 5), 0x8000'0003);
    EXPECT_EQ(read32(cpu, cp15(0, 0, 0, 0)), cpu.s.sys.id.midr) << "MIDR in Hyp mode";
    cpu.s.switch_mode(Mode::svc);
    EXPECT_EQ(read32(cpu, cp15(0, 0, 0, 0)), 0x1234u) << "VPIDR";
    EXPECT_EQ(read32(cpu, cp15(0, 0, 0, 5)), 0x8000'0003u) << "VMPIDR";
}

TEST(SysRegs, CacheSizeSelection) {
    Cpu cpu;
    write32(cpu, cp15(0, 2, 0, 0), 0xffff'fff1);
    EXPECT_EQ(read32(cpu, cp15(0, 2, 0, 0)), 1u) << "CSSELR has four bits";
    EXPECT_EQ(read32(cpu, cp15(0, 1, 0, 0)), 0x201f'e00au) << "L1 instruction cache";
}

TEST(SysRegs, ControlRegister) {
    Cpu cpu;
    const SysRegKey sctlr_key = cp15(1, 0, 0, 0);
    EXPECT_EQ(read32(cpu, sctlr_key), 0x00c5'0078u) << "reset value";
    write32(cpu, sctlr_key, 0x00c5'0078);
    EXPECT_EQ(cpu.env.context_changes, 0u) << "an unchanged value sets nothing off";
    write32(cpu, sctlr_key, sctlr::M | sctlr::C);
    EXPECT_EQ(read32(cpu, sctlr_key), 0x00c5'0058u | sctlr::M | sctlr::C) << "RAO bits stay";
    EXPECT_EQ(cpu.env.context_changes, 1u) << "a change does";
    cpu.a32(mcr(sctlr_key));
    EXPECT_TRUE(cpu.block[0].flags & op_ends_block) << "SCTLR writes end their block";
}

TEST(SysRegs, TranslationContext) {
    constexpr struct {
        const char* name;
        SysRegKey key;
    } cases[] = {{"TTBR0", cp15(2, 0, 0, 0)}, {"TTBR1", cp15(2, 0, 0, 1)}, {"TTBR0 64", cp15_wide(2, 0)},
                 {"VTTBR", cp15_wide(2, 6)},  {"HTTBR", cp15_wide(2, 4)},  {"CONTEXTIDR", cp15(13, 0, 0, 1)},
                 {"DACR", cp15(3, 0, 0, 0)},  {"PRRR", cp15(10, 0, 2, 0)}, {"TTBCR", cp15(2, 0, 0, 2)},
                 {"HCR", cp15(1, 4, 1, 0)},   {"VTCR", cp15(2, 4, 1, 2)},  {"HSCTLR", cp15(1, 4, 0, 0)}};
    for (const auto& c : cases) {
        Cpu cpu(Mode::hyp);
        cpu.s.r[0] = 5;
        cpu.s.r[1] = 0;
        cpu.a32(write_of(c.key));
        EXPECT_EQ(cpu.env.context_changes + cpu.s.guest_context_stale, 1u) << c.name;
        EXPECT_TRUE(cpu.block[0].flags & op_ends_block) << c.name;
        cpu.a32(write_of(c.key));
        EXPECT_LE(cpu.env.context_changes, 1u) << c.name << " written with its own value";
    }
}

TEST(SysRegs, AWorldSwitchAsksTheEngineOnce) {
    Cpu cpu(Mode::hyp);
    for (const SysRegKey& k : {cp15(1, 0, 0, 0), cp15_wide(2, 0), cp15_wide(2, 1), cp15(2, 0, 0, 2), cp15(3, 0, 0, 0),
                               cp15(10, 0, 2, 0), cp15(13, 0, 0, 1), cp15_wide(2, 6), cp15(1, 4, 1, 0)}) {
        cpu.s.r[0] = cpu.s.r[1] = 0x11;
        cpu.a32(write_of(k));
    }
    EXPECT_EQ(cpu.env.context_changes, 0u) << "in Hyp mode only Hyp mode's translation counts";
    cpu.s.spsr() = u32(Mode::svc);
    cpu.a32(0xe160'006e);  // eret
    EXPECT_EQ(cpu.env.context_changes, 1u) << "the guest's is brought up to date on the way out";
    EXPECT_FALSE(cpu.s.guest_context_stale) << "once";
    Cpu guest(Mode::svc);
    guest.s.r[0] = 0x11;
    guest.a32(mcr(cp15(3, 0, 0, 0)));
    EXPECT_EQ(guest.env.context_changes, 1u) << "a guest's own write at once";
}

TEST(SysRegs, ThreadRegistersAreCheap) {
    for (const SysRegKey& k : {cp15(13, 0, 0, 2), cp15(13, 0, 0, 3), cp15(13, 0, 0, 4)}) {
        Cpu cpu;
        write32(cpu, k, 0xfeed);
        EXPECT_FALSE(cpu.block[0].flags & op_ends_block) << "no block ends here";
        EXPECT_EQ(read32(cpu, k), 0xfeedu) << "value";
        EXPECT_EQ(cpu.env.context_changes, 0u) << "no context";
    }
    Cpu user(Mode::usr);
    user.s.sys.tpidruro = 0xbeef;
    EXPECT_EQ(read32(user, cp15(13, 0, 0, 3)), 0xbeefu) << "TPIDRURO at PL0";
    user.a32(mcr(cp15(13, 0, 0, 3)));
    EXPECT_EQ(user.s.mode(), Mode::und) << "which may not write it";
}

TEST(SysRegs, WideAndNarrowViews) {
    Cpu cpu;
    write64(cpu, cp15_wide(2, 0), 0xffff'ffff'ffff'ffff);
    EXPECT_EQ(cpu.s.sys.ttbr0, 0x00ff'00ff'ffff'ffffu) << "ASID and base";
    write32(cpu, cp15(2, 0, 0, 0), 0x4000'0000);
    EXPECT_EQ(cpu.s.sys.ttbr0, 0x00ff'00ff'4000'0000u) << "MCR reaches the low word";
    EXPECT_EQ(read32(cpu, cp15(2, 0, 0, 0)), 0x4000'0000u) << "and MRC reads it";
    write64(cpu, cp15_wide(7, 0), 0x1234'5678'9abc'def0);
    EXPECT_EQ(read64(cpu, cp15_wide(7, 0)), 0x1234'5678'9abc'def0u) << "PAR, 64 bits";
    EXPECT_EQ(read32(cpu, cp15(7, 0, 4, 0)), 0x9abc'def0u) << "PAR, 32 bits";
}

TEST(SysRegs, TtbcrByFormat) {
    Cpu cpu;
    write32(cpu, cp15(2, 0, 0, 2), 0x7fff'ffff);
    EXPECT_EQ(cpu.s.sys.ttbcr, 0x37u) << "short descriptors: N, PD0, PD1";
    write32(cpu, cp15(2, 0, 0, 2), 0xffff'ffff);
    EXPECT_EQ(cpu.s.sys.ttbcr, 0xffc7'3f87u) << "long descriptors";
}

TEST(SysRegs, InterruptStatus) {
    Cpu cpu;
    cpu.s.line_irq = true;
    EXPECT_EQ(read32(cpu, cp15(12, 0, 1, 0)), psr::I) << "physical";
    cpu.s.sys.hcr = hcr::IMO | hcr::FMO | hcr::VF;
    EXPECT_EQ(read32(cpu, cp15(12, 0, 1, 0)), psr::F) << "a guest sees the virtual ones";
    cpu.s.switch_mode(Mode::hyp);
    EXPECT_EQ(read32(cpu, cp15(12, 0, 1, 0)), psr::I) << "Hyp mode the physical ones";
}

TEST(SysRegs, TlbMaintenance) {
    constexpr struct {
        SysRegKey key;
        TlbOp op;
        TlbSide side;
        bool broadcast;
    } cases[] = {
        {cp15(8, 0, 3, 0), TlbOp::all, TlbSide::unified, true},
        {cp15(8, 0, 3, 1), TlbOp::mva, TlbSide::unified, true},
        {cp15(8, 0, 3, 2), TlbOp::asid, TlbSide::unified, true},
        {cp15(8, 0, 3, 3), TlbOp::mva_all_asid, TlbSide::unified, true},
        {cp15(8, 0, 5, 0), TlbOp::all, TlbSide::instruction, false},
        {cp15(8, 0, 5, 1), TlbOp::mva, TlbSide::instruction, false},
        {cp15(8, 0, 5, 2), TlbOp::asid, TlbSide::instruction, false},
        {cp15(8, 0, 6, 0), TlbOp::all, TlbSide::data, false},
        {cp15(8, 0, 6, 1), TlbOp::mva, TlbSide::data, false},
        {cp15(8, 0, 6, 2), TlbOp::asid, TlbSide::data, false},
        {cp15(8, 0, 7, 0), TlbOp::all, TlbSide::unified, false},
        {cp15(8, 0, 7, 1), TlbOp::mva, TlbSide::unified, false},
        {cp15(8, 0, 7, 2), TlbOp::asid, TlbSide::unified, false},
        {cp15(8, 0, 7, 3), TlbOp::mva_all_asid, TlbSide::unified, false},
        {cp15(8, 4, 3, 0), TlbOp::all_hyp, TlbSide::unified, true},
        {cp15(8, 4, 3, 1), TlbOp::mva_hyp, TlbSide::unified, true},
        {cp15(8, 4, 3, 4), TlbOp::all_nonsecure_nonhyp, TlbSide::unified, true},
        {cp15(8, 4, 7, 0), TlbOp::all_hyp, TlbSide::unified, false},
        {cp15(8, 4, 7, 1), TlbOp::mva_hyp, TlbSide::unified, false},
        {cp15(8, 4, 7, 4), TlbOp::all_nonsecure_nonhyp, TlbSide::unified, false},
    };
    for (const auto& c : cases) {
        const std::string_view name = find_sysreg(c.key)->name;
        Cpu cpu(Mode::hyp);
        write32(cpu, c.key, 0x1234'5006);
        ASSERT_EQ(cpu.env.tlb.size(), 1u) << name;
        EXPECT_EQ(cpu.env.tlb[0].op, c.op) << name;
        EXPECT_EQ(cpu.env.tlb[0].side, c.side) << name;
        EXPECT_EQ(cpu.env.tlb[0].operand, 0x1234'5006u) << name;
        EXPECT_EQ(cpu.env.tlb[0].broadcast, c.broadcast) << name;
        EXPECT_EQ(cpu.block[0].cls, CostClass::tlb_op) << name;
    }
}

TEST(SysRegs, ForcedBroadcast) {
    Cpu guest;
    guest.s.sys.hcr = hcr::FB;
    write32(guest, cp15(8, 0, 7, 0), 0);
    ASSERT_EQ(guest.env.tlb.size(), 1u) << "TLBIALL";
    EXPECT_TRUE(guest.env.tlb[0].broadcast) << "HCR.FB";
}

TEST(SysRegs, AddressTranslation) {
    constexpr struct {
        SysRegKey key;
        AtsOp::Stage stage;
        bool user, write;
    } cases[] = {{cp15(7, 0, 8, 0), AtsOp::stage1_current, false, false},
                 {cp15(7, 0, 8, 1), AtsOp::stage1_current, false, true},
                 {cp15(7, 0, 8, 2), AtsOp::stage1_current, true, false},
                 {cp15(7, 0, 8, 3), AtsOp::stage1_current, true, true},
                 {cp15(7, 0, 8, 4), AtsOp::stages12, false, false},
                 {cp15(7, 0, 8, 5), AtsOp::stages12, false, true},
                 {cp15(7, 0, 8, 6), AtsOp::stages12, true, false},
                 {cp15(7, 0, 8, 7), AtsOp::stages12, true, true},
                 {cp15(7, 4, 8, 0), AtsOp::hyp, false, false},
                 {cp15(7, 4, 8, 1), AtsOp::hyp, false, true}};
    for (const auto& c : cases) {
        Cpu cpu(Mode::hyp);
        cpu.env.par = 0x0012'3456'7000;
        write32(cpu, c.key, 0xabc0'0000);
        const std::string_view name = find_sysreg(c.key)->name;
        ASSERT_EQ(cpu.env.ats.size(), 1u) << name;
        EXPECT_EQ(cpu.env.ats[0].op.stage, c.stage) << name;
        EXPECT_EQ(cpu.env.ats[0].op.user, c.user) << name;
        EXPECT_EQ(cpu.env.ats[0].op.write, c.write) << name;
        EXPECT_EQ(cpu.env.ats[0].va, 0xabc0'0000u) << name;
        EXPECT_EQ(cpu.s.sys.par, 0x0012'3456'7000u) << name << " writes PAR";
    }
}

TEST(SysRegs, AddressTranslationThatIsStoppedByStage2) {
    struct Stopped : FakeEnv {
        u64 address_translation(AtsOp, u32 va) override {
            s->ats_fault = {.kind = FaultKind::translation,
                            .level = 3,
                            .write = true,
                            .cache_maintenance = true,
                            .stage2 = true,
                            .s1ptw = true,
                            .va = va,
                            .ipa = 0x5000};
            return 0xbad;
        }
    } env;
    Cpu cpu(Mode::svc);
    env.s = &cpu.s;
    cpu.s.env = &env;
    cpu.s.sys.par = 7;
    write32(cpu, cp15(7, 0, 8, 0), 0x1000);
    EXPECT_EQ(cpu.s.mode(), Mode::hyp) << "taken to Hyp mode";
    EXPECT_EQ(cpu.s.sys.hsr, 0x9000'01c7u) << "EC 0x24, CM, S1PTW, WnR";
    EXPECT_EQ(cpu.s.sys.par, 7u) << "PAR is not written";
}

TEST(SysRegs, CacheMaintenance) {
    constexpr struct {
        SysRegKey key;
        CacheOp op;
    } cases[] = {
        {cp15(7, 0, 1, 0), cache_op::ICIALLUIS}, {cp15(7, 0, 5, 0), cache_op::ICIALLU},
        {cp15(7, 0, 5, 1), cache_op::ICIMVAU},   {cp15(7, 0, 1, 6), cache_op::BPIALLIS},
        {cp15(7, 0, 5, 6), cache_op::BPIALL},    {cp15(7, 0, 5, 7), cache_op::BPIMVA},
        {cp15(7, 0, 6, 1), cache_op::DCIMVAC},   {cp15(7, 0, 10, 1), cache_op::DCCMVAC},
        {cp15(7, 0, 11, 1), cache_op::DCCMVAU},  {cp15(7, 0, 14, 1), cache_op::DCCIMVAC},
        {cp15(7, 0, 6, 2), cache_op::DCISW},     {cp15(7, 0, 10, 2), cache_op::DCCSW},
        {cp15(7, 0, 14, 2), cache_op::DCCISW},
    };
    for (const auto& c : cases) {
        Cpu cpu;
        write32(cpu, c.key, 0x40);
        const std::string_view name = find_sysreg(c.key)->name;
        ASSERT_EQ(cpu.env.cache.size(), 1u) << name;
        EXPECT_EQ(cpu.env.cache[0].op, c.op) << name;
        EXPECT_EQ(cpu.env.cache[0].operand, 0x40u) << name;
        EXPECT_EQ(cpu.block[0].cls, CostClass::cache_op) << name;
        EXPECT_EQ(cpu.s.r[15], 0x8004u) << name << " goes on";
    }
}

TEST(SysRegs, AGuestsInvalidationBySetAndWayCleansToo) {
    Cpu cpu(Mode::hyp);
    cpu.s.sys.hcr = hcr::SWIO;
    const SysRegKey dcisw = cp15(7, 0, 6, 2);
    write32(cpu, dcisw, 0);
    EXPECT_EQ(cpu.env.cache.back().op, cache_op::DCISW) << "HCR.SWIO is about guests";
    cpu.s.switch_mode(Mode::svc);
    write32(cpu, dcisw, 0);
    EXPECT_EQ(cpu.env.cache.back().op, cache_op::DCCISW) << "HCR.SWIO set";
    cpu.s.sys.hcr = 0;
    write32(cpu, dcisw, 0);
    EXPECT_EQ(cpu.env.cache.back().op, cache_op::DCISW) << "HCR.SWIO clear";
}

TEST(SysRegs, Cp15Barriers) {
    for (const SysRegKey& k : {cp15(7, 0, 5, 4), cp15(7, 0, 10, 4), cp15(7, 0, 10, 5)}) {
        Cpu cpu(Mode::usr);
        cpu.a32(mcr(k));
        EXPECT_TRUE(cpu.env.taken.empty()) << find_sysreg(k)->name << " at PL0";
        cpu.s.sys.sctlr &= ~sctlr::CP15BEN;
        cpu.a32(mcr(k));
        EXPECT_EQ(cpu.s.mode(), Mode::und) << find_sysreg(k)->name << " with SCTLR.CP15BEN clear";
    }
}

TEST(SysRegs, TimersAndPl0) {
    Cpu cpu(Mode::usr);
    cpu.env.counter = 0x1'0000'0010;
    cpu.env.counter_offset = 0x10;
    cpu.a32(mrrc(cp15_wide(14, 1)));
    EXPECT_EQ(cpu.s.mode(), Mode::und) << "CNTVCT without CNTKCTL.PL0VCTEN";
    Cpu open(Mode::usr);
    open.env.counter = 0x1'0000'0010;
    open.env.counter_offset = 0x10;
    open.s.sys.cntkctl = cntkctl::PL0VCTEN;
    EXPECT_EQ(read64(open, cp15_wide(14, 1)), 0x1'0000'0000u) << "CNTVCT is CNTPCT less CNTVOFF";
    open.s.sys.cnthctl = 0;
    EXPECT_EQ(read64(open, cp15_wide(14, 1)), 0x1'0000'0000u) << "CNTHCTL does not concern the virtual counter";
    open.a32(mrrc(cp15_wide(14, 0)));
    EXPECT_EQ(open.s.mode(), Mode::und) << "CNTPCT: PL0 is denied by PL1 before the hypervisor is asked";

    Cpu timer;
    write32(timer, cp15(14, 0, 2, 0), 100);
    write32(timer, cp15(14, 0, 3, 1), 1);
    write64(timer, cp15_wide(14, 3), 0x5'0000'0000);
    ASSERT_EQ(timer.env.timer_writes.size(), 3u) << "three writes";
    EXPECT_EQ(timer.env.timer_writes[0].timer, Timer::physical) << "CNTP_TVAL";
    EXPECT_EQ(timer.env.timer_writes[0].reg, TimerReg::tval) << "CNTP_TVAL";
    EXPECT_EQ(timer.env.timer_writes[1].reg, TimerReg::ctl) << "CNTV_CTL";
    EXPECT_EQ(timer.env.timer_writes[2].value, 0x5'0000'0000u) << "CNTV_CVAL";
    write32(timer, cp15(14, 0, 0, 0), 1);
    EXPECT_EQ(timer.s.mode(), Mode::und) << "CNTFRQ is written in Hyp mode only";
}

TEST(SysRegs, HypControls) {
    Cpu cpu(Mode::hyp);
    write32(cpu, cp15(1, 4, 1, 0), ~0u);
    EXPECT_EQ(cpu.s.sys.hcr, 0x0fff'ffffu) << "HCR";
    EXPECT_EQ(cpu.env.interrupt_changes, 1u) << "routing may have changed";
    write32(cpu, cp15(1, 4, 1, 2), 0);
    EXPECT_EQ(read32(cpu, cp15(1, 4, 1, 2)), 0x33ffu) << "HCPTR: absent coprocessors are RAO";
    write32(cpu, cp15(1, 4, 1, 1), 0xf00 | 9);
    EXPECT_EQ(read32(cpu, cp15(1, 4, 1, 1)), 0xf04u) << "HDCR.HPMN past the counters is kept";
    write32(cpu, cp15(2, 4, 1, 2), 0x3558);
    EXPECT_EQ(read32(cpu, cp15(2, 4, 1, 2)), 0x8000'3558u) << "VTCR bit 31 is RAO";
    write32(cpu, cp15(12, 4, 0, 0), 0x1234'567f);
    EXPECT_EQ(read32(cpu, cp15(12, 4, 0, 0)), 0x1234'5660u) << "HVBAR alignment";
}

TEST(SysRegs, DebugIsPresentAndDisabled) {
    Cpu cpu;
    write32(cpu, cp14(0, 0, 2, 2), 0x0000'c000 | 1u << 12);
    constexpr u32 status = 7u << 16;
    EXPECT_EQ(read32(cpu, cp14(0, 0, 1, 0)) & ~status, 1u << 12) << "monitor and halting debug can't be enabled";
    write32(cpu, cp14(0, 0, 5, 4), 0x1000);
    EXPECT_EQ(read32(cpu, cp14(0, 0, 5, 4)), 0x1000u) << "DBGBVR5";
    cpu.a32(mrc(cp14(0, 0, 6, 4)));
    EXPECT_EQ(cpu.s.mode(), Mode::und) << "there are six breakpoints";
    Cpu lock;
    EXPECT_EQ(read32(lock, cp14(1, 0, 1, 4)), 0xau) << "the OS lock is set by reset";
    write32(lock, cp14(1, 0, 0, 4), 0);
    EXPECT_EQ(read32(lock, cp14(1, 0, 1, 4)), 0x8u) << "cleared";
    write32(lock, cp14(1, 0, 0, 4), 0xc5ac'ce55);
    EXPECT_EQ(read32(lock, cp14(1, 0, 1, 4)), 0xau) << "set by the key";
}

TEST(SysRegs, StatusOfDebugIsDerived) {
    constexpr u32 ns = 1u << 18, secure_debug_disabled = 3u << 16;
    Cpu cpu;
    cpu.s.features.virtualization = true;
    write32(cpu, cp14(0, 0, 2, 2), ~0u);
    for (const SysRegKey key : {cp14(0, 0, 1, 0), cp14(0, 0, 2, 2)}) {
        EXPECT_EQ(read32(cpu, key) & ns, ns) << "in Non-secure state";
        EXPECT_EQ(read32(cpu, key) & secure_debug_disabled, secure_debug_disabled) << "as DBGAUTHSTATUS has it";
    }
    write32(cpu, cp14(0, 0, 2, 2), 0);
    EXPECT_EQ(read32(cpu, cp14(0, 0, 2, 2)), ns | secure_debug_disabled) << "a status can't be written";
    cpu.s.features.virtualization = false;
    EXPECT_EQ(read32(cpu, cp14(0, 0, 1, 0)), 0u) << "no Security Extensions: RAZ";
}

TEST(SysRegs, MrcToTheFlags) {
    Cpu cpu;
    cpu.s.sys.dbgdscr = 0xa000'0000;
    cpu.a32(mrc(cp14(0, 0, 1, 0), 15));
    EXPECT_EQ(cpu.s.nzcv(), 0xa000'0000u) << "MRC p14, 0, APSR_nzcv, c0, c1, 0";
}

TEST(SysRegs, ThumbEeHandlerBase) {
    Cpu cpu(Mode::usr);
    write32(cpu, cp14(1, 6, 0, 0), 0x8003);
    EXPECT_EQ(read32(cpu, cp14(1, 6, 0, 0)), 0x8000u) << "TEEHBR at PL0";
    cpu.s.sys.teecr = 1;
    cpu.a32(mrc(cp14(1, 6, 0, 0)));
    EXPECT_EQ(cpu.s.mode(), Mode::und) << "closed by TEECR.XED";
    Cpu without;
    without.s.features.thumbee = false;
    without.a32(mrc(cp14(0, 6, 0, 0)));
    EXPECT_EQ(without.s.mode(), Mode::und) << "no ThumbEE";
}

TEST(SysRegs, UnknownOnesAreUndefined) {
    for (const u32 raw : {mrc(cp15(1, 0, 5, 0)), mrc(cp15(15, 7, 15, 7)), mrrc(cp15_wide(3, 3)), mcr(cp14(9, 0, 0, 0)),
                          mrc(cp15(1, 0, 1, 0)), mrc(cp15(12, 0, 0, 1))}) {
        Cpu cpu;
        cpu.a32(raw);
        EXPECT_EQ(cpu.s.mode(), Mode::und) << std::hex << raw;
    }
}

TEST(SysRegs, ForbiddenRegisterNumbers) {
    Cpu cpu;
    for (const u32 raw : {mcr(cp15(13, 0, 0, 2), 15), mrrc(cp15_wide(14, 0), 15), mrrc(cp15_wide(14, 0), 2, 2)}) {
        cpu.a32(raw);
        EXPECT_EQ(cpu.decoded, Decoded::unpredictable) << std::hex << raw;
    }
    cpu.t32(mrc(cp15(13, 0, 0, 2), 13));
    EXPECT_EQ(cpu.decoded, Decoded::unpredictable) << "SP in T32";
}

}  // namespace
}  // namespace vtoll::isa::test
