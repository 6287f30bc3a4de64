// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/platform/machine.hpp"
#include "core/report/advice/rules.hpp"

namespace vtoll::core {

namespace {

using Findings = std::vector<Finding>;

/// It ended as its software, or whoever ran it, wanted it to.
bool ended_well(const RunRecord& run) {
    using Kind = Outcome::Kind;
    return std::ranges::any_of(std::initializer_list{Kind::power_off, Kind::exited, Kind::reset, Kind::stop_point},
                               [&](Kind kind) { return run.outcome == outcome_name(kind); });
}

std::string stands(std::size_t cpu, const Ending& e) {
    return fmt::format("processor {} at {:#010x}{} in {} mode", cpu, e.pc, e.place.empty() ? "" : " <" + e.place + ">",
                       e.mode);
}

template <class Is>
void each_ending(const Evidence& e, const Rule& rule, Findings& to, Is is) {
    if (ended_well(e.run)) return;
    for (std::size_t cpu = 0; cpu < e.run.cpus.size(); ++cpu) {
        const auto& ending = e.run.cpus[cpu].facts.ending;
        if (!ending || !is(*ending)) continue;
        std::string where = stands(cpu, *ending);
        if (ending->fault) where += "; the first fault: " + words_of(*ending->fault);
        to.push_back({.rule = &rule, .where = std::move(where), .of_exits = false, .stuck = true});
    }
}

bool hangs(const Ending& e) { return e.branch_to_self && !e.interruptible; }

void no_handler(const Evidence& e, const Rule& rule, Findings& to) {
    each_ending(e, rule, to, [](const Ending& end) { return end.fault && hangs(end); });
}
void fault_loop(const Evidence& e, const Rule& rule, Findings& to) {
    const bool stuck = e.run.outcome == outcome_name(Outcome::Kind::fault);
    each_ending(e, rule, to, [&](const Ending& end) { return end.fault && stuck && !hangs(end); });
}
void branch_to_self(const Evidence& e, const Rule& rule, Findings& to) {
    each_ending(e, rule, to, [](const Ending& end) { return !end.fault && hangs(end); });
}
void asleep_for_ever(const Evidence& e, const Rule& rule, Findings& to) {
    const bool asleep = e.run.outcome == outcome_name(Outcome::Kind::idle_forever);
    each_ending(e, rule, to, [&](const Ending& end) { return asleep && !hangs(end); });
}

/// Started in Hyp mode, and nothing below it ever ran.
void never_left_hyp(const Evidence& e, const Rule& rule, Findings& to) {
    u64 hyp = 0, below = 0;
    for (const ProcessorRecord& cpu : e.run.cpus)
        for (const ControlFact& f : cpu.facts.controls)
            (f.world == World::hypervisor || f.world == World::host_kernel ? hyp : below) += f.insns;
    if (!hyp || below) return;
    for (std::size_t cpu = 0; cpu < e.run.cpus.size(); ++cpu) {
        const auto& ending = e.run.cpus[cpu].facts.ending;
        if (!ending || ending->mode != isa::mode_name(isa::Mode::hyp)) continue;
        to.push_back({.rule = &rule, .where = stands(cpu, *ending), .of_exits = false, .stuck = !ended_well(e.run)});
        return;
    }
}

constexpr Rule all[] = {
    {.key = "no-handler",
     .wrong = "An exception led to a branch to itself: it has no handler, or one that gives up.",
     .cure =
         "Mend the cause of the first fault; fill the vectors (VBAR, HVBAR) with handlers that report their exception.",
     .find = no_handler},
    {.key = "fault-loop",
     .wrong = "The software takes the same faults again and again.",
     .cure = "Mend the cause of the first fault: those behind it are its consequences.",
     .find = fault_loop},
    {.key = "branch-to-self",
     .wrong = "The software goes round in a branch to itself, with interrupts masked: nothing can wake it.",
     .cure = "Unmask the interrupt that shall wake it, and wait by WFI; power off by PSCI's SYSTEM_OFF at the end.",
     .find = branch_to_self},
    {.key = "asleep-for-ever",
     .wrong = "Every processor sleeps by WFI or WFE, and neither a timer nor a device is set to wake one.",
     .cure = "Set a timer, or enable the interrupt that is waited for, at the GIC too; unmask it if it shall be taken.",
     .find = asleep_for_ever},
    {.key = "never-left-hyp",
     .wrong = "The run never left Hyp mode: no guest ran, so there are no exits.",
     .cure = "Set ELR_hyp and SPSR_hyp to the guest's entry and mode, and leave by ERET.",
     .find = never_left_hyp},
};

}  // namespace

std::span<const Rule> ending_rules() { return all; }

}  // namespace vtoll::core
