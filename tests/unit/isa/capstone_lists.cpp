// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/isa/capstone_lists.hpp"

namespace vtoll::isa::test {

const char* kind_name(Kind k) {
    return k == Kind::mnemonic ? "mnemonic differs" : k == Kind::operands ? "operands differ" : "Capstone rejects it";
}

std::span<const Exception> exceptions() {
    using enum Kind;
    static const std::vector<Exception> list = {
        {mnemonic,
         {"PUSH_one", "POP_one"},
         "the single-register forms of §A8.8.132 and §A8.8.134 are STR and LDR to Capstone"},
        {mnemonic, {"PUSH", "POP"}, "with one register in the list Capstone says STMDB and LDM"},
        {mnemonic,
         // clang-format off
         {"VLDMIA_D", "VLDMDB_D", "VSTMIA_D", "VSTMDB_D", "VPOP_D", "VPUSH_D"},
         "an odd imm8 is FLDMX or FSTMX: deprecated, the same transfer, shown by the common name"},
        {rejected,
         {"VLDMIA_D", "VLDMDB_D", "VSTMIA_D", "VSTMDB_D", "VPOP_D", "VPUSH_D"},
         "FLDMX and FSTMX from d16 on, which Capstone does not know"},
        {rejected,
         {"HINT_mem_imm", "HINT_mem_reg", "HINT_mem_imm8", "HINT_mem_imm12", "HINT_mem_lit"},
         "unallocated memory hints, which execute as NOP (§A5.7.1, §A6.3.8)"},
        {rejected, {"UDF"}, "Capstone knows the A32 UDF under the condition AL only; the others are UNDEFINED all the same"},
        {mnemonic, {"UDF"}, "Capstone calls 0xdefe by the name of LLVM's trap"},
        {mnemonic, {"VEXT"}, "VEXT.16, VEXT.32 and VEXT.64 are pseudo-instructions for VEXT.8 (§A8.8.316)"},
        {operands, {"ADR"}, "we show the address, Capstone the offset"},
        {operands, {"ADD_high"}, "Capstone repeats the destination when one register is SP"},
        {operands,
         {"LDR_lit", "LDRB_lit", "LDRH_lit", "LDRSB_lit", "LDRSH_lit", "PLD_lit", "PLI_lit"},
         "an offset of 0 is left out by us"},
        // clang-format on
    };
    return list;
}

const Exception* find_exception(Kind kind, std::string_view row) {
    for (const Exception& e : exceptions())
        if (e.kind == kind)
            for (std::string_view r : e.rows)
                if (r == row) return &e;
    return nullptr;
}

u32 Words::mask() const {
    u32 m = 0;
    for (char c : bits) m = m << 1 | (c != '-');
    return m;
}
u32 Words::value() const {
    u32 v = 0;
    for (char c : bits) v = v << 1 | (c == '1');
    return v;
}
bool Words::matches(u32 raw) const { return (raw & mask()) == value(); }

namespace {

constexpr InstrSet a32 = InstrSet::a32, t32 = InstrSet::t32;

/// MCRR and MRRC have the LDC and STC encodings with P, U and W clear; LDC and STC of c5 of CP14 are DBGDTR's.
bool is_system_transfer(u32 raw) {
    if ((raw & 0x01a0'0000) == 0) return true;
    return bits(raw, 11, 8) == 14 && bits(raw, 15, 12) == 5 && !bit(raw, 22);
}

bool is_rfe(u32 raw) { return bits(raw, 15, 0) == 0x0a00; }

}  // namespace

std::span<const Absent> absent() {
    static const std::vector<Absent> list = {
        // clang-format off
        {"CDP2, LDC2, STC2, MCR2, MRC2, MCRR2, MRRC2",
         {{a32, "1111110-------------------------"}, {a32, "11111110------------------------"},
          {t32, "1111110-------------------------"}, {t32, "11111110------------------------"}},
         {"cdp2", "ldc2", "ldc2l", "stc2", "stc2l", "mcr2", "mrc2", "mcrr2", "mrrc2"},
         "no coprocessor of these processors has instructions in the second space (§A5.7, §A6.3.18)"},
        {"CDP, LDC, STC, MCR, MRC, MCRR, MRRC of coprocessors 0 to 9, 12 and 13",
         {{a32, "----1110------------0-----------"}, {a32, "----1110------------100---------"},
          {a32, "----1110------------110---------"}, {a32, "----110-------------0-----------"},
          {a32, "----110-------------100---------"}, {a32, "----110-------------110---------"},
          {t32, "11101110------------0-----------"}, {t32, "11101110------------100---------"},
          {t32, "11101110------------110---------"}, {t32, "1110110-------------0-----------"},
          {t32, "1110110-------------100---------"}, {t32, "1110110-------------110---------"}},
         {},
         "no such coprocessor: UNDEFINED, with HCPTR's syndrome in Hyp mode (§B1.14.6). They have rows, for the syndrome; "
         "Capstone reads them as we do"},
        {"CDP of CP14 and CP15",
         {{a32, "----1110------------111----0----"}, {t32, "11101110------------111----0----"}},
         {"cdp"},
         "the system coprocessors have no data operations (§B3.17, §C6)"},
        {"LDC and STC of CP14 and CP15 other than DBGDTRTXint and DBGDTRRXint",
         {{a32, "----110-------------111---------"}, {t32, "1110110-------------111---------"}},
         {"ldc", "ldcl", "stc", "stcl"},
         "the system coprocessors have no other memory transfers", &is_system_transfer},
        {"LDM (user registers) with writeback",
         {{a32, "----100--111----0---------------"}},
         {"ldm", "ldmda", "ldmdb", "ldmib"},
         "UNPREDICTABLE (§B9.3.6)"},
        {"STM (user registers) with writeback",
         {{a32, "----100--110--------------------"}},
         {"stm", "stmda", "stmdb", "stmib"},
         "UNPREDICTABLE (§B9.3.17)"},
        {"RFE with a wrong (0) or (1) bit",
         {{a32, "1111100--0-1--------------------"}},
         {"rfeda", "rfedb", "rfeia", "rfeib"},
         "UNPREDICTABLE (§B9.3.13); Capstone reads them, with an operand that is none", &is_rfe},
        {"VMSR and VMRS of FPINST and FPINST2",
         {{a32, "----1110111-1001----1010---1----"}, {a32, "----1110111-1010----1010---1----"},
          {t32, "11101110111-1001----1010---1----"}, {t32, "11101110111-1010----1010---1----"}},
         {"vmsr", "vmrs"},
         "registers of a VFP that traps exceptions to support code; this one does not"},
        {"ENTERX, LEAVEX",
         {{t32, "111100111011----10-0----0001----"}, {t32, "111100111011----10-0----0000----"}},
         {},
         "there is no ThumbEE state to enter"},
        {"ThumbEE: CHKA, HB, HBL, HBLP, HBP, and its loads and stores", {}, {},
         "encodings of the ThumbEE state only, which cannot be entered: the T16 words are what they are in Thumb"},
        {"Jazelle bytecode", {}, {}, "the trivial implementation: BXJ branches as BX, JMCR.JE is RAZ/WI"},
        {"VFP short vectors", {}, {},
         "FPSCR.Len can be written; while it is not 0 the instructions that would work on vectors are UNDEFINED, as on "
         "processors without them (isa/exec/vfp/vfp_arithmetic.hpp)"},
        {"MSR and MRS of SP_mon, LR_mon, SPSR_mon", {}, {},
         "for Monitor mode and secure software: there is no EL3, so the row is UNDEFINED for these registers"},
        {"SMC without EL3", {}, {},
         "UNDEFINED from PL1, unless HCR.TSC traps it or the machine's PSCI firmware takes it"},
        {"ARMv8: VMRS of MVFR2",
         {{a32, "----111011110101----1010---1----"}, {t32, "1110111011110101----1010---1----"}},
         {"vmrs"},
         "not in ARMv7: Capstone reads it whatever it is told"},
        {"ARMv8: VCVTA, VCVTM, VCVTN, VCVTP, VMAXNM, VMINNM, VRINT, VSEL, VCVTB.F64, VCVTT.F64",
         {{a32, "11111110------------101---------"}, {t32, "11111110------------101---------"},
          {a32, "----11101-110110----101--1-0----"}, {t32, "111011101-110110----101--1-0----"},
          {a32, "----11101-110111----101-01-0----"}, {t32, "111011101-110111----101-01-0----"},
          {a32, "----11101-11001-----1011-1-0----"}, {t32, "111011101-11001-----1011-1-0----"},
          {a32, "111100111-11--11----00-----0----"}, {t32, "111111111-11--11----00-----0----"},
          {a32, "111100111-11--10----010----0----"}, {t32, "111111111-11--10----010----0----"},
          {a32, "111100111-11--10----011-1--0----"}, {t32, "111111111-11--10----011-1--0----"},
          {a32, "111100110-----------1111---1----"}, {t32, "111111110-----------1111---1----"}},
         {"vcvt*", "vmaxnm", "vminnm", "vrint*", "vsel*"},
         "not in ARMv7: Capstone reads them whatever it is told"},
        // clang-format on
    };
    return list;
}

}  // namespace vtoll::isa::test
