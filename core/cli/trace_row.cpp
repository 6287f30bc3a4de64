// SPDX-License-Identifier: Apache-2.0
#include "core/cli/trace_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

#include "core/base/nearest.hpp"
#include "core/base/profile_path.hpp"
#include "core/cli/support/children.hpp"
#include "core/cli/support/placements.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "core/report/screen/decimals.hpp"
#include "core/report/spread.hpp"
#include "core/scenario/run_directory.hpp"

namespace vtoll::cli {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

constexpr const char* scenario = row_scenario;

struct Options {
    std::vector<std::string> rows;
    std::string port = "batched", folder = "runs/traces", timing = row_timing;
    unsigned placements = 1;
    bool json = false;
};

/// One child; its last words are why it failed.
void run_child(std::vector<std::string> arguments) {
    std::vector<Child> one{{std::move(arguments)}};
    run_children(one, 1, [](const Child&) {});
    if (one[0].status == exit_ok) return;
    std::string text = one[0].output;
    while (text.ends_with('\n')) text.pop_back();
    throw InputError(fmt::format("trace {}: exit code {}: {}", one[0].arguments[1], one[0].status,
                                 text.substr(text.rfind('\n') + 1)));
}

ordered_json json_of(const fs::path& path) {
    std::ifstream file(path);
    return ordered_json::parse(file);
}

ordered_json measure(const core::trace::Row& row, const Options& options) {
    const fs::path folder = options.folder;
    const fs::path recording = folder / fmt::format("{}-{}.trace", row.name, options.timing);
    if (!fs::exists(recording)) {
        fmt::print(stderr, "vtoll: recording {} on {}\n", row.name, scenario);
        std::vector<std::string> words{"trace",
                                       "record",
                                       scenario,
                                       "--timing",
                                       options.timing,
                                       "--from",
                                       "3",
                                       "--to",
                                       "4",
                                       "-o",
                                       recording.string(),
                                       "-c",
                                       fmt::format("console.input=\"{}\\nexit\\n\"", row.shell_line())};
        if (row.most) words.insert(words.end(), {"--most", std::to_string(row.most)});
        run_child(std::move(words));
    }
    ordered_json result{{"row", row.name}, {"description", row.description}, {"trace", recording.string()}};
    const auto replay = [&](const char* kind, const std::string& how, const std::string& port, u64 placement) {
        fmt::print(stderr, "vtoll: replaying {}, {}{}\n", placed_name(row.name, placement), kind,
                   port.empty() ? "" : " " + port);
        const fs::path report = report_of_row(folder, row.name, options.timing, port, placement);
        std::vector<std::string> words{"trace", "replay", recording.string(), how};
        if (!port.empty()) words.push_back(port);
        for (const std::string& text : placed({}, placement)) words.insert(words.end(), {"-c", text});
        words.insert(words.end(), {"--row", row.name, "--json", report.string()});
        run_child(std::move(words));
        return json_of(report);
    };
    for (u64 placement = 0; placement < options.placements; ++placement) {
        ordered_json native = replay("native", "--native", "", placement);
        ordered_json para = replay("para", "--para", options.port, placement);
        if (placement == 0) {
            result["native"] = std::move(native);
            result["para"] = std::move(para);
        } else {
            result["elsewhere"].push_back(
                {{"placement", placement}, {"native", std::move(native)}, {"para", std::move(para)}});
        }
    }
    return result;
}

/// Of an operation, in all placements.
double mean_cycles(const ordered_json& row, const char* kind) {
    std::vector<double> cycles{row[kind]["cycles"].get<double>()};
    if (row.contains("elsewhere"))
        for (const ordered_json& other : row["elsewhere"]) cycles.push_back(other[kind]["cycles"].get<double>());
    return core::spread_of(cycles).mean;
}

int measure_all(const Options& options) {
    std::vector<core::trace::Row> rows;
    if (options.rows.empty()) rows = known_rows();
    for (const std::string& name : options.rows) rows.push_back(row_named(name));
    std::error_code error;
    fs::create_directories(options.folder, error);
    if (error) throw InputError(fmt::format("{}: can't be made: {}", options.folder, error.message()));
    ordered_json all = ordered_json::array();
    core::Grid grid{
        {"row", "operations", "cycles of one\nnative", "cycles of one\npara", "overhead\ncycles", "overhead\n%"}, {}};
    for (const core::trace::Row& row : rows) {
        if (rows.size() > 1) note(fmt::format("row {} of {}: {}", all.size() + 1, rows.size(), row.name));
        ordered_json one = measure(row, options);
        const double native = mean_cycles(one, "native"), para = mean_cycles(one, "para");
        grid.rows.push_back({row.name, std::to_string(one["native"]["operations"].get<u64>()),
                             fmt::format("{:.1f}", native), fmt::format("{:.1f}", para),
                             core::signed_decimal(para - native), core::signed_decimal(100 * (para / native - 1))});
        all.push_back(std::move(one));
    }
    if (options.json) fmt::print("{}\n", all.dump(1));
    else show({"", {{"", {}, std::move(grid), {}}}});
    return exit_ok;
}

}  // namespace

namespace {
fs::path port_folder() { return core::data_directory() / "workloads/ports"; }
}  // namespace

std::vector<core::trace::Row> known_rows() {
    const fs::path file = core::data_directory() / "workloads/linux/lmbench.toml";
    return core::trace::parse_rows(core::read_input(file, file.filename().string()));
}

core::trace::Row row_named(const std::string& name) {
    std::vector<std::string> known;
    for (core::trace::Row& row : known_rows()) {
        if (row.name == name) return std::move(row);
        known.push_back(row.name);
    }
    throw InputError(fmt::format("'{}': no such row{}; expected one of: {}", name, core::did_you_mean(name, known),
                                 fmt::join(known, ", ")));
}

fs::path port_file(const std::string& port) {
    const fs::path given(port);
    if (given.extension() == ".toml" || given.filename() != given) return given;
    const fs::path shipped = port_folder() / (port + ".toml");
    std::error_code ignored;
    if (!fs::exists(shipped, ignored))
        throw InputError(fmt::format("--para {}: no such port{}; expected a .toml file, or one of: {}", port,
                                     core::did_you_mean(port, shipped_ports()), fmt::join(shipped_ports(), ", ")));
    return shipped;
}

std::vector<std::string> shipped_ports() {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(port_folder(), ignored))
        if (entry.path().extension() == ".toml" && entry.path().stem() != "machine")
            names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

fs::path report_of_row(const fs::path& folder, const std::string& row, const std::string& timing,
                       const std::string& port, u64 placement) {
    const std::string how = port.empty() ? "native" : "para-" + port_file(port).stem().string();
    return folder / (placed_name(fmt::format("{}-{}-{}", row, timing, how), placement) + ".json");
}

ordered_json per_operation(const core::RunRecord& run, const core::trace::Row& row, u64 operations) {
    const auto each = [&](u64 total) { return static_cast<double>(total) / static_cast<double>(operations); };
    ordered_json j{{"row", row.name},
                   {"timing", run.timing},
                   {"clock_hz", run.clock_hz},
                   {"operations", operations},
                   {"instructions", each(run.machine().insns)},
                   {"cycles", each(run.machine().ticks)}};
    if (row.bytes) {
        u64 idle = 0;
        for (const core::ProcessorRecord& cpu : run.cpus)
            for (const core::Account& a : cpu.accounts)
                if (a.world == core::World::idle) idle += a.ticks;
        j["bytes"] = row.bytes;
        j["idle"] = each(idle);
    }
    j["accounts"] = ordered_json::array();
    for (const core::ProcessorRecord& cpu : run.cpus)
        for (const core::Account& a : cpu.accounts)
            j["accounts"].push_back({{"world", core::name_of(a.world)},
                                     {"cause", core::name_of(a.cause)},
                                     {"phase", run.phases.of(a.world, a.phase)},
                                     {"stall", core::name_of(a.stall)},
                                     {"instructions", each(a.insns)},
                                     {"cycles", each(a.ticks)}});
    return j;
}

void add_trace_row(CLI::App& trace, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb =
        trace.add_subcommand("row", "Rows of lmbench and netperf on Linux, native and under the microvisor, by traces");
    verb->footer("Example:\n  vtoll trace row null pipe fork --para batched");
    verb->add_option("rows", options->rows, "Which (default: all)");
    verb->add_option("--para", options->port, "Port: naive, batched, lazy, or a file")->capture_default_str();
    verb->add_option("--timing", options->timing, "Timing model of the recording")->capture_default_str();
    verb->add_option("--folder", options->folder, "Where traces are kept; one that is there is not recorded again")
        ->capture_default_str();
    add_placements(*verb, options->placements);
    verb->add_flag("--json", options->json, "Everything, as JSON (docs/trace-replay.md)");
    verb->callback([options, &status] { status = measure_all(*options); });
}

}  // namespace vtoll::cli
