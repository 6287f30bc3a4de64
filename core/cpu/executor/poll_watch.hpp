// SPDX-License-Identifier: Apache-2.0
// Is the processor going round in a loop that only waits for others? It is when it comes to the loop's last branch with
// the registers that it had there the time before, without a store in between: the next time round will be the same
// unless somebody else changes what the loop looks at. Nothing is guessed: a loop that counts, or reads the time, is
// none. Machines of several processors only.
#pragma once

#include <array>

#include "core/cpu/memory/memory_port.hpp"
#include "core/seam/cpu_if.hpp"

namespace vtoll::core {

class PollWatch {
public:
    PollWatch(unsigned cpu, isa::CpuState& state, MemoryPort& memory, MachineIf& machine)
        : cpu_(cpu), s_(state), memory_(memory), machine_(machine) {}

    /// In front of `branch`, which closes a loop that may be one (may_poll).
    void at_branch(const isa::Op* branch);
    /// The processor's turn is over: does it still go round?
    void turn_over();
    void leave();
    bool polling() const { return rounds_ >= rounds_to_tell; }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(last_.r, last_.flags, last_.psr, last_.pc, last_.exclusive_stores, insns_, period_, rounds_);
    }

private:
    /// Loops are short: may_poll() looks at no longer ones, and what runs for longer between two looks was elsewhere.
    static constexpr u64 longest_period = 64;
    /// After the first equal round the loop's loads are listened to for a round.
    static constexpr u32 rounds_to_listen = 1, rounds_to_tell = 2;

    struct Registers {
        std::array<u32, 15> r{};
        std::array<u32, 4> flags{};
        u32 psr = 0, pc = 0;
        u64 exclusive_stores = 0;
        bool operator==(const Registers&) const = default;
    };

    const unsigned cpu_;
    isa::CpuState& s_;
    MemoryPort& memory_;
    MachineIf& machine_;
    Registers last_;
    u64 insns_ = 0;   ///< when `last_` was so
    u64 period_ = 0;  ///< instructions of a round
    u32 rounds_ = 0;  ///< in a row that were equal
};

}  // namespace vtoll::core
