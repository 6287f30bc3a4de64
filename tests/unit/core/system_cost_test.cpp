// SPDX-License-Identifier: Apache-2.0
// What system operations and exceptions cost: by what they do to the pipeline, and by what is outstanding.
#include <gtest/gtest.h>

#include "core/timing/core_model.hpp"
#include "core/timing/scheduler.hpp"
#include "isa/encodings/encoding.hpp"
#include "isa/features.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core {
namespace {

using enum isa::SystemCost;
using test::SmallMachine;

const CoreProfile& profile(const std::string& name) {
    static std::map<std::string, Pricing> loaded;
    if (!loaded.contains(name)) loaded[name] = pricing_for(name);
    return *loaded[name].core;
}

BlockPrice price_of(const CoreProfile& core, std::initializer_list<u32> raws) {
    isa::Features features;
    std::vector<Scheduled> block;
    for (const u32 raw : raws) {
        isa::Decoding d;
        EXPECT_EQ(isa::decode(isa::InstrSet::a32, raw, {.pc = 0x1000, .features = &features}, d), isa::Decoded::ok)
            << std::hex << raw;
        block.push_back(scheduled(d));
    }
    std::vector<u16> costs(block.size());
    return price_block(core, block, costs);
}
double cycles(const CoreProfile& core, std::initializer_list<u32> raws) {
    return double(price_of(core, raws).total) / BlockPrice::scale;
}

constexpr u32 mul_r4_r5_r3 = 0xe0040395, add_r4_r4_1 = 0xe2844001, add_r5_r5_1 = 0xe2855001, svc = 0xef000000,
              isb_sy = 0xf57ff06f, dsb_sy = 0xf57ff04f, dmb_sy = 0xf57ff05f, dmb_ishst = 0xf57ff05a,
              mrc_sctlr = 0xee113f10, mcr_vbar = 0xee0c3f10, mcr_dacr = 0xee033f10, mrc_tpidruro = 0xee1d3f70,
              mrc_pmccntr = 0xee193f1d;

/// A profile of numbers that can be told apart.
CoreProfile told_apart() {
    CoreProfile p;
    p.refill = 7;
    p.store_buffer = 4;
    p.device_writes = 2;
    p.devices.fill({100, 80, 0});
    p.tlb_local = 30;
    p.tlb_broadcast = 90;
    p.commit = 3;
    p.entry = 2;
    p.hyp_entry = 5;
    p.exception_return = 4;
    for (ClassTiming& t : p.by_system) t = {.unit = Unit::system, .latency = 1, .forward = 1, .busy = 1};
    p.by_class[static_cast<std::size_t>(isa::CostClass::mul)] = {.unit = Unit::multiply, .latency = 20, .forward = 20};
    p.by_class[static_cast<std::size_t>(isa::CostClass::svc)] = {.unit = Unit::branch, .serialise = true};
    p.by_class[static_cast<std::size_t>(isa::CostClass::isb)] = {
        .unit = Unit::system, .latency = 2, .serialise = true, .refetch = true};
    return p;
}

ClassTiming& of(CoreProfile& p, isa::SystemCost c) { return p.by_system[static_cast<std::size_t>(c)]; }

// --- by what they do to the pipeline

TEST(SystemCost, RegistersArePricedByTheirGroup) {
    CoreProfile p = told_apart();
    of(p, translation_read) = {.unit = Unit::system, .latency = 40, .busy = 40};
    of(p, monitor_read) = {.unit = Unit::system, .latency = 9, .busy = 9};
    EXPECT_EQ(cycles(p, {mrc_sctlr}), 40) << "SCTLR is one that translation depends on";
    EXPECT_EQ(cycles(p, {mrc_pmccntr}), 9) << "PMCCNTR is a monitor's";
    EXPECT_EQ(cycles(p, {mrc_tpidruro}), 1) << "TPIDRURO is a thread register";
    EXPECT_LT(cycles(profile("cortex-a8"), {mrc_pmccntr}), 10) << "2 cycles apart on silicon";
    EXPECT_GE(cycles(profile("cortex-a8"), {mrc_sctlr}), 60) << "the manual's least";
}

TEST(SystemCost, WhatFollowsARefetchWaitsForTheRefill) {
    CoreProfile p = told_apart();
    EXPECT_EQ(cycles(p, {isb_sy}), 2 + 7) << "an ISB refills the pipeline";
    of(p, translation_write) = {.unit = Unit::system, .latency = 5, .busy = 5, .serialise = true, .refetch = true};
    EXPECT_EQ(cycles(p, {mcr_dacr}), 5 + 7) << "so does a write that changes what is fetched, if the core says so";
    EXPECT_EQ(cycles(p, {mcr_vbar}), 1) << "VBAR does not";
}

TEST(SystemCost, AWriteSerialisesAReadNeedNot) {
    CoreProfile p = told_apart();
    p.out_of_order = true;
    p.width = 2;
    p.window = 16;
    of(p, control_write) = {.unit = Unit::system, .latency = 10, .busy = 10, .serialise = true};
    of(p, thread_read) = {.unit = Unit::system, .latency = 10, .busy = 1};
    const double write = cycles(p, {mcr_vbar, add_r4_r4_1, add_r5_r5_1}),
                 read = cycles(p, {mrc_tpidruro, add_r4_r4_1, add_r5_r5_1});
    EXPECT_GE(write, 11) << "what follows starts behind it";
    EXPECT_LE(read, 4) << "what follows goes on beside it";
}

TEST(SystemCost, ACallWaitsForWhatIsInFlight) {
    CoreProfile p = told_apart();
    p.out_of_order = true;
    p.window = 16;
    EXPECT_GE(cycles(p, {mul_r4_r5_r3, svc}), 20) << "the product is waited for";
    EXPECT_GE(cycles(profile("cortex-a15"), {mul_r4_r5_r3, svc}), 4) << "on a shipped profile too";
}

TEST(SystemCost, ItsCyclesAreTold) {
    CoreProfile p = told_apart();
    of(p, control_write) = {.unit = Unit::system, .latency = 10, .busy = 10, .serialise = true};
    EXPECT_EQ(price_of(p, {add_r4_r4_1}).system, 0u) << "nothing of the system";
    const BlockPrice price = price_of(p, {mcr_vbar, add_r4_r4_1});
    EXPECT_GE(price.system, 9u) << "the write's";
    EXPECT_LE(price.system, price.total / BlockPrice::scale) << "no more than there is";
}

TEST(SystemCost, EveryShippedCorePaysForEntryAndReturn) {
    for (const char* name : {"cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"}) {
        const CoreProfile& p = profile(name);
        EXPECT_GE(p.of_entry(false), p.refill + 1) << name << ": the vector is fetched into an empty pipeline";
        EXPECT_GE(p.of_return(), p.refill + 1) << name << ": and what is returned to";
        EXPECT_LE(p.refill, p.mispredict) << name << ": a misprediction has to be found out as well";
    }
}

// --- by what is outstanding

struct Model {
    StallTotals stalls{};
    CoreModel core;
    explicit Model(const CoreProfile& p = told_apart()) : core(p, 1'000'000'000, stalls) {}
    u64 system() const { return stalls[static_cast<std::size_t>(Stall::system)]; }
};

TEST(Barrier, NothingOutstandingNothingToWaitFor) {
    Model m;
    for (const isa::SystemCost what : {dsb, dsb_store, dmb, dmb_store})
        EXPECT_EQ(m.core.barrier(what, {1000, 0}), 0u) << "the block's price is all";
}

TEST(Barrier, StoresInTheBufferAreWaitedFor) {
    Model m;
    m.core.store(0x10000, 0x10000, nullptr, {1000, 0});
    const u32 whole = Model(m.core.profile()).core.load(0x10000, 0x10000, nullptr, {1000, 0});
    EXPECT_EQ(m.core.barrier(dmb_store, {1000, 1}), 0u) << "their order is enough";
    const u32 wait = m.core.barrier(dmb, {1010, 1});
    EXPECT_GE(wait, whole - 20) << "the line's way from memory, but for the 10 ticks gone by";
    EXPECT_EQ(m.core.barrier(dsb, {1010 + wait, 1}), 0u) << "and then it is there";
    EXPECT_EQ(m.system(), wait) << "booked as a system operation's";
}

TEST(Barrier, OnlyADsbWaitsForDevicesAndMaintenance) {
    Model m;
    m.core.device(DevicePath::peripheral, CoreModel::DeviceAccess::posted_write, {1000, 0});
    EXPECT_EQ(m.core.barrier(dmb, {1000, 0}), 0u) << "the order on the path is enough";
    EXPECT_EQ(m.core.barrier(dsb_store, {1000, 0}), 80u) << "the write's answer";
    EXPECT_EQ(m.core.barrier(dsb, {1010, 0}), 70u) << "the same";
    m.core.tlb_operation(false, {2000, 0});
    EXPECT_EQ(m.core.barrier(dsb, {2010, 0}), 20u) << "of 30 cycles";
    m.core.tlb_operation(true, {3000, 0});
    m.core.tlb_operation(false, {3001, 0});
    EXPECT_EQ(m.core.barrier(dsb_store, {3001, 0}), 0u) << "maintenance is no store";
    EXPECT_EQ(m.core.barrier(dsb, {3001, 0}), 89u) << "the broadcast takes longer than the local one behind it";
}

TEST(Exceptions, AreMadeOfCommitModesAndRefill) {
    Model m;
    EXPECT_EQ(m.core.exception_entry(false), 3u + 2 + 7) << "commit, registers and modes, refill";
    EXPECT_EQ(m.core.exception_entry(true), 3u + 5 + 7) << "into Hyp mode";
    EXPECT_EQ(m.core.exception_return(), 3u + 4 + 7) << "and back";
}

// --- the whole way, on a shipped profile

u64 stall_of(SmallMachine& m, Stall s) { return m.cpu.parts().clock.stalls()[static_cast<std::size_t>(s)]; }

u64 system_ticks(const char* core, std::initializer_list<u32> behind) {
    SmallMachine m(pricing_for(core));
    m.load(SmallMachine::mmu_on);
    m.write(SmallMachine::behind_mmu_on, behind);
    m.cpu.run(20'000);
    return stall_of(m, Stall::system);
}

TEST(Barrier, WaitsForTheStoreInFrontOfIt) {
    constexpr u32 str_r0_r0_256 = 0xe5800100, b_self = 0xeafffffe;
    for (const char* core : {"cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"}) {
        const u64 idle = system_ticks(core, {dsb_sy, b_self}),
                  busy = system_ticks(core, {str_r0_r0_256, dsb_sy, b_self}),
                  ordered = system_ticks(core, {str_r0_r0_256, dmb_ishst, b_self}),
                  ordered_idle = system_ticks(core, {dmb_ishst, b_self});
        if (std::string_view(core) != "cortex-a15") EXPECT_GT(busy, idle + 30) << core << ": a line from memory";
        else EXPECT_GE(busy, idle) << core << ": its own round trip takes longer than a line from memory";
        EXPECT_LE(ordered, ordered_idle + 4) << core << ": a DMB of stores waits for nothing";
    }
}

TEST(Barrier, Cp15sAreTheSame) {
    constexpr u32 str_r0_r0_256 = 0xe5800100, mcr_dsb = 0xee070f9a, b_self = 0xeafffffe;
    EXPECT_EQ(system_ticks("cortex-a15", {str_r0_r0_256, mcr_dsb, b_self}),
              system_ticks("cortex-a15", {str_r0_r0_256, dsb_sy, b_self}))
        << "CP15DSB";
}

TEST(SystemCost, StallsSayWhatABlockIsMadeOf) {
    SmallMachine m(pricing_for("cortex-a8"));
    m.load(SmallMachine::mmu_on);
    m.write(SmallMachine::behind_mmu_on, {mrc_sctlr, 0xeafffffd});  // MRC; B to it
    m.cpu.run(10'000);
    const u64 began = m.cpu.now(), before = stall_of(m, Stall::system);
    m.cpu.run(30'000);
    const u64 ticks = m.cpu.now() - began, system = stall_of(m, Stall::system) - before;
    EXPECT_GT(system, ticks * 8 / 10) << "nearly all of its time";
    u64 all = 0;
    for (const u64 s : m.cpu.parts().clock.stalls()) all += s;
    EXPECT_LE(all, m.cpu.now()) << "no cycle is booked twice";
}

TEST(SystemCost, ACoreMayEmptyItsMicroTlbsWhenTheContextChanges) {
    // MOV r1, #1; MOV r2, #3; then MCR DACR, r1; LDR r3, [r0]; MCR DACR, r2; LDR r3, [r0]; B back
    const std::initializer_list<u32> toggle = {0xe3a01001, 0xe3a02003, 0xee031f10, 0xe5903000,
                                               0xee032f10, 0xe5903000, 0xeafffffa};
    const auto misses = [&](const char* core) {
        SmallMachine m(pricing_for(core));
        m.load(SmallMachine::mmu_on);
        m.write(SmallMachine::behind_mmu_on, toggle);
        m.cpu.run(20'000);
        return m.cpu.parts().core->statistics().micro_tlb_d_misses;
    };
    EXPECT_GT(misses("cortex-a9"), 100u) << "a Cortex-A9 does";
    EXPECT_LT(misses("cortex-a15"), 20u) << "a Cortex-A15 does not";
}

}  // namespace
}  // namespace vtoll::core
