// SPDX-License-Identifier: Apache-2.0
#include "gic/gic.hpp"

#include <bit>
#include <string>

namespace vtoll::gic {

namespace {

const Config& checked(const Config& config) {
    const auto require = [](bool good, const char* what, unsigned value, const char* expected) {
        if (!good) {
            throw InputError(std::string("interrupt controller: ") + what + " is " + std::to_string(value) +
                             ", expected " + expected);
        }
    };
    require(config.cpus >= 1 && config.cpus <= max_cpus, "number of processors", config.cpus, "1 to 8");
    require(config.spis % 32 == 0 && config.spis <= 960, "number of shared interrupts", config.spis,
            "a multiple of 32 up to 960");
    require(config.priority_bits >= 4 && config.priority_bits <= 8, "number of priority bits", config.priority_bits,
            "4 to 8");
    return config;
}

}  // namespace

Gic::Gic(const Config& config)
    : config_(checked(config)),
      distributor_(config_, changes_),
      cpu_interface_(config_, distributor_, changes_),
      virtual_interface_(config_, changes_),
      virtual_cpu_interface_(distributor_, virtual_interface_) {
    settle();
}

u32 Gic::read(Frame frame, u32 offset, unsigned size, unsigned cpu, bool debug) {
    if (cpu >= config_.cpus) return 0;
    u32 value = 0;
    switch (frame) {
    case Frame::gicd: value = distributor_.read(offset, size, cpu, debug); break;
    case Frame::gicc: value = cpu_interface_.read(offset, size, cpu, debug); break;
    case Frame::gich: value = virtual_interface_.read(offset, size, cpu, debug); break;
    case Frame::gicv: value = virtual_cpu_interface_.read(offset, size, cpu, debug); break;
    }
    settle();
    return value;
}

void Gic::write(Frame frame, u32 offset, u32 value, unsigned size, unsigned cpu) {
    if (cpu >= config_.cpus) return;
    switch (frame) {
    case Frame::gicd: distributor_.write(offset, value, size, cpu); break;
    case Frame::gicc: cpu_interface_.write(offset, value, size, cpu); break;
    case Frame::gich: virtual_interface_.write(offset, value, size, cpu); break;
    case Frame::gicv: virtual_cpu_interface_.write(offset, value, size, cpu); break;
    }
    settle();
}

std::string Gic::register_name(Frame frame, u32 offset) {
    const auto prefixed = [](const char* prefix, const std::string& name) {
        return name.empty() ? name : prefix + name;
    };
    switch (frame) {
    case Frame::gicd: return Distributor::register_name(offset);
    case Frame::gicc: return prefixed("GICC_", CpuInterface::register_name(offset));
    case Frame::gich: return VirtualInterface::register_name(offset);
    case Frame::gicv: return prefixed("GICV_", VirtualCpuInterface::register_name(offset));
    }
    return {};
}

void Gic::set_spi(unsigned spi, bool level) {
    if (spi >= config_.spis) return;
    distributor_.set_line(private_count + spi, 0, level);
    settle();
}

void Gic::set_ppi(unsigned cpu, unsigned ppi, bool level) {
    const unsigned id = sgi_count + ppi;
    if (cpu >= config_.cpus || id >= private_count || id == intid::maintenance) return;
    distributor_.set_line(id, cpu, level);
    settle();
}

/// Work out the outputs of the processors something changed for. The maintenance interrupt comes first: it is an
/// input of the distributor.
void Gic::settle() {
    if ((changes_.physical | changes_.virt) == 0) return;
    const u32 touched_virtual = changes_.virt;
    for (u32 left = touched_virtual; left != 0; left &= left - 1) {
        const auto cpu = static_cast<unsigned>(std::countr_zero(left));
        distributor_.set_line(intid::maintenance, cpu, virtual_interface_.maintenance_line(cpu));
    }
    const u32 touched_physical = changes_.physical;
    changes_ = {};

    u32 differs = 0;
    for (u32 left = touched_physical | touched_virtual; left != 0; left &= left - 1) {
        const auto cpu = static_cast<unsigned>(std::countr_zero(left));
        Lines now = lines_[cpu];
        if (touched_physical >> cpu & 1) {
            const Signal signal = cpu_interface_.signal(cpu);
            now.irq = signal.irq;
            now.fiq = signal.fiq;
        }
        if (touched_virtual >> cpu & 1) {
            const Signal signal = virtual_cpu_interface_.signal(cpu);
            now.virq = signal.irq;
            now.vfiq = signal.fiq;
        }
        if (now == lines_[cpu]) continue;
        lines_[cpu] = now;
        differs |= 1u << cpu;
    }
    if (!lines_changed_) return;
    for (; differs != 0; differs &= differs - 1) {
        const auto cpu = static_cast<unsigned>(std::countr_zero(differs));
        lines_changed_(cpu, lines_[cpu]);
    }
}

State Gic::state() const {
    return {.cpus = config_.cpus,
            .interrupts = config_.interrupts(),
            .priority_bits = config_.priority_bits,
            .distributor = distributor_.state(),
            .cpu_interface = cpu_interface_.state(),
            .virtual_interface = virtual_interface_.state()};
}

void Gic::restore(const State& state) {
    if (state.cpus != config_.cpus || state.interrupts != config_.interrupts() ||
        state.priority_bits != config_.priority_bits) {
        throw InputError("interrupt controller: saved state has " + std::to_string(state.cpus) + " processors, " +
                         std::to_string(state.interrupts) + " interrupts and " + std::to_string(state.priority_bits) +
                         " priority bits, expected " + std::to_string(config_.cpus) + ", " +
                         std::to_string(config_.interrupts()) + " and " + std::to_string(config_.priority_bits));
    }
    distributor_.restore(state.distributor);
    cpu_interface_.restore(state.cpu_interface);
    virtual_interface_.restore(state.virtual_interface);
    settle();
}

void Gic::reset() {
    distributor_.reset();
    cpu_interface_.reset();
    virtual_interface_.reset();
    settle();
}

}  // namespace vtoll::gic
