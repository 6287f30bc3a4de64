# SPDX-License-Identifier: Apache-2.0
"""The run loop's shortcuts (L0 filter, linked blocks, host code) change no result, on any rung of the timing ladder."""
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


@pytest.mark.parametrize("timing", ["cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"])
@pytest.mark.parametrize("name", ["minios-pure", "minios-native"])
def test_nor_do_they_where_a_kernel_maintains_its_tlb(name, timing, tmp_path):
    compare(name, timing, tmp_path, off=["engine.links=false"])


@pytest.mark.parametrize("timing", ["functional", "weights", "cortex-a8", "cortex-a15"])
@pytest.mark.parametrize("name", ["minios-pure", "minios-native", "minios-para", "processors", "foreign-type2", "tick"])
def test_nor_does_host_code(name, timing, tmp_path):
    compare(name, timing, tmp_path, off=["engine.translate=false"])


@pytest.mark.parametrize("timing", ["cortex-a7", "cortex-a9", "cortex-a15"])
@pytest.mark.parametrize("name", ["page-fault", "world-switch-fp", "minios-pure", "minios-native", "processors"])
def test_nor_does_the_filter_with_exits_apart(name, timing, tmp_path):
    """Lines that an exit brings in change hands, which it must not hide (timing.free = refill)."""
    compare(name, timing, tmp_path, "-c", "timing.free=refill", off=["engine.l0=false"])


def compare(name, timing, tmp_path, *words, off=("engine.l0=false", "engine.links=false", "engine.translate=false")):
    runs.run(name, tmp_path / "with", "--timing", timing, "-c", "engine.hot=1", *words)
    runs.run(name, tmp_path / "without", "--timing", timing, *words, *(word for key in off for word in ("-c", key)))
    first, second = runs.files_of(tmp_path / "with"), runs.files_of(tmp_path / "without")
    for path in RESULTS:
        assert first[path] == second[path], f"{name} on {timing}: {path} depends on the run loop's shortcuts"
