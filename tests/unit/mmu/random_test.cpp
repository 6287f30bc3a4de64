// SPDX-License-Identifier: Apache-2.0
// Property: for software that maintains its TLBs, an MMU with all its caches answers as one that walks every time.
// Random tables, contexts, accesses and changes, each change followed by the maintenance the manual asks for.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "tests/unit/mmu/test_memory.hpp"

namespace vtoll::mmu::test {
namespace {

constexpr unsigned vms = 2, asids = 3;
constexpr u32 firsts = 16, global_firsts = 4, global_table = 0, private_table = 1;

class RandomWorld {
public:
    RandomWorld(u64 seed, bool long_format, const MmuConfig& config)
        : random_(seed), long_(long_format), cached_(memory_, config), plain_(memory_, uncached) {
        sys_.sctlr = sys_.hsctlr = isa::sctlr::M | caches_on;
        sys_.mair0 = sys_.hmair0 = 0xff'44'04'00;
        sys_.mair1 = sys_.hmair1 = 0xaa'ee'f4'4f;
        sys_.vtcr = 1 << 6;
        sys_.dacr = 0x5555'5555;
        for (unsigned vm = 0; vm < vms; ++vm) {
            memory_.write64(s2_root(vm), table(s2_second(vm)));
            for (u32 i = 0; i < 16; ++i) change_stage2(vm, i, 0);
            for (u32 i = 0; i < firsts; ++i) {
                for (unsigned a = 0; a < asids; ++a) write_first(vm, a, i);
            }
            for (u32 i = 0; i < 16; ++i) {
                for (unsigned a = 0; a < asids; ++a) write_leaf(vm, a, private_table, i);
                write_leaf(vm, 0, global_table, i);
            }
        }
        for (u32 i = 0; i < 4; ++i) write_hyp(i);
        enter(0, 0);
    }

    void step() {
        switch (pick(20)) {
        case 0: enter(pick(vms), pick(asids)); break;
        case 1: change_first(); break;
        case 2:
        case 3: change_leaf(); break;
        case 4: change_stage2_entry(); break;
        case 5: change_control(); break;
        case 6: change_hyp(); break;
        default: access(); break;
        }
    }

    u64 hits() const { return cached_.statistics().hits; }
    u64 accepted = 0, refused = 0;

private:
    u32 pick(u32 n) { return static_cast<u32>(random_() % n); }
    bool chance(u32 percent) { return pick(100) < percent; }

    // IPAs 0..32MB are stage 2's; stage-1 tables live in 16MB..18MB, always mapped flat when stage 2 is on.
    static u64 s2_root(unsigned vm) { return 0x5000'0000 + vm * 0x10'0000; }
    static u64 s2_second(unsigned vm) { return s2_root(vm) + 0x1000; }
    static u64 s2_third(unsigned vm, u32 i) { return s2_root(vm) + 0x2000 + i * 0x1000; }
    static u32 s1_root(unsigned vm, unsigned a) { return 0x0100'0000 + (vm * asids + a) * 0x1'0000; }
    static u32 s1_second(unsigned vm, unsigned a, u32 t) { return s1_root(vm, a) + 0x8000 + t * 0x1000; }

    u32 random_ap() { return chance(60) ? 3 : pick(8); }
    Short random_short(bool global) {
        return {random_ap(), chance(10), chance(10), !global, chance(50), pick(8), pick(2), pick(2), pick(4)};
    }
    Long random_long(bool global) {
        return {chance(60) ? u64{1} : pick(4), chance(10), chance(10), !global, chance(90), false, pick(4), pick(8)};
    }
    u32 random_ipa(unsigned size) { return pick(16 << 20) >> size << size; }

    // First-level entry i maps the i-th span: a megabyte (short), or two (long: an entry of the second-level table).
    // The first spans are global: the same entries, over the same leaves, for all ASIDs.
    unsigned span_bits() const { return long_ ? 21 : 20; }
    static bool is_global(u32 i) { return i < global_firsts; }
    u64 first_at(unsigned vm, unsigned a, u32 i) const {
        return long_ ? s1_root(vm, a) + 0x1000 + i * 8 : s1_root(vm, a) + i * 4;
    }
    void write_first(unsigned vm, unsigned a, u32 i) {
        const bool global = is_global(i), as_table = chance(50), hole = chance(10);
        const u32 leaves = global ? s1_second(vm, 0, global_table) : s1_second(vm, a, private_table);
        const u32 value_short = hole       ? 0
                                : as_table ? page_table(leaves, random_short(global))
                                           : section(random_ipa(20), random_short(global));
        const LongTable limits{chance(80) ? 0 : pick(4), chance(10), chance(10)};
        const u64 value_long = hole       ? 0
                               : as_table ? table(leaves, limits)
                                          : leaf(random_ipa(21), 2, random_long(global));
        for (unsigned each = 0; each < asids; ++each) {
            if (!global && each != a) continue;
            if (long_) {
                memory_.write64(s1_root(vm, each), table(s1_root(vm, each) + 0x1000));
                memory_.write64(first_at(vm, each, i), value_long);
            } else {
                memory_.write32(first_at(vm, each, i), value_short);
            }
        }
    }
    /// Leaf i: a page (long), or a group of sixteen pages (short): one large page or small ones.
    unsigned leaf_bits() const { return long_ ? 12 : 16; }
    u64 leaf_at(unsigned vm, unsigned a, u32 t, u32 i) const { return s1_second(vm, a, t) + i * (long_ ? 8 : 64); }
    void write_leaf(unsigned vm, unsigned a, u32 t, u32 i) {
        const u64 at = leaf_at(vm, a, t, i);
        const bool global = t == global_table;
        if (long_) {
            memory_.write64(at, chance(85) ? leaf(random_ipa(12), 3, random_long(global)) : 0);
            return;
        }
        const bool large = chance(40);
        const u32 value = large_page(random_ipa(16), random_short(global));
        for (u32 k = 0; k < 16; ++k) {
            const u32 small = chance(85) ? small_page(random_ipa(12), random_short(global)) : 0;
            memory_.write32(at + k * 4, large ? value : small);
        }
    }
    /// Two second-level tables for Hyp; either may be the one in use.
    static constexpr u64 hyp_root = 0x6000'0000;
    void write_hyp(u32 i) {
        const u64 second = hyp_root + 0x1000 + pick(2) * 0x1000;
        memory_.write64(hyp_root, table(second));
        memory_.write64(second + i * 8, chance(80) ? leaf(u64{pick(64)} << 21, 2, random_long(true)) : 0);
    }
    void change_stage2(unsigned vm, u32 i, u32 bad_percent) {
        const Stage2 d{chance(bad_percent * 2) ? pick(4) : 3, chance(bad_percent), !chance(bad_percent),
                       chance(80) ? 15u : pick(16), pick(4)};
        const bool holds_tables = i >= 8;
        const u64 pa = holds_tables ? u64{i} << 21 : u64{pick(512)} << 21;
        const Stage2 good;
        if (chance(50)) {
            memory_.write64(s2_second(vm) + i * 8, leaf2(pa, 2, holds_tables ? good : d));
        } else {
            memory_.write64(s2_second(vm) + i * 8, table(s2_third(vm, i)));
            for (u64 k = 0; k < 512; ++k) {
                const bool hole = !holds_tables && chance(bad_percent);
                memory_.write64(
                    s2_third(vm, i) + k * 8,
                    hole ? 0
                         : leaf2(holds_tables ? pa + (k << 12) : u64{pick(1 << 18)} << 12, 3, holds_tables ? good : d));
            }
        }
    }

    void enter(unsigned vm, unsigned asid) {
        vm_ = vm;
        asid_ = asid;
        sys_.vttbr = s2_root(vm) | u64{vm + 1} << 48;
        sys_.hcr = isa::hcr::VM;
        sys_.ttbr0 = s1_root(vm, asid);
        sys_.httbr = hyp_root;
        if (long_) {
            sys_.ttbcr = isa::ttbcr::EAE;
            sys_.ttbr0 |= u64{asid + 1} << 48;
        } else {
            sys_.contextidr = asid + 1;
        }
    }

    void maintain(isa::TlbOp op, u32 operand = 0) {
        cached_.maintain(op, isa::TlbSide::unified, operand, vmid_of(sys_));
    }
    /// Make a change known that concerns what `size` bits from `va` on meant. `whole`: they were one entry of the
    /// tables, so that any address in it will do; otherwise every page is named.
    void tell(u32 va, unsigned size, bool whole, bool global) {
        const u8 asid = static_cast<u8>(asid_ + 1);
        switch (pick(8)) {
        case 0: maintain(isa::TlbOp::all); return;
        case 1: maintain(isa::TlbOp::all_nonsecure_nonhyp); return;
        case 2:
        case 3:
            if (global) break;
            maintain(isa::TlbOp::asid, asid);
            return;
        default: break;
        }
        const bool any_asid = chance(50);
        const u32 tag = any_asid ? 0 : global ? pick(256) : asid;
        const isa::TlbOp op = any_asid ? isa::TlbOp::mva_all_asid : isa::TlbOp::mva;
        if (whole) {
            maintain(op, ((va + pick(1u << size)) & ~0xfffu) | tag);
            return;
        }
        for (u32 offset = 0; offset < 1u << size; offset += 0x1000) maintain(op, (va + offset) | tag);
    }
    void change_first() {
        const u32 i = pick(firsts);
        const u32 old = memory_.get32(first_at(vm_, asid_, i));
        write_first(vm_, asid_, i);
        const bool was_block = long_ ? (old & 3) == 1 : (old & 2) != 0;
        tell(i << span_bits(), span_bits(), was_block, is_global(i));
    }
    void change_leaf() {
        const u32 t = pick(2), i = pick(16);
        const u32 old = memory_.get32(leaf_at(vm_, t == global_table ? 0 : asid_, t, i));
        write_leaf(vm_, t == global_table ? 0 : asid_, t, i);
        const bool was_one = long_ || (old & 3) == 1;
        for (u32 first = 0; first < firsts; ++first) {
            const bool global = is_global(first);
            if (global == (t == global_table))
                tell(first << span_bits() | i << leaf_bits(), leaf_bits(), was_one, global);
        }
    }
    void change_stage2_entry() {
        const u32 i = pick(16);
        change_stage2(vm_, i, 15);
        maintain(chance(50) ? isa::TlbOp::all : isa::TlbOp::all_nonsecure_nonhyp);
    }
    void change_hyp() {
        write_hyp(pick(4));
        if (chance(50)) {
            maintain(isa::TlbOp::all_hyp);
            return;
        }
        for (u32 i = 0; i < 4; ++i) maintain(isa::TlbOp::mva_hyp, (i << 21) + pick(1 << 21));
    }
    void change_control() {  // nothing here needs maintenance
        switch (pick(5)) {
        case 0: sys_.dacr = chance(50) ? 0x5555'5555 : static_cast<u32>(random_()); break;
        case 1: sys_.sctlr ^= isa::sctlr::WXN; break;
        case 2: sys_.sctlr ^= isa::sctlr::UWXN; break;
        case 3: sys_.sctlr ^= chance(50) ? isa::sctlr::C : isa::sctlr::I; break;
        default:
            sys_.sctlr |= isa::sctlr::M;
            if (chance(20)) sys_.sctlr ^= isa::sctlr::M;
        }
    }

    void access() {
        const u32 va = pick(long_ ? 32 << 20 : 16 << 20);
        const auto privilege = static_cast<isa::Privilege>(pick(20) == 0 ? 2 : pick(2));
        const u32 kind = pick(3);
        Access a{privilege == hyp ? pick(8 << 20) : va, kind == 1, kind == 2, privilege};
        const Result want = plain_.translate(sys_, a), got = cached_.translate(sys_, a);
        const auto where = [&] {
            return testing::Message() << "va " << a.va << " privilege " << int(privilege) << " kind " << kind
                                      << (got.tlb_hit ? " hit" : " miss");
        };
        ASSERT_EQ(got.ok, want.ok) << where() << ": " << name(got.fault.kind) << " rather than "
                                   << name(want.fault.kind);
        ++(got.ok ? accepted : refused);
        if (got.ok) {
            ASSERT_EQ(got.pa, want.pa) << where();
            ASSERT_TRUE(got.attr == want.attr) << where() << ": attributes";
            ASSERT_EQ(got.page_bits, want.page_bits) << where();
            ASSERT_EQ(got.may_read, want.may_read) << where();
            ASSERT_EQ(got.may_write, want.may_write) << where();
            ASSERT_EQ(got.may_exec, want.may_exec) << where();
        } else {
            ASSERT_STREQ(name(got.fault.kind), name(want.fault.kind)) << where();
            ASSERT_EQ(got.fault.level, want.fault.level) << where();
            ASSERT_EQ(got.fault.stage2, want.fault.stage2) << where();
            ASSERT_EQ(got.fault.s1ptw, want.fault.s1ptw) << where();
            if (want.fault.stage2) {
                ASSERT_EQ(got.fault.ipa, want.fault.ipa) << where();
            } else {
                ASSERT_EQ(got.fault.domain, want.fault.domain) << where();
            }
        }
        // The walk's own verdict is the one a TLB entry made of it gives.
        const AccessType type = a.fetch ? AccessType::fetch : a.write ? AccessType::write : AccessType::read;
        const Walk k = walk(regime_of(sys_, privilege), a.va, type, memory_);
        ASSERT_STREQ(name(k.fault.kind), name(want.fault.kind)) << where() << ": the pure walk";
        ASSERT_EQ(k.fault.level, want.fault.level) << where() << ": the pure walk";
        ASSERT_EQ(k.fault.stage2, want.fault.stage2) << where() << ": the pure walk";
    }

    std::mt19937_64 random_;
    bool long_;
    TestMemory memory_;
    isa::SysRegs sys_;
    Mmu cached_, plain_;
    unsigned vm_ = 0, asid_ = 0;
};

u64 base_seed() {
    const char* given = std::getenv("VTOLL_SEED");
    return given ? std::strtoull(given, nullptr, 0) : 20240607;
}

void run(bool long_format, const MmuConfig& config) {
    u64 hits = 0, accepted = 0, refused = 0;
    for (u64 round = 0; round < 12; ++round) {
        const u64 seed = base_seed() + round;
        SCOPED_TRACE(testing::Message() << "seed " << seed << " (VTOLL_SEED sets the first)");
        RandomWorld w(seed, long_format, config);
        for (int i = 0; i < 4000; ++i) {
            w.step();
            if (testing::Test::HasFatalFailure()) return;
        }
        hits += w.hits();
        accepted += w.accepted;
        refused += w.refused;
    }
    testing::Test::RecordProperty("seed", std::to_string(base_seed()));
    EXPECT_GT(accepted, 2000u) << "the mix must let accesses through";
    EXPECT_GT(refused, 2000u) << "and refuse some";
    if (config.tlb_entries >= 64) {
        EXPECT_GT(hits, 500u) << "the TLB must get used";
    }
}

TEST(RandomTables, ShortDefault) { run(false, {}); }
TEST(RandomTables, LongDefault) { run(true, {}); }
TEST(RandomTables, ShortTiny) {
    run(false, {.tlb_entries = 16, .tlb_ways = 2, .table_entries = 4, .stage2_entries = 4});
}
TEST(RandomTables, LongTiny) { run(true, {.tlb_entries = 16, .tlb_ways = 2, .table_entries = 4, .stage2_entries = 4}); }
TEST(RandomTables, ShortDirectMapped) { run(false, {.tlb_entries = 256, .tlb_ways = 1}); }
TEST(RandomTables, LongWalkCachesOnly) { run(true, {.tlb_entries = 0, .table_entries = 64, .stage2_entries = 64}); }

}  // namespace
}  // namespace vtoll::mmu::test
