# SPDX-License-Identifier: Apache-2.0
"""Finished runs: listed, shown again, removed; names that are nearly right; what -q leaves."""
import json

import pytest
from programs import SAY_OK, elf


@pytest.fixture
def runs(vtoll):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    said = {}
    for name, timing in (("fast", "functional"), ("slow", "weights")):
        done = vtoll("run", "guest.elf", "-q", "--timing", timing, "-o", f"runs/{name}")
        assert done.returncode == 0, done.stderr
        said[name] = done.stdout
    return said


def test_they_are_listed(vtoll, runs):
    (vtoll.folder / "runs/notes").mkdir()
    (vtoll.folder / "runs/broken").mkdir()
    (vtoll.folder / "runs/broken/manifest.json").write_bytes((vtoll.folder / "runs/fast/manifest.json").read_bytes())
    listed = json.loads(vtoll("runs", "--format", "json").stdout)["rows"]
    assert [(row["run"], row["timing"], row["outcome"]) for row in listed] == [
        ("broken", None, "damaged"), ("fast", "functional", "power_off"), ("slow", "weights", "power_off")], "no other folders"
    assert listed[1]["instructions"] == 7 and listed[2]["ticks"] > listed[1]["ticks"], listed
    assert "slow" in vtoll("runs").stdout and vtoll("runs", "-o", "table").stdout == ""


def test_there_may_be_none(vtoll):
    done = vtoll("runs")
    assert done.returncode == 0 and "None: vtoll run leaves one" in done.stdout, done.stderr


def test_one_is_shown_again(vtoll, runs):
    for name, said in runs.items():
        shown = vtoll("runs", "show", name)
        assert (shown.returncode, shown.stdout) == (0, said), f"{name}: as vtoll run said it, with -q too: {shown.stderr}"
    both = vtoll("runs", "show", "fast", "runs/slow").stdout
    assert runs["fast"] in both and runs["slow"] in both


def test_they_are_removed(vtoll, runs):
    (vtoll.folder / "runs/slow/thesis.tex").write_text("precious")
    for words, said in ((["fast", "slow"], "runs/slow: has files that no run leaves: thesis.tex"), (["fast", "sloww"], "did you mean 'slow'?"),
                        (["."], "no run")):
        done = vtoll("runs", "remove", *words)
        assert done.returncode == 3 and said in done.stderr and done.stderr.count("\n") == 1, done.stderr
        assert (vtoll.folder / "runs/fast/stats.json").exists(), f"{words}: all or none"
    done = vtoll("runs", "remove", "fast")
    assert (done.returncode, done.stderr) == (0, "vtoll: runs/fast is removed\n")
    assert [p.name for p in (vtoll.folder / "runs").iterdir()] == ["slow"]


@pytest.mark.parametrize("words, code, meant", [
    (["rum"], 2, "run"), (["run", "hypercal"], 3, "hypercall"), (["run", "hypercall", "--timming", "weights"], 2, "--timing"),
    (["run", "hypercall", "--timing", "cortex-a51"], 3, "cortex-a15"), (["run", "hypercall", "-c", "machine.cpu5=1"], 3, "cpus"),
    (["tables", "overhead"], 3, "overheads"), (["explain", "hypercal"], 3, "hypercall"), (["trace", "row", "nul"], 3, "null"),
    (["trace", "recrod", "hypercall"], 2, "record"), (["exits", "slwo"], 3, "slow"), (["report", "slwo"], 3, "slow"), (["export", "slwo", "--stacks"], 3, "slow"),
    (["whatif", "--feature", "stge 2"], 2, "stage 2"), (["models", "show", "weihgts"], 3, "weights"), (["completion", "bsh"], 2, "bash"),
    (["compare", "fast", "hypercal"], 3, "hypercall")])
def test_what_was_meant(vtoll, runs, words, code, meant):
    done = vtoll(*words)
    assert done.returncode == code and f"(did you mean '{meant}'?)" in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_folder_does_not_stand_in_the_way_of_a_shipped_scenario(vtoll):
    """It may be what `run identification -o identification` left."""
    (vtoll.folder / "identification").mkdir()
    done = vtoll("run", "identification", "-q", "--limit", "1000", "--no-output")
    assert done.stderr.startswith("vtoll: instruction_limit; 1000 instructions"), done.stderr


def test_what_is_far_off_is_not_guessed(vtoll):
    for words in (["fly"], ["run", "xyzzy"], ["tables", "q"]):
        assert "did you mean" not in vtoll(*words).stderr, words


def test_quiet_drops_the_guests_console_alone(vtoll, runs):
    loud = vtoll("run", "guest.elf", "--no-output")
    assert loud.stdout == "ok\n" + runs["fast"] and loud.stderr.startswith("vtoll: power_off; 7 instructions"), loud.stderr
