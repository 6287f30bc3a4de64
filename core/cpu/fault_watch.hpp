// SPDX-License-Identifier: Apache-2.0
// Does a processor take faults that never end, and which was the first? A fault begins a chain: what follows it before
// it is left belongs to it, and so does the same instruction that faults again after a return to it. Hyp mode and PL1
// have a chain each: a hypervisor that serves its guest's faults is no part of the guest's.
#pragma once

#include <array>
#include <optional>

#include "isa/env.hpp"
#include "isa/state/cpu_state.hpp"

namespace vtoll::core {

/// An Undefined Instruction exception, or an abort, as the registers told it when it was taken.
struct TakenFault {
    isa::ExceptionKind kind = isa::ExceptionKind::reset;
    isa::Mode from = isa::Mode::svc, to = isa::Mode::svc;
    u32 pc = 0;                ///< of the instruction
    u32 status = 0;            ///< HSR of one that is taken to Hyp mode, DFSR or IFSR of an abort
    u32 address = 0;           ///< HDFAR, HIFAR, DFAR or IFAR; aborts only
    bool long_format = false;  ///< `status` has the Long-descriptor format
    u64 insns = 0;             ///< instructions that the processor had executed

    template <class Ar>
    void serialize(Ar& ar) {
        ar(kind, from, to, pc, status, address, long_format, insns);
    }
};

class FaultWatch {
public:
    /// The exception `e` has been taken: `s` stands at its vector.
    void taken(const isa::CpuState& s, const isa::ExceptionTaken& e);
    /// `s` stands where an exception that was taken to the mode `from` returned to.
    void returned(const isa::CpuState& s, isa::Mode from);
    void clear() { *this = {}; }

    /// The same faults came again and again, and nothing else.
    bool stuck() const { return stuck_; }
    /// The first of the chain that the software at this level stands in.
    std::optional<TakenFault> first(bool hyp) const;

    template <class Ar>
    void serialize(Ar& ar) {
        ar(chains_[0], chains_[1], stuck_);
    }

private:
    /// What makes two faults the same: the next one after it will be the same too, unless memory or a device is to
    /// change that. Software that counts its faults in memory and gives up, or that waits for another processor, has
    /// done so long before `most`.
    static constexpr u32 most = 10'000;
    /// An interrupt may end the loop, when one comes. Schedulers' ticks come more often than that.
    static constexpr u32 most_interruptible = 1'000'000;
    /// Loops of as many faults are found.
    static constexpr u32 longest_period = 1024;

    struct Moment {
        std::array<u32, 14> r{};  ///< that of the mode it was taken to
        u32 pc = 0, psr = 0, status = 0, address = 0;
        bool operator==(const Moment&) const = default;
        template <class Ar>
        void serialize(Ar& ar) {
            ar(r, pc, psr, status, address);
        }
    };
    struct Chain {
        bool open = false, interruptible = false;
        u8 vmid = 0;
        TakenFault first;
        Moment mark;  ///< one of its faults: looked for among those that follow, Brent's way to find a cycle
        u32 since_mark = 0, period = 1, repeats = 0, last_pc = 0;
        template <class Ar>
        void serialize(Ar& ar) {
            ar(open, interruptible, vmid, first, mark, since_mark, period, repeats, last_pc);
        }
    };
    static void begin(Chain& chain, const TakenFault& fault, u8 vmid);
    void follow(Chain& chain, const isa::CpuState& s, const TakenFault& fault);

    std::array<Chain, 2> chains_{};  ///< of faults taken to PL1, to Hyp mode
    bool stuck_ = false;
};

}  // namespace vtoll::core
