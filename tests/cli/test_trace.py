# SPDX-License-Identifier: Apache-2.0
"""Traces: recording changes nothing, a replay repeats the recording, broken files are refused in one line."""
import re

import pytest


def counts(text):
    """The rows of what replay prints: name -> (recorded, replayed)."""
    rows = re.findall(r"^(\S.*?)\s{2,}(\d+)\s+(\d+)\s+[+-]", text, re.M)
    return {name: (int(a), int(b)) for name, a, b in rows}


def record(vtoll, *more, scenario="minios-native", timing="cortex-a8"):
    result = vtoll("trace", "record", scenario, "--timing", timing, "-o", "guest.trace", *more, timeout=280)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("timing", ["weights", "cortex-a8"])
def test_a_replay_repeats_the_recording(vtoll, timing):
    said = record(vtoll, timing=timing)
    replay = vtoll("trace", "replay", "guest.trace", "--native", timeout=280)
    assert replay.returncode == 0, replay.stderr
    rows = counts(replay.stdout)
    insns, ticks = rows["instructions"], rows["ticks"]
    assert insns[0] > 1_000_000 and f"{insns[0]} instructions" in said, "the whole of minios was recorded"
    assert insns[0] == insns[1], "instructions are exact"
    assert abs(ticks[1] / ticks[0] - 1) < 0.02, f"cycles within 2 %: {ticks}"


def test_recording_changes_no_result(vtoll):
    plain = vtoll("run", "minios-native", "--timing", "cortex-a8", "-q", "--no-output", timeout=280)
    ran = vtoll("run", "minios-native", "--timing", "cortex-a8", "-o", "plain", timeout=280)
    assert plain.returncode == 0 and ran.returncode == 0, ran.stderr
    insns, ticks = re.search(r"(\d+) instructions, (\d+) ticks", ran.stderr).groups()
    assert f"{insns} instructions, {ticks} ticks" in record(vtoll), "the recorded run has the counts of the plain one"


def test_info_and_dump(vtoll):
    record(vtoll, "--limit", "200000", timing="weights")
    info = vtoll("trace", "info", "guest.trace")
    assert info.returncode == 0 and re.search(r"instructions\s+\d+", info.stdout), info.stderr
    assert re.search(r"to tables\s+[1-9]", info.stdout), "the writes to translation tables were found"
    dump = vtoll("trace", "dump", "guest.trace", "--first", "0", "--count", "20")
    assert "state: SCTLR" in dump.stdout and re.search(r"block [0-9a-f]{8} at 0x", dump.stdout), dump.stdout


def test_a_marker_that_never_comes(vtoll):
    result = vtoll("trace", "record", "minios-native", "--limit", "10000", "--from", "9", "-o", "guest.trace")
    assert result.returncode == 3 and "--from" in result.stderr, result.stderr
    assert not (vtoll.folder / "guest.trace").exists(), "nothing half-written"


def test_broken_traces(vtoll):
    record(vtoll, "--limit", "50000", timing="functional")
    whole = (vtoll.folder / "guest.trace").read_bytes()
    broken = {
        "foreign": b"\x7fELF" + whole[4:],
        "empty": b"",
        "truncated": whole[: len(whole) // 2],
        "damaged": whole[:-200] + bytes([whole[-200] ^ 1]) + whole[-199:],
        "longer": whole + b"x",
    }
    for name, data in broken.items():
        (vtoll.folder / name).write_bytes(data)
        for verb in [["info", name], ["dump", name], ["replay", name, "--native"]]:
            result = vtoll("trace", *verb)
            assert result.returncode == 3, f"{name}: {verb}: {result.returncode}"
            assert re.fullmatch(rf"vtoll: {name}: .+\n", result.stderr), f"one line with the file: {result.stderr}"


def events(text):
    """The table of entries into the microvisor: name -> (times, instructions each, ticks each)."""
    rows = re.findall(r"^(\S.*?)\s{2,}(\d+)\s+([\d.]+)\s+([\d.]+)$", text, re.M)
    return {name: (int(times), float(insns), float(ticks)) for name, times, insns, ticks in rows}


def test_the_microvisor_carries_out_a_trace(vtoll):
    record(vtoll)
    info = vtoll("trace", "info", "guest.trace", timeout=280).stdout
    calls = int(re.search(r"system calls\s+(\d+)", info)[1])
    ticks = {}
    for port in ["naive", "batched", "lazy"]:
        replay = vtoll("trace", "replay", "guest.trace", "--para", port, timeout=280)
        assert replay.returncode == 0, f"{port}: {replay.stderr}"
        entered = events(replay.stdout)
        assert entered["system call"][0] == calls, f"{port}: every system call of the trace enters the microvisor"
        assert entered["system call"][1] > 10, f"{port}: and runs its instructions there"
        rows = counts(replay.stdout)
        assert rows["ticks"][1] > rows["ticks"][0], f"{port}: para-virtualization costs something"
        ticks[port] = rows["ticks"][1]
    assert ticks["naive"] > ticks["batched"], f"a hypercall for everything is the dearest: {ticks}"


def test_a_port_that_says_nothing(vtoll):
    record(vtoll, "--limit", "50000", timing="functional")
    (vtoll.folder / "bad.toml").write_text('name = "bad"\n[events]\ninterrupt_mask = "sometimes"\n')
    result = vtoll("trace", "replay", "guest.trace", "--para", "bad.toml")
    assert result.returncode == 3 and "interrupt_mask" in result.stderr and "store" in result.stderr, result.stderr
