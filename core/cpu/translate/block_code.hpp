// SPDX-License-Identifier: Apache-2.0
// Makes the code of one block, for x86-64.
//
// Registers of the host: RDI is the address of CpuState throughout; RAX, RCX, RDX are at hand within an instruction;
// RSI and R8 to R11 have core registers (HostRegisters). All are the caller's to save, so the code has no frame, and is
// entered and left by jumps as handlers are. A call of C++ costs all of them.
#pragma once

#include <vector>

#include "core/cpu/translate/assembler.hpp"
#include "core/cpu/translate/host_registers.hpp"
#include "core/cpu/translate/translator.hpp"
#include "isa/encodings/encoding.hpp"
#include "isa/exec/integer/data_processing.hpp"
#include "isa/exec/memory/load_store.hpp"

namespace vtoll::core {

class BlockCode {
public:
    struct Context {
        const isa::CpuState& s;
        const Translator::Calls& calls;
        CpuClock& clock;
        const CoreModel* core;
        const Block& block;
        BlockSlot* copy;  ///< of the block's slots, in which handlers run that come back here
        std::span<const isa::Decoding> ops;
        bool booked;
        const void* dispatch;  ///< code that goes on at r[15]
    };
    BlockCode(const Context& context, Assembler& assembler) : c_(context), a_(assembler) {}

    void make();

private:
    using Gp = Xbyak::Reg32;
    using Mem = Xbyak::Address;
    using Label = Xbyak::Label;

    /// An operand's value: known, or in a register.
    struct Value {
        bool known = true;
        u32 imm = 0;
        Gp reg = Gp();

        static Value constant(u32 imm) { return {true, imm, Gp()}; }
        static Value in(const Gp& reg) { return {false, 0, reg}; }
    };

    // --- block_code.cpp: heads, exits, what is left to handlers
    void head();
    void instruction(unsigned i);
    void last_instruction(unsigned i);
    void branch(unsigned i);
    void tell_predictor(const isa::Op& op, Translator::Calls::Call call);
    void leave_by(const isa::Op& op, u32 target);
    void leave_at_end();
    void computed_branch(unsigned i);
    void jump_to(const void* code);
    void jump_to_handler(const isa::Op& op);
    void by_handler(unsigned i);
    void run_handler(unsigned i);
    void emit_slow_paths();
    void call(const void* function);
    void set_argument(const void* address);
    bool known_to_code(const isa::Decoding& op) const;

    // --- operands.cpp: registers, flags, conditions
    static Gp host(unsigned h);
    Mem field(const void* address, u32 size);
    template <class T>
    Mem at(const T& member) {
        return field(&member, sizeof member);
    }
    Value use(const isa::Op& op, unsigned guest);
    Gp use_register(unsigned guest);
    void move(const Gp& to, const Value& from);
    /// The register in which to make the new value of `guest` of a first operand, moved there, and `second`: its own,
    /// unless the second is read from there.
    Gp target(unsigned guest, const Value& second);
    /// `guest` is `value` now: stored, and remembered unless under a condition.
    void set(unsigned guest, const Value& value);
    void adjust(unsigned guest, u32 by);
    void reload(unsigned h, unsigned guest);
    void forget_registers();
    void changed(const Gp& reg);
    void prepare(const isa::Decoding& op);
    void jump_if(unsigned cond, const Label& to);

    // --- alu.cpp
    void alu(unsigned i);
    Value second_operand(const isa::Decoding& op, bool carry_out);
    Value shifted(const isa::Decoding& op, bool carry_out);
    Value shifted_by_register(const isa::Decoding& op);
    void logical(const isa::Decoding& op, u16 flags);
    void arithmetic(const isa::Decoding& op, u16 flags);
    void store_nz(const Gp& value, u16 flags);
    void store_carry();
    void multiply(const isa::Decoding& op, u16 flags);
    void multiply_long(const isa::Decoding& op);
    void field_of(const isa::Decoding& op);
    void extend(const isa::Decoding& op);
    void divide(const isa::Decoding& op);

    // --- accesses.cpp
    void access(unsigned i);
    void block_access(unsigned i);
    void dual_access(unsigned i);
    Gp address(const isa::Decoding& op);
    void find_in_l0(u32 bytes, u32 low_bits, bool write, bool span, const Label& slow);
    void load_one(const isa::Decoding& op, const Xbyak::RegExp& from);
    void store_one(const isa::Decoding& op, const Xbyak::RegExp& to);
    /// Behind instruction `i`: where its handler, come to by `slow`, leads back.
    void end_slow_path(unsigned i, const Label& slow);

    const isa::CpuState& s() const { return c_.s; }
    bool conditional() const { return conditional_; }

    struct SlowPath {
        Label from, back;
        unsigned instruction;
        HostRegisters registers;
    };

    const Context c_;
    Assembler& a_;
    HostRegisters registers_;
    std::array<u16, max_block_insns> live_{};
    bool conditional_ = false;  ///< the instruction may be skipped: what is in which register must not change
    std::vector<SlowPath> slow_paths_;
    Label out_, seldom_, body_, leave_;

    /// Where the host can find the guest's flags again.
    struct {
        enum { nowhere, compared, result } kind = nowhere;
        Gp first;
        Value second;
    } flags_;
};

}  // namespace vtoll::core
