// SPDX-License-Identifier: Apache-2.0
// Scenario files, overrides, images and run directories.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "core/base/sha256.hpp"
#include "core/scenario/image.hpp"
#include "core/scenario/run_directory.hpp"
#include "core/scenario/run_facts.hpp"
#include "core/scenario/scenario.hpp"

namespace vtoll::core {
namespace {

namespace fs = std::filesystem;

/// The message of the InputError that `action` throws.
template <class Action>
std::string complaint(Action action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "(no complaint)";
}

std::string parse_complaint(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return complaint([&] { parse_scenario(text, "s.toml", overrides); });
}

const std::string minimal = "[[image]]\nfile = \"a.elf\"\n";

TEST(ScenarioFile, ReadsEveryKey) {
    const Scenario s = parse_scenario(R"(
name = "n"
description = "d"
[machine]
virtualization = false
cpus = 3
ram = "64M"
clock_mhz = 600
semihosting = false
bootargs = "b"
dtb = "x.dtb"
entry = 0x40000000
[[image]]
file = "a.bin"
kind = "raw"
address = 0x41000000
symbols = "kernel"
phases = "p.toml"
[[domain]]
name = "dom0"
kernel = "k"
initrd = "i"
bootargs = "console=hvc0"
[[domain]]
name = "domU1"
kernel = "k"
memory = "96M"
cpus = 2
[[symbols]]
file = "g.elf"
world = "kernel"
phases = "q.toml"
vm = 1
[[trigger]]
at = "exit_hvc"
level = "pl2"
marker = 3
[timing]
rung = "weights"
[limits]
instructions = 5
seconds = 1.5
[console]
input = "text"
[row]
operation = "o"
cause = "hypercall"
[expect]
console = "hello\n"
entries = { "0x12" = 3 }
)",
                                      "s.toml", {});
    EXPECT_EQ(s.machine.cpus, 3u) << "machine.cpus";
    EXPECT_EQ(s.machine.ram, 64u << 20) << "machine.ram in megabytes";
    EXPECT_EQ(s.images.at(0).address, 0x4100'0000u) << "image.address";
    EXPECT_EQ(s.domains.at(0).initrd, "i") << "domain.initrd";
    EXPECT_EQ(s.domains.at(1).memory, 96u << 20) << "domain.memory in megabytes";
    EXPECT_EQ(s.symbols.at(0).vm, 1u) << "symbols.vm";
    EXPECT_EQ(s.symbols.at(0).phases, "q.toml") << "symbols.phases";
    EXPECT_EQ(s.triggers.at(0).at.symbol, "exit_hvc") << "trigger.at";
    EXPECT_EQ(s.timing.rung, "weights") << "timing.rung";
    EXPECT_EQ(s.limits.seconds, 1.5) << "limits.seconds";
    EXPECT_EQ(s.expect.entries.at(0).second, 3u) << "expect.entries";
    EXPECT_EQ(to_toml(parse_scenario(to_toml(s), "again", {})), to_toml(s)) << "what is written reads back the same";
}

TEST(ScenarioFile, ComplaintsSayWhereAndWhatWasExpected) {
    EXPECT_EQ(parse_complaint("name = \n"), "s.toml:1: Error while parsing key-value pair: expected value, saw '\\n'")
        << "broken TOML";
    EXPECT_EQ(parse_complaint("x = 1\n" + minimal),
              "s.toml:1: unknown key 'x'; expected one of: name, description, machine, image, domain, symbols, "
              "trigger, virtio, timing, limits, console, boot, engine, worlds, row, expect")
        << "unknown key";
    EXPECT_EQ(parse_complaint("[machine]\ncpus = 9\n" + minimal), "s.toml:2: machine.cpus: expected 1 to 8, found 9")
        << "out of range";
    EXPECT_EQ(parse_complaint("[machine]\ncpus = \"two\"\n" + minimal),
              "s.toml:2: machine.cpus: expected an integer, found text")
        << "wrong type";
    EXPECT_EQ(parse_complaint("[machine]\nram = \"12X\"\n" + minimal),
              "s.toml:2: machine.ram: expected a size such as \"128M\" or a number of bytes")
        << "not a size";
    EXPECT_EQ(parse_complaint("[[image]]\naddress = 1\n"), "s.toml:1: image[0].file: expected this key")
        << "key left out";
    EXPECT_EQ(parse_complaint("name = \"x\"\n"), "s.toml: nothing to run: expected at least one [[image]]")
        << "no image";
    EXPECT_EQ(parse_complaint("machine = 3\n" + minimal), "s.toml:1: machine: expected a table, found an integer")
        << "not a table";
}

TEST(ScenarioFile, DomainsAreWhatAHypervisorCanBeToldOf) {
    const auto refused = [](const std::string& keys) { return parse_complaint(minimal + "[[domain]]\n" + keys); };
    EXPECT_EQ(refused("name = \"dom0\"\n"), "s.toml:3: domain[0].kernel: expected this key") << "no kernel";
    EXPECT_EQ(refused("name = \"dom0\"\nkernel = \"k\"\nmemory = \"64M\"\n"),
              "s.toml:6: domain[0].memory: of dom0 the hypervisor's command line says it (machine.bootargs)")
        << "dom0's size";
    EXPECT_EQ(refused("name = \"u\"\nkernel = \"k\"\n"), "s.toml:3: domain[0].memory: expected this key")
        << "no memory";
    EXPECT_EQ(refused("name = \"u\"\nkernel = \"k\"\nmemory = 4096\n"),
              "s.toml:6: domain[0].memory: expected whole megabytes")
        << "half a megabyte";
    EXPECT_EQ(refused("name = \"a/b\"\nkernel = \"k\"\n"),
              "s.toml:4: domain[0].name: expected 1 to 31 letters, digits or any of ,._+-")
        << "not a node's name";
    EXPECT_EQ(refused("name = \"dom0\"\nkernel = \"k\"\n[[domain]]\nname = \"dom0\"\nkernel = \"k\"\n"),
              "s.toml:7: domain[1].name: another domain has this name")
        << "twice the same";
}

TEST(ScenarioFile, Overrides) {
    const Scenario s = parse_scenario(
        minimal, "s.toml", {"machine.cpus=2", "timing.rung=weights", "image.0.file=b.elf", "machine.ram=\"1G\""});
    EXPECT_EQ(s.machine.cpus, 2u) << "a number";
    EXPECT_EQ(s.timing.rung, "weights") << "a word without quotes";
    EXPECT_EQ(s.images.at(0).file, "b.elf") << "an element of an array";
    EXPECT_EQ(s.machine.ram, 1u << 30) << "text with quotes";
    EXPECT_EQ(parse_complaint(minimal, {"machine.cpus"}), "-c machine.cpus: expected key=value, such as machine.cpus=2")
        << "no value";
    EXPECT_EQ(parse_complaint(minimal, {"image.7.file=x"}), "-c image.7.file=x: '7' is an index, expected 0 to 0")
        << "no such element";
    EXPECT_EQ(parse_complaint(minimal, {"machine.cpuz=2"}).substr(0, 37), "s.toml:1: unknown key 'machine.cpuz' ")
        << "no such key";
}

TEST(Sha256, KnownAnswer) {
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        << "FIPS 180-4 example";
}

/// A 32-bit ARM executable of one segment, made by hand.
struct Elf {
    u32 paddr = 0x4000'8000, entry = 0x4000'8000, filesz = 8, memsz = 16, offset = 84;
    u16 machine = 40, type = 2;

    std::string bytes() const {
        std::string out(84 + 8, '\0');
        const auto put = [&](std::size_t at, auto value) { std::memcpy(out.data() + at, &value, sizeof value); };
        std::memcpy(out.data(), "\177ELF\1\1\1", 7);
        put(16, type), put(18, machine), put(20, u32{1}), put(24, entry), put(28, u32{52});
        put(40, u16{52}), put(42, u16{32}), put(44, u16{1}), put(46, u16{40});
        put(52, u32{1}), put(56, offset), put(60, u32{0x8000}), put(64, paddr), put(68, filesz), put(72, memsz);
        put(84, u32{0xe1a00000}), put(88, u32{0xeafffffe});
        return out;
    }
};

struct ImageTest : ::testing::Test {
    Image make(const std::string& bytes, std::optional<u64> address = {}, ImageKind kind = ImageKind::automatic) {
        return make_image({"f", bytes, ""}, kind, address, ram);
    }
    std::string refused(const std::string& bytes, std::optional<u64> address = {}) {
        return complaint([&] {
            const std::vector<Image> images{make(bytes, address)};
            check_placement(images, ram);
        });
    }
    Ram ram{0x4000'0000, 16u << 20};
};

TEST_F(ImageTest, ElfGoesToItsPhysicalAddress) {
    const Image image = make(Elf{}.bytes());
    check_placement({image}, ram);
    place(image, ram);
    EXPECT_EQ(image.entry, 0x4000'8000u) << "entry point";
    EXPECT_EQ(ram.at(0x4000'8004)[3], 0xea) << "p_paddr, not p_vaddr";
    EXPECT_EQ(ram.at(0x4000'8008)[0], 0) << "the rest of the segment is zero";
}

TEST(SymbolMap, IsReadAsNmPrintsIt) {
    const Symbols symbols =
        read_symbols({"m", "         U abort\n00200000 T start\n00200010 t $a\n00200010 t trap\n\n", ""});
    EXPECT_EQ(symbols.all().size(), 2u) << "neither the undefined symbol nor the mapping symbol";
    EXPECT_EQ(symbols.describe(0x0020'0014), "trap+0x4") << "to the next symbol";
    EXPECT_TRUE(symbols.named("start")->function) << "type T";
    const auto refused = [](const char* text) { return complaint([&] { read_symbols({"m", text, ""}); }); };
    EXPECT_EQ(refused("00200000 T a\nhello world\n"),
              "m:2: expected an address, a type and a name, such as \"00200000 T start\"")
        << "something else";
    EXPECT_EQ(refused("ffff000000200000 T a\n"), "m:1: address ffff000000200000 has more than 32 bits")
        << "of another machine";
    EXPECT_EQ(refused(""), "m: neither an ELF file nor a list of symbols") << "nothing";
}

TEST_F(ImageTest, BrokenElfIsRefused) {
    EXPECT_EQ(refused(Elf{}.bytes().substr(0, 40)), "f: truncated: the ELF header ends beyond the file")
        << "half a header";
    EXPECT_EQ(refused(Elf{}.bytes().substr(0, 88)), "f: truncated: segment 0 needs bytes 0x54..0x5c, the file has 0x58")
        << "half a segment";
    EXPECT_EQ(refused(Elf{}.bytes().substr(0, 60)), "f: truncated: the program headers end beyond the file")
        << "half a program header";
    EXPECT_EQ(refused(Elf{.paddr = 0x8000}.bytes()),
              "f: segment 0 at 0x8000..0x8010 lies outside RAM 0x40000000..0x41000000")
        << "below RAM";
    EXPECT_EQ(refused(Elf{.paddr = 0x40ff'fff8}.bytes()),
              "f: segment 0 at 0x40fffff8..0x41000008 lies outside RAM 0x40000000..0x41000000")
        << "over its end";
    EXPECT_EQ(refused(Elf{.machine = 62}.bytes()), "f: expected an ELF file for ARM (machine 40), found machine 62")
        << "another machine's";
    EXPECT_EQ(refused(Elf{.type = 1}.bytes()), "f: expected an executable (ET_EXEC); link it to fixed addresses")
        << "an object file";
    EXPECT_EQ(refused(Elf{.memsz = 4}.bytes()).substr(0, 30), "f: segment 0 has 0x8 bytes in ")
        << "sizes that can't be";
}

TEST_F(ImageTest, RawAndZImage) {
    EXPECT_EQ(refused("bytes"), "f: neither ELF nor zImage; expected `address` for a raw image") << "no address";
    EXPECT_EQ(refused("bytes", 0x1000), "f: the image at 0x1000..0x1005 lies outside RAM 0x40000000..0x41000000")
        << "outside RAM";
    EXPECT_EQ(make("bytes", 0x4010'0000).segments.at(0).pa, 0x4010'0000u) << "raw at an address";
    std::string zimage(64, '\0');
    std::memcpy(zimage.data() + 0x24, "\x18\x28\x6f\x01", 4);
    const Image image = make(zimage);
    EXPECT_EQ(image.kind, ImageKind::zimage) << "known by its magic number";
    EXPECT_EQ(image.entry, 0x4001'0000u) << "where QEMU puts it";
}

TEST_F(ImageTest, OverlapsAreRefused) {
    const std::vector<Image> images{make("0123456789", 0x4010'0000), make("x", 0x4010'0009)};
    EXPECT_EQ(complaint([&] { check_placement(images, ram); }),
              "f: the image at 0x40100009 overlaps the image of f at 0x40100000..0x4010000a")
        << "one byte shared";
}

struct RunDirectoryTest : ::testing::Test {
    RunDirectoryTest() { fs::create_directories(base); }
    ~RunDirectoryTest() override { fs::remove_all(base); }
    std::size_t entries() { return static_cast<std::size_t>(std::distance(fs::directory_iterator(base), {})); }
    fs::path base = fs::temp_directory_path() / ("vtoll-test-" + std::to_string(getpid()));
};

/// What commit() says.
std::string leave_run(const fs::path& target, const std::string& timing, const std::string& outcome = "power_off") {
    RunDirectory directory(target);
    directory.add("manifest.json", R"({"tool": {"name": "vtoll"}, "inputs": []})");
    directory.add("config.toml", "");
    directory.add("stats.json",
                  R"({"scenario": "s", "timing": {"model": ")" + timing + R"("}, "outcome": {"kind": ")" + outcome +
                      R"("}, "stats": {"machine.instructions": {"value": 1}, "machine.ticks": {"value": 1}}})");
    return directory.commit();
}

TEST_F(RunDirectoryTest, AppearsWholeOrNotAtAll) {
    {
        RunDirectory abandoned(base / "above/run");
        abandoned.add("stats.json", "{}");
    }
    EXPECT_EQ(entries(), 0u) << "nothing is left of a run that didn't commit, nor a folder that was made for it";
    RunDirectory directory(base / "run");
    EXPECT_EQ(entries(), 1u) << "the place is known to be good before there is a result";
    directory.add("manifest.json", "{}");
    EXPECT_FALSE(fs::exists(base / "run")) << "not there before commit";
    directory.commit();
    EXPECT_TRUE(fs::exists(base / "run/manifest.json")) << "there after";
    EXPECT_EQ(entries(), 1u) << "and nothing beside it";
}

TEST_F(RunDirectoryTest, ReplacesOnlyRunDirectories) {
    fs::create_directories(base / "mine");
    std::ofstream(base / "mine/thesis.tex") << "precious";
    EXPECT_NE(complaint([&] { RunDirectory refused(base / "mine"); }).find("isn't a run directory"), std::string::npos)
        << "a folder with other things in it";
    fs::create_directories(base / "npm");
    std::ofstream(base / "npm/manifest.json") << R"({"name": "somebody else's"})";
    EXPECT_NE(complaint([&] { RunDirectory refused(base / "npm"); }).find("isn't a run directory"), std::string::npos)
        << "a manifest of another program";
}

TEST_F(RunDirectoryTest, KeepsAnotherRun) {
    const fs::path run = base / "run";
    EXPECT_EQ(leave_run(run, "weights"), "") << "nothing was there";
    EXPECT_EQ(leave_run(run, "weights"), "") << "the same run takes its place";
    EXPECT_EQ(entries(), 1u) << "and nothing is beside it";
    EXPECT_EQ(leave_run(run, "cortex-a7"),
              run.string() + ": the earlier run is kept, as " + run.string() + ".1: timing weights, now cortex-a7")
        << "another model";
    fs::create_directories(base / "run.2");
    EXPECT_EQ(leave_run(run, "cortex-a7", "guest_exit"),
              run.string() + ": the earlier run is kept, as " + run.string() + ".3: outcome power_off, now guest_exit")
        << "another outcome; .2 is somebody's";
    EXPECT_EQ(read_run_facts(base / "run.1").timing, "weights") << "as it was";
    EXPECT_EQ(read_run_facts(base / "run.3").outcome, "power_off") << "as it was";
    EXPECT_EQ(read_run_facts(run).outcome, "guest_exit") << "the newest has the name";
    std::ofstream(run / "stats.json") << "{";
    EXPECT_NE(leave_run(run, "cortex-a7").find("run.4: it is damaged"), std::string::npos)
        << "a damaged one is not lost";
}

}  // namespace
}  // namespace vtoll::core
