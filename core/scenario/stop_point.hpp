// SPDX-License-Identifier: Apache-2.0
// A place in a run: where it is saved, where its measurement starts.
#pragma once

#include <string>

#include "isa/types.hpp"

namespace vtoll::core {

struct StopPoint {
    enum class Kind : u8 {
        marker,        ///< behind the hint DBG #number, or the trigger that stands for it
        symbol,        ///< before the instruction at the symbol `text`, or at the address `number` when that is empty
        instructions,  ///< when all processors together have executed `number` since the machine was started
        console,       ///< when the console has shown `text`
    };
    Kind kind = Kind::marker;
    u64 number = 0;
    std::string text;
};

/// "marker:N", "symbol:NAME", "symbol:0x40008000", "insns:N", "console:TEXT". Throws InputError; `asked_by`: where it
/// is from.
StopPoint parse_stop_point(const std::string& text, const std::string& asked_by);

/// What is wrong with `text` as one, "" when it is one.
std::string complaint_of_stop_point(const std::string& text);

}  // namespace vtoll::core
