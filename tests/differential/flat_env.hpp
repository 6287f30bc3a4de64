// SPDX-License-Identifier: Apache-2.0
// The machine around vtoll's processor in the differential tests: flat code and data, no MMU, no devices.
#pragma once

#include <functional>
#include <vector>

#include "isa/env.hpp"
#include "isa/state/cpu_state.hpp"
#include "tests/differential/machine_state.hpp"

namespace vtoll::differential {

class FlatEnv final : public isa::Env {
public:
    FlatEnv(isa::CpuState& s, const std::vector<u8>& code, DataImage& data) : s_(s), code_(code), data_(data) {}

    /// Before a program.
    void start() { exclusive_size_ = 0, sizes_differed_ = false; }
    /// Put the data pages into the L0 table, in entries of 2^granule bytes; 0: take everything out of it.
    void fill_l0(unsigned granule);

    /// Called where the instruction is about to take an exception.
    std::function<void(const isa::Op&)> on_exception;

    u64 slow_loads() const { return slow_loads_; }
    u64 slow_stores() const { return slow_stores_; }
    bool took_exception() const { return took_exception_; }
    isa::ExceptionKind exception() const { return exception_; }
    isa::FaultKind last_fault() const { return last_fault_; }
    void forget_exception() { took_exception_ = false; }
    /// A store exclusive met a reservation of another size: what it does then is nobody's business.
    bool sizes_differed() const { return sizes_differed_; }

    isa::Loaded load(const isa::Op*, u32 va, unsigned size) override;
    bool store(const isa::Op*, u32 va, unsigned size, u32 value) override;
    isa::Loaded64 load64(const isa::Op*, u32 va) override;
    bool store64(const isa::Op*, u32 va, u64 value) override;
    void mark_exclusive(const isa::Op*, u32 va, unsigned size) override;
    isa::Loaded check_exclusive(const isa::Op*, u32 va, unsigned size) override;
    void clear_exclusive() override { exclusive_size_ = 0; }
    void unwind(const isa::Op* op, bool) override {
        if (on_exception) on_exception(*op);
    }
    void exception_taken(const isa::ExceptionTaken& e) override;
    void exception_returned(isa::Mode, isa::Mode) override {}
    void marker(const isa::Op*, unsigned) override {}
    void context_changed() override {}
    void interrupts_changed() override {}
    void tlb_maintenance(const isa::Op*, isa::TlbOp, isa::TlbSide, u32, bool) override {}
    u64 address_translation(isa::AtsOp, u32) override { return 0; }
    bool cache_maintenance(const isa::Op*, isa::CacheOp, u32) override { return true; }
    u64 counter_physical(const isa::Op*) override { return 0; }
    u64 counter_virtual_offset() override { return 0; }
    void set_counter_virtual_offset(u64) override {}
    u64 timer_read(const isa::Op*, isa::Timer, isa::TimerReg) override { return 0; }
    void timer_write(const isa::Op*, isa::Timer, isa::TimerReg, u64) override {}
    u64 cycle_count(const isa::Op*) override { return 0; }
    void wait_for_interrupt() override {}
    void wait_for_event() override {}
    void send_event() override {}
    bool firmware_call(const isa::Op*, bool) override { return false; }
    bool semihosting_call(const isa::Op*) override { return false; }

private:
    bool aligned(const isa::Op*, u32 va, unsigned size) const;
    const u8* readable(u32 va, unsigned size) const;
    u32 swap_if_big(u32 value, unsigned size) const;
    u64 swap_words_if_big(u64 value) const;
    bool abort(const isa::Op*, u32 va, bool write, isa::FaultKind kind);

    isa::CpuState& s_;
    const std::vector<u8>& code_;
    DataImage& data_;
    u64 slow_loads_ = 0, slow_stores_ = 0;
    u32 exclusive_va_ = 0;
    unsigned exclusive_size_ = 0;  ///< 0: the monitor is open
    u64 exclusive_value_ = 0;
    isa::ExceptionKind exception_{};
    isa::FaultKind last_fault_ = isa::FaultKind::none;
    bool took_exception_ = false, sizes_differed_ = false;
};

}  // namespace vtoll::differential
