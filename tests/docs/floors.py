# SPDX-License-Identifier: Apache-2.0
"""The floors of the house: which room may include which. The drawing in docs/architecture.md is made from this table:

    python3 tests/docs/floors.py --write
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/architecture.md"

# From the top down. A file includes files of its own room and of rooms on lower floors; rooms on one floor don't know each
# other. A room is a folder with what lies below it, less the rooms that are listed by themselves.
FLOORS = [
    [("python/bindings", "vtoll.Machine for Python")],
    [("core/cli", "a file per verb")],
    [("core/cli/support", "shared by verbs and Python sessions")],
    [("core/trace/para", "replay, hypervisor at PL1"), ("core/trace/tarmac", "logs as text, in and out"),
     ("core/trace/path", "exits, by instruction")],
    [("core/trace/record", "records a guest"), ("core/trace/replay", "replays it natively"), ("core/debug", "GDB; where to stop")],
    [("core/trace/format", "the bytes of a trace"), ("core/scenario", "a file becomes a run"),
     ("core/report", "numbers of finished runs")],
    [("core/ledger/store", "run directories: written and read")],
    [("core/ledger/names", "exits, phases and functions in words")],
    [("core/ledger/book", "accounts and episodes")],
    [("core/cpu", "decodes and runs blocks")],
    [("core/platform", "the machine virt: devices, SystemC"), ("core/timing", "prices of instructions")],
    [("core/seam", "interfaces between the rooms above: CpuIf, MachineIf, PhysicalBus, Observer, TraceSink, StandIn")],
    [("core/state", "checkpoints"), ("core/base", "files, TOML, hashes")],
    [("mmu", "translation, TLBs"), ("gic", "interrupts, timers")],
    [("isa", "instructions, state, system registers")],
]
GUEST_FLOORS = [
    [("workloads", "guests, and programs of tests")],
    [("hypervisor-model/pure", "with the extensions"), ("hypervisor-model/para", "without them"), ("hypervisor-model/hosted", "a task")],
    [("hypervisor-model/lib", "shared by the programs")],
]

# Headers of a library -> the only places that include them.
LIBRARIES = {
    "systemc": ["core/platform/tlm/"],
    "tlm": ["core/platform/tlm/"],
    "tlm_utils/": ["core/platform/tlm/"],
    "CLI/": ["core/cli/"],
    "elfutils/": ["core/scenario/"],
    "sqlite3.h": ["core/ledger/store/"],
    "toml++/": ["core/base/", "core/scenario/", "core/timing/"],
    "pybind11/": ["python/bindings/"],
    "unicorn/": [],  # GPL-2: tests alone link it
    "capstone/": [],
}

# Folder -> the only other files that include its headers.
INNER = {
    "core/platform/tlm/": {"core/platform/machine.cpp"},  # nothing else knows of SystemC
}

# A header that the simulator shares with the program that runs in it -> who includes it, and why.
SHARED = {
    ("core/trace/para", "hypervisor-model/para/api.h"): "the numbers of the hypercalls that a replayed kernel makes",
}

# Headers that each program has of its own, and the library's code is compiled with.
PROVIDED = {"layout.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)
WIDTH = 100


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


def sources(names):
    return [name for name in names if re.search(r"\.(cpp|hpp|c|h|S|inc)$", name)]


def floors():
    """room -> its floor, counted from the bottom. Guests have a house of their own."""
    heights = {}
    for house in (FLOORS, GUEST_FLOORS):
        for height, rooms in enumerate(reversed(house)):
            heights.update({room: height for room, _ in rooms})
    return heights


def room_of(name, rooms):
    inside = [room for room in rooms if name.startswith(room + "/")]
    return max(inside, key=len) if inside else None


def is_guest(room):
    return room in {room for rooms in GUEST_FLOORS for room, _ in rooms}


def includes(name):
    """(quoted, angled): what a file includes, as written."""
    found = INCLUDE.findall((ROOT / name).read_text(errors="replace"))
    return [quoted for quoted, _ in found if quoted], [angled for _, angled in found if angled]


def target_of(name, written, names):
    """The tracked file that an include line means. Guests are compiled with several folders to look in: a header of the
    own room, else the nearest one of a room below, else the nearest one. None: it is made when building, or provided."""
    if written in PROVIDED:
        return None
    beside = (ROOT / name).parent.joinpath(written)
    for candidate in (beside, ROOT / written):
        relative = candidate.resolve().relative_to(ROOT).as_posix() if ROOT in candidate.resolve().parents else None
        if relative in names:
            return relative
    heights = floors()
    room = room_of(name, heights)

    def nearness(other):
        there = room_of(other, heights)
        return there == room, there is not None and heights[there] < heights[room], len(_common(name, other))

    return max((other for other in names if other.endswith("/" + written)), key=nearness, default=None)


def _common(a, b):
    shared = []
    for x, y in zip(a.split("/"), b.split("/")):
        if x != y:
            break
        shared.append(x)
    return shared


def drawing():
    return "\n".join(["The simulator:", "", *_house(FLOORS), "", "The programs that run inside its machine:", "",
                      *_house(GUEST_FLOORS)])


def _house(house):
    """A box per room, a line of boxes per floor, each with the folder and what it does."""
    edges, lines = [], []
    for rooms in house:
        widths = [(WIDTH - 1) // len(rooms) - 1] * len(rooms)
        widths[-1] += WIDTH - 1 - sum(width + 1 for width in widths)
        for (name, what), width in zip(rooms, widths):
            assert max(len(name), len(what)) + 2 <= width, f"'{name}: {what}' is wider than its box in the drawing"
        edges.append("+" + "".join("-" * width + "+" for width in widths))
        lines.append(["|" + "".join(f" {words[at]}".ljust(width) + "|" for words, width in zip(rooms, widths)) for at in (0, 1)])
    drawn_lines = [edges[0]]
    for at, (own, floor) in enumerate(zip(edges, lines)):
        below = edges[at + 1] if at + 1 < len(edges) else own
        drawn_lines += [*floor, "".join("+" if "+" in pair else "-" for pair in zip(own, below))]
    return drawn_lines


def drawn(text):
    """The page with the drawing in its block."""
    return re.sub(r"(<!-- floors -->\n```\n).*?(\n```)", lambda match: match[1] + drawing() + match[2], text, flags=re.S)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(f"usage: {sys.argv[0]} --write")
    PAGE.write_text(drawn(PAGE.read_text()))
