// SPDX-License-Identifier: Apache-2.0
// The smallest machine an instruction can run on: a sparse memory, a recorder of everything asked of Env, and a
// processor that executes one instruction at a time.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "isa/encodings/encoding.hpp"
#include "isa/env.hpp"
#include "isa/exec/system/exceptions.hpp"
#include "isa/state/cpu_state.hpp"

namespace vtoll::isa::test {

struct FakeEnv : Env {
    struct Unwound {
        const Op* op;
        bool completed;
    };
    struct TlbRequest {
        TlbOp op;
        TlbSide side;
        u32 operand;
        bool broadcast;
    };
    struct CacheRequest {
        CacheOp op;
        u32 operand;
    };
    struct AtsRequest {
        AtsOp op;
        u32 va;
    };
    struct TimerWrite {
        Timer timer;
        TimerReg reg;
        u64 value;
    };

    CpuState* s = nullptr;
    std::map<u32, u8> memory;
    std::map<u32, Fault> faults;  ///< first byte of an access -> the fault it meets
    std::optional<u32> exclusive;
    u64 counter = 0, counter_offset = 0, cycles = 0, timer_value = 0, par = 0;
    u64 retired = 0, refills = 0;
    unsigned counter_changes = 0;
    bool firmware = false, semihosting = false, cache_faults = false;

    std::vector<Unwound> unwound;
    std::vector<ExceptionTaken> taken;
    std::vector<std::pair<Mode, Mode>> returned;
    std::vector<unsigned> markers;
    std::vector<TlbRequest> tlb;
    std::vector<CacheRequest> cache;
    std::vector<AtsRequest> ats;
    std::vector<std::pair<u32, Preload>> hints;
    std::vector<TimerWrite> timer_writes;
    std::vector<bool> firmware_calls;  ///< true: by SMC
    unsigned context_changes = 0, interrupt_changes = 0;
    unsigned waits_for_interrupt = 0, waits_for_event = 0, events_sent = 0, semihosting_calls = 0;

    u8 byte(u32 va) const {
        const auto it = memory.find(va);
        return it == memory.end() ? 0 : it->second;
    }
    u32 word(u32 va) const { return byte(va) | byte(va + 1) << 8 | byte(va + 2) << 16 | u32(byte(va + 3)) << 24; }
    void set_word(u32 va, u32 value) {
        for (unsigned i = 0; i < 4; ++i) memory[va + i] = static_cast<u8>(value >> (8 * i));
    }

    /// Byte `i` of memory belongs at this shift of the register value: CPSR.E reverses the order.
    unsigned lane(unsigned i, unsigned size) const { return 8 * ((s->psr & psr::E) ? size - 1 - i : i); }
    bool faulted(const Op* op, u32 va, bool write) {
        const auto it = faults.find(va);
        if (it == faults.end()) return false;
        Fault fault = it->second;
        fault.va = va;
        fault.write = write;
        TakeDataAbortException(*s, op, fault);
        return true;
    }

    Loaded load(const Op* op, u32 va, unsigned size) override {
        if (faulted(op, va, false)) return {0, true};
        u32 value = 0;
        for (unsigned i = 0; i < size; ++i) value |= u32(byte(va + i)) << lane(i, size);
        return {value, false};
    }
    bool store(const Op* op, u32 va, unsigned size, u32 value) override {
        if (faulted(op, va, true)) return false;
        for (unsigned i = 0; i < size; ++i) memory[va + i] = static_cast<u8>(value >> lane(i, size));
        return true;
    }
    Loaded64 load64(const Op* op, u32 va) override {
        if (faulted(op, va, false)) return {0, true};
        u64 value = 0;
        for (unsigned i = 0; i < 8; ++i) value |= u64(byte(va + i)) << lane(i, 8);
        return {value, false};
    }
    bool store64(const Op* op, u32 va, u64 value) override {
        if (faulted(op, va, true)) return false;
        for (unsigned i = 0; i < 8; ++i) memory[va + i] = static_cast<u8>(value >> lane(i, 8));
        return true;
    }
    void mark_exclusive(const Op*, u32 va, unsigned) override { exclusive = va; }
    Loaded check_exclusive(const Op* op, u32 va, unsigned) override {
        if (faulted(op, va, true)) return {0, true};
        const bool allowed = exclusive == va;
        exclusive.reset();
        return {allowed, false};
    }
    void clear_exclusive() override { exclusive.reset(); }

    void unwind(const Op* op, bool completed) override { unwound.push_back({op, completed}); }
    void exception_taken(const ExceptionTaken& e) override { taken.push_back(e); }
    void exception_returned(Mode from, Mode to) override { returned.emplace_back(from, to); }
    void marker(const Op*, unsigned option) override { markers.push_back(option); }

    void context_changed() override { ++context_changes; }
    void interrupts_changed() override { ++interrupt_changes; }
    void tlb_maintenance(const Op*, TlbOp op, TlbSide side, u32 operand, bool broadcast) override {
        tlb.push_back({op, side, operand, broadcast});
    }
    u64 address_translation(AtsOp op, u32 va) override {
        ats.push_back({op, va});
        return par;
    }
    bool cache_maintenance(const Op* op, CacheOp what, u32 operand) override {
        cache.push_back({what, operand});
        if (!cache_faults) return true;
        TakeDataAbortException(
            *s, op,
            {.kind = FaultKind::translation, .level = 2, .write = true, .cache_maintenance = true, .va = operand});
        return false;
    }

    void preload(const Op*, u32 va, Preload what) override { hints.emplace_back(va, what); }

    u64 counter_physical(const Op*) override { return counter; }
    u64 counter_virtual_offset() override { return counter_offset; }
    void set_counter_virtual_offset(u64 value) override { counter_offset = value; }
    u64 timer_read(const Op*, Timer, TimerReg) override { return timer_value; }
    void timer_write(const Op*, Timer t, TimerReg r, u64 value) override { timer_writes.push_back({t, r, value}); }
    u64 cycle_count(const Op*) override { return cycles; }
    bool counts_event(u32 event) const override { return event == 0x08 || event == 0x03; }
    u64 event_count(const Op*, u32 event) override { return event == 0x08 ? retired : refills; }
    void counters_changed() override { ++counter_changes; }

    void wait_for_interrupt() override { ++waits_for_interrupt; }
    void wait_for_event() override { ++waits_for_event; }
    void send_event() override { ++events_sent; }
    bool firmware_call(const Op*, bool smc) override {
        firmware_calls.push_back(smc);
        return firmware;
    }
    bool semihosting_call(const Op*) override {
        ++semihosting_calls;
        return semihosting;
    }
};

/// Identification registers of nobody in particular: every extension, version 2 of the performance monitors, four event
/// counters.
inline Identity test_identity() {
    Identity id;
    id.midr = 0x4142'0430;
    id.ctr = 0x8444'c004;
    id.mpidr = 0x8000'0000;
    id.clidr = 0x0a20'0023;
    id.ccsidr = {ccsidr_of(32 << 10, 2, 64, 7), ccsidr_of(32 << 10, 2, 64, 2), ccsidr_of(512 << 10, 16, 64, 7)};
    id.id_pfr1 = 0x0001'0000;  // the generic timer
    id.id_dfr0 = 0x0201'0505;
    id.pmcr = 0x4112'2000;
    id.dbgdidr = 0x3515'f021;
    id.has_l2ctlr = 1;
    return id;
}

/// A processor in `mode` with its fake machine. `execute` decodes one instruction at `r[15]` and runs it, as the
/// engine would with a block of one instruction.
struct Cpu {
    CpuState s;
    FakeEnv env;
    Decoded decoded = Decoded::ok;  ///< what the decoder said of the last instruction
    std::array<Op, 2> block{};

    explicit Cpu(Mode mode = Mode::svc) {
        env.s = &s;
        s.env = &env;
        s.sys.id = test_identity();
        reset(s);
        s.switch_mode(mode);
        s.r[15] = 0x8000;
        env.context_changes = env.interrupt_changes = 0;
    }
    Cpu(const Cpu&) = delete;
    Cpu& operator=(const Cpu&) = delete;

    void execute(InstrSet set, u32 raw) {
        const DecodeContext ctx{s.r[15], s.privilege(), s.itstate, &s.features};
        s.thumb = set != InstrSet::a32;
        decoded = decode(set, raw, ctx, block[0]);
        block[1] = Op{};
        block[1].fn = [](CpuState& state, const Op* op) -> const Op* {
            state.r[15] = op[-1].pc + op[-1].len;
            state.itstate = it_advance(op[-1].itstate);
            return nullptr;
        };
        for (const Op* op = block.data(); op;) op = op->fn(s, op);
    }
    void a32(u32 raw) { execute(InstrSet::a32, raw); }
    void t16(u32 raw) { execute(InstrSet::t16, raw); }
    void t32(u32 raw) { execute(InstrSet::t32, raw); }
};

}  // namespace vtoll::isa::test
