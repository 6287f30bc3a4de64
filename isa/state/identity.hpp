// SPDX-License-Identifier: Apache-2.0
// What software reads about the core it runs on: the identification registers, by their manual's names. They are wired
// to a processor, not state: they outlive a reset. Which core has which values is data (core/timing/profiles).
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "isa/features.hpp"
#include "isa/types.hpp"

namespace vtoll::isa {

struct Identity {
    u32 midr = 0, ctr = 0, tcmtr = 0, tlbtr = 0, revidr = 0, aidr = 0;
    u32 mpidr = 0;  ///< affinity of this processor; bit 31 says that it has the Multiprocessing Extensions' format
    u32 clidr = 0;
    std::array<u32, 16> ccsidr{};  ///< indexed by CSSELR: level*2 + InD
    u32 id_pfr0 = 0, id_pfr1 = 0, id_dfr0 = 0, id_afr0 = 0;
    std::array<u32, 4> id_mmfr{};
    std::array<u32, 6> id_isar{};
    u32 fpsid = 0, mvfr0 = 0, mvfr1 = 0;
    u32 dbgdidr = 0, dbgdevid = 0, dbgdevid1 = 0;
    u32 pmcr = 0;        ///< IMP, IDCODE and N; the rest of PMCR is state
    u32 actlr = 0;       ///< reset value
    u32 has_l2ctlr = 0;  ///< 1: there is an L2CTLR, as on the Cortex-A7 and Cortex-A15
    u32 l2ctlr = 0;      ///< processors less one in [25:24]
    u32 cbar = 0;        ///< where the machine put the interrupt controller

    /// Event counters beside the cycle counter: PMCR.N.
    unsigned event_counters() const { return pmcr >> 11 & 0x1f; }
};

/// A register of an Identity by its name in lower case: "id_mmfr0", "ccsidr2".
struct IdentityRegister {
    std::string_view name;
    u32& (*of)(Identity&);
    bool derived = false;  ///< from caches and machine, not of the core alone: CCSIDR, L2CTLR
};
std::span<const IdentityRegister> identity_registers();

/// What a core of this identity can do. A machine with the Virtualization Extensions has, whatever the core, what they
/// imply: the Large Physical Address Extension and divide instructions (ARM DDI 0406C §A1.4).
Features features_of(const Identity& core, bool virtualization);

/// The registers of a core as a processor with `features` has them: what is absent reads as absent, and what the
/// machine adds to the core (Virtualization Extensions, generic timer) as there. ARM DDI 0406C §B4.1.
Identity fit(Identity core, const Features& features);

/// One level's CCSIDR, ARM DDI 0406C §B4.1.19. `attributes`: WT, WB, RA, WA from bit 3 down.
constexpr u32 ccsidr_of(u32 size, u32 ways, u32 line, u32 attributes) {
    const u32 sets = size / ways / line;
    u32 words = 0;
    while (16u << words < line) ++words;  // LineSize: log2 of the words, less two
    return attributes << 28 | (sets - 1) << 13 | (ways - 1) << 3 | words;
}

/// CTR with the lines of the smallest instruction and data caches, §B4.1.42; the other fields stay.
constexpr u32 ctr_with_lines(u32 ctr, u32 instruction_line, u32 data_line) {
    const auto log2_words = [](u32 line) {
        u32 n = 0;
        while (4u << n < line) ++n;
        return n;
    };
    return (ctr & ~0x000f'000fu) | log2_words(data_line) << 16 | log2_words(instruction_line);
}

}  // namespace vtoll::isa
