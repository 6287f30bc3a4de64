# SPDX-License-Identifier: Apache-2.0
"""What passes between two processors takes what the instructions take, not a turn; and the books say what comes late."""
import json
import sqlite3
import statistics
import subprocess

import pytest

import runs

ROUNDS = 64
WAYS = ["polled", "event", "lock", "sleeper", "busy"]
RUNGS = ["functional", "weights", "cortex-a15"]


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    made = tmp_path_factory.mktemp("between") / "between.elf"
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-a15", "-marm", "-nostdlib", "-Wl,-Ttext=0x40010000",
                    "-Wl,-e,_start", runs.ROOT / "tests/boot/between_processors/between_processors.S", "-o", made],
                   check=True)
    return made


def run(image, directory, *words):
    runs.vtoll("run", image, "--quiet", "-c", "machine.cpus=2", "-c", "machine.virtualization=false", "--limit",
               50_000_000, "-o", directory, *words)
    return directory


def samples(directory):
    """By way: (ticks, ticks that it may be off by) of each question and its answer."""
    with sqlite3.connect(directory / "episodes.sqlite") as db:
        rows = db.execute("SELECT s.ticks, coalesce(t.ticks, 0) FROM samples s LEFT JOIN sample_turns t ON "
                          "t.sample = s.rowid ORDER BY s.rowid").fetchall()
    assert len(rows) == ROUNDS * len(WAYS), f"{len(rows)} samples"
    return {way: rows[i * ROUNDS:(i + 1) * ROUNDS] for i, way in enumerate(WAYS)}


@pytest.fixture(scope="module")
def plain(image, tmp_path_factory):
    """Of each rung, the run without further options."""
    return {rung: run(image, tmp_path_factory.mktemp("plain") / rung, "--timing", rung) for rung in RUNGS}


@pytest.mark.parametrize("rung", RUNGS)
@pytest.mark.parametrize("way", WAYS[:-1])
def test_a_question_and_its_answer_take_what_their_instructions_take(plain, rung, way):
    ticks = [ticks for ticks, _ in samples(plain[rung])[way][4:]]  # caches and predictors are warm
    least, most = min(ticks), max(ticks)
    assert most - least <= 100 + least / 3, f"{way}: {least} to {most} ticks: something other than the way itself is in it"


@pytest.mark.parametrize("rung", RUNGS)
def test_what_comes_late_is_known(plain, rung):
    """The one who is asked is busy, and may be ahead: then the sample says so."""
    rows = samples(plain[rung])["busy"][4:]
    least = min(ticks for ticks, _ in rows)
    for ticks, turns in rows:
        assert ticks <= least + turns + 100 + least / 3, f"{ticks} ticks, {least} at the least, and {turns} for turns"


@pytest.mark.parametrize("rung", RUNGS)
def test_it_does_not_depend_on_the_longest_turn(image, plain, rung, tmp_path):
    usual = samples(plain[rung])
    for turn in (1_000, 100_000):
        other = samples(run(image, tmp_path / str(turn), "--timing", rung, "-c", f"machine.turn={turn}"))
        for way in WAYS[:-1]:
            a, b = (statistics.median_low(ticks for ticks, _ in of[way]) for of in (usual, other))
            assert abs(a - b) <= 30, f"{way}: {a} ticks in the middle, with turns of {turn} {b}"


@pytest.mark.parametrize("words", [["-c", "engine.l0=false"], ["-c", "engine.links=false"], ["--log", "log.txt"]],
                         ids=" ".join)
@pytest.mark.parametrize("rung", ["functional", "cortex-a15"])
def test_it_does_not_depend_on_shortcuts_or_listeners(image, plain, rung, words, tmp_path):
    words = [tmp_path / word if word == "log.txt" else word for word in words]
    other = run(image, tmp_path / "run", "--timing", rung, *words)
    for name in ("stats.json", "console.log"):
        assert (other / name).read_bytes() == (plain[rung] / name).read_bytes(), f"{words}: {name} differs"


def test_a_checkpoint_goes_on_as_if_nothing_had_been(image, plain, tmp_path):
    whole = samples(plain["functional"])
    for insns in (20_003, 150_000, 420_001):
        saved = tmp_path / f"{insns}.checkpoint"
        run(image, tmp_path / f"to{insns}", "--timing", "functional", "--save", saved, "--save-at", f"insns:{insns}")
        runs.vtoll("run", "--restore", saved, "--quiet", "-o", tmp_path / f"from{insns}", "--timing", "functional")
        with sqlite3.connect(tmp_path / f"from{insns}/episodes.sqlite") as db:
            rest = [row[0] for row in db.execute("SELECT ticks FROM samples ORDER BY rowid")]
        wanted = [ticks for way in WAYS for ticks, _ in whole[way]]
        assert rest == wanted[len(wanted) - len(rest):], f"from instruction {insns} on the samples are others"
        assert len(rest) > 100, f"{len(rest)} samples behind instruction {insns}"


def test_results_say_it(plain):
    turns = [turns for way in samples(plain["weights"]).values() for _, turns in way]
    document = json.loads((plain["weights"] / "stats.json").read_text())
    assert document["samples"]["turns"]["sum"] == sum(turns), "stats.json has the ticks that samples may be off by"
