// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/phase_proposal.hpp"

#include <gtest/gtest.h>

#include <map>

#include "core/ledger/names/phases.hpp"

namespace vtoll::core {
namespace {

const std::vector<SeenFunction> seen{{"cp15_save", 40}, {"cp15Save_all.part.0", 5},
                                     {"exit_hvc", 30},  {"vgic_restore", 20},
                                     {"frob_one", 9},   {"frob_two", 8},
                                     {"alone", 7},      {"handle_a", 3},
                                     {"handle_b", 3},   {"saver", 1}};

TEST(PhaseProposal, WordsThenFirstWords) {
    const PhaseProposal proposal = propose_phases(seen);
    std::map<std::string, u64> ticks;
    for (const ProposedPhase& phase : proposal.phases) ticks[phase.name] = phase.ticks();
    const std::map<std::string, u64> expected{{"save", 45}, {"dispatch", 30}, {"restore", 20}, {"frob", 17}};
    EXPECT_EQ(ticks, expected) << "whole words decide, then the first word of several functions";
    EXPECT_EQ(proposal.phases.front().name, "save") << "the dearest first";
    EXPECT_EQ(proposal.others.size(), 4u) << "alone, saver, and two that would be \"handle\" anyway";
}

TEST(PhaseProposal, ItsFileSaysTheSame) {
    const PhaseProposal proposal = propose_phases(seen);
    const std::string file = to_phases_file(proposal, "a run");
    const PhaseRules rules = parse_phases(file, "p.toml");
    ASSERT_EQ(rules.rules.size(), proposal.phases.size()) << file;
    for (const ProposedPhase& phase : proposal.phases) {
        EXPECT_NE(file.find(phase.rule), std::string::npos) << "the rule that decided is said: " << phase.rule;
        for (const SeenFunction& each : phase.functions) {
            const std::string* back = rules.phase_of(each.name);
            ASSERT_NE(back, nullptr) << each.name;
            EXPECT_EQ(*back, phase.name) << each.name;
        }
    }
    for (const SeenFunction& each : proposal.others)
        EXPECT_EQ(rules.phase_of(each.name), nullptr) << each.name << " has no phase";
}

TEST(PhaseProposal, NoMoreThanThereAreNumbersFor) {
    std::vector<SeenFunction> many;
    for (char c = 'a'; c <= 'z'; ++c)
        for (const char* end : {"_p", "_q"}) many.push_back({std::string(3, c) + end, u64(1 + c - 'a')});
    const PhaseProposal proposal = propose_phases(many);
    EXPECT_EQ(proposal.phases.size(), PhaseNames::last) << "phases";
    EXPECT_EQ(proposal.phases.front().name, "zzz") << "the dearest families have them";
    EXPECT_EQ(proposal.others.size(), many.size() - 2 * PhaseNames::last) << "the others' functions";
}

TEST(PhaseProposal, PatternsMatchTheNameAlone) {
    const PhaseProposal proposal = propose_phases({{"save_a*", 1}, {"save_a[0]", 1}});
    const PhaseRules rules = parse_phases(to_phases_file(proposal, "r"), "p.toml");
    EXPECT_NE(rules.phase_of("save_a*"), nullptr) << "itself";
    EXPECT_NE(rules.phase_of("save_a[0]"), nullptr) << "itself";
    EXPECT_EQ(rules.phase_of("save_ab"), nullptr) << "no pattern";
}

}  // namespace
}  // namespace vtoll::core
