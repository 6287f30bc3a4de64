// SPDX-License-Identifier: Apache-2.0
// A processor's facts as a run leaves them: by name, and where the processor stood when the run ended.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ledger/book/facts.hpp"

namespace vtoll::core {

struct EventFact {
    FactOwner owner;
    MemoryEvent event = MemoryEvent::uncached;
    u64 amount = 0;
    bool operator==(const EventFact&) const = default;
};

struct AccessFact {
    FactOwner owner;
    bool device = false;  ///< a register of a device; else one of the processor's system registers
    std::string name;
    u64 address = 0;  ///< physical, of a device's; 0: there was no room to tell further ones apart
    bool write = false;
    AccessCounts counts;
    bool operator==(const AccessFact&) const = default;
};

/// The first of the faults that the software was in the middle of.
struct FirstFault {
    std::string kind;             ///< "Data Abort"
    u32 pc = 0;                   ///< of the instruction
    std::string place, mode;      ///< its symbol, "" when it has none; the mode it was taken from
    std::string status, address;  ///< registers with their values and what those mean; "" when there is none
    u64 insns = 0;                ///< executed before it
    bool operator==(const FirstFault&) const = default;
};

/// "Data Abort at 0x40008014 <setup+0x14> in svc mode, behind instruction 5, DFSR ..., DFAR ..."
std::string words_of(const FirstFault& fault);

/// Where a processor stood when the run ended.
struct Ending {
    u32 pc = 0;
    std::string place, mode;
    bool branch_to_self = false;  ///< it goes round in one
    bool interruptible = false;   ///< an interrupt might end that
    bool at_vector = false;       ///< in the vectors of its level: the branch stands for a handler
    std::optional<FirstFault> fault;
    bool operator==(const Ending&) const = default;
};

struct Facts {
    std::vector<ControlFact> controls;
    std::vector<EventFact> events;
    std::vector<AccessFact> accesses;
    std::optional<Ending> ending;
    bool operator==(const Facts&) const = default;
};

/// Without the ending, of which a ledger knows nothing. Zeros are left out.
Facts facts_of(const FactBook& book);

/// The register of a device of the machine at `pa`: "GICH_LR0", "pl011 + 0x18", or the address.
std::string device_register(u64 pa);

struct ControlName {
    bool Controls::*member;
    std::string_view name, description;
};
/// In the order of the columns.
std::span<const ControlName> control_names();

}  // namespace vtoll::core
