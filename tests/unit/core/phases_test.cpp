// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/phases.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vtoll::core {
namespace {

using isa::Privilege;

std::string error_of(const std::string& text) {
    try {
        parse_phases(text, "p.toml");
    } catch (const InputError& e) {
        return e.what();
    }
    return "no error";
}

Symbol function(u32 address, u32 size, std::string name) { return {address, size, true, false, std::move(name)}; }

TEST(Phases, TheOrderOfTheFileDecides) {
    const PhaseRules rules =
        parse_phases("[phases]\nzebra = [\"vgic_save\"]\nant = [\"vgic_*\", \"gic_?\"]\n", "p.toml");
    ASSERT_EQ(rules.rules.size(), 2u) << "phases";
    EXPECT_EQ(rules.rules[0].phase, "zebra") << "not sorted by name";
    EXPECT_EQ(*rules.phase_of("vgic_save"), "zebra") << "first match";
    EXPECT_EQ(*rules.phase_of("vgic_restore"), "ant") << "second rule";
    EXPECT_EQ(*rules.phase_of("gic_x"), "ant") << "one character";
    EXPECT_EQ(rules.phase_of("gic_xy"), nullptr) << "two characters";
    EXPECT_EQ(rules.phase_of("handle_vgic_save"), nullptr) << "patterns match whole names";
}

TEST(Phases, CompilersSuffixesAreLeftOut) {
    const PhaseRules rules = parse_phases("[phases]\nsave = [\"flush\"]\n", "p.toml");
    EXPECT_NE(rules.phase_of("flush.part.0"), nullptr) << ".part.0";
    EXPECT_NE(rules.phase_of("flush.constprop.0.isra.0"), nullptr) << ".constprop.0.isra.0";
    EXPECT_EQ(rules.phase_of(".flush"), nullptr) << "a name that begins with a dot";
}

TEST(Phases, BadFilesAreOneClearLine) {
    EXPECT_NE(error_of("[phases").find("p.toml:1:"), std::string::npos) << error_of("[phases");
    EXPECT_EQ(error_of(""), "p.toml: expected a [phases] table");
    EXPECT_EQ(error_of("[phase]\nsave = [\"x\"]\n"), "p.toml:1: unknown key 'phase', expected [phases]");
    EXPECT_EQ(error_of("[phases]\nsave = \"x\"\n"),
              "p.toml:2: phases.save: expected a list of symbol patterns, such as [\"save_*\"]");
    EXPECT_EQ(error_of("[phases]\nsave = []\n"),
              "p.toml:2: phases.save: expected a list of symbol patterns, such as [\"save_*\"]");
    EXPECT_EQ(error_of("[phases]\n\nsave = [3]\n"), "p.toml:3: phases.save: expected patterns in quotes");
    EXPECT_EQ(error_of("[phases]\nhandle = [\"x\"]\n"),
              "p.toml:2: phases.handle: that is what everything else is called; expected another name");
}

class MappedPhases : public testing::Test {
protected:
    void map(const std::string& text, std::vector<Symbol> symbols, Privilege pl = Privilege::pl2) {
        map_phases(parse_phases("[phases]\n" + text, "p.toml"), Symbols(std::move(symbols)), pl, names_, map_);
    }
    std::string at(u32 va, Privilege pl = Privilege::pl2) const {
        return std::string(names_.of(pl == Privilege::pl2 ? World::hypervisor : World::kernel, map_.find(pl, va)));
    }

    PhaseNames names_;
    RegionMap map_;
};

TEST_F(MappedPhases, RangesFollowSymbolSizes) {
    map("save = [\"save\"]\nrestore = [\"restore\"]\n",
        {function(0x1000, 0x20, "save"), function(0x1020, 0x10, "other"), function(0x1040, 0x10, "restore")});
    EXPECT_EQ(at(0x1000), "save") << "first byte";
    EXPECT_EQ(at(0x101c), "save") << "last word";
    EXPECT_EQ(at(0x1020), "handle") << "a function without a phase";
    EXPECT_EQ(at(0x1030), "handle") << "between functions";
    EXPECT_EQ(at(0x1040), "restore") << "second phase";
    EXPECT_EQ(at(0x1050), "handle") << "behind the last";
    EXPECT_EQ(at(0x1000, Privilege::pl1), "") << "the guest has code at the same address";
    EXPECT_EQ(map_.boundary_after(Privilege::pl2, 0x1000), 0x1020u) << "where a block ends";
}

TEST_F(MappedPhases, LabelsOfAssemblyReachToTheNext) {
    map("save = [\"vectors\"]\n", {{0x80, 0, false, false, "vectors"}, {0xa0, 0, false, false, "common"}});
    EXPECT_EQ(at(0x9c), "save") << "to the next label";
    EXPECT_EQ(at(0xa0), "handle") << "the next label";
}

TEST_F(MappedPhases, LabelsInsideAFunctionArePartOfIt) {
    map("save = [\"save_*\"]\nswitch = [\"loop\"]\n",
        {function(0x100, 0x40, "save_all"), {0x110, 0, false, false, "loop"}, function(0x140, 4, "after")});
    EXPECT_EQ(at(0x110), "save") << "the label is inside";
    EXPECT_EQ(at(0x13c), "save") << "up to the function's end";
}

TEST_F(MappedPhases, AliasesTakeTheEarliestPhase) {
    map("save = [\"b\"]\nswitch = [\"a\"]\n", {function(0x100, 8, "a"), function(0x100, 8, "b")});
    EXPECT_EQ(at(0x100), "save") << "both names match";
}

TEST_F(MappedPhases, HypervisorInSupervisorMode) {
    map("save = [\"save\"]\n", {function(0x1000, 0x20, "save")}, Privilege::pl1);
    EXPECT_EQ(at(0x1000, Privilege::pl1), "save") << "its world is the kernel's";
    EXPECT_EQ(at(0x1000), "") << "there is no Hyp mode code";
}

TEST_F(MappedPhases, NumbersRunOut) {
    std::string text;
    for (int i = 0; i < 14; ++i) text += fmt::format("p{0} = [\"f{0}\"]\n", i);
    EXPECT_THROW(map(text, {function(0, 4, "f0")}), InputError) << "13 phases at most";
}

TEST(Phases, UnmatchedPatternsAreFound) {
    const PhaseRules rules = parse_phases("[phases]\nsave = [\"save_*\", \"gone\"]\n", "p.toml");
    const Symbols symbols({function(0, 4, "save_all.part.0")});
    EXPECT_EQ(unmatched_patterns(rules, symbols), std::vector<std::string>{"gone"}) << "the stale one";
}

TEST(Phases, HardwareHasNamesInEveryWorld) {
    const PhaseNames names;
    EXPECT_EQ(names.of(World::kernel, phase_hardware_entry), "hardware entry") << "entry";
    EXPECT_EQ(names.of(World::hypervisor, phase_hardware_exit), "hardware exit") << "exit";
    EXPECT_EQ(names.of(World::hypervisor, phase_unnamed), "") << "no phases file, no names";
}

TEST(Phases, NothingIsNoPatternAndNoTable) {
    EXPECT_EQ(error_of("[phases]\nsave = [\"\"]\n"), "p.toml:2: phases.save: expected patterns in quotes");
    EXPECT_EQ(error_of("[phases]\n"), "p.toml: expected a [phases] table");
}

TEST_F(MappedPhases, AliasesMayHaveNone) {
    map("save = [\"b\"]\nswitch = [\"a\"]\n", {function(0x100, 8, "b"), function(0x100, 8, "z")});
    EXPECT_EQ(at(0x100), "save") << "the other name matches nothing";
}

TEST_F(MappedPhases, AliasesTakeTheEarliestPhaseInAnyOrder) {
    map("save = [\"a\"]\nswitch = [\"b\"]\n", {function(0x100, 8, "a"), function(0x100, 8, "b")});
    EXPECT_EQ(at(0x100), "save") << "that of the first name";
}

TEST_F(MappedPhases, FunctionsMayTouch) {
    map("save = [\"a\"]\nswitch = [\"b\"]\n", {function(0x100, 8, "a"), function(0x108, 8, "b")});
    EXPECT_EQ(at(0x104), "save") << "the first";
    EXPECT_EQ(at(0x108), "switch") << "begins where the first ends";
}

TEST_F(MappedPhases, ThirteenHaveNumbers) {
    std::string text;
    for (int i = 0; i < 13; ++i) text += fmt::format("p{0} = [\"f{0}\"]\n", i);
    map(text, {function(0, 4, "f0"), function(4, 4, "f12")});
    EXPECT_EQ(at(4), "p12") << "the last one";
}

}  // namespace
}  // namespace vtoll::core
