// SPDX-License-Identifier: Apache-2.0
// Registers as a table: access, sizes, reset, actions; and what the machine's list of devices must hold to.
#include "core/platform/register_bank.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/platform/device_entry.hpp"

namespace vtoll::core {
namespace {

struct Lamp {
    Lamp() { registers().reset(*this); }
    static const RegisterBank<Lamp>& registers() {
        using R = RegisterBank<Lamp>;
        static const R bank{
            {R::read_write<&Lamp::level, &Lamp::shine>("LEVEL", 0x00, 0x0f, 0x25),
             R::read_only<&Lamp::hours>("HOURS", 0x04),
             R::write_only<&Lamp::turn_off>("OFF", 0x08).sized(access_size::half_word),
             R::constant("KIND", 0x0c, 7).sized(access_size::word), R::read_only<&Lamp::where>("SLOTS", 0x10).array(4)},
            0xf0,
            {1, 2}};
        return bank;
    }
    u32 hours() { return 12; }
    u32 where(const Access& access) { return access.offset; }
    void shine() { ++shone; }
    void turn_off(u32 value) { off = value; }

    u32 read(u32 offset, unsigned size = 4) {
        u32 value = ~0u;
        answered = registers().read(*this, {offset, size, 0, false}, value);
        return value;
    }
    void write(u32 offset, u32 value, unsigned size = 4, bool debug = false) {
        answered = registers().write(*this, {offset, size, 0, debug}, value);
    }

    u32 level, shone = 0, off = 0;
    bool answered = false;
};

TEST(RegisterBank, ReadsWritesAndResets) {
    Lamp lamp;
    EXPECT_EQ(lamp.read(0x00), 0x25u) << "the reset value";
    lamp.write(0x00, 0xff);
    EXPECT_EQ(lamp.read(0x02, 1), 0x2fu) << "writable bits only; any byte of the word answers";
    EXPECT_EQ(lamp.shone, 1u) << "what follows a write happened once";
    lamp.write(0x00, 0, 4, true);
    EXPECT_EQ(lamp.read(0x00), 0x2fu) << "a debugger's write changes nothing";
    EXPECT_TRUE(lamp.answered) << "but is answered";
    EXPECT_EQ(lamp.read(0x04), 12u) << "a function answers";
    lamp.write(0x04, 1);
    EXPECT_FALSE(lamp.answered) << "a read-only register takes no write";
    EXPECT_EQ(lamp.read(0x1c), 0x1cu) << "the last of an array";
    EXPECT_EQ(lamp.read(0xf4), 2u) << "identification";
}

TEST(RegisterBank, OnlyTheSizesDeclaredAnswer) {
    Lamp lamp;
    lamp.write(0x08, 3);
    EXPECT_FALSE(lamp.answered) << "a word where a half word is expected";
    lamp.write(0x08, 3, 2);
    EXPECT_EQ(lamp.off, 3u) << "a half word";
    EXPECT_EQ(lamp.read(0x0c), 7u) << "a word at its offset";
    EXPECT_EQ(lamp.read(0x0d, 4), 0u) << "not beside it";
    EXPECT_EQ(lamp.read(0x08), 0u) << "write-only reads as zero";
    EXPECT_EQ(lamp.read(0x40), 0u) << "reserved";
    EXPECT_EQ(lamp.read(0x4000), 0u) << "beyond the last register";
    EXPECT_FALSE(lamp.answered) << "nobody answered";
}

TEST(DeviceList, WindowsInterruptsAndNamesAreTheirsAlone) {
    std::set<std::string> names;
    std::set<unsigned> interrupts;
    for (const DeviceEntry* a : device_list()) {
        EXPECT_TRUE(names.insert(a->name).second) << a->name << ": another device has this name";
        for (unsigned spi = a->spi; spi < a->spi + a->spis; ++spi)
            EXPECT_TRUE(interrupts.insert(spi).second) << a->name << ": another device has interrupt " << spi;
        EXPECT_LT(a->window.base + a->window.size, memory_map::ram_base + 1) << a->name << " lies below RAM";
        for (const DeviceEntry* b : device_list()) {
            if (a == b) continue;
            EXPECT_TRUE(a->window.base + a->window.size <= b->window.base ||
                        b->window.base + b->window.size <= a->window.base)
                << a->name << " and " << b->name << " overlap";
        }
    }
}

}  // namespace
}  // namespace vtoll::core
