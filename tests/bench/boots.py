#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boots of stock software on vtoll and on qemu-system-arm, one after the other.

  boots.py --build DIR [--repeat N] [--timing functional] [--format text|md] [SCENARIO[@PROCESSORS]...]

QEMU (TCG, as fast as it goes) gets the device tree of vtoll's run and the same files. Prints the best of N of each:
seconds by the clock and, in brackets, of the processor; QEMU's translator uses as many host threads as the guest has
processors. Not a test: times depend on the host. The results go to docs/performance.md.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workloads"))
QEMU = __import__("run-on-qemu")
DEFAULT = ["linux-native", "linux-native@2", "linux-native-stock", "xen-dom0", "xen-dom0@2", "xen-dom0-domu"]


def spent(words):
    """Seconds by the clock, seconds of the processor."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    clock, after = time.perf_counter() - start, os.times()
    if done.returncode:
        sys.exit(f"boots: {' '.join(map(str, words))}: ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return clock, after.children_user - before.children_user + after.children_system - before.children_system


def measure(boot, build, timing, repeat):
    name, _, processors = boot.partition("@")
    processors = int(processors or 1)
    with open(ROOT / "workloads/scenarios" / f"{name}.toml", "rb") as file:
        scenario = tomllib.load(file)
    scenario["machine"]["cpus"] = processors
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "run"
        for _ in range(repeat):
            ours.append(spent([build / "vtoll", "run", name, "-q", "-o", out, "--timing", timing,
                               "-c", f"machine.cpus={processors}"]))
            theirs.append(spent(QEMU.command(scenario, build, out / "machine.dtb")))
        instructions = json.loads((out / "stats.json").read_text())["stats"]["machine.instructions"]["value"]
    return instructions, min(ours), min(theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("boots", nargs="*", default=DEFAULT)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--timing", default="functional")
    parser.add_argument("--format", choices=["text", "md"], default="text")
    options = parser.parse_args()

    rows = [["boot", "instructions (M)", f"vtoll, {options.timing}", "qemu-system-arm", "vtoll / QEMU"]]
    for boot in options.boots:
        instructions, ours, theirs = measure(boot, options.build.resolve(), options.timing, options.repeat)
        rows.append([boot, f"{instructions / 1e6:.0f}"]
                    + [f"{clock:.1f} s ({cpu:.1f} s)" for clock, cpu in (ours, theirs)]
                    + [f"{ours[0] / theirs[0]:.1f} ({ours[1] / theirs[1]:.1f})"])
    if options.format == "md":
        for i, row in enumerate(rows):
            print("| " + " | ".join(row) + " |" + ("\n|" + "---|" * len(row) if i == 0 else ""))
    else:
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        for row in rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


if __name__ == "__main__":
    main()
