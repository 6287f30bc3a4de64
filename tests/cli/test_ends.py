# SPDX-License-Identifier: Apache-2.0
"""Ends that somebody asks for: --until a point, SIGINT and SIGTERM."""
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import time

import programs
import pytest
from programs import ECHO, ENTRY, LOOP_FOREVER, POWER_OFF, SAY_OK, elf
from test_bad_input import refused

# dbg #2; nop; then for ever
MARK = [0xE320F0F2, 0xE320F000, 0xEAFFFFFE]
# mov r1, #0x09000000; mov r0, #'x'; str r0, [r1], for ever
SHOW_FOREVER = [0xE3A01409, 0xE3A00078, 0xE5810000, 0xEAFFFFFD]


@pytest.fixture
def run(vtoll):
    def run(words, *more):
        (vtoll.folder / "guest.elf").write_bytes(elf(words))
        return vtoll("run", "guest.elf", "-q", "-o", "out", *more)
    return run


def outcome(vtoll):
    return json.loads((vtoll.folder / "out/stats.json").read_text())["outcome"]["kind"]


@pytest.mark.parametrize("words, point", [(SAY_OK, "console:o"), (MARK, "marker:2"), (MARK, f"symbol:{ENTRY + 8:#x}"),
                                          (LOOP_FOREVER, "insns:1000")])
def test_until(vtoll, run, words, point):
    result = run(words, "--until", point)
    assert result.returncode == 0 and programs.CLOSING.fullmatch(result.stderr), f"{point}: an end as asked for, and no complaint"
    assert outcome(vtoll) == "stop_point", f"{point}: the books say how it ended"
    assert f"until = '{point}'" in (vtoll.folder / "out/config.toml").read_text(), f"{point}: and where it was to"
    again = vtoll("run", "out/config.toml", "-q", "-o", "again")
    assert again.returncode == 0, again.stderr
    books = [(vtoll.folder / run / "episodes.sqlite").read_bytes() for run in ("out", "again")]
    assert books[0] == books[1], f"{point}: the resolved scenario ends there too"


def test_until_counts_what_ran(vtoll, run):
    run(LOOP_FOREVER, "--until", "insns:1000")
    stats = json.loads((vtoll.folder / "out/stats.json").read_text())["stats"]
    assert stats["machine.instructions"]["value"] == 1000, "exactly so many instructions of one processor"


def test_a_point_that_is_not_reached(vtoll, run):
    result = run(SAY_OK, "--until", "console:never")
    assert result.returncode == 1, "the run ended well, but not where it was to"
    assert result.stderr.splitlines()[-1] == "vtoll: the run ended before it reached console:never", "the last line says so"
    assert outcome(vtoll) == "power_off", "the books are kept"
    result = run(LOOP_FOREVER, "--until", "console:never", "--limit", "1000")
    assert result.returncode == 4, "a limit is a limit"
    assert "the run ended before it reached console:never" in result.stderr, "the point is named as well"


def test_output_has_a_limit(vtoll, run):
    result = run(SHOW_FOREVER, "-c", "limits.output=1M")
    assert result.returncode == 4, "a limit is a limit"
    assert "stopped at the limit of 1 MiB of output: processor 0 at pc" in result.stderr, result.stderr
    assert outcome(vtoll) == "output_limit", "the books are kept"
    assert (vtoll.folder / "out/console.log").read_bytes() == b"x" * (1 << 20), "what is shown is all that the limit allows"


def test_until_behind_measure_from(vtoll, run):
    result = run([0xE320F0F2, 0xEAFFFFFD], "--measure-from", "marker:2", "--until", "marker:2")
    assert result.returncode == 0, result.stderr
    stats = json.loads((vtoll.folder / "out/stats.json").read_text())["stats"]
    assert 1 <= stats["machine.instructions"]["value"] <= 3, "to the next marker of that number"


def test_until_of_a_restored_run(vtoll, run):
    run(LOOP_FOREVER, "--save", "x.checkpoint", "--save-at", "insns:5000")
    again = vtoll("run", "--restore", "x.checkpoint", "--until", "insns:6000", "-q", "-o", "out")
    assert again.returncode == 0, again.stderr
    line = refused(vtoll, 3, "run", "--restore", "x.checkpoint", "--until", "insns:4000", "--no-output")
    assert line.startswith("limits.until insns:4000: the machine begins behind that"), "it would never be reached"


def test_until_in_a_scenario_and_its_console(vtoll, run):
    (vtoll.folder / "guest.elf").write_bytes(elf(ECHO))
    (vtoll.folder / "x.toml").write_text('[[image]]\nfile = "guest.elf"\n[console]\ninput = "!hello"\n'
                                         '[limits]\nuntil = "console:?he"\n[expect]\nconsole = "?hello"\n')
    result = vtoll("run", "x.toml", "-q", "-o", "out")
    assert result.returncode == 0 and programs.CLOSING.fullmatch(result.stderr), "the console of half a run is half of what is expected"
    assert (vtoll.folder / "out/console.log").read_text() == "?he"
    result = vtoll("run", "x.toml", "-q", "-o", "out", "-c", "limits.until=")
    assert result.returncode == 0, "without a point to its end"
    assert (vtoll.folder / "out/console.log").read_text() == "?hello"


def test_usage(vtoll, run):
    result = run(POWER_OFF, "--until", "here")
    assert (result.returncode, result.stderr) == (3, "vtoll: guest.elf: limits.until: 'here': expected marker:N, symbol:NAME, "
                                                     "insns:N or console:TEXT\n")
    assert run(POWER_OFF, "--until", "marker:1", "--save", "x", "--save-at", "marker:1").returncode == 2, "--save ends it"
    assert "no such symbol" in run(POWER_OFF, "--until", "symbol:no_such").stderr


@pytest.fixture
def started(vtoll):
    """Begins a command in a session of its own; what is left of that when the test ends is killed."""
    begun = []

    def start(*words, **more):
        begun.append(subprocess.Popen([os.environ["VTOLL_PROGRAM"], *words], cwd=vtoll.folder, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True, start_new_session=True, **more))
        return begun[-1]
    yield start
    for process in begun:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for(what, why):
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.02)


def runs(pid):
    """Does it have its machine? It catches SIGTERM then."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("SigCgt:"):
            return int(line.split()[1], 16) >> (signal.SIGTERM - 1) & 1
    return False


@pytest.mark.parametrize("sent, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_and_keeps_its_books(vtoll, started, sent, code):
    (vtoll.folder / "guest.elf").write_bytes(elf(LOOP_FOREVER))
    process = started("run", "guest.elf", "-o", "out")
    wait_for(lambda: runs(process.pid), "it runs")
    process.send_signal(sent)
    process.send_signal(sent)  # an impatient sender changes nothing
    _, said = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert "vtoll: interrupted: processor 0 at pc" in said, "one line says where"
    assert outcome(vtoll) == "interrupted", "the books are kept"


def child_of(process):
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True).stdout.split()
    return int(found[0]) if found else None


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("sent, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_to_a_verb_ends_its_runs(vtoll, started, sent, code):
    (vtoll.folder / "guest.elf").write_bytes(elf(LOOP_FOREVER))
    for name in "ab":
        (vtoll.folder / f"{name}.toml").write_text('[[image]]\nfile = "guest.elf"\n')
    process = started("compare", "a.toml", "b.toml", "-j", "1", "--keep", "kept")
    wait_for(lambda: child_of(process), "a run begins")
    child = child_of(process)
    process.send_signal(sent)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert said.splitlines()[-1] == "vtoll: interrupted", said
    assert gone(child), "the run has ended, and before its parent"
    assert len(said.splitlines()) <= 2, f"no other run was begun: {said}"


def test_a_signal_to_a_boot_leaves_nothing_behind(vtoll, started):
    (vtoll.folder / "guest.elf").write_bytes(elf(LOOP_FOREVER))
    (vtoll.folder / "x.toml").write_text('[[image]]\nfile = "guest.elf"\n[boot]\nuntil = "console:never"\n')
    environment = {**os.environ, "VTOLL_CACHE": str(vtoll.folder / "cache")}
    process = started("run", "x.toml", "--no-output", env=environment)
    wait_for(lambda: child_of(process), "the boot begins")
    child = child_of(process)
    wait_for(lambda: runs(child), "it has its machine")
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143, said
    assert gone(child), "the boot has ended with it"
    assert not list((vtoll.folder / "cache").rglob("*.checkpoint")), "nothing is kept of it"


@pytest.mark.parametrize("sent, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_to_a_sweep(vtoll, started, sent, code):
    (vtoll.folder / "guest.elf").write_bytes(elf(LOOP_FOREVER))
    words = ["sweep", "guest.elf", "-P", "limits.instructions=1000,100000000000", "-j", "1"]
    process = started(*words)
    wait_for(lambda: list(vtoll.folder.glob("sweep.sqlite.parts/*.json")), "the first point is measured")
    process.send_signal(sent)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert said.splitlines()[-1] == "vtoll: interrupted; the same command goes on from here", said
    assert not (vtoll.folder / "sweep.sqlite").exists(), "the sweep is not finished"
    assert len(list(vtoll.folder.glob("sweep.sqlite.parts/*.json"))) == 1, "half a point is none"


def test_a_signal_to_a_point_ends_its_sweep(vtoll, started):
    """A batch system may signal every process of a job: a point that was cut short is no result."""
    (vtoll.folder / "guest.elf").write_bytes(elf(LOOP_FOREVER))
    process = started("sweep", "guest.elf", "-P", "limits.instructions=1000,100000000000", "-j", "1")
    wait_for(lambda: list(vtoll.folder.glob("sweep.sqlite.parts/*.json")), "the first point is measured")
    wait_for(lambda: child_of(process), "the second begins")
    os.kill(child_of(process), signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert len(list(vtoll.folder.glob("sweep.sqlite.parts/*.json"))) == 1, "half a point is none"


def test_the_same_command_goes_on(vtoll, started):
    test_a_signal_to_a_point_ends_its_sweep(vtoll, started)
    again = vtoll("sweep", "guest.elf", "-P", "limits.instructions=1000,2000", "-j", "1")
    assert again.returncode == 1, "limits are told of: " + again.stderr
    with sqlite3.connect(vtoll.folder / "sweep.sqlite") as database:
        rows = [row[0] for row in database.execute("SELECT outcome FROM points ORDER BY point")]
    assert rows == ["instruction_limit", "instruction_limit"], "both points ran to their ends"
