// SPDX-License-Identifier: Apache-2.0
// Devices and firmware as plain C++, without the kernel.
#include <gtest/gtest.h>
#include <libfdt.h>

#include <cstring>
#include <filesystem>
#include <map>

#include "core/platform/boot_domains.hpp"
#include "core/platform/device_tree.hpp"
#include "core/platform/devices/pl011.hpp"
#include "core/platform/psci.hpp"
#include "core/platform/semihosting.hpp"
#include "core/seam/clock.hpp"

namespace vtoll::core {
namespace {

TEST(Clock, DeadlinesNeverComeEarly) {
    for (u64 hz : {u64{1'000'000'000}, u64{1'300'000'000}, u64{600'000'000}, u64{62'500'000}, u64{1'000'000}}) {
        const Clock clock(hz, 62'500'000);
        for (u64 count : {u64{0}, u64{1}, u64{2}, u64{999}, u64{1'000'000'007}, u64{1} << 50}) {
            const u64 tick = clock.tick_of_count(count);
            EXPECT_GE(clock.counter(tick), count) << "at " << hz << " Hz, count " << count << " is reached";
            if (tick == 0) continue;
            EXPECT_LT(clock.counter(tick - 1), count) << "at " << hz << " Hz, and not before";
        }
        EXPECT_EQ(clock.tick_of_count(never), never) << "never stays never";
    }
}

struct Uart : ::testing::Test {
    u32 read(u32 offset) {
        u32 value = 0;
        uart.read({offset, 4, 0, false}, value);
        return value;
    }
    void write(u32 offset, u32 value) { uart.write({offset, 4, 0, false}, value); }

    Console console;
    Pl011 uart{console};
};

TEST_F(Uart, TransmitsToTheConsole) {
    for (char c : std::string("hi\n")) write(0x00, static_cast<u8>(c));
    EXPECT_EQ(console.log(), "hi\n") << "every byte written to DR";
}

TEST_F(Uart, TransmitInterruptIsMaskedRaisedAndCleared) {
    bool line = false;
    uart.interrupt.connect([&](bool level) { line = level; });
    write(0x00, 'x');
    EXPECT_EQ(read(0x3c), 0x20u) << "RIS.TXRIS after a transmission";
    EXPECT_EQ(read(0x40), 0u) << "MIS while masked";
    EXPECT_FALSE(line) << "no interrupt while masked";
    write(0x38, 0x20);
    EXPECT_EQ(read(0x40), 0x20u) << "MIS once unmasked";
    EXPECT_TRUE(line) << "interrupt once unmasked";
    write(0x44, 0x20);
    EXPECT_FALSE(line) << "ICR clears it";
}

TEST_F(Uart, ReceivesThroughTheFifo) {
    bool line = false;
    uart.interrupt.connect([&](bool level) { line = level; });
    console.set_input("0123456789abcdefXY");
    write(0x38, 0x10);
    write(0x2c, 0x10);
    EXPECT_TRUE(line) << "receive interrupt with input waiting";
    EXPECT_EQ(read(0x18) & 0x50, 0x40u) << "FR: 16 characters fill the FIFO";
    std::string got;
    while (!(read(0x18) & 0x10)) got.push_back(static_cast<char>(read(0x00)));
    EXPECT_EQ(got, "0123456789abcdefXY") << "nothing lost, nothing twice";
    EXPECT_FALSE(line) << "receive interrupt falls when the FIFO is empty";
}

TEST_F(Uart, IdentifiesItself) {
    const std::array<u32, 8> ids{0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
    for (u32 i = 0; i < ids.size(); ++i) EXPECT_EQ(read(0xfe0 + 4 * i), ids[i]) << "identification byte " << i;
}

struct Power : PowerControl {
    unsigned cpu_count() const override { return 2; }
    PowerControl::Power power(unsigned cpu) const override {
        return cpu == 0 ? PowerControl::Power::on : PowerControl::Power::off;
    }
    void power_on(unsigned, u32 e, u32, unsigned) override { entry = e; }
    void power_off(unsigned) override { off = true; }
    void system_off() override { system = 'o'; }
    void system_reset() override { system = 'r'; }
    u32 entry = 0;
    bool off = false;
    char system = 0;
};

TEST(Psci, AnswersAsQemuDoes) {
    Power power;
    const auto call = [&](u32 r0, u32 r1 = 0, u32 r2 = 0) { return psci::call(power, 0, {r0, r1, r2, 0}); };
    EXPECT_EQ(call(0x8400'0000), 0x1'0001u) << "PSCI_VERSION 1.1";
    EXPECT_EQ(call(0x8400'0006), 2u) << "MIGRATE_INFO_TYPE: no trusted OS";
    EXPECT_EQ(call(0x8400'000a, 0x8400'0003), 0u) << "PSCI_FEATURES of CPU_ON";
    EXPECT_EQ(call(0x8400'000a, 0x8400'0005), psci::not_supported) << "PSCI_FEATURES of MIGRATE";
    EXPECT_EQ(call(0x8400'000a, 0x8000'0000), psci::not_supported) << "PSCI_FEATURES of SMCCC_VERSION";
    EXPECT_EQ(call(0x8400'0004, 0), 0u) << "AFFINITY_INFO of a processor that is on";
    EXPECT_EQ(call(0x8400'0004, 1), 1u) << "and of one that is off";
    EXPECT_EQ(call(0x8400'0004, 2), psci::invalid_parameters) << "and of none";
    EXPECT_EQ(call(0xc400'0003, 1), psci::not_supported) << "64-bit calls from AArch32";
    EXPECT_EQ(call(0x1234), psci::not_supported) << "anything else";
    EXPECT_EQ(call(0x8400'0002), 0u) << "CPU_OFF";
    EXPECT_TRUE(power.off) << "CPU_OFF turns the caller off";
    call(0x8400'0009);
    EXPECT_EQ(power.system, 'r') << "SYSTEM_RESET";
}

struct Bytes : Semihosting::Memory {
    bool read(u32 va, void* to, std::size_t size) override {
        if (va + size > bytes.size()) return false;
        std::memcpy(to, bytes.data() + va, size);
        return true;
    }
    bool write(u32 va, const void* from, std::size_t size) override {
        if (va + size > bytes.size()) return false;
        std::memcpy(bytes.data() + va, from, size);
        return true;
    }
    void words(u32 va, std::initializer_list<u32> values) {
        for (u32 v : values) write(va, &v, 4), va += 4;
    }
    std::array<u8, 256> bytes{};
};

struct SemihostingTest : ::testing::Test {
    u32 call(u32 operation, u32 parameter = 0, u64 ns = 0) { return host.call(memory, operation, parameter, ns); }
    Console console;
    Semihosting host{console};
    Bytes memory;
};

TEST_F(SemihostingTest, WritesToTheConsole) {
    memory.write(0x40, "abc\0", 4);
    EXPECT_EQ(call(0x04, 0x40), 0u) << "SYS_WRITE0";
    memory.write(0x50, "!", 1);
    call(0x03, 0x50);
    memory.words(0, {2, 0x41, 2});
    EXPECT_EQ(call(0x05, 0), 0u) << "SYS_WRITE returns the number of bytes not written";
    EXPECT_EQ(console.log(), "abc!bc") << "WRITE0, WRITEC, WRITE in order";
    memory.words(0, {9, 0x41, 2});
    EXPECT_EQ(call(0x05, 0), 2u) << "SYS_WRITE to a handle that isn't open";
    EXPECT_EQ(call(0x13), static_cast<u32>(EBADF)) << "SYS_ERRNO says why";
}

TEST(Console, EndsAtItsLimit) {
    Console console;
    unsigned told = 0;
    console.limit(3, [&] { ++told; });
    EXPECT_TRUE(console.put("abc")) << "as much as fits";
    EXPECT_EQ(told, 0u) << "nothing is lost yet";
    EXPECT_FALSE(console.put("de")) << "what is behind it";
    EXPECT_EQ(console.log(), "abc") << "is lost";
    EXPECT_EQ(told, 1u) << "and whoever asked for the limit hears of it";
}

/// Every address has the same byte.
struct EverywhereX : Semihosting::Memory {
    bool read(u32, void* to, std::size_t size) override { return std::memset(to, 'x', size), true; }
    bool write(u32, const void*, std::size_t) override { return true; }
};

TEST(Semihosting, TextWithoutAnEndEndsAtTheConsolesLimit) {
    Console console;
    console.limit(1000, {});
    Semihosting host(console);
    EverywhereX memory;
    EXPECT_EQ(host.call(memory, 0x04, 0, 0), 0u) << "SYS_WRITE0 comes back";
    EXPECT_EQ(console.log().size(), 1000u) << "with the console full";
}

TEST(Semihosting, WritesToAFullConsoleFail) {
    Console console;
    console.limit(100, {});
    Semihosting host(console);
    Bytes memory;
    memory.words(0, {2, 0, 200});
    EXPECT_EQ(host.call(memory, 0x05, 0, 0), 200u) << "SYS_WRITE: what was not written";
    EXPECT_EQ(host.call(memory, 0x13, 0, 0), static_cast<u32>(ENOSPC)) << "SYS_ERRNO says why";
}

TEST(HostFiles, WhatARunWritesHasALimit) {
    std::string folder = (std::filesystem::temp_directory_path() / "vtoll-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder.data()), nullptr) << "a temporary folder";
    {
        HostFiles files;
        files.allow(folder);
        files.limit(10);
        const auto slot = static_cast<u32>(files.open("a", 4));
        EXPECT_EQ(files.write(slot, "12345678"), 8) << "within the limit";
        EXPECT_EQ(files.close(slot), 0) << "written";
        EXPECT_EQ(files.remove("a"), 0) << "and gone again";
        const auto other = static_cast<u32>(files.open("b", 4));
        EXPECT_EQ(files.write(other, "123"), -ENOSPC) << "what was written counts, not what is there";
        EXPECT_EQ(files.write(other, "12"), 2) << "up to the limit";
        s64 last = 0;
        for (unsigned i = 0; i < 100 && last >= 0; ++i) last = files.open("b" + std::to_string(i), 4);
        EXPECT_EQ(last, -EMFILE) << "so many are open at most";
    }
    std::filesystem::remove_all(folder);
}

TEST_F(SemihostingTest, OnlyTheConsoleCanBeOpened) {
    memory.write(0x40, ":tt/etc/passwd", 14);
    memory.words(0, {0x40, 0, 3});
    EXPECT_EQ(call(0x01, 0), 1u) << ":tt for reading";
    memory.words(0, {0x40, 4, 3});
    EXPECT_EQ(call(0x01, 0), 2u) << ":tt for writing";
    memory.words(0, {0x43, 0, 11});
    EXPECT_EQ(call(0x01, 0), 0xffff'ffffu) << "the host's files stay out of reach";
}

TEST_F(SemihostingTest, ExitCodes) {
    int code = -1;
    host.on_exit([&](int c) { code = c; });
    call(0x18, 0x20026);
    EXPECT_EQ(code, 0) << "SYS_EXIT by ADP_Stopped_ApplicationExit";
    call(0x18, 0x20023);
    EXPECT_EQ(code, 1) << "SYS_EXIT by a run-time error";
    memory.words(0, {0x20026, 42});
    call(0x20, 0);
    EXPECT_EQ(code, 42) << "SYS_EXIT_EXTENDED";
}

TEST_F(SemihostingTest, CommandLineReadAndClock) {
    host.set_command_line("a b");
    memory.words(0, {0x40, 3});
    EXPECT_EQ(call(0x15, 0), 0xffff'ffffu) << "SYS_GET_CMDLINE into a buffer that is too small";
    memory.words(0, {0x40, 80});
    EXPECT_EQ(call(0x15, 0), 0u) << "SYS_GET_CMDLINE";
    EXPECT_STREQ(reinterpret_cast<const char*>(&memory.bytes[0x40]), "a b") << "the text and its end";
    console.set_input("xy");
    memory.words(0, {1, 0x60, 5});
    EXPECT_EQ(call(0x06, 0), 3u) << "SYS_READ returns the number of bytes not read";
    EXPECT_EQ(call(0x10, 0, 2'500'000'000), 250u) << "SYS_CLOCK in hundredths of a second";
    memory.words(0, {2});
    EXPECT_EQ(call(0x09, 0), 1u) << "SYS_ISTTY of the console";
}

std::string text_of(const std::string& tree, const char* path, const char* name) {
    const int node = fdt_path_offset(tree.data(), path);
    int size = 0;
    const void* value = node < 0 ? nullptr : fdt_getprop(tree.data(), node, name, &size);
    return value ? std::string(static_cast<const char*>(value), static_cast<std::size_t>(size)) : "(absent)";
}
u32 cell_of(const std::string& tree, const char* path, const char* name, std::size_t index) {
    const std::string bytes = text_of(tree, path, name);
    if (bytes.size() < 4 * (index + 1)) return 0xdead;
    return fdt32_ld(reinterpret_cast<const fdt32_t*>(bytes.data()) + index);
}

TEST(DeviceTree, DescribesTheMachine) {
    const std::string tree = make_device_tree({.virtualization = true, .cpus = 2, .ram = 256u << 20}, {"quiet", 0, 0});
    ASSERT_EQ(fdt_check_full(tree.data(), tree.size()), 0) << "a well-formed tree";
    EXPECT_EQ(cell_of(tree, "/memory@40000000", "reg", 3), 256u << 20) << "size of the memory";
    EXPECT_EQ(text_of(tree, "/psci", "method"), std::string("smc\0", 4)) << "conduit with the extensions";
    EXPECT_EQ(text_of(tree, "/chosen", "bootargs"), std::string("quiet\0", 6)) << "the command line";
    EXPECT_EQ(text_of(tree, "/intc@8000000", "reg").size(), 64u) << "GICD, GICC, GICH, GICV";
    EXPECT_EQ(cell_of(tree, "/intc@8000000", "reg", 13), 0x0804'0000u) << "GICV";
    EXPECT_EQ(cell_of(tree, "/timer", "interrupts", 7), 11u) << "virtual timer's PPI";
    EXPECT_EQ(cell_of(tree, "/timer", "interrupts", 8), 0x304u) << "level, to two processors";
    EXPECT_EQ(cell_of(tree, "/cpus/cpu@1", "reg", 0), 1u) << "the second processor";
    EXPECT_EQ(cell_of(tree, "/pl011@9000000", "interrupts", 1), 1u) << "UART's SPI";
}

TEST(DeviceTree, WithoutTheExtensions) {
    const std::string tree = make_device_tree({.virtualization = false}, {"", 0x4800'0000, 0x4800'1000});
    EXPECT_EQ(text_of(tree, "/psci", "method"), std::string("hvc\0", 4)) << "conduit without the extensions";
    EXPECT_EQ(text_of(tree, "/intc@8000000", "reg").size(), 32u) << "GICD, GICC only";
    EXPECT_EQ(cell_of(tree, "/chosen", "linux,initrd-end", 0), 0x4800'1000u) << "end of the initial RAM disk";
}

/// `tree` and a node of memory at its root, by its type or by its name alone.
std::string with_memory(const std::string& tree, const char* name, bool typed) {
    std::string more(tree.size() + 4096, '\0');
    EXPECT_EQ(fdt_open_into(tree.data(), more.data(), static_cast<int>(more.size())), 0) << name;
    // A name without an address means any: the one that is there goes.
    if (const int same = fdt_subnode_offset(more.data(), 0, name); same >= 0) fdt_del_node(more.data(), same);
    const int node = fdt_add_subnode(more.data(), 0, name);
    EXPECT_GE(node, 0) << name;
    if (typed) fdt_setprop_string(more.data(), node, "device_type", "memory");
    fdt_setprop_u64(more.data(), node, "reg", 0x8000'0000);
    return more;
}

unsigned memory_nodes(const std::string& tree) {
    unsigned found = 0;
    int node;
    fdt_for_each_subnode(node, tree.data(), 0) {
        const bool typed = fdt_getprop(tree.data(), node, "device_type", nullptr) != nullptr;
        found += typed || std::string_view(fdt_get_name(tree.data(), node, nullptr)).starts_with("memory");
    }
    return found;
}

TEST(DeviceTree, AUsersTreeIsAdapted) {
    const std::string theirs = make_device_tree({.ram = 512u << 20}, {"old", 0, 0});
    const std::string tree = adapt_device_tree(theirs, "x.dtb", {.ram = 64u << 20}, {"new", 0, 0});
    EXPECT_EQ(cell_of(tree, "/memory@40000000", "reg", 3), 64u << 20) << "the machine's memory";
    EXPECT_EQ(text_of(tree, "/chosen", "bootargs"), std::string("new\0", 4)) << "the scenario's command line";
    for (const char* root : {"memory@80000000", "memory", "memory@0"})
        for (const bool typed : {true, false}) {
            const std::string banks = with_memory(theirs, root, typed);
            const std::string one = adapt_device_tree(banks, "x.dtb", {.ram = 64u << 20}, {"new", 0, 0});
            EXPECT_EQ(memory_nodes(one), 1u) << root << ": memory that is not there is not told of";
            EXPECT_EQ(cell_of(one, "/memory@40000000", "reg", 3), 64u << 20) << root << ": the machine's own is";
        }
    std::string none = theirs;
    ASSERT_EQ(fdt_nop_node(none.data(), fdt_path_offset(none.data(), "/memory@40000000")), 0) << "it is taken out";
    none = adapt_device_tree(none, "x.dtb", {}, {});
    EXPECT_EQ(cell_of(none, "/memory@40000000", "reg", 1), 0x4000'0000u) << "a tree without memory gets the machine's";
    EXPECT_THROW(adapt_device_tree(theirs.substr(0, 100), "x.dtb", {}, {}), InputError) << "truncated";
    EXPECT_THROW(adapt_device_tree("not a tree", "x.dtb", {}, {}), InputError) << "something else";
}

TEST(DeviceTree, TellsTheHypervisorOfItsDomains) {
    const BootDomain first{"", 0, 1, "root=a", {0x4020'0000, 0x1234}, BootModule{0x4040'0000, 0x56}};
    const BootDomain second{"domU1", 96u << 20, 2, "root=b", {0x4060'0000, 0x78}, {}};
    const std::string tree =
        add_boot_domains(make_device_tree({}, {"loglvl=all", 0, 0}), "loglvl=all", {first, second});
    ASSERT_EQ(fdt_check_full(tree.data(), tree.size()), 0) << "a well-formed tree";
    EXPECT_STREQ(text_of(tree, "/chosen", "xen,xen-bootargs").c_str(), "loglvl=all") << "the hypervisor's command line";
    EXPECT_EQ(cell_of(tree, "/chosen/module@40200000", "reg", 3), 0x1234u) << "size of dom0's kernel";
    EXPECT_EQ(text_of(tree, "/chosen/module@40200000", "compatible"),
              std::string("multiboot,kernel\0multiboot,module\0", 34))
        << "what it is";
    EXPECT_STREQ(text_of(tree, "/chosen/module@40200000", "bootargs").c_str(), "root=a") << "its own command line";
    EXPECT_EQ(cell_of(tree, "/chosen/module@40400000", "reg", 1), 0x4040'0000u) << "address of the RAM disk";
    EXPECT_STREQ(text_of(tree, "/chosen/domU1", "compatible").c_str(), "xen,domain") << "a domain beside dom0";
    EXPECT_EQ(cell_of(tree, "/chosen/domU1", "memory", 1), 96u << 10) << "in KiB";
    EXPECT_EQ(cell_of(tree, "/chosen/domU1", "cpus", 0), 2u) << "its processors";
    EXPECT_EQ(cell_of(tree, "/chosen/domU1/module@40600000", "reg", 3), 0x78u) << "its kernel in its own node";
    EXPECT_THROW(add_boot_domains(tree, "", {second}), InputError) << "a name can't be there twice";
}

}  // namespace
}  // namespace vtoll::core
