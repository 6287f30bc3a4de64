#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What one operation of lmbench's table cost in runs of minios: (batch of 2n - batch of n) / n, median of repetitions.

  samples.py RUN_DIRECTORY...                  instructions and ticks per operation, for each run
  samples.py RUN... --columns mode_switches    other columns of the table `samples` of episodes.sqlite, by commas
"""
import argparse
import pathlib
import re
import sqlite3
import statistics
import sys

USER = pathlib.Path(__file__).resolve().parent / "user"


def operations():
    """(name, n) in the order of the samples."""
    rows = re.findall(r'^OP\(\w+, "([^"]+)", (\d+)\)', (USER / "ops.def").read_text(), re.M)
    return [(name, int(n)) for name, n in rows]


def repetitions():
    return int(re.search(r"^#define SAMPLES (\d+)", (USER / "lmbench.c").read_text(), re.M).group(1))


def per_operation(run, columns):
    """{name: a number for each column} of a run directory."""
    base = sqlite3.connect(f"file:{run / 'episodes.sqlite'}?mode=ro", uri=True)
    batches = base.execute(f"SELECT {', '.join(columns)} FROM samples ORDER BY rowid").fetchall()
    table, times = operations(), repetitions()
    if len(batches) != 2 * times * len(table):
        sys.exit(f"samples: {run}: {len(batches)} samples, expected {2 * times * len(table)}")
    result = {}
    for index, (name, n) in enumerate(table):
        own = batches[2 * times * index : 2 * times * (index + 1)]
        result[name] = tuple(
            statistics.median((own[2 * i + 1][what] - own[2 * i][what]) / n for i in range(times))
            for what in range(len(columns))
        )
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=pathlib.Path)
    parser.add_argument("--columns", default="insns,ticks")
    options = parser.parse_args()
    columns = options.columns.split(",")
    if not all(re.fullmatch(r"[a-z_]+", column) for column in columns):
        sys.exit(f"samples: --columns {options.columns}: expected names of columns, separated by commas")
    try:
        runs = [per_operation(run, columns) for run in options.runs]
    except sqlite3.Error as error:
        sys.exit(f"samples: {error}")
    width = max(12, *(len(column) + 1 for column in columns))
    print(f"{'':14}" + "".join(f"{run.name:>{width * len(columns)}}" for run in options.runs))
    print(f"{'operation':14}" + "".join(f"{column:>{width}}" for column in columns) * len(runs))
    for name, _ in operations():
        print(f"{name:14}" + "".join(f"{value:{width}.1f}" for run in runs for value in run[name]))


if __name__ == "__main__":
    main()
