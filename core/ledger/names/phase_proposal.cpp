// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/phase_proposal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "core/ledger/names/phases.hpp"

namespace vtoll::core {

namespace {

/// A part of a hypervisor's work and the words that name it; a function belongs to the first that has one of its words.
struct WordRule {
    std::string_view phase;
    std::vector<std::string_view> words;
};

const std::vector<WordRule>& word_rules() {
    static const std::vector<WordRule> rules{
        {"save", {"save", "saved", "store", "push"}},
        {"restore", {"restore", "reload", "resume", "leave"}},
        {"dispatch", {"dispatch", "exit", "exits", "trap", "traps", "vector", "vectors", "entry"}},
        {"switch", {"switch", "sched", "schedule", "scheduler", "context", "activate", "deactivate"}},
        {"interrupt", {"irq", "fiq", "gic", "vgic", "interrupt", "interrupts", "distributor"}},
        {"timer", {"timer", "timers", "vtimer", "tick"}},
        {"decode", {"decode", "fetch", "insn", "instruction"}},
        {"device", {"device", "emulate", "mmio", "uart", "pl011", "console", "io"}},
        {"memory", {"memory", "mem", "page", "pages", "p2m", "stage2", "mmu", "tlb", "map", "unmap", "translate"}},
        {"call", {"hypercall", "hypercalls", "hvc", "smc", "psci"}},
        {"lock", {"lock", "unlock", "spin"}},
    };
    return rules;
}

/// "vgicSave_all" is vgic, save, all.
std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words(1);
    bool lower = false;
    for (const char c : name) {
        const bool upper = std::isupper(static_cast<unsigned char>(c)) != 0;
        const bool part = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if ((!part || (upper && lower)) && !words.back().empty()) words.emplace_back();
        if (part) words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        lower = part && !upper;
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

const WordRule* rule_of(const std::vector<std::string>& words) {
    for (const WordRule& rule : word_rules())
        for (const std::string_view word : rule.words)
            if (std::find(words.begin(), words.end(), word) != words.end()) return &rule;
    return nullptr;
}

void dearest_first(std::vector<SeenFunction>& functions) {
    std::stable_sort(functions.begin(), functions.end(),
                     [](const SeenFunction& a, const SeenFunction& b) { return a.ticks > b.ticks; });
}

/// A pattern that this name alone matches.
std::string pattern_of(std::string_view name) {
    std::string pattern;
    for (const char c : name) {
        if (c == '*' || c == '?' || c == '[' || c == '\\') pattern += "\\";
        pattern += c;
    }
    return pattern;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

u64 sum_of(const std::vector<SeenFunction>& functions) {
    u64 sum = 0;
    for (const SeenFunction& each : functions) sum += each.ticks;
    return sum;
}

}  // namespace

u64 ProposedPhase::ticks() const { return sum_of(functions); }

PhaseProposal propose_phases(const std::vector<SeenFunction>& functions) {
    std::map<std::string, u64> seen;  // a compiler's parts of a function are one with it
    for (const SeenFunction& each : functions) seen[without_suffix(each.name)] += each.ticks;
    std::map<std::string_view, ProposedPhase> by_words;
    std::map<std::string, ProposedPhase> by_first;
    for (const auto& [name, ticks] : seen) {
        const std::vector<std::string> words = words_of(name);
        if (const WordRule* rule = rule_of(words)) {
            ProposedPhase& phase = by_words[rule->phase];
            phase.name = rule->phase;
            phase.rule = fmt::format("names with one of the words {}", fmt::join(rule->words, ", "));
            phase.functions.push_back({name, ticks});
        } else {
            const std::string first = words.empty() ? name : words.front();
            ProposedPhase& phase = by_first[first];
            phase.name = first;
            phase.rule = fmt::format("names that begin with the word {}", first);
            phase.functions.push_back({name, ticks});
        }
    }
    PhaseProposal proposal;
    for (auto& [name, phase] : by_words) proposal.phases.push_back(std::move(phase));
    std::vector<ProposedPhase> families;
    for (auto& [name, phase] : by_first) {
        const bool taken = name == handle_phase || by_words.count(name);
        if (phase.functions.size() > 1 && !taken) families.push_back(std::move(phase));
        else proposal.others.insert(proposal.others.end(), phase.functions.begin(), phase.functions.end());
    }
    const auto dearer = [](const ProposedPhase& a, const ProposedPhase& b) { return a.ticks() > b.ticks(); };
    std::stable_sort(families.begin(), families.end(), dearer);
    for (ProposedPhase& family : families) {
        if (proposal.phases.size() < PhaseNames::last) proposal.phases.push_back(std::move(family));
        else proposal.others.insert(proposal.others.end(), family.functions.begin(), family.functions.end());
    }
    std::stable_sort(proposal.phases.begin(), proposal.phases.end(), dearer);
    for (ProposedPhase& phase : proposal.phases) dearest_first(phase.functions);
    dearest_first(proposal.others);
    return proposal;
}

std::string to_phases_file(const PhaseProposal& proposal, std::string_view from) {
    u64 whole = sum_of(proposal.others);
    for (const ProposedPhase& phase : proposal.phases) whole += phase.ticks();
    const auto share = [whole](u64 ticks) {
        return whole ? 100.0 * static_cast<double>(ticks) / static_cast<double>(whole) : 0.0;
    };
    std::string out = fmt::format(
        "# Proposed by vtoll phases from the functions that exits executed in {}; docs/phases.md. The words of\n"
        "# names decided, nothing else: move functions to where they belong. Shares are of the ticks of all exits.\n"
        "[phases]\n",
        from);
    for (const ProposedPhase& phase : proposal.phases) {
        out += fmt::format("# {:.1f} %: {}\n{} = [\n", share(phase.ticks()), phase.rule, quoted(phase.name));
        for (const SeenFunction& each : phase.functions)
            out += fmt::format("    {},  # {:.1f} %\n", quoted(pattern_of(each.name)), share(each.ticks));
        out += "]\n";
    }
    if (proposal.others.empty()) return out;
    out += fmt::format("# {:.1f} %: of no rule, so \"{}\":\n", share(sum_of(proposal.others)), handle_phase);
    for (const SeenFunction& each : proposal.others)
        out += fmt::format("#   {}  {:.1f} %\n", each.name, share(each.ticks));
    return out;
}

}  // namespace vtoll::core
