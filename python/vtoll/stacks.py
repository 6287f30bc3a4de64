# SPDX-License-Identifier: Apache-2.0
"""Folded stacks: `frame;frame;frame count` a line, as flamegraph.pl and speedscope read them. The counts add up to the run's."""
from __future__ import annotations

import collections
import dataclasses

from vtoll.errors import InvalidInput
from vtoll.recording import Recording
from vtoll.result import Result

UNKNOWN = "[no symbol]"


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is of interest: what began between the markers DBG #1 and DBG #2 only, exits to the hypervisor only."""

    measured: bool = False
    exits: bool = False

    def __call__(self, world: str, cause: str, measured: int) -> bool:
        return (measured or not self.measured) and (world == "hypervisor" and cause != "none" or not self.exits)


def _frame(text: str) -> str:
    """A semicolon would end the frame, a line's end the stack."""
    return text.replace(";", ":").replace("\n", " ")


def _of_functions(recording: Recording, phases: dict, column: int, wanted: Wanted):
    for cpu, vm, world, cause, what, measured, phase, image, function, *counts in recording.functions():
        if not wanted(world, cause, measured):
            continue
        frames = [f"VM {vm}", f"cpu {cpu}", world]
        if world != "idle":
            frames += [what] * (cause != "none") + [phase] * bool(phase)
            if not phase or not phases[phase]["hardware"]:
                frames.append(f"{function} ({image})" if function else UNKNOWN)
        yield frames, counts[column]


def _of_books(result: Result, unit: str, wanted: Wanted):
    """Without a recording: no functions, and no machine for what was in no episode."""
    kinds = result.episodes[["episode", "cpu", "vm", "world", "cause", "measured", "count"]]
    for row in result.episode_phases.merge(kinds, on="episode").to_dict("records"):
        if wanted(row["world"], row["cause"], row["measured"]):
            yield [f"VM {row['vm']}", f"cpu {row['cpu']}", row["world"], row["cause"]] + [row["phase"]] * bool(row["phase"]), row[unit] * row["count"]
    if wanted.exits:
        return
    if wanted.measured:
        raise InvalidInput(f"{result.folder}: its books don't say when code outside exceptions ran; expected --exits as well, or "
                           "a run made with --functions")
    ledger = result.ledger
    for row in ledger[ledger["cause"].isin(["none", ""])].to_dict("records"):
        yield ["VM not recorded", f"cpu {row['cpu']}", row["world"]] + [row["phase"]] * bool(row["phase"]), row[unit]


def folded(result: Result, unit: str = "ticks", *, measured: bool = False, exits: bool = False) -> str:
    """The run as folded stacks, sorted. `unit`: "ticks" or "instructions". `measured`: only what lies between the markers
    DBG #1 and DBG #2. `exits`: only exits to the hypervisor. Raises InvalidInput where the books can't tell."""
    recording = Recording.of(result.folder)
    wanted = Wanted(measured, exits)
    if recording and recording.has_functions:
        rows = _of_functions(recording, result.words["phases"], ("instructions", "ticks").index(unit), wanted)
    else:
        rows = _of_books(result, unit, wanted)
    sums = collections.Counter()
    for frames, count in rows:
        sums[";".join(map(_frame, frames))] += int(count)
    return "".join(f"{stack} {count}\n" for stack, count in sorted(sums.items()) if count)
