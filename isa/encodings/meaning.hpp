// SPDX-License-Identifier: Apache-2.0
// What an instruction computes, for a translator to host code (core/cpu/translate). The translator of its row states
// it where it binds the handler; an instruction of which nothing is said is run by its handler.
#pragma once

#include "isa/types.hpp"

namespace vtoll::isa {

enum class Work : u8 {
    by_handler,
    nothing,            ///< NOP, IT
    alu,                ///< operation: Alu; form: Form
    move_top,           ///< MOVT
    multiply,           ///< rd = rn * rm
    multiply_add,       ///< + ra
    multiply_subtract,  ///< ra - rn * rm
    multiply_long,      ///< ra:rd = rn * rm; operation: bit 0 signed, bit 1 added to what is there
    clear_field,        ///< BFC: rd &= ~aux
    insert_field,       ///< BFI: the bits `aux` of rd from rn << amount
    extract_signed,     ///< SBFX: (rn << aux) >> (aux + amount)
    extract_unsigned,   ///< UBFX
    extend,             ///< operation: Extension; of rm rotated right by `shift`
    reverse_bytes,      ///< REV
    count_zeros,        ///< CLZ
    divide,             ///< operation: bit 0 signed
    load,               ///< operation: Access; form: AddressForm
    store,
    load_dual,  ///< rd, ra; form: AddressForm
    store_dual,
    load_block,  ///< registers `imm`, lowest address and writeback in `aux`, as load_store_multiple.cpp has it
    store_block,
    branch,          ///< to `imm`
    branch_link,     ///< the same, LR = aux
    branch_if_zero,  ///< of rn
    branch_if_nonzero,
    branch_exchange,       ///< BX, and MOV PC in A32: to rm, whose bit 0 selects the instruction set
    branch_link_exchange,  ///< the same, LR = aux
    branch_to_register,    ///< MOV PC in Thumb: to rm
};

enum class Extension : u8 { signed_byte, signed_half, byte, half };

struct Meaning {
    Work work = Work::by_handler;
    u8 operation = 0, form = 0;
    bool sets = false;  ///< flags, or for block transfers the base
};

}  // namespace vtoll::isa
