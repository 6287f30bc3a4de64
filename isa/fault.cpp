// SPDX-License-Identifier: Apache-2.0
// Fault status encodings, ARM DDI 0406C §B3.13.3.
#include "isa/fault.hpp"

#include <array>
#include <utility>

#include "isa/fault_names.hpp"

namespace vtoll::isa {

u32 fault_status_short(const Fault& f) {
    const u32 second = f.level == 2 ? 2 : 0;
    u32 status = 0;
    switch (f.kind) {
    case FaultKind::none: break;
    case FaultKind::alignment: status = 0x01; break;
    case FaultKind::debug: status = 0x02; break;
    case FaultKind::icache_maintenance: status = 0x04; break;
    case FaultKind::translation: status = 0x05 | second; break;
    case FaultKind::access_flag: status = f.level == 2 ? 0x06 : 0x03; break;
    case FaultKind::domain: status = 0x09 | second; break;
    case FaultKind::permission: status = 0x0d | second; break;
    case FaultKind::sync_external: status = 0x08; break;
    case FaultKind::sync_external_walk: status = 0x0c | second; break;
    case FaultKind::async_external: status = 0x16; break;
    case FaultKind::tlb_conflict: status = 0x10; break;
    }
    return (status & 0xf) | (status & 0x10) << 6;
}

u32 fault_status_long(const Fault& f) {
    const u32 level = f.level & 3u;
    switch (f.kind) {
    case FaultKind::none: break;
    case FaultKind::alignment: return 0x21;
    case FaultKind::debug: return 0x22;
    case FaultKind::icache_maintenance: return 0x04 | level;  // the format reports the underlying translation fault
    case FaultKind::translation: return 0x04 | level;
    case FaultKind::access_flag: return 0x08 | level;
    case FaultKind::domain: return 0x3c | level;
    case FaultKind::permission: return 0x0c | level;
    case FaultKind::sync_external: return 0x10;
    case FaultKind::sync_external_walk: return 0x14 | level;
    case FaultKind::async_external: return 0x11;
    case FaultKind::tlb_conflict: return 0x30;
    }
    return 0;
}

std::string fault_status_name(u32 status, bool long_format) {
    struct Name {
        FaultKind kind;
        const char* text;
        u8 levels;
    };
    // The first that fits: icache_maintenance has a code of its own in the Short-descriptor format only.
    constexpr std::array<Name, 11> names{
        {{FaultKind::alignment, "alignment fault", 0},
         {FaultKind::debug, "debug event", 0},
         {FaultKind::translation, "translation fault", 3},
         {FaultKind::access_flag, "access flag fault", 3},
         {FaultKind::domain, "domain fault", 2},
         {FaultKind::permission, "permission fault", 3},
         {FaultKind::sync_external, "synchronous external abort", 0},
         {FaultKind::sync_external_walk, "external abort on a table walk", 3},
         {FaultKind::async_external, "asynchronous external abort", 0},
         {FaultKind::tlb_conflict, "TLB conflict", 0},
         {FaultKind::icache_maintenance, "fault of instruction cache maintenance", 0}}};
    const u32 field = long_format ? status & 0x3f : status & 0x40f;
    for (const Name& name : names)
        for (u8 level = name.levels ? 1 : 0; level <= name.levels; ++level) {
            const Fault fault{.kind = name.kind, .level = level};
            if ((long_format ? fault_status_long(fault) : fault_status_short(fault)) != field) continue;
            return level ? std::string(name.text) + ", level " + std::to_string(level) : name.text;
        }
    return "status " + std::to_string(field);
}

}  // namespace vtoll::isa
