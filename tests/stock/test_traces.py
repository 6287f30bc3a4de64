# SPDX-License-Identifier: Apache-2.0
"""Traces of stock Linux on a Cortex-A8: a replay repeats the recording, and the microvisor carries out its events."""
import json
import re
import subprocess
import tomllib

import pytest
import runs
from conftest import LIMIT

ROWS = ["null", "pipe", "fork"]
MOST = 6_000_000  # instructions of a recording


def vtoll(*words):
    return subprocess.run([str(runs.BUILD / "vtoll"), *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False, timeout=LIMIT)


def shell_line(row):
    definitions = tomllib.loads((runs.ROOT / "workloads/linux/lmbench.toml").read_text())
    found = next(r for r in definitions["row"] if r["name"] == row)
    enough = f"ENOUGH={found['enough']} " if "enough" in found else ""
    return f"{enough}mark row {row} {found['command']}"


@pytest.fixture(scope="module")
def traces(images, tmp_path_factory):
    """traces(row) -> the trace of lmbench's program for it, its first instructions; each recorded once."""
    folder = tmp_path_factory.mktemp("traces")

    def trace(row):
        path = folder / f"{row}.trace"
        if not path.exists():
            done = vtoll("trace", "record", "linux-a8", "--from", 3, "--to", 4, "--most", MOST, "-o", path,
                         "-c", f'console.input="{shell_line(row)}\\nexit\\n"')
            assert done.returncode == 0, f"{row}: {done.stderr}"
        return path

    return trace


@pytest.mark.parametrize("row", ROWS)
def test_a_replay_repeats_the_recording(traces, row):
    done = vtoll("trace", "replay", traces(row), "--native")
    assert done.returncode == 0, f"{row}: {done.stderr}"
    lines = re.findall(r"^(instructions|ticks) +(\d+) +(\d+)", done.stdout, re.M)
    counts = {name: (int(recorded), int(replayed)) for name, recorded, replayed in lines}
    insns, ticks = counts["instructions"], counts["ticks"]
    assert 1_000_000 < insns[0] < MOST + 100, f"{row}: the program was recorded, as far as asked for: {insns}"
    assert insns[0] == insns[1], f"{row}: instructions are exact: {insns}"
    assert abs(ticks[1] / ticks[0] - 1) < 0.02, f"{row}: cycles within 2 %: {ticks}"


def operation(trace, row, folder, *how):
    report = folder / "row.json"
    done = vtoll("trace", "replay", trace, *how, "--row", row, "--json", report)
    assert done.returncode == 0, f"{row}: {how}: {done.stderr}"
    return json.loads(report.read_text())


def test_a_null_system_call_under_the_microvisor(traces, tmp_path):
    """As `naive` every crossing is the microvisor's, so it is dearer than natively; the accounts add up."""
    native = operation(traces("null"), "null", tmp_path, "--native")
    para = operation(traces("null"), "null", tmp_path, "--para", "naive")
    assert native["operations"] == para["operations"] > 100, "the same loop in both"
    for side in native, para:
        booked = sum(account["cycles"] for account in side["accounts"])
        assert abs(booked - side["cycles"]) < 1e-6 * booked, f"accounts add up: {booked} of {side['cycles']}"
    events = {event["event"]: event["times"] for event in para["events"]}
    assert events["system call"] == events["return to user"] == 1, f"one crossing in and out for each: {events}"
    assert para["cycles"] > native["cycles"], "a hypercall for everything costs something"


def test_pages_and_spaces_under_the_microvisor(traces, tmp_path):
    """A pipe switches between two processes, twice an operation; a fork fills an address space, by faults too."""
    for row, least in ("pipe", {"space switch": 2}), ("fork", {"space switch": 2, "map": 1, "fault": 1}):
        para = operation(traces(row), row, tmp_path, "--para", "batched")
        events = {event["event"]: event["times"] for event in para["events"]}
        most = max(account["cycles"] for account in para["accounts"])
        assert most < para["cycles"], f"{row}: no account was given back more than it had: {most} of {para['cycles']}"
        for event, times in least.items():
            assert events.get(event, 0) >= times, f"{row}: at least {times} of '{event}' an operation: {events}"
