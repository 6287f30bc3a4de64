// SPDX-License-Identifier: Apache-2.0
// Where the ticks of one operation go, by two runs of which one measures it once more.
#include "core/report/executed_row.hpp"

#include <gtest/gtest.h>

#include "core/report/screen/text.hpp"

namespace vtoll::core {
namespace {

/// The shell takes 1000 ticks of a guest's kernel and 50 of an exit; an operation takes 30 of its user, 60 of its
/// kernel, 20 of them for L1, and an exit of 10.
BenchmarkRun run_of(u64 operations) {
    BenchmarkRun run;
    run.books.timing = "cortex-a15";
    run.books.clock_hz = 1'000'000'000;
    run.console = "Simple syscall: 0.1000 microseconds\r\n";
    ProcessorRecord cpu;
    const auto account = [&](World world, Cause cause, Stall stall, u64 insns, u64 ticks) {
        cpu.accounts.push_back({world, cause, 0, stall, insns, ticks});
        cpu.machine.insns += insns;
        cpu.machine.ticks += ticks;
    };
    account(World::kernel, Cause::none, Stall::issue, 500, 1000);
    account(World::user, Cause::none, Stall::issue, 5 * operations, 30 * operations);
    account(World::kernel, Cause::syscall, Stall::issue, 7 * operations, 40 * operations);
    account(World::kernel, Cause::syscall, Stall::data, 0, 20 * operations);
    account(World::hypervisor, Cause::hypercall, Stall::issue, 2 * operations + 3, 10 * operations + 50);
    const auto exits = [&](u64 count, u32 insns, u32 ticks) {
        EpisodeKind kind;
        kind.cause = Cause::hypercall;
        kind.syndrome = 0x12u << 26;
        kind.phases[0] = {insns, ticks, 0, 0};
        cpu.episodes.push_back({kind, count, 0, 0});
    };
    exits(operations, 2, 10);
    exits(1, 3, 50);
    run.books.cpus.push_back(std::move(cpu));
    return run;
}

BenchmarkRow row() { return {"null syscall", "null", R"(Simple syscall: (\S+) microseconds)"}; }

TEST(ExecutedRow, IsOneOperationOfWhatTheSecondIntervalHas) {
    const ExecutedRow executed = executed_row("native", row(), run_of(100), run_of(300));
    EXPECT_DOUBLE_EQ(executed.operations, 200) << "0.1 us are 100 ticks each";
    EXPECT_DOUBLE_EQ(executed.whole.ticks, 100) << "what was printed";
    EXPECT_DOUBLE_EQ(executed.whole.insns, 14) << "and what that executes";
    const auto part = [&](const char* kind, const char* what) { return executed.parts.at({kind, what}); };
    EXPECT_DOUBLE_EQ(part("world", "user").ticks, 30) << "by world";
    EXPECT_DOUBLE_EQ(part("cause", "kernel: none").ticks, 0) << "the shell is in both runs";
    EXPECT_DOUBLE_EQ(part("cause", "kernel: syscall").ticks, 60) << "by cause";
    EXPECT_DOUBLE_EQ(part("stall", "data").ticks, 20) << "by stall";
    EXPECT_DOUBLE_EQ(part("world-stall", "kernel: data").ticks, 20) << "by both";
    EXPECT_DOUBLE_EQ(part("exit", "hypercall #0").times, 1) << "an exit each";
    EXPECT_DOUBLE_EQ(part("exit", "hypercall #0").ticks, 10) << "of ten ticks";
    for (const char* kind : {"world", "cause", "stall", "world-stall"}) {
        double sum = 0;
        for (const auto& [key, each] : executed.parts)
            if (key.first == kind) sum += each.ticks;
        EXPECT_DOUBLE_EQ(sum, 100) << kind << ": to the last tick";
    }
}

TEST(ExecutedRow, SaysWhatItCanNotTell) {
    EXPECT_THROW(executed_row("native", row(), run_of(300), run_of(300)), InputError) << "no more ticks";
    BenchmarkRun silent = run_of(300);
    silent.console.clear();
    EXPECT_THROW(executed_row("native", row(), run_of(100), silent), InputError) << "no figure";
}

TEST(ExecutedRow, SystemsStandSideBySide) {
    const std::vector<ExecutedRow> systems{executed_row("native", row(), run_of(100), run_of(300)),
                                           executed_row("pure", row(), run_of(50), run_of(400))};
    const PlainTable table = executed_table("null syscall", systems);
    for (const auto& cells : table.rows) {
        if (std::get<std::string>(cells[0]) != "operation") continue;
        EXPECT_EQ(cells[column_named(table, "native_ticks")], Cell(100.0)) << "native";
        EXPECT_EQ(cells[column_named(table, "pure_ticks")], Cell(100.0)) << "pure";
    }
    const std::string text = to_text(executed_report("null syscall", systems));
    EXPECT_NE(text.find("kernel: syscall"), std::string::npos) << text;
    EXPECT_EQ(text.find("none  0.0"), std::string::npos) << "nothing is no line: " << text;
}

}  // namespace
}  // namespace vtoll::core
