// SPDX-License-Identifier: Apache-2.0
// What an element or structure load or store moves, from its encoding. ARM DDI 0406C §A7.7, §A8.8.320 to §A8.8.331.
#pragma once

#include "isa/types.hpp"

namespace vtoll::isa {

struct NeonStructure {
    enum class Form : u8 { multiple, lane, all_lanes };
    Form form = Form::multiple;
    bool defined = true;  ///< false: a reserved combination, UNDEFINED
    u8 size = 0;          ///< log2 of the bytes of an element
    u8 elements = 1;      ///< of a structure: 1 to 4
    u8 repeat = 1;        ///< registers for each element of the structure
    u8 spacing = 1;       ///< from the registers of one element to those of the next
    u8 lane = 0;          ///< Form::lane
    u8 alignment = 1;     ///< bytes; 1 where the encoding asks for none
    u8 first = 0;         ///< lowest doubleword register

    u32 element_bytes() const { return 1u << size; }
    /// Registers of the list, and the number of the one that follows the last.
    u32 registers() const { return u32{elements} * repeat; }
    u32 end() const { return first + (elements - 1u) * spacing + repeat; }
    u32 total_bytes() const { return form == Form::multiple ? 8 * registers() : elements * element_bytes(); }
};

/// `raw` in A32 or T32: they differ in the top byte only, which is not looked at.
NeonStructure neon_structure(u32 raw);

}  // namespace vtoll::isa
