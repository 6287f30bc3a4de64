#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole-process speed of vtoll and qemu-system-arm on the same images, taken in turns.

  speed.py --build DIR [--repeat N] [--timing functional,weights] [--format text|md] [SCENARIO...]

Prints, per scenario, the best of N wall-clock times of each and what they are in millions of guest instructions a
second (instructions as vtoll counts them). Not a test: times depend on the host. The results go to docs/performance.md.
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
DEFAULT = ["speed-integer", "speed-memory", "speed-syscalls", "speed-exits"]


def seconds_of(words, **options):
    start = time.perf_counter()
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          **options)
    return time.perf_counter() - start, done


def qemu_words(name, build):
    sys.path.insert(0, str(ROOT / "workloads"))
    import importlib
    runner = importlib.import_module("run-on-qemu")
    with open(ROOT / "workloads/scenarios" / f"{name}.toml", "rb") as file:
        return runner.command(tomllib.load(file), build)


def measure(name, build, timings, repeat):
    best = {}
    instructions = 0
    with tempfile.TemporaryDirectory() as scratch:
        for round_ in range(repeat):
            spent, done = seconds_of(qemu_words(name, build))
            if done.returncode:
                sys.exit(f"speed: {name}: qemu-system-arm ended with {done.returncode}")
            best["qemu"] = min(best.get("qemu", spent), spent)
            for timing in timings:
                out = pathlib.Path(scratch) / f"{timing}-{round_}"
                words = [str(build / "vtoll"), "run", name, "--timing", timing, "--quiet", "-o", str(out)]
                spent, done = seconds_of(words, env={**os.environ})
                if done.returncode:
                    sys.exit(f"speed: {name}: vtoll ended with {done.returncode}: {done.stderr.decode()}")
                best[timing] = min(best.get(timing, spent), spent)
                instructions = json.loads((out / "stats.json").read_text())["stats"]["machine.instructions"]["value"]
    return instructions, best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", default=DEFAULT)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--timing", default="functional,weights")
    parser.add_argument("--format", choices=["text", "md"], default="text")
    options = parser.parse_args()
    timings = options.timing.split(",")

    header = ["program", "instructions (M)", "qemu-system-arm"] + timings
    rows = []
    for name in options.scenarios:
        instructions, best = measure(name, options.build.resolve(), timings, options.repeat)
        rows.append([name, f"{instructions / 1e6:.1f}"] +
                    [f"{instructions / 1e6 / best[k]:.0f} ({best[k]:.2f} s)" for k in ["qemu"] + timings])
    if options.format == "md":
        print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
        for row in rows:
            print("| " + " | ".join(row) + " |")
    else:
        widths = [max(len(r[i]) for r in [header] + rows) for i in range(len(header))]
        for row in [header] + rows:
            print("  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip())


if __name__ == "__main__":
    main()
