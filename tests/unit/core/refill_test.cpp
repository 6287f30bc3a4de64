// SPDX-License-Identifier: Apache-2.0
// Exits and guest apart (timing.free = refill): neither displaces what the other has in caches, TLBs and predictor, and
// what they share is there for both.
#include "tests/unit/core/filter_of_core.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "core/timing/core_model.hpp"
#include "tests/unit/core/small_core.hpp"

namespace vtoll::core {
namespace {

constexpr Replacement replacements[] = {Replacement::random, Replacement::round_robin, Replacement::lru};

/// As the core model asks: a line of an exit's that the guest comes to is the guest's from then on.
bool access(Cache& cache, u64 pa, bool write, Side side) {
    if (cache.lookup(cache.sought(pa, pa, side), write)) return true;
    const bool brought = side == Side::guest && cache.brought_by_exit(pa);
    if (brought) write |= cache.drop(pa);
    cache.fill(cache.sought(pa, pa, side), write);
    return brought;
}

TEST(Refill, ACacheKeepsWhatTheGuestHad) {
    const unsigned seed = std::random_device()();
    for (const Replacement replacement : replacements) {
        const CacheGeometry geometry{4096, 4, 64, replacement};
        Cache apart(geometry, Placement(), true), alone(geometry), shared(geometry);
        std::mt19937 random(seed);
        unsigned displaced = 0;
        for (int i = 0; i < 20'000; ++i) {
            const u64 guests = random() % 8192 & ~u64{63}, exits = 0x10'0000 + (random() % 8192 & ~u64{63});
            const bool write = random() & 1;
            const bool hit = access(alone, guests, write, Side::guest);
            ASSERT_EQ(access(apart, guests, write, Side::guest), hit)
                << replacement_names[static_cast<int>(replacement)] << ", access " << i << ", seed " << seed;
            displaced += hit && !access(shared, guests, write, Side::guest);
            access(apart, exits, write, Side::exit);
            access(shared, exits, write, Side::guest);
        }
        EXPECT_GT(displaced, 100u) << "exits that are not apart displace what it had; seed " << seed;
    }
}

TEST(Refill, ACacheIsOneForWhatBothUse) {
    Cache cache({1024, 2, 64, Replacement::lru}, Placement(), true);
    EXPECT_FALSE(access(cache, 0x40, true, Side::exit)) << "nobody has it";
    EXPECT_TRUE(cache.brought_by_exit(0x40)) << "an exit's";
    EXPECT_TRUE(access(cache, 0x40, false, Side::guest)) << "the guest finds it";
    EXPECT_FALSE(cache.brought_by_exit(0x40)) << "and has it from now on";
    for (u64 pa = 0x1040; pa < 0x4000; pa += 512) access(cache, pa, false, Side::exit);
    EXPECT_TRUE(cache.lookup(cache.sought(0x40, 0x40, Side::exit), false)) << "exits find what the guest has";
    EXPECT_TRUE(cache.clean(0x40)) << "it is dirty, since it was";
    access(cache, 0x80, true, Side::exit);
    EXPECT_EQ(cache.held_by(2, 0, Side::guest), Cache::none) << "an exit's line is none of the guest's ways";
    EXPECT_EQ(cache.held_by(2, 0, Side::exit), 0x80u) << "operations by set and way reach it";
    EXPECT_TRUE(cache.drop(0x80)) << "so do those by address";
    EXPECT_FALSE(cache.contains(0x80)) << "gone";
    access(cache, 0xc0, true, Side::exit);
    cache.drop_all();
    EXPECT_FALSE(cache.contains(0xc0)) << "all is all";
}

TEST(Refill, WithoutItThereIsOneSide) {
    Cache cache({1024, 2, 64, Replacement::round_robin});
    access(cache, 0x0, false, Side::guest);
    access(cache, 0x200, false, Side::exit);
    access(cache, 0x400, false, Side::exit);
    EXPECT_FALSE(cache.contains(0x0)) << "two ways are two ways";
    EXPECT_FALSE(cache.brought_by_exit(0x400)) << "nobody's";
    EXPECT_EQ(cache.held_by(0, 0, Side::exit), Cache::none) << "and no ways besides";
}

CoreProfile small(bool apart, bool out_of_order, Replacement replacement) {
    CoreProfile p = test::small_core();
    p.l1i.replacement = p.l1d.replacement = p.l2.replacement = replacement;
    p.store_buffer = p.outstanding = p.store_fills = 2;
    p.micro_tlb_d = p.micro_tlb_i = 4;
    p.micro_tlb_miss = 7;
    p.mispredict = 13;
    p.late_target = 3;
    p.taken_branch = 0;
    p.btb_entries = 32;
    p.btb_ways = 2;
    p.identity.clidr = 0x0a200023;  // L1 for data and code, L2 for both
    p.out_of_order = out_of_order;
    p.width = 2;
    p.window = 20;
    p.streams = 4;
    if (apart) p.free.add(FreePart::refill);
    return p;
}

struct Model {
    StallTotals stalls{};
    CoreModel core;
    Moment now;
    u64 waited = 0;

    explicit Model(const CoreProfile& p) : core(p, 1'000'000'000, stalls) {}
    void pass(u64 cost) {
        waited += cost;
        now.ticks += cost + 1;
        ++now.insns;
    }
    void rest() {
        now.ticks += 100'000;
        now.insns += 10'000;
    }
    /// Something random, of the data and code from `base` on.
    void step(std::mt19937& random, u64 base) {
        const u64 pa = base + (random() % 16384 & ~u64{127});  // no two lines in a row: nothing is merged
        const u32 pc = static_cast<u32>(base + random() % 32 * 4);
        core.begin_access();
        switch (random() % 6) {
        case 0: return pass(core.load(pa, pa, nullptr, now));
        case 1: return pass(core.store(pa, pa, nullptr, now));
        case 2: return pass(core.fetch(pa, pa, 64, now.ticks));
        case 3: return pass(core.translate_data(pa >> 12 << 12, nullptr));
        case 4: return pass(core.translate_fetch(pa >> 12 << 12, nullptr));
        default: return pass(core.branch(pc, BranchKind::direct, true, pc ^ 0x40, pc + 4));
        }
    }
};

/// What the guest waits for in rounds of work, an exit after each, which are apart in time as well: no line is on its
/// way, and no buffer full.
StallTotals guests_stalls(const CoreProfile& p, unsigned seed, bool with_exits) {
    Model m(p);
    std::mt19937 guests(seed), exits(seed + 1);
    StallTotals of_guest{};
    for (int round = 0; round < 200; ++round) {
        const StallTotals before = m.stalls;
        for (int i = 0; i < 50; ++i) m.step(guests, 0);
        for (std::size_t i = 0; i < stall_count; ++i) of_guest[i] += m.stalls[i] - before[i];
        m.rest();
        if (!with_exits) continue;
        m.core.stand(Side::exit);
        for (int i = 0; i < 50; ++i) m.step(exits, 0x10'0000);
        m.core.stand(Side::guest);
        m.rest();
    }
    return of_guest;
}

TEST(Refill, TheGuestWaitsAsIfThereWereNoExits) {
    const unsigned seed = std::random_device()();
    for (const Replacement replacement : replacements)
        for (const bool out_of_order : {false, true}) {
            const CoreProfile usual = small(false, out_of_order, replacement),
                              apart = small(true, out_of_order, replacement);
            const StallTotals alone = guests_stalls(usual, seed, false), free = guests_stalls(apart, seed, true),
                              displaced = guests_stalls(usual, seed, true);
            EXPECT_EQ(guests_stalls(apart, seed, false), alone)
                << "without exits it is the model itself; seed " << seed;
            EXPECT_EQ(free, alone) << replacement_names[static_cast<int>(replacement)] << ", seed " << seed;
            for (const Stall s : {Stall::memory, Stall::walk_stage1, Stall::mispredict})
                EXPECT_GT(displaced[static_cast<std::size_t>(s)], alone[static_cast<std::size_t>(s)])
                    << name_of(s) << ": exits that are not apart displace; seed " << seed;
        }
}

TEST(Refill, NeitherSideLosesAnything) {
    Model m(small(true, false, Replacement::lru));
    m.pass(m.core.load(0x1000, 0x1000, nullptr, m.now));
    m.rest();
    m.core.stand(Side::exit);
    EXPECT_EQ(m.core.load(0x1000, 0x1000, nullptr, m.now), 0u) << "an exit looks at the guest's memory";
    for (u64 pa = 0x10'0000; pa < 0x11'0000; pa += 64) m.pass(m.core.load(pa, pa, nullptr, m.now));
    EXPECT_EQ(m.core.branch(0x100, BranchKind::direct, true, 0x140, 0x104), 3u) << "a target it does not know";
    m.pass(m.core.load(0x5000, 0x5000, nullptr, m.now));
    m.rest();
    m.core.stand(Side::guest);
    EXPECT_EQ(m.core.load(0x1000, 0x1000, nullptr, m.now), 0u) << "the guest's line has stayed";
    EXPECT_EQ(m.core.load(0x5000, 0x5000, nullptr, m.now), 0u) << "what an exit brought in is there for it";
    EXPECT_EQ(m.core.branch(0x100, BranchKind::direct, true, 0x140, 0x104), 3u) << "each learns branches by itself";
    m.core.stand(Side::exit);
    EXPECT_EQ(m.core.branch(0x100, BranchKind::direct, true, 0x140, 0x104), 0u) << "and remembers them";
    EXPECT_EQ(m.core.predictor().taken(), 3u) << "counted together";
}

TEST(Refill, WhatAnExitWroteIsWrittenBackWhoeverHasIt) {
    for (const bool guest_comes : {false, true}) {
        Model m(small(true, false, Replacement::lru));
        const auto other_lines_of_the_set = [&](u64 line) {  // of L2, and so of L1
            for (u64 pa = line + 0x10'0000; pa < line + 0x10'0000 + 8 * 2048; pa += 2048)
                m.pass(m.core.load(pa, pa, nullptr, m.now));
        };
        constexpr u64 line = 0x1000;
        m.core.stand(Side::exit);
        m.pass(m.core.store(line, line, nullptr, m.now));
        for (const u64 pa : {0x20'0200, 0x20'0400, 0x20'0600})
            m.pass(m.core.load(pa + line, pa + line, nullptr, m.now));
        m.rest();  // L1 has lost it to L2, which agrees with no memory
        const u64 before = m.core.statistics().write_backs;
        m.core.stand(Side::guest);
        if (guest_comes) m.pass(m.core.load(line, line, nullptr, m.now));
        EXPECT_EQ(m.core.statistics().write_backs, before) << "it is in L2 still";
        m.rest();
        if (!guest_comes) m.core.stand(Side::exit);
        other_lines_of_the_set(line);
        EXPECT_EQ(m.core.statistics().write_backs, before + 1)
            << (guest_comes ? "the guest's now, and as dirty as it was" : "the exit's");
    }
}

TEST(Refill, WhatTheGuestTakesOverDisplacesALineOfItsOwn) {
    Model m(small(true, false, Replacement::lru));
    constexpr u64 line = 0x1000, ways = 4, stride_of_l2 = 2048, stride_of_l1 = 512;
    const auto load = [&](u64 pa) { m.pass(m.core.load(pa, pa, nullptr, m.now)); };
    // Lines of the others' set in L1, and of another in L2.
    const auto out_of_l1 = [&](u64 base) {
        for (const u64 n : {1, 2}) load(base + line + n * stride_of_l1);
    };
    m.core.stand(Side::exit);
    load(line);
    out_of_l1(0x30'0000);
    m.rest();
    m.core.stand(Side::guest);
    for (u64 way = 1; way <= ways; ++way) {
        const u64 pa = line + way * stride_of_l2;
        m.pass(m.core.store(pa, pa, nullptr, m.now));
        m.rest();
    }
    out_of_l1(0x20'0000);
    m.rest();
    EXPECT_EQ(m.core.statistics().write_backs, 0u) << "a way of L2 for each";
    load(line);
    EXPECT_EQ(m.core.statistics().write_backs, 1u) << "the exit's line takes the place of one that was written";
}

TEST(Refill, MaintenanceReachesBoth) {
    Model m(small(true, false, Replacement::lru));
    m.core.stand(Side::exit);
    m.core.begin_access();
    EXPECT_EQ(m.core.translate_data(0x7000, nullptr), 7u) << "a miss of the micro TLB";
    EXPECT_EQ(m.core.translate_data(0x7000, nullptr), 0u) << "held";
    m.core.stand(Side::guest);
    m.core.tlb_maintained();
    m.core.stand(Side::exit);
    EXPECT_EQ(m.core.translate_data(0x7000, nullptr), 7u) << "the guest's maintenance empties the exits' too";

    test::FilterOfCore filter(m.core);
    m.pass(m.core.store(0x100, 0x100, nullptr, m.now));
    m.pass(1'000);
    m.pass(m.core.store(0x100, 0x100, nullptr, m.now));
    filter.keep(0x100);
    m.core.stand(Side::guest);
    for (u32 way = 0; way < 2; ++way) m.core.maintain(isa::cache_op::DCCISW, way << 31 | 4 << 6, 0, 0, m.now);
    EXPECT_EQ(filter.lost(), std::vector<u64>{4}) << "set 4: the line that an exit wrote";
}

}  // namespace
}  // namespace vtoll::core
