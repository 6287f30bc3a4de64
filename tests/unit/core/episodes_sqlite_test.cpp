// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/episodes_sqlite.hpp"

#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/unit/core/record_example.hpp"

namespace vtoll::core {
namespace {

namespace fs = std::filesystem;

class EpisodesSqlite : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "vtoll-episodes-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr) << "temporary folder";
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }
    fs::path file(const char* name) const { return folder_ / name; }
    static std::string bytes(const fs::path& path) {
        std::ifstream stream(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    fs::path folder_;
};

TEST_F(EpisodesSqlite, ReadsBackWhatWasWritten) {
    RunRecord run = example_run();
    run.cpus[0].crossings.contexts = {.parked = 3, .resumed = 2, .abandoned = 1};
    run.devices = {{0x3001, "gicd"}};
    run.number_registers = {{0xea1, 12}};
    run.number_register = 3;
    run.syscall_register = 7;
    run.guest_functions = {{0x8000, "main"}};
    run.hypervisor_functions = {{0x9000, "idle"}};
    Facts& facts = run.cpus[0].facts;
    facts.controls.push_back({World::hypervisor, true, {.mmu = true, .walk2_outer = true}, 1, 2, 3, 4});
    facts.events.push_back({{World::kernel, Cause::irq, 1}, MemoryEvent::two_pages, 5});
    facts.accesses.push_back({{World::hypervisor, Cause::wfi, 2}, false, "VBAR", 0, true, {6, 7, 8, 9}});
    facts.ending = {
        10, "here+0x4", "hyp", true, false, true, FirstFault{"Data Abort", 11, "there", "svc", "DFSR", "DFAR", 12}};
    write_episodes(run, file("a"));
    const RunRecord back = read_episodes(file("a"));
    EXPECT_EQ(back.calls, run.calls) << "names of calls";
    EXPECT_EQ(back.recorded_calls, run.calls) << "which are those of the recording too";
    EXPECT_EQ(back.devices, run.devices) << "devices of guests";
    EXPECT_EQ(back.number_registers, run.number_registers) << "registers of numbers";
    EXPECT_EQ(back.number_register, run.number_register) << "of any other immediate";
    EXPECT_EQ(back.syscall_register, run.syscall_register) << "of system calls";
    EXPECT_EQ(back.guest_functions, run.guest_functions) << "functions of the guest";
    EXPECT_EQ(back.hypervisor_functions, run.hypervisor_functions) << "and of the hypervisor";
    EXPECT_EQ(back.scenario, run.scenario) << "scenario";
    EXPECT_EQ(back.timing, run.timing) << "timing";
    EXPECT_EQ(back.clock_hz, run.clock_hz) << "clock";
    EXPECT_EQ(back.outcome, run.outcome) << "outcome";
    EXPECT_EQ(back.phases, run.phases) << "phase names";
    ASSERT_EQ(back.cpus.size(), 1u) << "processors";
    const ProcessorRecord &a = run.cpus[0], &b = back.cpus[0];
    EXPECT_EQ(b.machine.ticks, a.machine.ticks) << "ticks of the processor";
    ASSERT_EQ(b.episodes.size(), a.episodes.size()) << "rows";
    for (std::size_t i = 0; i < a.episodes.size(); ++i) {
        EXPECT_EQ(b.episodes[i].kind, a.episodes[i].kind) << "row " << i;
        EXPECT_EQ(b.episodes[i].count, a.episodes[i].count) << "row " << i;
        EXPECT_EQ(b.episodes[i].callers.counts, a.episodes[i].callers.counts) << "row " << i;
        EXPECT_EQ(b.episodes[i].last_tick, a.episodes[i].last_tick) << "row " << i;
    }
    ASSERT_EQ(b.samples.size(), a.samples.size()) << "samples";
    EXPECT_EQ(b.samples.back().hypervisor.ticks, a.samples.back().hypervisor.ticks) << "the last sample";
    EXPECT_EQ(b.markers.size(), a.markers.size()) << "markers";
    EXPECT_EQ(b.crossings.contexts, a.crossings.contexts) << "contexts";
    EXPECT_EQ(b.facts, a.facts) << "facts";
    EXPECT_TRUE(conserved(back)) << "accounts came back whole";
}

TEST_F(EpisodesSqlite, ExitsThatAHostTakesPartIn) {
    RunRecord run = example_run();
    run.calls = {{{CallInstruction::hvc, 0, 0x4020'0100}, "hypercall vcpu_run"}};
    ProcessorRecord& cpu = run.cpus[0];
    cpu.episodes[0].kind.role = EntryRole::way_back;
    HostExitRow exit{cpu.episodes[1].kind, {{{1, 2}, {3, 4}, {0, 0}, {5, 6}}}, 7, 8, 9};
    exit.kind.role = EntryRole::way_in;
    exit.kind.phases = {};
    exit.kind.waits = {};
    exit.kind.vm_after = 0;
    exit.kind.turns = 10;
    exit.callers.counts = {{0x8000, 6}, {0x8004, 1}};
    cpu.host_exits = {exit, exit};
    cpu.host_exits[1].kind.finished = false;
    write_episodes(run, file("a"));
    const RunRecord back = read_episodes(file("a"));
    EXPECT_EQ(back.calls, run.calls) << "names of calls";
    EXPECT_EQ(back.cpus[0].episodes[0].kind.role, EntryRole::way_back) << "role of an entry";
    ASSERT_EQ(back.cpus[0].host_exits.size(), 2u) << "rows";
    for (std::size_t i = 0; i < 2; ++i) {
        const HostExitRow &a = cpu.host_exits[i], &b = back.cpus[0].host_exits[i];
        EXPECT_TRUE(b.alike(a)) << "row " << i;
        EXPECT_EQ(b.callers.counts, a.callers.counts) << "row " << i;
        EXPECT_EQ(b.count, a.count) << "row " << i;
        EXPECT_EQ(b.first_tick, a.first_tick) << "row " << i;
        EXPECT_EQ(b.last_tick, a.last_tick) << "row " << i;
    }
    ASSERT_EQ(back.cpus[0].accounts.size(), cpu.accounts.size()) << "accounts";
    for (std::size_t i = 0; i < cpu.accounts.size(); ++i)
        EXPECT_EQ(back.cpus[0].accounts[i].vm, cpu.accounts[i].vm) << "machine of account " << i;
}

TEST_F(EpisodesSqlite, SameRunSameBytes) {
    write_episodes(example_run(), file("a"));
    write_episodes(example_run(), file("b"));
    EXPECT_EQ(bytes(file("a")), bytes(file("b"))) << "two runs of the same inputs";
    EXPECT_FALSE(bytes(file("a")).empty()) << "something was written";
}

TEST_F(EpisodesSqlite, ValuesBeyond32BitsSurvive) {
    RunRecord run = example_run();
    run.cpus[0].machine.ticks = 0x1234'5678'9abc;
    run.cpus[0].episodes[0].kind.detail = 0xffff'ffff;
    run.cpus[0].episodes[0].kind.syndrome = 0x9380'0047;
    write_episodes(run, file("a"));
    const RunRecord back = read_episodes(file("a"));
    EXPECT_EQ(back.cpus[0].machine.ticks, 0x1234'5678'9abcu) << "ticks";
    EXPECT_EQ(back.cpus[0].episodes[0].kind.detail, 0xffff'ffffu) << "detail";
    EXPECT_EQ(back.cpus[0].episodes[0].kind.syndrome, 0x9380'0047u) << "syndrome";
}

TEST_F(EpisodesSqlite, RefusesWhatIsNoDatabase) {
    std::ofstream(file("text")) << "not a database, but long enough to be one: " << std::string(200, 'x');
    EXPECT_THROW(read_episodes(file("text")), InputError) << "text";
    EXPECT_THROW(read_episodes(file("missing")), InputError) << "no file";
    { std::ofstream empty(file("empty")); }
    EXPECT_THROW(read_episodes(file("empty")), InputError) << "an empty file has version 0";
}

}  // namespace
}  // namespace vtoll::core
