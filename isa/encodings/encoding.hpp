// SPDX-License-Identifier: Apache-2.0
// One row of an encoding table: a bit string that the decoder, the printer and the random-program generator share.
//
//   INST(ADC_imm, "ADC{S}{c} Rd, Rn, #const", "cccc0010101Snnnnddddiiiiiiiiiiii", alu)
//
// `0` and `1` are fixed bits, a letter names a field (its bits need not be adjacent: they are joined in order,
// most significant first), `-` is a bit that the processor ignores. `(0)`/`(1)` of the manual are written as fixed
// bits: the other value is UNPREDICTABLE and decodes as UNDEFINED, the documented policy.
#pragma once

#include <array>
#include <bit>
#include <span>
#include <string_view>

#include "isa/cost_class.hpp"
#include "isa/encodings/fields.hpp"
#include "isa/encodings/meaning.hpp"
#include "isa/encodings/roles.hpp"
#include "isa/features.hpp"
#include "isa/op.hpp"
#include "isa/state/modes.hpp"
#include "isa/types.hpp"

namespace vtoll::isa {

enum class InstrSet : u8 { a32, t16, t32 };

struct Encoding;

/// Everything apart from the encoding that decides what an instruction word means. Part of a block's key.
struct DecodeContext {
    u32 pc = 0;
    Privilege privilege = Privilege::pl1;
    u8 itstate = 0;  ///< ITSTATE before this instruction
    const Features* features = nullptr;

    bool in_it() const { return (itstate & 0xf) != 0; }
    bool last_in_it() const { return (itstate & 0xf) == 8; }
};

enum class Decoded : u8 {
    ok,
    undefined,      ///< UNDEFINED in this context (privilege, feature, reserved value)
    unpredictable,  ///< UNPREDICTABLE: executed as UNDEFINED (policy, docs/unpredictable.md)
    not_this_row,   ///< a "SEE ..." clause: try the next matching row
};

/// A decoded instruction: the op that the run loop executes, and what else is known of it.
struct Decoding : Op {
    Roles roles;
    Properties properties;
    Meaning meaning;
    const Encoding* row = nullptr;  ///< also of an instruction that is UNDEFINED by this row; nullptr: no row has it
};

/// Fills the decoding from the fields. Before it runs, the decoder has set pc, raw, len, cond, itstate, cls and row.
using Translate = Decoded (*)(u32 raw, const DecodeContext&, Decoding&);

struct Encoding {
    std::string_view name;    ///< handler name, unique within an instruction set: "ADC_imm"
    std::string_view syntax;  ///< assembler syntax in the manual's notation; the printer reads it
    std::string_view bits;    ///< 16 or 32 characters
    CostClass cls;
    Translate translate;
    // derived from `bits` when the tables are built
    u32 mask = 0, value = 0;
    std::array<u32, 64> field{};  ///< mask of each letter, index: letter - 'A'
};

/// All rows of an instruction set, most specific first.
std::span<const Encoding> encodings(InstrSet set);

/// Decode one instruction. Always fills `d` with something executable: an undefined instruction gets the handler that
/// takes the Undefined Instruction exception, and has neither roles nor properties. `raw`: Thumb 32-bit encodings have
/// the first halfword on top.
Decoded decode(InstrSet set, u32 raw, const DecodeContext& ctx, Decoding& d);
/// The same for who wants to run it only.
inline Decoded decode(InstrSet set, u32 raw, const DecodeContext& ctx, Op& op) {
    Decoding d;
    const Decoded result = decode(set, raw, ctx, d);
    op = d;
    return result;
}

/// A row's fields by letters that are known when running: for who reads the table as data (the printer, tests).
class FieldsByName {
public:
    FieldsByName(const Encoding& row, u32 raw) : row_(row), raw_(raw) {}
    u32 operator()(char letter) const;  ///< the row must have the field: asserted
    bool has(char letter) const { return mask(letter) != 0; }
    unsigned width(char letter) const { return static_cast<unsigned>(std::popcount(mask(letter))); }
    u32 raw() const { return raw_; }
    const Encoding& row() const { return row_; }

private:
    u32 mask(char letter) const { return row_.field[static_cast<unsigned>(letter - 'A')]; }

    const Encoding& row_;
    u32 raw_;
};

/// True when a first Thumb halfword starts a 32-bit instruction (ARM DDI 0406C §A6.1).
constexpr bool is_thumb32(u16 hw) { return hw >= 0xe800; }

/// ITAdvance(), ARM DDI 0406C §A2.5.2.
constexpr u8 it_advance(u8 it) { return (it & 7) == 0 ? 0 : static_cast<u8>((it & 0xe0) | ((it << 1) & 0x1f)); }
/// ITSTATE behind an instruction that ran in `it`.
constexpr u8 itstate_after(u8 it, const Properties& p) { return p.itstate ? p.itstate : it_advance(it); }

/// The word of an instruction as a little-endian number of its bytes in memory.
constexpr u32 in_memory(u32 raw, InstrSet set) { return set == InstrSet::t32 ? raw << 16 | raw >> 16 : raw; }

}  // namespace vtoll::isa
