// SPDX-License-Identifier: Apache-2.0
#include "core/trace/path/function_path.hpp"

#include <algorithm>
#include <utility>

#include "core/trace/path/describe_path.hpp"

namespace vtoll::core::trace {

namespace {

constexpr std::size_t most_steps = 1u << 20;

u32 end_of(const Symbol& symbol, const Symbols& symbols) {
    if (symbol.size) return symbol.address + symbol.size;
    const auto next = std::ranges::upper_bound(symbols.all(), symbol.address, {}, &Symbol::address);
    return next == symbols.all().end() ? ~u32{0} : next->address;
}

template <class Visit>
void for_each_file(const Simulation& run, Visit visit) {
    const bool virtualization = run.scenario().machine.virtualization;
    for (const LoadedImage& loaded : run.images())
        visit(loaded.image.symbols, levels_of(loaded.spec.symbols, virtualization));
    for (const LoadedSymbols& loaded : run.symbols())
        visit(loaded.symbols, levels_of(loaded.spec.world, virtualization));
}

}  // namespace

std::optional<FunctionCode> find_function(const Simulation& run, const std::string& name) {
    std::optional<FunctionCode> found;
    for_each_file(run, [&](const Symbols& symbols, std::vector<isa::Privilege> levels) {
        if (found) return;
        const auto named = std::ranges::find_if(
            symbols.all(), [&](const Symbol& symbol) { return symbol.function && symbol.name == name; });
        if (named != symbols.all().end()) found = {name, named->address, end_of(*named, symbols), std::move(levels)};
    });
    return found;
}

std::vector<std::string> function_names(const Simulation& run) {
    std::vector<std::string> names;
    for_each_file(run, [&](const Symbols& symbols, const std::vector<isa::Privilege>&) {
        for (const Symbol& symbol : symbols.all())
            if (symbol.function) names.push_back(symbol.name);
    });
    return names;
}

class FunctionPath::Recorder final : public Slices {
public:
    Recorder(FunctionPath& all, Processor& cpu, unsigned index) : Slices(cpu), all_(all), cpu_(cpu), index_(index) {}
    ~Recorder() override { cpu_.set_trace_sink(nullptr); }

    void listen() {
        cpu_.set_trace_sink(this);
        cpu_.record_instructions();
        restart();
    }
    void forget() {
        restart();
        under_way_ = false;
        call_.clear();
        steps_.clear();
    }
    /// Nothing more belongs to the call that is under way.
    void end_call() {
        if (!under_way_) return;
        under_way_ = false;
        u64 ticks = 0;
        for (const u32 place : call_.places()) ticks += call_.of(place).ticks;
        all_.sums_.add(call_);
        ++all_.lengths_[ticks];
        keep_steps(ticks);
        call_.clear();
        steps_.clear();
        cut_ = false;
    }

private:
    bool listens_to(const BlockKey& key, u32 bytes) const override {
        return key.va < all_.code_.end && key.va + bytes > all_.code_.begin &&
               std::ranges::find(all_.code_.levels, key.privilege()) != all_.code_.levels.end();
    }

    /// What ran since the last block of the function is somebody else's.
    void block(const isa::CpuState& s, const BlockKey& key, std::span<const isa::Op> ops, Counts before) override {
        pass(before.ticks);
        Slices::block(s, key, ops, before);
    }

    void took(const Slice& slice) override {
        const u32 address = slice.place.address;
        if (address < all_.code_.begin || address >= all_.code_.end) return;
        if (address == all_.code_.begin && slice.executed) {
            end_call();
            under_way_ = true;
            began_ = slice.begin;
        }
        if (!under_way_) return;
        const u32 number = all_.places_.number(slice.place);
        const PlaceCost cost = with_issue({slice.executed, slice.ticks, slice.stalls});
        call_.at(number).add(cost);
        if (!all_.wanted_) return;
        cut_ |= steps_.size() >= most_steps;
        if (!cut_) steps_.push_back({number, slice.begin, slice.ticks, cost.stalls});
    }

    /// The first call of its length may turn out to be the one that is wanted.
    void keep_steps(u64 ticks) {
        if (!all_.wanted_ || all_.candidates_.contains(ticks)) return;
        const WantedCall& wanted = *all_.wanted_;
        const u64 number = all_.sums_.count();
        if (wanted.which == WantedCall::Which::number && number != wanted.number) return;
        if (wanted.which == WantedCall::Which::dearest) {
            if (!all_.candidates_.empty() && all_.candidates_.rbegin()->first > ticks) return;
            all_.candidates_.clear();
            all_.steps_kept_ = 0;
        }
        if (all_.steps_kept_ + steps_.size() > 4 * most_steps) return;
        all_.steps_kept_ += steps_.size();
        all_.candidates_[ticks] = {index_, began_, number, ticks, steps_, cut_};
    }

    FunctionPath& all_;
    Processor& cpu_;
    const unsigned index_;
    bool under_way_ = false, cut_ = false;
    u64 began_ = 0;
    PlaceCosts call_;
    std::vector<PathStep> steps_;
};

FunctionPath::FunctionPath(Simulation& run, Books& books, FunctionCode code, std::optional<WantedCall> wanted)
    : run_(run), code_(std::move(code)), wanted_(wanted) {
    for (unsigned i = 0; i < run.machine().config().cpus; ++i)
        recorders_.push_back(std::make_unique<Recorder>(*this, run.cpu(i), i));
    books.tell([this](unsigned) {
        restart();
        return nullptr;
    });
    run.add(*this);
}

FunctionPath::~FunctionPath() = default;

void FunctionPath::attach(Simulation&) {
    for (const auto& recorder : recorders_) recorder->listen();
}

void FunctionPath::finish(Simulation&) {
    for (const auto& recorder : recorders_) recorder->end_call();
}

void FunctionPath::restart() {
    sums_ = {};
    lengths_.clear();
    candidates_.clear();
    steps_kept_ = 0;
    for (const auto& recorder : recorders_) recorder->forget();
}

ExitPath FunctionPath::path() const {
    ExitPath path;
    path.name = code_.name;
    path.function = true;
    std::vector<NumberedLine> lines = sums_.lines(places_);
    for (const NumberedLine& each : lines) {
        path.insns += each.line.times;
        path.ticks += each.line.ticks;
        for (std::size_t i = 0; i < stall_count; ++i) path.stalls[i] += each.line.stalls[i];
    }
    std::vector<Counted> lengths;
    for (const auto& [ticks, count] : lengths_) lengths.push_back({ticks, count});
    path.each = distribution(std::move(lengths));
    std::optional<PathEpisode> episode;
    if (wanted_ && !candidates_.empty()) {
        const auto found =
            wanted_->which == WantedCall::Which::median ? candidates_.find(path.each.median) : candidates_.begin();
        if (found != candidates_.end()) episode = found->second;
    }
    describe_path(path, run_, std::move(lines), std::move(episode));
    return path;
}

}  // namespace vtoll::core::trace
