// SPDX-License-Identifier: Apache-2.0
// Parts of a machine that cost nothing: their stalls are gone, what caches, TLBs and predictors hold is not.
#include "core/timing/free_parts.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "core/timing/core_model.hpp"
#include "core/timing/scheduler.hpp"
#include "isa/encodings/encoding.hpp"
#include "isa/features.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core {
namespace {

using test::SmallMachine;

constexpr const char* cores[] = {"cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"};

Pricing without(const std::string& rung, const std::vector<std::string>& parts) {
    return pricing_for(rung, {}, free_parts(parts));
}

std::string complaint(const std::string& rung, const std::string& part) {
    try {
        (void)without(rung, {part});
    } catch (const InputError& e) {
        return e.what();
    }
    return "";
}

TEST(FreeParts, ResultsNameThem) {
    EXPECT_EQ(without("cortex-a15", {"caches", "tlb"}).name, "cortex-a15 [free: tlb, caches]") << "in their order";
    EXPECT_EQ(without("cortex-a15", {}).name, "cortex-a15") << "without any it is the model itself";
    EXPECT_EQ(pricing_for("cortex-a15", {{"memory.ns", s64{90}}}, free_parts({"gic"})).name,
              "cortex-a15 [memory.ns=90] [free: gic]")
        << "beside numbers that are replaced";
}

TEST(FreeParts, WhatAModelHasNoPriceOfIsRefused) {
    for (const std::string& part : free_part_names()) {
        EXPECT_EQ(complaint("cortex-a15", part), "") << part << ": core profiles have all of them";
        EXPECT_NE(complaint("functional", part).find(part + ": 'functional' has no price"), std::string::npos) << part;
        const bool priced = part == "devices" || part == "exceptions";
        EXPECT_EQ(complaint("weights", part).empty(), priced) << part << ": a table prices events";
    }
    EXPECT_NE(complaint("weights", "gic").find("expected devices or exceptions"), std::string::npos)
        << complaint("weights", "gic");
}

TEST(FreeParts, OfATableItsEvents) {
    const Pricing base = pricing_for("weights"), devices = without("weights", {"devices"}),
                  exceptions = without("weights", {"exceptions"});
    for (std::size_t i = 0; i < base.by_event.size(); ++i) {
        const auto event = static_cast<CostEvent>(i);
        const bool device = event == CostEvent::device_read || event == CostEvent::device_write;
        EXPECT_EQ(devices.of(event), device ? 0 : base.of(event)) << cost_event_name(event);
        EXPECT_EQ(exceptions.of(event), device ? base.of(event) : 0) << cost_event_name(event);
    }
}

// --- system operations go through the pipeline as NOPs

u32 price_of(const CoreProfile& core, u32 raw, u32* system = nullptr) {
    isa::Features features;
    isa::Decoding d;
    EXPECT_EQ(isa::decode(isa::InstrSet::a32, raw, {.pc = 0x1000, .features = &features}, d), isa::Decoded::ok)
        << std::hex << raw;
    const std::vector<Scheduled> block{scheduled(d, core.free)};
    std::vector<u16> costs(block.size());
    const BlockPrice price = price_block(core, block, costs);
    if (system) *system = price.system;
    return price.total;
}

TEST(FreeParts, SystemOperationsOfAPartCostANop) {
    constexpr u32 nop = 0xe320f000;
    const std::map<std::string, std::vector<u32>> of = {
        {"barriers",
         {0xf57ff04f, 0xf57ff04a, 0xf57ff05f, 0xf57ff05e, 0xf57ff06f, 0xee070f9a, 0xe320f003}},  // DSB to CP15DSB, WFI
        {"maintenance",
         {0xee073f35, 0xee070f15, 0xee070fd5, 0xee080f17, 0xee080f13}},  // ICIMVAU, ICIALLU, BPIALL, TLBIALL, TLBIALLIS
        {"system-registers",
         {0xee113f10, 0xee033f10, 0xee1d3f70, 0xe10f0000, 0xe121f000, 0xe1000300, 0xeef10a10, 0xee070f18}}};
    for (const char* name : cores)
        for (const auto& [part, operations] : of)
            for (const u32 raw : operations)
                for (const auto& [freed, ignored] : of) {
                    const Pricing with = pricing_for(name), freed_model = without(name, {freed});
                    const CoreProfile &base = *with.core, &free = *freed_model.core;
                    u32 system = 0;
                    const u32 price = price_of(free, raw, &system);
                    if (freed != part) {
                        EXPECT_EQ(price, price_of(base, raw)) << name << ": " << std::hex << raw << " is not " << freed;
                        continue;
                    }
                    EXPECT_EQ(price, price_of(base, nop)) << name << ": " << part << ": " << std::hex << raw;
                    EXPECT_EQ(system, 0u) << name << ": nothing of it is booked: " << std::hex << raw;
                }
}

// --- what happens while it runs

mmu::Walk walk_of(std::initializer_list<std::pair<u64, u8>> descriptors, bool cached) {
    mmu::Walk walk;
    for (const auto& [address, stage] : descriptors) {
        mmu::Descriptor& d = walk.descriptors[walk.count++];
        d.address = address;
        d.stage = stage;
        d.memory = {cached, cached};
    }
    return walk;
}

struct Model {
    StallTotals stalls{};
    CoreModel core;
    explicit Model(const CoreProfile& p) : core(p, 1'000'000'000, stalls) {}
    u64 all() const {
        u64 sum = 0;
        for (const u64 s : stalls) sum += s;
        return sum;
    }
};

/// The same random work at the same moments.
void work(Model& m, unsigned seed) {
    std::mt19937 random(seed);
    isa::Op op;
    for (u64 i = 0; i < 20'000; ++i) {
        const Moment now{i * 40, i * 10};
        const u64 pa = random() % (4u << 20) & ~u64{3};
        switch (random() % 13) {
        case 0:
        case 1: m.core.load(pa, pa, &op, now); break;
        case 2:
        case 3: m.core.store(pa, pa, &op, now); break;
        case 4: m.core.fetch(pa, pa, 64, now.ticks); break;
        case 5: m.core.uncached(pa, {}, random() & 1, &op, now); break;
        case 6: m.core.preload(pa, pa, static_cast<isa::Preload>(random() % 3), now); break;
        case 7: {
            const mmu::Walk walk = walk_of({{pa, u8{2}}, {pa ^ 0x4000, u8{1}}}, random() & 1);
            m.core.begin_access();
            m.core.translate_data(pa >> 12, random() & 1 ? &walk : nullptr);
            break;
        }
        case 8: m.core.translate_fetch(pa >> 12, nullptr); break;
        case 9:
            m.core.branch(static_cast<u32>(pa), BranchKind::direct, random() & 1, static_cast<u32>(pa) ^ 0x100,
                          static_cast<u32>(pa) + 4);
            break;
        case 10:
            m.core.device(static_cast<DevicePath>(random() % 4), static_cast<CoreModel::DeviceAccess>(random() % 3),
                          now);
            break;
        case 11: m.core.barrier(isa::SystemCost::dsb, now), m.core.tlb_operation(random() & 1, now); break;
        default: m.core.exception_entry(random() & 1), m.core.exception_return(); break;
        }
    }
}

std::vector<u64> held(const Model& m) {
    const CoreStatistics& s = m.core.statistics();
    const Predictor& p = m.core.predictor();
    return {s.l1i_misses, s.l1d_misses,  s.l2_misses,  s.write_backs, s.micro_tlb_i_misses, s.micro_tlb_d_misses,
            s.walks,      s.descriptors, p.branches(), p.taken(),     p.mispredicts()};
}

TEST(FreeParts, AllTogetherLeaveNoStallAndEveryMiss) {
    const unsigned seed = std::random_device()();
    for (const char* name : cores) {
        Model priced(*pricing_for(name).core), free(*without(name, free_part_names()).core);
        work(priced, seed);
        work(free, seed);
        EXPECT_GT(priced.all(), 0u) << name << ": there is something to be free; seed " << seed;
        EXPECT_EQ(free.all(), 0u) << name << ": and nothing is left of it; seed " << seed;
        EXPECT_EQ(held(free), held(priced)) << name << ": what misses is the same; seed " << seed;
    }
}

TEST(FreeParts, EachTakesItsStallsAndNoMore) {
    using enum Stall;
    const std::map<std::string, std::vector<Stall>> gone = {{"tlb", {walk_stage1}},
                                                            {"stage2-walk", {walk_stage2}},
                                                            {"caches", {fetch}},
                                                            {"uncached", {}},
                                                            {"branches", {mispredict}},
                                                            {"devices", {}},
                                                            {"gic", {}},
                                                            {"barriers", {system}},
                                                            {"maintenance", {}},
                                                            {"system-registers", {}},
                                                            {"exceptions", {exception}},
                                                            {"refill", {}}};  // refill_test.cpp
    const unsigned seed = std::random_device()();
    for (const char* name : cores) {
        Model priced(*pricing_for(name).core);
        work(priced, seed);
        ASSERT_EQ(gone.size(), free_part_names().size()) << "a line for each part";
        for (const auto& [part, stalls] : gone) {
            Model free(*without(name, {part}).core);
            work(free, seed);
            EXPECT_EQ(held(free), held(priced)) << name << ", " << part << ": what misses is the same; seed " << seed;
            for (const Stall s : stalls) {
                EXPECT_GT(priced.stalls[static_cast<std::size_t>(s)], 0u)
                    << name << ": " << name_of(s) << " to be free";
                EXPECT_EQ(free.stalls[static_cast<std::size_t>(s)], 0u)
                    << name << ": " << name_of(s) << " without " << part;
            }
            EXPECT_LE(free.all(), priced.all()) << name << ": " << part << " free costs nothing more; seed " << seed;
        }
        Model memory(*without(name, {"caches", "uncached"}).core), device(*without(name, {"devices", "gic"}).core);
        work(memory, seed);
        work(device, seed);
        for (const Stall s : {fetch, data, Stall::memory})
            EXPECT_EQ(memory.stalls[static_cast<std::size_t>(s)], 0u) << name << ": " << name_of(s) << " of both kinds";
        EXPECT_EQ(device.stalls[static_cast<std::size_t>(Stall::device)], 0u) << name << ": all devices";
    }
}

TEST(FreeParts, CachesLeaveWhatL1MayNotServe) {
    for (const char* name : cores) {
        Model caches(*without(name, {"caches"}).core), uncached(*without(name, {"uncached"}).core);
        isa::Op op;
        EXPECT_EQ(caches.core.load(0x1000, 0x1000, &op, {1000, 1000}), 0u) << name << ": a miss of both levels";
        EXPECT_GT(caches.core.uncached(0x8000, {}, false, &op, {3000, 3000}), 20u) << name << ": a trip to memory";
        EXPECT_EQ(uncached.core.uncached(0x8000, {}, false, &op, {3000, 3000}), 0u) << name;
        EXPECT_GT(uncached.core.load(0x1000, 0x1000, nullptr, {9000, 9000}), 20u) << name << ": cached memory";
    }
}

TEST(FreeParts, GicAndOtherDevicesAreApart) {
    using Access = CoreModel::DeviceAccess;
    for (const auto& [part, peripheral_free] : {std::pair{"devices", true}, std::pair{"gic", false}}) {
        Model m(*without("cortex-a15", {part}).core);
        for (std::size_t i = 0; i < device_paths; ++i) {
            const auto path = static_cast<DevicePath>(i);
            const bool free = (path == DevicePath::peripheral) == peripheral_free;
            EXPECT_EQ(m.core.device(path, Access::read, {100'000 * (i + 1), 0}) == 0, free)
                << part << ": " << device_path_names[i];
        }
    }
}

/// A loop of instructions runs as often, and its counters count the same.
TEST(FreeParts, TheSameIsExecuted) {
    // LDR r3, [r0]; STR r3, [r7]; MRC SCTLR; DSB; SUBS r1, #1; BNE back; B self. r1 is 0 at first: 2^32 times is too
    // many, so MOV r1, #200 is in front.
    const std::initializer_list<u32> loop = {0xe3a010c8, 0xe5903000, 0xe5873000, 0xee113f10,
                                             0xf57ff04f, 0xe2511001, 0x1afffff9, 0xeafffffe};
    const auto run = [&](const std::vector<std::string>& parts) {
        SmallMachine m(without("cortex-a9", parts));
        m.load(SmallMachine::mmu_on);
        m.write(SmallMachine::behind_mmu_on, loop);
        u64 stores = 0;
        m.on_device = [&](u64, bool write) { stores += write; };
        while (m.r(1) != 0 || stores == 0) m.cpu.run(m.cpu.now() + 50);
        return std::pair{stores, m.cpu.now()};
    };
    const auto [stores, ticks] = run({});
    EXPECT_EQ(stores, 200u) << "each round stores once";
    for (const std::string& part : free_part_names()) {
        const auto [same, less] = run({part});
        EXPECT_EQ(same, stores) << part;
        EXPECT_LE(less, ticks + 50) << part << ": in no more time";
    }
    EXPECT_LT(run(free_part_names()).second * 5, ticks) << "barriers, CP15 and a device are most of it";
}

}  // namespace
}  // namespace vtoll::core
