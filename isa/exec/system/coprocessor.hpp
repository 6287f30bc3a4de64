// SPDX-License-Identifier: Apache-2.0
// What the coprocessor instructions share.
#pragma once

#include "isa/encodings/encoding.hpp"

namespace vtoll::isa {

/// An instruction of coprocessor `cp`, which does not exist. Coprocessors 10 and 11 are other rows' business;
/// for 14 and 15 the instruction is UNDEFINED outright.
Decoded coprocessor_absent(u32 cp, Decoding& op);

}  // namespace vtoll::isa
