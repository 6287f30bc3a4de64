// SPDX-License-Identifier: Apache-2.0
// Exits that a host takes part in: a processor of a virtual machine traps, the host runs (a kernel at PL1 with stage 2
// off, processes of a kernel in Hyp mode), and some processor of the hardware enters the machine again.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/ledger/book/open_episodes.hpp"

namespace vtoll::core {

class Ledger;

/// Who works in such an exit: X(enumerator, name in files, head of a column).
#define VTOLL_EXIT_PARTS(X)                                                 \
    /* in Hyp mode, from the trap to the host */                            \
    X(way_in, "way-in", "way in")                                           \
    /* the host's kernel, on the processor that trapped */                  \
    X(host_kernel, "host-kernel", "host kernel")                            \
    /* its programs */                                                      \
    X(host_user, "host-user", "host user")                                  \
    /* in Hyp mode, from the host to the machine, on whichever processor */ \
    X(way_back, "way-back", "way back")

#define VTOLL_ENUMERATOR(enumerator, ...) enumerator,
enum class ExitPart : u8 { VTOLL_EXIT_PARTS(VTOLL_ENUMERATOR) count };
#undef VTOLL_ENUMERATOR
inline constexpr auto exit_parts = static_cast<std::size_t>(ExitPart::count);

std::string_view name_of(ExitPart part);
std::string_view describe(ExitPart part);
std::optional<ExitPart> exit_part_from_name(std::string_view name);

struct PartCost {
    u64 insns = 0, ticks = 0;
    bool operator==(const PartCost&) const = default;
};
using PartCosts = std::array<PartCost, exit_parts>;

/// One such exit, or `count` that are alike in everything but when. `kind`: of the episode that began it, without
/// costs; `finished`: the machine ran again.
struct HostExitRow {
    EpisodeKind kind;
    PartCosts parts{};
    u64 count = 0;
    u64 first_tick = 0, last_tick = 0;
    Callers callers = {};

    u64 insns() const;
    u64 ticks() const;
    /// Its name is not the way in's.
    EpisodeKind whole() const {
        EpisodeKind out = kind;
        out.role = EntryRole::whole;
        return out;
    }
    bool alike(const HostExitRow& o) const { return parts == o.parts && kind == o.kind; }
    u64 hash() const;  ///< of what alike() looks at
};

/// `row`, as often as it was, added to `sums`.
void add_parts(PartCosts& sums, const HostExitRow& row);

/// A processor of a virtual machine. VMPIDR tells those of one machine apart.
struct MachineProcessor {
    u8 vm = 0;
    u32 vmpidr = 0;
    bool operator==(const MachineProcessor&) const = default;
};

struct OpenHostExit {
    MachineProcessor machine;
    Ledger* owner = nullptr;  ///< of the processor that trapped; nullptr: none is open
    OpenEpisode way_in;       ///< kept back: what it was about shows when the machine runs again
    u64 ended = 0;            ///< tick at which the host was reached
    PartCosts parts{};

    PartCost& operator[](ExitPart part) { return parts[static_cast<std::size_t>(part)]; }
};

/// Those of all processors of the hardware that are open. One object, which their ledgers share.
class HostExits {
public:
    /// A place for an exit of that machine's processor; what was open there, or has to give way, is in it still.
    OpenHostExit& place(MachineProcessor machine);
    /// The open one, nullptr when there is none.
    OpenHostExit* open(MachineProcessor machine);
    /// One that `owner` opened, nullptr when none is left.
    OpenHostExit* left_by(const Ledger* owner);

    /// Whose work it was, by what the whole run shows. Until then code with stage 2 off counts as a host's, and Hyp
    /// mode outside exceptions as a hypervisor's.
    World settled(World booked, bool in_exception) const;

    // What the run so far says of the software.
    bool hosted = false;    ///< some machine has a host, or Hyp mode has processes
    bool resident = false;  ///< Hyp mode has processes: HCR.TGE

private:
    static constexpr std::size_t most = 1024;

    std::vector<std::unique_ptr<OpenHostExit>> places_;
    std::size_t last_ = 0;    ///< the place used last
    std::size_t oldest_ = 0;  ///< that gives way next when all are taken
};

}  // namespace vtoll::core
