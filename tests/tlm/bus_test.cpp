// SPDX-License-Identifier: Apache-2.0
// The bus between a processor's port and the devices: decode, sizes, errors, direct access, banking by initiator.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "tests/tlm/fake_cpu.hpp"

namespace vtoll::core::test {
namespace {

constexpr u64 ram = 0x4000'0000, gicd = 0x0800'0000, gicc = 0x0801'0000, gich = 0x0803'0000, uart = 0x0900'0000;

/// One machine for all tests of this program: the kernel elaborates once.
FakeMachine& shared() {
    static FakeMachine machine(MachineKeys{.cpus = 2, .ram = 16u << 20});
    return machine;
}

TEST(Bus, RamIsDirectlyAccessibleAndZero) {
    FakeCpu& cpu = *shared().cpus[0];
    const DmiPage page = cpu.bus.dmi(ram + 0x5123);
    ASSERT_TRUE(page) << "RAM must grant direct access";
    EXPECT_FALSE(page.is_rom) << "RAM is writable";
    EXPECT_EQ(page.host, shared().machine.ram().at(ram + 0x5000)) << "host address of the page's first byte";
    EXPECT_EQ(cpu.read(ram + 0x5000), 0u) << "RAM starts as zero";
}

TEST(Bus, RamThroughTheSocketAndDirectlyAreTheSame) {
    FakeCpu& cpu = *shared().cpus[0];
    EXPECT_EQ(cpu.write(ram + 0x100, 0x1234'5678), BusResult::ok) << "a word store to RAM";
    EXPECT_EQ(cpu.bus.dmi(ram).host[0x101], 0x56) << "bytes are little-endian";
    EXPECT_EQ(cpu.read(ram + 0x102, 2), 0x1234u) << "a halfword comes zero-extended";
    EXPECT_EQ(shared().cpus[1]->read(ram + 0x100), 0x1234'5678u) << "the other processor sees the same memory";
}

TEST(Bus, NothingThereIsAnError) {
    FakeCpu& cpu = *shared().cpus[0];
    u32 value = 0;
    for (u64 pa : {u64{0}, u64{0x0700'0000}, gicd + 0x1000, uart + 0x1000, ram - 4, ram + (16u << 20), u64{0xffff'fffc},
                   u64{0x1'0000'0000}}) {
        EXPECT_EQ(cpu.bus.read(pa, 4, value, 0, false), BusResult::error) << "read at " << std::hex << pa;
        EXPECT_EQ(cpu.bus.write(pa, 4, 0, 0, false), BusResult::error) << "write at " << std::hex << pa;
        EXPECT_FALSE(cpu.bus.dmi(pa)) << "no direct access at " << std::hex << pa;
    }
}

TEST(Bus, DevicesAnswerAtTheirAddresses) {
    FakeCpu& cpu = *shared().cpus[0];
    EXPECT_EQ(cpu.read(uart + 0xfe0), 0x11u) << "PL011 PeriphID0";
    EXPECT_EQ(cpu.read(uart + 0x18), 0x90u) << "PL011 FR: both FIFOs empty";
    EXPECT_EQ(cpu.read(gicd + 0x4) >> 5 & 7, 1u) << "GICD_TYPER.CPUNumber: two processors";
    EXPECT_EQ(cpu.read(gicc + 0xc), 1023u) << "GICC_IAR with nothing pending is spurious";
    EXPECT_EQ(cpu.read(gich + 0x4) & 0x3f, 3u) << "GICH_VTR: four list registers";
    EXPECT_FALSE(cpu.bus.dmi(uart)) << "devices grant no direct access";
}

TEST(Bus, BankedRegistersKnowTheInitiator) {
    FakeCpu &first = *shared().cpus[0], &second = *shared().cpus[1];
    EXPECT_EQ(first.read(gicd + 0x800, 1), 1u) << "GICD_ITARGETSR0 read by processor 0 names processor 0";
    EXPECT_EQ(second.read(gicd + 0x800, 1), 2u) << "and by processor 1 processor 1";
}

TEST(Bus, DebugReadsChangeNothing) {
    FakeCpu& cpu = *shared().cpus[0];
    shared().machine.console().set_input("x");
    cpu.write(uart + 0x44, 0x7ff);
    cpu.write(uart + 0x2c, 0x10);  // FIFOs on: takes the input in
    u32 value = 0;
    EXPECT_EQ(cpu.bus.read(uart, 4, value, 0, true), BusResult::ok) << "a debug read is answered";
    EXPECT_EQ(value, u32{'x'}) << "with what a real one would get";
    EXPECT_EQ(cpu.read(uart), u32{'x'}) << "and leaves it for the real one";
    EXPECT_EQ(cpu.read(uart + 0x18) & 0x10, 0x10u) << "which takes it";
}

TEST(Bus, DeviceAccessIsQuick) {
    FakeCpu& cpu = *shared().cpus[0];
    constexpr unsigned count = 200'000;
    u32 sum = 0;
    const auto start = std::chrono::steady_clock::now();
    for (unsigned i = 0; i < count; ++i) sum += cpu.read(uart + 0x18);
    const double ns =
        std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / count;
    EXPECT_EQ(sum, count * 0x90) << "every read returned FR";
    RecordProperty("nanoseconds_per_access", static_cast<int>(ns));
    std::printf("%.1f ns per device access\n", ns);
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__)
    EXPECT_LT(ns, 1000.0) << "a device access must not cost microseconds, even on a busy host";
#endif
}

}  // namespace
}  // namespace vtoll::core::test
