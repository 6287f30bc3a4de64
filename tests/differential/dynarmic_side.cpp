// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/dynarmic_side.hpp"

#include <dynarmic/interface/A32/coprocessor.h>

#include <cstring>

#include "isa/state/modes.hpp"

namespace vtoll::differential {

using Dynarmic::HaltReason;
using Dynarmic::A32::Exception;

namespace {

/// No such coprocessor. dynarmic ends the process rather than take an UNDEFINED here: report the access instead.
class NoCoprocessor final : public Dynarmic::A32::Coprocessor {
public:
    NoCoprocessor(void (*accessed)(void*), void* self) : accessed_(accessed), self_(self) {}

private:
    using Reg = Dynarmic::A32::CoprocReg;
    std::optional<Callback> CompileInternalOperation(bool, unsigned, Reg, Reg, Reg, unsigned) override {
        return call();
    }
    CallbackOrAccessOneWord CompileSendOneWord(bool, unsigned, Reg, Reg, unsigned) override { return call(); }
    CallbackOrAccessTwoWords CompileSendTwoWords(bool, unsigned, Reg) override { return call(); }
    CallbackOrAccessOneWord CompileGetOneWord(bool, unsigned, Reg, Reg, unsigned) override { return call(); }
    CallbackOrAccessTwoWords CompileGetTwoWords(bool, unsigned, Reg) override { return call(); }
    std::optional<Callback> CompileLoadWords(bool, bool, Reg, std::optional<u8>) override { return call(); }
    std::optional<Callback> CompileStoreWords(bool, bool, Reg, std::optional<u8>) override { return call(); }

    Callback call() {
        return {[](void* opaque, u32, u32) -> u64 {
                    auto* self = static_cast<NoCoprocessor*>(opaque);
                    self->accessed_(self->self_);
                    return 0;
                },
                this};
    }

    void (*accessed_)(void*);
    void* self_;
};

}  // namespace

DynarmicSide::DynarmicSide(const std::vector<u8>& code, DataImage& data) : code_(code), data_(data) { renew(); }

void DynarmicSide::renew() {
    Dynarmic::A32::UserConfig config{};
    config.callbacks = this;
    config.global_monitor = &monitor_;
    config.arch_version = Dynarmic::A32::ArchVersion::v7;
    config.check_halt_on_memory_access = true;  // an abort stops at its instruction
    // Linked blocks may go round for ever without counting a tick.
    using Flag = Dynarmic::OptimizationFlag;
    config.optimizations =
        Dynarmic::all_safe_optimizations & ~(Flag::BlockLinking | Flag::ReturnStackBuffer | Flag::FastDispatch);
    config.code_cache_size = 32u << 20;
    const auto none = std::make_shared<NoCoprocessor>(
        [](void* self) {
            auto* side = static_cast<DynarmicSide*>(self);
            side->end_with(Ending::other, side->begin_);
        },
        this);
    config.coprocessors.fill(none);
    jit_.reset();
    jit_ = std::make_unique<Dynarmic::A32::Jit>(config);
}

void DynarmicSide::end_with(Ending ending, u32 pc) {
    if (!ending_) ended_at_ = pc;
    if (!ending_) ending_ = ending;
    jit_->HaltExecution();
}

// Words are read, code ends at a halfword: what is behind it must be no instruction.
std::optional<u32> DynarmicSide::MemoryReadCode(u32 va) {
    constexpr u32 udf_t16 = 0xde00;
    if (va + 4 <= begin_ || va >= end_) return std::nullopt;
    u32 word;
    std::memcpy(&word, &code_[va - map::code_base], 4);
    return va + 2 == end_ ? (word & 0xffff) | udf_t16 << 16 : word;
}

void DynarmicSide::fault() { jit_->HaltExecution(HaltReason::MemoryAbort); }

template <class T>
T DynarmicSide::load(u32 va) {
    T value{};
    if (map::in_data(va, sizeof(T))) std::memcpy(&value, &data_[va - map::data_base], sizeof(T));
    else if (map::in_code(va, sizeof(T))) std::memcpy(&value, &code_[va - map::code_base], sizeof(T));
    else fault();
    return value;
}

template <class T>
void DynarmicSide::store(u32 va, T value) {
    if (map::in_data(va, sizeof(T))) std::memcpy(&data_[va - map::data_base], &value, sizeof(T));
    else fault();
}

template <class T>
bool DynarmicSide::store_if(u32 va, T value, T was) {
    T now{};
    if (!map::in_data(va, sizeof(T))) {
        fault();
        return false;
    }
    std::memcpy(&now, &data_[va - map::data_base], sizeof(T));
    if (now != was) return false;
    store(va, value);
    return true;
}

// The program counter is already behind the call.
void DynarmicSide::CallSVC(u32) { end_with(Ending::svc, jit_->Regs()[15] - (jit_->Cpsr() & isa::psr::T ? 2 : 4)); }

void DynarmicSide::ExceptionRaised(u32 pc, Exception exception) {
    if (pc < begin_ || pc >= end_) return end_with(Ending::ran, pc);
    switch (exception) {
    case Exception::UndefinedInstruction:
    case Exception::DecodeError: return end_with(Ending::undefined, pc);
    case Exception::Breakpoint: return end_with(Ending::breakpoint, pc);
    case Exception::UnpredictableInstruction: return end_with(Ending::unpredictable, pc);
    default: return end_with(Ending::other, pc);
    }
}

MachineState DynarmicSide::run(const Program& program, unsigned step_limit) {
    const MachineState& initial = program.initial;
    begin_ = program.begin;
    end_ = program.end();
    ticks_ = 4 * step_limit;
    ending_.reset();

    jit_->ClearExclusiveState();
    monitor_.Clear();
    jit_->Regs() = initial.r;
    jit_->Regs()[15] = begin_;
    std::memcpy(jit_->ExtRegs().data(), initial.d.data(), sizeof initial.d);
    jit_->SetCpsr(initial.cpsr);
    jit_->SetFpscr(initial.fpscr);

    bool aborted = false;
    while (!ending_ && !aborted && ticks_) aborted = Has(jit_->Run(), HaltReason::MemoryAbort);

    // A later program may branch here, where no code will be.
    jit_->InvalidateCacheRange(begin_, map::slot_size);

    MachineState s = initial;
    s.r = jit_->Regs();
    std::memcpy(s.d.data(), jit_->ExtRegs().data(), sizeof s.d);
    s.cpsr = jit_->Cpsr();
    s.fpscr = jit_->Fpscr();
    s.ending = aborted ? Ending::data_abort : ending_.value_or(Ending::step_limit);
    if (!aborted && ending_) s.r[15] = ended_at_;
    // The banks of User mode are its registers; it has no other.
    for (std::size_t n = 0; n < banked_count; ++n) {
        const BankedRegister& b = banked_registers[n];
        if (b.mode == 0x1f) s.banked[n] = s.r[b.n];
    }
    return s;
}

std::span<const Tolerance> DynarmicSide::tolerances() const {
    using State = MachineState;
    static const Tolerance list[] = {
        {"the cumulative exception bits of the FPSCR (ARM DDI 0406C §A2.7.3) are the host's in dynarmic: no IDC, "
         "inexact "
         "and invalid as SSE has them; Unicorn compares them exactly",
         [](const State& ours, State& theirs) {
             constexpr u32 cumulative = 0x9f;
             theirs.fpscr = (theirs.fpscr & ~cumulative) | (ours.fpscr & cumulative);
         }},
        {"dynarmic has not brought ITSTATE up to date when it reports an exception inside of a block",
         [](const State& ours, State& theirs) {
             if (ours.ending == theirs.ending && ours.ending != Ending::ran)
                 theirs.cpsr = (theirs.cpsr & ~isa::psr::IT) | (ours.cpsr & isa::psr::IT);
         }},
    };
    return list;
}

bool DynarmicSide::cannot_tell(const MachineState&, const MachineState& theirs) const {
    return theirs.ending == Ending::step_limit || theirs.ending == Ending::other;
}

}  // namespace vtoll::differential
