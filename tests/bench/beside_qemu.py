# SPDX-License-Identifier: Apache-2.0
"""What the benches share: vtoll's programs and scenarios beside qemu-system-arm, timed as whole processes."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workloads"))
QEMU = __import__("run-on-qemu")


def options(doc, what, default, timing):
    """The command line of a bench that measures `what` (`default` when none is named) under `timing`."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(what, nargs="*", default=default)
    parser.add_argument("--build", type=lambda text: pathlib.Path(text).resolve(), required=True)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--timing", default=timing)
    parser.add_argument("--format", choices=["text", "md"], default="text")
    return parser.parse_args()


def scenario(name):
    with open(ROOT / "workloads/scenarios" / f"{name}.toml", "rb") as file:
        return tomllib.load(file)


def spent(words):
    """Seconds by the clock and seconds of the processor; the bench ends when the program fails."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    clock, after = time.perf_counter() - start, os.times()
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}: ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return clock, after.children_user - before.children_user + after.children_system - before.children_system


def instructions(run):
    """Of the guest, in all, as the run directory's statistics have them."""
    return json.loads((run / "stats.json").read_text())["stats"]["machine.instructions"]["value"]


def show(rows, form):
    """`rows`, the heading first, in columns or as Markdown."""
    if form == "md":
        for i, row in enumerate(rows):
            print("| " + " | ".join(row) + " |" + ("\n|" + "---|" * len(row) if i == 0 else ""))
        return
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
