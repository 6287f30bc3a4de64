#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boots of stock software on vtoll and on qemu-system-arm, one after the other.

  boots.py --build DIR [--repeat N] [--timing functional] [--format text|md] [SCENARIO[@PROCESSORS]...]

QEMU (TCG, as fast as it goes) gets the device tree of vtoll's run and the same files. Prints the best of N of each:
seconds by the clock and, in brackets, of the processor; QEMU's translator uses as many host threads as the guest has
processors. Not a test: times depend on the host. The results go to docs/performance.md.
"""
import pathlib
import tempfile

import beside_qemu
from beside_qemu import spent

DEFAULT = ["linux-native", "linux-native@2", "linux-native-stock", "xen-dom0", "xen-dom0@2", "xen-dom0-domu"]


def measure(boot, build, timing, repeat):
    name, _, processors = boot.partition("@")
    scenario = beside_qemu.scenario(name)
    scenario["machine"]["cpus"] = int(processors or 1)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "run"
        for _ in range(repeat):
            ours.append(spent([build / "vtoll", "run", name, "-q", "-o", out, "--timing", timing,
                               "-c", f"machine.cpus={scenario['machine']['cpus']}"]))
            theirs.append(spent(beside_qemu.QEMU.command(scenario, build, out / "machine.dtb")))
        return beside_qemu.instructions(out), min(ours), min(theirs)


def main():
    options = beside_qemu.options(__doc__, "boots", DEFAULT, "functional")
    rows = [["boot", "instructions (M)", f"vtoll, {options.timing}", "qemu-system-arm", "vtoll / QEMU"]]
    for boot in options.boots:
        instructions, ours, theirs = measure(boot, options.build, options.timing, options.repeat)
        rows.append([boot, f"{instructions / 1e6:.0f}"]
                    + [f"{clock:.1f} s ({cpu:.1f} s)" for clock, cpu in (ours, theirs)]
                    + [f"{ours[0] / theirs[0]:.1f} ({ours[1] / theirs[1]:.1f})"])
    beside_qemu.show(rows, options.format)


if __name__ == "__main__":
    main()
