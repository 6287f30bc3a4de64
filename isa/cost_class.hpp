// SPDX-License-Identifier: Apache-2.0
// Cost classes: what kind of work an instruction is. Names only; prices live in core/timing/profiles.
#pragma once

#include <optional>
#include <string_view>

#include "isa/types.hpp"

namespace vtoll::isa {

// clang-format off
#define VTOLL_COST_CLASSES(X) \
    X(alu,           "data processing, no shift by register") \
    X(alu_shift_reg, "data processing with a register-controlled shift") \
    X(move,          "register or immediate move") \
    X(media,         "parallel, saturating, pack, extend, reverse, bit field") \
    X(mul,           "multiply, 32-bit result") \
    X(mul_long,      "multiply, 64-bit result or accumulate") \
    X(div,           "integer divide") \
    X(load,          "load of one register") \
    X(load_multiple, "load of several registers, priced per register") \
    X(store,         "store of one register") \
    X(store_multiple,"store of several registers, priced per register") \
    X(exclusive,     "load or store exclusive, CLREX, SWP") \
    X(preload,       "PLD, PLDW, PLI") \
    X(branch,        "direct branch") \
    X(branch_link,   "direct branch with link") \
    X(branch_reg,    "indirect branch") \
    X(branch_load,   "branch by load to the PC") \
    X(nop,           "NOP and unallocated hints, DBG, IT") \
    X(hint,          "YIELD, SEV") \
    X(wait,          "WFI, WFE") \
    X(barrier,       "DMB, DSB") \
    X(isb,           "ISB") \
    X(psr,           "MRS, MSR, CPS, SETEND of the current PSR") \
    X(psr_banked,    "MRS and MSR of a banked register") \
    X(sysreg_read,   "MRC, MRRC of a system register") \
    X(sysreg_write,  "MCR, MCRR of a system register") \
    X(tlb_op,        "TLB maintenance and address translation") \
    X(cache_op,      "cache and branch-predictor maintenance") \
    X(svc,           "SVC") \
    X(hvc,           "HVC") \
    X(smc,           "SMC") \
    X(eret,          "exception return: ERET, RFE, SUBS PC, LDM ^ with PC") \
    X(srs,           "SRS") \
    X(undefined,     "UDF, BKPT and undefined encodings") \
    X(vfp_move,      "moves between core and extension registers, VMOV of a register") \
    X(vfp_sysreg,    "VMRS, VMSR") \
    X(vfp_load,      "extension register load, priced per doubleword") \
    X(vfp_store,     "extension register store, priced per doubleword") \
    X(vfp_add,       "floating-point add, subtract, compare, convert") \
    X(vfp_mul,       "floating-point multiply, multiply-accumulate") \
    X(vfp_div,       "floating-point divide, square root") \
    X(neon_int,      "Advanced SIMD integer, priced per doubleword") \
    X(neon_shift,    "Advanced SIMD shift by a register, shift and insert, priced per doubleword") \
    X(neon_permute,  "Advanced SIMD between lanes: reverse, transpose, zip, extract, table, duplicate") \
    X(neon_mul,      "Advanced SIMD multiply") \
    X(neon_fp,       "Advanced SIMD floating point") \
    X(neon_load,     "Advanced SIMD element and structure load, priced per doubleword") \
    X(neon_store,    "Advanced SIMD element and structure store, priced per doubleword")
// clang-format on

enum class CostClass : u8 {
#define X(name, what) name,
    VTOLL_COST_CLASSES(X)
#undef X
        count
};

std::string_view cost_class_name(CostClass c);
std::string_view cost_class_description(CostClass c);
std::optional<CostClass> cost_class_from_name(std::string_view name);

}  // namespace vtoll::isa
