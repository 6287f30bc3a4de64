// SPDX-License-Identifier: Apache-2.0
// A random program of a few instructions and the state it starts from, both made from one number.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "isa/encodings/generator.hpp"
#include "tests/differential/machine_state.hpp"

namespace vtoll::differential {

struct Row {
    isa::InstrSet set;
    const isa::Encoding* encoding;
};

/// The privilege that programs start with.
enum class Level : u8 {
    any,   ///< User or Supervisor mode
    user,  ///< User mode
};

struct Program {
    bool thumb = false;
    unsigned l0_granule = 0;  ///< log2 of the L0 table's entries; 0: the table is empty
    u32 begin = 0;
    std::vector<u8> bytes;
    std::vector<Row> rows;    ///< in order of address, without IT and CLREX put in by the generator
    std::vector<bool> entry;  ///< by halfword: an instruction outside IT blocks starts here
    MachineState initial;
    /// Words put into the data pages first: what an RFE loads must be an address and a PSR.
    std::vector<std::pair<u32, u32>> data;

    u32 end() const { return begin + static_cast<u32>(bytes.size()); }
};

/// Whether a word may stand in a program that starts from `initial`.
using WordFilter = std::function<bool(const Row&, u32 raw, bool in_it, const MachineState& initial)>;

/// Up to `length` instructions at the slot address `begin`, chosen among `rows` (all A32, or all Thumb). In Thumb
/// some of them are put into IT blocks. Base registers of memory accesses mostly point into the data pages. Without
/// bytes when the rows have no defined instruction that is `wanted`.
Program random_program(isa::Rng& rng, std::span<const Row> rows, unsigned length, u32 begin, const WordFilter& wanted,
                       Level level);

/// Disassembly of the program, one instruction per line with its address and row name.
std::string listing(const Program& p);

}  // namespace vtoll::differential
