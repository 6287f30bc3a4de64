# SPDX-License-Identifier: Apache-2.0
"""Debian's perf counts and samples in Debian's Linux, by the performance monitors of the core that is modelled."""
import json
import re

import pytest

from conftest import console_of

CORES = ["cortex-a7", "cortex-a15"]
PERIOD = 100_000  # cycles, in the scenario


def counted(console, event):
    found = re.search(rf"^ +(\d+) +{event} ", console, re.MULTILINE)
    assert found, f"perf stat prints {event}:\n{console[:4000]}"
    return int(found[1])


@pytest.mark.parametrize("core", CORES)
def test_stat_agrees_with_the_books(boot, core):
    directory = boot("linux-perf", "--timing", core)
    console = console_of(directory)
    booked = json.loads((directory / "stats.json").read_text())["samples"]  # DBG #3 to #4: the program without perf's part
    assert booked["n"] == 1, "one program ran between the markers"
    for event, ours in (("instructions", "instructions"), ("cycles", "ticks")):
        ratio = counted(console, event) / booked[ours]["sum"]
        # perf counts the start of the program too, and stops its counters while it looks after them
        assert 0.98 < ratio < 1.02, f"{event}: {ratio:.4f} of what is booked"
    instructions = counted(console, "instructions")
    assert instructions / 20 < counted(console, "branches") < instructions / 3, "taken branches"
    assert 0 < counted(console, "branch-misses") < counted(console, "branches"), "some are predicted wrongly"
    assert 0 < counted(console, "cache-misses") < instructions / 20, "some accesses miss L1 data"


@pytest.mark.parametrize("core", CORES)
def test_record_samples(boot, core):
    console = console_of(boot("linux-perf", "--timing", core))
    samples = int(re.search(r"\((\d+) samples\)", console)[1])
    events = int(re.search(r"# Event count \(approx\.\): (\d+)", console)[1])
    assert samples > 100 and events == samples * PERIOD, f"{samples} samples, one each {PERIOD} cycles: {events}"
    rows = re.findall(r"^ +(\d+\.\d+)% +(\S+) +\[([k.])\] (\S+)", console, re.MULTILINE)
    assert 95 < sum(float(share) for share, *_ in rows) < 105, "the shares add up"
    of_kernel = {symbol for _, _, where, symbol in rows if where == "k"}
    assert {"vfs_read", "vfs_write"} & of_kernel, f"the kernel's functions that dd calls are among them: {of_kernel}"
    assert any(where == "." and dso == "busybox" for _, dso, where, _ in rows), "and dd itself"


def test_the_driver_names_the_core(boot):
    for core in CORES:
        directory = boot("linux-perf", "--timing", core)
        assert f"arm,{core}-pmu".encode() in (directory / "machine.dtb").read_bytes(), "the node that the driver looks for"
