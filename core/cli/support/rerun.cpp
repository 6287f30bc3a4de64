// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/rerun.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "core/cli/support/boot_checkpoint.hpp"
#include "core/cli/support/course.hpp"
#include "core/cli/support/exit_codes.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/support/following.hpp"
#include "core/cli/support/run_folder.hpp"
#include "core/cli/support/signals.hpp"
#include "core/cli/support/terminal.hpp"

namespace vtoll::cli {

namespace fs = std::filesystem;

/// A copy of the folder that the guest used, so that it writes to nobody's files.
class Rerun::Folder {
public:
    explicit Folder(const std::string& original) : copy_("") {
        std::error_code error;
        fs::copy(original, path(), fs::copy_options::recursive, error);
        if (error)
            throw InputError(
                fmt::format("{}: machine.semihosting_folder: can't be copied: {}", original, error.message()));
    }
    fs::path path() const { return copy_.of("files"); }

private:
    RunFolder copy_;
};

Rerun::Rerun(const std::string& run) : Rerun(run, read_books(run)) {}

Rerun::Rerun(const std::string& run, core::RunRecord kept)
    : name_(run), folder_(find_run(run)), kept_(std::move(kept)), manifest_(core::read_manifest(folder_)) {
    if (!manifest_.begun) refuse("was not made by vtoll run, or by an earlier one: how it was begun is not on record");
    const core::Beginning& begun = *manifest_.begun;
    if (begun.changed) refuse("a debugger changed registers or memory, and what it wrote is not on record");
    if (kept_.outcome == core::outcome_name(core::Outcome::Kind::interrupted))
        refuse("it was interrupted, which does not happen twice at the same instruction");
    const fs::path config = folder_ / "config.toml";
    scenario_ = core::parse_scenario(core::read_input(config, config.string()).bytes, config.string(), {});
    if (!begun.own_clock) scenario_.machine.clock_mhz.reset();  // the boot's is another model's
    search_ = search_path_of(begun.asked);
    std::error_code ignored;
    if (!begun.restored.empty() && !fs::exists(begun.restored, ignored))
        refuse(fmt::format("it went on from the checkpoint {}, which is not there", begun.restored));
}

Rerun::~Rerun() = default;

void Rerun::refuse(const std::string& why) const { throw InputError(name_ + ": can't be run again: " + why); }

void Rerun::make_free(const std::vector<std::string>& parts) {
    for (const std::string& part : parts)
        if (std::ranges::find(scenario_.timing.free, part) == scenario_.timing.free.end())
            scenario_.timing.free.push_back(part);
    freed_ = true;
}

int Rerun::build() {
    const core::Beginning& begun = *manifest_.begun;
    if (std::string& folder = scenario_.machine.semihosting_folder; !folder.empty()) {
        files_ = std::make_unique<Folder>(folder);
        folder = files_->path().string();
    }
    if (!begun.restored.empty()) checkpoint_.emplace(begun.restored, begun.restored);
    else if (!scenario_.boot.until.empty()) {
        int status = exit_ok;
        checkpoint_ = boot_checkpoint(scenario_, search_, status);
        if (!checkpoint_) return status;
    }
    simulation_ =
        std::make_unique<core::Simulation>(scenario_, search_, std::nullopt, checkpoint_ ? &*checkpoint_ : nullptr);
    expect_same_inputs();
    simulation_->add(books_);
    return exit_ok;
}

/// What has been read by now. The file of the scenario is not: config.toml has all that it said.
void Rerun::expect_same_inputs() const {
    for (const core::InputFile& now : simulation_->inputs()) {
        const std::vector<std::string> then = manifest_.read_as(now.name);
        if (std::ranges::find(then, now.sha256) != then.end()) continue;
        if (then.empty()) refuse(fmt::format("{} is read, which it did not read then", now.name));
        refuse(fmt::format("{} has changed since (SHA-256 {:.12} then, {:.12} now)", now.name, then[0], now.sha256));
    }
}

/// Of this run and the kept one, "" when there is none.
std::string Rerun::difference() const {
    const core::RunRecord& now = books_.record();
    const auto counted = [](const core::Counts& c) {
        return fmt::format("{} instructions, {} ticks", c.insns, c.ticks);
    };
    if (now.outcome != kept_.outcome || now.guest_code != kept_.guest_code)
        return fmt::format("it ended by {} then, by {} now", kept_.outcome, now.outcome);
    if (now.cpus.size() != kept_.cpus.size()) return "it had other processors";
    for (std::size_t i = 0; i < now.cpus.size(); ++i) {
        const core::ProcessorRecord &then = kept_.cpus[i], &again = now.cpus[i];
        if (then.machine.insns != again.machine.insns || then.machine.ticks != again.machine.ticks)
            return fmt::format("processor {} counted {} then, {} now", i, counted(then.machine),
                               counted(again.machine));
        const auto same = [](const core::EpisodeRow& a, const core::EpisodeRow& b) {
            return a.kind == b.kind && a.count == b.count && a.first_tick == b.first_tick && a.last_tick == b.last_tick;
        };
        if (!std::ranges::equal(then.episodes, again.episodes, same))
            return fmt::format("the episodes of processor {} are others", i);
    }
    return "";
}

int Rerun::carry_out() {
    {
        const Following following(*simulation_, true);
        cli::carry_out(*simulation_, books_, *manifest_.begun, [] {});
    }
    simulation_->finish();
    if (simulation_->outcome().kind == core::Outcome::Kind::interrupted) {
        complain("interrupted");
        return exit_of_signal();
    }
    expect_same_inputs();
    if (freed_) return exit_ok;
    const std::string differs = difference();
    if (differs.empty()) return exit_ok;
    std::string by;
    if (manifest_.version != core::tool_version() || manifest_.commit != core::tool_commit())
        by = fmt::format("; it was made by vtoll {} ({}), this is {} ({})", manifest_.version, manifest_.commit,
                         core::tool_version(), core::tool_commit());
    complain(fmt::format("{}: run again, it did something else: {}{}", name_, differs, by));
    return exit_disagreement;
}

}  // namespace vtoll::cli
