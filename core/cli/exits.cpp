// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "core/cli/support/find.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/verbs.hpp"
#include "core/ledger/store/episodes_sqlite.hpp"
#include "core/report/exit_table.hpp"

namespace vtoll::cli {

namespace {

struct Options {
    TableOutput table;
    std::vector<std::string> runs, by;
    bool measured = false;
};

int exits(const Options& options) {
    core::ExitSplit split{.measured_only = options.measured};
    for (const std::string& what : options.by) (what == "vm" ? split.vm : what == "cpu" ? split.cpu : split.row) = true;
    std::vector<core::LabelledRun> runs;
    for (const std::string& run : options.runs) runs.push_back({run, core::read_episodes(books_of(find_run(run)))});
    const core::PlainTable table = core::exit_table(runs, split);
    put_table(forms_of(table), options.table);
    return exit_ok;
}

}  // namespace

void add_exits(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("exits", "What the exits of finished runs were about, and what each kind cost");
    verb->footer(
        "Examples:\n  vtoll exits hypercall\n  vtoll exits runs/xen-dom0 --by vm,cpu --format csv -o exits.csv\n"
        "  vtoll exits xen-dom0-bench --by row");
    verb->add_option("run", options->runs, "Run directories, or names of scenarios with results in runs/")->required();
    verb->add_option("--by", options->by,
                     "Also tell apart vm, cpu, row (what lies between DBG #6 and DBG #7), or several: vm,cpu")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::IsMember({"vm", "cpu", "row"}));
    verb->add_flag("--measured", options->measured, "Only exits that began between the markers DBG #1 and DBG #2");
    options->table.add_to(*verb);
    verb->callback([options, &status] { status = exits(*options); });
}

}  // namespace vtoll::cli
