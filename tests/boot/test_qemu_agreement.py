# SPDX-License-Identifier: Apache-2.0
"""The same images, byte for byte, on vtoll and on qemu-system-arm: same console, same entries into Hyp mode."""
import collections
import pathlib
import re

import pytest

import runs

# Scenarios whose entries can't be compared, and why.
ENTRIES_DIFFER = {
    "attack-pure": "the scheduler ticks, and QEMU takes no stage-2 fault for cache maintenance",
    "processors": "the scheduler ticks, and how often a processor waits for the other depends on the machine",
    "ipi": "how often a processor waits for the other depends on the machine",
    "tick": "how often the scheduler ticks while a guest computes depends on how fast it computes",
    "identification": "QEMU 7.2 does not trap HCR.TID3 reads of an ARMv7 processor",
}

# Guests with a timer of their own: how often it fires while they compute depends on how fast they compute. Everything
# but the interrupts is compared.
TIMER_DRIVEN = {"minios-pure", "minios-stress-pure"}


@pytest.fixture(scope="module", params=runs.names())
def both(request, tmp_path_factory):
    name = request.param
    scratch = tmp_path_factory.mktemp(name)
    stats = runs.run(name, scratch / "run")
    description = runs.scenario(name)
    # A log of every exception is slow, and says nothing of a machine without Hyp mode.
    log = scratch / "int.log" if description["machine"]["virtualization"] else None
    console, code = runs.qemu.run(description, runs.BUILD, log)
    assert code == 0, f"{name}: qemu-system-arm ended with {code}"
    return name, scratch, stats, console, runs.qemu.hyp_entries(log) if log else None


def test_console_is_the_same(both):
    name, scratch, _, console, _ = both
    ours = (scratch / "run/console.log").read_text().replace("\r\n", "\n")
    assert ours == console, f"{name}: consoles differ"


def test_hyp_entries_are_the_same(both):
    name, _, stats, _, entries = both
    if name in ENTRIES_DIFFER:
        pytest.skip(ENTRIES_DIFFER[name])
    if not runs.scenario(name)["machine"]["virtualization"]:
        pytest.skip("no Hyp mode in this scenario")
    ours = collections.Counter()  # of all processors
    for key, value in stats["stats"].items():
        if entered := re.fullmatch(r"cpu\d+\.crossings\.hyp_entries\.(?:ec_)?(0x\w+|irq|fiq)", key):
            ours[entered.group(1)] += value["value"]
    ours = {kind: count for kind, count in ours.items() if count}
    if name in TIMER_DRIVEN:
        ours.pop("irq", None)
        entries.pop("irq", None)
    assert ours == entries, f"{name}: entries into Hyp mode by HSR.EC: vtoll {ours}, QEMU {entries}"


def test_images_are_the_same_files(both):
    name, *_ = both
    words = runs.qemu.command(runs.scenario(name), runs.BUILD)
    for image in runs.scenario(name)["image"]:
        path = runs.BUILD / image["file"]
        assert any(str(path) in word for word in words), f"{name}: QEMU was not given {path}"
        assert pathlib.Path(path).stat().st_size > 0, f"{path} is empty"
