// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/function_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace vtoll::core {

namespace {

constexpr u32 longest = 0x1'0000;     ///< that a function without a symbol is taken to be
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
        const u32 end = symbols.end_of_all_at(begin);
        const Symbol* best = nullptr;
        for (; i < all.size() && all[i].address == begin; ++i) best = &all[i];  // aliases: functions come last
        if (begin < covered || (best->size && !best->function)) continue;       // a label inside a function, or data
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

std::optional<FunctionMap::Found> FunctionMap::called(isa::Privilege level, u32 target) {
    const u16 there = map_.find(level, target);
    const std::string name = fmt::format("fn_{:08x}", target);
    if (there && (there < named_ || functions_[there].name == name)) return std::nullopt;
    if (parts_.size() > most) return std::nullopt;  // each function is in one of them
    const auto function = static_cast<u16>(functions_.size()), region = static_cast<u16>(parts_.size());
    const u32 end = static_cast<u32>(std::min<u64>(map_.begin_after(level, target), u64{target} + longest));
    functions_.push_back({"", name});
    parts_.push_back({phases_.find(level, target), function});
    map_.add(level, target, end, function, false);
    return Found{target, end, region};
}

RegionMap FunctionMap::divide(const RegionMap& phases) {
    phases_ = phases;
    named_ = functions_.size();
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
