// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/isa/roles_machine.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstring>
#include <iterator>

#include "isa/exec/exec.hpp"
#include "isa/fp/fp.hpp"

namespace vtoll::isa::test {

namespace {

constexpr const char* flag_names[flag::count] = {
    "N", "Z", "C", "V", "Q", "GE", "FPSCR.NZCV", "FPSCR status", "FPSCR control"};
constexpr u32 fp_nzcv = 0xf000'0000, fp_status = 0x0800'009f, fp_control = 0x07f7'0000;

u32 hash(u32 x) {
    x = (x ^ x >> 16) * 0x7feb'352d;
    x = (x ^ x >> 15) * 0x846c'a68b;
    return x ^ x >> 16;
}

/// Values that overflow, saturate, are all ones or nothing; and any.
u32 word(Rng& rng) {
    static constexpr u32 corners[] = {0,           1,           0xff,        0x7fff'ffff, 0x8000'0000,
                                      0x8000'8000, 0x7fff'7fff, 0xffff'ffff, 0x8000'7fff, 0x0000'8000};
    return rng() % 3 ? static_cast<u32>(rng()) : corners[rng() % std::size(corners)];
}
/// The same for extension registers: numbers of both precisions, small integers, corners.
u64 doubleword(Rng& rng) {
    static constexpr u64 corners[] = {0,
                                      ~u64{0},
                                      0x8000'8000'8000'8000,
                                      0x8000'0000'8000'0000,
                                      0x7ff0'0000'0000'0000,
                                      0x7ff0'0000'0000'0001,
                                      0x7f80'0001'7f80'0001,
                                      0x0000'0001'0000'0001,
                                      0x8080'8080'8080'8080};
    const auto single = [&] {
        return static_cast<u32>(rng() & 0x807f'ffff) | static_cast<u32>(120 + rng() % 20) << 23;
    };
    switch (rng() % 5) {
    case 0: return corners[rng() % std::size(corners)];
    case 1: return u64{single()} << 32 | single();
    case 2: return (rng() & 0x800f'ffff'ffff'ffff) | (1010 + rng() % 30) << 52;
    case 3: return rng() & 0x001f'001f'001f'001f;
    default: return rng();
    }
}

}  // namespace

std::string place_name(unsigned i) {
    const Place p = place(i);
    if (p.kind == Place::flags) return flag_names[p.n];
    return p.kind == Place::extension ? fmt::format("d{}", p.n) : p.n == 15 ? "its address" : fmt::format("r{}", p.n);
}

bool is_read(const Roles& r, unsigned i) {
    const Place p = place(i);
    return (p.kind == Place::core ? r.reads() : p.kind == Place::flags ? r.flags_read : r.ext_reads) >> p.n & 1;
}
bool is_written(const Roles& r, unsigned i) {
    const Place p = place(i);
    return (p.kind == Place::core ? r.writes : p.kind == Place::flags ? r.flags_written : r.ext_writes) >> p.n & 1;
}

bool Outcome::same_besides(const Outcome& b) const {
    return stores == b.stores && exception == b.exception && other_banks == b.other_banks &&
           mode_and_masks == b.mode_and_masks && fpexc == b.fpexc && thumb == b.thumb &&
           !std::memcmp(&sys, &b.sys, sizeof sys);
}

struct RolesMachine::Memory : FakeEnv {
    std::vector<StoreMade> stores;

    bool misaligned(const Op* op, u32 va, unsigned size) {
        if (!(va & (size - 1)) || !(op->flags & (op_align_always | op_exclusive))) return false;
        TakeDataAbortException(*s, op, {.kind = FaultKind::alignment, .level = 1, .va = va});
        return true;
    }
    static u64 at(u32 va, unsigned size) {
        u64 value = 0;
        for (unsigned i = 0; i < size; ++i) value |= u64{hash(va + i) & 0xff} << (8 * i);
        return value;
    }
    Loaded load(const Op* op, u32 va, unsigned size) override {
        if (misaligned(op, va, size)) return {0, true};
        return {static_cast<u32>(at(va, size)), false};
    }
    bool store(const Op* op, u32 va, unsigned size, u32 value) override {
        if (misaligned(op, va, size)) return false;
        stores.push_back({va, size, value});
        return true;
    }
    Loaded64 load64(const Op* op, u32 va) override {
        if (misaligned(op, va, 8)) return {0, true};
        return {at(va, 8), false};
    }
    bool store64(const Op* op, u32 va, u64 value) override {
        if (misaligned(op, va, 8)) return false;
        stores.push_back({va, 8, value});
        return true;
    }
    Loaded check_exclusive(const Op* op, u32 va, unsigned size) override {
        if (misaligned(op, va, size)) return {0, true};
        return {1, false};
    }
    bool cache_maintenance(const Op*, CacheOp what, u32 operand) override {
        stores.push_back({operand, static_cast<unsigned>(what.target), u64{what.clean} << 1 | what.invalidate});
        return true;
    }
    u64 address_translation(AtsOp, u32 va) override { return hash(va); }
    void tlb_maintenance(const Op*, TlbOp, TlbSide, u32 operand, bool) override { stores.push_back({operand, 0, 0}); }
    void timer_write(const Op*, Timer, TimerReg, u64 value) override { stores.push_back({0, 0, value}); }
};

RolesMachine::RolesMachine()
    : env_(std::make_unique<Memory>()), s_(std::make_unique<CpuState>()), kept_(std::make_unique<CpuState>()) {
    env_->s = s_.get();
    s_->env = env_.get();
    reset(*s_);
    s_->sys.sctlr |= sctlr::SW;
    s_->sys.cpacr = 0x00f0'0000;
    s_->fpexc = 1u << 30;
    *kept_ = *s_;
}
RolesMachine::~RolesMachine() = default;

void RolesMachine::restore() { std::memcpy(static_cast<void*>(s_.get()), kept_.get(), offsetof(CpuState, l0)); }

void RolesMachine::shuffle(Rng& rng, const Decoding& d, Mode mode) {
    CpuState& s = *kept_;
    mode_ = mode;
    s.switch_mode(mode);
    for (u32& r : s.r) r = word(rng);
    // Addresses are aligned mostly, so that not every access that must be faults.
    if (d.flags & (op_reads_mem | op_writes_mem) && rng() % 8) {
        s.r[d.rn] &= ~31u;
        if (rng() % 4) s.r[d.rm & 15] &= ~31u;
    }
    for (u64& x : s.d) x = doubleword(rng);
    for (auto* bank : {&s.bank_sp, &s.bank_lr})
        for (u32& r : *bank) r = word(rng) & ~7u;
    static constexpr Mode modes[] = {Mode::usr, Mode::svc, Mode::irq, Mode::sys};
    for (u32& spsr : s.bank_spsr)
        spsr = (static_cast<u32>(rng()) & (psr::N | psr::Z | psr::C | psr::V | psr::Q | psr::GE)) |
               static_cast<u32>(modes[rng() % 4]);
    for (u32& r : s.high_usr) r = word(rng);
    for (u32& r : s.high_fiq) r = word(rng);
    s.elr_hyp = word(rng) & ~3u;
    do s.set_nzcv(static_cast<u32>(rng()));
    while (!ConditionPassed(s, d.cond));
    s.psr = (s.psr & ~(psr::Q | psr::GE)) | (static_cast<u32>(rng()) & (psr::Q | psr::GE));
    s.fpscr = static_cast<u32>(rng()) & (fp_nzcv | fp_status | (rng() % 2 ? 0x07c0'0000u : 0));
    s.update_fp_enabled();
    restore();
}

void RolesMachine::disturb(Rng& rng, unsigned i) {
    CpuState& s = *s_;
    const Place p = place(i);
    const auto some_of = [&](u32 mask) {
        u32 bits = 0;
        while (!bits) bits = static_cast<u32>(rng()) & mask;
        return bits;
    };
    if (p.kind == Place::core) {
        s.r[p.n] ^= some_of(rng() % 2 ? ~0u : rng() % 2 ? 0xffff'ffe0 : 0x8000'00ff);
    } else if (p.kind == Place::extension) {
        s.d[p.n] ^= rng() % 2 ? rng() | 1 : u64{some_of(0xffff)} << 16 * (rng() % 4);
    } else {
        switch (1u << p.n) {
        case flag::N: s.nf ^= 1u << 31; break;
        case flag::Z: s.zf = s.zf ? 0 : 1; break;
        case flag::C: s.cf ^= 1; break;
        case flag::V: s.vf ^= 1u << 31; break;
        case flag::Q: s.psr ^= psr::Q; break;
        case flag::GE: s.psr ^= some_of(psr::GE); break;
        case flag::fp_nzcv: s.fpscr ^= some_of(fp_nzcv); break;
        case flag::fp_status: s.fpscr ^= some_of(fp_status); break;
        default: s.fpscr ^= some_of(rng() % 2 ? fp_control : 0x07c0'0000); break;
        }
    }
}

Outcome RolesMachine::now() const {
    const CpuState& s = *s_;
    Outcome o;
    for (unsigned n = 0; n < 8; ++n) o.places[n] = s.r[n];
    for (unsigned n = 8; n < 15; ++n) o.places[n] = s.read_banked(n, mode_);
    o.places[15] = s.r[15];
    const u64 flags[flag::count] = {
        s.flag_n(),      s.flag_z(),        s.flag_c(),          s.flag_v(),          (s.psr & psr::Q) != 0,
        s.psr & psr::GE, s.fpscr & fp_nzcv, s.fpscr & fp_status, s.fpscr & fp_control};
    std::copy(std::begin(flags), std::end(flags), o.places.begin() + 16);
    std::copy(s.d.begin(), s.d.end(), o.places.begin() + 16 + flag::count);
    std::size_t at = 0;
    for (const Mode mode : {Mode::usr, Mode::fiq, Mode::irq, Mode::svc, Mode::abt, Mode::und, Mode::hyp}) {
        if (bank_of(mode) == bank_of(mode_)) continue;
        o.other_banks[at++] = s.read_banked(13, mode);
        if (mode != Mode::hyp && mode_ != Mode::hyp) o.other_banks[at++] = s.read_banked(14, mode);
    }
    for (u32 spsr : s.bank_spsr) o.other_banks[at++] = spsr;
    o.other_banks[at++] = s.elr_hyp;
    for (unsigned n = 8; n < 13; ++n)
        o.other_banks[at++] = s.read_banked(n, mode_ == Mode::fiq ? Mode::usr : Mode::fiq);
    o.mode_and_masks = s.psr & ~(psr::Q | psr::GE);
    o.fpexc = s.fpexc;
    o.thumb = s.thumb;
    o.sys = s.sys;
    return o;
}

Outcome RolesMachine::run(InstrSet set, const Decoding& d) {
    CpuState& s = *s_;
    env_->stores.clear();
    env_->taken.clear();
    env_->exclusive.reset();
    s.r[15] = d.pc;
    s.thumb = set != InstrSet::a32;
    Op block[2] = {d, Op{}};
    block[1].fn = [](CpuState& state, const Op* op) -> const Op* {
        state.r[15] = op[-1].pc + op[-1].len;
        return nullptr;
    };
    for (const Op* op = block; op;) op = op->fn(s, op);
    Outcome o = now();
    o.stores = env_->stores;
    o.exception = !env_->taken.empty();
    return o;
}

}  // namespace vtoll::isa::test
