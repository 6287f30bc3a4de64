// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/virtio_plugs.hpp"

#include <fmt/format.h>

#include "core/platform/virtio/entropy.hpp"
#include "core/platform/virtio/terminal.hpp"

namespace vtoll::core {

void VirtioPlugs::plug(VirtioSlots& slots, const VirtioSpec& spec, std::string bytes, u64 seed,
                       const std::string& place) {
    const auto slot = spec.slot ? spec.slot : slots.free_slot();
    if (!slot) throw InputError(fmt::format("{}: all {} slots are taken", place, memory_map::virtio_slots));
    if (!slots.plug(make(spec, std::move(bytes), seed, *slot), *slot))
        throw InputError(fmt::format("{}.slot: slot {} is taken", place, *slot));
}

std::unique_ptr<VirtioDevice> VirtioPlugs::make(const VirtioSpec& spec, std::string bytes, u64 seed, unsigned slot) {
    switch (spec.kind) {
    case VirtioSpec::Kind::block: {
        auto disk = std::make_unique<VirtioBlock>(std::move(bytes), fmt::format("vtoll-{}", slot));
        if (spec.keep) kept_[slot] = disk.get();
        return disk;
    }
    case VirtioSpec::Kind::console: {
        auto console = std::make_unique<Console>();
        console->set_input(std::move(bytes));
        auto terminal = std::make_unique<VirtioTerminal>(*console);
        consoles_[slot] = std::move(console);
        return terminal;
    }
    case VirtioSpec::Kind::network: return std::make_unique<VirtioNetwork>(cables_[spec.cable], cards_++);
    case VirtioSpec::Kind::random: return std::make_unique<VirtioEntropy>(seed ^ u64{slot + 1} << 32);
    }
    return nullptr;
}

void VirtioPlugs::limit_consoles(u64 most, const std::function<void()>& on_full) {
    for (const auto& [slot, console] : consoles_) console->limit(most, on_full);
}

std::vector<std::pair<std::string, std::string>> VirtioPlugs::documents() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& [slot, console] : consoles_) all.emplace_back(fmt::format("virtio{}.log", slot), console->log());
    for (const auto& [slot, disk] : kept_) all.emplace_back(fmt::format("virtio{}.img", slot), disk->contents());
    return all;
}

}  // namespace vtoll::core
