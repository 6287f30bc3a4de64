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
    assert "doesn't enter the hypervisor" in explain(kept, "syscall").stdout


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
    assert result.returncode == 3 and result.stderr.startswith("vtoll: nothing: no such row"), result.stderr
    assert explain(kept).returncode == 2, "a row is missing"
