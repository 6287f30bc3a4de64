#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole-process speed of vtoll and qemu-system-arm on the same images, taken in turns.

  speed.py --build DIR [--repeat N] [--timing functional,weights] [--format text|md] [SCENARIO...]

Prints, per scenario, the best of N wall-clock times of each and what they are in millions of guest instructions a
second (instructions as vtoll counts them). Not a test: times depend on the host. The results go to docs/performance.md.
"""
import pathlib
import tempfile

import beside_qemu
from beside_qemu import spent

DEFAULT = ["speed-integer", "speed-memory", "speed-syscalls", "speed-exits", "speed-pages", "speed-nested"]


def measure(name, build, timings, repeat):
    seconds = {column: [] for column in ["qemu"] + timings}
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "run"
        for _ in range(repeat):
            seconds["qemu"].append(spent(beside_qemu.QEMU.command(beside_qemu.scenario(name), build))[0])
            for timing in timings:
                seconds[timing].append(spent([build / "vtoll", "run", name, "--timing", timing, "-q", "-o", out])[0])
        return beside_qemu.instructions(out), [min(column) for column in seconds.values()]


def main():
    options = beside_qemu.options(__doc__, "scenarios", DEFAULT, "functional,weights")
    timings = options.timing.split(",")
    rows = [["program", "instructions (M)", "qemu-system-arm"] + timings]
    for name in options.scenarios:
        instructions, best = measure(name, options.build, timings, options.repeat)
        rows.append([name, f"{instructions / 1e6:.1f}"] + [f"{instructions / 1e6 / s:.0f} ({s:.2f} s)" for s in best])
    beside_qemu.show(rows, options.format)


if __name__ == "__main__":
    main()
