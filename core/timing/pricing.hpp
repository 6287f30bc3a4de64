// SPDX-License-Identifier: Apache-2.0
// What time costs: the first two rungs of the timing ladder.
//   functional   one tick per instruction, nothing else
//   weights      each cost class has a price from a table that the user can edit; events have prices of their own
// A rung prices whole blocks when they are decoded; only events (exceptions, device accesses) are priced as they
// happen.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/toml_values.hpp"
#include "core/timing/free_parts.hpp"
#include "isa/cost_class.hpp"
#include "isa/op.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Events with a price beside that of the instruction that caused them.
// clang-format off
/// X(name in price tables, the part of the machine that it is of, what it is)
#define VTOLL_COST_EVENTS(X) \
    X(exception_entry,  exceptions, "entry into a PL1 mode: flush, mode switch, vector fetch") \
    X(hyp_entry,        exceptions, "entry into Hyp mode") \
    X(exception_return, exceptions, "return from an exception: flush, refetch") \
    X(device_read,      devices,    "load from a device: the round trip to the peripheral port") \
    X(device_write,     devices,    "store to a device: posted")
// clang-format on

enum class CostEvent : u8 {
#define X(name, ...) name,
    VTOLL_COST_EVENTS(X)
#undef X
        count
};

inline constexpr FreePart part_of_event[] = {
#define X(name, part, what) FreePart::part,
    VTOLL_COST_EVENTS(X)
#undef X
};

std::string_view cost_event_name(CostEvent e);

/// One number of a table and where it comes from.
struct Price {
    u32 ticks = 0;           ///< fixed part
    u32 ticks_per_unit = 0;  ///< for classes priced per register or doubleword
    std::string source;
};

struct CoreProfile;

/// A price table: `weights`, or the trivial one of `functional`; or a core profile, which prices blocks by itself.
struct Pricing {
    std::string name, title, model, omits;
    bool functional = true;
    std::shared_ptr<const CoreProfile> core;  ///< set: the tables below are not used
    std::array<Price, static_cast<std::size_t>(isa::CostClass::count)> by_class;
    std::array<Price, static_cast<std::size_t>(CostEvent::count)> by_event;

    /// Ticks of one instruction.
    u16 of(const isa::Op& op) const {
        if (functional) return 1;
        const Price& p = by_class[static_cast<std::size_t>(op.cls)];
        return static_cast<u16>(p.ticks + p.ticks_per_unit * op.units);
    }
    u64 clock_mhz()
        const;  ///< of the platform a core profile's numbers are from; 1000 when the model is of no platform
    u32 of(CostEvent e) const { return by_event[static_cast<std::size_t>(e)].ticks; }
};

Pricing functional_pricing();

/// Read a price table (TOML). Throws InputError: file, line, what was expected. Every cost class and event must have a
/// price and a source; an unknown key is an error. The name of a table with replaced numbers says which.
Pricing load_pricing(const std::string& path, const Settings& settings = {});

/// `rung` is "functional", the name of a profile that ships with vtoll, or the path of a .toml file.
Pricing pricing_for(const std::string& rung, const Settings& settings = {}, FreeParts free = {});

/// Names of the shipped profiles, "functional" first.
std::vector<std::string> shipped_profiles();

/// What `vtoll models show` prints.
std::string describe(const Pricing&);

}  // namespace vtoll::core
