# SPDX-License-Identifier: Apache-2.0
"""The run loop's shortcuts (L0 filter, linked blocks) change no result, on any rung of the timing ladder."""
import pytest

import runs

SCENARIOS = ["hypercall", "page-fault", "device-decode", "world-switch-fp", "irq"]
TIMINGS = ["functional", "weights", "cortex-a7", "cortex-a15"]
RESULTS = ["stats.json", "episodes.sqlite", "console.log"]


@pytest.mark.parametrize("timing", TIMINGS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_results_are_the_same_without_shortcuts(name, timing, tmp_path):
    compare(name, timing, tmp_path)


def test_nor_do_they_in_another_placement(tmp_path):
    compare("page-fault", "cortex-a15", tmp_path, "-c", "timing.placement=2")


def compare(name, timing, tmp_path, *words):
    runs.run(name, tmp_path / "with", "--timing", timing, *words)
    runs.run(name, tmp_path / "without", "--timing", timing, *words, "-c", "engine.l0=false", "-c", "engine.links=false")
    first, second = runs.files_of(tmp_path / "with"), runs.files_of(tmp_path / "without")
    for path in RESULTS:
        assert first[path] == second[path], f"{name} on {timing}: {path} depends on the run loop's shortcuts"
