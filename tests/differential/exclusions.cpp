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

/// CP14 or CP15.
bool is_system_coprocessor(InstrSet, u32 raw) { return bits(raw, 11, 9) == 7; }

/// An Advanced SIMD instruction whose Vd is its Vm.
bool same_registers(InstrSet, u32 raw) { return bit(raw, 22) == bit(raw, 5) && bits(raw, 15, 12) == bits(raw, 3, 0); }

/// FPSCR.RMode is not "to nearest".
bool directed_rounding(const MachineState& initial) { return bits(initial.fpscr, 23, 22) != 0; }
constexpr std::string_view fixed_rounding =
    "fixed point to floating point rounds to nearest whatever FPSCR.RMode says (§A8.8.308, and QEMU since 5.2); "
    "Unicorn "
    "obeys RMode, which an instruction of a longer program may have set";

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
        {{"MRS_banked", "MSR_banked", "SRS_DB", "SRS_IA", "VMRS_fpsid", "VMRS_mvfr0", "VMRS_mvfr1", "MSR_reg"},
         "Unicorn saves ITSTATE before these and does not clear it when the IT block ends with them",
         nullptr,
         Exclusion::in_it},
        {{"ISB"}, "Unicorn loses ITSTATE at an ISB that is not the last of its IT block", nullptr, Exclusion::in_it},
        {{"MCR", "MRC", "MRRC", "LDC", "STC"},
         "the registers of CP14 and CP15: identification values, debug and implementation defined ones are a machine's "
         "own, and their traps are not taken by Unicorn; tests/unit/isa holds the register table to the manual",
         &is_system_coprocessor},
        {{"VCVT_f32_s32_fixed", "VCVT_f32_u32_fixed"},
         fixed_rounding,
         nullptr,
         Exclusion::anywhere,
         &directed_rounding},
        {{"VCVT_f32_s32_fixed", "VCVT_f32_u32_fixed"}, fixed_rounding, nullptr, Exclusion::in_blocks},
        {{"VTRN", "VUZP", "VZIP"},
         "with Vd and Vm the same register it becomes UNKNOWN (§A8.8.420, §A8.8.422, §A8.8.423)",
         &same_registers},
        {{"SMC"}, "the tested machine has no EL3, Unicorn's has: SMC is UNDEFINED here, an exception there"},
        {{"WFI"}, "Unicorn ends the run", nullptr, Exclusion::in_blocks},
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

const Exclusion* find_exclusion(const Row& row, bool blocks) {
    return find(row, [=](const Exclusion& e) {
        return !e.which && !e.start && (e.where == Exclusion::anywhere || (blocks && e.where == Exclusion::in_blocks));
    });
}
const Exclusion* find_exclusion(const Row& row, u32 raw, bool in_it, const MachineState& initial) {
    return find(row, [&](const Exclusion& e) {
        return (!e.which || e.which(row.set, raw)) && (!e.start || e.start(initial)) &&
               (e.where == Exclusion::anywhere || (in_it && e.where == Exclusion::in_it));
    });
}

}  // namespace vtoll::differential
