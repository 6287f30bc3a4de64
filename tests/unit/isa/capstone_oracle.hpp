// SPDX-License-Identifier: Apache-2.0
// Capstone 4 as a second reader of instruction words.
#pragma once

#include <capstone/capstone.h>

#include <cstring>
#include <optional>
#include <string>

#include "isa/encodings/encoding.hpp"

namespace vtoll::isa::test {

struct Reading {
    bool known = false;
    std::string mnemonic, operands;
    std::string base;  ///< the mnemonic without condition and S
};

/// Registers that an instruction reads and writes. Core: bit n is r<n>; extension: bit n is D<n>.
struct Accesses {
    u32 core_read = 0, core_written = 0, ext_read = 0, ext_written = 0;
    bool sets_flags = false;
};

class Capstone {
public:
    explicit Capstone(InstrSet set) : set_(set) {
        const int mode = set == InstrSet::a32 ? CS_MODE_ARM : CS_MODE_THUMB;
        cs_open(CS_ARCH_ARM, static_cast<cs_mode>(mode), &handle_);
        cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
    }
    ~Capstone() { cs_close(&handle_); }
    Capstone(const Capstone&) = delete;
    Capstone& operator=(const Capstone&) = delete;

    /// Nothing: Capstone does not know the word.
    std::optional<Accesses> accesses(u32 raw, u32 pc) {
        const u32 word = in_memory(raw, set_);
        cs_insn* insn = nullptr;
        const std::size_t bytes = set_ == InstrSet::t16 ? 2 : 4;
        if (cs_disasm(handle_, reinterpret_cast<const u8*>(&word), bytes, pc, 1, &insn) != 1) return std::nullopt;
        std::optional<Accesses> a;
        cs_regs read, written;
        u8 reads = 0, writes = 0;
        if (insn->size == bytes && cs_regs_access(handle_, insn, read, &reads, written, &writes) == CS_ERR_OK) {
            a.emplace();
            for (unsigned i = 0; i < reads; ++i) add(read[i], a->core_read, a->ext_read);
            for (unsigned i = 0; i < writes; ++i) add(written[i], a->core_written, a->ext_written);
            a->sets_flags = insn->detail->arm.update_flags;
        }
        cs_free(insn, 1);
        return a;
    }

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
    static void add(u16 reg, u32& core, u32& ext) {
        if (reg >= ARM_REG_R0 && reg <= ARM_REG_R12) core |= 1u << (reg - ARM_REG_R0);
        if (reg == ARM_REG_SP) core |= 1u << 13;
        if (reg == ARM_REG_LR) core |= 1u << 14;
        if (reg == ARM_REG_PC) core |= 1u << 15;
        if (reg >= ARM_REG_D0 && reg <= ARM_REG_D31) ext |= 1u << (reg - ARM_REG_D0);
        if (reg >= ARM_REG_S0 && reg <= ARM_REG_S31) ext |= 1u << ((reg - ARM_REG_S0) / 2);
        if (reg >= ARM_REG_Q0 && reg <= ARM_REG_Q15) ext |= 3u << (2 * (reg - ARM_REG_Q0));
    }

    InstrSet set_;
    csh handle_ = 0;
};

}  // namespace vtoll::isa::test
