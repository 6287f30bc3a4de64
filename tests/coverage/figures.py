#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Lines that tests have run, by folder, out of a build of the preset `coverage`:

    tests/coverage/figures.py build/coverage

A header's lines count once, whoever includes it. Debian: gcovr.
"""
import argparse
import collections
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
MEASURED = ("core", "gic", "isa", "mmu", "python/bindings")
DEPTH = {"core": 2, "isa": 2}  # folders below that have a row of their own


def folder_of(name):
    parts = pathlib.Path(name).parts
    return "/".join(parts[:min(DEPTH.get(parts[0], 1), len(parts) - 1)])


def summary(build, jobs):
    filters = [word for folder in MEASURED for word in ("--filter", f"{folder}/")]
    done = subprocess.run(["gcovr", "--root", ROOT, "-j", str(jobs), *filters, "--json-summary", "--output", "-", build], cwd=ROOT,
                          check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)["files"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    given = parser.parse_args()
    lines, run = collections.Counter(), collections.Counter()
    for file in summary(given.build.resolve(), given.jobs):
        for folder in (folder_of(file["filename"]), "all"):
            lines[folder] += file["line_total"]
            run[folder] += file["line_covered"]
    if not lines:
        parser.error(f"{given.build}: nothing has been run; expected a build of the preset coverage, and a ctest in it")
    print("| folder | lines | run | share |\n|---|---|---|---|")
    for folder in sorted(lines, key=lambda name: (name == "all", name)):
        print(f"| {folder} | {lines[folder]} | {run[folder]} | {100 * run[folder] / lines[folder]:.1f}% |")


if __name__ == "__main__":
    main()
