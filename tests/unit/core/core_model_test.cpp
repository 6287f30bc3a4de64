// SPDX-License-Identifier: Apache-2.0
// What a miss costs, and to which stall it goes.
#include "core/timing/core_model.hpp"
#include "tests/unit/core/filter_of_core.hpp"
#include "tests/unit/core/small_core.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace vtoll::core {
namespace {

CoreProfile in_order() {
    CoreProfile p = test::small_core();
    p.store_buffer = 2;
    p.outstanding = 2;
    p.store_fills = 2;
    p.micro_tlb_d = p.micro_tlb_i = 4;
    p.micro_tlb_miss = 7;
    p.walk_overhead = 5;
    p.mispredict = 13;
    p.devices.fill({150, 20, 0});
    return p;
}

CoreProfile out_of_order() {
    CoreProfile p = in_order();
    p.out_of_order = true;
    p.width = 2;
    p.window = 20;
    p.outstanding = 3;
    return p;
}

struct Model {
    StallTotals stalls{};
    CoreModel core;
    u64 ticks = 0, insns = 0;

    explicit Model(const CoreProfile& p, u64 clock_hz = 1'000'000'000) : core(p, clock_hz, stalls) {}
    u32 load(u64 pa, const isa::Op* op = nullptr) {
        const u32 cost = core.load(pa, pa, op, {ticks, insns});
        pass(cost);
        return cost;
    }
    u32 store(u64 pa, const isa::Op* op = nullptr) {
        const u32 cost = core.store(pa, pa, op, {ticks, insns});
        pass(cost);
        return cost;
    }
    void pass(u64 cost) {
        ticks += cost + 1;
        ++insns;
    }
    u64 stall(Stall s) const { return stalls[static_cast<std::size_t>(s)]; }
};

isa::Op load_op(u8 rd, u8 rn) {
    isa::Op op;
    op.rd = rd;
    op.rn = rn;
    return op;
}

mmu::Walk walk_of(std::initializer_list<std::pair<u64, u8>> descriptors) {
    mmu::Walk w;
    for (const auto& [address, stage] : descriptors) w.descriptors[w.count++] = {address, 0, stage, 2, 8, {true, true}};
    return w;
}

TEST(CoreModel, MissesCostTheirLevel) {
    Model m(in_order());
    EXPECT_EQ(m.load(0x1000), 20u + 100 - 3) << "memory: the block's price holds the latency of L1";
    EXPECT_EQ(m.load(0x1004), 0u) << "same line";
    for (u64 pa = 0; pa < 2048; pa += 64) m.load(0x2000 + pa);
    EXPECT_EQ(m.load(0x1000), 20u - 3) << "L2 has it still";
    EXPECT_EQ(m.core.statistics().l2_misses, 33u) << "one and thirty-two lines";
}

TEST(CoreModel, MemoryLatencyFollowsTheClock) {
    Model slow(in_order(), 500'000'000), fast(in_order(), 2'000'000'000);
    EXPECT_EQ(slow.load(0), 20u + 50 - 3) << "100 ns at 500 MHz";
    EXPECT_EQ(fast.load(0), 20u + 200 - 3) << "100 ns at 2 GHz";
}

TEST(CoreModel, AnOutOfOrderCoreTranslatesAheadOfTheAccess) {
    const auto visible = [](const CoreProfile& p, u16 flags, bool write) {
        Model m(p);
        m.load(0x1000);  // into L1
        m.ticks += 1'000;
        m.insns += 1'000;
        isa::Op op = load_op(1, 2);
        op.flags = flags;
        m.core.begin_access();
        const u32 cost = m.core.translate_data(0x5000, nullptr);
        if (write) m.store(0x1000, &op);
        else m.load(0x1000, &op);
        return static_cast<int>(cost - m.core.hidden());
    };
    CoreProfile ahead = out_of_order();
    ahead.micro_tlb_miss = 7;
    EXPECT_EQ(visible(ahead, 0, false), 0) << "the window reaches further ahead than the look-up takes";
    EXPECT_EQ(visible(ahead, 16 << isa::op_distance_shift, false), 7) << "an address that comes late";
    EXPECT_EQ(visible(ahead, 0, true), 0) << "nobody waits for a store";
    ahead.micro_tlb_miss = 100;
    EXPECT_EQ(visible(ahead, 0, false), static_cast<int>(100 - ahead.window / ahead.width)) << "the rest is waited for";
    CoreProfile stops = in_order();
    stops.micro_tlb_miss = 7;
    EXPECT_EQ(visible(stops, 0, false), 7) << "in order, all of it";
}

TEST(CoreModel, StallsAddUpToWhatWasCharged) {
    Model m(out_of_order());
    u64 charged = 0;
    const mmu::Walk w = walk_of({{0x8000, 1}, {0x9000, 2}});
    for (u32 i = 0; i < 500; ++i) {
        m.core.begin_access();
        charged += m.core.translate_data(u64{i % 9} << 12, i % 9 == 3 ? &w : nullptr);
        charged += m.load(i * 192 % 16384);
        charged -= m.core.hidden();
        m.core.begin_access();
        charged += m.store(i * 320 % 16384);
        charged += m.core.fetch(0x4000 + i * 64 % 4096, 0x4000, 64, m.ticks);
        charged += m.core.branch(0x100 + i * 4, BranchKind::direct, true, 0x200, 0);
        charged += m.core.exception_entry(i % 2) + m.core.exception_return();
        charged += m.core.device(static_cast<DevicePath>(i % 4), static_cast<CoreModel::DeviceAccess>(i % 3),
                                 {m.ticks, m.insns});
    }
    EXPECT_EQ(std::accumulate(m.stalls.begin(), m.stalls.end(), u64{0}), charged) << "every tick has its stall";
}

TEST(CoreModel, WindowHidesL2FromIndependentLoadsOnly) {
    Model m(out_of_order());
    for (u64 pa = 0; pa < 4096; pa += 64) m.load(pa);
    m.insns += 1000;
    const isa::Op independent = load_op(1, 2), chase = load_op(5, 5);
    EXPECT_EQ(m.load(0, &independent), 20u - 3 - 20 / 2) << "ten cycles of window";
    m.load(64, &chase);
    EXPECT_EQ(m.load(128, &chase), 20u - 3) << "its address came from the miss before";
}

TEST(CoreModel, MissesToMemoryOverlapUpToTheLimit) {
    Model m(out_of_order());
    m.insns = 1000;
    const isa::Op op = load_op(1, 2);
    EXPECT_GT(m.load(0x10000, &op), 90u) << "the first is charged";
    EXPECT_EQ(m.load(0x20000, &op), 0u) << "the second lies in its shadow";
    EXPECT_EQ(m.load(0x30000, &op), 0u) << "and the third";
    EXPECT_GT(m.load(0x40000, &op), 90u) << "three may be outstanding";
}

TEST(CoreModel, MemoryDeliversLinesNoFasterThanItCan) {
    CoreProfile p = out_of_order();
    p.outstanding = 64;
    p.interval_ns = 40;
    Model m(p);
    m.insns = 1000;
    const isa::Op op = load_op(1, 2);
    const u64 begin = m.ticks;
    for (u64 i = 0; i < 50; ++i) m.load(0x10000 + i * 0x1000, &op);
    EXPECT_GE(m.ticks - begin, 49u * 40) << "fifty lines, 40 ns each";
}

TEST(CoreModel, SequentialLinesArePrefetched) {
    CoreProfile p = in_order();
    p.streams = 2;
    p.stream_ns = 30;
    Model m(p);
    for (u64 i = 0; i < 4; ++i) m.load(i * 64);
    const u64 begin = m.ticks;
    for (u64 i = 4; i < 24; ++i) m.load(i * 64);
    EXPECT_LT(m.ticks - begin, 20u * 60) << "a stream";
    EXPECT_GE(m.ticks - begin, 20u * 30) << "at the pace of memory";
}

TEST(CoreModel, StoresStopWhenTheBufferIsFull) {
    Model m(in_order());
    EXPECT_EQ(m.store(0x10000), 0u) << "first entry";
    EXPECT_EQ(m.store(0x20000), 0u) << "second entry";
    EXPECT_GT(m.store(0x30000), 0u) << "no third";
    EXPECT_EQ(m.stall(Stall::memory), 0u) << "stores never wait for data";
}

TEST(CoreModel, WalksAreChargedDescriptorByDescriptor) {
    Model m(in_order());
    const mmu::Walk nested = walk_of({{0x8000, 2}, {0x9000, 2}, {0xa000, 1}});
    EXPECT_EQ(m.core.translate_data(0x1000, nullptr), 7u) << "micro TLB miss";
    EXPECT_EQ(m.core.translate_data(0x1000, nullptr), 0u) << "now it hits";
    EXPECT_EQ(m.core.translate_data(0x2000, &nested), 7u + 5 + 3 * 120) << "three descriptors from memory";
    EXPECT_EQ(m.stall(Stall::walk_stage2), 240u) << "two of them stage 2's";
    EXPECT_EQ(m.core.translate_data(0x3000, &nested), 7u + 5 + 3 * 20) << "from L2 the second time";
    EXPECT_EQ(m.core.statistics().descriptors, 6u);
}

TEST(CoreModel, SingleLevelTlbPaysForTheWalkOrTheMissNotBoth) {
    CoreProfile p = in_order();
    p.single_level = true;
    p.micro_tlb_miss = 24;
    Model m(p);
    const mmu::Walk w = walk_of({{0x8000, 1}});
    EXPECT_EQ(m.core.translate_data(0x1000, nullptr), 24u);
    EXPECT_EQ(m.core.translate_data(0x2000, &w), 5u + 120) << "a walk's own price";
}

TEST(CoreModel, EvictionsAreTold) {
    Model m(in_order());
    std::vector<u64> pages;
    test::FilterOfCore filter(m.core);
    for (u64 i = 1; i < 4; ++i) {
        m.load(i * 512);
        m.ticks += 1'000;
        m.load(i * 512);
        filter.keep(i * 512);
    }
    EXPECT_EQ(filter.lost(), std::vector<u64>{8}) << "two ways: the third line of the set drops the first";
    for (u64 i = 0; i < 5; ++i) {
        m.core.translate_data((i + 1) << 12, nullptr);
        pages.push_back(m.core.page_left());
    }
    EXPECT_EQ(pages, (std::vector<u64>{MicroTlb::none, MicroTlb::none, MicroTlb::none, MicroTlb::none, 0x1000}))
        << "four entries";
    EXPECT_EQ(m.core.page_left(), MicroTlb::none) << "told once";
}

TEST(CoreModel, FetchEpochMovesWhenALineLeaves) {
    Model m(in_order());
    const u32 epoch = m.core.fetch_epoch();
    m.core.fetch(0, 0, 128, 0);
    EXPECT_EQ(m.core.fetch_epoch(), epoch) << "nothing left";
    m.core.fetch(512, 512, 64, 0);
    m.core.fetch(1024, 1024, 64, 0);
    EXPECT_NE(m.core.fetch_epoch(), epoch) << "a line left";
}

}  // namespace
}  // namespace vtoll::core
