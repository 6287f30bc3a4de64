// SPDX-License-Identifier: Apache-2.0
// One line of a Tarmac-style log: the grammar of docs/log.md, and what other producers write that is close to it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "isa/state/modes.hpp"
#include "isa/types.hpp"

namespace vtoll::core::trace {

/// What is wrong with a line: what was expected.
struct BadLine {
    std::string expected;
};

struct TarmacLine {
    struct Instruction {
        u32 va = 0;
        std::optional<u64> pa;
        u32 opcode = 0;
        u8 length = 4;
        bool thumb = false, passed = true;
        std::optional<isa::Mode> mode;
    };
    struct Register {
        std::string name;
        std::optional<u64> value;  ///< absent: the log doesn't know it, or it has more than 64 bits
    };
    /// Of some of 16 bytes: lines LD and ST may have gaps, others are of the first ones.
    struct Access {
        static constexpr unsigned most = 16;
        bool write = false, aborted = false;
        u32 va = 0;
        std::optional<u64> pa;        ///< of `va`
        u32 accessed = 0, known = 0;  ///< bit n: byte n is, its value is
        std::array<u8, most> value{};
    };
    struct Walk {
        u64 pa = 0, value = 0;
        u8 size = 4;
    };
    struct Event {
        u32 va = 0;
        u64 detail = 0;
        std::string name;  ///< without CoreEvent_
    };
    struct Unknown {
        std::string type;
    };
    struct Nothing {};

    std::optional<u64> time;
    std::string unit, cpu;
    std::variant<Nothing, Instruction, Register, Access, Walk, Event, Unknown> what;
};

/// Throws BadLine for a line of a known type that breaks the grammar.
TarmacLine parse_tarmac(std::string_view text);

}  // namespace vtoll::core::trace
