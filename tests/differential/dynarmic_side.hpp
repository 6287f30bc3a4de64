// SPDX-License-Identifier: Apache-2.0
// dynarmic (0BSD, linked by tests only) as an ARMv7-A processor at User level that runs one slot of code and stops at
// the first exception. It shares no code with QEMU.
#pragma once

#include <dynarmic/interface/A32/a32.h>
#include <dynarmic/interface/exclusive_monitor.h>
#include <array>

#include <memory>
#include <optional>
#include <vector>

#include "tests/differential/oracle.hpp"

namespace vtoll::differential {

class DynarmicSide final : public Oracle, private Dynarmic::A32::UserCallbacks {
public:
    DynarmicSide(const std::vector<u8>& code, DataImage& data);

    MachineState run(const Program&, unsigned step_limit) override;
    void renew() override;
    std::span<const Tolerance> tolerances() const override;
    bool cannot_tell(const MachineState& ours, const MachineState& theirs) const override;

private:
    std::optional<u32> MemoryReadCode(u32 va) override;
    u8 MemoryRead8(u32 va) override { return load<u8>(va); }
    u16 MemoryRead16(u32 va) override { return load<u16>(va); }
    u32 MemoryRead32(u32 va) override { return load<u32>(va); }
    u64 MemoryRead64(u32 va) override { return load<u64>(va); }
    void MemoryWrite8(u32 va, u8 value) override { store(va, value); }
    void MemoryWrite16(u32 va, u16 value) override { store(va, value); }
    void MemoryWrite32(u32 va, u32 value) override { store(va, value); }
    void MemoryWrite64(u32 va, u64 value) override { store(va, value); }
    bool MemoryWriteExclusive8(u32 va, u8 value, u8 was) override { return store_if(va, value, was); }
    bool MemoryWriteExclusive16(u32 va, u16 value, u16 was) override { return store_if(va, value, was); }
    bool MemoryWriteExclusive32(u32 va, u32 value, u32 was) override { return store_if(va, value, was); }
    bool MemoryWriteExclusive64(u32 va, u64 value, u64 was) override { return store_if(va, value, was); }
    void InterpreterFallback(u32 pc, std::size_t) override { end_with(Ending::undefined, pc); }
    void CallSVC(u32) override;
    void ExceptionRaised(u32 pc, Dynarmic::A32::Exception) override;
    void AddTicks(u64 ticks) override { ticks_ -= ticks < ticks_ ? ticks : ticks_; }
    u64 GetTicksRemaining() override { return ticks_; }

    template <class T>
    T load(u32 va);
    template <class T>
    void store(u32 va, T value);
    template <class T>
    bool store_if(u32 va, T value, T was);
    void fault();
    void end_with(Ending, u32 pc);

    const std::vector<u8>& code_;
    DataImage& data_;
    Dynarmic::ExclusiveMonitor monitor_{1};
    std::unique_ptr<Dynarmic::A32::Jit> jit_;
    u32 begin_ = 0, end_ = 0;
    u64 ticks_ = 0;
    std::optional<Ending> ending_;
    u32 ended_at_ = 0;
};

}  // namespace vtoll::differential
