# SPDX-License-Identifier: Apache-2.0
"""`vtoll explain`: what it says adds up, and is what the run's books have."""
import csv
import io
import json
import os
import pathlib
import sqlite3
import subprocess

import pytest


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


def explain(kept, *words):
    return subprocess.run([os.environ["VTOLL_PROGRAM"], "explain", *words, "--keep", str(kept), "-q"], capture_output=True,
                          text=True, timeout=120)


def parts(kept, *words):
    """{part: {what: row}}"""
    result = explain(kept, *words, "--format", "json")
    assert result.returncode == 0, result.stderr
    out = {}
    for row in json.loads(result.stdout)["rows"]:
        out.setdefault(row["part"], {})[row["what"]] = row
    return out


def sum_of(rows, what="cycles"):
    return sum(row[what] for row in rows.values())


def database(kept, scenario):
    folder, = pathlib.Path(kept).glob(f"{scenario}-cortex-a15-[0-9a-f]*")  # not of another placement
    return sqlite3.connect(folder / "episodes.sqlite")


@pytest.mark.parametrize("row", ["hypercall", "irq", "page-fault", "device-decode", "device-syndrome", "world-switch"])
@pytest.mark.parametrize("other", [[], ["--other"]])
def test_parts_add_up(kept, row, other):
    if other and row.startswith("device"):
        assert "no such operation" in explain(kept, row, *other).stderr
        return
    found = parts(kept, row, *other)
    operation = found["operation"]
    together = operation.pop("together")
    assert sum_of(operation) == pytest.approx(together["cycles"], abs=1e-6), "cycles"
    assert operation.pop("in no account")["cycles"] == 0, "residue"
    crossings = operation["crossings"]
    for part in ("crossing", "phase"):
        for what in ("instructions", "cycles"):
            if part == "phase" and "(exits that a sample cuts)" in found["crossing"]:
                continue
            assert sum_of(found[part], what) == pytest.approx(crossings[what], abs=1e-6), f"{part}: {what}"
    if "stall, crossings" in found:
        assert sum_of(found["stall, crossings"]) == pytest.approx(crossings["cycles"], abs=1e-6), "stalls"
    assert crossings["cycles"] > 0 and operation["the guest, with what it refills"]["cycles"] > 0, "both do something"


def test_a_hypercall_is_what_the_database_has(kept):
    found = parts(kept, "hypervisor entry + exit", "--placements", "1")
    line = found["crossing"]["hypercall 0"]
    assert line["times"] == 1, "each is one operation"
    n, ticks = database(kept, "hypercall").execute(
        "select sum(count), sum(count * ticks) from episodes where world = 'hypervisor' and cause = 'hypercall' "
        "and detail = 0 and measured").fetchone()
    assert line["cycles"] == pytest.approx(ticks / n), "the mean"


def test_placements_are_means_with_deviations(kept):
    found = parts(kept, "page-fault")
    fault = found["crossing"]["stage2-fault"]
    assert fault["cycles_deviation"] > 0, "whether the cleared page displaces what is needed depends on where it lies"
    each = []
    for folder in pathlib.Path(kept).glob("page-fault-cortex-a15-*"):
        n, ticks = sqlite3.connect(folder / "episodes.sqlite").execute(
            "select sum(count), sum(count * ticks) from episodes where world = 'hypervisor' and cause = 'stage2-fault' "
            "and measured").fetchone()
        each.append(ticks / n)
    assert len(each) == 3 and fault["cycles"] == pytest.approx(sum(each) / 3), "the mean of three runs"
    text = explain(kept, "page-fault").stdout
    assert "3 placements (timing.placement 0, 1, 2)" in " ".join(text.split()) and "±" in text
    assert "One placement: noise unknown." in explain(kept, "page-fault", "--placements", "1").stdout


def test_a_guest_system_call_enters_nothing(kept):
    found = parts(kept, "syscall")
    assert found["operation"]["crossings"]["cycles"] == 0 and "crossing" not in found
    assert "doesn't enter the hypervisor" in " ".join(explain(kept, "syscall").stdout.split())


def test_forms(kept):
    rows = list(csv.DictReader(io.StringIO(explain(kept, "hypercall", "--format", "csv").stdout)))
    assert [row["what"] for row in rows if row["part"] == "crossing"] == ["hypercall 0"]
    text, markdown = explain(kept, "hypercall").stdout, explain(kept, "hypercall", "--format", "md").stdout
    assert "hypercall 0" in text and "| hypercall 0 |" in markdown
    assert max(len(line) for line in text.splitlines()) <= 102, "fits a terminal"


def test_rows_by_name(kept):
    listed = explain(kept, "--list").stdout
    assert "hypervisor entry + exit" in listed and "null syscall" in listed, listed
    result = explain(kept, "nothing")
    assert result.returncode == 3 and result.stderr.startswith("vtoll: nothing: no such run or row"), result.stderr
    assert explain(kept).returncode == 2, "a row is missing"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with runs of `page-fault` on two cores, in runs/a15 and runs/a7."""
    folder = tmp_path_factory.mktemp("runs")
    for core in ("a15", "a7"):
        done = subprocess.run([os.environ["VTOLL_PROGRAM"], "run", "page-fault", "--timing", f"cortex-{core}", "-q", "-o", f"runs/{core}"],
                              cwd=folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
    return folder


def of_run(folder, *words, code=0):
    done = subprocess.run([os.environ["VTOLL_PROGRAM"], "explain", *words], cwd=folder, capture_output=True, text=True, timeout=280)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def exits_of(folder, run):
    done = subprocess.run([os.environ["VTOLL_PROGRAM"], "exits", run, "--format", "json"], cwd=folder, capture_output=True, text=True)
    return {row["exit"]: row for row in json.loads(done.stdout)["rows"] if row["mean"] is not None}


@pytest.mark.parametrize("run", ["runs/a15", "runs/a7"])
def test_every_exit_is_explained_to_the_last_tick(runs, run):
    books = exits_of(runs, run)
    table = json.loads(of_run(runs, run, "--format", "json"))["rows"]
    assert {row["exit"]: row["exits"] for row in table} == {name: row["exits"] for name, row in books.items()}
    for row in table:
        whole = row["ticks"]
        assert whole == pytest.approx(books[row["exit"]]["mean"]), row["exit"]
        stalls = {key: value for key, value in row.items() if key not in ("exit", "exits", "time_percent", "ticks", "mostly")}
        assert sum(stalls.values()) == pytest.approx(whole), f"{row['exit']}: what it waits for, and issue"
    for name, row in books.items():
        found = {}
        for part in json.loads(of_run(runs, run, name, "--format", "json"))["rows"]:
            found.setdefault(part["part"], []).append(part)
        assert set(found) == {"phase", "stall", "function", "guest", "guest-refill", "exit-refill"}, name
        for part in ("phase", "stall", "function"):
            assert sum(each["ticks"] for each in found[part]) == pytest.approx(row["mean"]), f"{name} by {part}"
        for part in ("phase", "stall"):
            assert sum(each["median_exit"] for each in found[part]) == row["median"], f"{name}: the median exit by {part}"
        assert sum(each["instructions"] for each in found["phase"]) == pytest.approx(sum(each["instructions"] for each in found["function"]))


def test_what_the_dear_ones_have_besides(runs):
    name = "load: no page at stage 2, level 3"
    rows = json.loads(of_run(runs, "runs/a15", name, "--books", "--format", "json"))["rows"]
    with sqlite3.connect(runs / "runs/a15/episodes.sqlite") as books:
        ticks = [t for t, n in books.execute("SELECT ticks, count FROM episodes WHERE cause = 'stage2-fault' AND finished") for _ in range(n)]
    assert all(row["part"] != "function" for row in rows), "--books: nothing is run again"
    dear = sum(row["dearest"] for row in rows if row["part"] == "stall")
    assert dear > sum(row["median_exit"] for row in rows if row["part"] == "stall"), "dear ones cost more than the median"
    assert dear <= max(ticks)


def test_two_runs_differ_by_all_of_the_difference(runs):
    name = "store: no page at stage 2, level 3"
    one, other = exits_of(runs, "runs/a15")[name]["mean"], exits_of(runs, "runs/a7")[name]["mean"]
    rows = json.loads(of_run(runs, "runs/a15", name, "--against", "runs/a7", "--format", "json"))["rows"]
    for part in ("phase", "stall"):
        differences = [row["difference"] for row in rows if row["part"] == part]
        assert sum(differences) == pytest.approx(other - one), part
        assert [abs(d) for d in differences] == sorted((abs(d) for d in differences), reverse=True), "the largest first"
        assert sum(row["share_percent"] for row in rows if row["part"] == part) == pytest.approx(100), part
    machines = [json.loads((runs / run / "stats.json").read_text())["stats"]["machine.ticks"]["value"] for run in ("runs/a15", "runs/a7")]
    rows = json.loads(of_run(runs, "runs/a15", "--against", "runs/a7", "--format", "json"))["rows"]
    for part in ("world", "account", "stall"):
        assert sum(row["ticks"] for row in rows if row["part"] == part) == machines[1] - machines[0], part


def test_a_part_that_is_free_is_free_in_the_exit(runs):
    name = "store: no page at stage 2, level 3"
    by_stall = {}
    for free in ([], ["--free", "exceptions"], ["--free", "exceptions", "--free", "devices"]):
        rows = json.loads(of_run(runs, "runs/a15", name, *free, "--format", "json"))["rows"]
        by_stall[len(free)] = {row["what"]: row["ticks"] for row in rows if row["part"] == "stall"}
        if free:
            assert all("refill" not in row["part"] for row in rows), "what is refilled is asked of the run as it is"
    assert by_stall[0]["exception"] > 0
    for free in (2, 4):
        assert "exception" not in by_stall[free], by_stall[free]
        assert by_stall[free]["issue"] == by_stall[0]["issue"], "the same exits"
    assert "[free: exceptions]" in of_run(runs, "runs/a15", name, "--free", "exceptions"), "and it says so"


@pytest.mark.parametrize("words, code, said", [
    (["runs/a15", "--free", "caches"], 2, "--free: is of an exit"),
    (["runs/a15", "x", "--free", "magic"], 2, "--free"),
    (["runs/a15", "x", "--free", "tlb", "--books"], 2, "--books excludes --free"),
    (["runs/a15", "x", "--free", "tlb", "--against", "runs/a7"], 2, "--against excludes --free"),
])
def test_free_of_what(runs, words, code, said):
    assert said in of_run(runs, *words, code=code)


@pytest.mark.parametrize("words, said", [
    (["runs/a15", "hypercall 9"], "hypercall 9: runs/a15 has no such exit"),
    (["runs/a15", "store: no page at stage 2, level 4"], "did you mean 'store: no page at stage 2, level 3'?"),
    (["runs/a16", "hypercall 0"], "runs/a16: no run"), (["hypercal"], "did you mean 'hypercall'?"),
    (["runs/a15", "--against", "runs/none"], "runs/none: "),
    (["runs/a15", "HVC SYSTEM_OFF", "--measured"], "no such exit between the markers"),
])
def test_what_there_is_not(runs, words, said):
    told = of_run(runs, *words, code=3)
    assert said in told and told.count("\n") == 1, told


def test_screens_fit(runs):
    for words in (["runs/a15"], ["runs/a15", "store: no page at stage 2, level 3"], ["runs/a15", "--against", "runs/a7"]):
        text = of_run(runs, *words)
        assert max(map(len, text.splitlines())) <= 120, text
