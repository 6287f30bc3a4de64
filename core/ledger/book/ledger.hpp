// SPDX-License-Identifier: Apache-2.0
// The books of one processor: every instruction and tick goes to exactly one account.
#pragma once

#include <tsl/robin_map.h>

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/ledger/book/booking.hpp"
#include "core/ledger/book/episode.hpp"
#include "core/ledger/book/host_exits.hpp"
#include "core/ledger/book/open_episodes.hpp"
#include "core/ledger/book/rows.hpp"
#include "core/ledger/book/world_policy.hpp"
#include "core/seam/observer.hpp"

namespace vtoll::core {

/// One line of the books. `vm`: the machine that ran, or that the hypervisor worked for; 0: none, a host.
struct Account {
    World world;
    Cause cause;
    u16 phase;
    Stall stall;
    u64 insns, ticks;
    u8 vm = 0;
};

/// What happened between a DBG #3 and the next DBG #4 of the same processor.
struct Sample {
    Counts total;
    Counts hypervisor;  ///< part of total
    u32 hyp_entries = 0;
    u32 mode_switches = 0, address_space_switches = 0;
    bool measured = false;
    u64 idle = 0;   ///< ticks asleep, part of total
    u64 turns = 0;  ///< ticks that `total` may be off by: CpuIf::out_of_step()
};

struct MarkerHit {
    unsigned option;
    Counts at;
};

/// Contexts of one level, threads of a hypervisor or kernel, that gave way to another inside an exception.
struct Contexts {
    u64 parked = 0, resumed = 0;
    u64 abandoned = 0;  ///< never came back

    bool operator==(const Contexts&) const = default;
};

/// Counts of things that are no account: crossings and switches.
struct Crossings {
    u64 mode_switches = 0;  ///< changes of privilege level or of mode by exception or return
    /// Returns to a less privileged level that runs in another addressing context (TTBRn, ASID, VMID, DACR) than the
    /// code that ran there before.
    u64 address_space_switches = 0;
    u64 hyp_entries = 0;
    std::array<u64, 64> hyp_entries_by_ec{};  ///< traps, by HSR.EC
    u64 hyp_entries_irq = 0, hyp_entries_fiq = 0;
    u64 device_reads = 0, device_writes = 0;
    Contexts contexts;
};

class Ledger final : public Observer {
public:
    Ledger();

    void exception_taken(const isa::CpuState&, const isa::ExceptionTaken&, Counts at, u32 entry_ticks) override;
    void exception_returned(const isa::CpuState&, isa::Mode from, Counts at, u32 return_ticks) override;
    void region_entered(u32 region, Counts at) override;
    void marker(const isa::CpuState&, unsigned option, Counts at) override;
    void address_translated(Counts at) override;
    void device_accessed(const DeviceAccess&, Counts at) override;
    void register_accessed(const isa::RegisterAccess&, u32 ticks) override;
    void controls_changed(const isa::CpuState&, Counts at) override;
    void idled(Counts at, u64 until) override;
    void out_of_step(u64 ticks) override;

    // --- before begin()
    void set_policy(const WorldPolicy& policy) { policy_ = policy; }
    /// Rows of the machine, which all its ledgers share.
    void set_rows(Rows* rows) { run_rows_ = rows; }
    /// What machines are inside exits that a host takes part in, for all ledgers.
    void set_host_exits(HostExits* exits) { host_exits_ = exits; }
    /// What the processor has counted at any moment between transitions.
    void set_clock(std::function<Counts()> clock) { clock_ = std::move(clock); }
    /// There need not be one. Details that are kept apart however many there are: calls that somebody has a name for.
    void set_known_details(std::function<bool(const EpisodeKind&)> known) { known_ = std::move(known); }
    /// There need not be one. Tells `sink` what is booked. Regions are numbers in `parts`; phases when that is nullptr.
    void set_sink(BookingSink* sink, const std::vector<RegionPart>* parts) {
        sink_ = sink;
        parts_ = parts;
    }
    /// The books open in this state, with these counts: not 0 after a restore. `measuring`: between DBG #1 and DBG #2.
    void begin(const isa::CpuState& s, Counts at, bool measuring = false);
    bool measuring() const { return measuring_; }
    /// Close the books: open episodes are booked as they are.
    void close(Counts at);

    /// After close() of all ledgers: the worlds as the whole run shows them.
    void settle(const HostExits& hosts);

    /// After settle(). Sorted by world, cause, machine, phase, stall; accounts of zero left out.
    std::vector<Account> accounts() const;
    /// After settle(). In order of first occurrence.
    const std::vector<EpisodeRow>& episodes() const { return rows_; }
    const std::vector<HostExitRow>& host_exits() const { return host_rows_; }
    const std::vector<Sample>& samples() const { return samples_; }
    const std::vector<MarkerHit>& markers() const { return markers_; }
    const Crossings& crossings() const { return crossings_; }
    const std::vector<RowCounts>& row_counts() const {
        return row_counts_;
    }  ///< by row; those at the end may be missing
    const FactBook& facts() const { return facts_; }
    Counts total() const { return last_; }
    Counts started() const { return started_; }

private:
    struct KindHash {
        std::size_t operator()(const EpisodeKind& k) const;
    };

    void book(Counts at);
    void follow_row(Counts at);
    void close_row(Counts at);
    void book_waits(const StallTotals& now);
    void book_exception(u16 phase, u32 ticks);
    void grow(OpenEpisode& episode, u16 phase, u64 insns, u64 ticks);
    /// A return within a level: from an exception that is open here, or to another context of that level.
    void returned_inside(OpenEpisodes& open, const isa::CpuState& s);
    void abandon(OpenStack& context);
    void finish(OpenEpisode& episode, const isa::CpuState& s);
    /// A machine's exit that goes on in its host: `episode` is the way in.
    void reach_host(OpenEpisode& episode);
    /// A machine runs, or a process of Hyp mode's kernel. `back`: the entry from its host that this leaves, nullptr
    /// when it was none.
    void enter_machine(const isa::CpuState& s, OpenEpisode* back);
    /// The last of an exit that this ledger opened. `s`: the machine runs in it; nullptr: nobody saw it run again.
    void end_host_exit(OpenHostExit& exit, const isa::CpuState* s);
    /// Whose facts are met now: pending() when there is one, else payer()'s.
    FactBook::Pending* pending() { return top_ ? &top_->facts : nullptr; }
    FactOwner payer() const {
        return top_ ? FactOwner{top_->kind.world, top_->kind.cause, top_->kind.vm}
                    : FactOwner{world_, Cause::none, vm_};
    }
    void serve(World world, u64 insns, u64 ticks);
    /// Books what its processor did up to this moment, at which another one tells it something.
    void catch_up();
    void store(OpenEpisode& episode);
    void leave(OpenEpisode& episode, bool returned);
    void leave_all(OpenStack& context);  ///< none of them by its return
    void tell(World world, u16 phase, u16 function, Counts from, Counts to);
    u32 bounded_detail(const EpisodeKind& kind);
    void follow(const isa::CpuState& s);
    void compare_addressing_context(const isa::CpuState& s);
    /// Open kernel-level episodes of the virtual machine that runs.
    OpenEpisodes& guest(const isa::CpuState& s) { return guests_[vm_of(s)]; }
    World world_of(const isa::CpuState& s, isa::Mode m) const;
    bool at_hypervisor(isa::Mode m) const;
    bool is_host(const isa::CpuState& s) const;
    /// Which virtual machine runs: its VMID, or the order of its TTBR1 among those seen, with a hypervisor at PL1. 0: a
    /// host.
    u8 vm_of(const isa::CpuState& s);
    /// The same, but one not seen before is not counted as seen.
    u8 known_vm(const isa::CpuState& s) const;

    WorldPolicy policy_;
    BookingSink* sink_ = nullptr;
    const std::vector<RegionPart>* parts_ = nullptr;
    u64 opened_ = 0;
    u16 function_ = 0;
    u8 vm_ = 0;                  ///< that runs or is worked for
    std::vector<u64> machines_;  ///< TTBR1 of the virtual machines seen, with a hypervisor at PL1
    Counts started_{}, last_{};
    u16 phase_ = phase_unnamed;
    World world_ = World::kernel;
    bool hypervisor_level_ = false;  ///< its mode runs, whoever it works for
    bool host_ = false;              ///< below Hyp mode is a host, no machine: at the transition that is told
    bool measuring_ = false;

    OpenEpisodes hyp_open_;
    std::array<OpenEpisodes, 256> guests_;  ///< by VMID
    OpenEpisode* top_ = nullptr;            ///< episode that pays now, nullptr: the world itself

    /// Core stalls by phase of an open episode: added to the accounts when its cause is known.
    using WaitMatrix = std::array<std::array<u64, core_stalls>, max_phases>;
    std::vector<WaitMatrix> matrices_;
    std::vector<std::size_t> free_matrices_;
    static constexpr std::size_t no_matrix = ~std::size_t{0};
    StallTotals last_stalls_{};

    FactBook facts_;

    struct Base {  ///< time in no episode
        std::array<u64, max_phases> insns{}, ticks{}, device{}, exception{};
    };
    struct MachineBook {
        std::array<Base, static_cast<std::size_t>(World::count)> base;
        /// Core stalls of closed episodes and, under Cause::none, of no episode.
        std::array<std::array<WaitMatrix, static_cast<std::size_t>(Cause::count)>,
                   static_cast<std::size_t>(World::count)>
            waits{};
        u64 idle_ticks = 0;
    };
    MachineBook& book_of(u8 vm);
    std::array<std::unique_ptr<MachineBook>, 256> machine_books_;  ///< by machine, made when it is first worked for
    u64 idle_ticks_ = 0;                                           ///< of all

    HostExits* host_exits_ = nullptr;
    std::function<Counts()> clock_;
    OpenHostExit* serving_ = nullptr;  ///< the newest that was taken on this processor: what the host does is for it
    std::vector<HostExitRow> host_rows_;
    std::unordered_multimap<u64, std::size_t> host_index_;  ///< of host_rows_, by hash

    Rows* run_rows_ = nullptr;
    u8 row_ = Rows::none;  ///< what this processor does now belongs to it
    Counts row_began_;     ///< it was taken up here
    std::vector<RowCounts> row_counts_{1};

    /// Details seen per (cause, syndrome): a guest that passes ever new values must not make ever new kinds.
    struct Details {
        Cause cause;
        u32 syndrome;
        std::vector<u32> seen;
    };
    std::vector<Details> details_;
    std::function<bool(const EpisodeKind&)> known_;
    /// By cause: syndrome and detail that bounded_detail() let through last, which are most often the next ones.
    std::array<std::pair<u32, u32>, static_cast<std::size_t>(Cause::count)> last_detail_{};

    tsl::robin_map<EpisodeKind, std::size_t, KindHash> index_;
    std::vector<EpisodeRow> rows_;
    std::array<std::size_t, static_cast<std::size_t>(Cause::count)> last_row_{};  ///< by cause: the row used last

    std::vector<Sample> samples_;
    bool in_sample_ = false;
    Counts sample_start_, hyp_total_, hyp_at_sample_;
    u64 idle_at_sample_ = 0, turns_ = 0, turns_at_sample_ = 0;
    Crossings crossings_at_sample_;
    std::vector<MarkerHit> markers_;
    Crossings crossings_;
    std::array<u64, 3> addressing_context_{};
    bool context_known_ = false;
};

}  // namespace vtoll::core
