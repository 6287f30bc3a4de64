// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <sstream>

#include "core/cli/support/table_output.hpp"
#include "core/cli/verbs.hpp"
#include "core/scenario/checkpoint.hpp"

namespace vtoll::cli {

namespace {

/// Looks into every section: a damaged one ends it.
void print_info(const core::CheckpointFile& file) {
    const core::CheckpointHead& head = file.head();
    u64 memory = 0, rest = 0;
    for (const auto& section : file.sections()) {
        const u64 size = file.unpack(section).size();
        (core::is_memory(section.name) ? memory : rest) += size;
    }
    const core::Scenario scenario = core::parse_scenario(head.scenario, file.name(), {});
    std::vector<std::vector<std::string>> lines{{"scenario", scenario.name}};
    if (!scenario.description.empty()) lines.push_back({"", scenario.description});
    lines.push_back({"asked for as", head.asked});
    lines.push_back({"saved at", fmt::format("{}, with the timing model '{}'", head.point, head.timing)});
    lines.push_back({"machine's age", fmt::format("{} instructions, {} ticks, {:.3f} ms", head.instructions, head.ticks,
                                                  static_cast<double>(head.nanoseconds) * 1e-6)});
    lines.push_back(
        {"machine", fmt::format("{} processors, {} MiB of memory", scenario.machine.cpus, scenario.machine.ram >> 20)});
    for (const auto& input : head.inputs)
        lines.push_back({"holds", fmt::format("{} (SHA-256 {:.12})", input.name, input.sha256)});
    lines.push_back({"saved by", fmt::format("vtoll {} ({}), format {}", head.tool_version, head.tool_commit,
                                             core::checkpoint_version)});
    lines.push_back(
        {"file", fmt::format("{} KiB; memory that isn't zero {} KiB, everything else {} KiB; every checksum "
                             "is right",
                             (file.input().bytes.size() + 1023) >> 10, memory >> 10, (rest + 1023) >> 10)});
    put_list(std::move(lines));
}

}  // namespace

void add_checkpoint(CLI::App& app, int& status) {
    auto name = std::make_shared<std::string>();
    CLI::App* verb = app.add_subcommand("checkpoint", "Saved machines, as vtoll run --save makes them");
    verb->footer(
        "Example: vtoll checkpoint info shell.checkpoint\nOne is made by: vtoll run minios-native --save "
        "shell.checkpoint --save-at console:sh:");
    verb->require_subcommand(1);
    CLI::App* info = verb->add_subcommand("info", "Show the contents and the origin of a checkpoint; checks all of it");
    info->footer("Example: vtoll checkpoint info shell.checkpoint");
    info->add_option("file", *name, "The checkpoint")->required();
    info->callback([name, &status] {
        print_info(core::CheckpointFile(*name, *name));
        status = exit_ok;
    });
}

}  // namespace vtoll::cli
