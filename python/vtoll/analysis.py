# SPDX-License-Identifier: Apache-2.0
"""What finished runs have to say beyond their books: why it costs that, and how far off the models are."""
from __future__ import annotations

import os
import pathlib
from collections.abc import Sequence

from vtoll import files, program
from vtoll.result import Result
from vtoll.tabulating import Table, placements_words, table_of


def _word(run: Result | str | os.PathLike) -> str:
    """A run as the program takes it."""
    return str(run.folder if isinstance(run, Result) else run)


def validate(*, timing: str | None = None, system: bool = False, only: Sequence[str] = (), jobs: int | None = None) -> Table:
    """The core models against published measurements: `vtoll validate`. A row a figure, errors in percent.

    `timing`: only this profile. `system`: lmbench on Debian's Linux against boards. `only`: figures with these words in their
    names. Takes minutes; raises InvalidInput where Debian's packages can't be had.
    """
    words = ["validate"] + (["--timing", timing] if timing else []) + (["--system"] if system else [])
    words += [word for each in only for word in ("--only", each)] + (["-j", jobs] if jobs else [])
    return table_of(words)


def report(*runs: Result | str | os.PathLike, output: str | os.PathLike, tables: Sequence[str] = (), title: str | None = None,
           annotate: Sequence[str] = (), pictures: str | os.PathLike | None = None) -> pathlib.Path:
    """Write one page about runs to the file `output` (HTML): `vtoll report`. Returns the file.

    `tables`: published tables to measure and put in. `annotate`: exits or functions to show instruction by instruction. `pictures`: a folder that gets each picture as SVG, PNG and CSV.
    """
    from vtoll import picture_files
    from vtoll.page import content, gallery, page
    files.expect(output, files.PAGE)
    found = content([run if isinstance(run, Result) else Result.find(run) for run in runs], tables, title, annotate)
    files.put(page(found), output, files.PAGE)
    if pictures is not None:
        picture_files.write(gallery(found), pathlib.Path(pictures))
    return pathlib.Path(output)


def export(run: Result | str | os.PathLike, output: str | os.PathLike, *, form: str = "stacks", unit: str = "ticks",
           measured: bool = False, exits: bool = False) -> pathlib.Path:
    """Write a run to the file `output` for other tools: `vtoll export`. Returns the file.

    `form`: "stacks" (flamegraph.pl, speedscope) or "perfetto" (a run with a timeline). `unit`, `measured`, `exits`: of stacks,
    as :func:`vtoll.stacks.folded` has them.
    """
    words = ["export", _word(run), f"--{form}", "-o", output]
    words += (["--unit", unit] if form == "stacks" else []) + ["--measured"] * measured + ["--exits"] * exits
    program.call(words)
    return pathlib.Path(output)


def explain(what: Result | str | os.PathLike, exit: str | None = None, *, against: Result | str | os.PathLike | None = None,
            free: Sequence[str] = (), other: bool = False, timing: str | None = None, port: str | None = None, placements: int | None = None) -> Table:
    """Why an operation costs what it does: `vtoll explain`. Columns: part, what, times, instructions, ticks or cycles.

    `what`: a row of the tables overheads, lmbench or netperf, with `other` on the para-virtualizing hypervisor, by the model
    `timing`, with the `port` of a trace, in so many `placements`; or a run, with one of its exits, `against` another run, or
    with parts of the machine `free`.
    """
    words = ["explain", _word(what)] + ([exit] if exit else []) + (["--against", _word(against)] if against is not None else [])
    words += [word for part in free for word in ("--free", part)]
    words += ["--other"] * other + (["--timing", timing] if timing else []) + (["--para", port] if port else [])
    return table_of(words + placements_words(placements))


def annotate(run: Result | str | os.PathLike, what: str) -> Table:
    """The path of an exit or a function, instruction by instruction: `vtoll annotate`. The run is executed again."""
    return table_of(["annotate", _word(run), what])


def advise(run: Result | str | os.PathLike) -> Table:
    """What its hypervisor and guests could do better, with its worth in ticks: `vtoll advise`."""
    return table_of(["advise", _word(run)])
