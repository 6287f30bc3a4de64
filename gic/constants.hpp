// SPDX-License-Identifier: Apache-2.0
// Sizes, special interrupt numbers and the configuration of the interrupt controller.
#pragma once

#include "isa/types.hpp"

namespace vtoll::gic {

inline constexpr unsigned max_cpus = 8;    ///< GICD_SGIR and GICD_ITARGETSR have as many bits, ARM IHI 0048B §4.3.12
inline constexpr unsigned max_words = 32;  ///< 32-bit words of one bit per interrupt: 1024 INTIDs
inline constexpr unsigned max_interrupts = max_words * 32;
inline constexpr unsigned sgi_count = 16;
inline constexpr unsigned private_count = 32;  ///< SGIs and PPIs: banked per processor
inline constexpr unsigned list_register_count = 4;

/// Special INTIDs an acknowledge register returns, ARM IHI 0048B §3.2.5.
inline constexpr u16 group1_hidden = 1022;  ///< the highest pending interrupt belongs to Group 1, read another way
inline constexpr u16 spurious = 1023;

/// Private peripheral interrupts of the machine, as INTIDs (device trees subtract 16).
namespace intid {
inline constexpr unsigned performance_monitors = 23;
inline constexpr unsigned maintenance = 25;
inline constexpr unsigned hyp_timer = 26;
inline constexpr unsigned virtual_timer = 27;
inline constexpr unsigned secure_physical_timer = 29;  ///< no Secure state here: the input stays low
inline constexpr unsigned physical_timer = 30;
}  // namespace intid

struct Config {
    unsigned cpus = 1;           ///< 1..4
    unsigned spis = 256;         ///< shared interrupts, a multiple of 32 up to 960
    unsigned priority_bits = 8;  ///< implemented priority bits, 4..8

    unsigned interrupts() const { return private_count + spis; }
};

/// What an access to a register bank brings with it besides the value.
struct Access {
    unsigned cpu;
    bool debug;  ///< a look without side effects
    u32 lanes;   ///< byte lanes taking part
};

/// Processors whose outputs have to be worked out again.
struct Changes {
    u32 physical = 0;
    u32 virt = 0;
};

}  // namespace vtoll::gic
