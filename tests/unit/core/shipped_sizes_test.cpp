// SPDX-License-Identifier: Apache-2.0
// What the shipped cores hold in TLBs, walk caches and branch target buffers, found as one finds it on silicon: a
// program that uses as many pages, tables or branches as there are entries misses none of them any more; one that uses
// one more does. The sizes here are those that are published (the profiles say where), not what the tables say.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/timing/predictor.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

struct Sizes {
    const char* core;  ///< and boards that have it
    unsigned pages, page_ways, tables, ipas, branches, branch_ways;
};
constexpr Sizes published[] = {
    {"cortex-a7", 256, 2, 64, 64, 256, 1},
    {"cortex-a8", 64, 64, 0, 0, 512, 2},
    {"cortex-a9", 128, 2, 0, 0, 512, 2},
    {"cortex-a15", 512, 4, 16, 16, 4096, 1},
};

/// Every shipped core, and what is published of it.
std::vector<std::pair<CoreProfile, Sizes>> cores() {
    std::vector<std::pair<CoreProfile, Sizes>> found;
    for (const std::string& name : shipped_profiles()) {
        const Pricing pricing = pricing_for(name);
        if (!pricing.core) continue;
        const auto is_its = [&](const Sizes& sizes) {
            const std::string core = sizes.core;
            return name == core || name.starts_with(core + "-");
        };
        const auto sizes = std::ranges::find_if(published, is_its);
        EXPECT_NE(sizes, std::end(published)) << name << ": a core whose sizes are in no row here";
        if (sizes != std::end(published)) found.emplace_back(*pricing.core, *sizes);
    }
    return found;
}

/// Where a load goes: `count` addresses, `stride` apart.
struct Steps {
    unsigned count;
    u32 stride;
};
constexpr u32 page = 0x1000, megabyte = 0x10'0000;

/// Loads from many pages. From `window` on every megabyte has a table of its own to the walker, but in memory that is
/// one: its entry `i` is of the page `i` modulo `pages` behind `backing`.
class Pages : public SmallMachine {
public:
    static constexpr u32 window = 0x6000'0000, megabytes = 256, table = ram_base + 0xc000;

    /// With `stage2`, behind stage 2, which has a table of pages for the window's.
    Pages(const CoreProfile& p, bool stage2, unsigned pages)
        : SmallMachine(pricing_for(p.name)), backing_(stage2 ? ipas : ram_base + 0x4'0000) {
        for (u32 m = 0; m < megabytes; ++m) write(ram_base + 0x8000 + ((window >> 20) + m) * 4, {table | 1});
        for (u32 i = 0; i < 256; ++i) write(table + 4 * i, {(backing_ + i % pages * page) | 0x7e});
        if (stage2) map_stage2();
        write(start_of_loads, {
                                  0xe1a01004, 0xe1a0a008,              // MOV r1, r4; MOV r10, r8
                                  0xe1a0b001, 0xe1a02005,              // 1: MOV r11, r1; MOV r2, r5
                                  0xe69b3006, 0xe2522001, 0x1afffffc,  // 2: LDR r3, [r11], r6; SUBS r2, r2, #1; BNE 2b
                                  0xe081100c, 0xe25aa001, 0x1afffff7,  // ADD r1, r1, r12; SUBS r10, r10, #1; BNE 1b
                                  0xe2599001, 0x1afffff3, 0xeafffffe,  // SUBS r9, r9, #1; BNE, to the beginning; B .
                              });
        stage2 ? enter_guest() : load(mmu_on);
    }
    /// What the core has counted behind that many times all of them.
    CoreStatistics run(Steps outer, Steps inner, unsigned times) {
        auto& r = cpu.state().r;
        r[4] = window, r[5] = inner.count, r[6] = inner.stride, r[8] = outer.count, r[9] = times, r[12] = outer.stride;
        cpu.stop_at(isa::Privilege::pl1, start_of_loads + 4 * 12);
        EXPECT_EQ(cpu.run(cpu.now() + 1'000'000'000), StopReason::stop_point) << "all loads are made";
        return cpu.parts().core->statistics();
    }

private:
    static constexpr u32 start_of_loads = behind_mmu_on, ipas = 0x5000'0000;

    /// ARM DDI 0406C §B3.6.1: a first-level table, one of the second level with a block of memory, one of pages. Normal
    /// memory, read and write.
    void map_stage2() {
        constexpr u32 first = ram_base + 0x1'0000, second = first + 0x1000, third = second + 0x1000;
        constexpr u32 normal = 0x7fc;
        write(first + (ram_base >> 30) * 8, {second | 3, 0});
        write(second, {ram_base | normal | 1, 0});
        write(second + (ipas >> 21 & 0x1ff) * 8, {third | 3, 0});
        for (u32 i = 0; i < 256; ++i) write(third + 8 * i, {(ram_base + 0x4'0000 + i % 128 * page) | normal | 3, 0});
    }
    /// In Hyp mode, and from there to `code` in Supervisor mode.
    void enter_guest() {
        write(code, mmu_on);
        write(hyp_code, {
                            0xe3000000, 0xe3440001,              // MOVW, MOVT r0, the first table
                            0xe3a01000, 0xec410f62,              // MOV r1, #0; MCRR VTTBR, r0, r1
                            0xe3000040, 0xe3480000, 0xee820f51,  // MOVW, MOVT r0: from level 1 on; MCR VTCR
                            0xe3a00001, 0xee810f11,              // MOV r0, #1: HCR.VM; MCR HCR
                            0xe3a00101, 0xe12ef300,              // MOV r0, code; MSR ELR_hyp, r0
                            0xe3a000d3, 0xe16ff000, 0xe160006e,  // MOV r0, #0xd3; MSR SPSR_fsxc, r0; ERET
                        });
        cpu.start({.pc = hyp_code, .mode = isa::Mode::hyp});
    }
    static constexpr u32 hyp_code = ram_base + 0x2000;

    const u32 backing_;
};

/// Walks of the last of three times, in which all is as it is the next time too.
u64 walks(const CoreProfile& p, Steps outer, Steps inner) {
    return Pages(p, false, 1).run(outer, inner, 3).walks - Pages(p, false, 1).run(outer, inner, 2).walks;
}

TEST(ShippedSizes, TheMainTlbHoldsAsManyPages) {
    for (const auto& [p, sizes] : cores()) {
        EXPECT_EQ(walks(p, {1, 0}, {sizes.pages, page}), 0u) << p.name << ": all of them are held";
        EXPECT_GT(walks(p, {1, 0}, {sizes.pages + 1, page}), 0u) << p.name << ": one more is not";
    }
}

TEST(ShippedSizes, TheMainTlbHasAsManyWays) {
    for (const auto& [p, sizes] : cores()) {
        // Half of the sets, or the only one: more pages than the micro TLB has, and not as many as the main TLB.
        const unsigned sets = sizes.pages / sizes.page_ways, some = std::max(1u, sets / 2);
        EXPECT_EQ(walks(p, {sizes.page_ways, sets * page}, {some, page}), 0u) << p.name << ": a way for each";
        EXPECT_GT(walks(p, {sizes.page_ways + 1, sets * page}, {some, page}), 0u) << p.name << ": one too many";
    }
}

/// Descriptors of the first level that are read when every page of `tables` megabytes is met for the first time, the
/// first of each megabyte before the second of any.
u64 first_levels(const CoreProfile& p, unsigned tables) {
    const CoreStatistics s = Pages(p, false, 1).run({256, page}, {tables, megabyte}, 1);
    return s.descriptors - s.walks;
}

TEST(ShippedSizes, TheWalkCacheHoldsAsManyTables) {
    for (const auto& [p, sizes] : cores()) {
        EXPECT_EQ(sizes.tables ? first_levels(p, sizes.tables) : 0, sizes.tables) << p.name << ": each is found once";
        EXPECT_GE(first_levels(p, sizes.tables + 1), sizes.tables + 256) << p.name << ": of one more, some every time";
    }
}

/// Descriptors that are read beside the last of stage 1 when every page of a megabyte is met, which has `ipas` pages
/// behind it.
u64 of_stage2(const CoreProfile& p, unsigned ipas) {
    const CoreStatistics s = Pages(p, true, ipas).run({1, 0}, {256, page}, 1);
    return s.descriptors - s.walks;
}

TEST(ShippedSizes, TheIpaCacheHoldsAsManyPages) {
    constexpr unsigned levels = 3, of_tables = 2 * 2;  // of stage 2; two of a block for each table of stage 1
    for (const auto& [p, sizes] : cores()) {
        const unsigned some = std::max(1u, sizes.ipas);
        const u64 one = of_stage2(p, 1), found_once = levels * (some - 1);
        EXPECT_EQ(of_stage2(p, some) - one, found_once) << p.name << ": each is found once";
        EXPECT_EQ(one >= 256 * (levels + of_tables), sizes.ipas == 0)
            << p.name << ": without any, the same one is found every time, and so are the tables that lead there";
        EXPECT_TRUE(sizes.ipas == 0 || of_stage2(p, some + 1) > one + found_once + levels)
            << p.name << ": one more displaces another";
    }
}

/// Mispredictions of indirect branches, each to one target, the second time.
u64 unknown(const CoreProfile& p, Steps outer, Steps inner) {
    Predictor predictor(p);
    u64 before = 0;
    for (unsigned time = 0; time < 3; ++time) {
        before = predictor.mispredicts();
        for (unsigned i = 0; i < outer.count; ++i)
            for (unsigned n = 0; n < inner.count; ++n) {
                const u32 pc = 0x8000 + i * outer.stride + n * inner.stride;
                predictor.resolve(pc, BranchKind::indirect, true, pc + 0x100, pc + 4);
            }
    }
    return predictor.mispredicts() - before;
}

TEST(ShippedSizes, TheBtbHoldsAsManyBranches) {
    for (const auto& [p, sizes] : cores()) {
        const u32 of_one_set = sizes.branches / sizes.branch_ways * 4;
        EXPECT_EQ(unknown(p, {1, 0}, {sizes.branches, 4}), 0u) << p.name << ": all targets are known";
        EXPECT_GT(unknown(p, {1, 0}, {sizes.branches + 1, 4}), 0u) << p.name << ": one more displaces another";
        EXPECT_EQ(unknown(p, {1, 0}, {sizes.branch_ways, of_one_set}), 0u) << p.name << ": a way for each";
        EXPECT_GT(unknown(p, {1, 0}, {sizes.branch_ways + 1, of_one_set}), 0u) << p.name << ": one too many";
    }
}

}  // namespace
}  // namespace vtoll::core::test
