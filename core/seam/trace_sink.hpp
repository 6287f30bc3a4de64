// SPDX-License-Identifier: Apache-2.0
// The seam between the engine and whoever records what a processor executes. Nothing of it is in the run loop unless a
// sink records: blocks then run watched (docs/cpu.md), and every data access takes the slow path.
#pragma once

#include <span>

#include "core/seam/block_key.hpp"
#include "core/seam/observer.hpp"
#include "isa/env.hpp"
#include "isa/op.hpp"
#include "isa/state/cpu_state.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// One data access as the memory system saw it.
struct MemoryAccess {
    enum class Kind : u8 {
        memory,        ///< RAM, within its natural alignment
        unaligned,     ///< RAM, made of bytes
        device,        ///< answered by a device, or by nothing
        probe,         ///< translated only: the check of a store-exclusive, a cache line's maintenance
        fault,         ///< its translation failed
        preload,       ///< a hint only: PLD, PLDW
        preload_code,  ///< PLI
    };
    Kind kind = Kind::memory;
    bool write = false;
    u8 size = 4;  ///< bytes: 1, 2, 4
    u32 va = 0;
    u64 pa = 0;     ///< 0 for a fault
    u32 value = 0;  ///< written or read; 0 for a probe, a hint, and a read that failed

    bool is_hint() const { return kind == Kind::preload || kind == Kind::preload_code; }
};

class TraceSink {
public:
    virtual ~TraceSink() = default;

    /// DBG #option: called whether the sink records or not. `op` is nullptr for a trigger in front of a block.
    virtual void marker(const isa::CpuState&, const isa::Op* op, unsigned option, Counts at) = 0;
    /// Recording begins or ends between blocks.
    virtual void switched(const isa::CpuState&, bool on, Counts at) = 0;

    // --- what it listens to, asked when it begins to record and of each block that is made after that. What it does
    // not listen to runs at full speed
    /// False: blocks of `key`, which cover so many bytes, are not told of, nor their instructions.
    virtual bool listens_to(const BlockKey& key, u32 bytes) const {
        static_cast<void>(key), static_cast<void>(bytes);
        return true;
    }
    /// False: it is not told of data accesses.
    virtual bool hears_accesses() const { return true; }

    // --- only while recording
    /// True: it hears of every instruction, and not of `system`.
    virtual bool every_instruction() const { return false; }
    /// `op` of the running block is about to run. `at`: with this instruction.
    virtual void instruction(const isa::CpuState&, const BlockKey&, const isa::Op*, Counts) {}
    /// Between blocks, in front of an interrupt or an abort of the fetch: followed by exception().
    virtual void leaving(const isa::CpuState&) {}
    /// A block is about to run.
    virtual void block(const isa::CpuState&, const BlockKey& key, std::span<const isa::Op> instructions,
                       Counts before) = 0;
    /// The block that was told of last is over, and charged with what its last branch cost; after an exception, too.
    virtual void block_over(Counts) {}
    virtual void access(const isa::CpuState&, const isa::Op* op, const MemoryAccess&) = 0;
    /// An instruction that changes the processor's own state is about to run: MCR, MCRR, MSR, CPS, SETEND, VMSR.
    virtual void system(const isa::CpuState&, const isa::Op* op) = 0;
    /// An exception will be taken at `op` of the running block, after it when it completed. Followed by exception().
    virtual void interrupted(const isa::Op* op, bool completed) = 0;
    virtual void exception(const isa::CpuState&, const isa::ExceptionTaken&) = 0;
    virtual void returned(const isa::CpuState&, isa::Mode from) = 0;
    /// A call that the machine around the processor carries out.
    enum class Call : u8 { firmware, semihosting };
    virtual void called(const isa::CpuState&, const isa::Op* op, Call) = 0;
    /// WFI, WFE: asleep for so many ticks.
    virtual void slept(const isa::CpuState&, bool for_event, u64 ticks) = 0;
};

}  // namespace vtoll::core
