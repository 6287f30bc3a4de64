// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/function_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace vtoll::core {

namespace {

constexpr std::size_t most = 0xffff;  // a region is 16 bits wide

[[noreturn]] void too_many(const std::string& where) {
    throw InputError(
        fmt::format("--functions: {}: more functions than can be told apart, expected at most {}", where, most));
}

}  // namespace

void FunctionMap::add(const std::string& image, const Symbols& symbols, std::vector<isa::Privilege> levels) {
    const std::vector<Symbol>& all = symbols.all();
    u32 covered = 0;
    for (std::size_t i = 0; i < all.size();) {
        const u32 begin = all[i].address;
        u32 size = 0;
        const Symbol* best = nullptr;
        for (; i < all.size() && all[i].address == begin; ++i) {  // aliases: functions come last
            size = std::max(size, all[i].size);
            best = &all[i];
        }
        if (begin < covered || (best->size && !best->function)) continue;  // a label inside a function, or data
        u32 end = begin + size;
        if (size == 0) end = i < all.size() ? all[i].address : begin + 4;
        covered = end;
        if (functions_.size() > most) too_many(image);
        const auto number = static_cast<u16>(functions_.size());
        bool used = false;
        for (const isa::Privilege level : levels) {
            if (map_.find(level, begin) != 0 || map_.boundary_after(level, begin) < end) continue;
            map_.add(level, begin, end, number);
            used = true;
        }
        if (used) functions_.push_back({image, best->name});
    }
}

RegionMap FunctionMap::divide(const RegionMap& phases) {
    RegionMap regions;
    regions.divide_as(phases);
    std::map<std::pair<u16, u16>, u16> numbers{{{0, 0}, 0}};
    for (const isa::Privilege level : {isa::Privilege::pl0, isa::Privilege::pl1, isa::Privilege::pl2}) {
        for (u32 begin = 0, end = 0; end != ~u32{0}; begin = end) {
            end = std::min(phases.boundary_after(level, begin), map_.boundary_after(level, begin));
            const RegionPart part{phases.find(level, begin), map_.find(level, begin)};
            const auto [it, fresh] = numbers.try_emplace({part.phase, part.function}, static_cast<u16>(parts_.size()));
            if (fresh) {
                if (parts_.size() > most) too_many("with their phases");
                parts_.push_back(part);
            }
            if (it->second) regions.add(level, begin, end, it->second, false);
        }
    }
    return regions;
}

}  // namespace vtoll::core
