// SPDX-License-Identifier: Apache-2.0
// A processor with 16 KiB of RAM at 0x10000 that instructions reach through the L0 table or only through Env. Every
// test of loads and stores runs both ways.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>

#include "tests/unit/isa/fake_env.hpp"

namespace vtoll::isa::test {

inline constexpr u32 ram_base = 0x1'0000, ram_size = 0x4000;

/// Env with flat memory, and with alignment faults where the engine takes them.
struct RamEnv : FakeEnv {
    std::array<u8, ram_size> ram{};
    unsigned loads = 0, stores = 0;  ///< accesses that came here
    u16 last_flags = 0;              ///< flags of the op that made the last one

    u8* at(u32 va) { return &ram.at(va - ram_base); }
    u32 word(u32 va) {
        u32 value;
        std::memcpy(&value, at(va), 4);
        return value;
    }
    void set_word(u32 va, u32 value) { std::memcpy(at(va), &value, 4); }

    bool refused(const Op* op, u32 va, unsigned size, bool write) {
        last_flags = op->flags;
        const bool always = op->flags & (op_align_always | op_exclusive);
        if ((va & (size - 1)) && (always || (s->sys.sctlr & sctlr::A))) {
            Fault fault;
            fault.kind = FaultKind::alignment;
            fault.va = va;
            fault.write = write;
            TakeDataAbortException(*s, op, fault);
            return true;
        }
        return faulted(op, va, write);
    }
    Loaded load(const Op* op, u32 va, unsigned size) override {
        ++loads;
        if (refused(op, va, size, false)) return {0, true};
        u32 value = 0;
        for (unsigned i = 0; i < size; ++i) value |= u32(*at(va + i)) << lane(i, size);
        return {value, false};
    }
    bool store(const Op* op, u32 va, unsigned size, u32 value) override {
        ++stores;
        if (refused(op, va, size, true)) return false;
        for (unsigned i = 0; i < size; ++i) *at(va + i) = static_cast<u8>(value >> lane(i, size));
        return true;
    }
    Loaded64 load64(const Op* op, u32 va) override {
        if (refused(op, va, 8, false)) return {0, true};
        const Loaded lo = load(op, va, 4), hi = load(op, va + 4, 4);
        return {u64(hi.value) << 32 | lo.value, false};
    }
    bool store64(const Op* op, u32 va, u64 value) override {
        if (refused(op, va, 8, true)) return false;
        return store(op, va, 4, static_cast<u32>(value)) && store(op, va + 4, 4, static_cast<u32>(value >> 32));
    }
    Loaded check_exclusive(const Op* op, u32 va, unsigned size) override {
        if (refused(op, va, size, true)) return {0, true};
        const bool allowed = exclusive == va;
        exclusive.reset();
        return {allowed, false};
    }
};

struct Machine : Cpu {
    RamEnv ram;

    explicit Machine(bool use_l0 = false, Mode mode = Mode::svc) : Cpu(mode) {
        ram.s = &s;
        s.env = &ram;
        s.l0_ctx_by_pl = {u64{1} << 32, u64{2} << 32, u64{3} << 32};
        s.refresh_l0_ctx();
        for (u32 page = ram_base; use_l0 && page < ram_base + ram_size; page += 0x1000) map(page, s.l0_ctx);
        for (unsigned i = 0; i < 13; ++i) s.r[i] = 0xa0a0'0000 + i;
        s.r[13] = ram_base + 0x800;
        s.r[14] = 0xa0a0'000e;
    }
    void map(u32 page, u64 context) { s.l0_entry(page) = {context | page, context | page, ram.at(page) - page}; }
    void unmap(u32 page) { s.l0_entry(page) = {}; }

    void run(InstrSet set, u32 raw, const char* text) {
        execute(set, raw);
        ASSERT_EQ(decoded, Decoded::ok) << text << " must decode";
    }
    void a32(u32 raw, const char* text) { run(InstrSet::a32, raw, text); }
    void t16(u32 raw, const char* text) { run(InstrSet::t16, raw, text); }
    void t32(u32 raw, const char* text) { run(InstrSet::t32, raw, text); }

    bool took(ExceptionKind kind) const { return !ram.taken.empty() && ram.taken.back().kind == kind; }
    void fail_at(u32 va) {
        Fault fault;
        fault.kind = FaultKind::translation;
        fault.level = 2;
        ram.faults[va] = fault;
        unmap(va & ~u32{0xfff});
    }
};

/// What one word decodes to in a context; the row's name is empty when no row took it.
struct DecodedOp {
    Decoding op;
    Decoded decoded;
    std::string row;
};
inline DecodedOp decode_one(InstrSet set, u32 raw, Privilege pl = Privilege::pl1, u8 itstate = 0,
                            const Features& features = {}) {
    const DecodeContext ctx{0x8000, pl, itstate, &features};
    DecodedOp out;
    out.decoded = decode(set, raw, ctx, out.op);
    if (out.op.row) out.row = out.op.row->name;
    return out;
}

/// Parameter: whether L0 serves the RAM.
class LoadStore : public ::testing::TestWithParam<bool> {
protected:
    Machine m{GetParam()};
    CpuState& s = m.s;
    RamEnv& ram = m.ram;
};

}  // namespace vtoll::isa::test
