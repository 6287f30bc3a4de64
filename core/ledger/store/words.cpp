// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/words.hpp"

#include <string>

namespace vtoll::core {

using Json = nlohmann::ordered_json;

namespace {

/// Every value of an axis of the ledger.
template <class Axis, class Entry>
Json legend(Entry entry) {
    Json all = Json::object();
    for (std::size_t i = 0; i < static_cast<std::size_t>(Axis::count); ++i) {
        const auto value = static_cast<Axis>(i);
        all[std::string(name_of(value))] = entry(value);
    }
    return all;
}

/// The usual one: a host's kernel may be resident in Hyp mode, a hypervisor at PL1.
Json privilege_of(World world) {
    switch (world) {
    case World::user:
    case World::host_user: return 0;
    case World::kernel:
    case World::host_kernel: return 1;
    case World::hypervisor: return 2;
    default: return nullptr;
    }
}

}  // namespace

Json world_words() {
    return legend<World>([](World w) { return Json{{"title", describe(w)}, {"privilege", privilege_of(w)}}; });
}

Json cause_words() {
    return legend<Cause>([](Cause c) { return Json{{"title", describe(c)}}; });
}

Json phase_words(const PhaseNames& phases) {
    Json all = Json::object();
    const auto add = [&](u16 phase, bool hardware) {
        for (std::size_t w = 0; w < static_cast<std::size_t>(World::count); ++w)
            if (const std::string name(phases.of(static_cast<World>(w), phase)); !name.empty())
                all[name] = {{"hardware", hardware}};
    };
    add(phase_hardware_entry, true);
    for (u16 phase = PhaseNames::first; phase <= PhaseNames::last; ++phase) add(phase, false);
    add(phase_unnamed, false);
    add(phase_hardware_exit, true);
    return all;
}

Json stall_words() {
    return legend<Stall>([](Stall s) {
        const auto number = static_cast<std::size_t>(s);
        return Json{{"title", title_of(s)},
                    {"description", describe(s)},
                    {"core", number >= first_core_stall && number < first_core_stall + core_stalls}};
    });
}

Json control_words() {
    Json all = Json::object();
    for (const ControlName& control : control_names())
        all[std::string(control.name)] = {{"description", control.description}};
    return all;
}

Json memory_event_words() {
    return legend<MemoryEvent>([](MemoryEvent e) { return Json{{"description", describe(e)}}; });
}

Json unit_words() {
    return {{unit::instruction, {{"description", "executed; exact"}}},
            {unit::tick, {{"description", "cycle of the timing model"}}},
            {unit::event, {{"description", "occurrence; exact"}}}};
}

std::string account_name(World world, Cause cause) {
    std::string name(name_of(world));
    if (cause != Cause::none) return name.append(": ").append(name_of(cause));
    if (world == World::kernel || world == World::hypervisor) name.append(": ").append(describe(cause));
    return name;
}

}  // namespace vtoll::core
