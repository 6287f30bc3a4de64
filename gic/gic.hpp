// SPDX-License-Identifier: Apache-2.0
// A GICv2 without Security Extensions and with Virtualization Extensions, one to eight processors. Plain state and
// logic: it knows neither buses nor time. Register behaviour: ARM IHI 0048B.
#pragma once

#include "gic/cpu_interface.hpp"
#include "gic/distributor.hpp"
#include "gic/virtual_cpu_interface.hpp"
#include "gic/virtual_interface.hpp"

#include <functional>

namespace vtoll::gic {

/// Interrupt inputs of one processor.
struct Lines {
    bool irq = false;
    bool fiq = false;
    bool virq = false;
    bool vfiq = false;

    bool operator==(const Lines&) const = default;
};

/// Everything there is to save. What the controller derives from it is rebuilt by `restore`.
struct State {
    u32 cpus = 0;
    u32 interrupts = 0;
    u32 priority_bits = 0;
    DistributorState distributor;
    CpuInterface::State cpu_interface;
    VirtualInterface::State virtual_interface;

    template <class Ar>
    void serialize(Ar& ar) {
        ar(cpus, interrupts, priority_bits, distributor);
        for (CpuInterfaceState& each : cpu_interface) ar(each);
        for (VirtualInterfaceState& each : virtual_interface) ar(each);
    }
};

/// Register banks by the names of the manual; each is one memory region of the machine.
enum class Frame : u8 { gicd, gicc, gich, gicv };

class Gic {
public:
    using LinesChanged = std::function<void(unsigned cpu, Lines)>;

    explicit Gic(const Config& config);
    Gic(const Gic&) = delete;
    Gic& operator=(const Gic&) = delete;

    /// `size` is 1, 2 or 4 bytes; `cpu` the processor that makes the access. With `debug`, nothing changes.
    /// Registers that don't exist read as zero and ignore writes, and so does any access by a processor that
    /// doesn't exist.
    u32 read(Frame frame, u32 offset, unsigned size, unsigned cpu, bool debug = false);
    void write(Frame frame, u32 offset, u32 value, unsigned size, unsigned cpu);

    /// Name as the manual has it, for traces: "GICD_ISENABLER1"; empty where there is no register.
    static std::string register_name(Frame frame, u32 offset);

    /// Numbers as device trees have them: SPI 0 is INTID 32, PPI 0 is INTID 16. Numbers that don't
    /// exist are ignored, and so is the maintenance interrupt, which is driven from inside.
    void set_spi(unsigned spi, bool level);
    void set_ppi(unsigned cpu, unsigned ppi, bool level);

    const Lines& lines(unsigned cpu) const { return lines_[cpu]; }
    /// Called after every change, when the controller is consistent again; may call back into it.
    void on_lines_changed(LinesChanged callback) { lines_changed_ = std::move(callback); }

    const Config& config() const { return config_; }

    State state() const;
    void restore(const State& state);  ///< throws InputError when the state is of a controller of another shape
    void reset();

private:
    void settle();

    Config config_;
    Changes changes_;
    Distributor distributor_;
    CpuInterface cpu_interface_;
    VirtualInterface virtual_interface_;
    VirtualCpuInterface virtual_cpu_interface_;
    std::array<Lines, max_cpus> lines_{};
    LinesChanged lines_changed_;
};

}  // namespace vtoll::gic
