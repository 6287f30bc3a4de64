// SPDX-License-Identifier: Apache-2.0
// VLD1 to VLD4, VST1 to VST4. ARM DDI 0406C §A8.8.320 to §A8.8.331, §A8.8.404 to §A8.8.411.
#include <algorithm>

#include "isa/encodings/neon/structure.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/neon/neon.hpp"

namespace vtoll::isa {

namespace {

// op.rd: first register; op.ra: registers for each element; op.shift: spacing; op.amount: lane; op.imm: bytes;
// op.aux: bits of the address that must be zero on the fast path; op.rm: 15 for no writeback, 13 for that of the size.

[[gnu::always_inline]] inline void write_back(CpuState& s, const Op& op, u32 va) {
    if (op.rm == 15) return;
    s.r[op.rn] = va + (op.rm == 13 ? op.imm : s.r[op.rm]);
}

/// Host address of the whole transfer when every access of it would be a hit in L0: aligned elements, in one entry.
template <bool Load>
[[gnu::always_inline]] inline u8* structure_span(CpuState& s, const Op& op, u32 va) {
    const L0Entry& e = s.l0_entry(va);
    const u64 tag = s.l0_ctx | (va & (s.l0_mask | op.aux));
    const bool one_entry = ((va ^ (va + op.imm - 1)) & s.l0_mask) == 0;
    return one_entry && (Load ? e.read_tag : e.write_tag) == tag ? host_address(e, va) : nullptr;
}

// --- element by element --------------------------------------------------------------------------------------------

/// A doubleword is two words; in big-endian state the upper one comes first.
bool load_element(CpuState& s, const Op* op, u32 va, u32 bytes, u64& value) {
    if (bytes < 8) {
        const Loaded l = bytes == 1 ? load<u8>(s, op, va) : bytes == 2 ? load<u16>(s, op, va) : load<u32>(s, op, va);
        value = l.value;
        return !l.fault;
    }
    const bool big = s.psr & psr::E;
    const Loaded first = load<u32>(s, op, va);
    if (first.fault) return false;
    const Loaded second = load<u32>(s, op, va + 4);
    if (second.fault) return false;
    value = big ? u64{first.value} << 32 | second.value : u64{second.value} << 32 | first.value;
    return true;
}
bool store_element(CpuState& s, const Op* op, u32 va, u32 bytes, u64 value) {
    const u32 low = static_cast<u32>(value), high = static_cast<u32>(value >> 32);
    switch (bytes) {
    case 1: return store<u8>(s, op, va, low & 0xff);
    case 2: return store<u16>(s, op, va, low & 0xffff);
    case 4: return store<u32>(s, op, va, low);
    default: {
        const bool big = s.psr & psr::E;
        return store<u32>(s, op, va, big ? high : low) && store<u32>(s, op, va + 4, big ? low : high);
    }
    }
}

/// One element between memory and lane `lane` of register `d`, or all its lanes.
template <bool Load>
bool move_element(CpuState& s, const Op* op, const NeonStructure& n, u32 va, u32 d, u32 lane) {
    const u32 bytes = n.element_bytes(), shift = 8 * bytes * lane;
    const u64 mask = (bytes == 8 ? ~u64{0} : (u64{1} << (8 * bytes)) - 1);
    if constexpr (!Load) return store_element(s, op, va, bytes, s.d[d] >> shift & mask);
    u64 value;
    if (!load_element(s, op, va, bytes, value)) return false;
    if (n.form == NeonStructure::Form::all_lanes)
        for (u32 i = 0; i < n.repeat; ++i) s.d[d + i] = value * (~u64{0} / mask);
    else s.d[d] = (s.d[d] & ~(mask << shift)) | value << shift;
    return true;
}

/// An abort leaves the base register alone, so that the instruction can be executed again. Registers already loaded
/// keep what they got.
template <bool Load>
[[gnu::noinline]] bool by_element(CpuState& s, const Op* op, u32 va) {
    const NeonStructure n = neon_structure(op->raw);
    if (va & (n.alignment - 1u)) {  // an access that is this wide and unaligned: the fault comes first
        if (Load) s.env->load(op, va, n.alignment);
        else s.env->store(op, va, n.alignment, 0);
        return false;
    }
    const bool whole = n.form == NeonStructure::Form::multiple;
    u32 at = va;
    for (u32 r = 0; r < (whole ? n.repeat : 1u); ++r)
        for (u32 e = 0; e < (whole ? 8 / n.element_bytes() : 1u); ++e)
            for (u32 k = 0; k < n.elements; ++k, at += n.element_bytes())
                if (!move_element<Load>(s, op, n, at, n.first + k * n.spacing + r, whole ? e : n.lane)) return false;
    write_back(s, *op, va);
    return true;
}
template <bool Load>
[[gnu::noinline]] const Op* slow_transfer(CpuState& s, const Op* op, u32 va) {
    if (!by_element<Load>(s, op, va)) return nullptr;
    VTOLL_NEXT(s, op);
}

// --- from and to the host ------------------------------------------------------------------------------------------

template <bool Load>
[[gnu::always_inline]] inline void copy(u8* reg, u8* host, u32 bytes) {
    if (Load) std::memcpy(reg, host, bytes);
    else std::memcpy(host, reg, bytes);
}

[[gnu::always_inline]] inline u8* double_bytes(CpuState& s, u32 d) { return reinterpret_cast<u8*>(&s.d[d]); }

/// Registers as they stand: VLD1, VST1.
template <u32 Registers>
struct Straight {
    template <bool Load>
    static void move(CpuState& s, const Op& op, u8* host) {
        copy<Load>(double_bytes(s, op.rd), host, 8 * Registers);
    }
};

/// Through an array of known size on the host's side, so that the loop over elements is vectorised.
template <class T, u32 N>
struct Interleaved {
    static constexpr u32 count = 8 / sizeof(T);

    template <bool Load>
    static void move(CpuState& s, const Op& op, u8* host) {
        for (u32 r = 0; r < op.ra; ++r, host += 8 * N) {
            T structures[count * N], registers[N][count];
            const auto reg = [&](u32 k) { return double_bytes(s, op.rd + k * op.shift + r); };
            if constexpr (Load) {
                std::memcpy(structures, host, sizeof structures);
                for (u32 e = 0; e < count; ++e)
                    for (u32 k = 0; k < N; ++k) registers[k][e] = structures[e * N + k];
                for (u32 k = 0; k < N; ++k) std::memcpy(reg(k), registers[k], 8);
            } else {
                for (u32 k = 0; k < N; ++k) std::memcpy(registers[k], reg(k), 8);
                for (u32 e = 0; e < count; ++e)
                    for (u32 k = 0; k < N; ++k) structures[e * N + k] = registers[k][e];
                std::memcpy(host, structures, sizeof structures);
            }
        }
    }
};

template <class T, u32 N>
struct OneLane {
    template <bool Load>
    static void move(CpuState& s, const Op& op, u8* host) {
        for (u32 k = 0; k < N; ++k, host += sizeof(T))
            copy<Load>(double_bytes(s, op.rd + k * op.shift) + op.amount * sizeof(T), host, sizeof(T));
    }
};

template <class T, u32 N>
struct AllLanes {
    template <bool>
    static void move(CpuState& s, const Op& op, u8* host) {
        constexpr u64 ones = ~u64{0} / static_cast<T>(~T{0});
        for (u32 k = 0; k < N; ++k, host += sizeof(T)) {
            T value;
            std::memcpy(&value, host, sizeof value);
            for (u32 i = 0; i < op.ra; ++i) s.d[op.rd + k * op.shift + i] = value * ones;
        }
    }
};

template <class Transfer, bool Load>
const Op* transfer(CpuState& s, const Op* op) {
    const u32 va = s.r[op->rn];
    if (u8* host = structure_span<Load>(s, *op, va)) [[likely]] {
        Transfer::template move<Load>(s, *op, host);
        write_back(s, *op, va);
        VTOLL_NEXT(s, op);
    }
    return slow_transfer<Load>(s, op, va);
}

// --- translators ---------------------------------------------------------------------------------------------------

/// The base is written back unless Rm is 15, by Rm unless that is 13. Lanes that are not loaded stay.
void state_roles(const NeonStructure& n, bool is_load, Decoding& op) {
    reads(op, op.rn);
    if (op.rm != 15) writes_back(op, op.rn);
    if (op.rm != 15 && op.rm != 13) reads(op, op.rm);
    for (u32 k = 0; k < n.elements; ++k)
        is_load ? writes_doubles(op, n.first + k * n.spacing, n.repeat)
                : reads_doubles(op, n.first + k * n.spacing, n.repeat);
    if (n.form == NeonStructure::Form::lane) reads_destination(op);
}

/// Fills `op`; `n` gets what is moved.
template <bool Load>
Decoded set_operands(auto f, const DecodeContext& ctx, Decoding& op, NeonStructure& n) {
    n = neon_structure(op.raw);
    if (!has_neon(ctx) || !n.defined) return Decoded::undefined;
    op.rn = static_cast<u8>(f('n'));
    op.rm = static_cast<u8>(f('m'));
    if (op.rn == 15 || n.end() > 32) return Decoded::unpredictable;
    state_roles(n, Load, op);
    op.rd = n.first;
    op.ra = n.repeat;
    op.shift = n.spacing;
    op.amount = n.lane;
    op.imm = n.total_bytes();
    op.units = static_cast<u8>(n.registers());
    op.aux = std::max<u32>(n.alignment, std::min(n.element_bytes(), 4u)) - 1;
    op.flags |= Load ? op_reads_mem : op_writes_mem;
    op.flags |= static_cast<u16>(std::min<u32>(n.size, 2) << op_size_shift);
    if (n.alignment > 1) op.flags |= op_align_always;
    return Decoded::ok;
}

template <class Transfer, bool Load>
Decoded bind_transfer(Decoding& op) {
    return bind_neon<transfer<Transfer, Load>>(op);
}

template <u32 Registers, bool Load>
Decoded straight(auto f, const DecodeContext& ctx, Decoding& op) {
    NeonStructure n;
    const Decoded d = set_operands<Load>(f, ctx, op, n);
    return d == Decoded::ok ? bind_transfer<Straight<Registers>, Load>(op) : d;
}

template <template <class, u32> class Transfer, u32 N, bool Load>
Decoded structured(auto f, const DecodeContext& ctx, Decoding& op) {
    NeonStructure n;
    if (const Decoded d = set_operands<Load>(f, ctx, op, n); d != Decoded::ok) return d;
    if (!Load && n.form == NeonStructure::Form::all_lanes) return Decoded::undefined;  // size 3 of a lane
    return with_small_unsigned(n.size, [&](auto t) { return bind_transfer<Transfer<decltype(t), N>, Load>(op); });
}

}  // namespace

VTOLL_NEON(VLD1_1, return (straight<1, true>(f, ctx, op));)
VTOLL_NEON(VLD1_2, return (straight<2, true>(f, ctx, op));)
VTOLL_NEON(VLD1_3, return (straight<3, true>(f, ctx, op));)
VTOLL_NEON(VLD1_4, return (straight<4, true>(f, ctx, op));)
VTOLL_NEON(VST1_1, return (straight<1, false>(f, ctx, op));)
VTOLL_NEON(VST1_2, return (straight<2, false>(f, ctx, op));)
VTOLL_NEON(VST1_3, return (straight<3, false>(f, ctx, op));)
VTOLL_NEON(VST1_4, return (straight<4, false>(f, ctx, op));)

VTOLL_NEON(VLD2_2, return (structured<Interleaved, 2, true>(f, ctx, op));)
VTOLL_NEON(VLD2_4, return (structured<Interleaved, 2, true>(f, ctx, op));)
VTOLL_NEON(VLD3, return (structured<Interleaved, 3, true>(f, ctx, op));)
VTOLL_NEON(VLD4, return (structured<Interleaved, 4, true>(f, ctx, op));)
VTOLL_NEON(VST2_2, return (structured<Interleaved, 2, false>(f, ctx, op));)
VTOLL_NEON(VST2_4, return (structured<Interleaved, 2, false>(f, ctx, op));)
VTOLL_NEON(VST3, return (structured<Interleaved, 3, false>(f, ctx, op));)
VTOLL_NEON(VST4, return (structured<Interleaved, 4, false>(f, ctx, op));)

VTOLL_NEON(VLD1_lane, return (structured<OneLane, 1, true>(f, ctx, op));)
VTOLL_NEON(VLD2_lane, return (structured<OneLane, 2, true>(f, ctx, op));)
VTOLL_NEON(VLD3_lane, return (structured<OneLane, 3, true>(f, ctx, op));)
VTOLL_NEON(VLD4_lane, return (structured<OneLane, 4, true>(f, ctx, op));)
VTOLL_NEON(VST1_lane, return (structured<OneLane, 1, false>(f, ctx, op));)
VTOLL_NEON(VST2_lane, return (structured<OneLane, 2, false>(f, ctx, op));)
VTOLL_NEON(VST3_lane, return (structured<OneLane, 3, false>(f, ctx, op));)
VTOLL_NEON(VST4_lane, return (structured<OneLane, 4, false>(f, ctx, op));)

VTOLL_NEON(VLD1_all, return (structured<AllLanes, 1, true>(f, ctx, op));)
VTOLL_NEON(VLD2_all, return (structured<AllLanes, 2, true>(f, ctx, op));)
VTOLL_NEON(VLD3_all, return (structured<AllLanes, 3, true>(f, ctx, op));)
VTOLL_NEON(VLD4_all, return (structured<AllLanes, 4, true>(f, ctx, op));)

}  // namespace vtoll::isa
