// SPDX-License-Identifier: Apache-2.0
// The registers of every device that a machine can have, at every offset and size that the bus brings, from several
// processors, in any order, as time passes.
#include <algorithm>

#include "core/platform/console.hpp"
#include "core/platform/device_entry.hpp"
#include "core/platform/devices/cfi_flash.hpp"
#include "tests/fuzz/hostile.hpp"

namespace {

using namespace vtoll;
using namespace vtoll::core;

constexpr u64 base = memory_map::ram_base, ram_size = 0x1'0000;

struct Guest {
    Guest(const MachineKeys& of, bool with_flash) : keys(of) {
        console.set_input(std::string(100, 'i'));
        for (const DeviceEntry* entry : device_list())
            if (entry->make && entry->is_on(keys)) {
                devices.push_back({entry, entry->make(*entry, board)});
                // A bank of 64 MiB is read whole when it is saved: not in every input.
                if (!with_flash && dynamic_cast<CfiFlash*>(devices.back().device.get())) devices.pop_back();
            }
    }

    void act(fuzz::Bytes& bytes) {
        const u8 what = bytes.take<u8>(), how = bytes.take<u8>();
        const u32 place = bytes.take<u32>(), value = bytes.take<u32>();
        const Attached& it = devices[what % devices.size()];
        Access access{};
        access.size = 1u << (how & 3) % 3;
        const u32 window = static_cast<u32>(it.entry->window.size);
        access.offset = (how & 0x80 ? place : place & 0x3ff) % window / access.size * access.size;
        access.cpu = (how >> 2 & 7) % keys.cpus;
        access.debug = (how & 0x60) == 0x60;
        u32 read = 0;
        switch (what >> 6) {
        case 0: told(static_cast<u64>(it.device->write(access, value))); break;
        case 1: told(static_cast<u64>(it.device->read(access, read)) << 32), told(read); break;
        case 2: told(static_cast<u64>(it.device->write(access, value & 0xff))); break;
        default:
            nanoseconds += how & 1 ? value : value & 0xfff;
            for (const Attached& each : devices)
                if (auto* timed = dynamic_cast<TimedDevice*>(each.device.get())) {
                    timed->update(access.cpu, nanoseconds);
                    fuzz::expect(timed->alarm(access.cpu) > nanoseconds, "an alarm that is over is set again");
                    told(timed->alarm(access.cpu));
                }
            if (how & 2) std::memcpy(ram.at(base + place % (ram_size - 4)), &value, 4);
        }
    }
    void take_over(Guest& from) {
        fuzz::restore(gic, from.gic);
        std::memcpy(ram.at(base), from.ram.at(base), ram_size);
        nanoseconds = from.nanoseconds;
        fuzz::restore(console, fuzz::saved(from.console));
        for (std::size_t i = 0; i < devices.size(); ++i) {
            Archive save;
            from.devices[i].device->serialize(save);
            const std::string bytes = save.take();
            Archive ar(bytes, devices[i].entry->name);
            devices[i].device->serialize(ar);
            ar.finish();
        }
        told = from.told;
    }
    fuzz::Seen seen() {
        told(std::string_view(reinterpret_cast<const char*>(ram.at(base)), ram_size));
        told(fuzz::saved(console));
        gic::State lines = gic.state();
        told(fuzz::saved(lines));
        for (const Attached& each : devices) {
            Archive ar;
            each.device->serialize(ar);
            told(ar.take());
        }
        return told;
    }

    MachineKeys keys;
    u64 nanoseconds = 0;
    Ram ram{base, ram_size};
    gic::Gic gic{gic::Config{.cpus = keys.cpus}};
    Console console;
    fuzz::Seen told;
    Dma dma{ram, [this](u64 pa, u64 size) { fuzz::expect(ram.holds(pa, size), "written outside memory"); }};
    Board board{keys, gic, console, dma, [this] { return nanoseconds; }, [] {}, [] {}, [this] { told(u64{1}); }};
    struct Attached {
        const DeviceEntry* entry;
        std::unique_ptr<Device> device;
    };
    std::vector<Attached> devices;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Bytes bytes(data, size);
    const u8 shape = bytes.take<u8>(), split = bytes.take<u8>();
    MachineKeys keys;
    keys.cpus = 1u + (shape & 7);
    keys.virtualization = shape & 8;
    keys.all_devices = shape & 16;
    keys.private_timers = shape & 64;
    keys.scu = keys.private_timers || shape & 32;
    const bool with_flash = shape >= 0xfe;
    fuzz::act_twice<Guest>(bytes, split, [&] { return std::make_unique<Guest>(keys, with_flash); });
    return 0;
}
