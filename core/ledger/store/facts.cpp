// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/platform/device_entry.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core {

std::span<const ControlName> control_names() {
#define VTOLL_NAMED(member, name, description) {&Controls::member, name, description},
    static constexpr ControlName all[] = {VTOLL_CONTROLS(VTOLL_NAMED)};
#undef VTOLL_NAMED
    return all;
}

std::string device_register(u64 pa) {
    for (const DeviceEntry* device : device_list()) {
        if (!device->window.holds(pa)) continue;
        const auto offset = static_cast<u32>(pa - device->window.base);
        for (const auto& [entry, frame] : {std::pair{&gicd_device, gic::Frame::gicd},
                                           {&gicc_device, gic::Frame::gicc},
                                           {&gich_device, gic::Frame::gich},
                                           {&gicv_device, gic::Frame::gicv}})
            if (entry == device)
                if (const std::string name = gic::Gic::register_name(frame, offset); !name.empty()) return name;
        return fmt::format("{} + {:#x}", device->name, offset);
    }
    return fmt::format("{:#x}", pa);
}

std::string words_of(const FirstFault& fault) {
    std::string text = fmt::format("{} at {:#010x}{} in {} mode, behind instruction {}", fault.kind, fault.pc,
                                   fault.place.empty() ? "" : " <" + fault.place + ">", fault.mode, fault.insns);
    for (const std::string& more : {fault.status, fault.address})
        if (!more.empty()) text += ", " + more;
    return text;
}

Facts facts_of(const FactBook& book) {
    Facts facts;
    std::ranges::copy_if(book.controls(), std::back_inserter(facts.controls),
                         [](const ControlFact& f) { return f.insns || f.ticks; });
    std::ranges::stable_sort(facts.controls, {},
                             [](const ControlFact& f) { return std::tuple(f.world, f.in_exception, f.controls); });
    for (const auto& [owner, table] : book.tables()) {
        for (std::size_t i = 0; i < memory_events; ++i)
            if (table.events[i]) facts.events.push_back({owner, static_cast<MemoryEvent>(i), table.events[i]});
        for (std::size_t i = 0; i < table.accesses.size(); ++i) {
            if (!table.accesses[i].count) continue;
            const std::size_t place = i / 2;
            AccessFact fact;
            fact.owner = owner;
            fact.write = i % 2 != 0;
            fact.counts = table.accesses[i];
            if (place < isa::booked_registers()) {
                fact.name = isa::booked_register(static_cast<u16>(place)).name;
            } else {
                const auto address = book.device_at(place);
                fact.device = true;
                fact.name = address ? device_register(*address) : "further devices";
                fact.address = address.value_or(0);
            }
            facts.accesses.push_back(std::move(fact));
        }
    }
    return facts;
}

}  // namespace vtoll::core
