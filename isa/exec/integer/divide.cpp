// SPDX-License-Identifier: Apache-2.0
// SDIV, UDIV. ARM DDI 0406C §A8.8.165, §A8.8.248. Division by zero gives 0 (ARMv7-A never traps it).
#include "isa/exec/decode_helpers.hpp"

namespace vtoll::isa {

namespace {

void sdiv(CpuState& s, const Op& op) {
    const s64 n = s32(s.r[op.rn]), m = s32(s.r[op.rm]);
    s.r[op.rd] = m ? static_cast<u32>(n / m) : 0;  // 64 bits wide: the most negative number by -1 wraps to itself
}
void udiv(CpuState& s, const Op& op) {
    const u32 n = s.r[op.rn], m = s.r[op.rm];
    s.r[op.rd] = m ? n / m : 0;
}

template <auto Body>
struct Row {
    template <bool Thumb>
    static Decoded translate(auto f, const DecodeContext& ctx, Decoding& op) {
        if (ctx.features && !ctx.features->divide) return Decoded::undefined;
        op.meaning = {Work::divide, Body == &sdiv};
        return core_registers<Thumb>(f, op) ? bind<Body>(op) : Decoded::unpredictable;
    }
};

}  // namespace

VTOLL_A32_T32(SDIV, Row<&sdiv>::translate)
VTOLL_A32_T32(UDIV, Row<&udiv>::translate)

}  // namespace vtoll::isa
