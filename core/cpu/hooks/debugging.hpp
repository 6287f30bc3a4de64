// SPDX-License-Identifier: Apache-2.0
// A processor under a debugger: it can stand still in front of any instruction.
//
// Looking changes nothing. Where something may have to happen, the executor halts in front of an instruction
// (Hooks::before): blocks, links, prices and turns stay as they are, so a run gives the same counts whether or not it
// was stopped on the way. Watched pages are kept out of the L0 table, whose presence no result depends on. A processor
// without a debugger has none of this and pays nothing for it.
#pragma once

#include <optional>
#include <vector>

#include "core/cpu/parts.hpp"
#include "isa/env.hpp"
#include "isa/op.hpp"
#include "isa/state/modes.hpp"

namespace vtoll::core {

class Processor;

struct Breakpoint {
    u32 va = 0;
    std::optional<isa::Privilege> level;  ///< only there; absent: wherever the address is reached
    std::optional<u8> vmid;               ///< only in this virtual machine: PL1 and PL0 with stage 2 on

    bool operator==(const Breakpoint&) const = default;
};

struct Watchpoint {
    u32 va = 0, size = 4;
    bool reads = false, writes = true;
    std::optional<isa::Privilege> level;

    bool operator==(const Watchpoint&) const = default;
};

/// Why a processor stands still. Its state is that in front of the instruction at r[15]; books and clock are exact.
struct CpuStop {
    enum class Why : u8 {
        asked,         ///< by Debugging::stop_here
        step,          ///< as many instructions as asked for are done
        breakpoint,    ///< `address`
        watchpoint,    ///< the instruction is about to access `address`; `watch` is whose bytes they are
        exception,     ///< taken: the vector comes next
        marker,        ///< DBG #option or a trigger: `option`
        instructions,  ///< the count asked for is reached
        ticks,         ///< the same for the clock, at the next block
    };
    Why why = Why::asked;
    u32 address = 0;
    bool write = false;
    unsigned size = 0;  ///< of the access
    Watchpoint watch;
    isa::ExceptionTaken exception{};
    unsigned option = 0;
};

/// Whoever controls processors. Called in the middle of Processor::run.
class Debugger {
public:
    virtual ~Debugger() = default;
    /// The processor stands still until this returns.
    virtual void stopped(Processor& cpu, const CpuStop& stop) = 0;
    /// A turn of the processor begins: may call Debugging::stop_here and set targets.
    virtual void turn(Processor& cpu) = 0;
    /// True: stand still in front of the vector, or of the instruction behind the marker.
    virtual bool wants(Processor& cpu, const isa::ExceptionTaken& e) = 0;
    virtual bool wants_marker(Processor& cpu, unsigned option) = 0;
};

class Debugging {
public:
    Debugging(Processor& cpu, const Parts& parts, Debugger& debugger);
    Debugging(const Debugging&) = delete;
    Debugging& operator=(const Debugging&) = delete;

    void add(const Breakpoint& breakpoint);
    void remove(const Breakpoint& breakpoint);
    void add(const Watchpoint& watchpoint);
    void remove(const Watchpoint& watchpoint);

    // --- orders: given before the first run or while the processor stands still, forgotten at the next stop
    void step(u64 instructions) { steps_left_ = instructions; }
    void stop_at_instruction(u64 count) { target_insns_ = count; }  ///< of this processor, exactly
    void stop_at_tick(u64 tick) { target_tick_ = tick; }            ///< at the first block that starts then or later
    void forget_orders();
    /// From Debugger::turn: stand still now.
    void stop_here() { asked_ = true; }
    /// From a listener in the middle of a turn: stand still in front of the next block.
    void stop_soon();
    /// The debugger wrote registers or memory: what is left of the running block is not to be trusted any more.
    void state_changed() { changed_ = true; }

    // --- the processor's side
    void begin_turn();
    u64 ticks_allowed();  ///< until it wants to be asked again; 0: it stood still, look at everything again
    /// False: it stood still and the state is another, or nothing is to be run.
    bool between_blocks();
    /// `block` comes next.
    void lead_in(Block& block);
    u64 stops_in(const Block& block) const;  ///< bit n: look at instruction n
    bool looks_at(const isa::Op* op) const;  ///< the same of one
    bool arrived(const isa::Op* op);         ///< in front of it; nullptr: between blocks. False: look again
    bool watches_page(u32 va) const;
    /// False: the state was changed; the instruction has not happened.
    bool access(const isa::Op* op, u32 va, unsigned size, bool write);
    void exception_taken(const isa::ExceptionTaken& e);
    void marker(unsigned option, const isa::Op* op);  ///< stop behind it
    void marker(unsigned option, Block& block);       ///< stop in front of it
    void blocks_dropped();

private:
    /// An instruction of a block.
    struct Place {
        Block* block = nullptr;
        unsigned index = 0;
        bool operator==(const Place&) const = default;
    };
    static Place place_of(const isa::Op* op) { return {head_of(op).block, op->idx}; }

    u64 note_targets(u64 insns);  ///< ticks that are safe to run
    bool halt(const isa::Op* op, CpuStop stop);
    bool following() const { return steps_left_ || counting_ || pending_; }
    bool want_marker(unsigned option);
    void arm(const Place& place);
    void arm_behind(const Place& place);
    void disarm();
    bool breakpoint_at(u32 va) const;
    bool breaks(u32 va) const;  ///< the same with everything it asks of the processor's state

    Processor& cpu_;
    const Parts parts_;
    isa::CpuState& s_;
    CpuClock& clock_;
    Debugger& debugger_;
    std::vector<Breakpoint> breakpoints_;
    std::vector<Watchpoint> watchpoints_;

    u64 steps_left_ = 0, target_insns_ = never, target_tick_ = never;
    bool counting_ = false;           ///< target_insns_ is so near that every instruction is looked at
    bool boundary_ = false;           ///< look when the next block is about to start
    Place armed_;                     ///< look when this is reached
    bool leading_in_ = false;         ///< the same, when it only has to see to what comes behind it
    std::optional<CpuStop> pending_;  ///< stop when the next instruction is reached, whichever it is
    bool asked_ = false, changed_ = false;
    /// Where it was let go from: that instruction doesn't stop it again for the same reason.
    struct {
        u32 pc = 0;
        u64 insns = never;
        bool by_watch = false;
    } resumed_;
};

}  // namespace vtoll::core
