// SPDX-License-Identifier: Apache-2.0
// The encoding tables held against themselves: every row can be reached, and no two rows claim a word by accident.
#include <gtest/gtest.h>

#include <bit>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "isa/encodings/generator.hpp"

namespace vtoll::isa {

namespace {

constexpr InstrSet all_sets[] = {InstrSet::a32, InstrSet::t16, InstrSet::t32};
const char* set_name(InstrSet s) { return s == InstrSet::a32 ? "a32" : s == InstrSet::t16 ? "t16" : "t32"; }

DecodeContext context(Privilege pl = Privilege::pl1) {
    static const Features features;
    DecodeContext c;
    c.pc = 0x8000;
    c.privilege = pl;
    c.features = &features;
    return c;
}

std::string where(InstrSet set, const Encoding& e) { return std::string(set_name(set)) + "::" + std::string(e.name); }

TEST(Encodings, names_are_unique) {
    for (InstrSet set : all_sets) {
        std::set<std::string_view> seen;
        for (const Encoding& e : encodings(set))
            EXPECT_TRUE(seen.insert(e.name).second) << where(set, e) << ": a second row of this name";
    }
}

TEST(Encodings, bit_strings_have_the_width_of_their_set) {
    for (InstrSet set : all_sets)
        for (const Encoding& e : encodings(set)) {
            EXPECT_EQ(e.bits.size(), set == InstrSet::t16 ? 16u : 32u) << where(set, e);
            EXPECT_EQ(e.value & ~e.mask, 0u) << where(set, e) << ": a bit is fixed to 1 outside the mask";
            if (set == InstrSet::a32) continue;
            const u32 first = set == InstrSet::t32 ? e.value >> 16 : e.value;
            EXPECT_EQ(is_thumb32(static_cast<u16>(first)), set == InstrSet::t32)
                << where(set, e) << ": the first halfword belongs to an instruction of the other length";
        }
}

// A row that some filling of its fields reaches and that then decodes is not shadowed by others.
TEST(Encodings, every_row_decodes_to_itself) {
    constexpr u64 seed = 0x7011;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng(seed);
    for (InstrSet set : all_sets)
        for (const Encoding& e : encodings(set)) {
            bool reached = false;
            for (Privilege pl : {Privilege::pl1, Privilege::pl2, Privilege::pl0})
                reached = reached || random_word(e, set, context(pl), rng, Filling::any, nullptr, 4000);
            EXPECT_TRUE(reached) << where(set, e) << ": no filling of its fields decodes to this row";
        }
}

TEST(Encodings, a_word_belongs_to_a_row_at_least_as_specific_as_any_that_matches) {
    constexpr u64 seed = 0x7012;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng(seed);
    for (InstrSet set : all_sets)
        for (const Encoding& e : encodings(set))
            for (unsigned k = 0; k < 200; ++k) {
                const u32 raw = random_filling(e, set, rng);
                Decoding d;
                decode(set, raw, context(), d);
                const Encoding* found = d.row;
                if (!found || found == &e) continue;
                // `e` matches too. Another row may have it when it is more specific, or when `e` gave it away (SEE
                // ...).
                DecodeContext c = context();
                Decoding mine;
                if (std::popcount(found->mask) >= std::popcount(e.mask)) continue;
                EXPECT_EQ(e.translate(raw, c, mine), Decoded::not_this_row)
                    << std::hex << raw << " went to " << where(set, *found) << ", less specific than " << where(set, e);
            }
}

// --- overlaps ------------------------------------------------------------------------------------------------------

struct Overlap {
    InstrSet set;
    std::string_view a, b;  ///< in alphabetical order
    std::string_view reason;
};

// None at present: where instructions share words, the one with more fixed bits wins, or a translator says "SEE ...".
const std::vector<Overlap> allowed_overlaps = {};

/// Some word matches both: the bits that both fix agree. Rows with a condition have no words under 1111.
bool overlap(const Encoding& a, const Encoding& b) {
    if (a.mask & b.mask & (a.value ^ b.value)) return false;
    const auto unconditional = [](const Encoding& e) { return (e.mask & e.value) >> 28 == 0xf; };
    if (a.bits.size() == 32 && ((a.bits[0] == 'c' && unconditional(b)) || (b.bits[0] == 'c' && unconditional(a))))
        return false;
    return true;
}

TEST(Encodings, rows_of_equal_specificity_overlap_only_where_listed) {
    std::set<std::tuple<InstrSet, std::string_view, std::string_view>> found;
    for (InstrSet set : all_sets) {
        const auto rows = encodings(set);
        for (std::size_t i = 0; i < rows.size(); ++i)
            for (std::size_t k = i + 1; k < rows.size(); ++k)
                if (std::popcount(rows[i].mask) == std::popcount(rows[k].mask) && overlap(rows[i], rows[k]))
                    found.insert({set, std::min(rows[i].name, rows[k].name), std::max(rows[i].name, rows[k].name)});
    }
    for (const Overlap& o : allowed_overlaps) {
        EXPECT_FALSE(o.reason.empty()) << o.a << " and " << o.b << ": listed without a reason";
        EXPECT_EQ(found.erase({o.set, o.a, o.b}), 1u)
            << "stale entry: " << set_name(o.set) << " rows " << o.a << " and " << o.b << " do not overlap";
    }
    for (const auto& [set, a, b] : found)
        ADD_FAILURE() << set_name(set) << " rows " << a << " and " << b
                      << " match the same words with as many fixed bits: which one wins is an accident";
}

}  // namespace

}  // namespace vtoll::isa
