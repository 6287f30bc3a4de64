// SPDX-License-Identifier: Apache-2.0
// A processor under a debugger: it can stand still in front of any instruction.
//
// Looking changes nothing. An instruction where something may have to happen gets another handler (`probe`), which
// calls the debugger and then goes on with the instruction's own: blocks, links, prices and turns stay as they are, so
// a run gives the same counts whether or not it was stopped on the way. Watched pages are kept out of the L0 table,
// whose presence no result depends on. A processor without a debugger has none of this and pays nothing for it.
#pragma once

#include <tsl/robin_map.h>

#include <memory>
#include <optional>
#include <vector>

#include "core/seam/cpu_if.hpp"
#include "isa/env.hpp"
#include "isa/op.hpp"
#include "isa/state/modes.hpp"

namespace vtoll::core {

class Cpu;

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

/// Whoever controls processors. Called in the middle of Cpu::run.
class Debugger {
public:
    virtual ~Debugger() = default;
    /// The processor stands still until this returns.
    virtual void stopped(Cpu& cpu, const CpuStop& stop) = 0;
    /// A turn of the processor begins: may call Debugging::stop_here and set targets.
    virtual void turn(Cpu& cpu) = 0;
    /// True: stand still in front of the vector, or of the instruction behind the marker.
    virtual bool wants(Cpu& cpu, const isa::ExceptionTaken& e) = 0;
    virtual bool wants_marker(Cpu& cpu, unsigned option) = 0;
};

class Debugging {
public:
    Debugging(Cpu& cpu, Debugger& debugger);
    ~Debugging();
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

private:
    friend class Cpu;

    // --- the run loop's side
    void begin_turn();
    bool watching() const { return !watchpoints_.empty(); }
    bool watches_page(u32 va) const;
    /// False: the state was changed; the instruction has not happened.
    bool access(const isa::Op* op, u32 va, unsigned size, bool write);
    void exception_taken(const isa::ExceptionTaken& e);
    /// Stop in front of `op`, or of what comes behind it.
    void marker(unsigned option, const isa::Op* op, bool behind);
    u64 note_targets(u64 insns);  ///< ticks that are safe to run
    u64 ticks_allowed();          ///< until it wants to be asked again; 0: it stood still, look at everything again
    void run_blocks();
    void prepare_block(isa::Op* block, unsigned n);
    void blocks_dropped();
    isa::Handler& handler(isa::Op& op);  ///< the instruction's own

    static const isa::Op* probe(isa::CpuState& s, const isa::Op* op);
    bool arrived(const isa::Op* op);  ///< false: leave the block and look again
    bool halt(const isa::Op* op, CpuStop stop);
    bool following() const { return steps_left_ || counting_ || pending_; }
    void arm_behind(const isa::Op* op);
    void lead_in(const isa::Op* op);
    void arm(const isa::Op* op);
    void disarm();
    void patch(isa::Op& op);
    void unpatch(const isa::Op& op);
    bool breakpoint_at(u32 va) const;
    bool breaks(u32 va) const;               ///< the same with everything it asks of the processor's state
    u64 completed(const isa::Op* op) const;  ///< instructions before `op`, in the middle of its block

    Cpu& cpu_;
    Debugger& debugger_;
    std::vector<Breakpoint> breakpoints_;
    std::vector<Watchpoint> watchpoints_;
    tsl::robin_map<const isa::Op*, isa::Handler> patches_;  ///< the instructions' own handlers

    u64 steps_left_ = 0, target_insns_ = never, target_tick_ = never;
    bool counting_ = false;                ///< target_insns_ is so near that every instruction is looked at
    bool boundary_ = false;                ///< look when the next block is about to start
    const isa::Op* armed_ = nullptr;       ///< look when this op is reached
    const isa::Op* leading_in_ = nullptr;  ///< the same op, when it only has to see to what comes behind it
    std::optional<CpuStop> pending_;       ///< stop when the next instruction is reached, whichever it is
    bool asked_ = false, changed_ = false;
    /// Where it was let go from: that instruction doesn't stop it again for the same reason.
    struct {
        u32 pc = 0;
        u64 insns = never;
        bool by_watch = false;
    } resumed_;
};

}  // namespace vtoll::core
