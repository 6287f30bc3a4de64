// SPDX-License-Identifier: Apache-2.0
// What there is to know of an instruction besides how to run it: the registers and flags that it reads and writes, and
// what else it does to the processor. The translator of its row states it, once; the timing models, the recorder, the
// importers, the printer and the debuggers ask. None of it is in the run loop.
#pragma once

#include "isa/system_cost.hpp"
#include "isa/types.hpp"

namespace vtoll::isa {

struct SysReg;

/// Flags as bits of a set.
namespace flag {
constexpr u16 N = 1 << 0, Z = 1 << 1, C = 1 << 2, V = 1 << 3, NZ = N | Z, NZC = NZ | C, NZCV = NZC | V;
constexpr u16 Q = 1 << 4;   ///< sticky: who sets it reads it too
constexpr u16 GE = 1 << 5;  ///< all four
constexpr u16 apsr = NZCV | Q | GE;
constexpr u16 fp_nzcv = 1 << 6;     ///< FPSCR.{N,Z,C,V}
constexpr u16 fp_status = 1 << 7;   ///< FPSCR.QC and the cumulative exception flags: sticky
constexpr u16 fp_control = 1 << 8;  ///< the rest of the FPSCR: rounding, default NaN, flush-to-zero, AHP, Len, Stride
constexpr u16 fpscr = fp_nzcv | fp_status | fp_control;
constexpr unsigned count = 9;
}  // namespace flag

/// The flags that condition `cond` looks at. ARM DDI 0406C §A8.3.
constexpr u16 flags_of_condition(unsigned cond) {
    switch (cond >> 1) {
    case 0: return flag::Z;
    case 1: return flag::C;
    case 2: return flag::N;
    case 3: return flag::V;
    case 4: return flag::C | flag::Z;
    case 5: return flag::N | flag::V;
    case 6: return flag::N | flag::Z | flag::V;
    default: return 0;
    }
}

/// Operands of an instruction whose condition passes. Core registers: bit n is r<n>; bit 15 read means that what it
/// does depends on its own address. Extension registers: bit n is D<n>; singles and quads count as the doublewords that
/// hold them.
struct Roles {
    u16 early = 0;   ///< read, and needed where the instruction starts: addresses, what passes the shifter, factors
    u16 late = 0;    ///< read, needed a stage later: ALU operands without shift, accumulators, data of stores
    u16 writes = 0;  ///< written
    u16 base = 0;    ///< of `writes`: by the address adder, long before loaded data come
    u16 flags_read = 0, flags_written = 0;  ///< `flag`; the condition's are among those read
    u32 ext_reads = 0, ext_writes = 0;
    u32 ext_partial = 0;  ///< of `ext_writes`: a part of the register, the rest of which stays

    u16 reads() const { return early | late; }
};

/// What the front end takes a branch for. `conditional`: a direct one; `conditional_ret`: a return under a condition,
/// which is common in A32 code (BXNE LR, POPEQ {..., PC}).
enum class BranchKind : u8 { none, conditional, direct, call, indirect_call, indirect, ret, conditional_ret };

/// What of the processor's own state an instruction sets.
enum class Sets : u8 {
    nothing,
    system_register,  ///< MCR, MCRR: Properties::sysreg
    cpsr,             ///< bits 15..0 of the CPSR: MSR, CPS, SETEND; status_written() tells the value
    spsr,
    banked_register,  ///< MSR of another mode's register
    vfp_register,     ///< VMSR
};

enum class Hint : u8 { none, wait_for_interrupt, wait_for_event, marker };

/// Instructions that call somebody.
enum class Call : u8 { none, svc, hvc, smc };

struct Properties {
    BranchKind branch = BranchKind::none;
    Sets sets = Sets::nothing;
    Hint hint = Hint::none;
    Call call = Call::none;
    u8 itstate = 0;                 ///< ITSTATE that an IT instruction begins; 0: it is none
    bool shifted = false;           ///< an operand passes the shifter on its way to the ALU; of NEON too
    bool only_shifts = false;       ///< LSL, LSR, ASR, ROR by an immediate, RRX
    bool double_precision = false;  ///< floating-point arithmetic on doubles
    bool other_bank = false;        ///< r8 to r14 among its operands are another mode's: LDM and STM of User mode, SRS
    SystemCost system = SystemCost::none;
    const SysReg* sysreg = nullptr;  ///< the register that MRC, MCR, MRRC or MCRR names; nullptr: there is none
};

}  // namespace vtoll::isa
