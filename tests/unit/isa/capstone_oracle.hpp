// SPDX-License-Identifier: Apache-2.0
// Capstone 4 as a second reader of instruction words.
#pragma once

#include <capstone/capstone.h>

#include <cstring>
#include <string>

#include "isa/encodings/encoding.hpp"

namespace vtoll::isa::test {

struct Reading {
    bool known = false;
    std::string mnemonic, operands;
    std::string base;  ///< the mnemonic without condition and S
};

class Capstone {
public:
    explicit Capstone(InstrSet set) : set_(set) {
        const int mode = set == InstrSet::a32 ? CS_MODE_ARM : CS_MODE_THUMB;
        cs_open(CS_ARCH_ARM, static_cast<cs_mode>(mode), &handle_);
    }
    ~Capstone() { cs_close(&handle_); }
    Capstone(const Capstone&) = delete;
    Capstone& operator=(const Capstone&) = delete;

    /// The instruction `raw` at `pc`; with `it` an IT instruction of that first condition stands in front of it.
    Reading read(u32 raw, u32 pc, int it_condition = -1) {
        u8 bytes[8];
        std::size_t n = 0;
        const auto put16 = [&](u32 hw) {
            bytes[n++] = static_cast<u8>(hw);
            bytes[n++] = static_cast<u8>(hw >> 8);
        };
        if (it_condition >= 0) {
            put16(0xbf08 | static_cast<u32>(it_condition) << 4);
            pc -= 2;
        }
        if (set_ == InstrSet::a32) {
            put16(raw & 0xffff);
            put16(raw >> 16);
        } else {
            if (set_ == InstrSet::t32) put16(raw >> 16);
            put16(raw & 0xffff);
        }
        cs_insn* insn = nullptr;
        const std::size_t wanted = it_condition >= 0 ? 2 : 1;
        const std::size_t count = cs_disasm(handle_, bytes, n, pc, wanted, &insn);
        Reading r;
        if (count == wanted && insn[wanted - 1].size == (set_ == InstrSet::t16 ? 2 : 4)) {
            r.known = true;
            r.mnemonic = insn[wanted - 1].mnemonic;
            r.operands = insn[wanted - 1].op_str;
            r.base = cs_insn_name(handle_, insn[wanted - 1].id);
        }
        if (count) cs_free(insn, count);
        return r;
    }

private:
    InstrSet set_;
    csh handle_ = 0;
};

}  // namespace vtoll::isa::test
