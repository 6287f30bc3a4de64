// SPDX-License-Identifier: Apache-2.0
// Reciprocal and reciprocal square root: estimates and Newton-Raphson steps. ARM DDI 0406C §A2.7.9. Always under the
// standard FPSCR value.
#pragma once

#include "isa/fp/arithmetic.hpp"

namespace vtoll::isa::fp {

u32 FPRecipEstimate(u32 operand, u32& fpscr);
u32 FPRSqrtEstimate(u32 operand, u32& fpscr);
u32 UnsignedRecipEstimate(u32 operand);
u32 UnsignedRSqrtEstimate(u32 operand);
/// 2 - op1 * op2, rounded twice.
u32 FPRecipStep(u32 op1, u32 op2, u32& fpscr);
/// (3 - op1 * op2) / 2, rounded twice.
u32 FPRSqrtStep(u32 op1, u32 op2, u32& fpscr);

}  // namespace vtoll::isa::fp
