// SPDX-License-Identifier: Apache-2.0
// Access permissions in the form a TLB entry keeps them: enough to judge any later access, of either privilege,
// under the control bits of that moment.
#pragma once

#include "isa/types.hpp"

namespace vtoll::mmu {

/// Kind of access; the values are bits of a set of rights.
enum class AccessType : u8 { read = 1, write = 2, fetch = 4 };

/// Set of AccessType.
using Rights = u8;
constexpr Rights no_rights = 0, all_rights = 7;
constexpr bool allows(Rights rights, AccessType type) { return rights & static_cast<u8>(type); }

struct Stage1Permissions {
    u8 pl0 : 2 = 0;  ///< read and write rights, bits as in AccessType
    u8 pl1 : 2 = 0;  ///< at PL1, or at PL2 in the Hyp regime
    u8 xn : 1 = 0;
    u8 pxn : 1 = 0;
    u8 has_domain : 1 = 0;  ///< short descriptors
    u8 : 0;
    u8 domain : 4 = 0;
};

struct Stage2Permissions {
    u8 rw : 2 = 3;  ///< HAP[2:1]
    u8 xn : 1 = 0;
};

/// State outside the entry that takes part in the check.
struct PermissionControl {
    bool privileged = true;
    bool wxn = false, uwxn = false;
    u32 dacr = 0;
};

struct Stage1Check {
    Rights rights;
    bool domain_fault;
};

/// What stage 1 lets an access do: domains ARM DDI 0406C §B3.7.3, execute-never §B3.7.2.
inline Stage1Check stage1_rights(Stage1Permissions p, const PermissionControl& c) {
    if (p.has_domain) {
        const u32 domain_access = (c.dacr >> (2 * p.domain)) & 3;
        if (domain_access == 3) return {all_rights, false};  // manager: permission bits and XN are not looked at
        if (domain_access != 1) return {no_rights, true};    // 0b10 is reserved; it denies as 0b00 does
    }
    const u8 rw = c.privileged ? p.pl1 : p.pl0;
    const bool never =
        p.xn || (c.privileged && p.pxn) || (c.wxn && (rw & 2)) || (c.uwxn && c.privileged && (p.pl0 & 2));
    const bool exec = (rw & 1) && !never;
    return {static_cast<Rights>(rw | exec << 2), false};
}

inline Rights stage2_rights(Stage2Permissions p) {
    const bool exec = (p.rw & 1) && !p.xn;
    return static_cast<Rights>(p.rw | exec << 2);
}

}  // namespace vtoll::mmu
