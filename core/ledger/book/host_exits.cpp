// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/host_exits.hpp"

#include <numeric>

namespace vtoll::core {

u64 HostExitRow::insns() const {
    return std::accumulate(parts.begin(), parts.end(), u64{0}, [](u64 n, const PartCost& p) { return n + p.insns; });
}

u64 HostExitRow::ticks() const {
    return std::accumulate(parts.begin(), parts.end(), u64{0}, [](u64 n, const PartCost& p) { return n + p.ticks; });
}

u64 HostExitRow::hash() const {
    u64 h = u64(kind.syndrome) << 32 ^ kind.detail ^ u64(kind.cause) << 56 ^ u64(kind.vm) << 48;
    for (const PartCost& part : parts) h = (h ^ part.insns ^ part.ticks << 24) * 0x9e37'79b9'7f4a'7c15ull;
    return h;
}

void add_parts(PartCosts& sums, const HostExitRow& row) {
    for (std::size_t i = 0; i < exit_parts; ++i) {
        sums[i].insns += row.count * row.parts[i].insns;
        sums[i].ticks += row.count * row.parts[i].ticks;
    }
}

OpenHostExit& HostExits::place(MachineProcessor machine) {
    for (std::size_t i = 0; i < places_.size(); ++i)
        if (places_[i]->machine == machine) return *places_[last_ = i];
    if (places_.size() < most) {
        last_ = places_.size();
        return *places_.emplace_back(std::make_unique<OpenHostExit>());
    }
    last_ = oldest_;
    oldest_ = (oldest_ + 1) % most;
    return *places_[last_];
}

OpenHostExit* HostExits::open(MachineProcessor machine) {
    if (places_.empty()) return nullptr;
    if (!(places_[last_]->machine == machine))
        for (std::size_t i = 0; i < places_.size(); ++i)
            if (places_[i]->machine == machine) last_ = i;
    OpenHostExit& found = *places_[last_];
    return found.machine == machine && found.owner ? &found : nullptr;
}

OpenHostExit* HostExits::left_by(const Ledger* owner) {
    for (const auto& each : places_)
        if (each->owner == owner) return each.get();
    return nullptr;
}

World HostExits::settled(World booked, bool in_exception) const {
    if (resident && booked == World::hypervisor && !in_exception) return World::host_kernel;
    if (hosted) return booked;
    return booked == World::host_kernel ? World::kernel : booked == World::host_user ? World::user : booked;
}

}  // namespace vtoll::core
