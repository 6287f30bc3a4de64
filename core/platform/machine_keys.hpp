// SPDX-License-Identifier: Apache-2.0
// What makes a machine: the keys of a scenario's [machine]. The machine itself is built from them.
#pragma once

#include <optional>
#include <string>

#include "core/base/keys.hpp"
#include "core/platform/memory_map.hpp"
#include "gic/constants.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// "2024-01-31T12:00:00", UTC; nothing when it isn't such a date, or not in 32 bits.
std::optional<u32> seconds_of_1970(const std::string& date);

struct MachineKeys {
    bool virtualization = true;
    unsigned cpus = 1;
    std::string core;
    Settings cpu;
    u64 ram = 128u << 20;
    std::optional<u64> clock_mhz;
    u64 turn = 10'000;
    bool semihosting = true;
    std::string semihosting_folder, bootargs, dtb;
    bool all_devices = false;
    std::string rtc = "2024-01-01T00:00:00";
    u64 seed = 0;
    unsigned virtio_version = 1;
    std::optional<u64> entry;
    bool private_timers = false;
    bool scu = false;  ///< follows from core, cpus and private_timers: there is a snoop control unit

    static constexpr std::array<Named<bool>, 2> device_sets{{{"minimal", false}, {"all", true}}};

    u64 clock_hz() const { return clock_mhz.value_or(1000) * 1'000'000; }

    bool operator==(const MachineKeys&) const = default;
    void declare(Keys& keys) {
        const auto has_all = [this] { return all_devices; };
        keys.flag("virtualization", virtualization,
                  "true: the processors have the Virtualization Extensions and start in Hyp mode, PSCI is called by "
                  "SMC; false: they start in Supervisor mode, PSCI is called by HVC");
        keys.number("cpus", cpus, 1, gic::max_cpus, "processors");
        keys.text("core", core,
                  "the core that the processors say they are, by a profile's name: identification registers, "
                  "performance monitors, the device tree's `cpu` nodes")
            .absent("that of the timing model; of a model that is no core: cortex-a15");
        keys.flag(
                "private_timers", private_timers,
                "of Cortex-A9s: true: a private timer and watchdog for each and a global timer at PERIPHBASE, in place "
                "of the generic timers, which a Cortex-A9 does not have on silicon; see "
                "[devices.md](devices.md#private-peripherals-of-a-cortex-a9)")
            .quiet();
        keys.size("ram", ram, memory_map::ram_limit >> 20, "size of memory at 0x40000000");
        keys.number("clock_mhz", clock_mhz, 1, 100'000,
                    "ticks in a microsecond of the machine's time; the generic timers count at 62.5 MHz")
            .absent("of a core profile: its `clock.mhz`; else 1000");
        keys.number("turn", turn, 1, 1'000'000,
                    "ticks that a processor runs at most before the others get their turn; dealings with each other "
                    "end turns and make them short, see [cpu.md](cpu.md#turns)")
            .shown_if([this] { return cpus > 1; });
        keys.flag("semihosting", semihosting, "`SVC 0x123456` (A32) and `SVC 0xAB` (T32) are semihosting calls");
        keys.text("semihosting_folder", semihosting_folder,
                  "folder whose files semihosting may use, see [semihosting.md](semihosting.md)")
            .quiet();
        keys.text("bootargs", bootargs, "command line, in the device tree and for semihosting");
        keys.text("dtb", dtb,
                  "a device tree file in place of the one that is made; memory, command line and RAM disk are put into "
                  "it")
            .absent("made")
            .quiet();
        keys.choice("devices", all_devices, device_sets,
                    "minimal: interrupt controller, timers, PL011; all: everything QEMU's machine has, see "
                    "[devices.md](devices.md)");
        keys.text("rtc", rtc, "time of the real-time clock at the start, UTC")
            .check([this] {
                return seconds_of_1970(rtc) ? "" : "expected a date such as \"2024-01-31T12:00:00\", 1970 to 2105";
            })
            .example("\"2001-02-03T04:05:06\"")
            .shown_if(has_all);
        keys.number("seed", seed, 0, ~u64{0}, "of the random numbers the machine hands out: device tree, `[[virtio]]`")
            .shown_if(has_all);
        keys.number("virtio_version", virtio_version, 1, 2, "of the registers of the virtio slots").shown_if(has_all);
        keys.number("entry", entry, 0, 0xffff'ffff, "address at which the first processor starts")
            .address()
            .absent("that of the first image with an entry");
        // A table of its own, so behind the plain keys.
        keys.settings("cpu", cpu,
                      "identification registers that are different here, by their names in lower case: `midr = "
                      "0x412fc0f4`, `ccsidr2 = 0x707fe07a`");
    }
};

}  // namespace vtoll::core
