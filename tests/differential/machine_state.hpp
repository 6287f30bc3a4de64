// SPDX-License-Identifier: Apache-2.0
// What two processors are compared by: registers, flags, how the run ended, and the data pages.
#pragma once

#include <array>
#include <iterator>
#include <string>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::differential {

/// Where both processors find things. Code may be fetched and read, data may be read and written, nothing else exists.
namespace map {
constexpr u32 code_base = 0x1000'0000, code_size = 16u << 20, slot_size = 64, slots = code_size / slot_size - 1;
constexpr u32 nops = code_base + slots * slot_size;  ///< the last slot: Thumb NOPs
constexpr u32 data_base = 0x2000'0000, data_size = 0x4000;

constexpr bool in_code(u32 va, u32 size = 1) { return va - code_base <= code_size - size; }
constexpr bool in_data(u32 va, u32 size = 1) { return va - data_base <= data_size - size; }
}  // namespace map

/// Why a run ended. `unpredictable`: an oracle took the instruction for one. `lost`: a branch went into the program,
/// but not to the start of an instruction that was made to be reached, or in the other instruction set. `ran_on`:
/// Unicorn did not stop when it was asked to. Exceptions are not vectored: the run stops and the state before the
/// instruction is compared.
enum class Ending : u8 {
    ran,
    undefined,
    svc,
    hvc,
    smc,
    breakpoint,
    data_abort,
    unpredictable,
    step_limit,
    lost,
    ran_on,
    other
};
const char* ending_name(Ending e);

/// A banked register: `n` 8 to 14, or 16 for the SPSR.
struct BankedRegister {
    const char* name;
    u32 mode;  ///< PSR.M
    unsigned n;
};
inline constexpr BankedRegister banked_registers[] = {
    {"r8_usr", 0x1f, 8},    {"r9_usr", 0x1f, 9},    {"r10_usr", 0x1f, 10},  {"r11_usr", 0x1f, 11},
    {"r12_usr", 0x1f, 12},  {"sp_usr", 0x1f, 13},   {"lr_usr", 0x1f, 14},   {"r8_fiq", 0x11, 8},
    {"r9_fiq", 0x11, 9},    {"r10_fiq", 0x11, 10},  {"r11_fiq", 0x11, 11},  {"r12_fiq", 0x11, 12},
    {"sp_fiq", 0x11, 13},   {"lr_fiq", 0x11, 14},   {"spsr_fiq", 0x11, 16}, {"sp_irq", 0x12, 13},
    {"lr_irq", 0x12, 14},   {"spsr_irq", 0x12, 16}, {"sp_svc", 0x13, 13},   {"lr_svc", 0x13, 14},
    {"spsr_svc", 0x13, 16}, {"sp_abt", 0x17, 13},   {"lr_abt", 0x17, 14},   {"spsr_abt", 0x17, 16},
    {"sp_und", 0x1b, 13},   {"lr_und", 0x1b, 14},   {"spsr_und", 0x1b, 16}};
inline constexpr std::size_t banked_count = std::size(banked_registers);

struct MachineState {
    std::array<u32, 16> r{};  ///< r[15]: address of the next instruction, or of the one that took the exception
    u32 cpsr = 0, fpscr = 0, fpexc = 0;
    std::array<u64, 32> d{};
    std::array<u32, banked_count> banked{};  ///< all banks in the order of `banked_registers`; the current mode's too
    Ending ending = Ending::ran;
    bool alignment_fault = false;  ///< the data abort is one; known of our side only, not compared
};

using DataImage = std::vector<u8>;  ///< map::data_size bytes

bool same(const MachineState& a, const MachineState& b);

/// Initial and both final states side by side; rows that differ are marked with `*`. Rows that neither side changed
/// are left out.
std::string side_by_side(const MachineState& initial, const MachineState& ours, const MachineState& theirs);
/// The words of the data pages that differ, at most `limit` of them.
std::string data_differences(const u8* initial, const u8* ours, const u8* theirs, unsigned limit = 16);

}  // namespace vtoll::differential
