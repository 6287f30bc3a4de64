// SPDX-License-Identifier: Apache-2.0
// First pass: from bytes to ops.
#include <cstring>

#include "core/cpu/blocks/draft.hpp"

namespace vtoll::core {

namespace {

u16 half_at(const u8* p) {
    u16 v;
    std::memcpy(&v, p, 2);
    return v;
}

struct Fetched {
    u32 raw = 0;
    isa::InstrSet set = isa::InstrSet::a32;
    unsigned len = 0;  ///< 0: it isn't all there
};

Fetched fetch(std::span<const u8> code, bool thumb) {
    if (code.size() < 2) return {};
    const u16 first = half_at(code.data());
    if (thumb && !isa::is_thumb32(first)) return {first, isa::InstrSet::t16, 2};
    if (code.size() < 4) return {};
    const u16 second = half_at(code.data() + 2);
    if (thumb) return {u32(first) << 16 | second, isa::InstrSet::t32, 4};
    return {u32(second) << 16 | first, isa::InstrSet::a32, 4};
}

}  // namespace

void decode(BlockDraft& draft, std::span<const u8> code, const isa::Features& features, const BlockBounds& bounds) {
    const bool thumb = draft.key.thumb();
    isa::DecodeContext ctx{
        .pc = draft.key.va, .privilege = draft.key.privilege(), .itstate = draft.key.itstate(), .features = &features};
    unsigned n = 0;
    u32 offset = 0;
    while (n < bounds.most && offset < code.size() && ctx.pc < bounds.end) {
        if (n && bounds.triggers && bounds.triggers->find(ctx.privilege, ctx.pc)) break;
        const Fetched f = fetch(code.subspan(offset), thumb);
        if (!f.len) break;
        isa::Decoding& op = draft.ops[n];
        isa::decode(f.set, f.raw, ctx, op);
        op.idx = static_cast<u8>(n);
        ++n;
        offset += f.len;
        ctx.pc += f.len;
        ctx.itstate = isa::itstate_after(ctx.itstate, op.properties);
        if (bounds.at_exits && (op.flags & isa::op_ends_block)) break;
    }
    draft.insns = n;
    draft.bytes = offset;
    draft.next_pc = ctx.pc;
    draft.next_itstate = ctx.itstate;
}

}  // namespace vtoll::core
