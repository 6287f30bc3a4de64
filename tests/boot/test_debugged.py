# SPDX-License-Identifier: Apache-2.0
"""A run that a debugger stops thousands of times leaves what an undisturbed run leaves, byte for byte."""
import collections
import random
import subprocess

import pytest

import runs

SCENARIOS = ["hypercall", "page-fault", "device-decode", "world-switch-fp", "irq"]
TIMINGS = ["functional", "weights", "cortex-a7", "cortex-a15"]
stops = collections.Counter()
RESULTS = ["stats.json", "episodes.sqlite", "console.log", "config.toml", "manifest.json"]


@pytest.mark.parametrize("timing", TIMINGS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_results_are_the_same_under_a_debugger(name, timing, tmp_path):
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    runs.run(name, tmp_path / "alone", "--timing", timing)
    done = subprocess.run([str(runs.BUILD / "debugged-run"), name, timing, str(seed), str(tmp_path / "debugged")],
                          capture_output=True, text=True, cwd=runs.ROOT, check=False, timeout=300)
    assert done.returncode == 0, f"debugged-run {name} {timing} {seed}: {done.stderr}"
    print(done.stdout)
    kinds = dict(line.split() for line in done.stdout.splitlines())
    assert int(kinds.get("step", 0)) > 20, f"seed {seed}: hardly stepped: {kinds}"  # which stops there are is up to the seed
    stops.update({kind: int(count) for kind, count in kinds.items()})
    first, second = runs.files_of(tmp_path / "alone"), runs.files_of(tmp_path / "debugged")
    for path in RESULTS:
        assert first[path] == second[path], f"{name} on {timing}, seed {seed}: {path} depends on the debugger"


def test_every_kind_of_stop_has_happened():
    assert stops["step"] > 2000, f"hardly stepped: {dict(stops)}"
    for kind in ("step", "breakpoint", "watchpoint", "exception", "instructions", "ticks"):
        assert stops[kind] > 10, f"{kind}: {dict(stops)}"
