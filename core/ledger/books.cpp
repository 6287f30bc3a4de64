// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/books.hpp"

#include <algorithm>

#include "core/ledger/episodes_sqlite.hpp"
#include "core/ledger/results_json.hpp"

namespace vtoll::core {

void Books::map_phases_of(const std::optional<InputFile>& phases, const std::string& world, const Symbols& symbols,
                          bool virtualization, RegionMap& map) {
    if (!phases) return;
    const bool hyp = virtualization && world == "hypervisor";
    const PhaseRules rules = parse_phases(phases->bytes, phases->name);
    map_phases(rules, symbols, hyp ? isa::Privilege::pl2 : isa::Privilege::pl1, record_.phases, map);
}

void Books::attach(Simulation& run) {
    const MachineConfig& machine = run.machine().config();
    RegionMap map;
    for (const LoadedImage& loaded : run.images())
        map_phases_of(loaded.phases, loaded.spec.symbols, loaded.image.symbols, machine.virtualization, map);
    for (const LoadedSymbols& loaded : run.symbols())
        map_phases_of(loaded.phases, loaded.spec.world, loaded.symbols, machine.virtualization, map);
    const bool pl1_is_hypervisor =
        !machine.virtualization && std::any_of(run.images().begin(), run.images().end(), [](const LoadedImage& image) {
            return image.spec.symbols == "hypervisor";
        });
    for (unsigned i = 0; i < machine.cpus; ++i) {
        Cpu& cpu = run.cpu(i);
        Ledger& ledger = *ledgers_.emplace_back(std::make_unique<Ledger>());
        const auto& worlds = run.scenario().worlds;
        ledger.set_policy({pl1_is_hypervisor, worlds.kernel_domain, worlds.hypervisor_asid, worlds.hypercall_register});
        ledger.begin(machine.virtualization ? isa::Mode::hyp : isa::Mode::svc, cpu.counts());
        opened_.push_back(cpu.counts());
        cpu.set_observer(&ledger);
        cpu.set_regions(map);
    }
}

void Books::finish(Simulation& run) {
    const Pricing& pricing = run.cpu(0).config().pricing;
    record_.scenario = run.scenario().name;
    record_.timing = pricing.name;
    record_.timing_title = pricing.title;
    record_.clock_hz = run.machine().config().clock_hz;
    record_.outcome = outcome_name(run.outcome().kind);
    record_.guest_code = run.outcome().guest_code;
    for (unsigned i = 0; i < ledgers_.size(); ++i) {
        const Counts now = run.cpu(i).counts();
        Ledger& ledger = *ledgers_[i];
        ledger.close(now);
        record_.cpus.push_back({{now.insns - opened_[i].insns, now.ticks - opened_[i].ticks},
                                ledger.accounts(),
                                ledger.episodes(),
                                ledger.samples(),
                                ledger.markers(),
                                ledger.crossings()});
    }
}

void Books::write(Simulation&, RunDirectory& directory) {
    directory.add("stats.json", stats_json(record_));
    write_episodes(record_, directory.path_of("episodes.sqlite"));
}

}  // namespace vtoll::core
