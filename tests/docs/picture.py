#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The README's picture, which the program draws of the table `overheads`.

    python3 tests/docs/picture.py --write build/release    draws it again
    python3 tests/docs/picture.py --check build/release    fails when it is out of date
"""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs/pictures/overheads.svg"
COMMANDS = ["run hypercall --timing cortex-a15 -q", "report hypercall --tables overheads --pictures pictures -o page.html"]


def drawn(program):
    with tempfile.TemporaryDirectory() as folder:
        for words in COMMANDS:
            subprocess.run([program, *words.split()], cwd=folder, check=True, capture_output=True, text=True,
                           env={**os.environ, "PYTHONPATH": str(ROOT / "python"), "VTOLL_PROGRAM": str(program)})
        return pathlib.Path(folder, "pictures/table-overheads.svg").read_text()


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("--write", "--check"):
        sys.exit(f"usage: {sys.argv[0]} --write|--check BUILD")
    fresh = drawn(pathlib.Path(sys.argv[2], "vtoll").resolve())
    if sys.argv[1] == "--write":
        PICTURE.write_text(fresh)
    elif fresh != PICTURE.read_text():
        sys.exit(f"{PICTURE.relative_to(ROOT)} is out of date: python3 tests/docs/picture.py --write build/release")
    return 0


if __name__ == "__main__":
    sys.exit(main())
