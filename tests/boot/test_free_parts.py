# SPDX-License-Identifier: Apache-2.0
"""timing.free in whole runs: the part's stall is gone from the books, the same is executed, and what all parts together
leave is issue, dependency and sleep."""
import collections

import pytest

import runs

# The part, what runs, and the stalls that are its own; {}: it shares them with other parts.
PARTS = [
    ("tlb", "world-switch", {"walk-stage1"}),
    ("stage2-walk", "world-switch", {"walk-stage2"}),
    ("caches", "world-switch", {"fetch"}),
    ("uncached", "validate-system", {}),
    ("branches", "world-switch", {"mispredict"}),
    ("devices", "hypercall", {}),
    ("gic", "world-switch", {}),
    ("barriers", "world-switch", {}),
    ("maintenance", "check", {}),
    ("system-registers", "hypercall", {}),
    ("exceptions", "hypercall", {"exception"}),
    ("refill", "world-switch", {}),
]
LEFT = {"issue", "dependency", "sleep"}


def stalls(stats):
    sums = collections.Counter()
    for account in stats["accounts"]:
        sums[account["stall"]] += account["ticks"]
    return sums


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    known = {}

    def find(name, free=(), timing="cortex-a15"):
        key = name, tuple(free), timing
        if key not in known:
            words = ["-c", f"timing.free={','.join(free)}"] if free else []
            known[key] = runs.run(name, tmp_path_factory.mktemp("run") / "run", "--timing", timing, *words)
        return known[key]

    return find


def test_every_part_is_here():
    words = runs.vtoll("completion", "words", "--", "run", "hypercall", "-c", "timing.free=").stdout.split()
    assert {f"timing.free={part}" for part, *_ in PARTS} == set(words), "one line for each that there is"


@pytest.mark.parametrize("part, name, own", PARTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_free_part_costs_nothing(books, part, name, own):
    priced, free = books(name), books(name, [part])
    before, after = stalls(priced), stalls(free)
    assert runs.stat(free, "machine.instructions") == runs.stat(priced, "machine.instructions"), "the same is executed"
    assert free["timing"]["model"] == f"cortex-a15 [free: {part}]", "and results say so"
    saved = runs.stat(priced, "machine.ticks") - runs.stat(free, "machine.ticks")
    assert saved > 0, f"{name} has something of it"
    for stall in own:
        assert before[stall] > 0 and after[stall] == 0, f"{stall} is all of this part"
    assert after["issue"] == pytest.approx(before["issue"], rel=0.01), "the width of the pipeline is none of its parts"


@pytest.mark.parametrize("timing", ["cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"])
@pytest.mark.parametrize("name", ["world-switch", "validate-system", "foreign-type2", "irq"])
def test_all_together_leave_issue_and_dependency(books, name, timing):
    priced, free = books(name, timing=timing), books(name, [part for part, *_ in PARTS], timing)
    left = {stall for stall, ticks in stalls(free).items() if ticks}
    assert left <= LEFT, f"{left - LEFT} should cost nothing"
    assert sum(stalls(free).values()) == runs.stat(free, "machine.ticks"), "the books add up"
    assert stalls(priced)["memory"] > 0, "there was something to take away"
    if name != "irq":  # which waits for a timer
        assert runs.stat(free, "machine.instructions") == runs.stat(priced, "machine.instructions"), "the same is executed"


def test_of_a_price_table_its_events(books):
    priced, free = books("hypercall", timing="weights"), books("hypercall", ["devices", "exceptions"], "weights")
    events = [(account["cause"], account["ticks"]) for account in free["accounts"] if account["stall"] in ("device", "exception")]
    assert not any(ticks for _, ticks in events), events
    assert runs.stat(free, "machine.ticks") < runs.stat(priced, "machine.ticks"), "they had a price"


def test_without_the_key_nothing_changes(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    runs.run("hypercall", first, "--timing", "cortex-a15")
    runs.run("hypercall", second, "--timing", "cortex-a15", "-c", "timing.free=[]")
    assert runs.files_of(first) == runs.files_of(second), "no part free is the model itself, byte for byte"


def test_the_run_says_what_was_free(tmp_path):
    runs.run("hypercall", tmp_path / "a", "--timing", "cortex-a15", "-c", "timing.free=caches,tlb,tlb")
    config = (tmp_path / "a/config.toml").read_text()
    assert "free = ['tlb', 'caches']\n" in config, "each once, in the order of the list"
    runs.run(tmp_path / "a/config.toml", tmp_path / "b")
    assert (tmp_path / "b/config.toml").read_text() == config, "and reads back"
    assert runs.vtoll("run", tmp_path / "a/config.toml", "--print-config").stdout == config


@pytest.mark.parametrize("words, said", [
    (["-c", "timing.free=magic"], "timing.free: expected some of tlb, "),
    (["-c", "timing.free=3"], "timing.free: expected a list of texts, found an integer"),
    (["-c", "timing.free=[1]"], "timing.free: expected texts in the list, found an integer"),
    (["-c", "timing.free=tlb"], "timing.free: tlb: 'functional' has no price of its own for this; expected another timing.rung"),
    (["-c", "timing.free=gic", "--timing", "weights"], "timing.free: gic: 'weights' has no price of its own for this; expected devices or exceptions"),
])
def test_what_means_nothing_is_refused_in_a_line(words, said, tmp_path):
    done = runs.vtoll("run", "hypercall", "-q", "-o", tmp_path / "run", *words, check=False)
    assert done.returncode == 3 and said in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert not (tmp_path / "run").exists(), "nothing was run"
