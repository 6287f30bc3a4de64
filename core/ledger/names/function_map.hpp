// SPDX-License-Identifier: Apache-2.0
// The functions of a run's programs as regions, finer than phases. Blocks end where they do without it: instructions
// and ticks are the same. Code that runs from one function into the next without a branch is the first one's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ledger/book/booking.hpp"
#include "core/ledger/names/symbols.hpp"
#include "core/seam/region_map.hpp"

namespace vtoll::core {

class FunctionMap {
public:
    struct Function {
        std::string image, name;
    };

    /// The symbols of one file, as code of these privilege levels. Of two functions at one address the first one stays.
    void add(const std::string& image, const Symbols& symbols, std::vector<isa::Privilege> levels);
    /// Regions for the processors: functions within the phases of `phases`. Throws InputError when there are too many.
    RegionMap divide(const RegionMap& phases);

    struct Found {
        u32 begin, end;
        u16 region;
    };
    /// After divide(). Code of this level calls `target`: a function begins there, and reaches to the next one. Its
    /// name is its address. Nothing when a symbol covers it, when it was found before, or when there are no numbers
    /// left.
    std::optional<Found> called(isa::Privilege level, u32 target);

    /// After divide(); called() adds to them.
    const std::vector<RegionPart>& parts() const { return parts_; }
    /// By number; 0 is code of no symbol.
    const std::vector<Function>& functions() const { return functions_; }

private:
    std::vector<Function> functions_{{"", ""}};
    RegionMap map_, phases_;
    std::size_t named_ = 0;  ///< functions that have symbols
    std::vector<RegionPart> parts_{{}};
};

}  // namespace vtoll::core
