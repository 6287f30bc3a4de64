// SPDX-License-Identifier: Apache-2.0
// Processor modes and the PSR's fields. ARM DDI 0406C §B1.3.
#pragma once

#include "isa/types.hpp"

namespace vtoll::isa {

/// PSR.M, ARM DDI 0406C table B1-1.
enum class Mode : u8 {
    usr = 0x10,
    fiq = 0x11,
    irq = 0x12,
    svc = 0x13,
    mon = 0x16,
    abt = 0x17,
    hyp = 0x1a,
    und = 0x1b,
    sys = 0x1f,
};

enum class Privilege : u8 { pl0, pl1, pl2 };

constexpr Privilege privilege_of(Mode m) {
    return m == Mode::usr ? Privilege::pl0 : m == Mode::hyp ? Privilege::pl2 : Privilege::pl1;
}

/// Index of a mode's banked SP, LR and SPSR. User and System share bank 0.
enum Bank : u8 { bank_usr, bank_svc, bank_abt, bank_und, bank_irq, bank_fiq, bank_mon, bank_hyp, bank_count };

constexpr Bank bank_of(Mode m) {
    switch (m) {
    case Mode::svc: return bank_svc;
    case Mode::abt: return bank_abt;
    case Mode::und: return bank_und;
    case Mode::irq: return bank_irq;
    case Mode::fiq: return bank_fiq;
    case Mode::mon: return bank_mon;
    case Mode::hyp: return bank_hyp;
    default: return bank_usr;
    }
}

constexpr bool is_valid_mode(u32 m) {
    switch (static_cast<Mode>(m & 0x1f)) {
    case Mode::usr:
    case Mode::fiq:
    case Mode::irq:
    case Mode::svc:
    case Mode::mon:
    case Mode::abt:
    case Mode::hyp:
    case Mode::und:
    case Mode::sys: return (m & 0x10) != 0;
    }
    return false;
}

const char* mode_name(Mode m);

namespace psr {
constexpr u32 N = 1u << 31, Z = 1u << 30, C = 1u << 29, V = 1u << 28, Q = 1u << 27, J = 1u << 24;
constexpr u32 GE = 0xfu << 16, E = 1u << 9, A = 1u << 8, I = 1u << 7, F = 1u << 6, T = 1u << 5, M = 0x1f;
constexpr u32 reserved = 0xfu << 20;  // RAZ
constexpr u32 IT = 0x0600'fc00;       // IT[1:0] at 26:25, IT[7:2] at 15:10

constexpr u8 it_of(u32 value) { return static_cast<u8>(((value >> 25) & 3) | ((value >> 8) & 0xfc)); }
constexpr u32 it_bits(u8 it) { return (u32(it & 3) << 25) | (u32(it & 0xfc) << 8); }
}  // namespace psr

}  // namespace vtoll::isa
