// SPDX-License-Identifier: Apache-2.0
// Instruction words as assembler text (UAL), driven by the syntax column of the encoding tables. The notation of that
// column is described at the head of each table; what is common to all of them is in printer.cpp.
#pragma once

#include <string>

#include "isa/encodings/encoding.hpp"

namespace vtoll::isa {

/// "addseq r0, r1, #0xff". Numbers above 9 are hexadecimal. What decodes to nothing is ".word 0x..." or ".short 0x...".
/// `decoded` (optional) receives the instruction.
std::string disassemble(InstrSet set, u32 raw, const DecodeContext& ctx, Decoding* decoded = nullptr);

/// The same when the instruction is decoded already.
std::string print_instruction(InstrSet set, const DecodeContext& ctx, const Decoding& d);

const char* register_name(unsigned n);   ///< "r0" ... "r12", "sp", "lr", "pc"
const char* condition_name(unsigned c);  ///< "eq" ... "le", "" for always

}  // namespace vtoll::isa
