// SPDX-License-Identifier: Apache-2.0
// The distributor's register table and handlers, ARM IHI 0048B §4.3.
#include "gic/distributor.hpp"
#include "gic/register_map.hpp"

namespace vtoll::gic {

u32 Distributor::read_ctlr(unsigned, Access) { return state_.ctlr; }

void Distributor::write_ctlr(unsigned, u32 value, Access access) {
    const u32 next = ((state_.ctlr & ~access.lanes) | value) & 3;
    if (next == state_.ctlr) return;
    state_.ctlr = next;
    invalidate(all_cpus());
}

/// ITLinesNumber and CPUNumber; no Security Extensions, so no lockable interrupts.
u32 Distributor::read_typer(unsigned, Access) { return (words_ - 1) | (config_.cpus - 1) << 5; }

u32 Distributor::read_iidr(unsigned, Access) { return 0x0000'043B; }  // implementer: Arm

u32 Distributor::read_identification(unsigned index, Access) {
    // PIDR4..7, PIDR0..3, CIDR0..3: a GICv2 designed by Arm.
    static constexpr std::array<u8, 12> bytes{0x04, 0, 0, 0, 0x90, 0xB4, 0x2B, 0, 0x0D, 0xF0, 0x05, 0xB1};
    return bytes[index];
}

template <BankedWords DistributorState::*field>
u32 Distributor::read_bits(unsigned word, Access access) {
    return word < words_ ? (state_.*field).at(word, access.cpu) : 0;
}

/// `fixed_private`: bits of the banked word that software can't change.
template <BankedWords DistributorState::*field, Distributor::BitWrite how, u32 fixed_private>
void Distributor::write_bits(unsigned word, u32 value, Access access) {
    if (word >= words_) return;
    u32& bits = (state_.*field).at(word, access.cpu);
    u32 next = how == BitWrite::set     ? bits | value
               : how == BitWrite::clear ? bits & ~value
                                        : (bits & ~access.lanes) | value;
    if (word == 0) next = (next & ~fixed_private) | (bits & fixed_private);
    if (next == bits) return;
    bits = next;
    if constexpr (field == &DistributorState::group) {
        invalidate_for_word(word, access.cpu);
    } else {
        refresh(word, access.cpu);
    }
}

u32 Distributor::read_pending(unsigned word, Access access) {
    return word < words_ ? pending_word(word, access.cpu) : 0;
}

u32 Distributor::read_priority(unsigned index, Access access) {
    u32 value = 0;
    for (unsigned lane = 0; lane < 4; ++lane) {
        const unsigned id = index * 4 + lane;
        if (exists(id)) value |= static_cast<u32>(state_.priority.at(id, access.cpu)) << (lane * 8);
    }
    return value;
}

void Distributor::write_priority(unsigned index, u32 value, Access access) {
    const u8 implemented = PriorityFormat{config_.priority_bits}.mask();
    for (unsigned lane = 0; lane < 4; ++lane) {
        const unsigned id = index * 4 + lane;
        if (!(access.lanes >> (lane * 8) & 1) || !exists(id)) continue;
        u8& priority = state_.priority.at(id, access.cpu);
        const u8 next = static_cast<u8>(value >> (lane * 8)) & implemented;
        if (priority == next) continue;
        priority = next;
        invalidate_for_word(id / 32, access.cpu);
    }
}

u32 Distributor::read_targets(unsigned index, Access access) {
    if (config_.cpus == 1) return 0;
    u32 value = 0;
    for (unsigned lane = 0; lane < 4; ++lane) {
        const unsigned id = index * 4 + lane;
        if (!exists(id)) break;
        // Private interrupts read as the reader's own bit: this is how a processor finds its interface number.
        const u32 targets = id < private_count ? 1u << access.cpu : state_.targets[id];
        value |= targets << (lane * 8);
    }
    return value;
}

void Distributor::write_targets(unsigned index, u32 value, Access access) {
    if (config_.cpus == 1 || index * 4 < private_count) return;
    for (unsigned lane = 0; lane < 4; ++lane) {
        const unsigned id = index * 4 + lane;
        if (!(access.lanes >> (lane * 8) & 1) || !exists(id)) continue;
        state_.targets[id] = static_cast<u8>(value >> (lane * 8) & all_cpus());
        route(id);
    }
    if (exists(index * 4)) refresh(index / 8, access.cpu);
}

/// Two bits per interrupt, of which the upper one says edge-triggered.
u32 Distributor::read_configuration(unsigned index, Access access) {
    if (index / 2 >= words_) return 0;
    const u32 half = state_.edge.at(index / 2, access.cpu) >> (index % 2 * 16);
    u32 value = 0;
    for (unsigned i = 0; i < 16; ++i) value |= (half >> i & 1) << (i * 2 + 1);
    return value;
}

void Distributor::write_configuration(unsigned index, u32 value, Access access) {
    if (index == 0 || index / 2 >= words_) return;  // SGIs are fixed
    u32& edge = state_.edge.at(index / 2, access.cpu);
    for (unsigned i = 0; i < 16; ++i) {
        const unsigned field = i * 2 + 1;
        if (!(access.lanes >> field & 1)) continue;
        const u32 mask = 1u << (index % 2 * 16 + i);
        edge = (value >> field & 1) ? edge | mask : edge & ~mask;
    }
    refresh(index / 2, access.cpu);
}

void Distributor::write_sgir(unsigned, u32 value, Access access) {
    const u32 self = 1u << access.cpu;
    u32 targets = 0;
    switch (value >> 24 & 3) {
    case 0: targets = value >> 16 & all_cpus(); break;
    case 1: targets = all_cpus() & ~self; break;
    case 2: targets = self; break;
    default: return;  // reserved filter
    }
    const unsigned sgi = value & 15;
    for (unsigned cpu = 0; cpu < config_.cpus; ++cpu) {
        if (!(targets >> cpu & 1)) continue;
        store_sgi_sources(sgi, cpu, state_.sgi_sources[cpu][sgi] | self);
        refresh_one(0, cpu);
    }
}

u32 Distributor::read_sgi_sources(unsigned index, Access access) {
    u32 value = 0;
    for (unsigned lane = 0; lane < 4; ++lane) {
        value |= static_cast<u32>(state_.sgi_sources[access.cpu][index * 4 + lane]) << (lane * 8);
    }
    return value;
}

void Distributor::clear_sgi_sources(unsigned index, u32 value, Access access) {
    for (unsigned lane = 0; lane < 4; ++lane) {
        const unsigned sgi = index * 4 + lane;
        store_sgi_sources(sgi, access.cpu, state_.sgi_sources[access.cpu][sgi] & ~(value >> (lane * 8)));
    }
    refresh_one(0, access.cpu);
}

void Distributor::set_sgi_sources(unsigned index, u32 value, Access access) {
    for (unsigned lane = 0; lane < 4; ++lane) {
        const unsigned sgi = index * 4 + lane;
        const u32 added = value >> (lane * 8) & all_cpus();
        store_sgi_sources(sgi, access.cpu, state_.sgi_sources[access.cpu][sgi] | added);
    }
    refresh_one(0, access.cpu);
}

struct DistributorRegisters {
    using D = Distributor;
    using S = DistributorState;
    using W = Distributor::BitWrite;
    using R = Register<Distributor>;
    static constexpr u32 sgis = 0xFFFF;
    static constexpr Narrow word = Narrow::ignored;
    static constexpr Narrow lanes = Narrow::lanes;

    // clang-format off
    static constexpr auto map = make_register_map<0x1000>(std::to_array<R>({
        {"GICD_CTLR",       0x000,   1, lanes, &D::read_ctlr,              &D::write_ctlr},
        {"GICD_TYPER",      0x004,   1, lanes, &D::read_typer,             nullptr},
        {"GICD_IIDR",       0x008,   1, lanes, &D::read_iidr,              nullptr},
        {"GICD_IGROUPR",    0x080,  32, lanes, &D::read_bits<&S::group>,   &D::write_bits<&S::group, W::assign, 0>},
        {"GICD_ISENABLER",  0x100,  32, lanes, &D::read_bits<&S::enabled>, &D::write_bits<&S::enabled, W::set, sgis>},
        {"GICD_ICENABLER",  0x180,  32, lanes, &D::read_bits<&S::enabled>, &D::write_bits<&S::enabled, W::clear, sgis>},
        {"GICD_ISPENDR",    0x200,  32, lanes, &D::read_pending,           &D::write_bits<&S::latched, W::set, sgis>},
        {"GICD_ICPENDR",    0x280,  32, lanes, &D::read_pending,           &D::write_bits<&S::latched, W::clear, sgis>},
        {"GICD_ISACTIVER",  0x300,  32, lanes, &D::read_bits<&S::active>,  &D::write_bits<&S::active, W::set, 0>},
        {"GICD_ICACTIVER",  0x380,  32, lanes, &D::read_bits<&S::active>,  &D::write_bits<&S::active, W::clear, 0>},
        {"GICD_IPRIORITYR", 0x400, 255, lanes, &D::read_priority,          &D::write_priority},
        {"GICD_ITARGETSR",  0x800, 255, lanes, &D::read_targets,           &D::write_targets},
        {"GICD_ICFGR",      0xC00,  64, lanes, &D::read_configuration,     &D::write_configuration},
        {"GICD_SGIR",       0xF00,   1, word,  nullptr,                    &D::write_sgir},
        {"GICD_CPENDSGIR",  0xF10,   4, lanes, &D::read_sgi_sources,       &D::clear_sgi_sources},
        {"GICD_SPENDSGIR",  0xF20,   4, lanes, &D::read_sgi_sources,       &D::set_sgi_sources},
        {"GICD_ID",         0xFD0,  12, lanes, &D::read_identification,    nullptr},
    }));
    // clang-format on
};

u32 Distributor::read(u32 offset, unsigned size, unsigned cpu, bool debug) {
    return DistributorRegisters::map.read(*this, offset, size, {.cpu = cpu, .debug = debug, .lanes = ~0u});
}

std::string Distributor::register_name(u32 offset) { return DistributorRegisters::map.name(offset); }

void Distributor::write(u32 offset, u32 value, unsigned size, unsigned cpu) {
    DistributorRegisters::map.write(*this, offset, value, size, {.cpu = cpu, .debug = false, .lanes = 0});
}

}  // namespace vtoll::gic
