// SPDX-License-Identifier: Apache-2.0
// A walk over the instruction words: what vtoll finds UNDEFINED, Capstone has no instruction for, or the list of absent
// encodings says why.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "isa/encodings/generator.hpp"
#include "tests/unit/isa/capstone_lists.hpp"
#include "tests/unit/isa/capstone_oracle.hpp"

namespace vtoll::isa::test {

namespace {

constexpr u64 seed = 0x3a1c'0de5;
constexpr u32 pc = 0x1'0000;
constexpr unsigned random_words = 1'000'000, grid_words = 120, neighbours = 1'200;

const char* set_name(InstrSet s) { return s == InstrSet::a32 ? "a32" : s == InstrSet::t16 ? "t16" : "t32"; }

Decoded decoded(InstrSet set, u32 raw, Op& op, Privilege pl) {
    static const Features features;
    DecodeContext c;
    c.pc = pc;
    c.privilege = pl;
    c.features = &features;
    return decode(set, raw, c, op);
}

/// UNDEFINED at every privilege. An UNPREDICTABLE word has a row, and a policy of its own.
bool is_undefined(InstrSet set, u32 raw) {
    Op op;
    return decoded(set, raw, op, Privilege::pl1) == Decoded::undefined &&
           decoded(set, raw, op, Privilege::pl2) == Decoded::undefined;
}

bool covers(std::string_view pattern, std::string_view name) {
    return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
}

/// Rows whose fixed bits Capstone does not look at everywhere: it reads some wrong (0) or (1) of the manual as the
/// right one. True when `raw` reads exactly like the word that has the fixed bits of a row put right.
class FixedBits {
public:
    FixedBits(Capstone& capstone, InstrSet set) : capstone_(capstone), set_(set) {}

    bool ignored(u32 raw, const Reading& reading) {
        std::set<const Encoding*>& known = rows_[reading.base];
        for (const Encoding* row : known)
            if (reads_alike(raw, reading, *row)) return true;
        for (const Encoding& row : encodings(set_))
            if (!known.contains(&row) && reads_alike(raw, reading, row)) {
                known.insert(&row);
                return true;
            }
        return false;
    }

private:
    bool reads_alike(u32 raw, const Reading& reading, const Encoding& row) {
        const u32 right = (raw & ~row.mask) | row.value;
        if (right == raw || is_undefined(set_, right)) return false;
        const Reading other = capstone_.read(right, pc);
        return other.known && other.mnemonic == reading.mnemonic && other.operands == reading.operands;
    }
    Capstone& capstone_;
    InstrSet set_;
    std::map<std::string, std::set<const Encoding*>> rows_;
};

/// Every T16 word; of the others random ones, a grid over the bits that choose the instruction, and the neighbours of
/// every row: words of it with one to three bits turned over.
template <class Visit>
void walk(InstrSet set, Rng& rng, Visit visit) {
    if (set == InstrSet::t16) {
        for (u32 raw = 0; raw < 0xe800; ++raw) visit(raw);
        return;
    }
    const auto in_set = [set](u32 raw) { return set == InstrSet::a32 || is_thumb32(static_cast<u16>(raw >> 16)); };
    for (unsigned k = 0; k < random_words; ++k)
        visit(set == InstrSet::a32 ? static_cast<u32>(rng()) : static_cast<u32>(0xe800'0000 + rng() % 0x1800'0000));
    for (u32 top : {0xeu, 0xfu})
        for (u32 choice = 0; choice < 0x1000; ++choice)
            for (unsigned k = 0; k < grid_words; ++k) {
                const u32 raw =
                    top << 28 | (choice >> 4) << 20 | (choice & 15) << 4 | (static_cast<u32>(rng()) & 0x000f'ff0f);
                if (in_set(raw)) visit(raw);
            }
    for (const Encoding& row : encodings(set))
        for (unsigned k = 0; k < neighbours; ++k) {
            u32 raw = random_filling(row, set, rng);
            for (u64 flips = 1 + rng() % 3; flips; --flips) raw ^= 1u << (rng() % 32);
            if (in_set(raw)) visit(raw);
        }
}

TEST(WordsWalk, no_instruction_is_undefined_without_a_reason) {
    SCOPED_TRACE(fmt::format("seed {:#x}", seed));
    Rng rng(seed);
    std::set<std::pair<std::string_view, std::string_view>> used;  // entry, name
    std::map<std::string, u64> unexplained;
    std::map<std::string, std::string> example;
    u64 walked = 0, undefined = 0, ignored = 0, listed = 0;
    for (InstrSet set : {InstrSet::a32, InstrSet::t16, InstrSet::t32}) {
        Capstone capstone(set);
        FixedBits fixed(capstone, set);
        walk(set, rng, [&](u32 raw) {
            ++walked;
            if (!is_undefined(set, raw)) return;
            ++undefined;
            const Reading theirs = capstone.read(raw, pc);
            if (!theirs.known) return;
            for (const Absent& a : absent()) {
                const bool among =
                    std::ranges::any_of(a.words, [&](const Words& w) { return w.set == set && w.matches(raw); });
                if (!among || (a.but && a.but(raw))) continue;
                for (std::string_view name : a.names)
                    if (covers(name, theirs.base)) {
                        used.insert({a.what, name});
                        ++listed;
                        return;
                    }
            }
            if (fixed.ignored(raw, theirs)) {
                ++ignored;
                return;
            }
            const std::string name = fmt::format("{} {}", set_name(set), theirs.base);
            if (unexplained[name]++ == 0)
                example[name] = fmt::format("{:08x}: {} {}", raw, theirs.mnemonic, theirs.operands);
        });
    }
    fmt::print(
        "seed {:#x}: {} words walked, {} of them UNDEFINED; Capstone reads {} that are listed as absent and {} in "
        "spite of a wrong (0) or (1) bit\n",
        seed, walked, undefined, listed, ignored);
    for (const auto& [name, count] : unexplained)
        ADD_FAILURE() << name << ": UNDEFINED here, an instruction to Capstone, in " << count << " words such as "
                      << example.at(name);
    for (const Absent& a : absent())
        for (std::string_view name : a.names)
            EXPECT_TRUE(used.contains({a.what, name})) << "stale entry: " << a.what << ": " << name << " was not met";
}

TEST(WordsWalk, what_is_listed_as_absent_is_undefined) {
    constexpr unsigned words = 20'000;
    SCOPED_TRACE(fmt::format("seed {:#x}", seed));
    Rng rng(seed);
    for (const Absent& a : absent()) {
        EXPECT_FALSE(a.reason.empty()) << a.what << ": listed without a reason";
        for (const Words& w : a.words) {
            ASSERT_EQ(w.bits.size(), 32u) << a.what << ": " << w.bits;
            for (unsigned k = 0; k < words; ++k) {
                u32 raw = (static_cast<u32>(rng()) & ~w.mask()) | w.value();
                // '-' for the condition stands for the fifteen conditions
                if (w.bits.starts_with("----") && raw >> 28 == 15) raw ^= 1u << 28;
                if (a.but && a.but(raw)) continue;
                Op op;
                const Privilege pl = k % 2 ? Privilege::pl1 : Privilege::pl2;
                decoded(w.set, raw, op, pl);
                ASSERT_EQ(op.cls, CostClass::undefined)
                    << a.what << ": " << std::hex << raw << " is an instruction here";
            }
        }
    }
}

}  // namespace

}  // namespace vtoll::isa::test
