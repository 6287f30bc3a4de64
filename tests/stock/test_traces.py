# SPDX-License-Identifier: Apache-2.0
"""Traces of stock Linux on a Cortex-A8: a replay repeats the recording, and the microvisor carries out its events."""
import json
import re
import subprocess

import pytest
import runs
from conftest import LIMIT

ROWS = {"null": "/lmbench/lat_syscall -N 1 null"}


def vtoll(*words):
    return subprocess.run([str(runs.BUILD / "vtoll"), *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False, timeout=LIMIT)


@pytest.fixture(scope="module")
def traces(images, tmp_path_factory):
    """traces(row) -> the trace of lmbench's program for it; each recorded once."""
    folder = tmp_path_factory.mktemp("traces")

    def trace(row):
        path = folder / f"{row}-cortex-a8.trace"
        if not path.exists():
            done = vtoll("trace", "record", "linux-a8", "--from", 3, "--to", 4, "-o", path,
                         "-c", f'console.input="mark 3 4 {ROWS[row]}\\nexit\\n"')
            assert done.returncode == 0, f"{row}: {done.stderr}"
        return path

    return trace


@pytest.mark.parametrize("row", ROWS)
def test_a_replay_repeats_the_recording(traces, row):
    done = vtoll("trace", "replay", traces(row), "--native")
    assert done.returncode == 0, f"{row}: {done.stderr}"
    counts = {name: (int(a), int(b)) for name, a, b in re.findall(r"^(instructions|ticks) +(\d+) +(\d+)", done.stdout, re.M)}
    insns, ticks = counts["instructions"], counts["ticks"]
    assert insns[0] > 1_000_000, f"{row}: the whole program was recorded: {insns}"
    assert insns[0] == insns[1], f"{row}: instructions are exact: {insns}"
    assert abs(ticks[1] / ticks[0] - 1) < 0.02, f"{row}: cycles within 2 %: {ticks}"


def test_a_null_system_call_under_the_microvisor(traces, tmp_path):
    """As `naive` every crossing is the microvisor's, so it is dearer than natively; the accounts add up."""
    def operation(*how):
        report = tmp_path / "row.json"
        done = vtoll("trace", "replay", traces("null"), *how, "--row", "null", "--json", report)
        assert done.returncode == 0, f"{how}: {done.stderr}"
        return json.loads(report.read_text())

    native, para = operation("--native"), operation("--para", "naive")
    assert native["operations"] == para["operations"] > 100, "the same loop in both"
    for side in native, para:
        booked = sum(account["cycles"] for account in side["accounts"])
        assert abs(booked - side["cycles"]) < 1e-6 * booked, f"accounts add up: {booked} of {side['cycles']}"
    events = {event["event"]: event["times"] for event in para["events"]}
    assert events["system call"] == events["return to user"] == 1, f"one crossing in and out for each: {events}"
    assert para["cycles"] > native["cycles"], "a hypercall for everything costs something"
