# SPDX-License-Identifier: Apache-2.0
"""A run that is saved and restored is the run that was never interrupted: on the same timing rung byte by byte, from the
save point on; on another rung as far as software that does not look at the clock can tell."""
import subprocess

import pytest

import runs

RESULTS = ["stats.json", "episodes.sqlite", "console.log"]

# What a scenario runs, where it is saved.
CASES = {
    "hypercall": "marker:1",
    "page-fault": "insns:350000",
    "irq": "insns:400003",
    "device-decode": "marker:3",
    "world-switch-fp": "insns:500000",
    "para-syscall": "marker:1",
    "minios-native": "console:lmbench: pipe latency",
    "minios-pure": "console:lmbench: read ok",
    "minios-para": "symbol:sched_exit",
    "tick": "insns:777777",
    "foreign-type2": "insns:5000",
    "foreign-type2-moving": "insns:4999",
    "foreign-microkernel": "insns:4000",
}


@pytest.fixture(scope="module")
def two_processors(tmp_path_factory):
    made = tmp_path_factory.mktemp("two_processors") / "two_processors.elf"
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-a15", "-marm", "-nostdlib", "-Wl,-Ttext=0x40010000",
                    "-Wl,-e,_start", runs.ROOT / "tests/boot/two_processors/two_processors.S", "-o", made], check=True)
    return made


def save(tmp_path, point, *words):
    file = tmp_path / "saved.checkpoint"
    runs.vtoll("run", *words, "-q", "--no-output", "--save", file, "--save-at", point)
    return file


def compare(tmp_path, what, point, timing, *words):
    """Returns the console of the whole run."""
    words = [what, *words, "--timing", timing]
    file = save(tmp_path, point, *words)
    runs.vtoll("run", *words, "-q", "-o", tmp_path / "whole", "--measure-from", point)
    runs.vtoll("run", "-q", "-o", tmp_path / "restored", "--restore", file)
    whole, restored = runs.files_of(tmp_path / "whole"), runs.files_of(tmp_path / "restored")
    for path in RESULTS:
        assert restored[path] == whole[path], f"{what}, saved at {point} on {timing}: {path} tells of the restore"
    assert len(whole["episodes.sqlite"]) > 0 and b'"residue' not in whole["console.log"]
    return whole["console.log"].decode()


@pytest.mark.parametrize("timing", ["functional", "weights"])
@pytest.mark.parametrize("name", CASES)
def test_restored_run_is_the_uninterrupted_one(name, timing, tmp_path):
    compare(tmp_path, name, CASES[name], timing)


@pytest.mark.parametrize("timing", ["functional", "weights"])
@pytest.mark.parametrize("point", ["marker:1", "insns:30011", "insns:100000", "insns:139000"])
def test_two_processors_restored(two_processors, point, timing, tmp_path):
    console = compare(tmp_path, two_processors, point, timing, "-c", "machine.cpus=2")
    assert console.startswith("0000abe0\n"), f"both made all their turns; the console shows {console!r}"


@pytest.mark.parametrize("timing", ["weights", "cortex-a7", "cortex-a15"])
@pytest.mark.parametrize("name", ["hypercall", "page-fault", "minios-native", "minios-pure"])
def test_another_rung_does_the_same_work(name, timing, tmp_path):
    file = save(tmp_path, CASES[name], name)
    whole = runs.vtoll("run", name, "--no-output").stdout.replace("\r", "").split("\n\n")[0]
    stats = runs.run(name, tmp_path / "a", "--restore", file, "--timing", timing)
    runs.run(name, tmp_path / "b", "--restore", file, "--timing", timing)
    assert runs.files_of(tmp_path / "a") == runs.files_of(tmp_path / "b"), f"{name}: two restores on {timing} differ"
    console = (tmp_path / "a/console.log").read_text().replace("\r", "")
    assert console.strip() == whole.strip(), f"{name} on {timing}: the console is not that of a run on functional"
    assert runs.stat(stats, "machine.ticks") != runs.stat(stats, "machine.instructions"), f"{timing} prices nothing"


@pytest.mark.parametrize("timing", ["weights", "cortex-a7"])
def test_two_processors_on_another_rung(two_processors, timing, tmp_path):
    words = [two_processors, "-c", "machine.cpus=2"]
    file = save(tmp_path, "marker:1", *words)
    runs.vtoll("run", *words, "-q", "-o", tmp_path / "run", "--restore", file, "--timing", timing)
    console = (tmp_path / "run/console.log").read_text()
    assert console.startswith("0000abe0\n"), f"{timing}: both made all their turns; the console shows {console!r}"


def test_instructions_do_not_depend_on_the_rung(tmp_path):
    """`hypercall` does not look at the clock: what it executes from the marker on is the same on every rung."""
    file = save(tmp_path, "marker:1", "hypercall")
    counts = {timing: runs.stat(runs.run("hypercall", tmp_path / timing, "--restore", file, "--timing", timing),
                                "machine.instructions")
              for timing in ("functional", "weights", "cortex-a8", "cortex-a15")}
    assert len(set(counts.values())) == 1, f"instructions by rung: {counts}"


def test_a_restored_run_can_be_saved_again(tmp_path):
    first = save(tmp_path, "marker:1", "hypercall")
    second = tmp_path / "second.checkpoint"
    runs.vtoll("run", "--restore", first, "-q", "--no-output", "--save", second, "--save-at", "marker:2")
    runs.run("hypercall", tmp_path / "whole", "--measure-from", "marker:2")
    runs.run("hypercall", tmp_path / "restored", "--restore", second)
    whole, restored = runs.files_of(tmp_path / "whole"), runs.files_of(tmp_path / "restored")
    for path in RESULTS:
        assert restored[path] == whole[path], f"saved twice: {path} differs"


def test_the_same_run_saves_the_same_bytes(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    files = [save(tmp_path / name, "console:lmbench: read ok", "minios-native") for name in "ab"]
    assert files[0].read_bytes() == files[1].read_bytes(), "two runs saved at the same point differ"
    assert files[0].stat().st_size < 4 << 20, f"{files[0].stat().st_size} bytes for a small kernel in 128 MiB of RAM"
