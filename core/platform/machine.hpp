// SPDX-License-Identifier: Apache-2.0
// The machine `virt`: processors, interrupt controller, timers, serial port, memory and firmware, wired as QEMU wires
// its machine of that name. One per process: the SystemC kernel elaborates once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/platform/console.hpp"
#include "core/platform/device.hpp"
#include "core/platform/machine_keys.hpp"
#include "core/platform/ram.hpp"
#include "core/platform/semihosting.hpp"
#include "core/seam/bus.hpp"
#include "core/seam/clock.hpp"
#include "core/seam/cpu_if.hpp"
#include "gic/gic.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

inline constexpr u64 counter_hz = 62'500'000;  ///< of the generic timers

struct RunLimits {
    u64 instructions = never;  ///< of all processors together
    u64 ticks = never;
};

/// Why a run ended.
struct Outcome {
    enum class Kind : u8 {
        running,
        power_off,
        exited,
        reset,
        instruction_limit,
        time_limit,
        stop_point,
        fault,
        idle_forever,
        interrupted,
        output_limit,
    };
    Kind kind = Kind::running;
    int guest_code = 0;  ///< of a semihosting exit
    unsigned cpu = 0;    ///< the processor it happened on
};
const char* outcome_name(Outcome::Kind kind);

class Machine {
public:
    using CpuFactory = std::function<std::unique_ptr<CpuIf>(unsigned index, PhysicalBus& bus, MachineIf& machine)>;

    Machine(const MachineKeys& config, const CpuFactory& make_cpu);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    const MachineKeys& config() const;
    isa::Mode start_mode() const;  ///< of a processor that is turned on
    Ram& ram();
    Console& console();
    Semihosting& semihosting();
    gic::Gic& gic();
    /// The device on the bus at `pa`, nullptr where there is none.
    Device* device_at(u64 pa);
    /// The first device of that class, nullptr on a machine without.
    template <class D>
    D* device() {
        for (Device* each : devices())
            if (auto* found = dynamic_cast<D*>(each)) return found;
        return nullptr;
    }
    const Clock& clock() const;
    CpuIf& cpu(unsigned index);
    PhysicalBus& bus(unsigned index);

    /// Register values the boot processor starts with; the mode follows from the configuration.
    void start(CpuStart start);
    /// Called about every hundredth of a second of the host's time while running; false ends the run.
    void on_progress(std::function<bool()> progress);
    /// May be called again after a limit, a stop point or an interruption: the run goes on where it stood.
    Outcome run(const RunLimits& limits);
    /// From within run(): come back with Outcome::Kind::stop_point as soon as the running processor's block has ended.
    void stop();
    /// The same with Outcome::Kind::output_limit.
    void output_full();
    /// Ends the run, from within it only: Outcome::Kind::interrupted.
    void interrupt();

    /// Between runs: everything that software could tell, section by section, but memory: ram() is the caller's.
    using SaveSection = std::function<void(const std::string& name, std::string bytes)>;
    using RestoreSection = std::function<std::string_view(const std::string& name)>;
    void save(const SaveSection& section);
    /// Instead of start(), with memory in place. The configuration is the same but for the clock's frequency.
    void restore(const RestoreSection& section);

    u64 instructions() const;  ///< of all processors
    u64 ticks() const;         ///< of the processor that is furthest on

private:
    std::vector<Device*> devices();

    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace vtoll::core
