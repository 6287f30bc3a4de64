// SPDX-License-Identifier: Apache-2.0
// What the tables know, as JSON: encodings, system registers, named exclusions. coverage.py makes docs/coverage.md of
// it.
//
//   coverage_facts < words      a line of input is "set word tag": a test, the tag, runs this word of "a32", "t16",
//   "t32"
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "isa/encodings/generator.hpp"
#include "isa/sysregs/sys_reg.hpp"
#include "tests/differential/exclusions.hpp"
#include "tests/unit/isa/capstone_lists.hpp"

namespace vtoll {

namespace {

using isa::Encoding;
using isa::InstrSet;

constexpr InstrSet all_sets[] = {InstrSet::a32, InstrSet::t16, InstrSet::t32};
const char* set_name(InstrSet s) { return s == InstrSet::a32 ? "a32" : s == InstrSet::t16 ? "t16" : "t32"; }

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string list(const auto& items, auto text) {
    std::string out;
    for (const auto& item : items) out += (out.empty() ? "" : ", ") + text(item);
    return "[" + out + "]";
}

/// Which tests run a row or access a register.
struct Met {
    std::map<const Encoding*, std::set<std::string>> rows;
    std::map<const isa::SysReg*, std::set<std::string>> registers;
};

std::optional<isa::Decoding> decoded(InstrSet set, u32 raw) {
    static const isa::Features features;
    for (isa::Privilege pl : {isa::Privilege::pl1, isa::Privilege::pl2, isa::Privilege::pl0}) {
        isa::DecodeContext context;
        context.privilege = pl;
        context.features = &features;
        isa::Decoding d;
        if (decode(set, raw, context, d) == isa::Decoded::ok) return d;
    }
    return std::nullopt;
}

Met read_words(std::istream& in) {
    Met met;
    std::string set, word, tag;
    while (in >> set >> word >> tag) {
        const u32 raw = static_cast<u32>(std::stoul(word, nullptr, 16));
        const InstrSet in_set = set == "a32" ? InstrSet::a32 : set == "t16" ? InstrSet::t16 : InstrSet::t32;
        const std::optional<isa::Decoding> d = decoded(in_set, raw);
        if (!d) continue;
        met.rows[d->row].insert(tag);
        if (d->properties.sysreg) met.registers[d->properties.sysreg].insert(tag);
    }
    return met;
}

/// An entry may name a row of which it means no word in this instruction set.
bool concerns(const isa::test::Exception&, InstrSet, const Encoding&) { return true; }
bool concerns(const differential::Exclusion& e, InstrSet set, const Encoding& row) {
    isa::Rng rng(1);
    for (unsigned k = 0; e.which && k < 1000; ++k)
        if (e.which(set, random_filling(row, set, rng))) return true;
    return !e.which;
}

/// Numbers of the entries of `entries` that name the row.
std::string naming(const auto& entries, InstrSet set, const Encoding& row) {
    std::string out;
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (std::ranges::find(entries[i].rows, row.name) != entries[i].rows.end() && concerns(entries[i], set, row))
            out += fmt::format("{}{}", out.empty() ? "" : ", ", i);
    return "[" + out + "]";
}

std::string_view scope(const differential::Exclusion& e) {
    using differential::Exclusion;
    if (e.where == Exclusion::in_it) return "in IT blocks";
    if (e.where == Exclusion::in_blocks) return "in programs of several instructions";
    return e.which ? "some words" : e.start ? "some initial states" : "all";
}

std::string rights(u8 access, unsigned level) {
    const u8 r = static_cast<u8>(isa::pl0_r << (2 * level)), w = static_cast<u8>(isa::pl0_w << (2 * level));
    return std::string(access & r ? "R" : "") + (access & w ? "W" : "");
}

std::string encoding_of(const isa::SysRegKey& k) {
    return k.wide ? fmt::format("p{}, {}, c{} (64 bits)", k.coproc, k.opc1, k.crm)
                  : fmt::format("p{}, {}, c{}, c{}, {}", k.coproc, k.opc1, k.crn, k.crm, k.opc2);
}

std::string trap_names(u32 traps) {
    std::string out;
    for (u32 rest = traps; rest; rest &= rest - 1)
        out += fmt::format("{}{}", out.empty() ? "" : ", ", trap_rule_name(static_cast<isa::TrapRule>(rest & -rest)));
    return out;
}

void print(const Met& met) {
    const auto name = [](const auto& text) { return quoted(text); };
    const auto tags = [&](const auto& map, const auto* key) {
        const auto at = map.find(key);
        return at == map.end() ? std::string("[]") : list(at->second, name);
    };
    std::string rows, registers, capstone, unicorn, dynarmic, absent;
    const auto add = [](std::string& to, const std::string& line) { to += (to.empty() ? "" : ",\n") + line; };
    for (InstrSet set : all_sets)
        for (const Encoding& e : encodings(set))
            add(rows,
                fmt::format(
                    R"({{"set": "{}", "name": {}, "syntax": {}, "bits": {}, "class": {}, "capstone": {}, "unicorn": {}, "tests": {}}})",
                    set_name(set), quoted(e.name), quoted(e.syntax), quoted(e.bits), quoted(cost_class_name(e.cls)),
                    naming(isa::test::exceptions(), set, e), naming(differential::unicorn_exclusions(), set, e),
                    tags(met.rows, &e)));
    for (const isa::SysReg& r : isa::sysregs())
        add(registers,
            fmt::format(
                R"({{"name": {}, "encoding": {}, "pl0": "{}", "pl1": "{}", "pl2": "{}", "traps": {}, "tests": {}}})",
                quoted(r.name), quoted(encoding_of(r.key)), rights(r.access, 0), rights(r.access, 1),
                rights(r.access, 2), quoted(trap_names(r.traps)), tags(met.registers, &r)));
    for (const isa::test::Exception& e : isa::test::exceptions())
        add(capstone, fmt::format(R"({{"kind": {}, "rows": {}, "reason": {}}})", quoted(kind_name(e.kind)),
                                  list(e.rows, name), quoted(e.reason)));
    const auto add_exclusion = [&](std::string& to, const differential::Exclusion& e) {
        add(to, fmt::format(R"({{"scope": {}, "rows": {}, "reason": {}, "agrees": {}}})", quoted(scope(e)),
                            list(e.rows, name), quoted(e.reason), e.unicorn_agrees));
    };
    for (const differential::Exclusion& e : differential::unicorn_exclusions()) add_exclusion(unicorn, e);
    for (const differential::Exclusion& e : differential::dynarmic_exclusions()) add_exclusion(dynarmic, e);
    for (const isa::test::Absent& a : isa::test::absent())
        add(absent, fmt::format(R"({{"what": {}, "words": {}, "reason": {}}})", quoted(a.what),
                                list(a.words,
                                     [](const isa::test::Words& w) {
                                         return quoted(fmt::format("{} {}", set_name(w.set), w.bits));
                                     }),
                                quoted(a.reason)));
    fmt::print(
        "{{\"rows\": [\n{}],\n\"registers\": [\n{}],\n\"capstone\": [\n{}],\n\"unicorn\": [\n{}],\n\"dynarmic\": "
        "[\n{}],\n\"absent\": [\n{}]}}\n",
        rows, registers, capstone, unicorn, dynarmic, absent);
}

}  // namespace

}  // namespace vtoll

int main() { vtoll::print(vtoll::read_words(std::cin)); }
