// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <thread>

#include "core/base/input_file.hpp"
#include "core/cli/support/children.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/support/options.hpp"
#include "core/cli/support/run_folder.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/validate_system.hpp"
#include "core/cli/verbs.hpp"
#include "core/ledger/store/episodes_sqlite.hpp"
#include "core/report/validation.hpp"
#include "core/scenario/stock_image.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

namespace {

struct Options {
    std::string timing, keep;
    TableOutput table;
    unsigned jobs = 0;
    double limit = 0;
    bool quiet = false;
    bool system = false, all_processors = false;
    std::vector<std::string> kernels, only;
};

/// A program of `workloads/validate` on a profile: what several figures are read from.
using RunKey = std::pair<std::string, std::string>;

bool is_wanted(const core::Figure& figure, const std::vector<std::string>& only) {
    return only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& word) {
               return figure.program == word || figure.name.find(word) != std::string::npos;
           });
}

/// Figures of the profile that `timing` names, or of a file that calls itself by that name; all of them for "". Of
/// these the programs in `only`, or those with such a word in their name.
std::vector<core::Validated> chosen_figures(const std::string& timing, const std::vector<std::string>& only) {
    const std::string name = timing.empty() ? timing : core::pricing_for(timing).name;
    std::vector<core::Validated> chosen;
    for (core::Figure& figure : core::load_figures())
        if (timing.empty() || figure.profile == name) chosen.push_back({std::move(figure), {}, {}});
    if (chosen.empty())
        throw InputError(fmt::format("--timing {}: no figure has been published for '{}'", timing, name));
    std::erase_if(chosen, [&](const core::Validated& v) { return !is_wanted(v.figure, only); });
    if (chosen.empty()) throw InputError(fmt::format("--only {}: no figure has such a name", fmt::join(only, ", ")));
    return chosen;
}

/// Why a program can't run here: Debian's software that it times is neither in the cache nor to be had. "": it can.
std::string hindrance(const std::string& program) {
    for (const core::ImageSpec& image : find_scenario("validate-" + program, {}).scenario.images) {
        if (!core::is_stock_image(image.file)) continue;
        try {
            (void)core::read_stock_image(image.file, "validate-" + program);
        } catch (const InputError& error) {
            return error.what();
        }
    }
    return "";
}

/// Marks figures whose programs can't run, and says so in a line for each program.
void leave_out(std::vector<core::Validated>& figures) {
    std::map<std::string, std::string> hindrances;
    std::map<std::string, unsigned> left_out;
    for (core::Validated& v : figures) {
        const std::string& program = v.figure.program;
        if (!hindrances.contains(program)) hindrances[program] = hindrance(program);
        v.failure = hindrances[program];
        v.left_out = !v.failure.empty();
        if (v.left_out) ++left_out[program];
    }
    for (const auto& [program, count] : left_out)
        complain(fmt::format("{} figures of '{}' are left out: {}", count, program, hindrances[program]));
}

std::string timing_of(const Options& options, const std::string& profile) {
    return options.timing.ends_with(".toml") ? options.timing : profile;
}

u64 clock_mhz(const std::string& timing) {
    const core::Pricing pricing = core::pricing_for(timing);
    if (!pricing.core) throw InputError(fmt::format("timing '{}': expected a core profile", timing));
    return pricing.clock_mhz();
}

/// The hypervisor call is measured where the core has the extensions.
bool has_hyp_mode(const std::string& profile) {
    return profile.starts_with("cortex-a15") || profile.starts_with("cortex-a7");
}

void run_programs(const std::map<RunKey, std::string>& folders, const Options& options,
                  std::map<RunKey, std::string>& failures) {
    std::vector<Child> children;
    std::vector<RunKey> keys;
    for (const auto& [key, folder] : folders) {
        const auto& [profile, program] = key;
        const std::string timing = timing_of(options, profile);
        children.push_back(
            {{"run", "validate-" + program, "--quiet", "--timing", timing, "-c",
              fmt::format("machine.virtualization={}", program == "system" && has_hyp_mode(profile)), "-o", folder},
             -1,
             {}});
        keys.push_back(key);
    }
    const unsigned jobs = options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    const bool rewrite = isatty(STDERR_FILENO);
    std::size_t finished = 0;
    run_children(children, jobs, [&](const Child& child) {
        const auto& key = keys[static_cast<std::size_t>(&child - children.data())];
        if (child.status != exit_ok) failures[key] = reason(child);
        ++finished;
        if (options.quiet) return;
        fmt::print(stderr, "{}vtoll: run {} of {}: {} on {}{}", rewrite ? "\r\033[K" : "", finished, children.size(),
                   key.second, key.first, rewrite ? "" : "\n");
        std::fflush(stderr);
    });
    if (rewrite && !options.quiet) fmt::print(stderr, "\r\033[K");
}

std::vector<core::Region> read_regions(const std::filesystem::path& folder) {
    const core::RunRecord record = core::read_episodes(books_of(folder));
    return core::regions(core::read_input(folder / "console.log", "console.log").bytes, record.cpus.at(0));
}

std::vector<core::Validated> measured(const Options& options) {
    std::vector<core::Validated> figures = chosen_figures(options.timing, options.only);
    leave_out(figures);
    const RunFolder folder(options.keep);
    std::map<RunKey, std::string> folders, failures;
    for (const core::Validated& v : figures)
        if (!v.left_out)
            folders[{v.figure.profile, v.figure.program}] =
                folder.of(v.figure.profile + "-" + v.figure.program).string();
    run_programs(folders, options, failures);

    std::map<RunKey, std::vector<core::Region>> results;
    for (const auto& [key, path] : folders) {
        if (failures.contains(key)) continue;
        try {
            results[key] = read_regions(path);
        } catch (const InputError& error) {
            failures[key] = error.what();
        }
    }
    for (core::Validated& v : figures) {
        if (v.left_out) continue;
        const RunKey key{v.figure.profile, v.figure.program};
        if (failures.contains(key)) {
            v.failure = failures[key];
            continue;
        }
        const auto& found = results[key];
        const auto region =
            std::find_if(found.begin(), found.end(), [&](const auto& r) { return r.name == v.figure.region; });
        if (region == found.end()) v.failure = fmt::format("the program '{}' has no such region", v.figure.program);
        else
            v.simulated = core::in_unit(region->ticks, v.figure.unit,
                                        static_cast<double>(clock_mhz(timing_of(options, key.first))));
    }
    return figures;
}

/// What --limit says of a score.
int judge(const core::Score& score, const Options& options) {
    if (options.limit <= 0 || 100 * score.mean <= options.limit) return exit_ok;
    complain(fmt::format("mean absolute error {:.1f} %, limit {} %", 100 * score.mean, options.limit));
    return exit_disagreement;
}

int validate_boards(const Options& options) {
    const core::SystemValidation validation = validate_system(
        {options.timing, options.keep, options.kernels, options.all_processors, options.jobs, options.quiet});
    put_table(forms_of(validation), options.table);
    int status = exit_ok;
    for (const core::SystemFigure& f : validation.figures) {
        const auto& kernels = validation.definition.kernels;
        const bool is_had = std::any_of(kernels.begin(), kernels.end(), [&](const core::SystemKernel& kernel) {
            return kernel.version == f.kernel && !kernel.image.empty();
        });
        // lmbench prints nothing where the cost is below its own overhead: a row that can't be compared may do without.
        if (f.simulated || !is_had || f.use == core::FigureUse::unusable) continue;
        complain(fmt::format("{}, Linux {}, {}: {}", f.profile, f.kernel, f.row, f.failure));
        status = exit_guest_failed;
    }
    return status == exit_ok ? judge(core::score(validation), options) : status;
}

int validate(const Options& options) {
    const std::vector<core::Validated> figures = measured(options);
    put_table({[&] { return core::validation_csv(figures); }, [&] { return core::validation_json(figures); },
               [&] { return core::validation_report(figures); }},
              options.table);
    int status = exit_ok;
    for (const core::Validated& v : figures) {
        if (v.simulated) continue;
        if (v.left_out) {
            if (status == exit_ok) status = exit_invalid_input;
            continue;
        }
        complain(v.figure.name + ": " + v.failure);
        status = exit_guest_failed;
    }
    return status == exit_ok ? judge(core::score(figures), options) : status;
}

}  // namespace

void add_validate(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("validate", "Compare the core profiles with published measurements");
    verb->footer(
        "Programs out of Debian's packages that are neither in the cache nor to be had are left out, a line for each:\n"
        "exit code 3.\n"
        "Examples:\n  vtoll validate\n  vtoll validate --timing cortex-a15\n  vtoll validate --format md -o "
        "validation.md\n  vtoll validate --only openssl --only sha256\n  vtoll validate --system --kernel 6.1\n  vtoll "
        "validate --system --timing cortex-a8-am335x");
    add_timing(*verb, options->timing,
               "Only this profile, or a file that stands for the profile it names (default: all)");
    verb->add_option("--only", options->only,
                     "Only figures of this program, or with this in their name (may be repeated)")
        ->allow_extra_args(false);
    CLI::Option* system =
        verb->add_flag("--system", options->system,
                       "lmbench on Debian's Linux, on the profiles of boards, against the same on these boards");
    verb->add_option("--kernel", options->kernels,
                     "With --system: Linux of this version (may be repeated; default: all)")
        ->allow_extra_args(false)
        ->needs(system);
    verb->add_flag("--all-processors", options->all_processors,
                   "With --system: as many processors as the board has, in place of one")
        ->needs(system);
    options->table.add_to(*verb);
    add_keep(*verb, options->keep);
    verb->add_option("--limit", options->limit, "Exit with 5 when the mean absolute error is above this many percent")
        ->check(CLI::PositiveNumber);
    add_jobs(*verb, options->jobs);
    add_quiet(*verb, options->quiet);
    verb->callback([options, &status] {
        options->table.expect();
        status = options->system ? validate_boards(*options) : validate(*options);
    });
}

}  // namespace vtoll::cli
