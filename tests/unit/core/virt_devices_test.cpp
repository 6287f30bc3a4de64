// SPDX-License-Identifier: Apache-2.0
// The register devices of the whole `virt` machine as plain C++. Expectations are the manuals', or QEMU's where named.
#include <gtest/gtest.h>

#include <cstring>

#include "core/platform/devices/cfi_flash.hpp"
#include "core/platform/devices/fw_cfg.hpp"
#include "core/platform/devices/gicv2m.hpp"
#include "core/platform/devices/pcie_host.hpp"
#include "core/platform/devices/pl031.hpp"
#include "core/platform/devices/pl061.hpp"

namespace vtoll::core {
namespace {

u32 read(Device& device, u32 offset, unsigned size = 4, bool debug = false) {
    u32 value = 0;
    EXPECT_EQ(device.read({offset, size, 0, debug}, value), BusResult::ok) << "offset " << offset << " answers";
    return value;
}
void write(Device& device, u32 offset, u32 value, unsigned size = 4) {
    EXPECT_EQ(device.write({offset, size, 0, false}, value), BusResult::ok) << "offset " << offset << " takes a write";
}

/// Saves `from` and brings the state into `to`.
void copy_state(Device& from, Device& to) {
    Archive save;
    from.serialize(save);
    const std::string bytes = save.take();
    Archive restore(bytes, "state");
    to.serialize(restore);
    restore.finish();
}

constexpr u64 second = 1'000'000'000;

TEST(Pl031, CountsSecondsFromItsEpoch) {
    u64 now = 0;
    Pl031 rtc([&] { return now; }, 1000);
    EXPECT_EQ(read(rtc, 0x00), 1000u) << "RTCDR at the start";
    now = 5 * second - 1;
    EXPECT_EQ(read(rtc, 0x00), 1004u) << "whole seconds only";
    write(rtc, 0x08, 77);
    EXPECT_EQ(read(rtc, 0x00), 77u) << "RTCLR sets the count";
    now += 3 * second;
    EXPECT_EQ(read(rtc, 0x00), 80u) << "and it goes on from there";
    EXPECT_EQ(read(rtc, 0xfe0), 0x31u) << "RTCPeriphID0";
}

TEST(Pl031, AlarmInterruptsWhenTheSecondComes) {
    u64 now = 0;
    Pl031 rtc([&] { return now; }, 100);
    write(rtc, 0x10, 1);    // RTCIMSC
    write(rtc, 0x04, 103);  // RTCMR
    EXPECT_EQ(rtc.alarm(0), 3 * second) << "three seconds on";
    rtc.update(0, now = 3 * second - 1);
    EXPECT_FALSE(rtc.interrupt.level()) << "not a nanosecond early";
    rtc.update(0, now = 3 * second);
    EXPECT_TRUE(rtc.interrupt.level()) << "on time";
    EXPECT_EQ(read(rtc, 0x18), 1u) << "RTCMIS";
    write(rtc, 0x1c, 1);
    EXPECT_FALSE(rtc.interrupt.level()) << "RTCICR clears it";
    EXPECT_EQ(rtc.alarm(0), Pl031::no_alarm) << "an alarm goes off once";
}

TEST(Pl031, StateIsSavedAndRestored) {
    u64 now = 0;
    Pl031 one([&] { return now; }, 100), other([&] { return now; }, 0);
    write(one, 0x10, 1);
    write(one, 0x04, 103);
    copy_state(one, other);
    EXPECT_EQ(read(other, 0x00), 100u) << "the count";
    EXPECT_EQ(other.alarm(0), 3 * second) << "the alarm";
}

TEST(Pl061, DataGoesThroughTheAddressMask) {
    Pl061 gpio;
    write(gpio, 0x400, 0x0f);  // GPIODIR: lines 0..3 are outputs
    write(gpio, 0x3fc, 0xff);
    EXPECT_EQ(read(gpio, 0x3fc), 0x0fu) << "inputs don't take writes";
    write(gpio, 0x004, 0x00);  // the mask names line 0
    EXPECT_EQ(read(gpio, 0x3fc), 0x0eu) << "only line 0 is written";
    EXPECT_EQ(read(gpio, 0x008), 0x02u) << "only line 1 is read";
}

TEST(Pl061, InterruptsByEdgeAndByLevel) {
    Pl061 gpio;
    write(gpio, 0x40c, 0x08);  // GPIOIEV: rising
    write(gpio, 0x410, 0x08);  // GPIOIE
    EXPECT_FALSE(gpio.interrupt.level()) << "nothing yet";
    gpio.drive(3, true);
    EXPECT_TRUE(gpio.interrupt.level()) << "a rising edge";
    gpio.drive(3, false);
    EXPECT_TRUE(gpio.interrupt.level()) << "is latched";
    write(gpio, 0x41c, 0x08);
    EXPECT_FALSE(gpio.interrupt.level()) << "until GPIOIC";
    write(gpio, 0x404, 0x08);  // GPIOIS: by level
    gpio.drive(3, true);
    EXPECT_TRUE(gpio.interrupt.level()) << "a high level";
}

struct Flash : ::testing::Test {
    static constexpr u64 block = CfiFlash::block_size;
    void program(u32 offset, u32 value) {
        write(flash, offset, 0x0040'0040);
        write(flash, offset, value);
    }
    CfiFlash flash{0, 4 * block};
    int left = 0;
};

TEST_F(Flash, AnswersTheQueryOnBothChips) {
    write(flash, 0x55 * 4, 0x0098'0098);
    EXPECT_EQ(read(flash, 0x10 * 4), 0x0051'0051u) << "Q of both chips";
    EXPECT_EQ(read(flash, 0x11 * 4, 2), 0x52u) << "R, the lower chip alone";
    EXPECT_EQ(read(flash, 0x12 * 4 + 2, 1), 0x59u) << "Y, the upper chip's low byte";
    EXPECT_EQ(read(flash, 0x27 * 4) & 0xff, 19u) << "a chip of 512 KiB is 2^19";
    EXPECT_EQ(read(flash, 0x2d * 4) & 0xff, 3u) << "four blocks a chip, less one";
    EXPECT_EQ(read(flash, 0x30 * 4) & 0xff, 2u) << "of 128 KiB";
    write(flash, 0, 0x00ff'00ff);
    EXPECT_EQ(read(flash, 0x10 * 4), 0u) << "Read Array: contents again";
}

TEST_F(Flash, IdentifiesItselfAsQemus) {
    write(flash, 0, 0x90);
    EXPECT_EQ(read(flash, 0), 0x0089'0089u) << "manufacturer";
    EXPECT_EQ(read(flash, 4), 0x0018'0018u) << "device";
}

TEST_F(Flash, ProgramsWordsAndErasesBlocks) {
    program(block + 8, 0x1234'5678);
    EXPECT_EQ(read(flash, 0), 0x0080'0080u) << "status: ready, no error";
    write(flash, 0, 0xff);
    EXPECT_EQ(read(flash, block + 8), 0x1234'5678u) << "programmed";
    write(flash, block, 0x20);
    write(flash, block, 0xd0);
    write(flash, 0, 0xff);
    EXPECT_EQ(read(flash, block + 8), 0xffff'ffffu) << "erased";
    EXPECT_EQ(read(flash, 0), 0u) << "the other block isn't";
}

TEST_F(Flash, RefusesAnEraseThatIsNotConfirmed) {
    write(flash, 0, 0x20);
    write(flash, 0, 0x55);
    EXPECT_EQ(read(flash, 0), 0x00b0'00b0u) << "status: command sequence error";
    write(flash, 0, 0xff);
    EXPECT_EQ(read(flash, 0), 0u) << "contents untouched";
}

TEST_F(Flash, ProgramsABuffer) {
    write(flash, 0x100, 0xe8);
    write(flash, 0x100, 1);  // two words
    write(flash, 0x100, 0x1111'1111);
    write(flash, 0x104, 0x2222'2222);
    write(flash, 0x100, 0xff);  // not the confirmation
    EXPECT_EQ(read(flash, 0) & 0x30, 0x30u) << "sequence error without the confirmation";
    write(flash, 0x100, 0x50);
    write(flash, 0x100, 0xe8);
    write(flash, 0x100, 1);
    write(flash, 0x100, 0x1111'1111);
    write(flash, 0x104, 0x2222'2222);
    write(flash, 0x100, 0xd0);
    write(flash, 0x100, 0xff);
    EXPECT_EQ(read(flash, 0x104), 0x2222'2222u) << "the second word";
}

TEST_F(Flash, SaysWhenItIsNoLongerMemory) {
    flash.on_array_left([this] { ++left; });
    EXPECT_TRUE(flash.reads_array()) << "after reset";
    program(0, 1);
    EXPECT_FALSE(flash.reads_array()) << "reads return the status";
    EXPECT_EQ(left, 1) << "said once";
    write(flash, 0, 0xff);
    EXPECT_TRUE(flash.reads_array()) << "Read Array";
}

TEST_F(Flash, ContentsAndCommandAreSavedAndRestored) {
    program(block, 0xcafe'f00d);
    write(flash, 0, 0x98);
    CfiFlash other(0, 4 * block);
    write(other, 0, 0x40);
    write(other, 0, 7);  // is to go
    other.on_array_left([this] { ++left; });
    copy_state(flash, other);
    EXPECT_EQ(read(other, 0x40), 0x0051'0051u) << "still in query mode";
    EXPECT_EQ(left, 1) << "whoever read it as memory is told";
    write(other, 0, 0xff);
    EXPECT_EQ(read(other, block), 0xcafe'f00du) << "what was programmed";
    EXPECT_EQ(read(other, 0), 0u) << "and nothing else";
}

struct Firmware : ::testing::Test {
    void select(u16 item) { write(fw_cfg, 0x08, __builtin_bswap16(item), 2); }
    std::string take(std::size_t count) {
        std::string out;
        while (out.size() < count) out.push_back(static_cast<char>(read(fw_cfg, 0, 1)));
        return out;
    }
    void descriptor(u64 at, u32 control, u32 length, u64 address) {
        const u32 words[4] = {__builtin_bswap32(control), __builtin_bswap32(length),
                              __builtin_bswap32(static_cast<u32>(address >> 32)),
                              __builtin_bswap32(static_cast<u32>(address))};
        std::memcpy(ram.at(at), words, sizeof words);
    }
    u32 run(u64 at) {
        write(fw_cfg, 0x10, 0);
        write(fw_cfg, 0x14, __builtin_bswap32(static_cast<u32>(at)));
        u32 control = 0;
        std::memcpy(&control, ram.at(at), sizeof control);
        return __builtin_bswap32(control);
    }

    static constexpr u64 base = 0x4000'0000;
    Ram ram{base, 1u << 20};
    std::vector<std::pair<u64, u64>> written;
    Dma dma{ram, [this](u64 pa, u64 size) { written.emplace_back(pa, size); }};
    FwCfg fw_cfg{3, dma};
};

TEST_F(Firmware, SaysWhatItIs) {
    select(FwCfg::signature);
    EXPECT_EQ(take(5), std::string("QEMU\0", 5)) << "zeros follow an item";
    select(FwCfg::nb_cpus);
    EXPECT_EQ(take(2), std::string("\3\0", 2)) << "three processors";
    select(0x3fff);
    EXPECT_EQ(take(2), std::string(2, '\0')) << "an item that isn't there";
    EXPECT_EQ(read(fw_cfg, 0x10), 0x554d'4551u) << "the first half of \"QEMU CFG\"";
}

TEST_F(Firmware, ListsItsFiles) {
    fw_cfg.add_file("opt/test", "contents");
    select(FwCfg::file_dir);
    EXPECT_EQ(take(4), std::string("\0\0\0\3", 4)) << "three files, big-endian";
    const std::string directory = take(3 * 64);
    const std::string last = directory.substr(128);
    EXPECT_EQ(last.substr(8, 9), std::string("opt/test\0", 9)) << "in order of name";
    EXPECT_EQ(last.substr(0, 4), std::string("\0\0\0\10", 4)) << "its size";
    select(static_cast<u16>(static_cast<u8>(last[4]) << 8 | static_cast<u8>(last[5])));
    EXPECT_EQ(take(8), "contents") << "under the number it says";
}

TEST_F(Firmware, CopiesByDma) {
    fw_cfg.set(FwCfg::kernel_data, "0123456789");
    descriptor(base, (FwCfg::kernel_data << 16) | 8 | 2, 12, base + 0x100);
    std::memset(ram.at(base + 0x100), 0xee, 16);
    EXPECT_EQ(run(base), 0u) << "done without error";
    EXPECT_EQ(std::memcmp(ram.at(base + 0x100), "0123456789\0\0\xee", 13), 0)
        << "the item, filled up with zeros, no more";
    EXPECT_EQ(written.front(), (std::pair<u64, u64>{base + 0x100, 12})) << "and the processors are told";
}

TEST_F(Firmware, RefusesDmaOutsideMemory) {
    descriptor(base, (FwCfg::signature << 16) | 8 | 2, 4, base + (1u << 20) - 2);
    EXPECT_EQ(run(base), 1u) << "the error bit";
    descriptor(base, 16, 4, base);
    EXPECT_EQ(run(base), 1u) << "nothing may be written";
}

TEST(Pcie, HasAHostBridgeAndNothingElse) {
    PcieConfig config;
    EXPECT_EQ(read(config, 0), 0x0008'1b36u) << "00:00.0 is QEMU's host bridge";
    EXPECT_EQ(read(config, 1 << 15), 0xffff'ffffu) << "00:01.0 isn't there";
    EXPECT_EQ(read(config, (1 << 15) + 2, 2), 0xffffu) << "as a half word";
    write(config, 4, 0xffff'ffff);
    EXPECT_EQ(read(config, 4), 0x0507u) << "of Command, what a bridge has can be set";
    write(config, 0, 0);
    EXPECT_EQ(read(config, 0), 0x0008'1b36u) << "the identification can't";
}

TEST(Gicv2m, PulsesTheInterruptOfAMessage) {
    std::vector<unsigned> pulses;
    Gicv2m frame([&](unsigned spi) { pulses.push_back(spi); });
    EXPECT_EQ(read(frame, 0x008), 80u << 16 | 64u) << "MSI_TYPER: 64 interrupts from 80 on";
    write(frame, 0x040, 80);
    write(frame, 0x040, 143);
    write(frame, 0x040, 79);
    write(frame, 0x040, 144);
    EXPECT_EQ(pulses, (std::vector<unsigned>{48, 111})) << "the first and the last; others are nobody's";
}

}  // namespace
}  // namespace vtoll::core
