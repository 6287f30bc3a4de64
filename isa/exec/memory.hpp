// SPDX-License-Identifier: Apache-2.0
// Data accesses of instructions: a hit in the L0 table is a host load or store; all else is Env's.
#pragma once

#include <cstring>

#include "isa/op.hpp"
#include "isa/state/cpu_state.hpp"

namespace vtoll::isa {

/// The tag a `size`-byte access at `va` must find. An unaligned access keeps low bits in the comparison: never a hit.
[[gnu::always_inline]] inline u64 l0_tag(u64 ctx, u32 va, u32 size) {
    return ctx | (va & (CpuState::l0_page_mask | (size - 1)));
}

/// MemA/MemU[va, sizeof(T)]: ARM DDI 0406C §B2.4. Little-endian data only reach the fast path (core keeps pages out
/// of the table while CPSR.E is set).
template <class T>
[[gnu::always_inline]] inline Loaded load(CpuState& s, const Op* op, u32 va) {
    const L0Entry& e = s.l0[l0_index(va)];
    if (e.read_tag == l0_tag(s.l0_ctx, va, sizeof(T))) [[likely]] {
        T value;
        std::memcpy(&value, e.host + va, sizeof value);
        return {value, false};
    }
    return s.env->load(op, va, sizeof(T));
}

template <class T>
[[gnu::always_inline]] inline bool store(CpuState& s, const Op* op, u32 va, u32 value) {
    const L0Entry& e = s.l0[l0_index(va)];
    if (e.write_tag == l0_tag(s.l0_ctx, va, sizeof(T))) [[likely]] {
        const T narrow = static_cast<T>(value);
        std::memcpy(e.host + va, &narrow, sizeof narrow);
        return true;
    }
    return s.env->store(op, va, sizeof(T), value);
}

/// Host address of `bytes` bytes at word-aligned `va` when they lie in one page that L0 can read (write): the block
/// transfers' fast path. Otherwise nullptr: go word by word.
[[gnu::always_inline]] inline u8* l0_span(CpuState& s, u32 va, u32 bytes, bool write) {
    const L0Entry& e = s.l0[l0_index(va)];
    const u64 tag = s.l0_ctx | (va & (CpuState::l0_page_mask | 3));
    const bool same_page = ((va & 0xfff) + bytes) <= 0x1000;
    return same_page && (write ? e.write_tag : e.read_tag) == tag ? e.host + va : nullptr;
}

}  // namespace vtoll::isa
