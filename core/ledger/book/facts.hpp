// SPDX-License-Identifier: Apache-2.0
// What a processor's software had of the hardware, and asked of it: which MMU and caches were on, which registers and
// devices an exit looked at and whether that told it anything new, which accesses the caches could not serve. The
// accounts say what it cost; this says why. Gathered at transitions and at events that are rare by themselves.
#pragma once

#include <array>
#include <compare>
#include <map>
#include <unordered_map>
#include <vector>

#include "core/ledger/book/causes.hpp"
#include "core/seam/observer.hpp"

namespace vtoll::core {

class HostExits;

/// An account without its phase and stall.
struct FactOwner {
    World world = World::kernel;
    Cause cause = Cause::none;
    u8 vm = 0;
    auto operator<=>(const FactOwner&) const = default;
};

/// `same`: of the reads, those that gave what the last access to the place did; of the writes, those that changed
/// nothing. Of an operation neither is known.
struct AccessCounts {
    u64 count = 0, same = 0;
    u64 ticks = 0, same_ticks = 0;  ///< of a register: by the prices of the instructions

    void add(const AccessCounts& more);
    bool operator==(const AccessCounts&) const = default;
};

/// What translates and what caches at a level of privilege: X(member, name in files, what it is).
#define VTOLL_CONTROLS(X)                                                                        \
    X(mmu, "mmu", "stage 1 translates: SCTLR.M or HSCTLR.M")                                     \
    X(data_cache, "data-cache", "SCTLR.C or HSCTLR.C")                                           \
    X(code_cache, "code-cache", "SCTLR.I or HSCTLR.I")                                           \
    X(default_cacheable, "default-cacheable", "HCR.DC")                                          \
    X(walk1_inner, "walk-stage1-inner", "inner caches may hold its tables: IRGN of TTBR0, HTCR") \
    X(walk1_outer, "walk-stage1-outer", "outer caches may: RGN, ORGN")                           \
    X(stage2, "stage2", "stage 2 translates: HCR.VM")                                            \
    X(walk2_inner, "walk-stage2-inner", "inner caches may hold its tables: VTCR.IRGN0")          \
    X(walk2_outer, "walk-stage2-outer", "outer caches may: VTCR.ORGN0")

struct Controls {
#define VTOLL_MEMBER(member, ...) bool member = false;
    VTOLL_CONTROLS(VTOLL_MEMBER)
#undef VTOLL_MEMBER
    /// Of the level that runs.
    static Controls of(const isa::CpuState& s);
    auto operator<=>(const Controls&) const = default;
};

/// What was done in a world under some controls.
struct ControlFact {
    World world = World::kernel;
    bool in_exception = false;
    Controls controls;
    u64 insns = 0, ticks = 0;
    u64 uncached = 0, uncached_ticks = 0;  ///< loads, stores and fetches that L1 might not hold
    bool operator==(const ControlFact&) const = default;
};

class FactBook {
public:
    /// Facts of an episode, whose cause is known when it is over.
    using Pending = std::size_t;
    static constexpr Pending none = ~std::size_t{0};

    /// Registers are numbered as RegisterAccess has them; behind them devices' registers, in the order in which they
    /// were met.
    struct Table {
        MemoryEventTotals events{};
        std::vector<AccessCounts> accesses;  ///< 2 * place + (1: written)
    };
    const std::map<FactOwner, Table>& tables() const { return tables_; }
    const std::vector<ControlFact>& controls() const { return controls_; }
    /// Physical address of a place behind those of registers; nullopt: one of those that there was no room for.
    std::optional<u64> device_at(std::size_t place) const;

    void begin(const Counts& at);
    /// From now on the world runs under these controls, in an exception or not.
    void stand(World world, bool in_exception, const isa::CpuState& s);
    /// `s` runs under others than it stands under.
    bool moved(const isa::CpuState& s) const { return s.is_hyp() == hyp_ && signature(s) != levels_[hyp_].signature; }
    /// The processor was asleep.
    void slept(u64 ticks) { since_.ticks += ticks; }

    // --- `pending`: of the episode that pays; nullptr: `owner` does
    /// What was done up to now: somebody else pays, or stands, from now on.
    void did(Pending* pending, const FactOwner& owner, const Counts& at) {
        ControlFact& here = controls_[standing_];
        here.insns += at.insns - since_.insns;
        here.ticks += at.ticks - since_.ticks;
        since_.insns = at.insns;
        since_.ticks = at.ticks;
        if (at.events && at.events->changes() != changes_) [[unlikely]]
            count(pending, owner, *at.events);
    }
    void accessed(Pending* pending, const FactOwner& owner, const isa::RegisterAccess& access, u32 ticks);
    void accessed(Pending* pending, const FactOwner& owner, const DeviceAccess& access);
    /// The episode's cause is known.
    void settle(Pending& pending, const FactOwner& owner) {
        if (pending != none) [[unlikely]]
            add(pending, owner);
    }

    /// The worlds as the whole run shows them.
    void settle_worlds(const HostExits& hosts);

private:
    static constexpr std::size_t most_devices = 1024;
    /// An episode may go on for ever: what it has noted by then goes to the cause that it has.
    static constexpr std::size_t most_notes = 4096;

    struct Note {
        u32 place;  ///< 2 * place + (1: written)
        u32 ticks;
        bool same;
    };
    struct Notes {
        MemoryEventTotals events{};
        std::vector<Note> log;
    };
    struct Place {
        u64 value = 0;
        bool known = false;
    };

    /// Hyp mode, and what is below it: each keeps its controls while the other runs, as a rule.
    struct Level {
        u64 signature = 0;
        Controls controls;
        std::array<std::size_t, 2 * static_cast<std::size_t>(World::count)> places{};  ///< in controls_; 0: not yet
    };
    /// All that Controls::of() looks at.
    static u64 signature(const isa::CpuState& s);
    void count(Pending* pending, const FactOwner& owner, const MemoryEvents& events);
    void note(Pending* pending, const FactOwner& owner, const Note& note);
    Notes& notes_of(Pending& pending);
    Table& table_of(const FactOwner& owner);
    static void add(Table& table, const Note& note);
    void add(Pending& pending, const FactOwner& owner);
    std::size_t place_of(u64 pa);
    /// Did the place have that value? It has it now.
    bool had(std::size_t place, u64 value);

    std::map<FactOwner, Table> tables_;
    Table* last_table_ = nullptr;
    FactOwner last_owner_;
    std::vector<ControlFact> controls_{1};  ///< the first is nobody's
    std::size_t standing_ = 0;
    bool hyp_ = false;
    std::array<Level, 2> levels_;
    Counts since_;  ///< what came before is in some controls
    MemoryEventTotals seen_{};
    u64 changes_ = 0;
    std::vector<Place> places_;
    std::unordered_map<u64, std::size_t> device_places_;
    std::vector<u64> devices_;
    std::vector<Notes> notes_;
    std::vector<Pending> free_notes_;
};

}  // namespace vtoll::core
