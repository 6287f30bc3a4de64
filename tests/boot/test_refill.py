# SPDX-License-Identifier: Apache-2.0
"""timing.free = refill in whole runs, and what `vtoll explain` makes of it: a guest pays for the lines and pages that a
hypervisor displaces by HVC #1, and for none after HVC #0, which touches nothing."""
import json
import subprocess

import pytest

import runs

SOURCE = runs.ROOT / "tests/boot/refill/hypervisor.S"
LINES = dict(LINES=1024, STRIDE=64, GUEST_LINES=256, GUEST_STRIDE=64)  # twice L1D, half of it
PAGES = dict(LINES=1200, STRIDE=4096 + 64, GUEST_LINES=8, GUEST_STRIDE=4096 + 64)  # more than TLBs hold, less than a micro TLB
FEW = dict(LINES=1, STRIDE=64, GUEST_LINES=256, GUEST_STRIDE=64)
DISPLACES, TOUCHES_NOTHING = "hypercall #0x1", "hypercall #0"
WALKS = ("walk-stage1", "walk-stage2")


@pytest.fixture(scope="module")
def run_of(tmp_path_factory):
    known = {}

    def find(sizes, timing, *words):
        key = tuple(sizes.items()), timing, words
        if key not in known:
            folder = tmp_path_factory.mktemp("run")
            subprocess.run(["arm-none-eabi-gcc", "-nostdlib", "-Wl,-Ttext=0x40010000", "-Wl,-e,_start", "-DROUNDS=40",
                            *(f"-D{name}={value}" for name, value in sizes.items()), SOURCE, "-o", folder / "h.elf"], check=True)
            runs.run(folder / "h.elf", folder / "run", "--timing", timing, *words)
            known[key] = folder / "run"
        return known[key]

    return find


def explained(run, exit, *words):
    """{part: {what: ticks}}"""
    parts = {}
    for row in json.loads(runs.vtoll("explain", run, exit, "--measured", "--format", "json", *words).stdout)["rows"]:
        parts.setdefault(row["part"], {})[row["what"]] = row["ticks"]
    return parts


@pytest.mark.parametrize("timing", ["cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"])
def test_the_guest_pays_for_what_was_displaced(run_of, timing):
    run = run_of(LINES, timing)
    priced, free = explained(run, DISPLACES), explained(run, DISPLACES, "--free", "refill")
    refilled = priced["guest-refill"]["data"]
    assert free["guest"].get("data", 0) == 0, "with free refill it finds every line in L1"
    assert refilled == priced["guest"]["data"] > LINES["GUEST_LINES"], "without, it waits for each of them"
    half = run_of(LINES | {"GUEST_LINES": 128}, timing)
    assert explained(half, DISPLACES)["guest-refill"]["data"] == pytest.approx(refilled / 2, rel=0.1), "half as many"
    nothing = explained(run, TOUCHES_NOTHING)["guest-refill"]
    most = 2 if timing == "cortex-a15" else 0.6 * refilled  # those that replace at random lose some of what they have just got back
    assert sum(map(abs, nothing.values())) < most, f"it has them back: {nothing}"


def test_the_exit_pays_for_what_the_guest_displaced(run_of):
    run = run_of(LINES | {"LINES": 400}, "cortex-a7")
    assert explained(run, DISPLACES)["exit-refill"]["data"] > 100, "400 lines fit in L1D, unless the guest's 256 come"
    alone = run_of(LINES | {"LINES": 200}, "cortex-a7")
    assert explained(alone, DISPLACES)["exit-refill"]["data"] < 20, "200 and 256 nearly do"


@pytest.mark.parametrize("timing", ["cortex-a7", "cortex-a15"])
def test_pages_are_refilled_by_walks(run_of, timing):
    run = run_of(PAGES, timing)
    priced, free = explained(run, DISPLACES), explained(run, DISPLACES, "--free", "refill")
    assert sum(priced["guest-refill"][walk] for walk in WALKS) > 8, "each page takes a walk"
    assert sum(free["guest"].get(walk, 0) for walk in WALKS) == 0, "and none where nothing displaces its entries"


@pytest.mark.parametrize("timing", ["cortex-a7", "cortex-a9", "cortex-a15"])
def test_who_touches_nothing_displaces_nothing(run_of, timing):
    for exit in (DISPLACES, TOUCHES_NOTHING):
        refilled = explained(run_of(FEW, timing), exit)["guest-refill"]
        assert sum(map(abs, refilled.values())) < 3, f"{exit}: one line of data and a few of code: {refilled}"


def test_refill_is_a_part_like_the_others(run_of):
    run, free = run_of(LINES, "cortex-a15"), run_of(LINES, "cortex-a15", "-c", "timing.free=refill")
    priced_books, free_books = (json.loads((folder / "stats.json").read_text()) for folder in (run, free))
    ticks, instructions = ([runs.stat(books, f"machine.{what}") for books in (priced_books, free_books)]
                           for what in ("ticks", "instructions"))
    assert instructions[0] == instructions[1], "the same is executed"
    assert ticks[1] < ticks[0], "in less time"
    assert sum(account["ticks"] for account in free_books["accounts"]) == ticks[1], "the books add up"
    again = run_of(LINES, "cortex-a15", "-c", "timing.free=refill,refill")
    assert runs.files_of(again).keys() == runs.files_of(free).keys()
    assert (again / "stats.json").read_bytes() == (free / "stats.json").read_bytes(), "every time"
    rows = json.loads(runs.vtoll("whatif", run / "config.toml", "--part", "refill", "--placements", 1, "--whole", "--format", "json", "-q",
                                 "--keep", run.parent / "kept").stdout)["rows"]
    assert {row["part"]: row["worth"] for row in rows}["refill"] == ticks[0] - ticks[1], "and is worth that"
    said = runs.vtoll("explain", free, DISPLACES).stdout
    assert "refilled" not in said, "where it is free already nothing is to be had"


def test_what_runs_at_pl1_is_the_exit_of_a_machine_without_hyp_mode(tmp_path):
    """User programs of minios, whose kernel is at PL1."""
    words = "-c", "machine.virtualization=false"
    priced = runs.run("minios-native", tmp_path / "priced", "--timing", "cortex-a7", *words)
    free = runs.run("minios-native", tmp_path / "free", "--timing", "cortex-a7", *words, "-c", "timing.free=refill")
    assert runs.stat(free, "machine.ticks") < runs.stat(priced, "machine.ticks"), "kernel and programs displace each other's"
    assert sum(account["ticks"] for account in free["accounts"]) == runs.stat(free, "machine.ticks"), "the books add up"


def test_without_caches_it_is_unknown(run_of):
    run = run_of(LINES, "weights")
    said = " ".join(runs.vtoll("explain", run, DISPLACES).stdout.split())
    assert "What is refilled afterwards is unknown: 'weights' has no caches." in said
    done = runs.vtoll("explain", run, DISPLACES, "--free", "refill", check=False)
    assert done.returncode == 3 and "refill: 'weights' has no price of its own for this" in done.stderr, done.stderr
    assert "refilled" not in runs.vtoll("explain", run_of(LINES, "cortex-a7"), DISPLACES, "--books").stdout, "nothing is run again"
