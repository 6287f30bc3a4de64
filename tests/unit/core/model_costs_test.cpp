// SPDX-License-Identifier: Apache-2.0
// What made-up cores charge for made-up events, drawn by chance: tests/golden/model-costs.txt. Shipped cores have few
// of the mechanisms each; these have all of them. A difference must be meant.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "core/timing/core_model.hpp"
#include "core/timing/scheduler.hpp"
#include "isa/encodings/encoding.hpp"
#include "isa/features.hpp"
#include "tests/unit/core/filter_of_core.hpp"
#include "tests/unit/core/golden.hpp"
#include "tests/unit/core/small_core.hpp"

namespace vtoll::core {
namespace {

constexpr u64 clock_hz = 1'000'000'000;

CoreProfile in_order() {
    CoreProfile p = test::small_core();
    p.l2_interval = 4;
    p.l2_transfer = 33;
    p.outstanding = 2;
    p.store_fills = 2;
    p.store_buffer = 3;
    p.write_back = 9;
    p.rest_ns = 11;
    p.interval_ns = 17;
    p.write_ns = 23;
    p.taken_branch = 1;
    p.counter_entries = 64;
    p.btb_entries = 16;
    p.btb_ways = 4;
    p.return_stack = 3;
    p.micro_tlb_i = p.micro_tlb_d = 4;
    p.walk_overhead = 6;
    p.device_writes = 2;
    p.devices.fill({40, 15, 30});
    p.entry = 3;
    p.hyp_entry = 5;
    p.exception_return = 2;
    p.identity.clidr = 0x0a00'0023;  // L1: both, split; L2: unified; LoUU 1, LoC 2
    return p;
}

CoreProfile on_use() {
    CoreProfile p = in_order();
    p.stall_on_use = true;
    p.streams = 2;
    p.stream_ns = 30;
    p.l1d.virtual_index = true;
    p.l1i_obeys = true;
    p.preload_code = PreloadCode::l2;
    p.walks_through_l1 = true;
    p.iciallu_needs = 0;
    return p;
}

CoreProfile out_of_order() {
    CoreProfile p = in_order();
    p.out_of_order = true;
    p.width = 2;
    p.window = 24;
    p.outstanding = 4;
    p.history_bits = 3;
    p.l2_by_outer = true;
    p.single_level = true;
    p.bpiall_needs = 2;
    p.streams = 2;
    p.stream_ns = 30;
    p.l1d.replacement = Replacement::lru;
    return p;
}

const std::pair<const char*, CoreProfile (*)()> cores[] = {
    {"in order", in_order}, {"stalling on use", on_use}, {"out of order", out_of_order}};

/// Two cores of a cluster, of which the first does most.
struct Pair {
    StallTotals stalls[2]{};
    MemoryEvents events;
    Cluster cluster;
    CoreModel core, other;
    test::FilterOfCore filter;
    Moment now;
    std::mt19937 numbers{20'261'130};
    u64 told = 0;  ///< of lines and pages that filters lose
    isa::Op op{};

    explicit Pair(const CoreProfile& p)
        : cluster(p.l2),
          core(p, clock_hz, stalls[0], Placement(), &cluster),
          other(p, clock_hz, stalls[1], Placement(), &cluster),
          filter(core) {
        core.count_events(events);
    }
    void tell_page() { told = told * 31 + core.page_left() + 2; }
    u32 below(u32 n) { return numbers() % n; }
    u64 address() { return 0x4000'0000 + (below(3) ? below(0x2000) : below(0x10000)) / 4 * 4; }
    void pass(u32 cost) {
        for (const u64 line : filter.lost()) told = told * 31 + line + 1;
        now.ticks += cost + 1 + below(3);
        now.insns += 1 + below(3);
    }
    /// A load or store that hangs on its neighbours in some way.
    const isa::Op* access(bool write) {
        op.cls =
            write ? std::array{isa::CostClass::store, isa::CostClass::vfp_store, isa::CostClass::neon_store}[below(3)]
                  : isa::CostClass::load;
        op.units = static_cast<u8>(1 + below(4));
        op.rd = static_cast<u8>(below(6));
        op.rn = static_cast<u8>(below(6));
        op.flags = static_cast<u16>(below(32) << isa::op_distance_shift);
        return below(8) ? &op : nullptr;
    }
    std::string outcome() const {
        std::string line;
        for (const StallTotals& each : stalls)
            for (std::size_t i = 0; i < stall_count; ++i)
                if (each[i]) line += fmt::format(" {}={}", name_of(static_cast<Stall>(i)), each[i]);
        const CoreStatistics& s = core.statistics();
        line += fmt::format(" | {} {} {} {} {} {} {} {} | {} {} {} | {}", s.l1i_misses, s.l1d_misses, s.l2_misses,
                            s.write_backs, s.micro_tlb_i_misses, s.micro_tlb_d_misses, s.walks, s.descriptors,
                            core.predictor().branches(), core.predictor().taken(), core.predictor().mispredicts(),
                            core.fetch_epoch());
        for (const u64 total : events.totals()) line += fmt::format(" {}", total);
        return line + fmt::format(" {:x} {}", told, now.ticks);
    }
};

void accesses(Pair& m) {
    const bool write = m.below(3) == 0;
    const u64 at = m.address();
    const isa::Op* op = m.access(write);
    m.pass(write ? m.core.store(at, at ^ (m.below(2) << 12), op, m.now) : m.core.load(at, at ^ 0x1000, op, m.now));
    if (m.core.settled() && m.below(2)) m.filter.keep(at);
}

void streams(Pair& m) {
    const u64 step = m.now.insns % 700;
    const bool write = m.below(4) == 0;
    const u64 at = 0x4100'0000 + (step < 400 ? 64 * step : 64 * (800 - step)) + (write ? 0x10'0000 : 0);
    m.pass(write ? m.core.store(at, at, m.access(true), m.now) : m.core.load(at, at, m.access(false), m.now));
}

void stores(Pair& m) {
    const isa::Op* op = m.access(true);
    const u64 at = 0x4200'0000 + 8 * (m.now.insns % 4000);
    m.pass(m.core.store(at, at, op, m.now));
}

void sharing(Pair& m) {
    const u64 at = 0x4000'0000 + m.below(0x800);
    const bool write = m.below(2);
    CoreModel& who = m.below(2) ? m.core : m.other;
    m.pass(write ? who.store(at, at, m.access(true), m.now) : who.load(at, at, m.access(false), m.now));
}

void code(Pair& m) {
    const u64 at = 0x4000'0000 + m.below(0x1800) / 4 * 4;
    switch (m.below(8)) {
    case 0: {
        const bool guest = m.below(2), hyp = m.below(2);
        m.core.set_code_cached(guest, hyp);
        break;
    }
    case 1: m.pass(m.core.fetch_uncached(at, 4 + m.below(100))); break;
    case 2: m.pass(m.core.preload(at, at, isa::Preload::instruction, m.now)); break;
    case 3: m.pass(m.core.preload(at, at, isa::Preload::read, m.now)); break;
    default: m.pass(m.core.fetch(at, at ^ 0x2000, 4 + m.below(100), m.now.ticks));
    }
    m.now.ticks += m.core.code_cached(isa::Privilege::pl2);
}

void outside(Pair& m) {
    const u64 at = m.address();
    const mmu::Cacheability memory{m.below(2) != 0, m.below(2) != 0};
    const bool write = m.below(2);
    m.pass(m.core.uncached(at, memory, write, m.access(write), m.now));
    m.now.ticks += m.core.settled();
    if (m.below(3) == 0) m.pass(m.core.load(at, at, nullptr, m.now));
}

void maintenance(Pair& m) {
    using isa::CacheOp;
    const u64 at = m.below(5) ? m.address() : 0;
    const CacheOp what{.target = static_cast<CacheOp::Target>(m.below(3)),
                       .by = static_cast<CacheOp::By>(m.below(3)),
                       .clean = m.below(2) != 0,
                       .invalidate = m.below(2) != 0,
                       .to_unification = m.below(2) != 0};
    const u32 operand = m.below(4) << 30 | m.below(16) << 6 | m.below(3) << 1, actlr = m.below(4);
    if (m.below(4) == 0) m.core.maintain_for_other(what, operand, at, actlr);
    else m.pass(m.core.maintain(what, operand, at, actlr, m.now));
    for (int i = 0; i < 4; ++i) accesses(m);
    m.pass(m.core.fetch(m.address(), 0, 64, m.now.ticks));
    const u32 pc = 0x100 + 4 * m.below(8);
    m.pass(m.core.branch(pc, BranchKind::conditional, m.below(2), 0x800, 0));
    if (m.below(6) == 0) m.pass(m.core.barrier(isa::SystemCost::dsb, m.now));
}

void translations(Pair& m) {
    mmu::Walk walk;
    walk.count = static_cast<u8>(1 + m.below(4));
    for (u8 i = 0; i < walk.count; ++i)
        walk.descriptors[i] = {m.address(), 0, static_cast<u8>(1 + m.below(2)),
                               2,           8, {m.below(2) != 0, m.below(2) != 0}};
    const u64 tag = m.below(8) << 12;
    const mmu::Walk* taken = m.below(3) ? nullptr : &walk;
    switch (m.below(8)) {
    case 0: m.core.tlb_maintained(); break;
    case 1: m.pass(m.core.translation_failed(taken)); break;
    case 2:
    case 3:
        m.pass(m.core.translate_fetch(tag, taken));
        m.tell_page();
        break;
    default:
        m.core.begin_access();
        m.pass(m.core.translate_data(tag, taken));
        m.tell_page();
        accesses(m);
        m.now.ticks += m.core.hidden();
    }
}

void branches(Pair& m) {
    const auto kind = static_cast<BranchKind>(m.below(8));
    const u32 pc = 0x8000 + 4 * m.below(40);
    const bool taken = m.below(3) != 0;
    m.pass(m.core.branch(pc, kind, taken, 0x9000 + 4 * m.below(2) + pc, pc + 4));
}

void events(Pair& m) {
    using Access = CoreModel::DeviceAccess;
    switch (m.below(6)) {
    case 0: m.core.tlb_operation(m.below(2), m.now); break;
    case 1: m.pass(m.core.barrier(static_cast<isa::SystemCost>(m.below(isa::system_costs)), m.now)); break;
    case 2: m.pass(m.core.exception_entry(m.below(2)) + m.core.exception_return()); break;
    case 3: accesses(m); break;
    default: {
        const auto path = static_cast<DevicePath>(m.below(device_paths));
        m.pass(m.core.device(path, static_cast<Access>(m.below(3)), m.now));
    }
    }
}

const std::pair<const char*, void (*)(Pair&)> kinds[] = {
    {"accesses", accesses}, {"streams", streams}, {"stores", stores},           {"sharing", sharing},
    {"code", code},         {"outside", outside}, {"maintenance", maintenance}, {"translations", translations},
    {"branches", branches}, {"events", events}};

TEST(ModelCosts, AreAsTheyWere) {
    std::string text = "# SPDX-License-Identifier: Apache-2.0\n";
    for (const auto& [name, profile] : cores) {
        text += fmt::format("\n== {}\n", name);
        for (const auto& [kind, happen] : kinds) {
            Pair m(profile());
            for (int i = 0; i < 3000; ++i) happen(m);
            text += fmt::format("{}:{}\n", kind, m.outcome());
        }
    }
    EXPECT_EQ(text, test::golden("model-costs.txt", text)) << test::accept;
}

/// Guest and exits by turns, of which either works where the other has been.
TEST(ModelCosts, WithExitsApartAreAsTheyWere) {
    std::string text = "# SPDX-License-Identifier: Apache-2.0\n";
    for (const auto& [name, profile] : cores) {
        text += fmt::format("\n== {}\n", name);
        for (const auto& [kind, happen] : kinds) {
            CoreProfile p = profile();
            p.free.add(FreePart::refill);
            Pair m(p);
            for (int i = 0; i < 3000; ++i) {
                if (m.below(4) == 0) m.core.stand(m.below(2) ? Side::exit : Side::guest);
                happen(m);
            }
            text += fmt::format("{}:{}\n", kind, m.outcome());
        }
    }
    EXPECT_EQ(text, test::golden("apart-costs.txt", text)) << test::accept;
}

// --- blocks

/// Every number of the pipeline and of the classes is another one.
CoreProfile pipeline(CoreProfile p, u32 seed) {
    std::mt19937 numbers(seed);
    const auto below = [&](u32 n) { return numbers() % n; };
    const auto timing = [&] {
        ClassTiming t;
        t.latency = static_cast<u8>(1 + below(6));
        t.forward = static_cast<u8>(1 + below(t.latency));
        t.to_core = below(3) ? 0 : static_cast<u8>(t.latency + below(4));
        t.accumulate = below(3) ? 0 : static_cast<u8>(1 + below(3));
        t.busy = static_cast<u8>(1 + below(2));
        t.units_per_cycle = static_cast<u8>(1 + below(3));
        t.latency_per_unit = static_cast<u8>(below(2));
        t.busy_per_unit = static_cast<u8>(below(3));
        t.shifted = static_cast<u8>(below(3));
        t.wide = static_cast<u8>(below(4));
        t.busy_wide = static_cast<u8>(below(3));
        t.late = below(2) != 0;
        t.alone = below(8) == 0;
        t.serialise = below(12) == 0;
        t.refetch = below(2) != 0;
        t.unit = static_cast<Unit>(below(static_cast<u32>(Unit::count)));
        t.second = static_cast<Second>(below(3));
        return t;
    };
    for (ClassTiming& t : p.by_class) t = timing();
    for (ClassTiming& t : p.by_system) t = timing();
    return p;
}

TEST(ModelCosts, OfBlocksAreAsTheyWere) {
    CoreProfile queue = in_order(), window = out_of_order(), ports = out_of_order();
    queue.simd_queue = 3;
    ports.shared_issue = true;
    ports.read_ports = 3;
    const std::pair<const char*, CoreProfile> pipelines[] = {
        {"in order", in_order()}, {"with a queue", queue}, {"out of order", window}, {"with ports", ports}};
    const isa::Features features;
    const isa::DecodeContext context{
        .pc = 0x1000, .privilege = isa::Privilege::pl1, .itstate = 0, .features = &features};
    std::string text = "# SPDX-License-Identifier: Apache-2.0\n";
    for (const auto& [name, base] : pipelines) {
        text += fmt::format("\n== {}\n", name);
        std::mt19937 numbers(4711);
        for (u32 round = 0; round < 12; ++round) {
            const CoreProfile p = pipeline(base, round);
            u64 total = 0, issue = 0, system = 0, costs = 0, led = 0;
            for (int n = 0; n < 60; ++n) {
                std::vector<Scheduled> block;
                for (u32 left = 1 + numbers() % 10; left;) {
                    // Data processing, loads and stores, multiplications, VFP and NEON; few of the rest.
                    constexpr u32 kinds[] = {0xe0000000, 0xe4000000, 0xe0000090, 0xee000a00, 0xf2000000, 0xed000b00};
                    const u32 kind = kinds[numbers() % 6], word = numbers() & 0x03ff'ffff;
                    isa::Decoding d;
                    if (isa::decode(isa::InstrSet::a32, numbers() % 8 ? kind | word : numbers(), context, d) !=
                        isa::Decoded::ok)
                        continue;
                    block.push_back(scheduled(d));
                    --left;
                }
                std::vector<u16> cost(block.size()), leads(block.size());
                const BlockPrice price = price_block(p, block, cost, leads);
                total += price.total;
                issue += price.issue;
                system += price.system;
                for (std::size_t i = 0; i < cost.size(); ++i) {
                    costs = (costs * 31 + cost[i]) % 1'000'000'007;
                    led = (led * 31 + leads[i]) % 1'000'000'007;
                }
            }
            text +=
                fmt::format("{}: {} issue {} system {} costs {} leads {}\n", round, total, issue, system, costs, led);
        }
    }
    EXPECT_EQ(text, test::golden("block-costs.txt", text)) << test::accept;
}

}  // namespace
}  // namespace vtoll::core
