// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/machine_state.hpp"

#include <fmt/format.h>

#include <cstring>

namespace vtoll::differential {

const char* ending_name(Ending e) {
    switch (e) {
    case Ending::ran: return "ran to the end";
    case Ending::undefined: return "undefined instruction";
    case Ending::svc: return "SVC";
    case Ending::hvc: return "HVC";
    case Ending::smc: return "SMC";
    case Ending::breakpoint: return "breakpoint";
    case Ending::data_abort: return "data abort";
    case Ending::unpredictable: return "UNPREDICTABLE instruction";
    case Ending::step_limit: return "step limit";
    case Ending::lost: return "lost its way";
    case Ending::ran_on: return "did not stop";
    case Ending::other: return "something else";
    }
    return "?";
}

bool same(const MachineState& a, const MachineState& b) {
    return a.r == b.r && a.cpsr == b.cpsr && a.fpscr == b.fpscr && a.fpexc == b.fpexc && a.d == b.d &&
           a.banked == b.banked && a.ending == b.ending;
}

namespace {

std::string flags(u32 cpsr) {
    std::string s;
    for (auto [bit, name] : {std::pair{31, 'n'}, {30, 'z'}, {29, 'c'}, {28, 'v'}, {27, 'q'}})
        s += (cpsr >> bit) & 1 ? static_cast<char>(name - 32) : name;
    return s + fmt::format(" ge={:x}", (cpsr >> 16) & 0xf);
}

}  // namespace

std::string side_by_side(const MachineState& initial, const MachineState& ours, const MachineState& theirs) {
    std::string out = fmt::format("    {:<8} {:>18} {:>18} {:>18}\n", "", "initial", "vtoll", "oracle");
    const auto row = [&](const std::string& name, u64 a, u64 b, u64 c, int digits) {
        if (a == b && b == c && digits == 16) return;
        out += fmt::format("  {} {:<8} {:>18} {:>18} {:>18}\n", b == c ? ' ' : '*', name,
                           fmt::format("{:0{}x}", a, digits), fmt::format("{:0{}x}", b, digits),
                           fmt::format("{:0{}x}", c, digits));
    };
    for (unsigned n = 0; n < 16; ++n) row(fmt::format("r{}", n), initial.r[n], ours.r[n], theirs.r[n], 8);
    row("cpsr", initial.cpsr, ours.cpsr, theirs.cpsr, 8);
    out +=
        fmt::format("    {:<8} {:>18} {:>18} {:>18}\n", "", flags(initial.cpsr), flags(ours.cpsr), flags(theirs.cpsr));
    row("fpscr", initial.fpscr, ours.fpscr, theirs.fpscr, 8);
    if (ours.fpexc != initial.fpexc || theirs.fpexc != initial.fpexc)
        row("fpexc", initial.fpexc, ours.fpexc, theirs.fpexc, 8);
    for (std::size_t n = 0; n < banked_count; ++n) {
        const bool quiet = initial.banked[n] == ours.banked[n] && ours.banked[n] == theirs.banked[n];
        if (!quiet || std::strcmp(banked_registers[n].name, "spsr_svc") == 0)
            row(banked_registers[n].name, initial.banked[n], ours.banked[n], theirs.banked[n], 8);
    }
    for (unsigned n = 0; n < 32; ++n) row(fmt::format("d{}", n), initial.d[n], ours.d[n], theirs.d[n], 16);
    out += fmt::format("  {} ended     vtoll: {}, oracle: {}\n", ours.ending == theirs.ending ? ' ' : '*',
                       ending_name(ours.ending), ending_name(theirs.ending));
    return out;
}

std::string data_differences(const u8* initial, const u8* ours, const u8* theirs, unsigned limit) {
    std::string out;
    unsigned found = 0;
    for (u32 at = 0; at < map::data_size; at += 4) {
        if (!std::memcmp(ours + at, theirs + at, 4)) continue;
        if (++found > limit) continue;
        u32 w[3];
        std::memcpy(&w[0], initial + at, 4);
        std::memcpy(&w[1], ours + at, 4);
        std::memcpy(&w[2], theirs + at, 4);
        out += fmt::format("  * {:08x} {:>18} {:>18} {:>18}\n", map::data_base + at, fmt::format("{:08x}", w[0]),
                           fmt::format("{:08x}", w[1]), fmt::format("{:08x}", w[2]));
    }
    if (found > limit) out += fmt::format("    and {} more words of memory\n", found - limit);
    return out;
}

}  // namespace vtoll::differential
