// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/run_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace vtoll::core {

Counts RunRecord::machine() const {
    Counts sum;
    for (const ProcessorRecord& cpu : cpus) {
        sum.insns += cpu.machine.insns;
        sum.ticks += cpu.machine.ticks;
    }
    return sum;
}

bool RunRecord::hosted() const {
    return std::any_of(cpus.begin(), cpus.end(), [](const ProcessorRecord& cpu) {
        return std::any_of(cpu.accounts.begin(), cpu.accounts.end(), [](const Account& a) {
            return a.world == World::host_kernel || a.world == World::host_user;
        });
    });
}

Residue residue(const ProcessorRecord& cpu) {
    Counts left = cpu.machine;  // wraps below zero and comes back signed
    for (const Account& a : cpu.accounts) {
        left.insns -= a.insns;
        left.ticks -= a.ticks;
    }
    return {static_cast<s64>(left.insns), static_cast<s64>(left.ticks)};
}

bool conserved(const RunRecord& run) {
    return std::all_of(run.cpus.begin(), run.cpus.end(),
                       [](const ProcessorRecord& cpu) { return residue(cpu).zero(); });
}

ExitNames exit_names(const RunRecord& run) {
    ExitNames names;
    names.set_calls(run.calls);
    names.set_devices(run.devices);
    for (const ProcessorRecord& cpu : run.cpus)
        for (const EpisodeRow& row : cpu.episodes) names.learn(row.kind);
    return names;
}

namespace {

u8 kept_register(const RunRecord& run, const Call& call) {
    if (call.instruction == CallInstruction::svc) return run.syscall_register;
    if (call.instruction == CallInstruction::smc) return 0;
    for (const auto& [immediate, number] : run.number_registers)
        if (immediate == call.immediate) return number;
    return run.number_register;
}

}  // namespace

std::string name_calls(RunRecord& run, const CallInterfaces& interfaces) {
    std::string not_kept;
    const auto name = [&](const EpisodeKind& kind) {
        const auto call = call_of(isa::Syndrome(kind.syndrome), kind.detail);
        const CallInterface* interface = call ? interfaces.of(*call) : nullptr;
        if (!interface) return;
        if (const u8 kept = kept_register(run, *call); kept != interface->number_register) {
            not_kept = fmt::format("{0}: it numbers {1} by r{2}, and the run kept r{3}; vtoll run --calls {0} keeps it",
                                   interface->file, name_of(call->instruction), interface->number_register, kept);
            return;
        }
        run.calls[*call] = interface->exit_name(*call);
        run.devices.insert(interface->devices.begin(), interface->devices.end());
    };
    for (const ProcessorRecord& cpu : run.cpus) {
        for (const EpisodeRow& row : cpu.episodes) name(row.kind);
        for (const HostExitRow& row : cpu.host_exits) name(row.kind);
    }
    return not_kept;
}

std::vector<HostExitGroup> group_host_exits(const RunRecord& run) {
    struct Values {
        std::vector<Counted> insns, ticks;
        PartCosts parts{};
        u64 unfinished = 0;
    };
    std::map<std::tuple<u8, Cause, u32>, Values> groups;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const HostExitRow& row : cpu.host_exits) {
            Values& v = groups[{row.kind.vm, row.kind.cause, row.kind.detail}];
            if (!row.kind.finished) {
                v.unfinished += row.count;
                continue;
            }
            v.insns.push_back({row.insns(), row.count});
            v.ticks.push_back({row.ticks(), row.count});
            add_parts(v.parts, row);
        }
    std::vector<HostExitGroup> out;
    for (auto& [key, v] : groups) {
        const auto [vm, cause, detail] = key;
        out.push_back({vm, cause, detail, distribution(std::move(v.insns)), distribution(std::move(v.ticks)), v.parts,
                       v.unfinished});
    }
    return out;
}

std::vector<EpisodeGroup> group_episodes(const RunRecord& run, bool by_detail) {
    struct Values {
        std::vector<Counted> insns, ticks, measured_insns, measured_ticks;
        u64 unfinished = 0;
    };
    std::map<std::tuple<World, Cause, u32>, Values> groups;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const EpisodeRow& row : cpu.episodes) {
            Values& v = groups[{row.kind.world, row.kind.cause, by_detail ? row.kind.detail : 0}];
            if (!row.kind.finished) {
                v.unfinished += row.count;
                continue;
            }
            const Counted insns{row.kind.insns(), row.count}, ticks{row.kind.ticks(), row.count};
            v.insns.push_back(insns);
            v.ticks.push_back(ticks);
            if (!row.kind.measured) continue;
            v.measured_insns.push_back(insns);
            v.measured_ticks.push_back(ticks);
        }
    std::vector<EpisodeGroup> out;
    for (auto& [key, v] : groups) {
        const auto [world, cause, detail] = key;
        out.push_back({world, cause, detail, distribution(std::move(v.insns)), distribution(std::move(v.ticks)),
                       distribution(std::move(v.measured_insns)), distribution(std::move(v.measured_ticks)),
                       v.unfinished});
    }
    return out;
}

}  // namespace vtoll::core
