# SPDX-License-Identifier: Apache-2.0
"""A sweep's results: one SQLite file, the same bytes for any number of workers and any interruption."""
from __future__ import annotations

import json
import os
import pathlib
import sqlite3
import statistics

from vtoll import errors

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE parameters (point INTEGER NOT NULL, parameter TEXT NOT NULL, value, PRIMARY KEY (point, parameter)) WITHOUT ROWID;
CREATE TABLE points (point INTEGER PRIMARY KEY, outcome TEXT NOT NULL, exit_code INTEGER NOT NULL, timing TEXT NOT NULL,
  clock_hz INTEGER NOT NULL, instructions INTEGER NOT NULL, ticks INTEGER NOT NULL,
  samples INTEGER NOT NULL, sample_instructions INTEGER, sample_ticks INTEGER);
CREATE TABLE inputs (point INTEGER NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE stats (point INTEGER NOT NULL, name TEXT NOT NULL, value, PRIMARY KEY (point, name)) WITHOUT ROWID;
CREATE TABLE accounts (point INTEGER NOT NULL, cpu INTEGER NOT NULL, world TEXT NOT NULL, cause TEXT NOT NULL, vm INTEGER NOT NULL,
  phase TEXT NOT NULL, stall TEXT NOT NULL, instructions INTEGER NOT NULL, ticks INTEGER NOT NULL);
CREATE TABLE samples (point INTEGER NOT NULL, cpu INTEGER NOT NULL, measured INTEGER NOT NULL, instructions INTEGER NOT NULL,
  ticks INTEGER NOT NULL, hyp_instructions INTEGER NOT NULL, hyp_ticks INTEGER NOT NULL, hyp_entries INTEGER NOT NULL);
"""


def _median(values: list[int]) -> int | None:
    """An observed value, the lower of the middle two, as in the tables of the program."""
    return statistics.median_low(values) if values else None


def _add(database: sqlite3.Connection, number: int, parameters: dict, point: dict) -> None:
    stats = dict(map(tuple, point["stats"]))
    measured = [s for s in point["samples"] if s[1]]
    database.execute("INSERT INTO points VALUES (?,?,?,?,?,?,?,?,?,?)", (
        number, point["outcome"], point["code"], point["timing"], point["clock_hz"], stats["machine.instructions"],
        stats["machine.ticks"], len(measured), _median([s[2] for s in measured]), _median([s[3] for s in measured])))
    rows = [(number, key, value if isinstance(value, (int, float, str)) else json.dumps(value))
            for key, value in parameters.items()]
    database.executemany("INSERT INTO parameters VALUES (?,?,?)", rows)
    database.executemany("INSERT INTO inputs VALUES (?,?,?,?)",
                         [(number, i["name"], i["bytes"], i["sha256"]) for i in point["inputs"]])
    database.executemany("INSERT INTO stats VALUES (?,?,?)", [(number, *row) for row in point["stats"]])
    database.executemany("INSERT INTO accounts VALUES (?,?,?,?,?,?,?,?,?)", [(number, *row) for row in point["accounts"]])
    database.executemany("INSERT INTO samples VALUES (?,?,?,?,?,?,?,?)", [(number, *row) for row in point["samples"]])


def write(path: pathlib.Path, meta: dict[str, str], points: list[tuple[dict, dict]], folder: pathlib.Path) -> None:
    """Write `points`, pairs of parameters and what `point.measure` returned, in their order. Appears whole, by rename;
    until then it is in `folder`."""
    fresh = folder / f".{path.name}.{os.getpid()}"
    database = None
    try:
        database = sqlite3.connect(fresh)
        with database:
            database.executescript(SCHEMA)
            database.executemany("INSERT INTO meta VALUES (?,?)", sorted(meta.items()))
            for number, (parameters, point) in enumerate(points):
                _add(database, number, parameters, point)
        database.close()
        os.replace(fresh, path)
    except (OSError, sqlite3.Error) as error:
        raise errors.refused(error, f"{path}: can't be written") from error
    finally:
        if database:
            database.close()
        for left in (fresh, fresh.with_name(fresh.name + "-journal")):
            left.unlink(missing_ok=True)
