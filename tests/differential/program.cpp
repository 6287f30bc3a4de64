// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/program.hpp"

#include <fmt/format.h>

#include <cstring>

#include "isa/encodings/printer.hpp"
#include "isa/state/modes.hpp"
#include "tests/differential/vtoll_side.hpp"

namespace vtoll::differential {

using namespace isa;

namespace {

constexpr u32 clrex_a32 = 0xf57f'f01f, clrex_t32 = 0xf3bf'8f2f;

bool one_in(Rng& rng, unsigned n) { return rng() % n == 0; }

u32 data_pointer(Rng& rng) {
    // The middle of the pages, so that offsets of either sign stay inside; mostly a multiple of 8.
    u32 va = map::data_base + map::data_size / 4 + static_cast<u32>(rng() % (map::data_size / 2));
    if (!one_in(rng, 16)) va &= ~7u;
    return va;
}

u32 register_value(Rng& rng) {
    static constexpr u32 corners[] = {0,           1,           2,           0x1f,        0x20,       0x21,   0x7f,
                                      0x80,        0xff,        0x100,       0x7fff,      0x8000,     0xffff, 0x1'0000,
                                      0x7fff'ffff, 0x8000'0000, 0x8000'0001, 0xffff'fffe, 0xffff'ffff};
    switch (rng() % 8) {
    case 0: return corners[rng() % std::size(corners)];
    case 1: return static_cast<u32>(rng() & 0xff);
    case 2: return data_pointer(rng);
    default: return static_cast<u32>(rng());
    }
}

/// A floating-point number with `E` exponent and `F` fraction bits, from where arithmetic is interesting.
template <unsigned E, unsigned F>
u64 float_value(Rng& rng) {
    constexpr u64 top = (1u << E) - 1, bias = top >> 1, one_fraction = u64{1} << F, quiet = one_fraction >> 1;
    const u64 sign = (rng() & 1) << (E + F), random = rng();
    const u64 fraction = random & (one_fraction - 1);
    const u64 few_bits = fraction & ~((one_fraction - 1) >> rng() % (F + 1));  // halfway cases, exact results
    const auto number = [&](u64 exponent, u64 f) { return sign | exponent << F | f; };
    switch (rng() % 12) {
    case 0: return number(0, 0);
    case 1: return number(top, rng() & 1 ? 0 : rng() & 1 ? quiet : fraction);          // infinities and NaNs
    case 2: return number(top, (fraction & ~quiet) | 1);                               // signalling
    case 3: return number(0, rng() & 1 ? fraction : one_fraction - 1 - (random & 3));  // subnormal
    case 4: return number(1 + rng() % (F + 2), rng() & 1 ? few_bits : random & 3);     // just normal
    case 5: return number(top - 1 - rng() % 3, rng() & 1 ? fraction : random & 3 ? one_fraction - 1 : 0);  // largest
    case 6: return number(bias - bias / 2 - 8 + rng() % 16, fraction);  // products underflow
    case 7: return number(bias + bias / 2 - 8 + rng() % 16, fraction);  // products overflow
    case 8: return number(bias - 2 + rng() % 4, fraction);              // about 1
    case 9: return number(bias - 2 + rng() % 36, few_bits);             // about the integers
    case 10: return number(bias - 2 + rng() % 36, fraction);
    default: return sign | (random & ~(u64{1} << (E + F)));
    }
}

/// A doubleword register: a double, two singles or four halves, or like `model` so that differences cancel.
u64 double_value(Rng& rng, u64 model) {
    switch (rng() % 8) {
    case 0: return model ^ (rng() & 0x8000'0003'8000'0003);
    case 1: return (model ^ (rng() & 0x8000'0000'0000'0000)) + (rng() % 5) - 2;
    case 2:
        return float_value<5, 10>(rng) | float_value<5, 10>(rng) << 16 | float_value<5, 10>(rng) << 32 |
               float_value<5, 10>(rng) << 48;
    case 3:
    case 4: return float_value<11, 52>(rng);
    case 5: return rng();
    default: return float_value<8, 23>(rng) | float_value<8, 23>(rng) << 32;
    }
}

/// Everything but Len and Stride: short vectors are not part of these processors.
u32 fpscr_value(Rng& rng) {
    const u32 any = static_cast<u32>(rng()) & 0xffc0'009f;
    switch (rng() % 4) {
    case 0: return any & 0xf000'0000;           // as after reset
    case 1: return (any & 0xff00'009f) | 0x10;  // rounding to nearest, IXC set: what programs meet mostly
    default: return any;
    }
}

MachineState random_state(Rng& rng, bool thumb, u32 begin, Level level) {
    MachineState s;
    for (unsigned n = 0; n < 15; ++n) s.r[n] = register_value(rng);
    if (!one_in(rng, 8)) s.r[13] = data_pointer(rng) & ~7u;
    s.r[15] = begin;
    s.cpsr = static_cast<u32>(rng()) & (psr::N | psr::Z | psr::C | psr::V | psr::Q | psr::GE);
    s.cpsr |= psr::A | psr::I | psr::F | (thumb ? psr::T : 0);
    if (one_in(rng, 16)) s.cpsr |= psr::E;
    s.cpsr |= static_cast<u32>(one_in(rng, 2) || level == Level::user ? Mode::usr : Mode::svc);
    const u32 mode = s.cpsr & psr::M;
    for (std::size_t n = 0; n < banked_count; ++n) {
        const BankedRegister& b = banked_registers[n];
        if (b.n == 16) {
            // What an exception return would go to: a mode that both sides look at, in either instruction set.
            s.banked[n] =
                static_cast<u32>(rng()) & (psr::N | psr::Z | psr::C | psr::V | psr::Q | psr::GE | psr::T | psr::I);
            s.banked[n] |= static_cast<u32>(one_in(rng, 2) ? Mode::usr : Mode::svc);
        } else {
            const bool current = (b.mode == 0x1f && (b.n < 13 || mode == 0x10)) || b.mode == mode;
            s.banked[n] = current ? s.r[b.n] : one_in(rng, 2) ? data_pointer(rng) & ~7u : static_cast<u32>(rng());
        }
    }
    s.fpscr = fpscr_value(rng);
    s.fpexc = 1u << 30;
    const u64 model =
        one_in(rng, 2) ? float_value<11, 52>(rng) : float_value<8, 23>(rng) << 32 | float_value<8, 23>(rng);
    for (u64& d : s.d) d = double_value(rng, model);
    return s;
}

class Builder {
public:
    Builder(Rng& rng, std::span<const Row> rows, const WordFilter& wanted, Program& p)
        : rng_(rng), rows_(rows), wanted_(wanted), p_(p) {
        ctx_.pc = p.begin;
        ctx_.privilege = privilege_of(static_cast<Mode>(p.initial.cpsr & psr::M));
        ctx_.features = &tested_features();
    }

    /// False: some instruction could not be had in the place it was wanted in.
    bool build(unsigned length) {
        // The oracle's exclusive monitor survives from one program to the next: open it first, or leave it alone.
        exclusives_ = rows_.size() == 1 ? rows_[0].encoding->cls == CostClass::exclusive : one_in(rng_, 4);
        if (exclusives_) put(p_.thumb ? InstrSet::t32 : InstrSet::a32, p_.thumb ? clrex_t32 : clrex_a32);
        for (unsigned i = 0; i < length;) {
            unsigned group = 1;
            if (p_.thumb && one_in(rng_, 4)) {
                group = 1 + static_cast<unsigned>(rng_() % std::min(4u, length - i));
                put_it(group);
            }
            for (unsigned k = 0; k < group; ++k, ++i)
                if (!put_random(length - i - 1)) return false;
        }
        return true;
    }

private:
    void put16(u32 hw) {
        p_.bytes.push_back(static_cast<u8>(hw));
        p_.bytes.push_back(static_cast<u8>(hw >> 8));
        ctx_.pc += 2;
    }
    void put(InstrSet set, u32 raw) {
        p_.entry.resize((ctx_.pc - p_.begin) / 2);
        p_.entry.push_back(!ctx_.in_it());
        if (set == InstrSet::a32) {
            put16(raw & 0xffff);
            put16(raw >> 16);
        } else {
            if (set == InstrSet::t32) put16(raw >> 16);
            put16(raw & 0xffff);
        }
    }

    void put_it(unsigned group) {
        u32 cond = static_cast<u32>(rng_() % 15);
        u32 mask = (static_cast<u32>(rng_()) & 0xf & (~0u << (4 - group + 1))) | 1u << (4 - group);
        // Under AL every instruction is a "then": firstcond 1110 with an "else" bit is UNPREDICTABLE.
        if (cond == 14) mask = 1u << (4 - group);
        put(InstrSet::t16, 0xbf00 | cond << 4 | mask);
        ctx_.itstate = static_cast<u8>(cond << 4 | mask);
    }

    /// One instruction with `left` more to come.
    bool put_random(unsigned left) {
        unsigned unaligned = 0;
        const unsigned attempts = rows_.size() == 1 ? 4 : 20;
        for (unsigned attempt = 0; attempt < attempts; ++attempt) {
            const Row row = rows_[rng_() % rows_.size()];
            if (row.encoding->cls == CostClass::exclusive && !exclusives_) continue;
            Decoding op;
            // Branches in a block stay in it mostly; those into the other instruction set do not, it can't read the
            // rest.
            const bool direct =
                (row.encoding->cls == CostClass::branch || row.encoding->cls == CostClass::branch_link) &&
                row.encoding->name != "BLX_imm";
            const Filling filling = (direct && left) || one_in(rng_, 3) ? Filling::small : Filling::any;
            const auto raw = random_word(*row.encoding, row.set, ctx_, rng_, filling, &op);
            if (!raw || !wanted_(row, *raw, ctx_.in_it(), p_.initial))
                continue;  // not possible here: inside an IT block, in this mode
            // An unaligned LDRD or the like can only fault.
            if ((op.flags & op_align_always) && (op.imm & 3) && row.encoding->field['i' - 'A'] && !one_in(rng_, 8)) {
                if (++unaligned < 20) --attempt;
                continue;
            }
            if (!writes_spsr_as_wanted(op)) continue;
            put_partner(row, *raw);
            aim(op, row.encoding->cls == CostClass::eret);
            put(row.set, *raw);
            p_.rows.push_back(row);
            ctx_.itstate = it_advance(ctx_.itstate);
            return true;
        }
        return false;
    }

    // Bits 23..20 of an SPSR are to be written as zero; what happens otherwise is nobody's business.
    bool writes_spsr_as_wanted(const Decoding& op) {
        if (op.properties.sets != Sets::spsr) return true;
        if (!op.roles.reads()) return !(op.imm & psr::reserved);
        if (!p_.rows.empty()) return false;  // the register may have been written since
        p_.initial.r[op.rn] &= ~psr::reserved;
        return true;
    }

    // Half of the store exclusives come after the load exclusive that lets them store.
    void put_partner(const Row& store, u32 raw) {
        if (!store.encoding->name.starts_with("STREX") || ctx_.itstate || one_in(rng_, 2)) return;
        const std::string partner = "LDREX" + std::string(store.encoding->name.substr(5));
        for (const Encoding& load : encodings(store.set)) {
            if (load.name != partner) continue;
            for (unsigned attempt = 0; attempt < 40; ++attempt) {
                u32 word = random_filling(load, store.set, rng_);
                for (char letter : {'n', 'i'}) {
                    const u32 mask = load.field[static_cast<unsigned>(letter - 'A')];
                    word = (word & ~mask) | (raw & mask);  // both have these fields in the same place
                }
                Op op;
                if (decode(store.set, word, ctx_, op) != Decoded::ok || op.rd == op.rn || op.ra == op.rn) continue;
                put(store.set, word);
                return;
            }
        }
    }

    void aim(const Op& op, bool loads_psr) {
        if (!(op.flags & (op_reads_mem | op_writes_mem))) return;
        if (op.rm != op.rn && op.rm < 15 && !one_in(rng_, 8))
            p_.initial.r[op.rm] = static_cast<u32>(rng_() & (one_in(rng_, 8) ? 0xff : 0xf8));
        if (op.rn < 15 && !one_in(rng_, 16)) p_.initial.r[op.rn] = data_pointer(rng_);
        if (!loads_psr || op.rn == 15) return;
        for (const s32 offset : {-8, -4, 0, 4, 8}) {
            const u32 flags =
                static_cast<u32>(rng_()) & (psr::N | psr::Z | psr::C | psr::V | psr::Q | psr::GE | psr::T);
            p_.data.push_back({p_.initial.r[op.rn] + static_cast<u32>(offset),
                               flags | static_cast<u32>(one_in(rng_, 2) ? Mode::usr : Mode::svc)});
        }
    }

    Rng& rng_;
    std::span<const Row> rows_;
    const WordFilter& wanted_;
    Program& p_;
    DecodeContext ctx_;
    bool exclusives_ = false;
};

}  // namespace

Program random_program(Rng& rng, std::span<const Row> rows, unsigned length, u32 begin, const WordFilter& wanted,
                       Level level) {
    for (unsigned attempt = 0; attempt < 20; ++attempt) {
        Program p;
        p.thumb = rows.front().set != InstrSet::a32;
        p.l0_granule = one_in(rng, 2) ? 0 : one_in(rng, 2) ? 12 : 6;
        p.begin = begin;
        p.initial = random_state(rng, p.thumb, begin, level);
        if (Builder(rng, rows, wanted, p).build(length)) return p;
    }
    return {};
}

std::string listing(const Program& p) {
    std::vector<u8> code(map::code_size);
    std::memcpy(&code[p.begin - map::code_base], p.bytes.data(), p.bytes.size());
    std::string out;
    DecodeContext ctx;
    ctx.features = &tested_features();
    ctx.privilege = privilege_of(static_cast<Mode>(p.initial.cpsr & psr::M));
    for (ctx.pc = p.begin; ctx.pc < p.end();) {
        const Fetched f = fetch(code, ctx.pc, p.thumb);
        Decoding d;
        const std::string text = disassemble(f.set, f.raw, ctx, &d);
        out += fmt::format("    {:08x}  {:<9} {:<40} ; {}\n", ctx.pc, fmt::format("{:0{}x}", f.raw, f.length * 2), text,
                           d.row ? d.row->name : "no row");
        ctx.itstate = itstate_after(ctx.itstate, d.properties);
        ctx.pc += f.length;
    }
    return out;
}

}  // namespace vtoll::differential
