// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/exclusions.hpp"

#include <algorithm>

namespace vtoll::differential {

using isa::InstrSet;

namespace {

/// A32 data processing that writes the PC and sets the flags: an exception return, ARM DDI 0406C §B9.3.20.
bool is_alu_return(InstrSet set, u32 raw) { return set == InstrSet::a32 && bit(raw, 20) && bits(raw, 15, 12) == 15; }

/// MSR with mask<1>: bits 15..8 of the PSR.
bool writes_extension_byte(InstrSet set, u32 raw) { return bit(raw, set == InstrSet::a32 ? 17 : 9); }

bool is_thumb_bx_pc(InstrSet set, u32 raw) { return set == InstrSet::t16 && raw == 0x4778; }

}  // namespace

std::span<const Exclusion> exclusions() {
    static const std::vector<Exclusion> list = {
        {{"AND_imm", "EOR_imm", "RSB_imm", "ADD_imm", "ADC_imm", "SBC_imm", "RSC_imm", "ORR_imm", "BIC_imm", "MVN_imm",
          "AND_reg", "EOR_reg", "RSB_reg", "ADD_reg", "ADC_reg", "SBC_reg", "RSC_reg", "ORR_reg", "BIC_reg", "MVN_reg"},
         "QEMU makes an exception return of SUBS PC and MOVS PC only; the other operations of §B9.3.20 set the flags",
         &is_alu_return},
        {{"YIELD", "WFE"}, "Unicorn stops emulation with an error at both"},
        {{"MSR_reg", "MSR_imm"},
         "Unicorn does not let User mode write CPSR.E, which §B1.3.3 (CPSRWriteByInstr) does",
         &writes_extension_byte},
        {{"BX"}, "BX PC from an address that is not a multiple of 4 is UNPREDICTABLE", &is_thumb_bx_pc},
    };
    return list;
}

namespace {

const Exclusion* find(const Row& row, auto applies) {
    for (const Exclusion& e : exclusions())
        if (std::find(e.rows.begin(), e.rows.end(), row.encoding->name) != e.rows.end() && applies(e)) return &e;
    return nullptr;
}

}  // namespace

const Exclusion* find_exclusion(const Row& row) {
    return find(row, [](const Exclusion& e) { return !e.which; });
}
const Exclusion* find_exclusion(const Row& row, u32 raw) {
    return find(row, [&](const Exclusion& e) { return !e.which || e.which(row.set, raw); });
}

}  // namespace vtoll::differential
