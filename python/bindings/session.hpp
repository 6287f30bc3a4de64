// SPDX-License-Identifier: Apache-2.0
// The machine behind vtoll.Machine. Everything here is called by Python with its lock held; while the machine runs, the
// lock is let go and signals are looked at, so that Ctrl-C stops the machine where it is and it can go on from there.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "core/debug/control.hpp"
#include "core/debug/gdb/gdb_registers.hpp"
#include "core/scenario/books.hpp"

namespace vtoll::python {

/// Becomes vtoll.UsageError.
struct Misuse : std::logic_error {
    using std::logic_error::logic_error;
};

/// Becomes vtoll.AddressError.
struct BadAddress : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Why the machine stands still, and where.
struct Event {
    core::Stop stop;
    std::string kind;      ///< stop_name, or "console"
    bool reached = false;  ///< it is what run() was to run until
};

class Session {
public:
    /// `scenario`, `overrides`: as for `vtoll run`. `restore`: a checkpoint's file, or "". Throws InputError; Misuse
    /// when this process has had its machine.
    Session(const std::string& scenario, const std::vector<std::string>& overrides, const std::string& restore);
    ~Session();

    // --- session.cpp: running
    /// `until`: a stop point as of --until, or "". `insns`, `ticks`: as in core::Until. `seconds`: of the machine's
    /// time, since its start.
    Event run(const std::string& until, std::optional<u64> insns, std::optional<u64> ticks,
              std::optional<double> seconds);
    Event step(unsigned cpu, u64 instructions);
    void interrupt();  ///< from any thread
    /// To the end, whatever breakpoints there are; leaves the run directory. Returns the program's exit code, and
    /// what it says when that isn't 0.
    std::pair<int, std::string> finish(const std::string& folder);
    void close();
    Event last() const { return last_; }

    // --- registers.cpp: numbers are places in registers()
    const core::GdbRegisters& registers() const { return registers_; }
    u64 read_register(unsigned cpu, unsigned number);
    void write_register(unsigned cpu, unsigned number, u64 value);

    // --- memory.cpp: `level`: "pl0", "pl1", "pl2", or "" for that of the processor now
    std::string read(unsigned cpu, u64 va, std::size_t size, const std::string& level);
    void write(unsigned cpu, u64 va, const std::string& bytes, const std::string& level);
    std::string read_physical(u64 pa, std::size_t size);
    void write_physical(u64 pa, const std::string& bytes);
    std::optional<u64> translate(unsigned cpu, u64 va, const std::string& level);

    // --- points.cpp
    unsigned add_breakpoint(u32 va, const std::string& level, std::optional<u8> vmid);
    unsigned add_watchpoint(u32 va, u32 size, bool reads, bool writes, const std::string& level);
    void remove(unsigned number);
    void catch_exceptions(const std::vector<std::string>& modes);

    /// While the machine stands still. Throws Misuse otherwise.
    core::Control& standing();
    core::Simulation& simulation() { return *simulation_; }

private:
    core::Stop go(const core::Until& until);
    core::Processor& cpu(unsigned index);

    pid_t process_;
    std::unique_ptr<core::Simulation> simulation_;
    core::Books books_;
    std::unique_ptr<core::Control> control_;
    core::GdbRegisters registers_;
    std::atomic<bool> running_{false};
    bool closed_ = false;
    Event last_;
};

std::optional<isa::Privilege> level_named(const std::string& name);

}  // namespace vtoll::python
