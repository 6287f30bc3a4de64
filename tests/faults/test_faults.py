# SPDX-License-Identifier: Apache-2.0
"""What the host refuses, and a kill at any moment: one line that says so, and earlier results as they were.

fail_call.cpp counts the calls of a command and lets one fail. VTOLL_FAULT_CALLS=all tries every call, N at most N of a
kind; VTOLL_KILLS=N ends N sweeps; VTOLL_SEED=N is where their random numbers start.
"""
import errno
import json
import os
import pathlib
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
from typing import NamedTuple

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from programs import LOOP_FOREVER, POWER_OFF, SAY_OK, elf  # noqa: E402

KINDS = ["write", "open", "sync", "rename", "mkdir", "map", "process", "malloc"]  # as in fail_call.cpp
ERRORS = {"write": [errno.ENOSPC, errno.EIO], "open": [errno.EMFILE, errno.ENOSPC], "sync": [errno.EIO],
          "rename": [errno.EIO, errno.ENOSPC], "mkdir": [errno.ENOSPC], "map": [errno.ENOMEM],
          "process": [errno.ENOMEM, errno.EMFILE], "malloc": [errno.ENOMEM]}


class Command(NamedTuple):
    before: list  # makes the earlier results
    words: list  # tries to replace them
    python: bool = False  # a second's work rather than a hundredth's


RUN = ["run", "new.elf", "-q", "-o", "out"]
COMMANDS = {
    "run": Command([["run", "old.elf", "-q", "-o", "out"]], RUN),
    "run, recorded": Command([["run", "old.elf", "-q", "-o", "out"]], [*RUN, "--functions", "--timeline", "1000"]),
    "run, not quiet": Command([["run", "old.elf", "-q", "-o", "out"]], ["run", "new.elf", "-o", "out"]),
    "log": Command([["run", "old.elf", "-q", "-o", "out", "--log", "log.zst"]], [*RUN, "--log", "log.zst"]),
    "checkpoint": Command([["run", "loop.elf", "-q", "--no-output", "--save", "c", "--save-at", "insns:500"]],
                          ["run", "loop.elf", "-q", "--no-output", "--save", "c", "--save-at", "insns:1000"]),
    "trace record": Command(
        [["trace", "record", "old.elf", "-c", "machine.virtualization=false", "-o", "t.trace"]],
        ["trace", "record", "new.elf", "-c", "machine.virtualization=false", "-o", "t.trace"]),
    "exits": Command([["run", "old.elf", "-q", "-o", "out"], ["exits", "out", "--format", "json", "-o", "exits"]],
                     ["exits", "out", "--format", "csv", "-o", "exits"]),
    "export": Command([["run", "old.elf", "-q", "-o", "out"], ["export", "out", "--stacks", "-o", "stacks"],
                       ["run", "new.elf", "-q", "-o", "out"]],
                      ["export", "out", "--stacks", "-o", "stacks"], True),
    "report": Command([["run", "old.elf", "-q", "-o", "out"],
                       ["report", "out", "--tables", "none", "--title", "old", "-o", "page.html"]],
                      ["report", "out", "--tables", "none", "--title", "new", "-o", "page.html"], True),
    "sweep": Command([["sweep", "old.elf", "-P", "machine.cpus=1,2", "-q", "-j", "1", "-o", "s.sqlite"]],
                     ["sweep", "new.elf", "-P", "machine.cpus=1,2", "-q", "-j", "1", "-o", "s.sqlite"], True),
}


class Place:
    """A folder with the results of `before`, copied for every call that fails."""

    def __init__(self, folder: pathlib.Path, command: Command):
        self.folder, self.command = folder, command
        self.template = folder / "template"
        for name in ("here", "temporary", "cache", "home"):
            (self.template / name).mkdir(parents=True)
        for name, words in (("old", SAY_OK), ("new", POWER_OFF), ("loop", LOOP_FOREVER)):
            (self.template / "here" / f"{name}.elf").write_bytes(elf(words))
        shutil.copytree(self.template, folder / "case")
        for words in command.before:
            done = self.start(words)
            assert done.returncode == 0, f"{words}: {done.stderr}"
        self.earlier = self.state()
        shutil.rmtree(self.template)
        shutil.copytree(folder / "case", self.template)
        self.reference = self.start(command.words, "")
        assert self.reference.returncode == 0, f"undisturbed: {self.reference.stderr}"
        self.counts = dict(zip(KINDS, struct.unpack(f"{len(KINDS)}Q", (folder / "counts").read_bytes())))
        self.after = self.state()
        assert self.after != self.earlier, "the command is to replace the earlier results by others"

    def again(self):
        shutil.rmtree(self.folder / "case")
        shutil.copytree(self.template, self.folder / "case")

    def start(self, words, faults=None):
        case = self.folder / "case"
        (self.folder / "counts").unlink(missing_ok=True)
        env = {k: v for k, v in os.environ.items() if k not in ("VTOLL_FAULTS", "VTOLL_FAULT_COUNTS", "LD_PRELOAD")}
        env.update(TMPDIR=str(case / "temporary"), VTOLL_CACHE=str(case / "cache"), HOME=str(case / "home"),
                   PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0")
        if faults is not None:
            env.update(LD_PRELOAD=os.environ["VTOLL_FAULT_LIBRARY"], VTOLL_FAULTS=faults,
                       VTOLL_FAULT_COUNTS=str(self.folder / "counts"))
        return subprocess.run([os.environ["VTOLL_PROGRAM"], *words], cwd=case / "here", env=env, capture_output=True,
                              text=True, timeout=120, start_new_session=True)

    def state(self) -> dict:
        case = self.folder / "case"
        return {str(p.relative_to(case)): p.read_bytes() if p.is_file() else None for p in sorted(case.rglob("*"))}


def without_parts(state: dict) -> dict:
    """A sweep's finished points are kept for the next try, and they are whole."""
    for name, content in state.items():
        if re.fullmatch(r"here/s\.sqlite\.parts/[0-9a-f]{64}\.json", name):
            json.loads(content)
    return {n: c for n, c in state.items() if not re.fullmatch(r"here/s\.sqlite\.parts(/[0-9a-f]{64}\.json)?", n)}


def by_output(state: dict) -> dict:
    """A command's outputs, each with what is in it: the log of a run and its books are two."""
    found = {}
    for name, content in state.items():
        found.setdefault("/".join(name.split("/")[:2]), {})[name] = content
    return found


def mixed(place: Place, state: dict) -> list:
    """Outputs that are neither the earlier ones nor the new ones."""
    now, earlier, after = by_output(state), by_output(place.earlier), by_output(place.after)
    return [name for name in sorted({*now, *earlier, *after}) if now.get(name) not in (earlier.get(name), after.get(name))]


def difference(place: Place, state: dict, expected: dict) -> list:
    return sorted(name for name in {*state, *expected} if state.get(name, 0) != expected.get(name, 0))


def wrong_after(place: Place, faults: str) -> str:
    """Lets it fail; what is not as it should be then, "" when nothing is."""
    place.again()
    done = place.start(place.command.words, faults)
    state = without_parts(place.state())
    if faults.startswith("malloc"):  # where a JSON value can't be destroyed, the process ends at once
        for partial in {n for n in state if re.match(r"here/[^/]+\.\d+\.partial$", n)}:
            path = place.folder / "case" / partial
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            state = {n: c for n, c in state.items() if n != partial and not n.startswith(partial + "/")}
    if done.returncode == 0:  # done in another way
        if done.stderr != place.reference.stderr or done.stdout != place.reference.stdout:
            return f"says it succeeded, and differs on the terminal: {done.stderr}"
        return "".join(f"says it succeeded, and differs: {n}; " for n in difference(place, state, place.after))
    if done.returncode != 3:
        return f"exit code {done.returncode}, expected 3: {done.stderr}"
    said, usual = (re.sub(r"vtoll: [^\n]* is kept, as [^\n]*\n", "", text) for text in (done.stderr, place.reference.stderr))
    if not re.fullmatch(r"vtoll: [^\n]{12,}\n", said.removeprefix(usual)):  # that a run is kept is no complaint
        return f"expected one line: {done.stderr!r}"
    if broken := mixed(place, state):
        return f"neither as it was nor new: {broken}: {done.stderr}"
    again = place.start(place.command.words)
    left = difference(place, place.state(), place.after)
    return f"does not succeed afterwards: {again.stderr} {left}" if again.returncode or left else ""


def chosen(count: int, most: int) -> list[int]:
    knob = os.environ.get("VTOLL_FAULT_CALLS", "")
    if knob == "all" or count <= (most := int(knob) if knob else most):
        return list(range(count))
    return sorted({count * i // most for i in range(most - 1)} | {count - 1})


@pytest.mark.parametrize("name", COMMANDS)
def test_each_call_fails_once(name, tmp_path):
    command = COMMANDS[name]
    place = Place(tmp_path, command)
    wrong, tried = [], {}
    for kind in KINDS:
        if kind == "malloc" and (command.python or os.environ.get("VTOLL_FAULT_CALLS") == "all"):
            continue  # Python's own memory is not ours; all calls of a run are tens of thousands
        for number in chosen(place.counts[kind], 4 if command.python else 24):
            faults = f"{kind}:{number}:{ERRORS[kind][number % len(ERRORS[kind])]}"
            tried[kind] = tried.get(kind, 0) + 1
            if said := wrong_after(place, faults):
                wrong.append(f"VTOLL_FAULTS={faults} vtoll {' '.join(command.words)}: {said}")
    print(f"{name}: calls {place.counts}, failed {tried}")
    assert not wrong, f"{len(wrong)} calls\n" + "\n".join(wrong)


def test_memory_runs_out_while_a_checkpoint_is_saved(tmp_path):
    """Densely, in the part where OpenSSL's SHA256() asked for its provider: a checkpoint had a wrong checksum."""
    place = Place(tmp_path, COMMANDS["checkpoint"])
    count = place.counts["malloc"]
    wrong = [f"{n}: {said}" for n in range(count // 4, count // 3, 25) if (said := wrong_after(place, f"malloc:{n}:{errno.ENOMEM}"))]
    assert not wrong, "\n".join(wrong)


def test_where_names_cannot_change_places(tmp_path):
    """A file system without RENAME_EXCHANGE: the earlier results move aside, and come back if need be."""
    place = Place(tmp_path, COMMANDS["run"])
    for further in ("", ",rename:1:5", ",rename:2:5"):
        said = wrong_after(place, f"rename:0:{errno.EINVAL}{further}")
        assert not said, f"rename:0:22{further}: {said}"


def test_standard_output_that_is_full(tmp_path):
    place = Place(tmp_path, COMMANDS["run"])
    for words in (["version"], ["exits", "out"], ["sweep", "new.elf", "-P", "machine.cpus=1", "-q"]):
        with open("/dev/full", "w") as full:
            done = subprocess.run([os.environ["VTOLL_PROGRAM"], *words], cwd=tmp_path / "case/here", stdout=full,
                                  stderr=subprocess.PIPE, text=True)
        assert done.returncode == 3, f"{words}: nothing of it arrived: {done.stderr}"
        assert re.fullmatch(r"vtoll: [^\n]+\n", done.stderr), f"{words}: one line: {done.stderr}"


@pytest.mark.parametrize("words", [["exits", "out", "-o", "pipe"], ["export", "out", "--stacks", "-o", "pipe"],
                                   ["run", "new.elf", "-q", "--no-output", "--log", "pipe"]], ids=lambda words: words[0])
def test_what_is_no_file_is_not_replaced(words, tmp_path):
    place = Place(tmp_path, COMMANDS["run"])
    pipe = tmp_path / "case/here/pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    done = place.start(words)
    assert done.returncode == 0, done.stderr
    assert pipe.is_fifo() and os.read(reader, 100), f"{words}: a pipe is written to, as a device is"
    os.close(reader)


def test_links_stay(tmp_path):
    place = Place(tmp_path, COMMANDS["run"])
    work = tmp_path / "case/here"
    for words in (["exits", "out", "-o", "link"], ["export", "out", "--stacks", "-o", "link"]):
        earlier = "earlier 1\n"  # as a table and folded stacks may look
        (work / "file").write_text(earlier)
        (work / "link").unlink(missing_ok=True)
        (work / "link").symlink_to("file")
        done = place.start(words)
        assert done.returncode == 0, done.stderr
        assert (work / "link").is_symlink() and (work / "file").read_text() != earlier, f"{words}: written behind the link"


def test_a_sweep_killed_at_any_moment_goes_on(tmp_path):
    """The moment is a call, of any of the processes: memory is asked for at all times."""
    seed = int(os.environ.get("VTOLL_SEED", 20261130))
    kills = int(os.environ.get("VTOLL_KILLS", 24))
    print(f"VTOLL_SEED={seed}")
    place = Place(tmp_path, COMMANDS["sweep"])
    chance, reached = random.Random(seed), 0
    for number in range(kills):
        kind = "malloc" if number % 2 else chance.choice([k for k in KINDS if place.counts[k]])
        fault = f"{kind}:{chance.randrange(place.counts[kind])}:kill"
        again = f"VTOLL_SEED={seed}, kill {number}: VTOLL_FAULTS={fault}"
        place.again()
        done = place.start(place.command.words, fault)
        reached += done.returncode == -signal.SIGKILL
        name = "here/s.sqlite"
        assert place.state()[name] in (place.earlier[name], place.after[name]), f"{again}: half-written"
        resumed = place.start(place.command.words)
        assert resumed.returncode == 0, f"{again}: {resumed.stderr}"
        left = difference(place, place.state(), place.after)
        assert not left, f"{again}: differs from an undisturbed sweep: {left}"
    print(f"{reached} of {kills} sweeps were killed")
    assert reached >= kills * 3 // 4, "most moments come in each sweep"
