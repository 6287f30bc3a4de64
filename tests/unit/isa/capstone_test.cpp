// SPDX-License-Identifier: Apache-2.0
// Every row of the encoding tables against Capstone 4: the same word must read as the same instruction with the same
// operands. Where it does not, the row is named below with the reason; an entry that no longer applies fails.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "isa/encodings/generator.hpp"
#include "isa/encodings/printer.hpp"
#include "tests/unit/isa/capstone_lists.hpp"
#include "tests/unit/isa/capstone_oracle.hpp"

namespace vtoll::isa::test {

namespace {

constexpr InstrSet all_sets[] = {InstrSet::a32, InstrSet::t16, InstrSet::t32};
const char* set_name(InstrSet s) { return s == InstrSet::a32 ? "a32" : s == InstrSet::t16 ? "t16" : "t32"; }
constexpr u64 seed = 0xca95'70e4;
constexpr u32 pc = 0x1'0000;

// --- one spelling for both -----------------------------------------------------------------------------------------

/// Lower case, no '#' and no blanks, registers by number, numbers as hexadecimal, negative ones in 32 bits.
std::string normal(std::string_view text) {
    static const std::map<std::string, std::string> names = {{"sb", "r9"}, {"sl", "r10"}, {"fp", "r11"}, {"ip", "r12"}};
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const char c = static_cast<char>(std::tolower(text[i]));
        if (c == ' ' || c == '#') {
            ++i;
            continue;
        }
        const bool minus = c == '-' && i + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[i + 1]));
        if (minus || (std::isdigit(static_cast<unsigned char>(c)) &&
                      (i == 0 || !std::isalnum(static_cast<unsigned char>(text[i - 1]))))) {
            std::size_t used = 0;
            const u64 value = std::stoull(std::string(text.substr(i)), &used, 0);
            out += fmt::format("{:x}", minus ? static_cast<u32>(value) : value);  // only VMOV.I64 is wider than a word
            i += used;
            continue;
        }
        if (std::isalpha(static_cast<unsigned char>(c))) {
            std::string word;
            for (; i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_'); ++i)
                word += static_cast<char>(std::tolower(text[i]));
            const auto it = names.find(word);
            out += it == names.end() ? word : it->second;
            continue;
        }
        out += c;
        ++i;
    }
    return out;
}

/// A32 modified immediates that are not in their shortest form are shown by Capstone as ", #byte, #rotation".
std::string fold_rotation(const std::string& text) {
    const std::size_t second = text.rfind(','),
                      first = second == std::string::npos ? second : text.rfind(',', second - 1);
    if (first == std::string::npos) return text;
    u32 byte = 0, rotation = 0;
    if (std::sscanf(text.c_str() + first, ",%x,%x", &byte, &rotation) != 2) return text;
    return text.substr(0, first) + fmt::format(",{:x}", std::rotr(byte, static_cast<int>(rotation)));
}

std::string without_width(std::string mnemonic) {
    if (mnemonic.ends_with(".w") || mnemonic.ends_with(".n")) mnemonic.resize(mnemonic.size() - 2);
    return mnemonic;
}

struct Ours {
    std::string mnemonic, operands;
};
Ours split(const std::string& text) {
    const std::size_t space = text.find(' ');
    if (space == std::string::npos) return {without_width(text), ""};
    return {without_width(text.substr(0, space)), text.substr(space + 1)};
}

DecodeContext context(Privilege pl, u8 itstate) {
    static const Features features;
    DecodeContext c;
    c.pc = pc;
    c.privilege = pl;
    c.itstate = itstate;
    c.features = &features;
    return c;
}

// --- every row -----------------------------------------------------------------------------------------------------

TEST(Capstone, reads_every_row_as_we_do) {
    constexpr unsigned fillings = 300;
    SCOPED_TRACE(fmt::format("seed {:#x}", seed));
    Rng rng(seed);
    std::set<std::pair<Kind, std::string_view>> met;
    u64 compared = 0;
    for (InstrSet set : all_sets) {
        Capstone capstone(set);
        for (const Encoding& row : encodings(set)) {
            std::map<Kind, unsigned> count;
            std::map<Kind, std::string> example;
            for (unsigned k = 0; k < fillings; ++k) {
                const int cond = set != InstrSet::a32 && rng() % 4 == 0 ? static_cast<int>(rng() % 14) : -1;
                DecodeContext c = context(Privilege::pl1, cond < 0 ? 0 : static_cast<u8>(cond << 4 | 8));
                const Filling filling = k % 2 ? Filling::small : Filling::any;  // zero offsets, lists of one register
                std::optional<u32> raw = random_word(row, set, c, rng, filling);
                if (!raw) {
                    c.privilege = Privilege::pl2;
                    raw = random_word(row, set, c, rng, filling);
                }
                if (!raw) continue;  // not in an IT block
                const std::string text = disassemble(set, *raw, c);
                const Ours ours = split(text);
                const Reading theirs = capstone.read(*raw, pc, cond);
                ++compared;
                std::optional<Kind> kind;
                if (!theirs.known) {
                    kind = Kind::rejected;
                } else if (ours.mnemonic != without_width(theirs.mnemonic)) {
                    kind = Kind::mnemonic;
                } else {
                    const std::string a = normal(ours.operands), b = normal(theirs.operands);
                    if (a != b && a != fold_rotation(b)) kind = Kind::operands;
                }
                if (!kind) continue;
                if (find_exception(*kind, row.name)) {
                    met.insert({*kind, row.name});
                    continue;
                }
                if (count[*kind]++ == 0)
                    example[*kind] = fmt::format("{:08x}: ours \"{}\", Capstone \"{} {}\"", *raw, text, theirs.mnemonic,
                                                 theirs.operands);
            }
            for (auto [kind, n] : count)
                ADD_FAILURE() << set_name(set) << "::" << row.name << ": " << kind_name(kind) << " in " << n << " of "
                              << fillings << " words, such as " << example[kind];
        }
    }
    fmt::print("{} words compared\n", compared);
    for (const Exception& e : exceptions()) {
        EXPECT_FALSE(e.reason.empty()) << e.rows.front() << ": excepted without a reason";
        for (std::string_view row : e.rows)
            EXPECT_TRUE(met.contains({e.kind, row})) << "stale exception: " << row << ", " << kind_name(e.kind);
    }
}

// --- random words --------------------------------------------------------------------------------------------------

struct Group {
    std::vector<std::string_view> names;  ///< one that ends in '*' stands for all that begin so
    std::string_view reason;
};

/// Rows that take words Capstone does not know.
const std::vector<Group> only_ours = {
    {{"HINT_mem*"}, "unallocated memory hints, which execute as NOP (§A5.7.1, §A6.3.8)"},
    {{"UDF"}, "the A32 UDF under a condition other than AL"},
    {{"V*"}, "FLDMX and FSTMX from d16 on"},
};
void check_groups(const char* title, const std::vector<Group>& groups, const std::map<std::string, u64>& found,
                  const std::map<std::string, std::string>& example) {
    const auto covers = [](std::string_view pattern, std::string_view name) {
        return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
    };
    u64 total = 0;
    std::set<std::string_view> used;
    for (const auto& [name, count] : found) {
        total += count;
        bool explained = false;
        for (const Group& g : groups)
            for (std::string_view pattern : g.names)
                if (covers(pattern, name)) {
                    used.insert(pattern);
                    explained = true;
                }
        if (!explained)
            ADD_FAILURE() << title << ": " << name << ", " << count << " words such as " << example.at(name);
    }
    for (const Group& g : groups)
        for (std::string_view pattern : g.names) {
            EXPECT_FALSE(g.reason.empty()) << pattern << ": listed without a reason";
            EXPECT_TRUE(used.contains(pattern)) << "stale entry: " << title << ": " << pattern;
        }
    fmt::print("{}: {} words of {} kinds\n", title, total, found.size());
}

TEST(Capstone, knows_the_words_we_know) {
    constexpr unsigned words = 100'000;
    SCOPED_TRACE(fmt::format("seed {:#x}", seed));
    Rng rng(seed);
    std::map<std::string, u64> ours_only;
    std::map<std::string, std::string> example;
    for (InstrSet set : all_sets) {
        Capstone capstone(set);
        for (unsigned k = 0; k < words; ++k) {
            const u32 raw = set == InstrSet::t16   ? static_cast<u32>(rng() % 0xe800)
                            : set == InstrSet::t32 ? static_cast<u32>(0xe800'0000 + rng() % 0x1800'0000)
                                                   : static_cast<u32>(rng());
            Decoding d;
            if (decode(set, raw, context(Privilege::pl1, 0), d) != Decoded::ok &&
                decode(set, raw, context(Privilege::pl2, 0), d) != Decoded::ok)
                continue;
            if (capstone.read(raw, pc).known) continue;
            const std::string name(d.row->name);
            if (ours_only[name]++ == 0)
                example[name] =
                    fmt::format("{} {:08x}: {}", set_name(set), raw, disassemble(set, raw, context(Privilege::pl1, 0)));
        }
    }
    check_groups("known to us only", only_ours, ours_only, example);
}

}  // namespace

}  // namespace vtoll::isa::test
