// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/vtoll_side.hpp"

#include <cstring>

#include "isa/exec/system/exceptions.hpp"

namespace vtoll::differential {

using namespace isa;

namespace {

/// Behind the instruction: execution fell through to the next address, in the ITSTATE that holds there.
const Op* fell_through(CpuState& s, const Op* op) {
    s.r[15] = op->imm;
    s.itstate = op->itstate;
    return nullptr;
}

Ending ending_of(ExceptionKind kind) {
    switch (kind) {
    case ExceptionKind::undefined: return Ending::undefined;
    case ExceptionKind::svc: return Ending::svc;
    case ExceptionKind::hvc: return Ending::hvc;
    case ExceptionKind::smc: return Ending::smc;
    case ExceptionKind::prefetch_abort: return Ending::breakpoint;  // nothing else makes one here
    case ExceptionKind::data_abort: return Ending::data_abort;
    default: return Ending::other;
    }
}

}  // namespace

const Features& tested_features() {
    static const Features f = [] {
        Features g;
        g.smc_is_firmware = false;
        g.semihosting = false;
        return g;
    }();
    return f;
}

Fetched fetch(const std::vector<u8>& code, u32 va, bool thumb) {
    const u8* p = &code[va - map::code_base];
    if (!thumb) {
        u32 raw;
        std::memcpy(&raw, p, 4);
        return {InstrSet::a32, raw, 4};
    }
    u16 hw[2];
    std::memcpy(&hw[0], p, 2);
    if (!is_thumb32(hw[0])) return {InstrSet::t16, hw[0], 2};
    std::memcpy(&hw[1], p + 2, 2);
    return {InstrSet::t32, u32(hw[0]) << 16 | hw[1], 4};
}

VtollSide::VtollSide(const std::vector<u8>& code, DataImage& data, std::unique_ptr<Runner> runner)
    : code_(code), s_(std::make_unique<CpuState>()), env_(*s_, code, data), runner_(std::move(runner)) {
    s_->env = &env_;
    s_->features = tested_features();
    // The oracle's Cortex-A15: what VMRS reads of it.
    s_->sys.id.fpsid = 0x4104'30f0, s_->sys.id.mvfr0 = 0x1011'0222, s_->sys.id.mvfr1 = 0x1111'1111;
    reset(*s_);
    s_->sys.sctlr |= sctlr::SW;
}

void VtollSide::load_state(const MachineState& m) {
    CpuState& s = *s_;
    s.set_cpsr(m.cpsr);
    for (std::size_t n = 0; n < banked_count; ++n) {
        const BankedRegister& b = banked_registers[n];
        const auto mode = static_cast<Mode>(b.mode);
        if (b.n == 16) s.bank_spsr[bank_of(mode)] = m.banked[n];
        else s.write_banked(b.n, mode, m.banked[n]);
    }
    s.r = m.r;
    s.d = m.d;
    s.fpscr = m.fpscr;
    s.fpexc = m.fpexc;
    s.sys.cpacr = 0x00f0'0000;
    s.update_fp_enabled();
}

MachineState VtollSide::save_state() const {
    MachineState m;
    m.r = s_->r;
    m.cpsr = s_->cpsr();
    m.fpscr = s_->fpscr;
    m.fpexc = s_->fpexc;
    m.d = s_->d;
    for (std::size_t n = 0; n < banked_count; ++n) {
        const BankedRegister& b = banked_registers[n];
        const auto mode = static_cast<Mode>(b.mode);
        m.banked[n] = b.n == 16 ? s_->bank_spsr[bank_of(mode)] : s_->read_banked(b.n, mode);
    }
    return m;
}

void VtollSide::step() {
    CpuState& s = *s_;
    const u32 pc = s.r[15];
    const Fetched f = fetch(code_, pc, s.thumb);
    DecodeContext ctx;
    ctx.pc = pc;
    ctx.privilege = s.privilege();
    ctx.itstate = s.itstate;
    ctx.features = &s.features;
    Decoding decoded;
    decode(f.set, f.raw, ctx, decoded);
    Op block[3];  // [head][instruction][fallthrough]
    block[1] = decoded;
    block[2] = Op{};
    block[2].fn = &fell_through;
    block[2].pc = pc;
    block[2].imm = pc + f.length;
    block[2].idx = 1;
    // IT loads ITSTATE with its low byte; every other instruction moves it on. ARM DDI 0406C §A8.8.54.
    block[2].itstate = itstate_after(ctx.itstate, decoded.properties);
    s.itstate = 0;  // as in the engine: inside a block the ops carry it
    for (const Op* op = &block[1]; op;) op = op->fn(s, op);
}

MachineState VtollSide::run(const Program& program, unsigned step_limit) {
    const u32 begin = program.begin, end = program.end();
    CpuState& s = *s_;
    load_state(program.initial);
    s.r[15] = begin;
    env_.start();
    s.l0_ctx_by_pl = {u64{1} << 32, u64{2} << 32, u64{3} << 32};
    s.refresh_l0_ctx();
    env_.fill_l0(program.l0_granule);

    MachineState now;
    // A runner comes to the exception behind other instructions: what counts is the state in front of it.
    if (runner_)
        env_.on_exception = [&](const Op& op) {
            s.itstate = op.itstate;
            now = save_state();
            now.r[15] = op.pc;
            s.itstate = 0;
        };
    for (unsigned steps = 0;;) {
        const u32 pc = s.r[15];
        now = save_state();
        if (pc < begin || pc >= end) return now;
        const u32 half = (pc - begin) / 2;
        const bool on_the_way = s.itstate || (half < program.entry.size() && program.entry[half]);
        if (s.thumb != program.thumb || !on_the_way || steps == step_limit) {
            now.ending = steps == step_limit ? Ending::step_limit : Ending::lost;
            return now;
        }
        env_.forget_exception();
        if (runner_) {
            steps += runner_->run(s, std::span(code_).subspan(pc - map::code_base, end - pc), step_limit - steps);
        } else {
            step();
            ++steps;
        }
        if (env_.sizes_differed()) {
            now.ending = Ending::lost;
            return now;
        }
        if (env_.took_exception()) {
            now.ending = ending_of(env_.exception());
            now.alignment_fault = env_.last_fault() == FaultKind::alignment;
            return now;
        }
    }
}

}  // namespace vtoll::differential
