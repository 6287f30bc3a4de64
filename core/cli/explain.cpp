// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/base/nearest.hpp"
#include "core/cli/kept_runs.hpp"
#include "core/cli/runs/explain_executed.hpp"
#include "core/cli/runs/explain_run.hpp"
#include "core/cli/support/options.hpp"
#include "core/cli/support/placements.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/trace_row.hpp"
#include "core/cli/verbs.hpp"
#include "core/ledger/store/episodes_sqlite.hpp"
#include "core/report/explanation.hpp"
#include "core/report/table_kinds.hpp"
#include "core/timing/free_parts.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string row, timing = usual_model, port = "batched", keep;
    RunQuestion question;
    unsigned jobs = 0, placements = usual_placements;
    bool other = false, executed = false, quiet = false, list = false;
};

/// A row of the table of overheads, by its name or its scenario's.
std::optional<core::RowDefinition> overhead_row(const std::string& name) {
    for (const core::RowDefinition& row : core::load_table<core::TableDefinition>("overheads").rows)
        if (row.operation == name || row.scenario == name) return row;
    return std::nullopt;
}

struct TracedRow {
    std::string label;
    core::trace::Row row;
};

/// Rows of lmbench that traces can be had of.
std::vector<TracedRow> traced_rows() {
    std::vector<TracedRow> rows;
    const std::vector<core::BenchmarkRow> labels = core::load_table<core::BenchmarkTable>("lmbench").rows;
    for (core::trace::Row& row : known_rows()) {
        const auto of = std::find_if(labels.begin(), labels.end(), [&](const auto& l) { return l.run == row.name; });
        rows.push_back({of == labels.end() ? row.name : of->label, std::move(row)});
    }
    return rows;
}

std::vector<std::vector<std::string>> names() {
    std::vector<std::vector<std::string>> lines;
    for (const core::RowDefinition& row : core::load_table<core::TableDefinition>("overheads").rows)
        lines.push_back({row.operation, "scenario " + row.scenario});
    for (const TracedRow& row : traced_rows())
        lines.push_back({row.label, fmt::format("{}, {}: {}", row.row.bytes ? "netperf" : "lmbench", row.row.name,
                                                row.row.description)});
    for (const core::BenchmarkRow& row : executed_rows()) lines.push_back({row.label, "with --executed, " + row.run});
    return lines;
}

/// What keeps a row from being explained, said as the tables say it.
struct Failure {
    std::string why;
};

std::vector<core::Explanation> explain_overhead(const core::RowDefinition& row, const Options& options) {
    if (options.other && !row.other)
        throw InputError(row.operation + ": the para-virtualizing hypervisor has no such operation");
    const core::Operation& operation = options.other ? *row.other : row;
    KeptRuns kept(options.keep);
    const std::string name = operation.scenario + "-" + fs::path(options.timing).stem().string();
    const core::Pricing pricing = core::pricing_for(options.timing);
    std::vector<std::size_t> runs;
    for (const u64 placement : placements_of(options.placements, pricing))
        runs.push_back(kept.add(placed_name(name, placement), operation.scenario,
                                placed({"timing.rung=" + options.timing}, placement)));
    kept.carry_out(options.jobs, options.quiet);
    std::vector<core::Explanation> placements;
    for (const std::size_t run : runs) {
        if (!kept.failure(run).empty()) throw Failure{operation.scenario + ": " + kept.failure(run)};
        placements.push_back(core::explain(row.operation + (options.other ? ", para-virtualized" : ""), operation,
                                           core::read_episodes(books_of(kept.directory(run)))));
        placements.back().has_caches = pricing.core != nullptr;
    }
    return placements;
}

nlohmann::json document(const fs::path& file) {
    return nlohmann::json::parse(core::read_input(file, file.filename().string()).bytes);
}

std::vector<core::Explanation> explain_trace(const TracedRow& row, const Options& options) {
    KeptRuns kept(options.keep);
    const std::size_t run = kept.add_row(row.row, options.port, options.placements);
    kept.carry_out(options.jobs, options.quiet);
    if (!kept.failure(run).empty()) throw Failure{row.label + ": " + kept.failure(run)};
    const fs::path& folder = kept.directory(run);
    std::vector<core::Explanation> placements;
    for (u64 placement = 0; placement < options.placements; ++placement) {
        const auto report = [&](const std::string& port) {
            return document(report_of_row(folder, row.row.name, row_timing, port, placement));
        };
        placements.push_back(core::explain_trace(row.label, report(""), report(options.port)));
        placements.back().placement = placement;
    }
    return placements;
}

/// Nothing: there is no such row.
std::optional<std::vector<core::Explanation>> explain_row(const Options& options) {
    if (const auto row = overhead_row(options.row)) return explain_overhead(*row, options);
    for (const TracedRow& row : traced_rows())
        if (row.label == options.row || row.row.name == options.row) return explain_trace(row, options);
    return std::nullopt;
}

/// What only a run can be asked.
bool asks_a_run(const RunQuestion& q) {
    return !q.exit.empty() || !q.against.empty() || q.measured || q.books || !q.free.empty();
}

/// Nothing is called so, neither a row nor a run.
InputError unknown(const std::string& what) {
    std::vector<std::string> known = runs_here();
    for (const core::RowDefinition& row : core::load_table<core::TableDefinition>("overheads").rows)
        known.insert(known.end(), {row.operation, row.scenario});
    for (const TracedRow& row : traced_rows()) known.insert(known.end(), {row.label, row.row.name});
    return InputError(what + ": no such run or row" + core::did_you_mean(what, known) +
                      "; expected a run, here or in runs/, or one of vtoll explain --list");
}

int explain(const Options& options) {
    if (options.list) {
        put_list(names(), options.question.output.output);
        return exit_ok;
    }
    if (options.row.empty()) throw CLI::ValidationError("explain", "expected a run or a row, or --list for the rows");
    if (!options.question.free.empty() && options.question.exit.empty())
        throw CLI::ValidationError("--free", "is of an exit; expected one behind the run");
    options.question.output.expect();
    if (options.executed)
        return explain_executed({options.row, options.timing == usual_model ? "" : options.timing, options.keep,
                                 options.jobs, options.quiet, options.question.output});
    RunQuestion question = options.question;
    question.run = options.row;
    std::error_code ignored;
    if (asks_a_run(question) || fs::exists(books_of(options.row), ignored)) return explain_run(question);
    try {
        const auto placements = explain_row(options);
        if (!placements && !is_run(options.row)) throw unknown(options.row);
        if (!placements) return explain_run(question);
        put_table(forms_with([&] { return core::explanation_table(*placements); },
                             [&] { return core::explanation_report(*placements); }),
                  question.output);
    } catch (const Failure& failure) {
        complain(failure.why);
        return exit_guest_failed;
    }
    return exit_ok;
}

}  // namespace

void add_explain(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    RunQuestion& question = options->question;
    CLI::App* verb = app.add_subcommand("explain", "Explain the cost of a run's exits, or of an operation of a table");
    verb->footer(
        "A name that is both is the table's row; runs/NAME is the run.\n"
        "Examples:\n  vtoll explain runs/hypercall\n  vtoll explain runs/hypercall 'hypercall 0'\n"
        "  vtoll explain xen-dom0 'hypercall sched_op' --measured\n"
        "  vtoll explain runs/before 'hypercall 0' --against runs/after\n"
        "  vtoll explain runs/hypercall 'hypercall 0' --free caches\n"
        "  vtoll explain --list\n  vtoll explain hypercall\n  vtoll explain 'null syscall'\n"
        "  vtoll explain 'pipe latency' --executed\n"
        "  vtoll explain syscall --other --timing cortex-a8 --format md");
    verb->add_option("what", options->row,
                     "Run directory, name of a scenario with results in runs/, or row of the tables overheads, lmbench "
                     "or netperf");
    CLI::Option* exit =
        verb->add_option("exit", question.exit, "Of a run: the exit to take apart, by its name in vtoll exits");
    CLI::Option* against = verb->add_option("--against", question.against,
                                            "Of a run: where another run differs, largest difference first");
    CLI::Option* measured =
        verb->add_flag("--measured", question.measured, "Of a run: only exits between the markers DBG #1 and DBG #2");
    CLI::Option* books = verb->add_flag("--books", question.books,
                                        "Of an exit: the books alone; functions and refill come from running again");
    CLI::Option* free =
        verb->add_option(
                "--free", question.free,
                "Of an exit: as it is when the run runs again with this part of the machine free; may be given again")
            ->allow_extra_args(false)
            ->check(CLI::IsMember(core::free_part_names()))
            ->excludes(books, against);
    verb->add_flag("--list", options->list, "Names of the rows");
    CLI::Option* other =
        verb->add_flag("--other", options->other, "Rows of overheads: on the para-virtualizing hypervisor");
    add_timing(*verb, options->timing, "Rows of overheads, and --executed: core model")->capture_default_str();
    CLI::Option* para =
        verb->add_option("--para", options->port, "Rows of lmbench and netperf: port, as of vtoll trace row")
            ->capture_default_str();
    CLI::Option* placements = add_placements(*verb, options->placements);
    verb->add_flag("--executed", options->executed,
                   "Rows of lmbench: as Linux executes them, natively, under pure and in Xen's dom0, side by side")
        ->excludes(exit, against, measured, books, free, other, para, placements);
    question.output.add_to(*verb);
    add_keep(*verb, options->keep);
    add_jobs(*verb, options->jobs);
    add_quiet(*verb, options->quiet);
    verb->callback([options, &status] { status = explain(*options); });
}

}  // namespace vtoll::cli
