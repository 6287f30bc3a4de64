// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/books.hpp"

#include <algorithm>

#include "core/ledger/store/episodes_sqlite.hpp"
#include "core/ledger/store/results_json.hpp"
#include "isa/state/syndrome.hpp"

namespace vtoll::core {

void Books::map_phases_of(const std::optional<InputFile>& phases, const std::string& world, const Symbols& symbols,
                          bool virtualization, RegionMap& map) {
    if (!phases) return;
    const bool hyp = virtualization && world == symbols_of::hypervisor;
    const PhaseRules rules = parse_phases(phases->bytes, phases->name);
    map_phases(rules, symbols, hyp ? isa::Privilege::pl2 : isa::Privilege::pl1, record_.phases, map);
}

void Books::map_functions_of(const std::string& file, const std::string& world, const Symbols& symbols,
                             bool virtualization) {
    functions_.add(std::filesystem::path(file).filename().string(), symbols, levels_of(world, virtualization));
}

void Books::attach(Simulation& run) {
    const MachineKeys& machine = run.machine().config();
    RegionMap map;
    for (const LoadedImage& loaded : run.images())
        map_phases_of(loaded.phases, loaded.spec.symbols, loaded.image.symbols, machine.virtualization, map);
    for (const LoadedSymbols& loaded : run.symbols())
        map_phases_of(loaded.phases, loaded.spec.world, loaded.symbols, machine.virtualization, map);
    if (recording_.functions) {
        for (const LoadedImage& loaded : run.images())
            map_functions_of(loaded.spec.file, loaded.spec.symbols, loaded.image.symbols, machine.virtualization);
        for (const LoadedSymbols& loaded : run.symbols())
            map_functions_of(loaded.spec.file, loaded.spec.world, loaded.symbols, machine.virtualization);
        map = functions_.divide(map);
        run_ = &run;
    }
    const bool pl1_is_hypervisor =
        !machine.virtualization && std::any_of(run.images().begin(), run.images().end(), [](const LoadedImage& image) {
            return image.spec.symbols == symbols_of::hypervisor;
        });
    policy_ = run.scenario().worlds;
    know_calls(run);
    policy_.pl1_is_hypervisor = pl1_is_hypervisor;
    measuring_.resize(machine.cpus);
    opened_.resize(machine.cpus);
    recorders_.resize(machine.cpus);
    for (unsigned i = 0; i < machine.cpus; ++i) {
        ledgers_.push_back(std::make_unique<Ledger>());
        open(run, i);
        run.cpu(i).set_observer(ledgers_[i].get());
        run.cpu(i).set_regions(map);
        if (recording_.functions) run.cpu(i).set_code_listener(this);
    }
}

void Books::open(Simulation& run, unsigned i) {
    Processor& cpu = run.cpu(i);
    isa::CpuState state = cpu.state();
    if (cpu.instructions() == 0)  // off: it will start in this mode
        state.psr = (state.psr & ~isa::psr::M) | static_cast<u32>(run.machine().start_mode());
    ledgers_[i]->set_policy(policy_);
    ledgers_[i]->set_rows(&rows_);
    ledgers_[i]->set_host_exits(&host_exits_);
    ledgers_[i]->set_known_details([this](const EpisodeKind& kind) {
        const auto call = call_of(isa::Syndrome(kind.syndrome), kind.detail);
        return call && calls_.names(*call);
    });
    ledgers_[i]->set_clock([&cpu] { return cpu.counts(); });
    if (recording_.any()) {
        recorders_[i] = std::make_unique<Recorder>(recording_);
        ledgers_[i]->set_sink(recorders_[i].get(), recording_.functions ? &functions_.parts() : nullptr);
    }
    if (told_) ledgers_[i]->set_sink(told_(i), nullptr);
    ledgers_[i]->begin(state, cpu.counts(), measuring_[i] != 0);
    opened_[i] = cpu.counts();
    cpu.state().region = 0;
}

/// Functions without symbols.
void Books::calls(isa::Privilege level, u32 target) {
    const auto found = functions_.called(level, target);
    if (!found) return;
    for (unsigned i = 0; i < ledgers_.size(); ++i)
        run_->cpu(i).add_region(level, found->begin, found->end, found->region);
}

void Books::serialize(Archive& ar) {
    if (!ar.restoring()) {
        measuring_.clear();
        for (const auto& ledger : ledgers_) measuring_.push_back(ledger->measuring());
    }
    ar(measuring_, rows_);
}

void Books::restart(Simulation& run) {
    rows_.restart();
    host_exits_ = HostExits();
    for (unsigned i = 0; i < ledgers_.size(); ++i) {
        measuring_[i] = ledgers_[i]->measuring();
        *ledgers_[i] = Ledger();
        open(run, i);
    }
}

/// The hypervisor's own interface first: it may number all its calls in its own way.
void Books::know_calls(Simulation& run) {
    if (run.calls()) calls_.add(parse_calls(run.calls()->bytes, run.calls()->name));
    const CallInterfaces usual = usual_calls();
    for (const CallInterface& each : usual.all()) calls_.add(each);
    for (const CallInterface& each : calls_.all()) {
        if (each.covers(CallInstruction::hvc, each.immediate.value_or(0))) {
            if (!each.immediate) policy_.number_register = each.number_register;
            else if (calls_.register_of(CallInstruction::hvc, *each.immediate) == each.number_register)
                policy_.number_registers.emplace_back(*each.immediate, each.number_register);
        }
        if (each.covers(CallInstruction::svc, each.immediate.value_or(0)))
            policy_.syscall_register = each.number_register;
    }
    record_.number_registers = policy_.number_registers;
    record_.number_register = policy_.number_register;
    record_.syscall_register = policy_.syscall_register;
}

void Books::finish(Simulation& run) {
    const Pricing& pricing = run.cpu(0).config().pricing;
    record_.scenario = run.scenario().name;
    record_.timing = pricing.name;
    record_.timing_title = pricing.title;
    record_.placement = run.scenario().timing.placement;
    record_.clock_hz = run.machine().config().clock_hz();
    record_.outcome = outcome_name(run.outcome().kind);
    record_.guest_code = run.outcome().guest_code;
    record_.rows = rows_.names();
    for (unsigned i = 0; i < ledgers_.size(); ++i) ledgers_[i]->close(run.cpu(i).counts());
    for (unsigned i = 0; i < ledgers_.size(); ++i) {
        const Counts now = run.cpu(i).counts();
        Ledger& ledger = *ledgers_[i];
        ledger.settle(host_exits_);
        if (recorders_[i]) recorders_[i]->settle(host_exits_);
        record_.cpus.push_back({{now.insns - opened_[i].insns, now.ticks - opened_[i].ticks},
                                ledger.accounts(),
                                ledger.episodes(),
                                ledger.samples(),
                                ledger.markers(),
                                ledger.crossings(),
                                ledger.row_counts(),
                                ledger.host_exits(),
                                facts_of(ledger.facts())});
        record_.cpus.back().facts.ending = run.ending(i);
    }
    (void)core::name_calls(record_, calls_);
    name_calls_by_address(run);
    name_callers(run);
    const bool divided =
        record_.phases.divided(World::kernel) || (host_exits_.resident && record_.phases.divided(World::hypervisor));
    if (host_exits_.hosted && divided) record_.phases.divide(World::host_kernel);
}

/// Hypercalls whose number is the address of a function of some image: a Type-II hypervisor's host calls its code in
/// Hyp mode so.
void Books::name_calls_by_address(Simulation& run) {
    const auto name = [this](const Call& call, const Symbols& symbols) {
        const u32 number = call.number;
        const u32 address = number & ~1u;  // the lowest bit says that it is T32 code
        const Symbol* found = symbols.at(address);
        if (found && found->function && found->address == address)
            if (!calls_.names(call)) record_.calls[call] = "hypercall " + found->name;
    };
    for (const ProcessorRecord& cpu : record_.cpus)
        for (const EpisodeRow& row : cpu.episodes) {
            const auto call = call_of(isa::Syndrome(row.kind.syndrome), row.kind.detail);
            if (!call || call->instruction != CallInstruction::hvc || call->number == many_details) continue;
            for (const LoadedImage& loaded : run.images()) name(*call, loaded.image.symbols);
            for (const LoadedSymbols& loaded : run.symbols()) name(*call, loaded.symbols);
        }
}

/// Functions that exits were taken out of. Where two kernels have different ones at an address, nobody knows.
void Books::name_callers(Simulation& run) {
    const auto name = [&](u32 address, bool hypervisor, std::map<u32, std::string>& names) {
        std::string found;
        const auto look = [&](const std::string& world, const Symbols& symbols) {
            if (!world.empty() && (world == symbols_of::hypervisor) != hypervisor) return true;
            const Symbol* symbol = symbols.at(address);
            if (!symbol || symbol->name == found) return true;
            if (!found.empty()) return false;
            found = symbol->name;
            return true;
        };
        for (const LoadedImage& loaded : run.images())
            if (!look(loaded.spec.symbols, loaded.image.symbols)) return;
        for (const LoadedSymbols& loaded : run.symbols())
            if (!look(loaded.spec.world, loaded.symbols)) return;
        if (!found.empty()) names.emplace(address, found);
    };
    const auto name_all = [&](const EpisodeKind& kind, const Callers& callers) {
        const bool inside = of_hypervisor_itself(kind);
        for (const auto& [address, count] : callers.counts)
            name(address, inside, inside ? record_.hypervisor_functions : record_.guest_functions);
    };
    for (const ProcessorRecord& cpu : record_.cpus) {
        for (const EpisodeRow& row : cpu.episodes) name_all(row.kind, row.callers);
        for (const HostExitRow& row : cpu.host_exits) name_all(row.kind, row.callers);
    }
}

void Books::write(Simulation&, RunDirectory& directory) {
    directory.add("stats.json", stats_json(record_));
    write_episodes(record_, directory.path_of("episodes.sqlite"));
    if (!recording_.any()) return;
    std::vector<const Recorder*> recorders;
    for (const auto& recorder : recorders_) recorders.push_back(recorder.get());
    write_recording(record_, recording_, functions_.functions(), recorders, directory.path_of("recording.sqlite"));
}

}  // namespace vtoll::core
