// SPDX-License-Identifier: Apache-2.0
// Virtio devices behind their registers, driven as a guest's driver does: VIRTIO 1.1, and its legacy interface.
#include <gtest/gtest.h>

#include <cstring>

#include "core/platform/virtio/block.hpp"
#include "core/platform/virtio/entropy.hpp"
#include "core/platform/virtio/network.hpp"
#include "core/platform/virtio/terminal.hpp"
#include "core/platform/virtio/transport.hpp"

namespace vtoll::core {
namespace {

constexpr u64 base = 0x4000'0000;
constexpr u16 next = 1, device_writes = 2, indirect = 4;

/// One slot and the driver's view of its queues. Every queue has its rings in an area of its own.
struct Slot {
    Slot(Ram& memory, Dma& dma, bool is_legacy) : ram(memory), legacy(is_legacy), transport(dma, is_legacy) {}

    u32 read(u32 offset, unsigned size = 4) {
        u32 value = 0;
        transport.read({offset, size, 0, false}, value);
        return value;
    }
    void write(u32 offset, u32 value) { transport.write({offset, 4, 0, false}, value); }

    template <class T>
    void poke(u64 pa, T value) {
        std::memcpy(ram.at(pa), &value, sizeof value);
    }
    template <class T>
    T peek(u64 pa) {
        T value;
        std::memcpy(&value, ram.at(pa), sizeof value);
        return value;
    }

    static constexpr u32 entries = 8;
    u64 area(unsigned queue) const { return base + area_offset + 0x4000 * u64{queue}; }
    u64 available(unsigned queue) const { return area(queue) + 16 * entries; }
    u64 used(unsigned queue) const { return area(queue) + 0x1000; }

    void start(unsigned queues, u64 features = 0) {
        write(0x070, 3);  // ACKNOWLEDGE, DRIVER
        for (u32 half = 0; half < (legacy ? 1u : 2u); ++half) {
            write(0x024, half);
            write(0x020, static_cast<u32>((features | (legacy ? 0 : u64{1} << 32)) >> (32 * half)));
        }
        if (legacy) write(0x028, 4096);  // GuestPageSize
        for (unsigned queue = 0; queue < queues; ++queue) {
            write(0x030, queue);
            EXPECT_GE(read(0x034), entries) << "QueueNumMax";
            write(0x038, entries);
            if (legacy) {
                write(0x03c, 4096);
                write(0x040, static_cast<u32>(area(queue) / 4096));
                continue;
            }
            const u64 parts[3] = {area(queue), available(queue), used(queue)};
            for (u32 i = 0; i < 3; ++i) {
                write(0x080 + 0x10 * i, static_cast<u32>(parts[i]));
                write(0x084 + 0x10 * i, static_cast<u32>(parts[i] >> 32));
            }
            write(0x044, 1);
        }
        write(0x070, legacy ? 7 : 15);
    }

    void descriptor(unsigned queue, u16 index, u64 pa, u32 length, u16 flags, u16 following = 0) {
        const u64 at = area(queue) + 16 * u64{index};
        poke<u64>(at, pa);
        poke<u32>(at + 8, length);
        poke<u16>(at + 12, flags);
        poke<u16>(at + 14, following);
    }
    void offer(unsigned queue, u16 head) {
        const u16 index = peek<u16>(available(queue) + 2);
        poke<u16>(available(queue) + 4 + 2 * u64{index % entries}, head);
        poke<u16>(available(queue) + 2, static_cast<u16>(index + 1));
        write(0x050, queue);
    }
    u16 used_index(unsigned queue) { return peek<u16>(used(queue) + 2); }
    u32 used_length(unsigned queue, u16 which) { return peek<u32>(used(queue) + 4 + 8 * u64{which} + 4); }
    std::string text(u64 pa, std::size_t size) { return {reinterpret_cast<const char*>(ram.at(pa)), size}; }
    void put(u64 pa, const std::string& bytes) { std::memcpy(ram.at(pa), bytes.data(), bytes.size()); }

    Ram& ram;
    bool legacy;
    VirtioTransport transport;
    u64 area_offset = 0x10000;
};

/// Every test of a device by both versions of the registers.
struct Virtio : ::testing::TestWithParam<bool> {
    /// A block request by three descriptors; returns its status byte.
    u8 request(u32 type, u64 sector, u32 size, bool to_device) {
        slot.poke<u32>(header, type);
        slot.poke<u64>(header + 8, sector);
        slot.poke<u8>(status, 0xee);
        slot.descriptor(0, 0, header, 16, next, 1);
        slot.descriptor(0, 1, data, size, static_cast<u16>(next | (to_device ? 0 : device_writes)), 2);
        slot.descriptor(0, 2, status, 1, device_writes);
        slot.offer(0, 0);
        return slot.peek<u8>(status);
    }

    static constexpr u64 header = base + 0x1000, data = base + 0x2000, status = base + 0x1100;
    Ram ram{base, 1u << 20};
    u64 told = 0;
    Dma dma{ram, [this](u64, u64 size) { told += size; }};
    Slot slot{ram, dma, GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Versions, Virtio, ::testing::Values(true, false),
                         [](const auto& info) { return info.param ? "legacy" : "modern"; });

TEST_P(Virtio, EmptySlotSaysSo) {
    EXPECT_EQ(slot.read(0x000), 0x7472'6976u) << "the magic number";
    EXPECT_EQ(slot.read(0x004), GetParam() ? 1u : 2u) << "the version";
    EXPECT_EQ(slot.read(0x008), 0u) << "no device";
}

TEST_P(Virtio, DiskIsReadAndWritten) {
    auto owned = std::make_unique<VirtioBlock>(std::string(1024, 'a') + std::string(512, 'b'), "serial");
    VirtioBlock& disk = *owned;
    slot.transport.plug(std::move(owned));
    EXPECT_EQ(slot.read(0x008), 2u) << "a block device";
    EXPECT_EQ(slot.read(0x100), 3u) << "three sectors";
    slot.start(1);
    EXPECT_EQ(request(0, 2, 512, false), 0) << "VIRTIO_BLK_S_OK";
    EXPECT_EQ(slot.text(data, 512), std::string(512, 'b')) << "the third sector";
    EXPECT_EQ(slot.used_length(0, 0), 513u) << "data and status";
    EXPECT_EQ(slot.read(0x060), 1u) << "InterruptStatus: a used buffer";
    EXPECT_TRUE(slot.transport.interrupt.level()) << "the line";
    EXPECT_GE(told, 513u) << "processors are told what was written";
    slot.write(0x064, 1);
    EXPECT_FALSE(slot.transport.interrupt.level()) << "acknowledged";

    slot.put(data, std::string(512, 'z'));
    EXPECT_EQ(request(1, 1, 512, true), 0) << "a write";
    EXPECT_EQ(disk.contents().substr(512, 513), std::string(512, 'z') + "b") << "goes to its sector alone";
    EXPECT_EQ(request(8, 0, 20, false), 0) << "VIRTIO_BLK_T_GET_ID";
    EXPECT_EQ(slot.text(data, 6), "serial") << "the serial number";
    EXPECT_EQ(request(4, 0, 0, true), 0) << "flush";
    EXPECT_EQ(slot.used_index(0), 4) << "four requests answered";
}

TEST_P(Virtio, DiskRefusesWhatItHasNot) {
    slot.transport.plug(std::make_unique<VirtioBlock>(std::string(1000, 'a'), "s"));
    slot.start(1);
    EXPECT_EQ(request(0, 1, 512, false), 0) << "1000 bytes are two sectors";
    EXPECT_EQ(request(0, 1, 1024, false), 1) << "beyond the end: VIRTIO_BLK_S_IOERR";
    EXPECT_EQ(request(0, ~u64{0}, 512, false), 1) << "and far beyond";
    EXPECT_EQ(request(0, 0, 100, false), 1) << "not whole sectors";
    EXPECT_EQ(request(77, 0, 512, false), 2) << "VIRTIO_BLK_S_UNSUPP";
}

TEST_P(Virtio, WrittenDiskIsSavedAndRestored) {
    slot.transport.plug(std::make_unique<VirtioBlock>(std::string(16384, 'a'), "s"));
    slot.start(1);
    slot.put(data, std::string(512, 'z'));
    request(1, 17, 512, true);
    Archive save;
    slot.transport.serialize(save);
    const std::string bytes = save.take();
    EXPECT_LT(bytes.size(), 8192u) << "the file's own bytes aren't saved";

    Slot other(ram, dma, GetParam());
    auto disk = std::make_unique<VirtioBlock>(std::string(16384, 'a'), "s");
    const VirtioBlock& contents = *disk;
    other.transport.plug(std::move(disk));
    Archive restore(bytes, "state");
    other.transport.serialize(restore);
    restore.finish();
    EXPECT_EQ(contents.contents().substr(17 * 512 - 1, 514), "a" + std::string(512, 'z') + "a") << "what was written";
    other.offer(0, 0);
    EXPECT_EQ(other.used_index(0), 2) << "and the queue goes on";
}

TEST_P(Virtio, RandomNumbersComeFromTheSeed) {
    const auto numbers = [this](u64 seed) {
        Slot own(ram, dma, GetParam());
        std::memset(ram.at(base), 0, ram.size());
        own.transport.plug(std::make_unique<VirtioEntropy>(seed));
        own.start(1);
        own.descriptor(0, 0, data, 13, device_writes);
        own.offer(0, 0);
        EXPECT_EQ(own.used_length(0, 0), 13u) << "as many as were asked for";
        return own.text(data, 14);
    };
    const std::string first = numbers(5);
    EXPECT_EQ(first, numbers(5)) << "the same from the same seed";
    EXPECT_NE(first, numbers(6)) << "others from another";
    EXPECT_EQ(first.back(), '\0') << "nothing beyond the buffer";
    EXPECT_NE(first.substr(0, 13), std::string(13, '\0')) << "numbers, not nothing";
}

TEST_P(Virtio, ConsoleShowsAndReads) {
    Console console;
    console.set_typing({{"name? ", "vtoll\n"}});
    slot.transport.plug(std::make_unique<VirtioTerminal>(console));
    slot.start(2);
    slot.descriptor(0, 0, data, 4, device_writes);
    slot.offer(0, 0);
    EXPECT_EQ(slot.used_index(0), 0) << "nothing was typed";
    slot.put(header, "name? ");
    slot.descriptor(1, 0, header, 6, 0);
    slot.offer(1, 0);
    EXPECT_EQ(console.log(), "name? ") << "what the guest wrote";
    ASSERT_EQ(slot.used_index(0), 1) << "the answer waits for no other notification";
    EXPECT_EQ(slot.text(data, 4), "vtol") << "as much as there is room for";
    slot.offer(0, 0);
    EXPECT_EQ(slot.text(data, 2), "l\n") << "the rest in the next buffer";
    EXPECT_EQ(slot.used_length(0, 1), 2u) << "and its length";
}

TEST_P(Virtio, FramesGoFromCardToCard) {
    NetworkCable cable;
    slot.transport.plug(std::make_unique<VirtioNetwork>(cable, 0));
    Slot other(ram, dma, GetParam());
    other.area_offset = 0x20000;
    other.transport.plug(std::make_unique<VirtioNetwork>(cable, 1));
    EXPECT_EQ(slot.read(0x100), 0x1200'5452u) << "52:54:00:12";
    EXPECT_EQ(other.read(0x104, 2), 0x5734u) << ":34:57 of the second card";
    slot.start(2);
    other.start(2);
    const u32 head = GetParam() ? 10 : 12;
    slot.put(data, std::string(head, '\0') + "a frame");
    slot.descriptor(1, 0, data, head + 7, 0);
    slot.offer(1, 0);
    EXPECT_EQ(slot.used_index(0), 0) << "a card doesn't hear itself with another on the cable";
    other.descriptor(0, 0, data + 0x100, 100, device_writes);
    other.offer(0, 0);
    EXPECT_EQ(other.used_length(0, 0), head + 7) << "the frame has waited for a buffer";
    EXPECT_EQ(other.text(data + 0x100 + head, 7), "a frame") << "behind the header";
    if (!GetParam()) {
        EXPECT_EQ(other.peek<u16>(data + 0x100 + 10), 1) << "num_buffers";
    }
}

TEST_P(Virtio, CardAloneHearsItself) {
    NetworkCable cable;
    slot.transport.plug(std::make_unique<VirtioNetwork>(cable, 0));
    slot.start(2);
    const u32 head = GetParam() ? 10 : 12;
    slot.descriptor(0, 0, data + 0x100, 100, device_writes);
    slot.offer(0, 0);
    slot.put(data, std::string(head, '\0') + "echo");
    slot.descriptor(1, 0, data, head + 4, 0);
    slot.offer(1, 0);
    EXPECT_EQ(slot.text(data + 0x100 + head, 4), "echo") << "loopback";
}

TEST_P(Virtio, IndirectDescriptorsAreFollowed) {
    slot.transport.plug(std::make_unique<VirtioEntropy>(1));
    slot.start(1);
    slot.poke<u64>(header, data);
    slot.poke<u32>(header + 8, 8);
    slot.poke<u32>(header + 12, device_writes);
    slot.descriptor(0, 0, header, 16, indirect);
    slot.offer(0, 0);
    EXPECT_EQ(slot.used_length(0, 0), 8u) << "the buffer that the table names";
}

TEST_P(Virtio, BrokenQueuesAskForAReset) {
    const auto breaks = [this](const char* how, auto prepare) {
        Slot own(ram, dma, GetParam());
        std::memset(ram.at(base), 0, ram.size());
        own.transport.plug(std::make_unique<VirtioEntropy>(1));
        own.start(1);
        prepare(own);
        own.offer(0, 0);
        EXPECT_EQ(own.used_index(0), 0) << how << ": nothing is given back";
        EXPECT_EQ(own.read(0x070) & 0x40, 0x40u) << how << ": DEVICE_NEEDS_RESET";
        own.write(0x070, 0);
        EXPECT_EQ(own.read(0x070), 0u) << how << ": and reset helps";
    };
    breaks("a loop", [](Slot& s) {
        s.descriptor(0, 0, data, 4, device_writes | next, 1);
        s.descriptor(0, 1, data, 4, device_writes | next, 0);
    });
    breaks("a buffer outside memory", [](Slot& s) { s.descriptor(0, 0, 0x1000, 4, device_writes); });
    breaks("a buffer across the end of memory",
           [](Slot& s) { s.descriptor(0, 0, base + (1u << 20) - 2, 4, device_writes); });
    breaks("a link beyond the table", [](Slot& s) { s.descriptor(0, 0, data, 4, device_writes | next, 99); });
    breaks("reading after writing", [](Slot& s) {
        s.descriptor(0, 0, data, 4, device_writes | next, 1);
        s.descriptor(0, 1, data, 4, 0);
    });
    breaks("a table inside a table", [](Slot& s) {
        s.poke<u64>(header, header);
        s.poke<u32>(header + 8, 16);
        s.poke<u32>(header + 12, indirect);
        s.descriptor(0, 0, header, 16, indirect);
    });
    breaks("a table longer than any queue", [](Slot& s) {
        constexpr u16 entries = VirtioQueue::most + 1;
        for (u16 i = 0; i < entries; ++i) {
            s.poke<u64>(header + 16 * u64{i}, data);
            s.poke<u64>(header + 16 * u64{i} + 8, u64{device_writes | next} << 32 | u64{i + 1u} << 48);
        }
        s.poke<u64>(header + 16 * u64{entries} - 8, u64{device_writes} << 32 | 4);
        s.descriptor(0, 0, header, 16 * entries, indirect);
    });
    breaks("more requests than entries", [](Slot& s) { s.poke<u16>(s.available(0) + 2, 100); });
}

TEST(Dma, TellsWhenItHasTakenTheHostTime) {
    Ram ram(base, 1u << 20);
    unsigned busy = 0;
    Dma dma(
        ram, [](u64, u64) {}, [&] { ++busy; });
    std::vector<u8> bytes(ram.size());
    for (unsigned i = 0; i < 63; ++i) dma.read(base, bytes.data(), bytes.size());
    EXPECT_EQ(busy, 0u) << "63 MiB";
    dma.write(base, bytes.data(), bytes.size());
    EXPECT_EQ(busy, 1u) << "64 MiB, whichever way";
    dma.write(base, bytes.data(), bytes.size());
    EXPECT_EQ(busy, 1u) << "and from the beginning again";
}

// The device answers before the guest goes on: there is an end to what it does.
TEST_P(Virtio, OneNotificationAsksForSoMuchAtMost) {
    slot.transport.plug(std::make_unique<VirtioBlock>(std::string(512, 'a'), "serial"));
    slot.start(1);
    constexpr u64 table = base + 0x8000;
    constexpr u32 entries = 60, megabyte = 1u << 20;
    for (u32 i = 0; i < entries; ++i) {  // all of them all of memory
        slot.poke<u64>(table + 16 * u64{i}, base);
        slot.poke<u64>(table + 16 * u64{i} + 8,
                       megabyte | u64{device_writes | (i + 1 < entries ? next : 0u)} << 32 | u64{i + 1} << 48);
    }
    slot.descriptor(0, 0, table, 16 * entries, indirect);
    const u16 offered = Slot::entries;
    for (u16 i = 0; i < offered; ++i) slot.poke<u16>(slot.available(0) + 4 + 2 * u64{i}, 0);
    slot.poke<u16>(slot.available(0) + 2, offered);
    slot.write(0x050, 0);
    EXPECT_EQ(slot.used_index(0), (256 / entries)) << "as many requests as come to 256 MiB";
    EXPECT_EQ(slot.read(0x070) & 0x40, 0x40u) << "then DEVICE_NEEDS_RESET";
}

TEST_P(Virtio, NoFrameIsLongerThanAPacket) {
    NetworkCable cable;
    slot.transport.plug(std::make_unique<VirtioNetwork>(cable, 0));
    slot.start(2);
    const u32 head = GetParam() ? 10 : 12;
    slot.descriptor(0, 0, data, 100, device_writes);
    slot.offer(0, 0);
    slot.descriptor(1, 0, base + 0x40000, head + 0x10001, 0);
    slot.offer(1, 0);
    EXPECT_EQ(slot.used_index(1), 1) << "the buffer comes back";
    EXPECT_EQ(slot.used_index(0), 0) << "the frame goes nowhere: 256 of them wait for a card";
    slot.descriptor(1, 0, base + 0x40000, head + 0x10000, 0);
    slot.offer(1, 0);
    EXPECT_EQ(slot.used_index(0), 1) << "as long as it may be";
}

TEST_P(Virtio, NoInterruptWhenTheDriverWantsNone) {
    slot.transport.plug(std::make_unique<VirtioEntropy>(1));
    slot.start(1);
    slot.poke<u16>(slot.available(0), 1);  // VIRTQ_AVAIL_F_NO_INTERRUPT
    slot.descriptor(0, 0, data, 4, device_writes);
    slot.offer(0, 0);
    EXPECT_EQ(slot.used_index(0), 1) << "answered";
    EXPECT_FALSE(slot.transport.interrupt.level()) << "silently";
}

}  // namespace
}  // namespace vtoll::core
