// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <sstream>

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
    fmt::print("{:<13}{}\n", "scenario", scenario.name);
    if (!scenario.description.empty()) fmt::print("{:<13}{}\n", "", scenario.description);
    fmt::print("{:<13}{}\n", "asked for as", head.asked);
    fmt::print("{:<13}{}, on the rung '{}'\n", "saved at", head.point, head.timing);
    fmt::print("{:<13}{} instructions, {} ticks, {:.3f} ms\n", "machine's age", head.instructions, head.ticks,
               static_cast<double>(head.nanoseconds) * 1e-6);
    fmt::print("{:<13}{} processors, {} MiB of memory\n", "machine", scenario.machine.cpus, scenario.machine.ram >> 20);
    for (const auto& input : head.inputs) fmt::print("{:<13}{} (SHA-256 {:.12})\n", "holds", input.name, input.sha256);
    fmt::print("{:<13}vtoll {} ({}), format {}\n", "saved by", head.tool_version, head.tool_commit,
               core::checkpoint_version);
    fmt::print("{:<13}{} KiB; memory that isn't zero {} KiB, everything else {} KiB; every checksum is right\n", "file",
               (file.input().bytes.size() + 1023) >> 10, memory >> 10, (rest + 1023) >> 10);
}

}  // namespace

void add_checkpoint(CLI::App& app, int& status) {
    auto name = std::make_shared<std::string>();
    CLI::App* verb = app.add_subcommand("checkpoint", "Saved machines, as vtoll run --save makes them");
    verb->footer(
        "Example: vtoll checkpoint info shell.checkpoint\nOne is made by: vtoll run minios-native --save "
        "shell.checkpoint --save-at console:sh:");
    verb->require_subcommand(1);
    CLI::App* info = verb->add_subcommand("info", "What a checkpoint holds and where it is from; checks all of it");
    info->footer("Example: vtoll checkpoint info shell.checkpoint");
    info->add_option("file", *name, "The checkpoint")->required();
    info->callback([name, &status] {
        print_info(core::CheckpointFile(*name, *name));
        status = exit_ok;
    });
}

}  // namespace vtoll::cli
