// SPDX-License-Identifier: Apache-2.0
// A processor with a megabyte of memory and one device, for tests of the processor's parts: they look at guest code
// that it runs.
#pragma once

#include <cstring>
#include <functional>
#include <initializer_list>
#include <vector>

#include "core/cpu/processor.hpp"

namespace vtoll::core::test {

class SmallMachine : public PhysicalBus, public MachineIf {
public:
    static constexpr u32 ram_base = 0x4000'0000, ram_size = 0x10'0000, device = 0x0900'0000, code = ram_base;
    static constexpr u32 unmapped = 0x5000'0000;

    /// `alone`: it need not think of other processors.
    explicit SmallMachine(Pricing pricing = functional_pricing(), bool shortcuts = true, bool alone = true)
        : cpu(config(std::move(pricing), shortcuts, alone), *this, *this), ram_(ram_size) {
        map_flat();
    }

    /// Words of code at `at`, and a start there in Supervisor mode.
    void load(std::initializer_list<u32> words, u32 at = code) {
        write(at, words);
        cpu.start({.pc = at});
    }
    void write(u32 at, std::initializer_list<u32> words) {
        for (const u32 word : words) {
            std::memcpy(&ram_[at - ram_base], &word, 4);
            at += 4;
        }
    }
    u32 word(u32 at) const {
        u32 value;
        std::memcpy(&value, &ram_[at - ram_base], 4);
        return value;
    }
    u32 r(unsigned n) { return cpu.state().r[n]; }

    /// Code that switches the MMU on: memory is Normal and cacheable, `device` is Device, `unmapped` faults. Leaves
    /// r0 = the last page of memory, r7 = `device`.
    static constexpr std::initializer_list<u32> mmu_on = {
        0xe3080000, 0xe3440000,                          // MOVW, MOVT r0, the table
        0xe3800059, 0xee020f10,                          // ORR, MCR TTBR0: walks are cached
        0xe3a00001, 0xee030f10,                          // MCR DACR: domain 0 is a client
        0xee110f10, 0xe3800005, 0xe3800a01, 0xee010f10,  // MRC, ORR, ORR, MCR SCTLR: M, C, I
        0xf57ff06f,                                      // ISB
        0xe3a00101, 0xe3800aff,                          // MOV, ORR r0, last page
        0xe3a07409,                                      // MOV r7, device
    };
    static constexpr u32 behind_mmu_on = code + 4 * 14;

    std::function<void(u64 pa, bool write)> on_device;  ///< called in the middle of the instruction

    // --- PhysicalBus
    DmiPage dmi(u64 pa) override {
        if (pa < ram_base || pa >= ram_base + ram_size) return {};
        return {&ram_[(pa - ram_base) & ~u64{0xfff}], false};
    }
    BusResult read(u64 pa, unsigned, u32& value, unsigned, bool) override { return answer(pa, &value); }
    BusResult write(u64 pa, unsigned, u32, unsigned, bool) override { return answer(pa, nullptr); }

    // --- MachineIf
    void performance_interrupt(unsigned, bool) override {}
    u64 counter(u64 tick) override { return tick; }
    u64 counter_virtual_offset(unsigned) override { return 0; }
    void set_counter_virtual_offset(unsigned, u64, u64) override {}
    u64 timer_read(unsigned, isa::Timer, isa::TimerReg, u64) override { return 0; }
    void timer_write(unsigned, isa::Timer, isa::TimerReg, u64, u64) override {}
    void send_event(unsigned) override {}
    void broadcast_tlb(unsigned, isa::TlbOp, isa::TlbSide, u32, u8) override {}
    void broadcast_cache(unsigned, isa::CacheOp op, u32, u64) override { broadcast.push_back(op); }
    std::vector<isa::CacheOp> broadcast;
    void polls(unsigned, bool waits, std::span<const u64> granules, bool devices) override {
        polled.push_back({waits, {granules.begin(), granules.end()}, devices});
    }
    bool reached(unsigned, u32 pollers, u64 tick) override {
        asked.emplace_back(pollers, tick);
        return others_have_come;
    }
    void code_decoded(unsigned, u64) override {}
    bool code_written(unsigned, u64, u32) override { return true; }
    bool firmware_call(unsigned, isa::CpuState&, bool) override { return false; }
    bool semihosting_call(unsigned, isa::CpuState&) override { return false; }
    bool stop_requested(unsigned) override { return false; }

    /// What polls() was told, reached() asked, and what that answers.
    struct Polled {
        bool waits;
        std::vector<u64> granules;
        bool devices;
        bool operator==(const Polled&) const = default;
    };
    std::vector<Polled> polled;
    std::vector<std::pair<u32, u64>> asked;
    bool others_have_come = true;

    Processor cpu;

private:
    static ProcessorConfig config(Pricing pricing, bool shortcuts, bool alone) {
        ProcessorConfig c;
        c.alone = alone;
        c.pricing = std::move(pricing);
        c.use_l0 = c.use_links = shortcuts;
        c.hot = shortcuts ? 1 : 0;
        return c;
    }
    /// Sections (ARM DDI 0406C §B3.5.1), one megabyte each, virtual addresses being physical ones.
    void map_flat() {
        constexpr u32 table = ram_base + 0x8000, normal = 0x1c0e, device_memory = 0xc16;
        write(table + (ram_base >> 20) * 4, {ram_base | normal});
        write(table + (device >> 20) * 4, {device | device_memory});
    }
    BusResult answer(u64 pa, u32* value) {
        if ((pa & ~u64{0xfff}) != device) return BusResult::error;
        if (value) *value = 0x5a;
        if (on_device) on_device(pa, !value);
        return BusResult::ok;
    }

    std::vector<u8> ram_;
};

}  // namespace vtoll::core::test
