// SPDX-License-Identifier: Apache-2.0
// The distributor (GICD): state of every interrupt and the choice of the highest pending one per processor.
#pragma once

#include "gic/constants.hpp"
#include "gic/priority.hpp"

#include <array>
#include <string>

namespace vtoll::gic {

/// One bit per interrupt; word 0 (SGIs and PPIs) is banked by processor.
struct BankedWords {
    std::array<u32, max_cpus> own{};
    std::array<u32, max_words> shared{};

    u32& at(unsigned word, unsigned cpu) { return word == 0 ? own[cpu] : shared[word]; }
    u32 at(unsigned word, unsigned cpu) const { return word == 0 ? own[cpu] : shared[word]; }
    bool test(unsigned id, unsigned cpu) const { return at(id / 32, cpu) >> (id % 32) & 1; }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(own, shared);
    }
};

/// One byte per interrupt, banked the same way.
struct BankedBytes {
    std::array<std::array<u8, private_count>, max_cpus> own{};
    std::array<u8, max_interrupts> shared{};

    u8& at(unsigned id, unsigned cpu) { return id < private_count ? own[cpu][id] : shared[id]; }
    u8 at(unsigned id, unsigned cpu) const { return id < private_count ? own[cpu][id] : shared[id]; }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(own, shared);
    }
};

struct DistributorState {
    u32 ctlr = 0;
    BankedWords group;  ///< 1: Group 1
    BankedWords enabled;
    BankedWords latched;  ///< pending by an edge, a write to ISPENDR, or an SGI
    BankedWords level;    ///< input lines
    BankedWords active;
    BankedWords edge;  ///< 1: edge-triggered
    BankedBytes priority;
    std::array<u8, max_interrupts> targets{};                       ///< SPIs only
    std::array<std::array<u8, sgi_count>, max_cpus> sgi_sources{};  ///< processors each pending SGI came from

    template <class Ar>
    void serialize(Ar& ar) {
        ar(ctlr, group, enabled, latched, level, active, edge, priority, targets, sgi_sources);
    }
};

class Distributor {
public:
    Distributor(const Config& config, Changes& changes);

    u32 read(u32 offset, unsigned size, unsigned cpu, bool debug);
    void write(u32 offset, u32 value, unsigned size, unsigned cpu);

    static std::string register_name(u32 offset);

    /// Input line of a PPI (`cpu` says whose) or an SPI.
    void set_line(unsigned id, unsigned cpu, bool level);

    /// The highest priority interrupt pending for `cpu` in a group the distributor forwards.
    const Pending& highest(unsigned cpu) {
        if (!(best_known_ >> cpu & 1)) choose_best(cpu);
        return best_[cpu];
    }
    /// INTID, for an SGI with the processor that sent it, as the acknowledge registers show it.
    u32 describe(unsigned id, unsigned cpu) const;
    /// Pending becomes active; the value is what the acknowledge register returns.
    u32 acknowledge(unsigned id, unsigned cpu);
    void deactivate(unsigned id, unsigned cpu);

    bool exists(unsigned id) const { return id < config_.interrupts(); }
    bool is_group1(unsigned id, unsigned cpu) const { return state_.group.test(id, cpu); }

    const DistributorState& state() const { return state_; }
    void restore(const DistributorState& state);
    void reset();

private:
    friend struct DistributorRegisters;
    enum class BitWrite { assign, set, clear };

    // Register handlers: generic routines over the fields of the state, and a few of their own.
    u32 read_ctlr(unsigned, Access);
    void write_ctlr(unsigned, u32 value, Access access);
    u32 read_typer(unsigned, Access);
    u32 read_iidr(unsigned, Access);
    u32 read_identification(unsigned index, Access);
    template <BankedWords DistributorState::*field>
    u32 read_bits(unsigned word, Access access);
    template <BankedWords DistributorState::*field, BitWrite how, u32 fixed_private>
    void write_bits(unsigned word, u32 value, Access access);
    u32 read_pending(unsigned word, Access access);
    u32 read_priority(unsigned index, Access access);
    void write_priority(unsigned index, u32 value, Access access);
    u32 read_targets(unsigned index, Access access);
    void write_targets(unsigned index, u32 value, Access access);
    u32 read_configuration(unsigned index, Access access);
    void write_configuration(unsigned index, u32 value, Access access);
    void write_sgir(unsigned, u32 value, Access access);
    u32 read_sgi_sources(unsigned index, Access access);
    void clear_sgi_sources(unsigned index, u32 value, Access access);
    void set_sgi_sources(unsigned index, u32 value, Access access);

    u32 all_cpus() const { return (1u << config_.cpus) - 1; }
    /// Level-sensitive interrupts are pending while their line is high, ARM IHI 0048B §4.3.7.
    u32 pending_word(unsigned word, unsigned cpu) const {
        return state_.latched.at(word, cpu) | (state_.level.at(word, cpu) & ~state_.edge.at(word, cpu));
    }
    void store_sgi_sources(unsigned sgi, unsigned cpu, u32 sources);
    void route(unsigned id);
    void refresh(unsigned word, unsigned cpu);
    void refresh_one(unsigned word, unsigned cpu);
    void invalidate(u32 cpus);
    void invalidate_for_word(unsigned word, unsigned cpu) { invalidate(word == 0 ? 1u << cpu : all_cpus()); }
    void choose_best(unsigned cpu);

    Config config_;
    Changes& changes_;
    unsigned words_;
    DistributorState state_;

    // Worked out from the state, so that a choice looks at candidates only.
    std::array<std::array<u32, max_words>, max_cpus> routed_{};      ///< SPIs that target the processor
    std::array<std::array<u32, max_words>, max_cpus> candidates_{};  ///< pending, enabled, not active, routed
    std::array<u32, max_cpus> candidate_words_{};                    ///< which words of `candidates_` aren't zero
    std::array<Pending, max_cpus> best_{};
    u32 best_known_ = 0;
};

}  // namespace vtoll::gic
