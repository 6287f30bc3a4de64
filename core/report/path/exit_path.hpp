// SPDX-License-Identifier: Apache-2.0
// What each instruction on the way of an exit (or of a function) cost, as plain data.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/store/statistics.hpp"
#include "core/seam/stall.hpp"
#include "isa/state/modes.hpp"

namespace vtoll::core {

/// Ticks by what they went to; `issue` is what the others leave of the whole. Signed, as differences are.
using StallTicks = std::array<s64, stall_count>;

/// An instruction, or what stands for ticks of no instruction.
struct PathPlace {
    enum class Kind : u8 {
        instruction,
        entry,    ///< what the hardware takes to enter an exception
        leaving,  ///< and to return from one
        between,  ///< translating the address of an instruction that was never executed
    };
    Kind kind = Kind::instruction;
    u32 address = 0;
    u32 raw = 0;  ///< encoding; a 32-bit Thumb instruction has its first halfword on top
    u8 length = 4, itstate = 0;
    bool thumb = false;
    isa::Privilege level = isa::Privilege::pl2;

    bool operator==(const PathPlace&) const = default;
};

struct PathLine {
    PathPlace place;
    std::string text;      ///< in assembler
    std::string function;  ///< the symbol that covers it, "" when there is none
    u32 offset = 0;        ///< from its beginning
    std::string source;    ///< "exits.c:117", "" when nothing says so
    u64 times = 0;         ///< that it was executed
    u64 ticks = 0;
    StallTicks stalls{};
    Distribution each;  ///< its ticks in one exit (or call), also of those that it has no part in
};

/// An instruction of one exit as it was executed.
struct PathStep {
    std::size_t line = 0;  ///< in ExitPath::lines
    u64 begin = 0;         ///< ticks since the exit began
    u64 ticks = 0;
    StallTicks stalls{};
};

struct PathEpisode {
    unsigned cpu = 0;
    u64 began = 0;   ///< tick
    u64 number = 0;  ///< among those of the name, in the order in which they ended, from 1
    u64 ticks = 0;
    std::vector<PathStep> steps;
    bool cut = false;  ///< there were more
};

struct ExitPath {
    std::string name;
    bool function = false;     ///< of a function and its calls, rather than of an exit
    Distribution each;         ///< ticks of one exit (or call)
    u64 insns = 0, ticks = 0;  ///< of all of them, as the books have it
    StallTicks stalls{};
    /// The guest from each of them to the next exit of that processor, of whatever name; what sleeps is not in it.
    struct Guest {
        u64 insns = 0;
        StallTicks stalls{};
    };
    Guest guest;
    std::vector<PathLine> lines;  ///< in order of address within each stretch of code, stretches as they were come to
    std::optional<PathEpisode> episode;  ///< the one that was asked for
    bool source_known = true;            ///< false: the program can't read lines of source

    /// What the books have and the lines do not: zero, or the lines are wrong.
    struct Residue {
        s64 insns = 0, ticks = 0;
        StallTicks stalls{};
        bool operator==(const Residue&) const = default;
    };
    Residue residue() const;
};

}  // namespace vtoll::core
