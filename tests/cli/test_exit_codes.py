# SPDX-License-Identifier: Apache-2.0
"""Every way a run can end: its exit code, and one clear line that says why."""
import json

import programs
import pytest
from programs import (ENTRY, JUMP_NOWHERE, LOOP_FOREVER, POWER_OFF, RESET, SAY_OK, UNDEFINED, WAIT_FOR_EVENTS, WAIT_FOREVER, elf,
                      semihosting_exit)


def complaints(result):
    """What was said beside the line that closes each run."""
    return [line for line in result.stderr.splitlines() if line.startswith("vtoll: ") and not programs.CLOSING.match(line + "\n")]


def run(vtoll, words, *more):
    (vtoll.folder / "guest.elf").write_bytes(elf(words))
    return vtoll("run", "guest.elf", "-q", "-o", "out", *more)


def test_power_off_is_success(vtoll):
    result = run(vtoll, POWER_OFF)
    assert (result.returncode, complaints(result)) == (0, []), "PSCI SYSTEM_OFF ends a run well"
    assert result.stderr == "vtoll: power_off; 2 instructions, 2 ticks; results in out\n", "-q drops the guest's console alone"


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
    assert "the first fault: " in result.stderr, "and what began it"
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


# Programs for VBAR (HVBAR: hyp) at their entry + 0x20: movw, movt r0; mcr VBAR; then what faults, and the vectors.
VBAR, HVBAR = 0xEE0C0F10, 0xEE8C0F10
UDF, NOP, SELF = 0xE7F000F0, 0xE320F000, 0xEAFFFFFE
TO_UNMAPPED = [0xE3001000, 0xE3431000]  # movw, movt r1, #0x30000000
LOAD = 0xE5910000  # ldr r0, [r1]


def with_vectors(faults, vectors, base=VBAR):
    code = [0xE3080020, 0xE3440000, base] + faults
    return code + [NOP] * (8 - len(code)) + vectors


FAULTS = {
    "the handler returns to what is undefined": (
        with_vectors([UDF], [NOP, 0xE25EF004]),  # subs pc, lr, #4
        "Undefined Instruction at 0x4000800c in svc mode, behind instruction 3"),
    "the handler makes the access that aborted": (
        with_vectors([*TO_UNMAPPED, LOAD], [NOP] * 4 + [LOAD]),
        "Data Abort at 0x40008014 in svc mode, behind instruction 5, DFSR 0x00000008 (synchronous external abort), "
        "DFAR 0x30000000"),
    "two handlers that fault in turn": (
        with_vectors([*TO_UNMAPPED, UDF], [NOP, LOAD, NOP, NOP, UDF]),
        "Undefined Instruction at 0x40008014 in svc mode, behind instruction 5"),
    "the handler goes round for ever": (
        with_vectors([UDF], [NOP, SELF]), "Undefined Instruction at 0x4000800c in svc mode, behind instruction 3"),
    "in Thumb": (
        with_vectors([UDF], [NOP, 0xEA000005] + [NOP] * 6 + [0xE28F0001, 0xE12FFF10, 0x46C046C0, 0xBF00E7FE]),
        "Undefined Instruction at 0x4000800c in svc mode, behind instruction 3"),
}


@pytest.mark.parametrize("words, first", FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("more", [[], ["--timing", "cortex-a7"]], ids=["functional", "cortex-a7"])
def test_endless_faults_are_told_by_the_first(vtoll, words, first, more):
    result = run(vtoll, words, "-c", "machine.virtualization=false", "--limit", "20000000", *more)
    assert result.returncode == 1, result.stderr
    assert len(complaints(result)) == 1 and "vtoll: the guest is stuck: " in result.stderr, "one line that says so"
    assert f"; the first fault: {first}" in result.stderr, result.stderr
    stats = json.loads((vtoll.folder / "out/stats.json").read_text())
    assert stats["outcome"]["kind"] == "fault", "the books say so, too"


def test_a_hypervisors_fault(vtoll):
    result = run(vtoll, with_vectors([UDF], [NOP, SELF], HVBAR), "--limit", "20000000")
    assert result.returncode == 1, result.stderr
    assert "in hyp mode; the first fault: Undefined Instruction at 0x4000800c in hyp mode, behind instruction 3, HSR 0x0" \
        in result.stderr, result.stderr


def test_a_fault_that_ends_in_sleep(vtoll):
    result = run(vtoll, with_vectors([UDF], [NOP, *WAIT_FOREVER]), "-c", "machine.virtualization=false")
    assert result.returncode == 1, result.stderr
    assert "the guest waits for ever" in result.stderr and "the first fault: Undefined Instruction at" in result.stderr, result.stderr


def test_faults_that_end_are_none(vtoll):
    """The handler counts in TPIDRPRW to 5000 returns to the same undefined instruction, with the same registers."""
    words = with_vectors([0xE3A06000, UDF, 0xE3000008, 0xE3480400, 0xE1400070],  # mov r6, #0; udf; SYSTEM_OFF; hvc
                         [NOP, 0xEA000005] + [NOP] * 6 +
                         [0xEE1D6F90, 0xE2866001, 0xEE0D6F90, 0xE3017388, 0xE1560007, 0xE3A06000, 0xE3A07000, 0x124EE004,
                          0xE1B0F00E])
    result = run(vtoll, words, "-c", "machine.virtualization=false", "--limit", "20000000")
    assert result.returncode == 0 and programs.CLOSING.fullmatch(result.stderr), "it gave up, and the run went on to its end"


def test_what_an_interrupt_may_end_is_not_stuck(vtoll):
    words = with_vectors([0xF10800C0, UDF], [NOP, 0xF10800C0, SELF])  # cpsie if
    result = run(vtoll, words, "-c", "machine.virtualization=false", "--limit", "3000000")
    assert result.returncode == 4, result.stderr
    assert "the first fault" not in result.stderr, "a loop that waits for an interrupt is none"


def test_a_processor_of_several_that_hangs(vtoll):
    words = with_vectors([UDF], [NOP, SELF])
    result = run(vtoll, words, "-c", "machine.virtualization=false", "-c", "machine.cpus=2", "--limit", "3000000")
    assert result.returncode == 4, "others may have more to do: " + result.stderr
    assert "; the first fault: Undefined Instruction at 0x4000800c" in result.stderr, result.stderr
