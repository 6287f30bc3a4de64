# SPDX-License-Identifier: Apache-2.0
"""Every way a run can end: its exit code, and one clear line that says why."""
import json

import pytest
from programs import (ENTRY, JUMP_NOWHERE, LOOP_FOREVER, POWER_OFF, RESET, SAY_OK, UNDEFINED, WAIT_FOR_EVENTS, WAIT_FOREVER, elf,
                      semihosting_exit)


def complaints(result):
    return [line for line in result.stderr.splitlines() if line.startswith("vtoll: ")]


def run(vtoll, words, *more):
    (vtoll.folder / "guest.elf").write_bytes(elf(words))
    return vtoll("run", "guest.elf", "-q", "-o", "out", *more)


def test_power_off_is_success(vtoll):
    result = run(vtoll, POWER_OFF)
    assert (result.returncode, complaints(result)) == (0, []), "PSCI SYSTEM_OFF ends a run well, and quietly with -q"


def test_console_goes_to_stdout_and_to_the_run_directory(vtoll):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    result = vtoll("run", "guest.elf", "-o", "out")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("ok"), "the guest's console is the first thing on standard output"
    assert (vtoll.folder / "out/console.log").read_text() == "ok", "and is kept"


@pytest.mark.parametrize("code, status", [(0, 0), (1, 1), (42, 1)])
def test_semihosting_exit(vtoll, code, status):
    result = run(vtoll, semihosting_exit(code))
    assert result.returncode == status, f"guest exit code {code}"
    if status:
        assert complaints(result) == [f"vtoll: the guest exited with code {code}"]


def test_a_guest_that_never_ends_meets_its_limit(vtoll):
    result = run(vtoll, LOOP_FOREVER, "--limit", "100000")
    assert result.returncode == 4, result.stderr
    assert complaints(result) == [
        f"vtoll: stopped at the limit of 100000 instructions: processor 0 at pc {ENTRY:#010x} in hyp mode"]
    stats = json.loads((vtoll.folder / "out/stats.json").read_text())
    assert stats["stats"]["machine.instructions"]["value"] >= 100000, "the books of what ran are kept"


def test_the_time_limit(vtoll):
    result = run(vtoll, LOOP_FOREVER, "-c", "limits.seconds=0.001")
    assert result.returncode == 4, result.stderr
    assert "stopped at the limit of 0.001 s" in result.stderr


@pytest.mark.parametrize("words", [JUMP_NOWHERE, UNDEFINED], ids=["jump to nowhere", "undefined instruction"])
@pytest.mark.parametrize("virtualization", ["true", "false"])
def test_a_guest_without_working_vectors_is_stuck(vtoll, words, virtualization):
    result = run(vtoll, words, "--limit", "1000000", "-c", f"machine.virtualization={virtualization}")
    assert result.returncode == 1, result.stderr
    assert len(complaints(result)) == 1 and "the guest is stuck" in result.stderr, "one line that says so"
    assert " at pc 0x" in result.stderr and " mode" in result.stderr, "with the place"
    assert (vtoll.folder / "out/stats.json").exists(), "the books of what ran are kept"


def test_a_guest_that_sleeps_for_ever(vtoll):
    result = run(vtoll, WAIT_FOREVER)
    assert result.returncode == 1, result.stderr
    assert "the guest waits for ever" in result.stderr


def test_reset_is_a_failure(vtoll):
    result = run(vtoll, RESET)
    assert result.returncode == 1, result.stderr
    assert "the guest asked for a reset" in result.stderr


def test_a_loop_of_wfe_meets_its_limit(vtoll):
    result = run(vtoll, WAIT_FOR_EVENTS, "--limit", "1000")
    assert result.returncode == 4, "WFE ends by itself now and then: " + result.stderr
