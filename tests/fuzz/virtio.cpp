// SPDX-License-Identifier: Apache-2.0
// Virtio devices of every kind under a driver that keeps to no rule: rings and descriptors anywhere, lengths and
// indices as they come, registers in any order. What a device does is only to be seen in the guest's own memory.
#include <algorithm>

#include "core/platform/device_entry.hpp"
#include "core/scenario/virtio_plugs.hpp"
#include "tests/fuzz/hostile.hpp"

namespace {

using namespace vtoll;
using namespace vtoll::core;

constexpr u64 base = memory_map::ram_base, ram_size = 0x1'0000;
constexpr u32 ring_entries = 16;

struct Guest {
    explicit Guest(bool legacy) {
        keys.all_devices = true;
        keys.virtio_version = legacy ? 1 : 2;
        Board board{keys, gic, console, dma, [] { return u64{0}; }, [] {}, [] {}, [] {}};
        device = virtio_device.make(virtio_device, board);
        using Kind = VirtioSpec::Kind;
        for (const Kind kind :
             {Kind::block, Kind::console, Kind::random, Kind::network, Kind::network, Kind::network}) {
            VirtioSpec spec;
            spec.kind = kind;
            spec.keep = kind == Kind::block;
            spec.cable = plugged++ == 3 ? "alone" : "shared";
            plugs.plug(static_cast<VirtioSlots&>(*device), spec, std::string(9000, 'v'), 1, "fuzz");
        }
    }

    u32 read(u32 offset, unsigned size) {
        u32 value = 0;
        device->read({slot * 0x200 + offset, size, 0, false}, value);
        return value;
    }
    void write(u32 offset, u32 value) { device->write({slot * 0x200 + offset, 4, 0, false}, value); }
    void poke(u64 pa, u64 value, u64 size) {
        if (ram.holds(pa, size)) std::memcpy(ram.at(pa), &value, size);
    }

    /// In memory, at its end, at the end of 32 and of 64 bits, below memory.
    static u64 address(fuzz::Bytes& bytes) {
        const u16 value = bytes.take<u16>();
        switch (bytes.take<u8>() & 15) {
        case 0: return base + ram_size - (value & 0x1f);
        case 1: return ~u64{0} - (value & 0xff);
        case 2: return 0xffff'ffff - (value & 0xff);
        case 3: return value;
        case 4: return base - (value & 0x1f);
        default: return base + value;
        }
    }
    u64 area(unsigned queue) const { return base + 0x1000 + queue * 0x2000; }
    u64 available(unsigned queue) const { return area(queue) + 16 * ring_entries; }

    /// As a driver does it that keeps to the rules.
    void set_up(unsigned queue) {
        write(0x030, queue);
        write(0x038, ring_entries);
        write(0x028, 4096);
        write(0x03c, 4096);
        const u64 parts[3] = {area(queue), available(queue), area(queue) + 0x1000};
        for (u32 i = 0; i < 3 && keys.virtio_version == 2; ++i) {
            write(0x080 + 0x10 * i, static_cast<u32>(parts[i]));
            write(0x084 + 0x10 * i, static_cast<u32>(parts[i] >> 32));
        }
        write(keys.virtio_version == 1 ? 0x040 : 0x044,
              keys.virtio_version == 1 ? static_cast<u32>(area(queue) / 4096) : 1);
    }
    void descriptor(u64 at, fuzz::Bytes& bytes) {
        const u64 pa = address(bytes), length = bytes.take<u16>(), flags = bytes.take<u8>();
        poke(at, pa, 8);
        poke(at + 8, flags & 0x80 ? length << 16 : length, 4);
        poke(at + 12, flags & 7, 2);
        poke(at + 14, bytes.take<u8>() % (ring_entries + 1), 2);
    }
    void offer(unsigned queue, u16 head, u16 more) {
        u16 index = 0;
        std::memcpy(&index, ram.at(available(queue) + 2), 2);
        for (; more-- > 0; ++index) poke(available(queue) + 4 + 2 * (index % ring_entries), head, 2);
        poke(available(queue) + 2, index, 2);
        write(0x050, queue);
    }

    void act(fuzz::Bytes& bytes) {
        const u8 what = bytes.take<u8>(), which = bytes.take<u8>();
        const unsigned queue = which >> 3 & 3;
        slot = memory_map::virtio_slots - 1 - (which & 7);  // two have no device
        switch (what & 15) {
        case 0: write(bytes.take<u8>() % 0x80 * 4, bytes.take<u32>()); break;
        case 1: told(read(bytes.take<u8>() * 2, 1u << which % 3)); break;
        case 2: set_up(queue); break;
        case 3:
        case 4:
        case 5: descriptor(area(queue) + 16 * (what >> 4), bytes); break;
        case 6:
        case 7: offer(queue, what >> 4, 1); break;
        case 8: offer(queue, bytes.take<u16>(), bytes.take<u16>() % (ring_entries + 2)); break;
        case 9: poke(available(queue) + 2, bytes.take<u16>(), 2), write(0x050, queue); break;
        case 10: poke(address(bytes), bytes.take<u64>(), 8); break;
        case 11: descriptor(base + 0xa000 + 16 * (what >> 4), bytes); break;  // for a table elsewhere
        case 12: {                                                            // of a disk: what it is to do, and where
            poke(base + 0xb000, bytes.take<u8>() % 10, 4);
            poke(base + 0xb008, bytes.take<u8>() & 0x80 ? bytes.take<u64>() : bytes.take<u8>() % 32, 8);
            break;
        }
        case 13: write(0x024, which >> 6), write(0x020, bytes.take<u32>()); break;
        case 14: write(0x070, what >> 4), write(0x064, which); break;
        default: write(0x050, queue);
        }
    }
    void take_over(Guest& from) {
        fuzz::restore(gic, from.gic);
        std::memcpy(ram.at(base), from.ram.at(base), ram_size);
        Archive save;
        from.device->serialize(save);
        const std::string bytes = save.take();
        Archive ar(bytes, "virtio");
        device->serialize(ar);
        ar.finish();
        told = from.told;
    }
    fuzz::Seen seen() {
        told(std::string_view(reinterpret_cast<const char*>(ram.at(base)), ram_size));
        for (const auto& [name, bytes] : plugs.documents()) told(bytes);
        gic::State lines = gic.state();
        told(fuzz::saved(lines));
        Archive ar;
        device->serialize(ar);
        told(ar.take());
        return told;
    }

    MachineKeys keys;
    Ram ram{base, ram_size};
    gic::Gic gic{gic::Config{}};
    Console console;
    fuzz::Seen told;
    Dma dma{ram, [this](u64 pa, u64 size) { fuzz::expect(ram.holds(pa, size), "written outside memory"); }};
    VirtioPlugs plugs;
    std::unique_ptr<Device> device;
    unsigned slot = 0, plugged = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Bytes bytes(data, size);
    const bool legacy = bytes.take<u8>() & 1;
    const u8 split = bytes.take<u8>();
    fuzz::act_twice<Guest>(bytes, split, [&] { return std::make_unique<Guest>(legacy); });
    return 0;
}
