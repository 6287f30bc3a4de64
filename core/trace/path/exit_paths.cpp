// SPDX-License-Identifier: Apache-2.0
#include "core/trace/path/exit_paths.hpp"

#include <map>
#include <unordered_map>
#include <utility>

#include "core/trace/path/describe_path.hpp"

namespace vtoll::core::trace {

namespace {

constexpr std::size_t most_steps = 1u << 20;
constexpr auto exception_stall = static_cast<std::size_t>(Stall::exception);

}  // namespace

/// One processor's part: hears of its instructions from the processor, and from the books who pays for them.
class ExitPaths::Recorder final : public Slices, public BookingSink {
public:
    Recorder(ExitPaths& all, Processor& cpu, unsigned index, isa::Privilege level)
        : Slices(cpu), all_(all), cpu_(cpu), index_(index), level_(level) {}
    ~Recorder() override { cpu_.set_trace_sink(nullptr); }

    void listen() {
        cpu_.set_trace_sink(this);
        cpu_.record_instructions();
        forget();
    }
    /// The books open.
    void forget() {
        restart();
        interval_.clear();
        interval_steps_.clear();
        open_.clear();
        followed_ = 0;
        behind_.reset();
        marked_ = cpu_.stalls();
    }

private:
    /// An episode that is open.
    struct Open {
        PlaceCosts costs;
        u64 began = 0;
        bool followed = false;  ///< step by step
        std::vector<PathStep> steps;
        bool cut = false;
    };

    // --- Slices
    bool listens_to(const BlockKey& key, u32) const override { return key.privilege() == level_; }
    void took(const Slice& slice) override {
        PlaceCost cost{slice.executed, slice.ticks, slice.stalls};
        pay(slice.place, slice.begin, with_issue(cost));
    }

    // --- BookingSink
    void opened(u64 episode, const EpisodeKind& kind, Counts at) override {
        if (kind.world == World::user || kind.world == World::kernel) return;
        Open& open = open_[episode];
        if (!spare_.empty()) {
            open.costs = std::move(spare_.back());
            open.costs.clear();
            spare_.pop_back();
        }
        open.began = at.ticks;
        open.followed = wants(at.ticks);
        followed_ += open.followed;
    }

    void booked(const Payer& payer, u16 phase, u16, Counts from, Counts to) override {
        const bool hardware = (phase == phase_hardware_entry || phase == phase_hardware_exit) && from.insns == to.insns;
        if (payer.world == World::user || payer.world == World::kernel) follow_guest(hardware, from, to);
        marked_ = cpu_.stalls();
        if (payer.world == World::idle) {
            pass(to.ticks);
            return;
        }
        if (hardware) {
            PlaceCost cost{1, to.ticks - from.ticks, {}};
            cost.stalls[exception_stall] = static_cast<s64>(cost.ticks);
            const auto kind = phase == phase_hardware_entry ? PathPlace::Kind::entry : PathPlace::Kind::leaving;
            pay({.kind = kind, .level = level_}, from.ticks, cost);
            pass(to.ticks);
        } else if (!in_block() && to.ticks > told_until()) {
            const u64 begin = told_until();
            PlaceCost cost{0, to.ticks - begin, pass(to.ticks)};
            pay({.kind = PathPlace::Kind::between, .level = level_}, begin, with_issue(cost));
        }
        settle(payer.episode);
    }

    void left(u64, Counts) override {}

    void closed(u64 episode, const EpisodeKind& kind, bool) override {
        const auto found = open_.find(episode);
        if (found == open_.end()) return;
        Open& open = found->second;
        followed_ -= open.followed;
        behind_ = all_.group_of_(kind);
        if (behind_) add(*behind_, kind, open);
        spare_.push_back(std::move(open.costs));
        open_.erase(found);
    }

    void add(unsigned number, const EpisodeKind& kind, Open& open) {
        Group& group = all_.groups_[number];
        group.insns += kind.insns();
        group.ticks += kind.ticks();
        const StallTotals booked = kind.stalls();
        for (std::size_t i = 0; i < stall_count; ++i) group.stalls[i] += static_cast<s64>(booked[i]);
        ++group.lengths[kind.ticks()];
        group.sums.add(open.costs);
        if (!open.followed || all_.episode_ || all_.wanted_->group != number) return;
        if (!all_.wanted_->began && group.sums.count() != all_.wanted_->number) return;
        all_.episode_ = {index_, open.began, group.sums.count(), kind.ticks(), std::move(open.steps), open.cut};
    }

    void follow_guest(bool hardware, Counts from, Counts to) {
        if (!behind_) return;
        ExitPath::Guest& guest = all_.groups_[*behind_].guest;
        guest.insns += to.insns - from.insns;
        s64 rest = static_cast<s64>(to.ticks - from.ticks);
        if (hardware) guest.stalls[exception_stall] += std::exchange(rest, 0);
        else
            for (std::size_t i = first_core_stall; i < exception_stall; ++i) {
                const s64 more = static_cast<s64>(cpu_.stalls()[i] - marked_[i]);
                guest.stalls[i] += more;
                rest -= more;
            }
        guest.stalls[0] += rest;
    }

    bool wants(u64 began) const {
        if (!all_.wanted_ || all_.episode_) return false;
        const WantedEpisode& wanted = *all_.wanted_;
        return !wanted.began || (wanted.cpu == index_ && *wanted.began == began);
    }

    /// For whoever pays for the interval that is under way.
    void pay(const PathPlace& place, u64 begin, const PlaceCost& cost) {
        const u32 number = all_.places_.number(place);
        interval_.at(number).add(cost);
        if (followed_ && interval_steps_.size() <= most_steps)
            interval_steps_.push_back({number, begin, cost.ticks, cost.stalls});
    }

    void settle(u64 episode) {
        if (const auto found = open_.find(episode); found != open_.end()) {
            Open& open = found->second;
            open.costs.add(interval_);
            if (open.followed)
                for (PathStep& step : interval_steps_) {
                    open.cut |= open.steps.size() >= most_steps;
                    if (!open.cut) open.steps.push_back(step);
                }
        }
        interval_.clear();
        interval_steps_.clear();
    }

    ExitPaths& all_;
    Processor& cpu_;
    const unsigned index_;
    const isa::Privilege level_;
    PlaceCosts interval_;  ///< since the books were told last
    std::vector<PathStep> interval_steps_;
    std::unordered_map<u64, Open> open_;
    std::vector<PlaceCosts> spare_;
    unsigned followed_ = 0;           ///< open ones that are
    std::optional<unsigned> behind_;  ///< group of the exit that ended last
    StallTotals marked_{};            ///< the processor's, when the books were told last
};

ExitPaths::ExitPaths(Simulation& run, Books& books, unsigned groups, GroupOf group_of,
                     std::optional<WantedEpisode> wanted)
    : run_(run), group_of_(std::move(group_of)), wanted_(wanted), groups_(groups) {
    const MachineKeys& machine = run.machine().config();
    const isa::Privilege level = machine.virtualization ? isa::Privilege::pl2 : isa::Privilege::pl1;
    for (unsigned i = 0; i < machine.cpus; ++i)
        recorders_.push_back(std::make_unique<Recorder>(*this, run.cpu(i), i, level));
    books.tell([this](unsigned cpu) {
        groups_.assign(groups_.size(), {});
        episode_.reset();
        recorders_[cpu]->forget();
        return recorders_[cpu].get();
    });
    run.add(*this);
}

ExitPaths::~ExitPaths() = default;

void ExitPaths::attach(Simulation&) {
    for (const auto& recorder : recorders_) recorder->listen();
}

void ExitPaths::finish(Simulation&) {}

ExitPath ExitPaths::path(unsigned number) const {
    const Group& group = groups_.at(number);
    ExitPath path;
    std::vector<Counted> lengths;
    for (const auto& [ticks, count] : group.lengths) lengths.push_back({ticks, count});
    path.each = distribution(std::move(lengths));
    path.insns = group.insns;
    path.ticks = group.ticks;
    path.stalls = group.stalls;
    path.guest = group.guest;
    describe_path(path, run_, group.sums.lines(places_), wanted_ && wanted_->group == number ? episode_ : std::nullopt);
    return path;
}

}  // namespace vtoll::core::trace
