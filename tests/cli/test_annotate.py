# SPDX-License-Identifier: Apache-2.0
"""`vtoll annotate`: the lines of an exit are those of the hypervisor, and add up to the books; the run is run again, or one line
says why it can't be."""
import csv
import io
import json
import os
import pathlib
import sqlite3
import subprocess

import pytest
from programs import ENTRY, HYPERVISOR, HYPERVISOR_HANDLER, HYPERVISOR_VECTORS, elf

STALLS = ["issue", "dependency", "fetch", "data", "memory", "walk-stage1", "walk-stage2", "mispredict", "system", "device", "exception"]
EXIT = "hypercall #0"  # of a hypervisor that nobody has a calls file for


def program(folder, *words):
    return subprocess.run([os.environ["VTOLL_PROGRAM"], *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=280)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Runs of the small hypervisor and of shipped scenarios."""
    folder = tmp_path_factory.mktemp("annotate")
    (folder / "small.elf").write_bytes(elf(HYPERVISOR))
    (folder / "System.map").write_text(f"{HYPERVISOR_VECTORS:08x} T vectors\n{HYPERVISOR_HANDLER:08x} T handle\n")
    for name, words in RUNS.items():
        result = program(folder, "run", *words, "-q", "-o", f"runs/{name}")
        assert result.returncode == 0, f"{name}: {result.stderr}"
    return folder


SYMBOLS = ["--symbols", "hypervisor:System.map"]
RUNS = {
    "plain": ["small.elf", "--timing", "cortex-a15"], "small": ["small.elf", "--timing", "cortex-a15", *SYMBOLS],
    "functional": ["small.elf", *SYMBOLS], "hypercall": ["hypercall", "--timing", "cortex-a15"],
    "device": ["device-decode", "--timing", "cortex-a7"], "weights": ["page-fault", "--timing", "weights"],
    "irq": ["irq", "--timing", "cortex-a8"], "para": ["para-hypercall", "--timing", "cortex-a9"],
    "processors": ["processors", "--timing", "cortex-a15"], "type2": ["foreign-type2", "--timing", "cortex-a15"],
    "later": ["hypercall", "--timing", "cortex-a15", "--measure-from", "marker:1"],
    "short": ["hypercall", "-c", "limits.until=marker:2"],
}


def annotate(folder, *words):
    result = program(folder, "annotate", *words)
    assert result.returncode == 0, f"{words}: {result.stderr}"
    return result.stdout


def document(folder, *words):
    return json.loads(annotate(folder, *words, "--format", "json"))


def exits(folder, run, *by):
    result = program(folder, "exits", f"runs/{run}", "--format", "json", *by)
    assert result.returncode == 0, result.stderr
    return [row for row in json.loads(result.stdout)["rows"] if row.get("exits")]


@pytest.mark.parametrize("run", [name for name in RUNS if name != "type2"])
def test_lines_add_up_to_the_books(folder, run):
    """Of the dearest kinds of exits: instructions, ticks, and ticks by stall."""
    rows = sorted(exits(folder, run), key=lambda row: -row["mean"] * row["exits"])
    assert rows, "the run has exits"
    books = sqlite3.connect(folder / "runs" / run / "episodes.sqlite")
    found = dict.fromkeys(STALLS[1:9], 0)
    for row in rows[:3]:
        made = document(folder, f"runs/{run}", row["exit"])
        assert made["failures"] == [], row["exit"]
        lines = made["rows"]
        for stall in found:
            found[stall] += sum(line.get(stall, 0) for line in lines)
        assert sum(line["ticks"] for line in lines) == round(row["mean"] * row["exits"]), f"{row['exit']}: ticks"
        assert sum(line["times"] for line in lines if line["address"]) == row["instructions"], f"{row['exit']}: instructions"
        assert all(sum(line.get(stall, 0) for stall in STALLS) == line["ticks"] for line in lines), f"{row['exit']}: stalls of a line"
        assert sum(line["share%"] for line in lines) == pytest.approx(100), f"{row['exit']}: shares"
    together = dict(books.execute("SELECT stall, sum(s.ticks * e.count) FROM episodes e JOIN episode_stalls s USING (episode) "
                                  "WHERE world = 'hypervisor' AND finished AND role = 'whole' GROUP BY stall"))
    if len(rows) <= 3:
        assert {s: t for s, t in found.items() if t} == together, "all exits together, by stall"


def test_ways_of_an_exit_that_a_host_takes_part_in(folder):
    ways = [row for row in exits(folder, "type2", "--by", "row") if "way in" in row["exit"] or "way back" in row["exit"]]
    assert ways, "the run has such exits"
    for row in ways[:3]:
        assert document(folder, "runs/type2", row["exit"])["failures"] == [], row["exit"]


def test_small_hypervisor(folder):
    """Line by line: what is executed how often, in which order, under which names."""
    lines = document(folder, "functional", EXIT)["rows"]
    expected = [("b 0x40008058", 5), ("push {r1, r2}", 5), ("mrc p15, 0x4, r1, c5, c2, 0x0", 5), ("lsr r1, r1, #0x1a", 5),
                ("cmp r1, #0x12", 5), ("bne 0x40008080", 5), ("tst r4, #1", 5), ("beq 0x40008080", 5), ("mul r2, r4, r4", 3),
                ("mul r2, r2, r2", 3), ("str r2, [sp, #-0x40]", 3), ("pop {r1, r2}", 5), ("eret", 5)]
    assert [line["times"] for line in lines] == [times for _, times in expected], [line["code"] for line in lines]
    assert [line["code"].split()[0] for line in lines] == [text.split()[0] for text, _ in expected]
    assert [int(line["address"], 16) for line in lines] == [HYPERVISOR_VECTORS + 20 + 4 * i for i in range(13)]
    assert [(line["function"], line["offset"]) for line in lines[:2]] == [("vectors", 20), ("handle", 0)]
    assert [line["median"] for line in lines] == [1] * 13, "three of five go the long way"
    assert lines[8]["mean"] == pytest.approx(0.6) and lines[8]["min"] == 0 and lines[8]["max"] == 1


def test_entry_and_return_stand_apart(folder):
    lines = document(folder, "small", EXIT)["rows"]
    assert [lines[0]["code"], lines[-1]["code"]] == ["exception entry", "exception return"]
    assert all(line["exception"] == line["ticks"] for line in (lines[0], lines[-1])), "and are nothing else"
    assert lines[0]["address"] is None and all(line["exception"] == 0 for line in lines[1:-1])


def test_uncached_accesses_are_where_they_are(folder):
    """The MMU is off in Hyp mode: what pushes and pops waits for memory, and what computes does not."""
    lines = {line["code"].split()[0]: line for line in document(folder, "small", EXIT)["rows"]}
    assert lines["push"].get("memory", 0) + lines["pop"].get("memory", 0) > 0.5 * (lines["push"]["ticks"] + lines["pop"]["ticks"])
    assert lines["lsr"].get("memory", 0) == 0 and lines["cmp"].get("data", 0) == 0


def test_without_symbols(folder):
    plain, named = (document(folder, run, EXIT)["rows"] for run in ("plain", "small"))
    assert [line["ticks"] for line in plain] == [line["ticks"] for line in named], "names change nothing"
    assert not any(line["function"] for line in plain) and any(line["function"] for line in named)
    assert f"{HYPERVISOR_VECTORS + 20:#x}:" in annotate(folder, "plain", EXIT), "code is called by its address"


@pytest.mark.parametrize("run, name", [("small", EXIT), ("hypercall", "hypercall 0")])
def test_one_exit_step_by_step(folder, run, name):
    whole = {row["exit"]: row for row in exits(folder, run)}[name]
    for which, ticks in (("median", whole["median"]), ("dearest", whole["max"]), ("1", None)):
        steps = document(folder, run, name, "--episode", which)["rows"]
        assert [s["at"] + s["ticks"] for s in steps[:-1]] == [s["at"] for s in steps[1:]], f"{which}: no gap"
        assert steps[0]["code"] == "exception entry" and steps[0]["at"] == 0, which
        assert steps[-1]["code"] == "exception return", which
        if ticks is not None:
            assert steps[-1]["at"] + steps[-1]["ticks"] == ticks, which
    text = annotate(folder, run, name, "--episode", "median", "--format", "text")
    assert "which is the median" in " ".join(text.split()) and "processor 0" in text


def test_function_by_its_calls(folder):
    rows = {line["code"].split()[0]: line for line in document(folder, "functional", "handle")["rows"]}
    assert rows["push"]["times"] == 5 and rows["mul"]["times"] == 3 and "b" not in rows, "the handler alone"
    steps = document(folder, "functional", "handle", "--episode", "1")["rows"]
    assert [s["code"].split()[0] for s in steps[:2]] == ["push", "mrc"]
    assert len(document(folder, "functional", "handle", "--episode", "median")["rows"]) == 12, "the way with the multiplications"
    assert len(document(folder, "functional", "handle", "--episode", "dearest")["rows"]) == 12


def test_forms(folder):
    rows = list(csv.DictReader(io.StringIO(annotate(folder, "small", EXIT, "--format", "csv"))))
    assert rows[0]["code"] == "exception entry" and sum(int(float(row["ticks"])) for row in rows) > 0
    assert "push {r1, r2}" in annotate(folder, "small", EXIT, "--format", "md")
    assert "<table>" in annotate(folder, "small", EXIT, "--format", "html")
    text = annotate(folder, "hypercall", "hypercall 0", "--format", "text")
    assert max(map(len, text.splitlines())) <= 120, "fits a screen"
    assert "add up to the books" in text and "\n> " in text, "the hot lines are marked"


def test_it_leaves_the_run_as_it_is(folder):
    before = {file.name: file.read_bytes() for file in (folder / "runs/small").iterdir()}
    listing = sorted(folder.rglob("*"))
    first = annotate(folder, "small", EXIT)
    assert annotate(folder, "small", EXIT) == first, "the same bytes"
    assert {file.name: file.read_bytes() for file in (folder / "runs/small").iterdir()} == before
    assert sorted(folder.rglob("*")) == listing, "and leaves nothing"


def wrong(folder, *words):
    result = program(folder, "annotate", *words)
    assert len(result.stderr.splitlines()) == 1 and result.stdout == "", f"{words}: {result.stderr}"
    return result.returncode, result.stderr


@pytest.mark.parametrize("words, message", [
    (["nothing", EXIT], "nothing: no run"),
    (["small", "hypercal #0"], "did you mean 'hypercall #0'"),
    (["small", "handel"], "did you mean 'handle'"),
    (["small", "zzzzzzzzzzz"], "no exit of small and no function of its images"),
    (["small", "handle", "--measured"], "--measured: expected an exit"),
    (["small", EXIT, "--measured"], "no exit of small"),
    (["small", EXIT, "--function"], "hypercall #0: no function of its images"),
    (["small", EXIT, "--episode", "6"], "hypercall #0 has 5; expected a number up to that"),
    (["small", EXIT, "--episode", "0"], "--episode 0: expected median, dearest, or a number from 1 on"),
    (["small", EXIT, "--episode", "cheapest"], "--episode cheapest: expected median"),
    (["small", "handle", "--episode", "9"], "handle has 5"),
])
def test_wrong_words(folder, words, message):
    code, line = wrong(folder, *words)
    assert code == 3 and message in line, line


@pytest.fixture
def kept(tmp_path):
    """A small run of its own, to be spoiled."""
    (tmp_path / "small.elf").write_bytes(elf(HYPERVISOR))
    (tmp_path / "s.toml").write_text('[[image]]\nfile = "small.elf"\n[timing]\nrung = "weights"\n')
    assert program(tmp_path, "run", "s.toml", "-q", "-o", "runs/kept").returncode == 0
    return tmp_path


def manifest(kept, change):
    file = kept / "runs/kept/manifest.json"
    contents = json.loads(file.read_text())
    change(contents)
    file.write_text(json.dumps(contents))


def test_a_changed_image_is_named(kept):
    (kept / "small.elf").write_bytes(elf(HYPERVISOR + [0]))
    code, line = wrong(kept, "kept", EXIT)
    assert code == 3 and "small.elf has changed since" in line, line


def test_a_missing_image_is_named(kept):
    (kept / "small.elf").unlink()
    code, line = wrong(kept, "kept", EXIT)
    assert code == 3 and "small.elf" in line, line


def test_a_changed_scenario_file_does_not_matter(kept):
    (kept / "s.toml").unlink()
    assert "push" in annotate(kept, "kept", EXIT), "config.toml has all that it said"


def test_images_beside_the_scenario_are_found(tmp_path):
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs/small.elf").write_bytes(elf(HYPERVISOR))
    (tmp_path / "inputs/s.toml").write_text('[[image]]\nfile = "small.elf"\n')
    assert program(tmp_path, "run", "inputs/s.toml", "-q", "-o", "out").returncode == 0
    assert "push" in annotate(tmp_path, "out", EXIT)


def test_books_of_something_else_are_a_disagreement(kept):
    books = sqlite3.connect(kept / "runs/kept/episodes.sqlite")
    books.execute("UPDATE cpus SET ticks = ticks + 1")
    books.commit()
    books.close()
    code, line = wrong(kept, "kept", EXIT)
    assert code == 5 and "run again, it did something else: processor 0 counted" in line, line


@pytest.mark.parametrize("change, message", [
    (lambda m: m.pop("begun"), "how it was begun is not on record"),
    (lambda m: m["begun"].update(changed=True), "a debugger changed registers or memory"),
    (lambda m: m["begun"].update(restored="gone.checkpoint"), "checkpoint gone.checkpoint, which is not there"),
    (lambda m: m["inputs"].clear(), "which it did not read then"),
    (lambda m: m.pop("tool"), "no manifest of a run, or a damaged one"),
])
def test_runs_that_cannot_be_run_again(kept, change, message):
    manifest(kept, change)
    code, line = wrong(kept, "kept", EXIT)
    assert code == 3 and message in line, line


def test_a_restored_run_and_one_with_a_limit(tmp_path):
    (tmp_path / "small.elf").write_bytes(elf(HYPERVISOR))
    run = ["run", "small.elf", "--timing", "weights", "-q"]
    assert program(tmp_path, *run, "--save", "at.checkpoint", "--save-at", "insns:30", "-o", "saved").returncode == 0
    assert program(tmp_path, "run", "--restore", "at.checkpoint", "--timing", "cortex-a7", "-q", "-o", "restored").returncode == 0
    assert program(tmp_path, *run, "--limit", "60", "-o", "limited").returncode == 4
    for name in ("saved", "restored", "limited"):
        assert document(tmp_path, name, EXIT)["failures"] == [], name
    assert program(tmp_path, *run, "--save", "at.checkpoint", "--save-at", "insns:40", "--no-output").returncode == 0
    code, line = wrong(tmp_path, "restored", EXIT)
    assert code == 3 and "at.checkpoint has changed since" in line, line


@pytest.mark.parametrize("clock", ["", "clock_mhz = 500\n"])
def test_a_run_that_starts_behind_a_boot(tmp_path, monkeypatch, clock):
    """The boot's clock is its own model's unless the scenario says one: its checkpoint is found again."""
    monkeypatch.setenv("VTOLL_CACHE", str(tmp_path / "cache"))
    (tmp_path / "small.elf").write_bytes(elf(HYPERVISOR))
    (tmp_path / "s.toml").write_text(f'[machine]\n{clock}[[image]]\nfile = "small.elf"\n[boot]\nuntil = "insns:30"\n'
                                     '[timing]\nrung = "cortex-a7"\n')
    assert program(tmp_path, "run", "s.toml", "-q", "-o", "booted").returncode == 0
    boots = sorted((tmp_path / "cache/checkpoints").glob("*.checkpoint"))
    assert document(tmp_path, "booted", EXIT)["failures"] == []
    assert sorted((tmp_path / "cache/checkpoints").glob("*.checkpoint")) == boots and len(boots) == 1, "no other boot"


def test_the_page_has_it(folder):
    result = program(folder, "report", "small", "--tables", "none", "--annotate", EXIT, "--annotate", "handle", "-o", "page.html")
    assert result.returncode == 0, result.stderr
    page = pathlib.Path(folder, "page.html").read_text()
    assert "Instruction by instruction" in page and "Exit hypercall #0" in page and "Function handle" in page
    missing = program(folder, "report", "small", "--tables", "none", "--annotate", "nothing", "-o", "other.html")
    assert missing.returncode == 3 and "no exit of" in missing.stderr and not (folder / "other.html").exists(), missing.stderr


def test_entry_is_where_the_program_begins():
    assert ENTRY + 0x40 == HYPERVISOR_VECTORS and len(HYPERVISOR) == 39, "the words above"
