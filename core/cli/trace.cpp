// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/base/profile_path.hpp"
#include "core/cli/support/boot_checkpoint.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/support/options.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/trace_import.hpp"
#include "core/cli/trace_row.hpp"
#include "core/cli/verbs.hpp"
#include "core/report/screen/decimals.hpp"
#include "core/scenario/books.hpp"
#include "core/scenario/simulation.hpp"
#include "core/trace/format/dump.hpp"
#include "core/trace/format/reader.hpp"
#include "core/trace/para/para_replay.hpp"
#include "core/trace/record/recorder.hpp"
#include "core/trace/replay/native_replay.hpp"

namespace vtoll::cli {

namespace {

namespace trace = core::trace;

struct Options {
    std::string what, output, rung, from, to, port, row, json;
    std::vector<std::string> overrides;
    u64 limit = 0, most = ~u64{0}, first = 0, count = 100;
    bool native = false;
};

u64 number(const std::string& text, const std::string& option) {
    u64 v = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
    if (error != std::errc{} || end != text.data() + text.size())
        throw CLI::ValidationError(
            option, fmt::format("'{}': expected a marker's number, as in 1, or 1:3 for its third time", text));
    return v;
}

/// "2" or "2:5".
std::optional<trace::MarkerPlace> place(const std::string& text, const std::string& option) {
    if (text.empty()) return std::nullopt;
    const auto colon = text.find(':');
    trace::MarkerPlace p;
    p.option = static_cast<unsigned>(number(text.substr(0, colon), option));
    if (colon != std::string::npos) p.nth = static_cast<unsigned>(number(text.substr(colon + 1), option));
    if (p.option > 15 || p.nth == 0)
        throw CLI::ValidationError(option, fmt::format("'{}': markers are 0 to 15, times are counted from 1", text));
    return p;
}

core::Outcome run_with_progress(core::Simulation& simulation) {
    Progress progress(true);
    core::Machine& machine = simulation.machine();
    machine.on_progress([&] {
        progress.update(machine.instructions(),
                        static_cast<double>(machine.clock().nanoseconds(machine.ticks())) * 1e-9);
        return true;
    });
    return simulation.run();
}

int record(const Options& options) {
    std::vector<std::string> overrides = options.overrides;
    if (!options.rung.empty()) overrides.push_back("timing.rung=" + options.rung);
    if (options.limit) overrides.push_back(fmt::format("limits.instructions={}", options.limit));
    trace::Recorder recorder(options.output, {place(options.from, "--from"), place(options.to, "--to"), options.most});
    FoundScenario found = find_scenario(options.what, overrides);
    std::optional<core::CheckpointFile> checkpoint;
    if (!found.scenario.boot.until.empty()) {
        int status = exit_ok;
        checkpoint = boot_checkpoint(found.scenario, found.search, status);
        if (!checkpoint) return status;
    }
    core::Simulation simulation(std::move(found.scenario), found.search, std::move(found.file),
                                checkpoint ? &*checkpoint : nullptr);
    core::Books books;  // as the boot's, which a checkpoint holds
    simulation.add(books);
    simulation.add(recorder);
    run_with_progress(simulation);
    const trace::Totals t = recorder.totals();
    fmt::print(report_stream({options.output}), "{}: {} instructions, {} ticks, {} records in {} bytes; {}\n",
               options.output, t.insns, t.ticks, t.records, recorder.bytes_written(),
               core::outcome_name(simulation.outcome().kind));
    return exit_ok;
}

int info(const Options& options) {
    trace::Reader reader{std::filesystem::path(options.what)};
    std::array<u64, trace::last_kind + 1> counts{};
    u64 reads = 0, writes = 0, table_writes = 0, devices = 0, calls = 0;
    trace::Record r;
    while (reader.next(r)) {
        ++counts[static_cast<std::size_t>(r.kind)];
        calls += r.kind == trace::Kind::exception && r.exception.kind == isa::ExceptionKind::svc;
        if (r.kind != trace::Kind::access) continue;
        ++(r.access.write ? writes : reads);
        devices += r.access.kind == core::MemoryAccess::Kind::device;
        table_writes += r.has_value && r.access.kind == core::MemoryAccess::Kind::memory;
    }
    const auto about = nlohmann::json::parse(reader.about(), nullptr, false);
    const auto said = [&](const char* key) {
        return about.is_object() && about.contains(key) && about[key].is_string() ? about[key].get<std::string>()
                                                                                  : std::string("unknown");
    };
    const auto n = [&](trace::Kind kind) { return counts[static_cast<std::size_t>(kind)]; };
    const trace::Totals& t = reader.totals();
    core::Grid grid{{"", ""}, {}};
    const auto row = [&](const char* what, u64 v) { grid.rows.push_back({what, fmt::format("{}", v)}); };
    row("instructions", t.insns);
    if (t.ticks) row("ticks", t.ticks);
    else grid.rows.push_back({"ticks", "unknown"});
    row("records", t.records);
    row("bytes", reader.file_size());
    row("chunks", reader.chunks());
    row("blocks run", n(trace::Kind::block));
    row("data reads", reads);
    row("data writes", writes);
    row("  to devices, from them", devices);
    row("  to tables", table_writes);
    row("descriptors said", n(trace::Kind::table));
    row("system registers", n(trace::Kind::register_));
    row("program status", n(trace::Kind::psr));
    row("exceptions", n(trace::Kind::exception));
    row("  system calls", calls);
    row("returns", n(trace::Kind::returned));
    row("calls to firmware", n(trace::Kind::called));
    row("times asleep", n(trace::Kind::slept));
    row("markers", n(trace::Kind::marker));
    if (t.insns)
        grid.rows.push_back(
            {"bits an instruction", fmt::format("{:.3f}", 8.0 * double(reader.file_size()) / double(t.insns))});
    show({reader.name(),
          {{"",
            {"made by " + said("producer"), fmt::format("of {}, timing {}", said("scenario"), said("timing"))},
            std::move(grid),
            {}}}});
    return exit_ok;
}

/// Counts of the recording and of its replay, side by side.
struct Replayed {
    core::Grid grid{{"", "recorded", "replayed", "difference %"}, {}};

    void add(const std::string& what, u64 recorded, u64 replayed) {
        const double off = recorded ? 100 * (double(replayed) / double(recorded) - 1) : 0;
        grid.rows.push_back({what, std::to_string(recorded), std::to_string(replayed), core::signed_decimal(off, 3)});
    }
    /// A trace made of a log without a clock knows none.
    void add_ticks(u64 recorded, u64 replayed) {
        if (recorded) add("ticks", recorded, replayed);
        else grid.rows.push_back({"ticks", "unknown", std::to_string(replayed), "-"});
    }
    core::Section section() && { return {"", {}, std::move(grid), {}}; }
};

/// Ticks between each marker and the one that follows it, together for each pair of numbers.
void add_markers(Replayed& table, const std::vector<trace::MarkerPair>& markers) {
    std::map<std::pair<unsigned, unsigned>, std::array<u64, 3>> spans;
    for (std::size_t i = 1; i < markers.size(); ++i) {
        auto& [times, recorded, replayed] = spans[{markers[i - 1].option, markers[i].option}];
        ++times;
        recorded += markers[i].recorded.ticks - markers[i - 1].recorded.ticks;
        replayed += markers[i].replayed.ticks - markers[i - 1].replayed.ticks;
    }
    for (const auto& [between, sums] : spans)
        table.add(fmt::format("ticks, marker {} to {}, {} times", between.first, between.second, sums[0]), sums[1],
                  sums[2]);
}

/// What of the trace is replayed with books open: all, or the loop of a row.
struct Followed {
    std::optional<trace::Row> row;
    trace::Loop loop;

    Followed(const Options& options, trace::Reader& reader) {
        if (options.row.empty()) return;
        row = row_named(options.row);
        loop = trace::find_loop(reader, *row);
    }
    nlohmann::ordered_json result(const core::RunRecord& run) const {
        return per_operation(run, *row, loop.operations);
    }
};

void print_row(const nlohmann::ordered_json& row, const std::string& file) {
    if (!file.empty()) put_text(row.dump(1) + "\n", "--json", file);
    fmt::print("{}: {} operations, {:.1f} instructions and {:.1f} ticks each\n", row["row"].get<std::string>(),
               row["operations"].get<u64>(), row["instructions"].get<double>(), row["cycles"].get<double>());
}

int replay_native(const Options& options) {
    trace::Reader reader{std::filesystem::path(options.what)};
    const Followed followed(options, reader);
    std::vector<std::string> overrides = options.overrides;
    if (!options.rung.empty()) overrides.push_back("timing.rung=" + options.rung);
    std::unique_ptr<core::RunDirectory> directory;
    if (!options.output.empty()) directory = std::make_unique<core::RunDirectory>(options.output);
    core::Simulation simulation(trace::scenario_of(reader, overrides), {});
    core::Books books;
    simulation.add(books);
    trace::NativeReplay replay(reader);
    simulation.add(replay);
    if (followed.row) replay.follow({followed.loop, [&] { books.restart(simulation); }});
    run_with_progress(simulation);
    if (followed.row) {
        print_row(followed.result(books.record()), options.json);
    } else {
        Replayed table;
        table.add("instructions", reader.totals().insns, simulation.machine().instructions());
        table.add_ticks(reader.totals().ticks, simulation.machine().ticks());
        add_markers(table, replay.markers());
        show({"", {std::move(table).section()}});
    }
    if (directory) {
        simulation.write(*directory);
        if (const std::string kept = directory->commit(); !kept.empty()) note(kept);
    }
    const trace::Disagreements& d = replay.disagreements();
    if (!d.translations && !d.privileges) return exit_ok;
    complain(fmt::format("{}: {} translations and {} privilege levels are not those of the recording", reader.name(),
                         d.translations, d.privileges));
    return exit_disagreement;
}

core::Section events(const trace::ParaReplay& replay) {
    core::Grid grid{{"event", "times", "each\ninstructions", "each\nticks"}, {}};
    for (std::size_t i = 0; i < trace::ParaReplay::event_count; ++i) {
        const trace::EventCost& c = replay.costs()[i];
        if (!c.times) continue;
        const auto n = static_cast<double>(c.times);
        grid.rows.push_back({trace::ParaReplay::event_name(static_cast<trace::ParaReplay::Event>(i)),
                             std::to_string(c.times), fmt::format("{:.1f}", static_cast<double>(c.insns) / n),
                             fmt::format("{:.1f}", static_cast<double>(c.ticks) / n)});
    }
    return {"", {}, std::move(grid), {}};
}

/// Of one operation.
nlohmann::ordered_json events_json(const trace::ParaReplay& replay, u64 operations) {
    const auto each = [&](u64 total) { return static_cast<double>(total) / static_cast<double>(operations); };
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < trace::ParaReplay::event_count; ++i)
        if (const trace::EventCost& c = replay.costs()[i]; c.times)
            list.push_back({{"event", trace::ParaReplay::event_name(static_cast<trace::ParaReplay::Event>(i))},
                            {"times", each(c.times)},
                            {"instructions", each(c.insns)},
                            {"cycles", each(c.ticks)}});
    return list;
}

int replay_para(const Options& options) {
    using core::trace::ParaReplay;
    trace::Reader reader{std::filesystem::path(options.what)};
    const Followed followed(options, reader);
    const trace::Port port = trace::parse_port(core::read_input(port_file(options.port), options.port));
    const core::Scenario recorded = trace::scenario_of(reader, {});
    std::vector<std::string> overrides{"timing.rung=" + (options.rung.empty() ? recorded.timing.rung : options.rung),
                                       "name=" + recorded.name + "-" + port.name};
    if (recorded.machine.clock_mhz)
        overrides.push_back(fmt::format("machine.clock_mhz={}", *recorded.machine.clock_mhz));
    overrides.insert(overrides.end(), options.overrides.begin(), options.overrides.end());
    FoundScenario found = find_scenario((core::data_directory() / "workloads/ports/machine.toml").string(), overrides);
    std::unique_ptr<core::RunDirectory> directory;
    if (!options.output.empty()) directory = std::make_unique<core::RunDirectory>(options.output);
    core::Simulation simulation(std::move(found.scenario), found.search, {});
    core::Books books;
    simulation.add(books);
    ParaReplay replay(reader, port);
    simulation.add(replay);
    if (followed.row)
        replay.follow({followed.loop, [&] {
                           books.restart(simulation);
                           replay.forget_costs();
                       }});
    run_with_progress(simulation);

    show({port.name + ": " + port.description, {events(replay)}});
    if (followed.row) {
        nlohmann::ordered_json row = followed.result(books.record());
        row["port"] = port.name;
        row["events"] = events_json(replay, followed.loop.operations);
        print_row(row, options.json);
    } else {
        Replayed table;
        table.add("instructions", reader.totals().insns, simulation.machine().instructions() - replay.began().insns);
        table.add_ticks(reader.totals().ticks, simulation.machine().ticks() - replay.began().ticks);
        std::vector<trace::MarkerPair> pairs;
        for (const auto& m : replay.markers()) pairs.push_back({m.option, m.recorded, m.replayed});
        add_markers(table, pairs);
        fmt::print("\n");
        show({"", {std::move(table).section()}});
    }
    if (directory) {
        simulation.write(*directory);
        if (const std::string kept = directory->commit(); !kept.empty()) note(kept);
    }
    if (!replay.disagreements() && !replay.refused()) return exit_ok;
    complain(fmt::format(
        "{}: {} accesses faulted, or did not, otherwise than recorded; the microvisor refused {} hypercalls",
        reader.name(), replay.disagreements(), replay.refused()));
    return exit_disagreement;
}

}  // namespace

void add_trace(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("trace", "Record a guest, look at the trace, replay it");
    verb->footer(
        "Examples:\n  vtoll trace record minios-native --timing cortex-a8 -o minios.trace\n"
        "  vtoll trace info minios.trace\n  vtoll trace dump minios.trace --first 1000 --count 50\n"
        "  vtoll trace replay minios.trace --native\n  vtoll trace replay minios.trace --para batched");
    verb->require_subcommand(1);
    add_trace_row(*verb, status);
    add_trace_import(*verb, status);

    CLI::App* made = verb->add_subcommand("record", "Run a scenario natively and record its guest");
    made->footer("Example:\n  vtoll trace record minios-native --timing cortex-a8 --from 1 --to 2:12 -o minios.trace");
    made->add_option("scenario", options->what, "Name of a shipped scenario, a .toml file, or an image")->required();
    made->add_option("-o,--output", options->output, "The trace")->required();
    made->add_option("--from", options->from, "Marker to begin at: 1, or 1:3 for its third time (default: the start)");
    made->add_option("--to", options->to, "Marker to end at; the run stops there (default: the end)");
    made->add_option("--timing", options->rung, "Timing model");
    add_count(*made, "--limit", options->limit, "Stop after this many instructions of the run");
    add_count(*made, "--most", options->most, "Stop after this many instructions of the recording");
    made->add_option("-c,--set", options->overrides, "Override a key of the scenario")
        ->take_all()
        ->allow_extra_args(false);
    made->callback([options, &status] { status = record(*options); });

    CLI::App* shown = verb->add_subcommand("info", "Show the origin of a trace, and the counts of its records");
    shown->footer("Example:\n  vtoll trace info minios.trace");
    shown->add_option("trace", options->what, "The trace")->required();
    shown->callback([options, &status] { status = info(*options); });

    CLI::App* dumped = verb->add_subcommand("dump", "A trace as text");
    dumped->footer("Example:\n  vtoll trace dump minios.trace --first 1000000 --count 200");
    dumped->add_option("trace", options->what, "The trace")->required();
    dumped->add_option("--first", options->first, "Instruction to begin at");
    add_count(*dumped, "--count", options->count, "Instructions (default: 100)");
    dumped->callback([options, &status] {
        trace::Reader reader{std::filesystem::path(options->what)};
        trace::dump(reader, options->first, options->count, [](const std::string& line) { fmt::print("{}\n", line); });
        status = exit_ok;
    });

    CLI::App* replayed = verb->add_subcommand("replay", "Play a trace through the timing model");
    replayed->footer("Example:\n  vtoll trace replay minios.trace --native");
    replayed->add_option("trace", options->what, "The trace")->required();
    CLI::Option* native = replayed->add_flag("--native", options->native, "As it was recorded");
    CLI::Option* para = replayed->add_option("--para", options->port,
                                             "As a guest of the microvisor, by a port: naive, "
                                             "batched, lazy, or a file (.toml)");
    native->excludes(para);
    replayed->add_option("-o,--output", options->output, "Run directory (default: none)");
    replayed->add_option("--timing", options->rung, "Another timing model than the recording's");
    replayed->add_option("--row", options->row,
                         "A row of lmbench or netperf: of its loop alone, counted in operations (null, pipe, ...)");
    replayed->add_option("--json", options->json, "Also write the cost of one operation to this file")->needs("--row");
    replayed->add_option("-c,--set", options->overrides, "Override a key of the machine")
        ->take_all()
        ->allow_extra_args(false);
    replayed->callback([options, &status] {
        if (!options->native && options->port.empty())
            throw CLI::ValidationError("trace replay", "expected --native or --para with a port");
        if (!options->json.empty()) core::expect_output(options->json, "--json " + options->json, table_kind);
        status = options->native ? replay_native(*options) : replay_para(*options);
    });
}

}  // namespace vtoll::cli
