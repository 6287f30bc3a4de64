// SPDX-License-Identifier: Apache-2.0
// Random A32 and Thumb instructions and short blocks on vtoll's instruction set and on Unicorn: registers, flags,
// extension registers and memory must come out the same.
//
//   VTOLL_CASES=2000000   how many programs in total (default 240000)
//   VTOLL_EACH=20000      compare this many programs of one instruction for every row, however many that makes
//   VTOLL_SEED=0x...      where the random numbers start
//   VTOLL_CASE=n          run program n only, of the one test that --gtest_filter selects
//   VTOLL_SHOW=n          failures to show in full of each row (default 1)
//   VTOLL_ROW=name        only rows whose name contains this
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <set>

#include "tests/differential/exclusions.hpp"
#include "tests/differential/program.hpp"
#include "tests/differential/unicorn_side.hpp"
#include "tests/differential/vtoll_side.hpp"

namespace vtoll::differential {

namespace {

using isa::InstrSet;

constexpr unsigned step_limit = 64;
constexpr u64 default_seed = 0x7011'2026;

u64 env_number(const char* name, u64 fallback) {
    const char* text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 0) : fallback;
}

u64 mix(u64 a, u64 b) {  // splitmix64 of the pair
    u64 z = a + 0x9e37'79b9'7f4a'7c15ull * (b + 1);
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebull;
    return z ^ (z >> 31);
}

bool not_excluded(const Row& row, u32 raw, bool in_it, const MachineState& initial) {
    return !find_exclusion(row, raw, in_it, initial);
}

std::vector<Row> rows_of(std::initializer_list<InstrSet> sets, bool blocks = false) {
    const char* only = std::getenv("VTOLL_ROW");
    std::vector<Row> rows;
    for (InstrSet set : sets)
        for (const isa::Encoding& e : isa::encodings(set)) {
            if (e.name == "IT" || find_exclusion(Row{set, &e}, blocks)) continue;  // the generator places IT itself
            if (only && e.name.find(only) == std::string_view::npos) continue;
            rows.push_back({set, &e});
        }
    return rows;
}

std::vector<Row> all_rows() {
    std::vector<Row> rows;
    for (InstrSet set : {InstrSet::a32, InstrSet::t16, InstrSet::t32})
        for (const isa::Encoding& e : isa::encodings(set)) rows.push_back({set, &e});
    return rows;
}

/// The two machines and the memory they share (code) or hold twice (data).
class Bench {
public:
    Bench() : code_(map::code_size), image_(map::data_size), ours_(map::data_size), theirs_(map::data_size) {
        isa::Rng rng(default_seed);  // not the run's seed: a replayed case must find the same memory
        for (u8& b : code_) b = static_cast<u8>(rng());
        for (u8& b : image_) b = static_cast<u8>(rng());
        for (u32 at = map::nops - map::code_base; at < map::code_size; at += 2) code_[at] = 0x00, code_[at + 1] = 0xbf;
        filler_ = std::vector<u8>(code_.begin(), code_.end());
        ours_ = theirs_ = image_;
        vtoll_ = std::make_unique<VtollSide>(code_, ours_);
    }

    struct Outcome {
        bool agree;
        bool not_compared;  ///< the oracle can't tell
        MachineState ours, theirs;
        std::string report;
    };

    Outcome run(const Program& p) {
        std::memcpy(&code_[p.begin - map::code_base], p.bytes.data(), p.bytes.size());
        for (auto [va, word] : p.data)
            if (map::in_data(va, 4))
                for (DataImage* d : {&ours_, &theirs_}) std::memcpy(&(*d)[va - map::data_base], &word, 4);
        Outcome o;
        o.ours = vtoll_->run(p, step_limit);
        o.theirs = unicorn(p.begin).run(p.initial, p.begin, p.end(), step_limit);
        tolerate(o);
        const bool same_data = std::memcmp(ours_.data(), theirs_.data(), map::data_size) == 0;
        // What registers hold after an abort in mid-instruction is the instruction's affair (ARM DDI 0406C §B1.9.8:
        // UNKNOWN for those being loaded); address and memory must agree.
        const bool aborted = o.ours.ending == Ending::data_abort && o.theirs.ending == Ending::data_abort;
        const bool same_place = o.ours.r[15] == o.theirs.r[15];
        const bool same_state = aborted ? same_place : same(o.ours, o.theirs);
        o.agree = same_state && same_data;
        o.not_compared = !o.agree && oracle_cannot_tell(o, aborted && same_place);
        if (o.not_compared) o.agree = true;
        if (!o.agree)
            o.report = listing(p) +
                       fmt::format("    L0 table: {}\n",
                                   p.l0_granule ? fmt::format("entries of {} bytes", 1u << p.l0_granule) : "empty") +
                       side_by_side(p.initial, o.ours, o.theirs) +
                       data_differences(image_.data(), ours_.data(), theirs_.data());
        std::memcpy(ours_.data(), image_.data(), map::data_size);
        std::memcpy(theirs_.data(), image_.data(), map::data_size);
        std::memcpy(&code_[p.begin - map::code_base], &filler_[p.begin - map::code_base], map::slot_size);
        return o;
    }

    /// Differences that come from what Unicorn 2.0.1 can't do. Directed tests cover these places.
    static bool oracle_cannot_tell(const Outcome& o, bool same_abort) {
        // Code that was not made to be run, or one side did not finish.
        if (o.ours.ending == Ending::step_limit || o.ours.ending == Ending::lost || o.theirs.ending == Ending::ran_on)
            return true;
        // It checks the alignment of exclusive accesses only; LDM, LDRD, VLDR, an STREX that is going to fail, ... go
        // on where ARMv7 faults (ARM DDI 0406C §A3.2.1).
        if (o.ours.alignment_fault && !same_abort) return true;
        // VFP arithmetic under FPSCR.Stride other than 0 but Len 0: UNDEFINED in QEMU, scalar here
        // (isa/exec/vfp/vfp_arithmetic.hpp).
        if (o.theirs.ending == Ending::undefined && bits(o.theirs.fpscr, 21, 20) && !bits(o.theirs.fpscr, 18, 16))
            return true;
        // It does not stop inside an IT block, for an abort or otherwise.
        if (isa::psr::it_of(o.ours.cpsr)) return true;
        // In System mode LDM ^, SRS and the like are UNPREDICTABLE: UNDEFINED here (a block may have entered it by
        // CPS).
        return o.ours.ending == Ending::undefined && (o.ours.cpsr & isa::psr::M) == static_cast<u32>(isa::Mode::sys);
    }

    /// UNPREDICTABLE corners that the row cannot see when it is decoded: our choice is documented and need not be
    /// Unicorn's.
    static void tolerate(Outcome& o) {
        // BXWritePC in A32 with target<1:0> = '10' (ARM DDI 0406C §A2.3.1): we ignore bit 1, Unicorn keeps it.
        if (o.ours.ending == Ending::ran && !(o.theirs.cpsr & isa::psr::T)) o.theirs.r[15] &= ~2u;
        // Bits 23..20 of the CPSR are reserved and not written (§B1.3.3), in Unicorn they are.
        o.theirs.cpsr &= ~isa::psr::reserved;
        // A PSR loaded with IT or J bits set and T clear, or with a mode that does not exist, is UNPREDICTABLE.
        if (!(o.ours.cpsr & isa::psr::T)) o.theirs.cpsr &= ~isa::psr::IT;
        o.theirs.cpsr &= ~isa::psr::J;
        // Unicorn has moved ITSTATE on when it reports a call.
        if (o.ours.ending == o.theirs.ending &&
            (o.ours.ending == Ending::svc || o.ours.ending == Ending::hvc || o.ours.ending == Ending::smc)) {
            o.ours.cpsr &= ~isa::psr::IT;
            o.theirs.cpsr &= ~isa::psr::IT;
        }
    }

    /// What follows meets a Unicorn as after reset.
    void renew_oracle() { unicorn_.reset(); }

    /// Address of the slot for program `n`.
    static u32 slot(u64 n) { return map::code_base + static_cast<u32>(n % map::slots) * map::slot_size; }

private:
    /// Unicorn keeps its translations: a slot is used once, then a new instance starts afresh.
    UnicornSide& unicorn(u32 begin) {
        const u32 slot = (begin - map::code_base) / map::slot_size;
        if (!unicorn_ || used_[slot]) {
            unicorn_ = std::make_unique<UnicornSide>(code_, theirs_);
            used_.assign(map::slots, false);
        }
        used_[slot] = true;
        return *unicorn_;
    }

    std::vector<u8> code_, filler_;
    DataImage image_, ours_, theirs_;
    std::unique_ptr<VtollSide> vtoll_;
    std::unique_ptr<UnicornSide> unicorn_;
    std::vector<bool> used_;
};

Bench& bench() {
    static Bench b;
    return b;
}

struct Tally {
    u64 cases = 0, differences = 0;
    std::map<Ending, u64> endings;
};

/// Run `share` percent of all cases. Programs of one instruction take the rows in turn, so that each gets its part.
void compare(const char* test, std::vector<Row> rows, unsigned max_length, unsigned share) {
    if (rows.empty()) GTEST_SKIP() << "no rows selected";
    const u64 seed = env_number("VTOLL_SEED", default_seed);
    // Some programs can't be compared: up to four times as many are tried to have enough of a row.
    const u64 each = max_length == 1 ? env_number("VTOLL_EACH", 0) : 0;
    const u64 total = each ? rows.size() * each * 4 : env_number("VTOLL_CASES", 240'000) * share / 100;
    const u64 show = env_number("VTOLL_SHOW", 1);
    const char* one = std::getenv("VTOLL_CASE");
    const u64 first = one ? env_number("VTOLL_CASE", 0) : 0, last = one ? first : total - 1;
    fmt::print("seed {:#x}, {} programs, {} rows\n", seed,
               each && !one ? fmt::format("{} for each of the", each) : std::to_string(last - first + 1), rows.size());

    std::map<std::string, Tally> by_row;
    std::vector<u64> compared(rows.size());
    Tally all;
    u64 no_program = 0, not_compared = 0;
    std::set<std::string> unreachable;
    const u64 stream = mix(seed, std::hash<std::string_view>{}(test));
    for (u64 n = first; n <= last; ++n) {
        if (each && !one && compared[n % rows.size()] >= each) continue;
        isa::Rng rng(mix(stream, n));
        const Row focus = rows[n % rows.size()];
        const unsigned length = max_length == 1 ? 1 : 2 + static_cast<unsigned>(rng() % (max_length - 1));
        const Program p = random_program(rng, max_length == 1 ? std::span(&focus, 1) : std::span<const Row>(rows),
                                         length, Bench::slot(n), not_excluded);
        if (p.bytes.empty()) {
            ++no_program;
            unreachable.insert(std::string(focus.encoding->name));
            continue;
        }
        const Bench::Outcome o = bench().run(p);
        if (o.not_compared) {
            ++not_compared;
            continue;
        }
        ++all.cases;
        ++compared[n % rows.size()];
        ++all.endings[o.ours.ending];
        std::string name = max_length == 1 ? std::string(focus.encoding->name) : "blocks";
        Tally& row = by_row[name];
        ++row.cases;
        ++row.endings[o.ours.ending];
        if (o.agree) continue;
        ++all.differences;
        if (row.differences++ < show || one)
            ADD_FAILURE() << name << ": vtoll and Unicorn differ\n"
                          << o.report
                          << fmt::format(
                                 "    again with: VTOLL_SEED={:#x} VTOLL_CASE={}{} unicorn_test "
                                 "--gtest_filter=Unicorn.{}\n",
                                 seed, n,
                                 std::getenv("VTOLL_ROW") ? fmt::format(" VTOLL_ROW={}", std::getenv("VTOLL_ROW"))
                                                          : std::string(),
                                 test);
    }
    std::string endings;
    for (auto [e, count] : all.endings) endings += fmt::format(", {} {}", count, ending_name(e));
    fmt::print("{}: {} compared, {} differ{}; {} not comparable\n", test, all.cases, all.differences, endings,
               not_compared);
    if (all.differences)
        for (const auto& [name, t] : by_row)
            if (t.differences) fmt::print("  {:<24} {} of {} differ\n", name, t.differences, t.cases);
    if (no_program) {
        fmt::print("  {} programs could not be made:", no_program);
        for (const std::string& name : unreachable) fmt::print(" {}", name);
        fmt::print("\n");
    }
    if (each && !one) {
        for (std::size_t k = 0; k < rows.size(); ++k)
            EXPECT_GE(compared[k], each) << rows[k].encoding->name << ": too few of its programs can be compared";
    }
    // A row that the generator can't make, or whose programs are all set aside, is not tested: that has to be said
    // above.
    if (max_length == 1 && all.cases >= 40 * rows.size()) {
        for (const Row& row : rows)
            EXPECT_GT(by_row[std::string(row.encoding->name)].cases, 0u)
                << row.encoding->name << ": nothing was compared";
    }
    EXPECT_EQ(all.differences, 0u) << "programs on which vtoll and Unicorn differ, of " << all.cases;
}

TEST(Unicorn, a32_single) { compare("a32_single", rows_of({InstrSet::a32}), 1, 30); }
TEST(Unicorn, t16_single) { compare("t16_single", rows_of({InstrSet::t16}), 1, 15); }
TEST(Unicorn, t32_single) { compare("t32_single", rows_of({InstrSet::t32}), 1, 25); }
TEST(Unicorn, a32_blocks) { compare("a32_blocks", rows_of({InstrSet::a32}, true), 8, 15); }
TEST(Unicorn, thumb_blocks) { compare("thumb_blocks", rows_of({InstrSet::t16, InstrSet::t32}, true), 8, 15); }

TEST(Unicorn, every_exclusion_is_needed) {
    constexpr unsigned tries = 4000;
    const u64 seed = env_number("VTOLL_SEED", default_seed);
    u64 n = 0;
    for (const Exclusion& e : exclusions()) {
        EXPECT_FALSE(e.reason.empty()) << e.rows.front() << " is excluded without a reason";
        for (std::string_view name : e.rows) {
            bool named = false, differs = false;
            bench().renew_oracle();  // writes to CP15 change it for good
            for (const Row& row : all_rows()) {
                if (row.encoding->name != name) continue;
                named = true;
                const WordFilter wanted = [&](const Row& r, u32 raw, bool in_it, const MachineState& initial) {
                    if (r.encoding != row.encoding) return not_excluded(r, raw, in_it, initial);
                    return (!e.which || e.which(r.set, raw)) && (!e.start || e.start(initial)) &&
                           (e.where != Exclusion::in_it || in_it);
                };
                // Alone first. What shows inside blocks only is looked for in blocks: half of them this row, half any
                // other.
                const std::vector<Row> alone{row};
                std::vector<Row> mixed = row.set == InstrSet::a32 ? rows_of({InstrSet::a32}, true)
                                                                  : rows_of({InstrSet::t16, InstrSet::t32}, true);
                mixed.insert(mixed.end(), mixed.size(), row);
                for (const bool blocks : {false, true}) {
                    if (!blocks && e.where != Exclusion::anywhere) continue;
                    for (unsigned k = 0; k < tries && !differs; ++k, ++n) {
                        isa::Rng rng(mix(seed, n));
                        const Program p =
                            random_program(rng, blocks ? mixed : alone, blocks ? 4 : 1, Bench::slot(n), wanted);
                        differs = !p.bytes.empty() && !bench().run(p).agree;
                    }
                }
            }
            EXPECT_TRUE(named) << "stale exclusion: no row is called " << name;
            EXPECT_TRUE(!named || differs)
                << "stale exclusion: " << name << " agrees with Unicorn in " << tries << " programs";
        }
    }
}

}  // namespace

}  // namespace vtoll::differential
