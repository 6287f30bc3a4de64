# SPDX-License-Identifier: Apache-2.0
"""Folded stacks: `frame;frame;frame count` a line, as flamegraph.pl and speedscope read them. The counts add up to the run's."""
from __future__ import annotations

import collections

from vtoll.recording import Recording
from vtoll.result import Result

UNKNOWN = "[no symbol]"


def _frame(text: str) -> str:
    """A semicolon would end the frame, a line's end the stack."""
    return text.replace(";", ":").replace("\n", " ")


def _of_functions(recording: Recording, phases: dict, column: int):
    for cpu, vm, world, cause, what, phase, image, function, *counts in recording.functions():
        frames = [f"VM {vm}", f"cpu {cpu}", world]
        if world != "idle":
            frames += [what] * (cause != "none") + [phase] * bool(phase)
            if not phase or not phases[phase]["hardware"]:
                frames.append(f"{function} ({image})" if function else UNKNOWN)
        yield frames, counts[column]


def _of_books(result: Result, unit: str):
    """Without a recording: no functions, and no machine for what was in no episode."""
    phases = result.episode_phases.merge(result.episodes[["episode", "cpu", "vm", "world", "cause", "count"]], on="episode")
    for row in phases.to_dict("records"):
        yield [f"VM {row['vm']}", f"cpu {row['cpu']}", row["world"], row["cause"]] + [row["phase"]] * bool(row["phase"]), row[unit] * row["count"]
    ledger = result.ledger
    for row in ledger[ledger["cause"].isin(["none", ""])].to_dict("records"):
        yield ["VM not recorded", f"cpu {row['cpu']}", row["world"]] + [row["phase"]] * bool(row["phase"]), row[unit]


def folded(result: Result, unit: str = "ticks") -> str:
    """The run as folded stacks, sorted. `unit`: "ticks" or "instructions"."""
    recording = Recording.of(result.folder)
    if recording and recording.has_functions:
        rows = _of_functions(recording, result.words["phases"], ("instructions", "ticks").index(unit))
    else:
        rows = _of_books(result, unit)
    sums = collections.Counter()
    for frames, count in rows:
        sums[";".join(map(_frame, frames))] += int(count)
    return "".join(f"{stack} {count}\n" for stack, count in sorted(sums.items()) if count)
