// SPDX-License-Identifier: Apache-2.0
// Drives a ledger by hand, as the engine would: counts go up, modes change, events are told.
#pragma once

#include <gtest/gtest.h>

#include "core/ledger/book/ledger.hpp"
#include "core/ledger/store/run_record.hpp"

namespace vtoll::core {

inline u32 hsr(u32 ec, u32 iss = 0) { return ec << 26 | 1u << 25 | iss; }
inline constexpr u32 ec_hvc = 0x12, ec_data_abort = 0x24, iss_valid = 1u << 24;

class BookDriver {
public:
    /// `shared`: of all processors, when there are several.
    explicit BookDriver(isa::Mode mode = isa::Mode::svc, HostExits* shared = nullptr, WorldPolicy policy = {})
        : host_exits(shared ? *shared : own_host_exits_) {
        set_mode(mode);
        at.stalls = &stalls_;
        ledger.set_policy(policy);
        ledger.set_rows(&own_rows_);
        ledger.set_host_exits(&host_exits);
        ledger.set_clock([this] { return at; });
        ledger.begin(state, at);
    }

    void set_mode(isa::Mode mode) { state.switch_mode(mode); }
    void set_vm(u8 vmid) {
        state.sys.hcr |= isa::hcr::VM;
        state.sys.vttbr = u64(vmid) << 48;
    }
    void run(u64 insns, u64 ticks) {
        at.insns += insns;
        at.ticks += ticks;
    }
    /// Time that a core profile knows the reason of.
    void wait(Stall stall, u32 ticks) {
        at.ticks += ticks;
        stalls_[static_cast<std::size_t>(stall)] += ticks;
    }
    void take(isa::ExceptionKind kind, isa::Mode to, u32 syndrome = 0, u32 preferred_return = 0x8000, u32 entry = 13) {
        const isa::ExceptionTaken e{kind, state.mode(), to, syndrome, 0, preferred_return};
        set_mode(to);
        ledger.exception_taken(state, e, at, entry);
        at.ticks += entry;
    }
    void hvc(u32 number = 0) {
        state.r[0] = number;
        take(isa::ExceptionKind::hvc, isa::Mode::hyp, hsr(ec_hvc));
    }
    void leave(isa::Mode to, u32 pc = 0x8000, u32 price = 11) {
        const isa::Mode from = state.mode();
        set_mode(to);
        state.r[15] = pc;
        ledger.exception_returned(state, from, at, price);
        at.ticks += price;
    }
    /// To another context than the exception was taken out of.
    void leave(isa::Mode to, Context context) {
        state.write_banked(13, to, context.stack);
        leave(to, context.pc);
    }
    void phase(u16 number) { ledger.region_entered(number, at); }
    /// DBG #6 with a name of up to four characters.
    void begin_row(const char* name) {
        for (unsigned i = 0; i < 4; ++i) state.r[i] = 0;
        for (unsigned i = 0; i < 4 && name[i]; ++i) state.r[0] |= static_cast<u32>(name[i]) << 8 * i;
        mark(6);
    }
    void mark(unsigned option) { ledger.marker(state, option, at); }
    void translate_address() { ledger.address_translated(at); }
    void device(u32 ticks, bool write = false) {
        at.ticks += ticks;
        ledger.device_accessed({.pa = 0x0800'0000, .write = write, .ticks = ticks}, at);
    }
    void idle(u64 ticks) {
        ledger.idled(at, at.ticks + ticks);
        at.ticks += ticks;
    }

    /// Closes the books.
    ProcessorRecord close() {
        ledger.close(at);
        ledger.settle(host_exits);
        return {{at.insns, at.ticks}, ledger.accounts(),   ledger.episodes(),
                ledger.samples(),     ledger.markers(),    ledger.crossings(),
                ledger.row_counts(),  ledger.host_exits(), facts_of(ledger.facts())};
    }

    isa::CpuState state;
    HostExits& host_exits;
    Ledger ledger;
    Counts at;

private:
    HostExits own_host_exits_;
    Rows own_rows_;
    StallTotals stalls_{};
};

inline Counts booked(const ProcessorRecord& cpu, World world, Cause cause) {
    Counts sum;
    for (const Account& a : cpu.accounts)
        if (a.world == world && a.cause == cause) {
            sum.insns += a.insns;
            sum.ticks += a.ticks;
        }
    return sum;
}

inline void expect_conserved(const ProcessorRecord& cpu, const std::string& why = {}) {
    const Residue left = residue(cpu);
    EXPECT_EQ(left.insns, 0) << "instructions in no account " << why;
    EXPECT_EQ(left.ticks, 0) << "ticks in no account " << why;
}

}  // namespace vtoll::core
