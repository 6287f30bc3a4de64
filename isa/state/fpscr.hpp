// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/types.hpp"

namespace vtoll::isa {

/// What software can write: NZCV, QC, AHP, DN, FZ, RMode, Stride, Len and the cumulative exception bits. The trap
/// enable bits are RAZ/WI: no trapped exceptions.
inline constexpr u32 fpscr_writable = 0xfff7'009f;

}  // namespace vtoll::isa
