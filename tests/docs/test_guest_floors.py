# SPDX-License-Identifier: Apache-2.0
"""The programs at hypervisor level are layered: the folders of pure include no folder above them, and no two object files
of pure, para and hosted call each other, not even by way of others. What calls back is handed down.
"""
import collections
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("VTOLL_BUILD", ROOT / "build/release"))
PURE = ROOT / "hypervisor-model/pure"
PROGRAMS = ["pure", *(f"pure-{path.parent.name}-{path.name}" for path in sorted((PURE / "without").iterdir())
                      if path.name != "exits"), "para", "hosted"]


def drawn_floors():
    """The folders of pure from the bottom up, as the drawing of its README has them."""
    page = (PURE / "README.md").read_text()
    drawing = re.search(r"<!-- floors -->\n```\n(.*?)\n```", page, re.S)
    assert drawing, "hypervisor-model/pure/README.md has no drawing after <!-- floors -->"
    return [line.split()[0] for line in reversed(drawing[1].splitlines())]


FLOORS = drawn_floors()


def floor_of(path):
    """Of a file of pure. A file of without/<feature>/<folder> stands in for one of that folder."""
    parts = path.relative_to(PURE).parts
    folder = next((part for part in parts if part in FLOORS), None)
    return FLOORS.index(folder) if folder else None


def sources():
    return sorted(path for path in PURE.rglob("*") if path.suffix in (".c", ".h", ".S") and len(path.relative_to(PURE).parts) > 1)


def test_the_drawing_has_every_folder():
    folders = {path.name for path in PURE.iterdir() if path.is_dir()} - {"without"}
    assert folders == set(FLOORS), "the drawing in hypervisor-model/pure/README.md and the folders differ"


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(PURE).as_posix())
def test_includes_run_down(path):
    own = floor_of(path)
    assert own is not None, f"{path} lies on no floor"
    for written in re.findall(r'^\s*#\s*include\s+"([^"]+)"', path.read_text(), re.M):
        first = next((part for part in written.split("/")[:-1] if part in FLOORS), None)
        assert first is None or FLOORS.index(first) <= own, f"{path} includes {written}, which is above it"


def objects(program):
    """The object files that are linked."""
    commands = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", f"guest-{program}"], check=True, capture_output=True,
                              text=True).stdout
    link = next(line for line in commands.splitlines() if f"guest/{program}.elf " in line and " -T " in line)
    return sorted({BUILD / found for found in re.findall(r"\S+\.o\b", link)})


def calls(files):
    """object -> the objects that define a symbol it refers to."""
    defined, used = {}, collections.defaultdict(set)
    for file in files:
        for line in subprocess.run(["arm-none-eabi-nm", file], check=True, capture_output=True, text=True).stdout.splitlines():
            *_, kind, symbol = line.split()
            if kind == "U":
                used[file].add(symbol)
            elif kind.isupper():
                defined[symbol] = file
    return {file: {defined[symbol] for symbol in used[file] if symbol in defined} - {file} for file in files}


def without_leaves(graph):
    """What is left when files that refer to none of the others are taken away, again and again: the rings."""
    graph = dict(graph)
    while leaves := [file for file, others in graph.items() if not others & graph.keys()]:
        for file in leaves:
            del graph[file]
    return sorted(file.name for file in graph)


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_files_call_each_other(program):
    files = objects(program)
    missing = [file.name for file in files if not file.exists()]
    assert files and not missing, f"'{program}' is not built: {missing}; expected: ninja guests"
    assert without_leaves(calls(files)) == [], f"files of '{program}' that call each other, or into such a ring"
