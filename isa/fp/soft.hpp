// SPDX-License-Identifier: Apache-2.0
// Floating point in integers, after the pseudocode of ARM DDI 0406C §A2.7: right in every mode and for every operand.
// Operands are unpacked into exact numbers, the operation is exact (or keeps a sticky bit that no rounding can tell
// from the truth), FPRound() makes the result and its flags. `control`: the FPSCR value whose modes hold.
#pragma once

#include "isa/fp/format.hpp"

namespace vtoll::isa::fp {

__extension__ typedef unsigned __int128 u128;

/// A finite number: (-1)^sign * mantissa * 2^exponent. The lowest mantissa bit may be sticky.
struct Real {
    bool sign = false;
    int exponent = 0;
    u128 mantissa = 0;  ///< below 2^126
};

enum class FPType : u8 { zero, nonzero, infinity, quiet_nan, signalling_nan };

struct Unpacked {
    FPType type;
    Real value;

    bool nan() const { return type >= FPType::quiet_nan; }
    bool sign() const { return value.sign; }
};

/// Denormals are zeros under flush-to-zero (IDC), half-precision ones excepted; AHP has no infinities and NaNs.
template <class T>
Unpacked FPUnpack(T operand, u32 control, u32& fpscr);

template <class T>
T FPRound(const Real& value, u32 control, u32& fpscr);

template <class T>
T FPProcessNaN(T operand, u32 control, u32& fpscr);

namespace soft {

template <class T>
T add(T op1, T op2, bool subtract, u32 control, u32& fpscr);
template <class T>
T mul(T op1, T op2, u32 control, u32& fpscr);
template <class T>
T div(T op1, T op2, u32 control, u32& fpscr);
template <class T>
T mul_add(T addend, T op1, T op2, u32 control, u32& fpscr);
template <class T>
T sqrt(T operand, u32 control, u32& fpscr);
/// The larger (smaller) operand.
template <class T>
T max_min(T op1, T op2, bool minimum, u32 control, u32& fpscr);
/// NZCV in bits 31..28; `signal`: quiet NaNs are invalid too.
template <class T>
u32 compare(T op1, T op2, bool signal, u32 control, u32& fpscr);

/// op * 2^fraction_bits as an integer of `width` bits, saturated.
template <class T>
s64 to_fixed(T operand, unsigned width, unsigned fraction_bits, bool is_unsigned, u32 control, u32& fpscr);
/// operand / 2^fraction_bits.
template <class T>
T from_fixed(s64 operand, unsigned fraction_bits, u32 control, u32& fpscr);
/// Between formats, NaN payloads included.
template <class To, class From>
To convert(From operand, u32 control, u32& fpscr);

}  // namespace soft

}  // namespace vtoll::isa::fp
