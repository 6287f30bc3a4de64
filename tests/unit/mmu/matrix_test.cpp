// SPDX-License-Identifier: Apache-2.0
// Stage 1 x stage 2 x one thing out of order, each judged for both privileges and all kinds of access, by a fresh walk
// and by a TLB filled by the other accesses. The expected outcome is worked out from the cell's name alone.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "tests/unit/mmu/test_memory.hpp"

namespace vtoll::mmu::test {
namespace {

enum class S1 { none, section, supersection, large, small, lpae_1g, lpae_2m, lpae_4k, count };
enum class S2 { none, block_1g, block_2m, page_4k, count };
enum class Twist {
    ok,
    s1_unmapped,
    s1_noaccess,
    s1_rdonly,
    s1_kernel,
    s1_kernel_rdonly,
    s1_user_rdonly,
    s1_xn,
    s1_pxn,
    s1_af,
    s1_domain_noaccess,
    s1_domain_reserved,
    s1_domain_manager,
    s1_table_bus_error,
    wxn,
    uwxn,
    s2_unmapped,
    s2_noaccess,
    s2_rdonly,
    s2_wronly,
    s2_xn,
    s2_af,
    s2_bus_error,
    ptw_unmapped,
    ptw_af,
    ptw_noread,
    ptw_device_allowed,
    ptw_device_protected,
    ptw_second_table_unmapped,
    count
};
const char* const s1_names[] = {"s1_none",  "s1_section", "s1_supersection", "s1_large",
                                "s1_small", "s1_lpae_1g", "s1_lpae_2m",      "s1_lpae_4k"};
const char* const s2_names[] = {"s2_none", "s2_1g", "s2_2m", "s2_4k"};
const char* const twist_names[] = {"ok",
                                   "s1_unmapped",
                                   "s1_noaccess",
                                   "s1_rdonly",
                                   "s1_kernel",
                                   "s1_kernel_rdonly",
                                   "s1_user_rdonly",
                                   "s1_xn",
                                   "s1_pxn",
                                   "s1_af",
                                   "s1_domain_noaccess",
                                   "s1_domain_reserved",
                                   "s1_domain_manager",
                                   "s1_table_bus_error",
                                   "wxn",
                                   "uwxn",
                                   "s2_unmapped",
                                   "s2_noaccess",
                                   "s2_rdonly",
                                   "s2_wronly",
                                   "s2_xn",
                                   "s2_af",
                                   "s2_bus_error",
                                   "ptw_unmapped",
                                   "ptw_af",
                                   "ptw_noread",
                                   "ptw_device_allowed",
                                   "ptw_device_protected",
                                   "ptw_second_table_unmapped"};
static_assert(std::size(twist_names) == static_cast<std::size_t>(Twist::count));

struct Cell {
    S1 s1;
    S2 s2;
    Twist twist;
};
std::string cell_name(const Cell& c) {
    return std::string(s1_names[int(c.s1)]) + "_" + s2_names[int(c.s2)] + "_" + twist_names[int(c.twist)];
}
void PrintTo(const Cell& c, std::ostream* os) { *os << cell_name(c); }

bool is_short(S1 s) { return s >= S1::section && s <= S1::small; }
bool is_two_level(S1 s) { return s == S1::large || s == S1::small || s == S1::lpae_2m || s == S1::lpae_4k; }

bool applies(const Cell& c) {
    const Twist t = c.twist;
    if (t == Twist::ok) return true;
    if (t >= Twist::ptw_unmapped) {
        if (c.s1 == S1::none || c.s2 == S2::none) return false;
        return t != Twist::ptw_second_table_unmapped || (c.s2 == S2::page_4k && is_two_level(c.s1));
    }
    if (t >= Twist::s2_unmapped) return c.s2 != S2::none;
    if (c.s1 == S1::none) return false;
    switch (t) {
    case Twist::s1_noaccess:  // AP[2:1] cannot say it
    case Twist::s1_user_rdonly: return is_short(c.s1);
    case Twist::s1_domain_noaccess:
    case Twist::s1_domain_reserved:
    case Twist::s1_domain_manager: return is_short(c.s1);
    default: return true;
    }
}

std::vector<Cell> all_cells() {
    std::vector<Cell> cells;
    for (int s1 = 0; s1 < int(S1::count); ++s1) {
        for (int s2 = 0; s2 < int(S2::count); ++s2) {
            for (int t = 0; t < int(Twist::count); ++t) {
                const Cell c{S1(s1), S2(s2), Twist(t)};
                if (applies(c)) cells.push_back(c);
            }
        }
    }
    return cells;
}

// The map. VA + 1GB is the IPA; IPA + 4GB the PA; stage-1 tables are moved by stage 2 as well.
constexpr u32 va = 0x4165'4abc;
constexpr u64 ipa_shift = 0x4000'0000, pa_shift = 0x1'0000'0000, table_shift = 0x20'0000'0000;
constexpr u32 s1_root = 0x1000'0000;  // IPA
constexpr u32 s1_second = 0x1000'8000, s1_third = 0x1000'9000;
constexpr u64 s2_root = 0x5000'0000, s2_target_2 = 0x5000'1000, s2_target_3 = 0x5000'2000, s2_tables_2 = 0x5000'3000,
              s2_tables_3 = 0x5000'4000;
constexpr u32 domain = 5;

unsigned s1_size(S1 s) {
    switch (s) {
    case S1::none: return 32;
    case S1::section: return 20;
    case S1::supersection: return 24;
    case S1::large: return 16;
    case S1::lpae_1g: return 30;
    case S1::lpae_2m: return 21;
    default: return 12;
    }
}
unsigned s1_level(S1 s) {
    switch (s) {
    case S1::section:
    case S1::supersection:
    case S1::lpae_1g: return 1;
    case S1::lpae_4k: return 3;
    default: return 2;
    }
}
unsigned s2_size(S2 s) { return s == S2::block_1g ? 30 : s == S2::block_2m ? 21 : 12; }
unsigned s2_level(S2 s) { return s == S2::block_1g ? 1 : s == S2::block_2m ? 2 : 3; }
u64 floor_to(u64 a, unsigned size) { return a >> size << size; }

struct World {
    TestMemory memory;
    isa::SysRegs sys;
    u64 ipa = 0;

    explicit World(const Cell& c) {
        sys.sctlr = sys.hsctlr = caches_on;
        const u64 s1_at = c.s2 == S2::none ? 0 : table_shift;  // where IPAs of stage-1 tables are in memory
        stage1(c, s1_at);
        ipa = c.s1 == S1::none ? va : va + ipa_shift;
        if (c.s2 != S2::none) stage2(c);
    }

    void stage1(const Cell& c, u64 at) {
        if (c.s1 == S1::none) return;
        sys.sctlr |= isa::sctlr::M;
        if (c.twist == Twist::wxn) sys.sctlr |= isa::sctlr::WXN;
        if (c.twist == Twist::uwxn) sys.sctlr |= isa::sctlr::UWXN;
        sys.ttbr0 = s1_root;
        if (c.twist == Twist::s1_table_bus_error) memory.break_page(at + s1_root + 0x1000);
        if (is_short(c.s1)) {
            stage1_short(c, at);
        } else {
            stage1_long(c, at);
        }
    }

    void stage1_short(const Cell& c, u64 at) {
        Short d{.domain = c.s1 == S1::supersection ? 0 : domain};
        d.xn = c.twist == Twist::s1_xn;
        d.pxn = c.twist == Twist::s1_pxn;
        switch (c.twist) {
        case Twist::s1_noaccess:
        case Twist::s1_domain_manager: d.ap = 0; break;
        case Twist::s1_rdonly: d.ap = 7; break;
        case Twist::s1_kernel: d.ap = 1; break;
        case Twist::s1_kernel_rdonly: d.ap = 5; break;
        case Twist::s1_user_rdonly: d.ap = 2; break;
        case Twist::s1_af:
            d.ap = 2;
            sys.sctlr |= isa::sctlr::AFE;
            break;
        default: break;
        }
        const u32 access = c.twist == Twist::s1_domain_noaccess   ? 0
                           : c.twist == Twist::s1_domain_reserved ? 2
                           : c.twist == Twist::s1_domain_manager  ? 3
                                                                  : 1;
        sys.dacr = access << (2 * d.domain);
        const u32 to = static_cast<u32>(floor_to(va + ipa_shift, s1_size(c.s1)));
        const bool mapped = c.twist != Twist::s1_unmapped;
        const u64 first = at + s1_root + (va >> 20) * 4;
        if (c.s1 == S1::section) {
            if (mapped) memory.write32(first, section(to, d));
        } else if (c.s1 == S1::supersection) {
            if (mapped) memory.write32(first, supersection(to, d));
        } else {
            memory.write32(first, page_table(s1_second, d));
            const u64 second = at + s1_second + (va >> 12 & 0xff) * 4;
            if (mapped) memory.write32(second, c.s1 == S1::large ? large_page(to, d) : small_page(to, d));
        }
    }

    void stage1_long(const Cell& c, u64 at) {
        sys.ttbcr = isa::ttbcr::EAE;
        sys.ttbr0 = c.twist == Twist::s1_table_bus_error ? s1_root + 0x1000 : s1_root;
        sys.mair0 = 0xff;
        Long d;
        d.xn = c.twist == Twist::s1_xn;
        d.pxn = c.twist == Twist::s1_pxn;
        d.af = c.twist != Twist::s1_af;
        d.ap = c.twist == Twist::s1_rdonly          ? 3
               : c.twist == Twist::s1_kernel        ? 0
               : c.twist == Twist::s1_kernel_rdonly ? 2
                                                    : 1;
        const bool mapped = c.twist != Twist::s1_unmapped;
        const u64 to = floor_to(va + ipa_shift, s1_size(c.s1));
        const unsigned level = s1_level(c.s1);
        const u64 entries[4] = {0, at + s1_root + (va >> 30) * 8, at + s1_second + (va >> 21 & 511) * 8,
                                at + s1_third + (va >> 12 & 511) * 8};
        if (level > 1) memory.write64(entries[1], table(s1_second));
        if (level > 2) memory.write64(entries[2], table(s1_third));
        if (mapped) memory.write64(entries[level], leaf(to, level, d));
    }

    void stage2(const Cell& c) {
        sys.hcr = isa::hcr::VM;
        if (c.twist == Twist::ptw_device_protected) sys.hcr |= isa::hcr::PTW;
        sys.vtcr = 1 << 6;  // 32-bit input, first lookup at level 1
        sys.vttbr = s2_root | u64{7} << 48;
        Stage2 target, tables;
        bool target_mapped = true, tables_mapped = true;
        switch (c.twist) {
        case Twist::s2_unmapped: target_mapped = false; break;
        case Twist::s2_noaccess: target.hap = 0; break;
        case Twist::s2_rdonly: target.hap = 1; break;
        case Twist::s2_wronly: target.hap = 2; break;
        case Twist::s2_xn: target.xn = true; break;
        case Twist::s2_af: target.af = false; break;
        case Twist::ptw_unmapped: tables_mapped = false; break;
        case Twist::ptw_af: tables.af = false; break;
        case Twist::ptw_noread: tables.hap = 2; break;
        case Twist::ptw_device_allowed:
        case Twist::ptw_device_protected: tables.attr = 1; break;
        default: break;
        }
        map2(ipa, pa_shift, c.s2, target, target_mapped, s2_target_2, s2_target_3);
        map2(s1_root, table_shift, c.s2, tables, tables_mapped, s2_tables_2, s2_tables_3);
        if (c.twist == Twist::s2_bus_error)
            memory.break_page(floor_to(s2_leaf(ipa, c.s2, s2_target_2, s2_target_3), 12));
        if (c.s2 != S2::page_4k) return;
        for (u32 page = s1_root; page < s1_root + 0x10000; page += 0x1000) {
            const bool hole = c.twist == Twist::ptw_second_table_unmapped && page == s1_second;
            map2(page, table_shift, c.s2, tables, tables_mapped && !hole, s2_tables_2, s2_tables_3);
        }
    }
    static u64 s2_leaf(u64 at, S2 kind, u64 second, u64 third) {
        return kind == S2::block_1g   ? s2_root + (at >> 30) * 8
               : kind == S2::block_2m ? second + (at >> 21 & 511) * 8
                                      : third + (at >> 12 & 511) * 8;
    }
    void map2(u64 at, u64 shift, S2 kind, Stage2 d, bool mapped, u64 second, u64 third) {
        if (kind != S2::block_1g) memory.write64(s2_root + (at >> 30) * 8, table(second));
        if (kind == S2::page_4k) memory.write64(second + (at >> 21 & 511) * 8, table(third));
        const u64 value = mapped ? leaf2(floor_to(at + shift, s2_size(kind)), s2_level(kind), d) : 0;
        memory.write64(s2_leaf(at, kind, second, third), value);
    }
};

struct Outcome {
    isa::FaultKind kind = isa::FaultKind::none;
    unsigned level = 0;
    bool stage2 = false, s1ptw = false;
    u64 ipa = 0;
    unsigned domain = 0;
};

bool s1_lets(const Cell& c, bool privileged, AccessType type) {
    const bool rd = type == AccessType::read, wr = type == AccessType::write, ex = type == AccessType::fetch;
    switch (c.twist) {
    case Twist::s1_noaccess: return false;
    case Twist::s1_rdonly: return !wr;
    case Twist::s1_kernel: return privileged;
    case Twist::s1_kernel_rdonly: return privileged && !wr;
    case Twist::s1_user_rdonly: return privileged || !wr;
    case Twist::s1_xn: return !ex;
    case Twist::s1_pxn: return !(ex && privileged);
    case Twist::wxn: return rd || wr;              // the page is writable by both
    case Twist::uwxn: return !(ex && privileged);  // the page is writable by PL0
    default: return true;
    }
}
bool s2_lets(const Cell& c, AccessType type) {
    switch (c.twist) {
    case Twist::s2_noaccess: return false;
    case Twist::s2_rdonly: return type != AccessType::write;
    case Twist::s2_wronly: return type == AccessType::write;
    case Twist::s2_xn: return type != AccessType::fetch;
    default: return true;
    }
}

Outcome expected(const Cell& c, bool privileged, AccessType type, u64 ipa) {
    using K = isa::FaultKind;
    const u64 first_descriptor = s1_root + (is_short(c.s1) ? (va >> 20) * 4 : (va >> 30) * 8);
    const u64 second_descriptor = s1_second + (is_short(c.s1) ? (va >> 12 & 0xff) * 4 : (va >> 21 & 511) * 8);
    const unsigned l2 = s2_level(c.s2), l1 = s1_level(c.s1);
    const unsigned leaf_domain = is_short(c.s1) && c.s1 != S1::supersection ? domain : 0;
    // A broken 1GB root serves the stage-1 tables too.
    if (c.twist == Twist::s2_bus_error && c.s2 == S2::block_1g && c.s1 != S1::none) {
        return {K::sync_external_walk, 1, true, true, first_descriptor};
    }
    switch (c.twist) {
    case Twist::ptw_unmapped: return {K::translation, l2, true, true, first_descriptor};
    case Twist::ptw_af: return {K::access_flag, l2, true, true, first_descriptor};
    case Twist::ptw_noread:
    case Twist::ptw_device_protected: return {K::permission, l2, true, true, first_descriptor};
    case Twist::ptw_second_table_unmapped: return {K::translation, 3, true, true, second_descriptor, leaf_domain};
    case Twist::s1_table_bus_error: return {K::sync_external_walk, 1};
    case Twist::s1_unmapped: return {K::translation, l1, false, false, 0, l1 == 2 ? leaf_domain : 0};
    case Twist::s1_af: return {K::access_flag, l1, false, false, 0, leaf_domain};
    case Twist::s1_domain_noaccess:
    case Twist::s1_domain_reserved: return {K::domain, l1, false, false, 0, leaf_domain};
    default: break;
    }
    if (!s1_lets(c, privileged, type)) return {K::permission, l1, false, false, 0, leaf_domain};
    if (c.twist == Twist::s2_unmapped) return {K::translation, l2, true, false, ipa, leaf_domain};
    if (c.twist == Twist::s2_af) return {K::access_flag, l2, true, false, ipa, leaf_domain};
    if (c.twist == Twist::s2_bus_error) {
        return {K::sync_external_walk, l2, true, false, ipa, leaf_domain};
    }
    if (!s2_lets(c, type)) return {K::permission, l2, true, false, ipa, leaf_domain};
    return {};
}

constexpr AccessType types[] = {AccessType::read, AccessType::write, AccessType::fetch};
Access access_of(bool privileged, AccessType type) {
    return {va, type == AccessType::write, type == AccessType::fetch, privileged ? kernel : user};
}
std::string access_name(bool privileged, AccessType type) {
    const char* t = type == AccessType::read ? "read" : type == AccessType::write ? "write" : "fetch";
    return std::string(privileged ? "privileged " : "unprivileged ") + t;
}

class Matrix : public testing::TestWithParam<Cell> {};

void check(const Cell& c, const World& w, const Result& r, bool privileged, AccessType type, const char* how) {
    const std::string what = cell_name(c) + ", " + access_name(privileged, type) + ", " + how;
    const Outcome e = expected(c, privileged, type, w.ipa);
    ASSERT_EQ(r.ok, e.kind == isa::FaultKind::none) << what << ": got fault " << name(r.fault.kind);
    EXPECT_STREQ(name(r.fault.kind), name(e.kind)) << what;
    if (!r.ok) {
        EXPECT_EQ(r.fault.level, e.level) << what << ": level";
        EXPECT_EQ(r.fault.stage2, e.stage2) << what << ": which stage";
        EXPECT_EQ(r.fault.s1ptw, e.s1ptw) << what << ": on a stage-1 walk or not";
        if (e.stage2) {
            EXPECT_EQ(r.fault.ipa, e.ipa) << what << ": address for HPFAR";
        } else {
            EXPECT_EQ(r.fault.domain, e.domain) << what << ": domain for DFSR";
        }
        EXPECT_EQ(r.fault.va, va) << what << ": address for the FAR";
        EXPECT_EQ(r.fault.write, type == AccessType::write) << what << ": WnR";
        return;
    }
    EXPECT_EQ(r.pa, c.s2 == S2::none ? w.ipa : w.ipa + pa_shift) << what << ": physical address";
    const unsigned size = std::min({s1_size(c.s1), c.s2 == S2::none ? 32u : s2_size(c.s2), 30u});
    EXPECT_EQ(r.page_bits, size) << what << ": size the result is valid for";
    const bool may[] = {r.may_read, r.may_write, r.may_exec};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(may[i], expected(c, privileged, types[i], w.ipa).kind == isa::FaultKind::none)
            << what << ": right to " << access_name(privileged, types[i]);
    }
}

TEST_P(Matrix, EveryAccess) {
    const Cell c = GetParam();
    World w(c);
    for (const bool privileged : {true, false}) {
        for (const AccessType type : types) {
            Mmu fresh(w.memory, uncached);
            check(c, w, fresh.translate(w.sys, access_of(privileged, type)), privileged, type, "fresh walk");

            Mmu warm(w.memory);
            for (const bool p : {true, false}) {
                for (const AccessType t : types) warm.translate(w.sys, access_of(p, t));
            }
            check(c, w, warm.translate(w.sys, access_of(privileged, type)), privileged, type, "after all others");
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Cells, Matrix, testing::ValuesIn(all_cells()),
                         [](const auto& info) { return cell_name(info.param); });

}  // namespace
}  // namespace vtoll::mmu::test
