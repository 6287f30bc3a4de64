// SPDX-License-Identifier: Apache-2.0
// A processor whose program is a function: lets tests drive the machine without the engine.
#pragma once

#include <cstring>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/platform/machine.hpp"
#include "core/seam/cpu_if.hpp"

namespace vtoll::core::test {

class FakeCpu : public CpuIf {
public:
    /// Called by run(); moves `tick` itself.
    using Program = std::function<StopReason(FakeCpu&, u64 until)>;

    FakeCpu(unsigned cpu, PhysicalBus& physical, MachineIf& around) : index(cpu), bus(physical), machine(around) {}

    void start(const CpuStart& s) override {
        started = s;
        ++starts;
    }
    StopReason run(u64 until) override {
        run_until = until;
        return program ? program(*this, until) : StopReason::waiting;
    }
    u64 now() const override { return tick; }
    u64 doing_at() const override { return tick; }
    u64 instructions() const override { return tick - idle; }
    void advance_to(u64 to) override {
        idle += to - tick;
        tick = to;
    }
    void set_lines(const gic::Lines& l) override { lines = l; }
    void end_run_by(u64 t) override { run_until = std::min(run_until, t); }
    void set_event() override { event = true; }
    void tlb_maintenance_from_other(isa::TlbOp, isa::TlbSide, u32 operand, u8 vmid) override {
        tlb_operands.emplace_back(operand, vmid);
    }
    void cache_maintenance_from_other(isa::CacheOp op, u32, u64 pa) override { cache_operations.emplace_back(op, pa); }
    void set_instruction_limit(u64 limit) override { instruction_limit = limit; }
    isa::CpuState& state() override { return registers; }
    /// Virtual addresses are physical ones.
    bool read_virtual(u32 va, void* bytes, std::size_t size) override { return copy(va, bytes, size, false); }
    bool write_virtual(u32 va, const void* bytes, std::size_t size) override {
        return copy(va, const_cast<void*>(bytes), size, true);
    }
    void memory_written(u64 pa, u64 size) override { written.emplace_back(pa, size); }
    void others_ran() override {}
    void polled_elsewhere(unsigned, std::span<const u64>, bool) override {}
    void out_of_step(u64 ticks) override { late.push_back(ticks); }
    void code_elsewhere(u64) override {}
    bool code_overwritten(u64, u32) override { return true; }
    void serialize(Archive& ar) override { ar(tick, idle, registers); }
    void direct_memory_revoked(u64 pa, u64 size) override { revoked.emplace_back(pa, size); }

    u32 read(u64 pa, unsigned size = 4) {
        u32 value = 0;
        bus.read(pa, size, value, index, false);
        return value;
    }
    BusResult write(u64 pa, u32 value, unsigned size = 4) { return bus.write(pa, size, value, index, false); }
    /// A firmware call by SMC.
    u32 smc(u32 r0, u32 r1 = 0, u32 r2 = 0, u32 r3 = 0) {
        registers.r[0] = r0, registers.r[1] = r1, registers.r[2] = r2, registers.r[3] = r3;
        machine.firmware_call(index, registers, true);
        return registers.r[0];
    }

    unsigned index;
    PhysicalBus& bus;
    MachineIf& machine;
    Program program;
    CpuStart started;
    unsigned starts = 0;
    u64 tick = 0, idle = 0, run_until = 0, instruction_limit = ~u64{0};
    gic::Lines lines;
    bool event = false;
    std::vector<std::pair<isa::CacheOp, u64>> cache_operations;
    std::vector<std::pair<u32, u8>> tlb_operands;  ///< with the VMID of whoever asked
    std::vector<std::pair<u64, u64>> written, revoked;
    std::vector<u64> late;  ///< out_of_step()
    isa::CpuState registers;

private:
    bool copy(u32 va, void* bytes, std::size_t size, bool write) {
        for (std::size_t i = 0; i < size; ++i) {
            const DmiPage page = bus.dmi(va + i);
            if (!page) return false;
            u8* host = page.host + (va + i) % PhysicalBus::page_size;
            u8* byte = static_cast<u8*>(bytes) + i;
            write ? void(*host = *byte) : void(*byte = *host);
        }
        return true;
    }
};

/// A machine of fake processors.
struct FakeMachine {
    explicit FakeMachine(const MachineKeys& config)
        : machine(config, [this](unsigned index, PhysicalBus& bus, MachineIf& around) {
              auto cpu = std::make_unique<FakeCpu>(index, bus, around);
              cpus.push_back(cpu.get());
              return cpu;
          }) {}

    std::vector<FakeCpu*> cpus;
    Machine machine;
};

}  // namespace vtoll::core::test
