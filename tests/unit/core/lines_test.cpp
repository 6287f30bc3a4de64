// SPDX-License-Identifier: Apache-2.0
// Lines on their way: hints, misses that overlap, the rest of a line; and replacement that a filter must not disturb.
#include "tests/unit/core/filter_of_core.hpp"

#include <gtest/gtest.h>

#include <list>
#include <map>
#include <random>

#include "core/timing/core_model.hpp"
#include "tests/unit/core/small_core.hpp"

namespace vtoll::core {
namespace {

CoreProfile in_order() {
    CoreProfile p = test::small_core();
    p.outstanding = 2;
    p.store_buffer = 8;
    p.store_fills = 2;
    return p;
}

struct Model {
    StallTotals stalls{};
    CoreModel core;
    u64 ticks = 1'000, insns = 1'000;

    explicit Model(const CoreProfile& p) : core(p, 1'000'000'000, stalls) {}
    u32 load(u64 pa, const isa::Op* op = nullptr) { return passed(core.load(pa, pa, op, {ticks, insns})); }
    u32 store(u64 pa) { return passed(core.store(pa, pa, nullptr, {ticks, insns})); }
    u32 hint(u64 pa, isa::Preload what = isa::Preload::read) {
        return passed(core.preload(pa, pa, what, {ticks, insns}));
    }
    u32 passed(u32 cost) {
        ticks += cost + 1;
        ++insns;
        return cost;
    }
};

isa::Op load_op(u8 rd, u8 rn, unsigned distance = 1) {
    isa::Op op;
    op.rd = rd;
    op.rn = rn;
    op.flags = static_cast<u16>(distance << isa::op_distance_shift);
    return op;
}

// --- hints

TEST(Lines, AHintCostsNothingAndItsLoadWhatIsLeft) {
    Model m(in_order());
    EXPECT_EQ(m.hint(0x1000), 0u) << "the line is sent for";
    m.ticks += 49;  // fifty ticks after the hint
    EXPECT_EQ(m.load(0x1000), 120u - 50 - 3) << "what is left of 120 ticks";
    EXPECT_EQ(m.load(0x1000), 0u) << "now it is there";
    EXPECT_TRUE(m.core.settled()) << "for good";
    EXPECT_EQ(m.hint(0x2000), 0u);
    m.ticks += 200;
    EXPECT_EQ(m.load(0x2000), 0u) << "the hint was early enough";
    EXPECT_EQ(m.core.statistics().l1d_misses, 2u) << "the two hints'";
}

TEST(Lines, AHintThatHitsSendsForNothing) {
    Model m(in_order());
    m.load(0x1000);
    for (int i = 0; i < 8; ++i) EXPECT_EQ(m.hint(0x1000), 0u) << "hint " << i << " finds the line";
    EXPECT_EQ(m.core.statistics().l1d_misses, 1u) << "the load's";
}

TEST(Lines, HintsWaitForABuffer) {
    Model m(in_order());
    EXPECT_EQ(m.hint(0x1000), 0u) << "the first buffer";
    EXPECT_EQ(m.hint(0x2000), 0u) << "the second";
    EXPECT_EQ(m.hint(0x3000), 118u) << "until the first line has come";
}

TEST(Lines, HintsBeforeTheirLoadsAreWorthIt) {
    const auto read = [](bool hinted) {
        CoreProfile p = in_order();
        p.l1d = {32768, 4, 64, Replacement::random};
        Model m(p);
        const u64 begin = m.ticks;
        for (u64 i = 0; hinted && i < 256; ++i) m.hint(0x10000 + 64 * i);
        for (u64 i = 0; i < 256; ++i) m.load(0x10000 + 64 * i);
        return m.ticks - begin;
    };
    EXPECT_LT(read(true), read(false) * 6 / 10) << "two lines are on their way at a time";
}

TEST(Lines, CodeHintsBringALineIntoTheInstructionCache) {
    for (const PreloadCode to : {PreloadCode::nowhere, PreloadCode::l2, PreloadCode::l1i}) {
        CoreProfile p = in_order();
        p.preload_code = to;
        Model m(p);
        EXPECT_EQ(m.hint(0x1000, isa::Preload::instruction), 0u) << "costs nothing";
        m.ticks += 1'000;
        const u32 cost = m.core.fetch(0x1000, 0x1000, 4, m.ticks);
        EXPECT_EQ(cost, to == PreloadCode::l1i  ? 0u
                        : to == PreloadCode::l2 ? 20u
                                                : 120u)
            << preload_code_names[static_cast<std::size_t>(to)];
    }
    Model m(in_order());
    m.hint(0x1000, isa::Preload::instruction);
    EXPECT_EQ(m.core.fetch(0x1000, 0x1000, 4, m.ticks), 119u) << "the fetch pays what is left";
    EXPECT_EQ(m.load(0x1000), 20u - 3) << "and data of that line are in L2";
}

TEST(Lines, AFetchWaitsForMemoryOrForL2) {
    const auto waits = [](bool in_l2) {
        Model m(in_order());
        if (in_l2) m.load(0x1000);
        m.ticks += 1'000;
        m.hint(0x1000, isa::Preload::instruction);
        m.core.fetch(0x1000, 0x1000, 4, m.ticks);
        return std::pair(m.stalls[static_cast<std::size_t>(Stall::memory)],
                         m.stalls[static_cast<std::size_t>(Stall::fetch)]);
    };
    EXPECT_EQ(waits(false), (std::pair<u64, u64>(119, 0))) << "for what is left of 120 ticks";
    EXPECT_EQ(waits(true).second, 19u) << "for what is left of 20";
}

TEST(Lines, AFetchOfTwoLinesWaitsForTheLaterOne) {
    Model m(in_order());
    m.hint(0x1000, isa::Preload::instruction);
    m.hint(0x1040, isa::Preload::instruction);  // a tick later
    EXPECT_EQ(m.core.fetch(0x1000, 0x1000, 128, m.ticks), 119u) << "120 ticks from the second hint, a tick ago";
}

TEST(Lines, EveryLineOfCodeIsAtItsOwnVirtualAddress) {
    CoreProfile p = in_order();
    p.l1i = {16384, 2, 64, Replacement::lru,
             true};  // the virtual address has a bit of the set's number beyond the page
    Model m(p);
    constexpr u64 pa = 0x1fc0, va = 0x6fc0;
    EXPECT_GT(m.core.fetch(pa, va, 128, m.ticks), 0u) << "two lines, on either side of a page's end";
    EXPECT_EQ(m.core.fetch(pa, va, 4, m.ticks += 1'000), 0u) << "the first is where it is looked for";
    EXPECT_EQ(m.core.fetch(pa + 64, va + 64, 4, m.ticks), 0u) << "so is the second";
}

TEST(Lines, TheSetOfCodeGoesByItsVirtualAddress) {
    CoreProfile p = in_order();
    p.l1i = {32768, 2, 64, Replacement::lru, true};  // two such bits
    Model m(p);
    const std::pair<u64, u64> of_one_set[] = {{0x1'0000, 0x1'0000}, {0x1'1000, 0x2'0000}, {0x1'3000, 0x3'0000}};
    for (const auto& [pa, va] : of_one_set) m.core.fetch(pa, va, 4, m.ticks += 1'000);
    EXPECT_GT(m.core.fetch(0x1'0000, 0x1'0000, 4, m.ticks += 1'000), 0u) << "three lines in two ways";
}

TEST(Lines, HintsForWritingAreFillsToo) {
    Model m(in_order());
    EXPECT_EQ(m.hint(0x1000, isa::Preload::write), 0u);
    EXPECT_EQ(m.store(0x1000), 0u) << "goes into the store buffer";
    EXPECT_FALSE(m.core.settled()) << "the line is on its way still";
    m.ticks += 200;
    EXPECT_EQ(m.store(0x1004), 0u);
    EXPECT_TRUE(m.core.settled()) << "it has come";
}

// --- the rest of a line

TEST(Lines, OtherWordsOfALineComeLater) {
    CoreProfile p = in_order();
    p.rest_ns = 30;
    Model m(p);
    EXPECT_EQ(m.load(0x1000), 117u) << "the word that was asked for";
    EXPECT_FALSE(m.core.settled()) << "the rest has not come";
    EXPECT_EQ(m.load(0x1008), 150u - 118 - 3) << "it takes 30 ticks more";
    EXPECT_TRUE(m.core.settled());
    EXPECT_EQ(m.load(0x1010), 0u);
}

TEST(Lines, AFilterSeesNoLineThatIsOnItsWay) {
    CoreProfile p = in_order();
    p.l1d = {16384, 2, 64, Replacement::random, true};  // a way is two pages: the virtual address tells the sets
    p.rest_ns = 30;
    Model m(p);
    const auto access = [&](u32 (CoreModel::*what)(u64, u64, const isa::Op*, Moment), u64 va) {
        return m.passed((m.core.*what)(0x4000, va, nullptr, {m.ticks, m.insns}));
    };
    access(&CoreModel::load, 0x4000);
    EXPECT_FALSE(m.core.settled()) << "the rest of the line has not come";
    access(&CoreModel::store, 0x1000);  // under another address: a miss, for which the line moves
    EXPECT_FALSE(m.core.settled()) << "it has not come for the store either";
    EXPECT_GT(access(&CoreModel::load, 0x1000), 0u) << "a load waits for it";
}

// --- loads under a miss

TEST(Lines, LoadsBeforeTheUseOfAMissGoOnUnderIt) {
    CoreProfile p = in_order();
    p.stall_on_use = true;
    const isa::Op first = load_op(1, 0, 2), second = load_op(2, 0, 1);  // LDR r1; LDR r2; a use of both
    Model m(p);
    const u32 both = m.load(0x1000, &first) + m.load(0x2000, &second);
    EXPECT_LT(both, 125u) << "the second has started when the first is waited for";
    Model blocking(in_order());
    EXPECT_EQ(blocking.load(0x1000, &first) + blocking.load(0x2000, &second), 2 * 117u) << "one after the other";
    Model used(p);
    EXPECT_EQ(used.load(0x1000, &second) + used.load(0x2000, &second), 2 * 117u) << "each is needed at once";
}

TEST(Lines, AnAddressMadeOfAMissStartsNothingEarly) {
    CoreProfile p = in_order();
    p.out_of_order = true;
    p.window = 40;
    const isa::Op alone = load_op(1, 0, 0), made_of_it = load_op(2, 3, 4);  // its address comes from four before
    const auto second = [&](const isa::Op& op, u64 between) {
        Model m(p);
        m.load(0x1000, &alone);
        m.insns += between - 1;
        m.ticks += between - 1;
        return m.load(0x2000, &op);
    };
    EXPECT_LT(second(alone, 4), 20u) << "in the shadow of the first";
    EXPECT_EQ(second(made_of_it, 4), 117u) << "not before the first has come";
    EXPECT_LT(second(made_of_it, 3), 20u) << "what it is made of was in front of the first";
    EXPECT_EQ(second(made_of_it, 5), 117u)
        << "what it is made of came behind the first, and is taken to be made of that";
}

TEST(Lines, ALoadFarFromItsUseIsNotWaitedFor) {
    CoreProfile p = in_order();
    p.stall_on_use = true;
    p.width = 1;
    Model m(p);
    const isa::Op op = load_op(1, 0, 20);
    m.load(0x1000, &op);
    for (u64 pa = 0x2000; pa < 0x2800; pa += 64) m.load(pa);
    m.ticks += 1'000;
    m.insns += 100;
    EXPECT_EQ(m.load(0x1000, &op), 0u) << "L2 has it: twenty ticks, and twenty instructions until it is needed";
}

// --- stores

TEST(Lines, LinesForStoresComeAsManyAtATimeAsThereAreBuffers) {
    CoreProfile p = in_order();
    p.l1d = {32768, 4, 64, Replacement::random};
    p.l2 = {65536, 4, 64, Replacement::random};
    const auto rate = [&](unsigned buffers) {
        p.store_fills = buffers;
        Model m(p);
        for (u64 i = 0; i < 64; ++i) m.core.preload(i * 128, i * 128, isa::Preload::instruction, {0, 0});  // into L2
        m.ticks += 100'000;
        const u64 begin = m.ticks;
        for (u64 i = 0; i < 64; ++i) m.store(i * 128);
        return (m.ticks - begin) / 64.0;
    };
    EXPECT_NEAR(rate(1), 20, 3) << "one line in the latency of L2";
    EXPECT_NEAR(rate(2), 10, 2) << "two";
}

TEST(Lines, LinesThatAreWrittenWholeAreNotFetched) {
    CoreProfile p = in_order();
    p.l1d = {32768, 4, 64, Replacement::random};
    p.store_fills = 1;
    p.write_ns = 5;
    const auto ticks = [&](unsigned words) {  // that are written of each line
        Model m(p);
        const u64 begin = m.ticks;
        for (u64 line = 0; line < 64; ++line)
            for (u64 word = 0; word < words; ++word) m.store(line * 64 + word * 4);
        return m.ticks - begin;
    };
    EXPECT_LT(ticks(16), 64u * 20) << "sixteen stores a line, and what memory takes of it";
    EXPECT_GT(ticks(1), 64u * 100) << "one word of each line: fetched, one after the other";
}

// --- walks

TEST(Lines, WalksUseTheCachesThatTheirTablesAllow) {
    CoreProfile p = in_order();
    p.walks_through_l1 = true;
    p.micro_tlb_miss = 7;
    const auto cost = [&](bool by_outer, mmu::Cacheability memory) {
        p.l2_by_outer = by_outer;
        Model m(p);
        m.load(0x8000);  // in L1 and L2
        mmu::Walk walk;
        walk.descriptors[walk.count++] = {0x8000, 0, 1, 2, 4, memory};
        return m.core.translate_data(0x1000, &walk);
    };
    EXPECT_EQ(cost(false, {true, true}), 7u + 3) << "L1";
    EXPECT_EQ(cost(false, {false, true}), 7u + 120) << "past both: this L2 goes by the inner attributes";
    EXPECT_EQ(cost(true, {false, true}), 7u + 20) << "past L1, to an L2 that goes by the outer ones";
    EXPECT_EQ(cost(true, {false, false}), 7u + 120) << "to memory";
}

/// A core that is asked for a hit at once before each access, against one that makes every access in full.
TEST(Lines, HitsAtOnceAreTheHitsThatCostNothing) {
    for (const Replacement replacement : {Replacement::lru, Replacement::random, Replacement::round_robin}) {
        CoreProfile p = in_order();
        p.l1d.replacement = replacement;
        p.rest_ns = 30;
        Model shortened(p), whole(p);
        const u32 seed = 41 + static_cast<u32>(replacement);
        std::mt19937 random(seed);
        unsigned at_once = 0, in_full = 0;
        for (int i = 0; i < 20'000; ++i) {
            const auto where = [&] { return testing::Message() << "seed " << seed << ", access " << i; };
            const u64 pa = (random() % 4 ? random() % 12 : random() % 64) * 64;
            const bool write = random() % 3 == 0;
            const u64 now = shortened.ticks;
            const auto hit = shortened.core.hit_at_once(pa, pa, write, now - random() % 40, [now] { return now; });
            const u32 expected = write ? whole.store(pa) : whole.load(pa);
            if (hit == CoreModel::AtOnce::no) {
                ++in_full;
                ASSERT_EQ(write ? shortened.store(pa) : shortened.load(pa), expected) << where();
                continue;
            }
            ++at_once;
            ASSERT_EQ(shortened.passed(0), expected) << where();
            if (hit == CoreModel::AtOnce::again) {
                ASSERT_TRUE(whole.core.settled()) << where() << ": all of the line has come";
                const auto next = shortened.core.hit_at_once(pa, pa, false, now, [now] { return now; });
                ASSERT_EQ(next, CoreModel::AtOnce::again) << where() << ": the line was used last";
            }
        }
        EXPECT_GT(at_once, 5'000u) << "seed " << seed;
        EXPECT_GT(in_full, 5'000u) << "seed " << seed;
        EXPECT_EQ(shortened.core.statistics().l1d_misses, whole.core.statistics().l1d_misses) << "seed " << seed;
        EXPECT_EQ(shortened.core.statistics().write_backs, whole.core.statistics().write_backs) << "seed " << seed;
    }
}

// --- replacement

/// What LRU means: a list for each set, the line used last in front.
class Reference {
public:
    explicit Reference(const CacheGeometry& g) : g_(g), sets_(g.size / g.line / g.ways) {}
    /// True on a hit; otherwise `victim` has left, if the set was full.
    bool use(u64 line, u64& victim) {
        std::list<u64>& set = held_[line % sets_];
        victim = Cache::none;
        const auto at = std::find(set.begin(), set.end(), line);
        const bool hit = at != set.end();
        if (hit) set.erase(at);
        else if (set.size() == g_.ways) victim = set.back(), set.pop_back();
        set.push_front(line);
        return hit;
    }

private:
    CacheGeometry g_;
    u64 sets_;
    std::map<u64, std::list<u64>> held_;
};

/// With and without a filter that keeps lines used last away from the cache.
TEST(Replacement, LruIsTheListsWhetherAFilterServesHitsOrNot) {
    for (const u32 ways : {1u, 2u, 4u, 16u})
        for (const bool filtered : {false, true}) {
            const CacheGeometry g{ways * 8 * 64, ways, 64, Replacement::lru};
            const u32 seed = 17 + ways;
            std::mt19937 random(seed);
            Cache cache(g);
            Reference reference(g);
            std::map<u64, bool> filter;  // lines that it serves
            u64 served = 0;
            for (int i = 0; i < 20'000; ++i) {
                const u64 line = random() % 4 ? random() % (ways * 4) : random() % (ways * 32);
                u64 expected = Cache::none, left = Cache::none;
                const bool hit = reference.use(line, expected);
                if (filter[line]) {
                    ++served;
                    ASSERT_TRUE(hit) << "the filter had a line that is gone; seed " << seed << ", access " << i;
                    continue;
                }
                ASSERT_EQ(cache.lookup(line * 64, false), hit) << ways << " ways, seed " << seed << ", access " << i;
                if (!hit) left = cache.fill(line * 64, false).line;
                ASSERT_EQ(left, expected) << ways << " ways, seed " << seed << ", access " << i;
                filter[left] = filter[cache.demoted().slot] = false;  // a line's slot is its number
                filter[line] = filtered;
                if (filtered) cache.kept_by_filter(static_cast<u16>(line));
            }
            EXPECT_EQ(served > 1'000, filtered) << "seed " << seed << ": what the filter had to do";
        }
}

TEST(Replacement, VirtualIndexKeepsNeighbouringPagesApart) {
    // Two ways of two pages; physical pages of one colour.
    CacheGeometry g{16384, 2, 64, Replacement::round_robin};
    const auto misses = [&](bool virtual_index) {
        g.virtual_index = virtual_index;
        Cache cache(g);
        unsigned n = 0;
        for (int pass = 0; pass < 2; ++pass)
            for (u64 va = 0; va < 16384; va += 64) {
                const u64 pa = (va >> 12) * 0x2000 + (va & 0xfff);
                if (cache.lookup(cache.sought(pa, va), false)) continue;
                cache.fill(cache.sought(pa, va), false);
                n += pass;
            }
        return n;
    };
    EXPECT_EQ(misses(true), 0u) << "sixteen kibibytes fit";
    EXPECT_EQ(misses(false), 256u) << "half of the sets are not used, the others hold half";
}

TEST(Replacement, ALineUnderAnotherVirtualAddressMoves) {
    CoreProfile p = in_order();
    p.l1d = {16384, 2, 64, Replacement::round_robin, true};
    Model m(p);
    test::FilterOfCore filter(m.core);
    m.core.store(0x4000, 0x0000, nullptr, {m.ticks, m.insns});
    filter.keep(0x4000);
    EXPECT_GT(m.core.load(0x4000, 0x1000, nullptr, {m.ticks, m.insns}), 0u) << "a miss under the other address";
    EXPECT_EQ(filter.lost(), std::vector<u64>{0x4000 / 64}) << "the line left its place";
    m.ticks += 1'000;
    EXPECT_EQ(m.core.load(0x4000, 0x1000, nullptr, {m.ticks, m.insns}), 0u) << "and is here";
    EXPECT_GT(m.core.load(0x4000, 0x0000, nullptr, {m.ticks, m.insns}), 0u) << "no more there";
}

}  // namespace
}  // namespace vtoll::core
