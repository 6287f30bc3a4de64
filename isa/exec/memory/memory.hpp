// SPDX-License-Identifier: Apache-2.0
// Data accesses of instructions: a hit in the L0 table is a host load or store; all else is Env's.
#pragma once

#include <cstring>

#include "isa/op.hpp"
#include "isa/state/cpu_state.hpp"

namespace vtoll::isa {

/// The tag a `size`-byte access at `va` must find. An unaligned access keeps low bits in the comparison: never a hit.
[[gnu::always_inline]] inline u64 l0_tag(const CpuState& s, u64 ctx, u32 va, u32 size) {
    return ctx | (va & (s.l0_mask | (size - 1)));
}

/// `va` on the host. Telling the compiler that it isn't null saves the test of l0_read's and l0_span's results.
[[gnu::always_inline]] inline u8* host_address(const L0Entry& e, u32 va) {
    u8* host = e.host + va;
    if (!host) __builtin_unreachable();
    return host;
}

/// Host address of the `size` bytes at `va` when L0 serves an aligned access to them in context `ctx`, else nullptr.
/// Little-endian data only (core keeps pages out of the table while CPSR.E is set).
[[gnu::always_inline]] inline const u8* l0_read(const CpuState& s, u64 ctx, u32 va, u32 size) {
    const L0Entry& e = s.l0_entry(va);
    return e.read_tag == l0_tag(s, ctx, va, size) ? host_address(e, va) : nullptr;
}
[[gnu::always_inline]] inline u8* l0_write(const CpuState& s, u64 ctx, u32 va, u32 size) {
    const L0Entry& e = s.l0_entry(va);
    return e.write_tag == l0_tag(s, ctx, va, size) ? host_address(e, va) : nullptr;
}

/// MemA/MemU[va, sizeof(T)]: ARM DDI 0406C §B2.4. The simple form, for instructions that are not hot by themselves:
/// a handler whose slow path is a sibling call (load_store.cpp) saves no registers on its fast path.
template <class T>
[[gnu::always_inline]] inline Loaded load(CpuState& s, const Op* op, u32 va) {
    if (const u8* host = l0_read(s, s.l0_ctx, va, sizeof(T))) [[likely]] {
        T value;
        std::memcpy(&value, host, sizeof value);
        return {value, false};
    }
    return s.env->load(op, va, sizeof(T));
}

template <class T>
[[gnu::always_inline]] inline bool store(CpuState& s, const Op* op, u32 va, u32 value) {
    if (u8* host = l0_write(s, s.l0_ctx, va, sizeof(T))) [[likely]] {
        const T narrow = static_cast<T>(value);
        std::memcpy(host, &narrow, sizeof narrow);
        return true;
    }
    return s.env->store(op, va, sizeof(T), value);
}

/// Host address of `bytes` bytes at word-aligned `va` when one L0 entry covers them and can be read (written): the
/// block transfers' fast path. Otherwise nullptr: go word by word.
[[gnu::always_inline]] inline u8* l0_span(CpuState& s, u32 va, u32 bytes, bool write) {
    const L0Entry& e = s.l0_entry(va);
    const u64 tag = s.l0_ctx | (va & (s.l0_mask | 3));
    const bool one_entry = ((va ^ (va + bytes - 1)) & s.l0_mask) == 0;
    return one_entry && (write ? e.write_tag : e.read_tag) == tag ? host_address(e, va) : nullptr;
}

/// One word of a block transfer, host side.
[[gnu::always_inline]] inline u32 host_word(const u8* host) {
    u32 value;
    std::memcpy(&value, host, sizeof value);
    return value;
}
[[gnu::always_inline]] inline void set_host_word(u8* host, u32 value) { std::memcpy(host, &value, sizeof value); }

}  // namespace vtoll::isa
