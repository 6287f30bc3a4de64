// SPDX-License-Identifier: Apache-2.0
// How a stand-in moves a processor: every step charges what the engine charges when it executes the same, by the same
// code (block prices, fetch, translation, caches, branch prediction, exceptions, books). Values of registers and memory
// do not matter; addresses and the processor's own state do.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/cpu/processor.hpp"
#include "isa/exec/system/exceptions.hpp"
#include "isa/exec/system/psr.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core {

class Driver {
public:
    explicit Driver(Processor& cpu) : cpu_(cpu), parts_(cpu.parts()) {}

    isa::CpuState& state() { return parts_.state; }
    Processor& cpu() { return cpu_; }
    bool time_left() const { return parts_.state.countdown > 0; }
    /// Leave play(): the processor is to execute.
    void let_go() { parts_.clock.kick(); }

    /// Decodes and prices a block. `adapt` may change an op before it is priced. Stays valid as long as the driver.
    /// nullptr: there are no, or too many, instructions in `code`.
    const Block* decode(const BlockKey& key, std::span<const u8> code,
                        const std::function<void(isa::Decoding&)>& adapt = {});

    struct Translated {
        bool ok = false;
        u64 pa = 0;
        isa::Fault fault;
    };
    /// Translation for a fetch at `pc`, which becomes r15.
    Translated fetch(u32 pc, bool thumb);
    Translated fetch(const BlockKey& key) { return fetch(key.va, key.thumb()); }
    void begin(const Block& block) {
        parts_.executor.charge(block.head());
        barriers_ = block.barriers;
    }
    /// Instructions of the block that has begun in front of number `index` have run: its barriers wait for what they
    /// wait for. Before anything else is done for that instruction.
    void run_to(const Block& block, unsigned index) {
        if (barriers_) run_barriers(block, index);
    }
    /// One access of `op` at `va` with everything it costs; of a fault, what finding it out takes.
    Translated access(const isa::Op* op, const MemoryAccess& a);
    /// What the block's last instruction, if it is a branch, did: execution goes on at `target`.
    void branch(const Block& block, u32 target);
    Counts marker(const isa::Op* op, unsigned option);
    /// Plain storage, past every rule of writing it: then settle().
    void set_register(const isa::SysReg& reg, u64 value);
    void settle(u32 cpsr, u32 fpexc);
    void system_register(const isa::Op* op, const isa::SysReg& reg, u64 value) {
        isa::write_sysreg(parts_.state, *op, reg, value);
    }
    void program_status(u32 value) { isa::CPSRWriteByInstr(parts_.state, value, 3); }
    /// Nothing of the block behind `op` has happened; nor has `op`, unless it `completed`.
    void unwind(const isa::Op* op, bool completed) { parts_.state.env->unwind(op, completed); }
    /// After unwind(op, false): it goes on there.
    void go_on(const isa::Op* op) { parts_.clock.wind_forward(op); }
    /// `fault`: what an abort is told of, when the processor goes on to execute.
    void exception(const isa::ExceptionTaken& e, const isa::Fault* fault = nullptr);
    void exception_return(u32 pc, u32 cpsr) { isa::exception_return(parts_.state, nullptr, pc, cpsr); }
    void sleep(u64 ticks) { cpu_.advance_to(cpu_.now() + ticks); }

private:
    void run_barriers(const Block& block, unsigned index);

    struct Code {
        std::unique_ptr<BlockSlot[]> slots;
        Block block;
    };

    Processor& cpu_;
    const Parts parts_;
    u64 barriers_ = 0;  ///< of the block that has begun, those that have not run yet
    std::vector<std::unique_ptr<Code>> code_;
};

}  // namespace vtoll::core
