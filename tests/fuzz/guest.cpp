// SPDX-License-Identifier: Apache-2.0
// Guest code by chance, in every mode, under translation tables by chance: a stream of instructions that exist, with
// any operands, runs for some thousand instructions on the whole machine, its devices, firmware and semihosting
// included. Each input has a process of its own, since a process has one machine. VTOLL_FUZZ_TIMING names the rung.
#include <sys/time.h>
#include <sys/wait.h>

#include <array>
#include <cstring>
#include <fstream>

#include "core/scenario/books.hpp"
#include "isa/encodings/encoding.hpp"
#include "isa/sysregs/sys_reg.hpp"
#include "tests/fuzz/hostile.hpp"

namespace {

using namespace vtoll;
using namespace vtoll::core;

constexpr u32 ram_base = memory_map::ram_base, ram_size = 4u << 20;
constexpr u32 entry = ram_base + 0x1'0000, code = ram_base + 0x2'0000, code_size = 0x4000;
constexpr u32 short_table = ram_base + 0x4'0000, long_table = ram_base + 0x5'0000, tables_end = ram_base + 0x5'4000;
constexpr u64 most_instructions = 4000;

std::string words(std::initializer_list<u32> list) {
    return {reinterpret_cast<const char*>(std::data(list)), 4 * list.size()};
}

/// MSR ELR_hyp, r0; MSR SPSR_hyp, r1; LDM r12, {r0-r11}; ERET
std::string stub() { return words({0xe12e'f300, 0xe16e'f301, 0xe89c'0fff, 0xe160'006e}); }

Simulation& machine() {
    static const fuzz::Folder folder;
    static Simulation* const made = [] {
        std::ofstream(folder.path() / "stub.bin", std::ios::binary) << stub();
        const char* timing = std::getenv("VTOLL_FUZZ_TIMING");
        Scenario scenario = parse_scenario(
            fmt::format("[machine]\ncpus = 2\nram = \"4M\"\ndevices = \"all\"\nentry = {}\n"
                        "[[image]]\nfile = \"stub.bin\"\nkind = \"raw\"\naddress = {}\n"
                        "[[virtio]]\nkind = \"random\"\n[[virtio]]\nkind = \"console\"\n"
                        "[timing]\nrung = \"{}\"\n[limits]\ninstructions = {}\nseconds = 0.01\noutput = \"1M\"\n",
                        entry, entry, timing ? timing : "functional", most_instructions),
            "fuzz", {});
        settle(scenario);
        SearchPath search;
        search.add(folder.path());
        return new Simulation(scenario, search);  // as long as the process
    }();
    return *made;
}

void put(u32 at, u32 word) { std::memcpy(machine().machine().ram().at(at), &word, 4); }

void set(isa::CpuState& s, std::string_view name, u32 value) {
    for (const isa::SysReg& reg : isa::sysregs())
        if (reg.name == name) {
            isa::write_sysreg(s, isa::Op{}, reg, value);
            return;
        }
    fuzz::expect(false, "a register that doesn't exist");
}

/// What software has in its registers: addresses of memory, tables, devices; calls of firmware; anything.
u32 operand(fuzz::Bytes& bytes) {
    static constexpr std::array<u32, 16> telling = {
        0,           1,          ~0u,         code,        code + 1,    ram_base,    ram_base + ram_size - 4,
        short_table, long_table, 0x0800'0000, 0x0801'0000, 0x0803'0000, 0x0900'0000, 0x0a00'3e00,
        0x8400'0003, 0x0400'0000};
    const u8 which = bytes.take<u8>();
    return which < 0x80 ? telling[which & 15] : bytes.take<u32>();
}

/// An instruction of the set's table, mostly without a condition.
u32 instruction(isa::InstrSet which, fuzz::Bytes& bytes) {
    const auto rows = isa::encodings(which);
    const u16 row = bytes.take<u16>();
    const isa::Encoding& e = rows[row % rows.size()];
    u32 word = e.value | (bytes.take<u32>() & ~e.mask);
    const u32 condition = e.field['c' - 'A'];
    if (which == isa::InstrSet::a32 && condition == 0xf000'0000 && row < 0xc000)
        word = (word & ~condition) | 0xe000'0000;
    return isa::in_memory(word, which);
}

void set_up(fuzz::Bytes& bytes) {
    isa::CpuState& s = machine().machine().cpu(0).state();
    const u8 mode = bytes.take<u8>(), translation = bytes.take<u8>(), tables = bytes.take<u8>();
    // Tables of sections that map everything to itself, then what the input changes in them.
    for (u32 i = 0; i < 4096; ++i) put(short_table + 4 * i, i << 20 | (i < 0x400 ? 0x0c02 : 0x1c0e));
    for (u32 i = 0; i < 4; ++i) put(long_table + 8 * i, i << 30 | 0x7fd);
    for (u32 changes = tables & 15; changes-- > 0;) {
        const u32 at = bytes.take<u16>() % (tables_end - short_table) & ~3u;
        put(short_table + at, bytes.take<u32>());
    }
    set(s, "TTBR0", tables & 0x80 ? bytes.take<u32>() : translation & 2 ? long_table : short_table | 0x59);
    set(s, "TTBCR", translation & 2 ? 0x8000'0000 : tables >> 4 & 7);
    set(s, "TTBR1", operand(bytes));
    set(s, "DACR", tables & 0x40 ? bytes.take<u32>() : 0x5555'5555);
    set(s, "HTTBR", tables & 0x20 ? bytes.take<u32>() : long_table);
    set(s, "VTTBR", tables & 0x10 ? bytes.take<u32>() : long_table);
    set(s, "VTCR", 0x8000'3500 | (translation >> 6 & 1) << 6);
    set(s, "HCPTR", bytes.take<u8>() & 1 ? bytes.take<u32>() : 0);
    set(s, "HSTR", bytes.take<u8>() & 1 ? bytes.take<u32>() : 0);
    set(s, "HDCR", bytes.take<u8>() & 1 ? bytes.take<u32>() : 0);
    set(s, "CPACR", 0x00f0'0000);
    set(s, "VBAR", code + 0x20 * bytes.take<u8>());
    set(s, "HVBAR", code + 0x20 * bytes.take<u8>());
    const u32 traps = bytes.take<u8>() & 1 ? bytes.take<u32>() & ~1u : 0;
    set(s, "HCR", traps | (translation >> 2 & 1));
    set(s, "SCTLR", 0x00c5'0078 | 0x1804 * (translation >> 5 & 1) | (translation & 1) | (translation >> 3 & 2));
    set(s, "HSCTLR", 0x30c5'0878 | (translation >> 3 & 1));

    static constexpr std::array<u32, 8> modes = {0x10, 0x13, 0x12, 0x11, 0x17, 0x1b, 0x1f, 0x1a};
    const bool thumb = mode & 8;
    s.r[0] = code | thumb;
    s.r[1] = modes[mode & 7] | (thumb ? 0x20 : 0) | (mode & 16 ? 0x200 : 0) | (mode & 32 ? 0 : 0x1c0);
    s.r[12] = ram_base + 0x3'0000;
    for (u32 i = 0; i < 12; ++i) put(s.r[12] + 4 * i, operand(bytes));

    std::string stream;
    while (bytes.any() && stream.size() < code_size) {
        const auto which = !thumb ? isa::InstrSet::a32 : bytes.take<u8>() & 1 ? isa::InstrSet::t16 : isa::InstrSet::t32;
        const u32 word = instruction(which, bytes);
        stream.append(reinterpret_cast<const char*>(&word), which == isa::InstrSet::t16 ? 2 : 4);
    }
    if (stream.empty()) stream = words({0xeaff'fffe});
    for (u32 at = 0; at < code_size; ++at)  // over and over: branches come to code, too
        *machine().machine().ram().at(code + at) = static_cast<u8>(stream[at % stream.size()]);
    machine().machine().cpu(0).memory_written(code, code_size);
}

/// What is left of a run.
fuzz::Seen run(fuzz::Bytes bytes) {
    set_up(bytes);
    Books books;
    Simulation& one = machine();
    one.add(books);
    const Outcome outcome = one.run();
    fuzz::expect(conserved(books.record()), "the books don't add up");
    fuzz::expect(one.instructions() <= 2 * most_instructions, "the limit was passed");
    fuzz::Seen seen;
    seen(static_cast<u64>(outcome.kind));
    seen(one.instructions());
    seen(one.ticks());
    seen(one.machine().console().log());
    seen(std::string_view(reinterpret_cast<const char*>(one.machine().ram().at(ram_base)), ram_size / 8));
    return seen;
}

/// In a process of its own; `seen` is shared.
void run_apart(const fuzz::Bytes& bytes, fuzz::Seen& seen) {
    const pid_t child = fork();
    fuzz::expect(child >= 0, "no process");
    if (child == 0) {
        const itimerval ten_seconds{{}, {10, 0}};  // an alarm is not inherited
        setitimer(ITIMER_VIRTUAL, &ten_seconds, nullptr);
        seen = run(bytes);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    fuzz::expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the guest's machine has died");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    machine();
    static auto* const shared = static_cast<fuzz::Seen*>(
        mmap(nullptr, 2 * sizeof(fuzz::Seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    fuzz::Bytes bytes(data, size);
    const bool twice = bytes.take<u8>() % 4 == 0;
    run_apart(bytes, shared[0]);
    if (!twice) return 0;
    run_apart(bytes, shared[1]);
    fuzz::expect(shared[0] == shared[1], "the same code ends otherwise when it runs again");
    return 0;
}
