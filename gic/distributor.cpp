// SPDX-License-Identifier: Apache-2.0
#include "gic/distributor.hpp"

#include <bit>

namespace vtoll::gic {

Distributor::Distributor(const Config& config, Changes& changes)
    : config_(config), changes_(changes), words_(config.interrupts() / 32) {
    reset();
}

void Distributor::reset() {
    DistributorState fresh;
    for (unsigned cpu = 0; cpu < config_.cpus; ++cpu) {
        fresh.enabled.own[cpu] = 0xFFFF;  // SGIs are always enabled and edge-triggered
        fresh.edge.own[cpu] = 0xFFFF;
    }
    // With one processor the target registers are RAZ/WI and everything goes to it (ARM IHI 0048B §4.3.12).
    if (config_.cpus == 1) fresh.targets.fill(1);
    restore(fresh);
}

void Distributor::restore(const DistributorState& state) {
    state_ = state;
    routed_ = {};
    candidates_ = {};
    candidate_words_ = {};
    for (unsigned id = private_count; id < config_.interrupts(); ++id) route(id);
    for (unsigned word = 0; word < words_; ++word) {
        for (unsigned cpu = 0; cpu < config_.cpus; ++cpu) refresh_one(word, cpu);
    }
    invalidate(all_cpus());
}

void Distributor::set_line(unsigned id, unsigned cpu, bool level) {
    const unsigned word = id / 32;
    const u32 mask = 1u << (id % 32);
    u32& lines = state_.level.at(word, cpu);
    if (((lines & mask) != 0) == level) return;
    lines ^= mask;
    if (level && state_.edge.test(id, cpu)) state_.latched.at(word, cpu) |= mask;
    refresh(word, cpu);
}

u32 Distributor::describe(unsigned id, unsigned cpu) const {
    if (id >= sgi_count || state_.sgi_sources[cpu][id] == 0) return id;
    return id | static_cast<u32>(std::countr_zero(state_.sgi_sources[cpu][id])) << 10;
}

u32 Distributor::acknowledge(unsigned id, unsigned cpu) {
    const u32 value = describe(id, cpu);
    const unsigned word = id / 32;
    const u32 mask = 1u << (id % 32);
    state_.active.at(word, cpu) |= mask;
    if (id < sgi_count) {
        // One source at a time: the SGI stays pending while another processor's request is left.
        const u32 sources = state_.sgi_sources[cpu][id];
        store_sgi_sources(id, cpu, sources & (sources - 1));
    } else {
        state_.latched.at(word, cpu) &= ~mask;
    }
    refresh(word, cpu);
    return value;
}

void Distributor::deactivate(unsigned id, unsigned cpu) {
    state_.active.at(id / 32, cpu) &= ~(1u << (id % 32));
    refresh(id / 32, cpu);
}

void Distributor::store_sgi_sources(unsigned sgi, unsigned cpu, u32 sources) {
    state_.sgi_sources[cpu][sgi] = static_cast<u8>(sources);
    u32& latched = state_.latched.own[cpu];
    latched = (latched & ~(1u << sgi)) | static_cast<u32>(sources != 0) << sgi;
}

/// Bring the per-processor routing bit of one SPI up to date with its target byte.
void Distributor::route(unsigned id) {
    const u32 mask = 1u << (id % 32);
    for (unsigned cpu = 0; cpu < config_.cpus; ++cpu) {
        u32& routed = routed_[cpu][id / 32];
        routed = (state_.targets[id] >> cpu & 1) ? routed | mask : routed & ~mask;
    }
}

void Distributor::refresh(unsigned word, unsigned cpu) {
    if (word == 0) {
        refresh_one(0, cpu);
        return;
    }
    for (unsigned each = 0; each < config_.cpus; ++each) refresh_one(word, each);
}

void Distributor::refresh_one(unsigned word, unsigned cpu) {
    u32 now = pending_word(word, cpu) & state_.enabled.at(word, cpu) & ~state_.active.at(word, cpu);
    if (word != 0) now &= routed_[cpu][word];
    if (now == candidates_[cpu][word]) return;
    candidates_[cpu][word] = now;
    candidate_words_[cpu] = (candidate_words_[cpu] & ~(1u << word)) | static_cast<u32>(now != 0) << word;
    invalidate(1u << cpu);
}

void Distributor::invalidate(u32 cpus) {
    best_known_ &= ~cpus;
    changes_.physical |= cpus;
}

/// Among equal priorities the lowest INTID wins, which ARM IHI 0048B §3.3 leaves to the implementation.
void Distributor::choose_best(unsigned cpu) {
    Pending best;
    const u32 group0 = (state_.ctlr & 1) ? ~0u : 0;
    const u32 group1 = (state_.ctlr & 2) ? ~0u : 0;
    for (u32 words = candidate_words_[cpu]; words != 0; words &= words - 1) {
        const auto word = static_cast<unsigned>(std::countr_zero(words));
        const u32 groups = state_.group.at(word, cpu);
        u32 left = candidates_[cpu][word] & ((groups & group1) | (~groups & group0));
        for (; left != 0; left &= left - 1) {
            const unsigned id = word * 32 + static_cast<unsigned>(std::countr_zero(left));
            const u8 priority = state_.priority.at(id, cpu);
            if (priority >= best.priority) continue;
            best = {.id = static_cast<u16>(id), .priority = priority, .group1 = state_.group.test(id, cpu)};
        }
    }
    best_[cpu] = best;
    best_known_ |= 1u << cpu;
}

}  // namespace vtoll::gic
