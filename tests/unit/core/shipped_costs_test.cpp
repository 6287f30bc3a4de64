// SPDX-License-Identifier: Apache-2.0
// What the shipped price tables charge, measured by programs that feel every number of theirs. A price that changes
// must be meant: tests/golden/costs.txt has the costs as they were.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "core/timing/core_model.hpp"
#include "core/timing/scheduler.hpp"
#include "tests/unit/core/golden.hpp"

namespace vtoll::core {
namespace {

using isa::CostClass;
using isa::SystemCost;

/// Sixteenths of a cycle that one more copy of the block takes.
u32 price(const CoreProfile& core, const std::vector<Scheduled>& block) {
    std::vector<u16> costs(block.size());
    return price_block(core, block, costs).total;
}

/// How an instruction may hang on itself and on its neighbours: each feels other numbers of its kind.
std::string instruction(const CoreProfile& core, CostClass cls, SystemCost system) {
    constexpr u16 r2 = 1 << 2, r3 = 1 << 3;
    const auto plain = [&] { return Scheduled{.cls = cls, .system = system, .units = 1}; };
    const Scheduled add{.cls = CostClass::alu, .late = r2, .core_out = r2, .immediate = true};
    std::string line;
    const auto measure = [&](std::vector<Scheduled> block) { line += fmt::format(" {}", price(core, block)); };
    const auto many = [](const Scheduled& one) { return std::vector<Scheduled>(6, one); };
    Scheduled x = plain();
    measure(many(x));  // nothing in common
    for (const u8 units : {2, 3, 4, 8}) {
        x.units = units;
        measure(many(x));
    }
    x = plain(), x.wide = true;
    measure(many(x));
    x = plain(), x.early = x.core_out = r2;  // operand to result
    measure(many(x));
    for (const u8 units : {3, 6}) {
        x.units = units;
        measure(many(x));
    }
    x = plain(), x.late = x.core_out = r2;
    measure(many(x));
    x.shifted = true;
    measure(many(x));
    x = plain(), x.ext_in = 1, x.ext_out = 2;  // extension registers, never the same in and out
    Scheduled back = plain();
    back.ext_in = 2, back.ext_out = 1;
    measure({x, back, x, back});
    x.wide = back.wide = true;
    measure({x, back, x, back});
    x = plain(), x.ext_in = x.ext_out = 1;  // an accumulator
    measure(many(x));
    x = plain(), x.ext_in = 1, x.core_out = r2;  // to a core register and back
    Scheduled in = plain();
    in.early = r2, in.ext_out = 1;
    measure({x, add, in, x, add, in});
    x = plain(), x.early = r3;  // beside another
    measure({x, add, x, add});
    x.immediate = true;
    measure({add, x, add, x});
    return line;
}

std::string instructions(const CoreProfile& core) {
    std::string text;
    for (std::size_t i = 0; i < static_cast<std::size_t>(CostClass::count); ++i) {
        const auto cls = static_cast<CostClass>(i);
        if (!isa::told_by_system_cost(cls))
            text += fmt::format("{}{}\n", cost_class_name(cls), instruction(core, cls, SystemCost::none));
    }
    for (std::size_t i = 0; i < isa::system_costs; ++i)
        text += fmt::format("{}{}\n", isa::system_cost_rows[i].name,
                            instruction(core, CostClass::sysreg_read, static_cast<SystemCost>(i)));
    return text;
}

/// A core, and what it has waited for.
struct Model {
    StallTotals stalls{};
    CoreModel core;
    Moment now;

    explicit Model(const CoreProfile& p, Cluster* cluster = nullptr)
        : core(p, u64{p.clock_mhz} * 1'000'000, stalls, Placement(), cluster) {}
    void pass(u32 cost) {
        now.ticks += cost + 1;
        ++now.insns;
    }
    std::string waits() const {
        std::string line;
        for (std::size_t i = 0; i < stalls.size(); ++i)
            if (stalls[i]) line += fmt::format(" {}={}", name_of(static_cast<Stall>(i)), stalls[i]);
        return line;
    }
};

/// Reads or writes `bytes` of memory, one word a step, at random places or one after the other.
std::string accesses(const CoreProfile& p, u64 bytes, bool write, bool random) {
    Model m(p);
    std::mt19937 numbers(1);
    isa::Op op{};
    op.cls = write ? CostClass::store : CostClass::load;
    op.flags = isa::op_reads_mem;
    op.units = 1;
    for (unsigned i = 0; i < 4000; ++i) {
        const u64 at = 0x4000'0000 + (random ? numbers() % bytes & ~u64{3} : u64{i} * (bytes / 4000 & ~u64{3}));
        m.pass(write ? m.core.store(at, at, &op, m.now) : m.core.load(at, at, &op, m.now));
    }
    return m.waits();
}

/// Lines that another core of the cluster has written, read and written by turns.
std::string sharing(const CoreProfile& p) {
    Cluster cluster(p.l2);
    Model m(p, &cluster), other(p, &cluster);
    for (unsigned i = 0; i < 400; ++i) {
        const u64 at = 0x4000'0000 + 64 * (i % 40);
        other.pass(other.core.store(at, at, nullptr, other.now));
        m.pass(i % 3 ? m.core.load(at, at, nullptr, m.now) : m.core.store(at, at, nullptr, m.now));
    }
    return m.waits() + " |" + other.waits();
}

std::string translations(const CoreProfile& p) {
    Model m(p);
    std::mt19937 numbers(1);
    mmu::Walk walk;
    walk.count = 2;
    for (unsigned i = 0; i < 2000; ++i) {
        const u64 page = numbers() % 40;
        for (u8 n = 0; n < 2; ++n)
            walk.descriptors[n] = {
                0x8000'0000 + (page << 14 | u64{n} << 20), 0, static_cast<u8>(1 + n), 1, 8, {true, true}};
        m.core.begin_access();
        m.pass(m.core.translate_data(page, i % 4 ? nullptr : &walk));
        m.pass(m.core.translate_fetch(numbers() % 40, nullptr));
    }
    return m.waits();
}

std::string branches(const CoreProfile& p) {
    Model m(p);
    std::mt19937 numbers(1);
    u32 calls = 0;
    for (unsigned i = 0; i < 30'000; ++i) {
        const u32 pc = 0x8000 + 4 * (numbers() % 3000), kind = numbers() % 6;
        if (kind == 0) m.core.branch(pc, isa::BranchKind::call, true, 0x10'0000 + 8 * ++calls, pc + 4);
        else if (kind == 1 && calls)
            m.core.branch(0x20'0000, isa::BranchKind::ret, true, 0x8004 + 4 * (calls-- % 97), 0x20'0004);
        else m.core.branch(pc, isa::BranchKind::conditional, i % 7 < pc % 5, pc + 0x400, pc + 4);
    }
    return m.waits();
}

std::string events(const CoreProfile& p) {
    using Access = CoreModel::DeviceAccess;
    std::string text;
    {
        Model m(p);
        text += fmt::format("exceptions {} {} {}\n", m.core.exception_entry(false), m.core.exception_entry(true),
                            m.core.exception_return());
    }
    for (std::size_t i = 0; i < device_paths; ++i) {
        Model m(p);
        const auto path = static_cast<DevicePath>(i);
        text += fmt::format("device.{}", device_path_names[i]);
        for (const Access what : {Access::read, Access::write, Access::read})
            text += fmt::format(" {}", m.core.device(path, what, {}));
        u32 posted = 0;
        for (unsigned n = 0; n < 70; ++n) posted += m.core.device(path, Access::posted_write, {1'000'000, 0});
        text += fmt::format(" {} {}\n", posted, m.core.barrier(SystemCost::dsb, {1'000'000, 0}));
    }
    for (const bool broadcast : {false, true}) {
        Model m(p);
        m.core.tlb_operation(broadcast, {});
        text += fmt::format("tlb operation {}\n", m.core.barrier(SystemCost::dsb, {}));
    }
    return text;
}

std::string memory(const CoreProfile& p) {
    std::string text;
    for (const u64 kib : {8, 40, 300, 1100, 5000})
        for (const bool write : {false, true})
            for (const bool random : {false, true})
                text += fmt::format("{} {} KiB {}:{}\n", write ? "write" : "read", kib,
                                    random ? "at random" : "in order", accesses(p, kib * 1024, write, random));
    text += fmt::format("sharing:{}\ntranslations:{}\nbranches:{}\n", sharing(p), translations(p), branches(p));
    return text;
}

/// Of a table without a core: an instruction of each class on one and on five registers, and each event.
std::string table(const Pricing& p) {
    std::string text;
    for (std::size_t i = 0; i < static_cast<std::size_t>(CostClass::count); ++i) {
        isa::Op op{};
        op.cls = static_cast<CostClass>(i);
        text += fmt::format("{}", cost_class_name(op.cls));
        for (const u8 units : {0, 5}) {
            op.units = units;
            text += fmt::format(" {}", p.of(op));
        }
        text += '\n';
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(CostEvent::count); ++i)
        text += fmt::format("{} {}\n", cost_event_name(static_cast<CostEvent>(i)), p.of(static_cast<CostEvent>(i)));
    return text;
}

TEST(ShippedCosts, AreAsTheyWere) {
    std::string text = "# SPDX-License-Identifier: Apache-2.0\n";
    for (const std::string& name : shipped_profiles()) {
        const Pricing p = pricing_for(name);
        text += fmt::format("\n== {}\n", name);
        text += p.core ? instructions(*p.core) + events(*p.core) + memory(*p.core) : table(p);
    }
    EXPECT_EQ(text, test::golden("costs.txt", text)) << test::accept;
}

}  // namespace
}  // namespace vtoll::core
