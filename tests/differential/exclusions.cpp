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

constexpr std::string_view same_registers_unknown =
    "with Vd and Vm the same register it becomes UNKNOWN (§A8.8.420, §A8.8.422, §A8.8.423)";

/// MRRC in T32 with the PC among its core registers.
bool transfers_pc_t32(InstrSet set, u32 raw) {
    return set == InstrSet::t32 && (bits(raw, 15, 12) == 15 || bits(raw, 19, 16) == 15);
}

/// LDC or STC in T32 with the PC for its base.
bool based_on_pc_t32(InstrSet set, u32 raw) { return set == InstrSet::t32 && bits(raw, 19, 16) == 15; }

/// An A32 instruction under a condition.
bool is_conditional(InstrSet set, u32 raw) { return set == InstrSet::a32 && raw >> 28 < 14; }

bool is_t32(InstrSet set, u32) { return set == InstrSet::t32; }

/// STM in T16 with its base in the list, but not first.
bool stores_its_base_t16(InstrSet set, u32 raw) {
    const unsigned base = bits(raw, 10, 8);
    return set == InstrSet::t16 && bit(raw, base) && (raw & ((1u << base) - 1));
}

/// Advanced SIMD with 64-bit elements.
bool doubleword_elements(InstrSet, u32 raw) { return bits(raw, 21, 20) == 3; }

/// FPSCR.RMode is not "to nearest".
bool directed_rounding(const MachineState& initial) { return bits(initial.fpscr, 23, 22) != 0; }
constexpr std::string_view fixed_rounding =
    "fixed point to floating point rounds to nearest whatever FPSCR.RMode says (§A8.8.308, and QEMU since 5.2); "
    "Unicorn "
    "obeys RMode, which an instruction of a longer program may have set";

}  // namespace

const std::vector<Exclusion>& unicorn_exclusions() {
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
        {{"VTRN", "VUZP", "VZIP"}, same_registers_unknown, &same_registers},
        {{"SMC"}, "the tested machine has no EL3, Unicorn's has: SMC is UNDEFINED here, an exception there"},
        {{"WFI"}, "Unicorn ends the run", nullptr, Exclusion::in_blocks},
    };
    return list;
}

const std::vector<Exclusion>& dynarmic_exclusions() {
    static const std::vector<Exclusion> list = {
        {.rows = {"MRRC"},
         .reason =
             "dynarmic fails an assertion where Rt or Rt2 is the PC, which is UNPREDICTABLE; here it is UNDEFINED, as "
             "is every access without its coprocessor",
         .which = &transfers_pc_t32,
         .ends_process = true,
         .unicorn_agrees = true},
        {.rows = {"LDC", "STC"},
         .reason = "dynarmic fails an assertion where Rn is the PC; without the coprocessor they are UNDEFINED all the "
                   "same",
         .which = &based_on_pc_t32,
         .ends_process = true,
         .unicorn_agrees = true},
        {.rows = {"MRS"},
         .reason = "CPSR.T reads as zero (§B9.3.8); dynarmic shows it, which is set in T32",
         .which = &is_t32,
         .unicorn_agrees = true},
        {.rows = {"HINT"},
         .reason = "hints that are not allocated execute as NOP (§A6.3.4); in T32 they are UNDEFINED in dynarmic",
         .which = &is_t32,
         .unicorn_agrees = true},
        {.rows = {"MSR_reg", "MSR_imm"},
         .reason = "dynarmic loses ITSTATE where CPSR.E is written before the last instruction of an IT block",
         .which = &writes_extension_byte,
         .where = Exclusion::in_it},
        {.rows = {"VMRS_fpscr"},
         .reason = "the cumulative bits that an instruction before it has set are the host's in dynarmic",
         .where = Exclusion::in_blocks,
         .unicorn_agrees = true},
        {.rows = {"VMSR_fpscr"},
         .reason =
             "Len and Stride other than 0 make vectors in dynarmic; with MVFR0's short vectors 0 they are UNDEFINED "
             "here (isa/exec/vfp/vfp_arithmetic.hpp)",
         .where = Exclusion::in_blocks,
         .unicorn_agrees = true},
        {.rows = {"UDF"},
         .reason = "an UNDEFINED instruction whose condition fails is a NOP here (§B1.9.2), UNDEFINED in dynarmic",
         .which = &is_conditional,
         .unicorn_agrees = true},
        {.rows = {"STM"},
         .reason =
             "with writeback, a base register in the list that is not the lowest is stored as UNKNOWN (§A8.8.199); "
             "dynarmic calls it UNPREDICTABLE",
         .which = &stores_its_base_t16,
         .unicorn_agrees = true},
        {.rows = {"VTRN", "VUZP", "VZIP"}, .reason = same_registers_unknown, .which = &same_registers},
        {.rows = {"VRECPS", "VRSQRTS"},
         .reason =
             "dynarmic rounds once, as ARMv8 does in AArch64; FPRecipStep and FPRSqrtStep (§A2.7.8) round the product "
             "first",
         .unicorn_agrees = true},
        {.rows = {"VQADD", "VQSUB"},
         .reason = "dynarmic does not have the 64-bit elements, which size '11' means (§A8.8, VQADD and VQSUB)",
         .which = &doubleword_elements,
         .unicorn_agrees = true},
    };
    return list;
}

namespace {

const Exclusion* find(std::span<const Exclusion> list, const Row& row, auto applies) {
    for (const Exclusion& e : list)
        if (std::find(e.rows.begin(), e.rows.end(), row.encoding->name) != e.rows.end() && applies(e)) return &e;
    return nullptr;
}

}  // namespace

const Exclusion* find_exclusion(std::span<const Exclusion> list, const Row& row, bool blocks) {
    return find(list, row, [=](const Exclusion& e) {
        return !e.which && !e.start && (e.where == Exclusion::anywhere || (blocks && e.where == Exclusion::in_blocks));
    });
}
const Exclusion* find_exclusion(std::span<const Exclusion> list, const Row& row, u32 raw, bool in_it,
                                const MachineState& initial) {
    return find(list, row, [&](const Exclusion& e) {
        return (!e.which || e.which(row.set, raw)) && (!e.start || e.start(initial)) &&
               (e.where == Exclusion::anywhere || (in_it && e.where == Exclusion::in_it));
    });
}

}  // namespace vtoll::differential
