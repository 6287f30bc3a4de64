# SPDX-License-Identifier: Apache-2.0
"""Same inputs, same bytes: run directories are compared file by file. The books add up in every one of them."""
import json
import sqlite3

import pytest

import runs

TIMINGS = ["functional", "weights"]


@pytest.mark.parametrize("timing", TIMINGS)
@pytest.mark.parametrize("name", runs.names())
def test_two_runs_are_byte_identical_and_conserve(name, timing, tmp_path):
    stats = runs.run(name, tmp_path / "first", "--timing", timing)
    runs.run(name, tmp_path / "second", "--timing", timing)
    first, second = runs.files_of(tmp_path / "first"), runs.files_of(tmp_path / "second")
    assert sorted(first) == sorted(second), f"{name}: other files"
    for path, content in first.items():
        assert content == second[path], f"{name}: {path} differs between two runs of the same scenario"

    for unit in ("instructions", "ticks"):
        total = runs.stat(stats, f"machine.{unit}")
        booked = sum(account[unit] for account in stats["accounts"])
        assert total > 0, f"{name}: nothing ran"
        assert booked == total, f"{name}: accounts hold {booked} {unit}, the machine counted {total}"
        assert runs.stat(stats, f"cpu0.residue.{unit}") == 0, f"{name}: residue"


def test_episodes_add_up_to_their_accounts(tmp_path):
    runs.run("hypercall", tmp_path / "run", "--timing", "weights")
    stats = json.loads((tmp_path / "run/stats.json").read_text())
    with sqlite3.connect(tmp_path / "run/episodes.sqlite") as db:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert {"episodes", "accounts"} <= tables, f"tables are {tables}"
    entries = runs.stat(stats, "cpu0.crossings.hyp_entries")
    assert entries > 256, f"only {entries} entries into Hyp mode"
