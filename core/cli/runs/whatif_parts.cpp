// SPDX-License-Identifier: Apache-2.0
#include "core/cli/runs/whatif_parts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/cli/kept_runs.hpp"
#include "core/cli/support/python.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/report/spread.hpp"
#include "core/report/whatif/parts_worth.hpp"
#include "core/scenario/manifest.hpp"
#include "core/scenario/stock_image.hpp"
#include "core/timing/free_parts.hpp"

namespace vtoll::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* together = "all together";

/// What is run again: the words that `vtoll run` finds it by, and the scenario.
struct Asked {
    std::string words;
    FoundScenario found;
};

/// What a run directory says was read is still there. A file that has changed would be another run.
void check_inputs(const fs::path& folder, const FoundScenario& found) {
    const core::Manifest manifest = core::read_manifest(folder);
    for (const core::ImageSpec& image : found.scenario.images) {
        const std::vector<std::string> then = manifest.read_as(image.file);
        if (then.empty() || core::is_stock_image(image.file)) continue;
        const std::string now = core::read_named(found.search, image.file, found.scenario.name).sha256;
        if (std::ranges::find(then, now) == then.end())
            throw InputError(fmt::format("{}: {} is another than the run has read; expected SHA-256 {}",
                                         folder.string(), image.file, then[0]));
    }
}

Asked asked_for(const PartsOptions& options, std::vector<std::string> overrides) {
    std::error_code ignored;
    const fs::path folder(options.scenario);
    if (!fs::is_directory(folder, ignored)) return {options.scenario, find_scenario(options.scenario, overrides)};
    const std::string config = (folder / "config.toml").string();
    if (!fs::exists(config, ignored))
        throw InputError(options.scenario + ": not a run directory: no config.toml; expected what vtoll run leaves");
    Asked asked{config, find_scenario(config, overrides)};
    check_inputs(folder, asked.found);
    return asked;
}

/// A choice of free parts.
struct Choice {
    std::string label, what;
    std::vector<std::string> free;
};

std::vector<Choice> choices_of(const PartsOptions& options, const core::TimingKeys& timing,
                               const core::Pricing& pricing) {
    std::vector<Choice> choices{{"nothing", "as it is", timing.free}};
    std::vector<std::string> all = timing.free;
    const core::FreeParts priced = core::parts_of(pricing);
    for (std::size_t i = 0; i < std::size(core::free_part_rows); ++i) {
        const std::string name(core::free_part_rows[i].name);
        const bool wanted = options.parts.empty() || std::ranges::find(options.parts, name) != options.parts.end();
        if (!wanted || std::ranges::find(timing.free, name) != timing.free.end()) continue;
        if (!priced.has(static_cast<core::FreePart>(i))) {
            if (options.parts.empty()) continue;
            throw InputError(fmt::format("--part {}: '{}' has no price of its own for this", name, pricing.name));
        }
        choices.push_back({name, std::string(core::free_part_rows[i].what), timing.free});
        choices.back().free.push_back(name);
        all.push_back(name);
    }
    if (choices.size() == 1)
        throw InputError(fmt::format("'{}' has no part that could be free; expected another --timing", pricing.name));
    if (choices.size() > 2) choices.push_back({together, "all of these", all});
    return choices;
}

class Runs {
public:
    Runs(const PartsOptions& options)
        : options_(options), asked_(asked_for(options, options.set)), kept_(options.keep), first_(options.keep) {
        core::TimingKeys& timing = asked_.found.scenario.timing;
        rung_ = !options.timing.empty() ? options.timing : timing.rung == "functional" ? usual_model : timing.rung;
        timing.rung = rung_;
        const core::Pricing pricing = core::pricing_for(timing);
        has_caches = pricing.core != nullptr;
        placements = placements_of(options.placements, pricing);
        choices = choices_of(options, timing, pricing);
        for (const Choice& choice : choices)
            for (const u64 placement : placements) runs_.push_back(add(kept_, choice, placement));
        (void)add(first_, choices.front(), placements.front());
    }

    /// The run as it is comes first: what is wrong with it is one line. Returns an exit code.
    int carry_out() {
        first_.carry_out(options_.jobs, options_.quiet);
        if (!first_.failure(0).empty()) {
            complain(first_.failure(0));
            return first_.status(0) == exit_ok ? exit_invalid_input : first_.status(0);
        }
        kept_.carry_out(options_.jobs, options_.quiet);
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            const std::string& failure = kept_.failure(runs_[i]);
            if (failure.empty()) continue;
            complain(fmt::format("{} free: {}", choices[i / placements.size()].label, failure));
            return kept_.status(runs_[i]) == exit_ok ? exit_invalid_input : kept_.status(runs_[i]);
        }
        return exit_ok;
    }

    std::vector<core::PartRun> in_placement(std::size_t at) const {
        std::vector<core::PartRun> out;
        for (std::size_t i = 0; i < choices.size(); ++i)
            out.push_back({core::load_run(kept_.directory(runs_[i * placements.size() + at]), choices[i].label),
                           choices[i].what});
        return out;
    }

    std::vector<Choice> choices;
    std::vector<u64> placements;
    bool has_caches = false;

private:
    std::size_t add(KeptRuns& to, const Choice& choice, u64 placement) const {
        std::vector<std::string> overrides = options_.set;
        overrides.push_back("timing.rung=" + rung_);
        if (!choice.free.empty()) overrides.push_back(fmt::format("timing.free={}", fmt::join(choice.free, ",")));
        const std::string model = fs::path(rung_).stem().string();
        const std::string name = fmt::format(
            "{}-{}{}", asked_.found.scenario.name, model,
            &choice == &choices.front() ? "" : "-free-" + (choice.label == together ? "all" : choice.label));
        return to.add(placed_name(name, placement), asked_.words, placed(overrides, placement));
    }

    const PartsOptions& options_;
    Asked asked_;
    std::string rung_;
    KeptRuns kept_, first_;
    std::vector<std::size_t> runs_;  ///< of each choice, all placements
};

core::PlainTable table_of(const Runs& runs, const core::Scope& scope) {
    std::vector<std::vector<core::PartRun>> all;
    std::vector<core::PlainTable> tables;
    for (std::size_t at = 0; at < runs.placements.size(); ++at) {
        all.push_back(runs.in_placement(at));
        tables.push_back(core::parts_table(all.back(), scope));
    }
    core::PlainTable table = core::over_placements(std::move(tables), runs.placements);
    table.after = {
        "worth: ticks that the run with the part free takes less, and their share. What is executed and, but for "
        "refill, what caches, TLBs and predictors hold stays as it is; only the price is gone (docs/whatif.md). Parts "
        "hide each other's "
        "waits, so all together are worth more or less than their sum."};
    if (const core::ComparedRun& last = all.front().back().run; last.label == together)
        table.after.push_back(core::parts_left(last.record));
    for (const std::string& note : core::parts_notes(all)) table.after.push_back(note);
    if (const std::string about = core::about_placements(runs.placements, runs.has_caches); !about.empty())
        table.after.push_back(about);
    return table;
}

}  // namespace

int whatif_parts(const PartsOptions& options) {
    Runs runs(options);
    if (const int status = runs.carry_out(); status != exit_ok) return status;
    const core::PlainTable table = table_of(runs, {options.whole, options.exit});
    put_table(forms_with([&] { return table; }, [&] { return core::parts_report(table); }), options.table);
    if (!options.plot.empty())
        put_text(python_output("draw_parts", nlohmann::json::object(), core::to_json(table)), "--plot", options.plot);
    return table.failures.empty() ? exit_ok : exit_guest_failed;
}

}  // namespace vtoll::cli
