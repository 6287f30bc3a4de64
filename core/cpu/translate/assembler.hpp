// SPDX-License-Identifier: Apache-2.0
// Xbyak with conditions as values.
#pragma once

#include <xbyak/xbyak.h>

#include "isa/types.hpp"

namespace vtoll::core {

enum class Condition : u8 {
    overflow,
    not_overflow,
    below,
    not_below,
    equal,
    not_equal,
    not_above,
    above,
    sign,
    not_sign,
    less,
    not_less,
    not_greater,
    greater
};

class Assembler : public Xbyak::CodeGenerator {
public:
    Assembler(u8* code, std::size_t size) : Xbyak::CodeGenerator(size, code) { setDefaultJmpNEAR(true); }

    void jump_if(Condition c, const Xbyak::Label& to) {
        switch (c) {
        case Condition::overflow: return jo(to);
        case Condition::not_overflow: return jno(to);
        case Condition::below: return jb(to);
        case Condition::not_below: return jae(to);
        case Condition::equal: return je(to);
        case Condition::not_equal: return jne(to);
        case Condition::not_above: return jbe(to);
        case Condition::above: return ja(to);
        case Condition::sign: return js(to);
        case Condition::not_sign: return jns(to);
        case Condition::less: return jl(to);
        case Condition::not_less: return jge(to);
        case Condition::not_greater: return jle(to);
        case Condition::greater: return jg(to);
        }
    }
};

}  // namespace vtoll::core
