// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/facts_json.hpp"

namespace vtoll::core {

using Json = nlohmann::ordered_json;

namespace {

Json owned(std::size_t cpu, const FactOwner& owner) {
    return {{"cpu", cpu}, {"world", name_of(owner.world)}, {"cause", name_of(owner.cause)}, {"vm", owner.vm}};
}

Json controls_of(std::size_t cpu, const ControlFact& f) {
    Json set = Json::array();
    for (const ControlName& control : control_names())
        if (f.controls.*control.member) set.push_back(control.name);
    return {{"cpu", cpu},
            {"world", name_of(f.world)},
            {"in_exception", f.in_exception},
            {"set", std::move(set)},
            {"instructions", f.insns},
            {"ticks", f.ticks},
            {"uncached", f.uncached},
            {"uncached_ticks", f.uncached_ticks}};
}

Json access_of(std::size_t cpu, const AccessFact& f) {
    Json entry = owned(cpu, f.owner);
    entry["name"] = f.name;
    if (f.device) entry["address"] = f.address;
    entry["access"] = f.write ? "write" : "read";
    entry["count"] = f.counts.count;
    entry["same"] = f.counts.same;
    entry["ticks"] = f.counts.ticks;
    entry["same_ticks"] = f.counts.same_ticks;
    return entry;
}

Json ending_of(std::size_t cpu, const Ending& e) {
    Json entry{{"cpu", cpu},
               {"pc", e.pc},
               {"place", e.place},
               {"mode", e.mode},
               {"branch_to_self", e.branch_to_self},
               {"interruptible", e.interruptible},
               {"at_vector", e.at_vector}};
    if (e.fault) entry["first_fault"] = words_of(*e.fault);
    return entry;
}

}  // namespace

Json facts_json(const RunRecord& run) {
    Json controls = Json::array(), events = Json::array(), registers = Json::array(), devices = Json::array(),
         endings = Json::array();
    for (std::size_t cpu = 0; cpu < run.cpus.size(); ++cpu) {
        const Facts& facts = run.cpus[cpu].facts;
        for (const ControlFact& f : facts.controls) controls.push_back(controls_of(cpu, f));
        for (const EventFact& f : facts.events) {
            Json entry = owned(cpu, f.owner);
            entry["event"] = name_of(f.event);
            entry["amount"] = f.amount;
            events.push_back(std::move(entry));
        }
        for (const AccessFact& f : facts.accesses) (f.device ? devices : registers).push_back(access_of(cpu, f));
        if (facts.ending) endings.push_back(ending_of(cpu, *facts.ending));
    }
    return {{"controls", std::move(controls)},
            {"memory", std::move(events)},
            {"registers", std::move(registers)},
            {"devices", std::move(devices)},
            {"endings", std::move(endings)}};
}

}  // namespace vtoll::core
