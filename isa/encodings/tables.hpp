// SPDX-License-Identifier: Apache-2.0
// Where the rows are. Each INST(fn, syntax, bits, class) row names a translator of its instruction set's namespace:
// isa::a32::fn, isa::t16::fn, isa::t32::fn, isa::vfp::fn or isa::neon::fn, defined in isa/exec/<family>.cpp.
// VFP and Advanced SIMD rows are written once, in A32 form; the T32 rows are derived from them (encoding.cpp).
#pragma once

#include "isa/encodings/encoding.hpp"

namespace vtoll::isa {

/// Declares a row: its type, which knows the bit string, and its translator.
#define INST(fn, text, word, cls)                      \
    namespace row {                                    \
    struct fn {                                        \
        static constexpr std::string_view bits = word; \
    };                                                 \
    }                                                  \
    Decoded fn(Fields<row::fn>, const DecodeContext&, Decoding&);
namespace a32 {
#include "isa/encodings/a32/all.inc"
}
namespace t16 {
#include "isa/encodings/t16/all.inc"
}
namespace t32 {
#include "isa/encodings/t32/all.inc"
}
namespace vfp {
#include "isa/encodings/vfp/all.inc"
}
namespace neon {
#include "isa/encodings/neon/all.inc"
}
#undef INST

}  // namespace vtoll::isa
