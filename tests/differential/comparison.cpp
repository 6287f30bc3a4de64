// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/comparison.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "tests/differential/bench.hpp"

namespace vtoll::differential {

using isa::InstrSet;

namespace {

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

void print_names(const std::string& what, const std::set<std::string>& names) {
    if (names.empty()) return;
    fmt::print("  {} {}:", names.size(), what);
    for (const std::string& name : names) fmt::print(" {}", name);
    fmt::print("\n");
}

/// Whether the oracle ends its process, which is a copy of this one.
bool ends_process(Bench& bench, const Program& p) {
    const pid_t child = fork();
    if (child == 0) {
        bench.run(p);
        _exit(0);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status);
}

struct Tally {
    u64 cases = 0, differences = 0;
    std::map<Ending, u64> endings;
};

}  // namespace

// The memory is not made from the run's seed: a replayed case must find the same.
Comparison::Comparison(const OracleKind& kind) : kind_(kind), bench_(std::make_unique<Bench>(kind, default_seed)) {}
Comparison::~Comparison() = default;

bool Comparison::not_excluded(const Row& row, u32 raw, bool in_it, const MachineState& initial) const {
    return !find_exclusion(kind_.exclusions(), row, raw, in_it, initial);
}

std::vector<Row> Comparison::rows_of(std::initializer_list<InstrSet> sets, bool blocks) const {
    const char* only = std::getenv("VTOLL_ROW");
    std::vector<Row> rows;
    for (InstrSet set : sets)
        for (const isa::Encoding& e : isa::encodings(set)) {
            // The generator places IT itself.
            if (e.name == "IT" || find_exclusion(kind_.exclusions(), Row{set, &e}, blocks)) continue;
            if (only && e.name.find(only) == std::string_view::npos) continue;
            rows.push_back({set, &e});
        }
    return rows;
}

std::vector<Row> Comparison::all_rows() const {
    std::vector<Row> rows;
    for (InstrSet set : {InstrSet::a32, InstrSet::t16, InstrSet::t32})
        for (const isa::Encoding& e : isa::encodings(set)) rows.push_back({set, &e});
    return rows;
}

Comparison::Knowledge Comparison::find_out(const Row& row) {
    constexpr unsigned tries = 40;
    if (!kind_.partial) return Knowledge::known;
    const u64 stream = mix(default_seed, std::hash<std::string_view>{}(row.encoding->name));
    // Under a condition that fails an unknown instruction may do the right thing.
    const WordFilter wanted = [this](const Row& r, u32 raw, bool it, const MachineState& s) {
        return !it && (r.set != InstrSet::a32 || raw >> 28 >= 14) && not_excluded(r, raw, it, s);
    };
    unsigned made = 0, compared = 0, undefined_there = 0;
    for (unsigned n = 0; n < tries; ++n) {
        isa::Rng rng(mix(stream, n));
        const Program p = random_program(rng, std::span(&row, 1), 1, Bench::slot(probes_++), wanted, kind_.level);
        if (p.bytes.empty()) continue;
        ++made;
        const Bench::Outcome o = bench_->run(p);
        if (!o.not_compared && !o.unknown && o.ours.ending != Ending::undefined) return Knowledge::known;
        compared += !o.not_compared;
        undefined_there += o.unknown;
    }
    if (!made) return Knowledge::no_program;
    return undefined_there || !compared ? Knowledge::not_known : Knowledge::known;
}

std::vector<Row> Comparison::known(const std::vector<Row>& rows) {
    std::vector<Row> out;
    std::set<std::string> not_known, no_program;
    for (const Row& row : rows) {
        const auto [at, first] = knowledge_.try_emplace(row.encoding, Knowledge::known);
        if (first) at->second = find_out(row);
        if (at->second == Knowledge::known) out.push_back(row);
        else (at->second == Knowledge::no_program ? no_program : not_known).emplace(row.encoding->name);
    }
    if (kind_.partial) fmt::print("{} of {} rows are known to {}\n", out.size(), rows.size(), kind_.name);
    print_names(fmt::format("not known to {}", kind_.name), not_known);
    print_names("have no program at this level", no_program);
    return out;
}

std::string Comparison::repeat(const char* test, u64 seed, u64 n) const {
    const char* only = std::getenv("VTOLL_ROW");
    return fmt::format("    again with: VTOLL_SEED={:#x} VTOLL_CASE={}{} {} --gtest_filter={}.{}\n", seed, n,
                       only ? fmt::format(" VTOLL_ROW={}", only) : std::string(), kind_.program, kind_.name, test);
}

void Comparison::singles(const char* test, InstrSet set, unsigned share) {
    compare(test, known(rows_of({set}, false)), 1, share);
}

void Comparison::blocks(const char* test, std::initializer_list<InstrSet> sets, unsigned share) {
    compare(test, known(rows_of(sets, true)), 8, share);
}

void Comparison::compare(const char* test, const std::vector<Row>& rows, unsigned max_length, unsigned share) {
    if (rows.empty()) GTEST_SKIP() << "no rows selected";
    const u64 seed = env_number("VTOLL_SEED", default_seed);
    // Some programs can't be compared: up to four times as many are tried to have enough of a row.
    const u64 each = max_length == 1 ? env_number("VTOLL_EACH", 0) : 0;
    const u64 total = each ? rows.size() * each * 4 : env_number("VTOLL_CASES", kind_.cases) * share / 100;
    const u64 show = env_number("VTOLL_SHOW", 1);
    const char* one = std::getenv("VTOLL_CASE");
    const u64 first = one ? env_number("VTOLL_CASE", 0) : 0, last = one ? first : total - 1;
    fmt::print("seed {:#x}, {} programs, {} rows\n", seed,
               each && !one ? fmt::format("{} for each of the", each) : std::to_string(last - first + 1), rows.size());
    const WordFilter wanted = [this](const Row& r, u32 raw, bool it, const MachineState& s) {
        return not_excluded(r, raw, it, s);
    };

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
                                         length, Bench::slot(n), wanted, kind_.level);
        if (p.bytes.empty()) {
            ++no_program;
            unreachable.insert(std::string(focus.encoding->name));
            continue;
        }
        const Bench::Outcome o = bench_->run(p);
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
            ADD_FAILURE() << name << ": vtoll and " << kind_.name << " differ\n" << o.report << repeat(test, seed, n);
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
    EXPECT_EQ(all.differences, 0u) << "programs on which vtoll and " << kind_.name << " differ, of " << all.cases;
}

void Comparison::every_tolerance_is_needed() {
    constexpr unsigned tries = 200'000;
    const u64 seed = env_number("VTOLL_SEED", default_seed);
    fmt::print("seed {:#x}\n", seed);
    const WordFilter wanted = [this](const Row& r, u32 raw, bool it, const MachineState& s) {
        return not_excluded(r, raw, it, s);
    };
    const std::vector<Row> a32 = rows_of({InstrSet::a32}, false);
    const std::vector<Row> thumb = rows_of({InstrSet::t16, InstrSet::t32}, false);
    for (u64 n = 0; n < tries && !bench_->idle_tolerances().empty(); ++n) {
        isa::Rng rng(mix(seed, n));
        const std::vector<Row>& rows = n % 2 ? a32 : thumb;
        const Program p =
            random_program(rng, std::span(&rows[n / 2 % rows.size()], 1), 1, Bench::slot(n), wanted, kind_.level);
        if (!p.bytes.empty()) bench_->run(p);
    }
    for (std::string_view reason : bench_->idle_tolerances())
        ADD_FAILURE() << "stale tolerance: " << kind_.name << " does without in " << tries << " programs: " << reason;
}

void Comparison::settles(const std::vector<Exclusion>& list) {
    constexpr unsigned tries = 1000;
    const u64 seed = env_number("VTOLL_SEED", default_seed);
    fmt::print("seed {:#x}\n", seed);
    u64 n = 0;
    for (const Exclusion& e : list) {
        u64 compared = 0, agree = 0;
        bench_->renew_oracle();
        for (const Row& row : all_rows()) {
            if (std::find(e.rows.begin(), e.rows.end(), row.encoding->name) == e.rows.end() ||
                find_exclusion(kind_.exclusions(), row, e.where == Exclusion::in_blocks))
                continue;
            bool met = false;  // what the entry is about
            const WordFilter wanted = [&](const Row& r, u32 raw, bool in_it, const MachineState& initial) {
                if (!not_excluded(r, raw, in_it, initial)) return false;
                if (r.encoding != row.encoding) return true;
                const bool meant = (!e.which || e.which(r.set, raw)) && (e.where != Exclusion::in_it || in_it);
                met |= meant;
                return meant;
            };
            std::vector<Row> rows = rows_of({InstrSet::a32}, true);
            if (row.set != InstrSet::a32) rows = rows_of({InstrSet::t16, InstrSet::t32}, true);
            rows.insert(rows.end(), rows.size(), row);
            if (e.where == Exclusion::anywhere) rows = {row};
            for (unsigned k = 0; k < tries; ++k, ++n) {
                met = false;
                isa::Rng rng(mix(seed, n));
                const Program p =
                    random_program(rng, rows, rows.size() == 1 ? 1 : 4, Bench::slot(n), wanted, kind_.level);
                if (p.bytes.empty() || !met) continue;
                const Bench::Outcome o = bench_->run(p);
                compared += !o.not_compared;
                agree += !o.not_compared && o.agree;
            }
        }
        fmt::print("  {} of {} agree: {}: {}\n", agree, compared, e.rows.front(), e.reason);
        EXPECT_EQ(e.unicorn_agrees, compared && agree == compared)
            << e.rows.front() << ": " << agree << " of " << compared << " programs agree with " << kind_.name << ": "
            << e.reason;
    }
}

void Comparison::every_exclusion_is_needed() {
    constexpr unsigned tries = 4000;
    const u64 seed = env_number("VTOLL_SEED", default_seed);
    fmt::print("seed {:#x}\n", seed);
    u64 n = 0;
    for (const Exclusion& e : kind_.exclusions()) {
        EXPECT_FALSE(e.reason.empty()) << e.rows.front() << " is excluded without a reason";
        for (std::string_view name : e.rows) {
            bool named = false, differs = false;
            bench_->renew_oracle();  // writes to CP15 change it for good
            for (const Row& row : all_rows()) {
                if (row.encoding->name != name) continue;
                named = true;
                const WordFilter wanted = [&](const Row& r, u32 raw, bool in_it, const MachineState& initial) {
                    if (r.encoding != row.encoding) return not_excluded(r, raw, in_it, initial);
                    return (!e.which || e.which(r.set, raw)) && (!e.start || e.start(initial)) &&
                           (e.where != Exclusion::in_it || in_it);
                };
                // Alone first. What shows inside blocks only is looked for in blocks: half of them this row, half any
                // other. Not what ends the process: a block may branch to words by chance, and they may end it.
                const std::vector<Row> alone{row};
                std::vector<Row> mixed = row.set == InstrSet::a32 ? rows_of({InstrSet::a32}, true)
                                                                  : rows_of({InstrSet::t16, InstrSet::t32}, true);
                mixed.insert(mixed.end(), mixed.size(), row);
                for (const bool blocks : {false, true}) {
                    if (!blocks && e.where != Exclusion::anywhere) continue;
                    if (blocks && e.ends_process) continue;
                    for (unsigned k = 0; k < tries && !differs; ++k, ++n) {
                        isa::Rng rng(mix(seed, n));
                        const Program p = random_program(rng, blocks ? mixed : alone, blocks ? 4 : 1, Bench::slot(n),
                                                         wanted, kind_.level);
                        if (p.bytes.empty()) continue;
                        differs = e.ends_process ? ends_process(*bench_, p) : !bench_->run(p).agree;
                    }
                }
            }
            EXPECT_TRUE(named) << "stale exclusion: no row is called " << name;
            EXPECT_TRUE(!named || differs)
                << "stale exclusion: " << name << " agrees with " << kind_.name << " in " << tries << " programs";
        }
    }
}

}  // namespace vtoll::differential
