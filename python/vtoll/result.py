# SPDX-License-Identifier: Apache-2.0
"""The books of a finished run as tidy frames: one row an observation, units in the names."""
from __future__ import annotations

import functools
import html
import json
import os
import pathlib
import tempfile
import typing
from collections.abc import Callable

from vtoll import documents, program
from vtoll.errors import InvalidInput, UsageError, VtollError, did_you_mean

if typing.TYPE_CHECKING:
    import pandas

EPISODES_SCHEMA = 6  # core/ledger/store/episodes_sqlite.hpp


def _is_run(folder: pathlib.Path) -> bool:
    try:
        return (folder / "stats.json").is_file()
    except OSError:  # a folder that may not be read, a name that is too long
        return False


class Result:
    """A run directory. ``Result("runs/hypercall")`` reads one that `vtoll run` left."""

    def __init__(self, folder: str | os.PathLike, temporary=None):
        self.folder = pathlib.Path(folder)
        self._temporary = temporary  # removed with the last reference
        if not _is_run(self.folder):
            raise InvalidInput(f"{folder}: not a run directory: no stats.json; expected what `vtoll run` leaves")

    @classmethod
    def find(cls, word: str | os.PathLike) -> Result:
        """A run directory, or the name of a scenario whose results lie where `vtoll run` puts them."""
        for folder in (pathlib.Path(word), pathlib.Path("runs", word)):
            if _is_run(folder):
                return cls(folder)
        there = [folder.name for folder in pathlib.Path("runs").glob("*") if _is_run(folder)]
        raise InvalidInput(f"{word}: no run, here or in runs/{did_you_mean(str(word), there)}; expected a folder with stats.json, as vtoll run leaves it")

    @classmethod
    def made_by(cls, write: Callable[[pathlib.Path], object], output: str | os.PathLike | None) -> Result:
        """The run directory that `write(folder)` leaves: `output`, or a temporary folder that is removed with the Result.

        What `write` raises has the run as `.result` where it left one; none is left where it was refused.
        """
        temporary = tempfile.TemporaryDirectory(prefix="vtoll-") if output is None else None
        folder = pathlib.Path(temporary.name, "run") if temporary else pathlib.Path(output)
        try:
            write(folder)
        except VtollError as error:
            refused = isinstance(error, (UsageError, InvalidInput))  # nothing ran: a run there is an earlier one
            if not refused and _is_run(folder):
                error.result = cls(folder, temporary)
            raise
        return cls(folder, temporary)

    @functools.cached_property
    def document(self) -> dict:
        """stats.json as it stands."""
        return documents.document(self.folder / "stats.json", "vtoll-stats")

    def _query(self, statement: str) -> pandas.DataFrame:
        with documents.Database(self.folder / "episodes.sqlite", EPISODES_SCHEMA) as database:
            return database.frame(statement)

    @property
    def config(self) -> dict:
        """The scenario with every key resolved."""
        return documents.config(self.folder / "config.toml")

    @property
    def manifest(self) -> dict:
        """Version of vtoll; names, sizes and SHA-256 of everything that was read."""
        return documents.document(self.folder / "manifest.json", "vtoll-manifest")

    @property
    def console(self) -> str:
        """What the guests wrote."""
        return documents.content(self.folder / "console.log").decode(errors="replace")

    @property
    def outcome(self) -> str:
        """Why it ended: "power_off", "guest_exit", ..."""
        return self.document["outcome"]["kind"]

    @property
    def timing(self) -> str:
        """Name of the timing model."""
        return self.document["timing"]["model"]

    @property
    def words(self) -> dict:
        """What the names in the books are called: "worlds", "causes", "phases", "stalls" and "units" by name, in order."""
        return self.document["words"]

    @functools.cached_property
    def stats(self) -> pandas.DataFrame:
        """Index: hierarchical name. Columns: value, unit, description."""
        import pandas
        return pandas.DataFrame.from_dict(self.document["stats"], orient="index")

    @functools.cached_property
    def ledger(self) -> pandas.DataFrame:
        """Accounts: cpu, world, cause, vm, phase, stall, instructions, ticks. They add up to the machine's totals.

        The last row, world "residue", is what the processors counted beyond the others: zero.
        """
        import pandas
        return pandas.DataFrame(self.document["accounts"])

    @functools.cached_property
    def episodes(self) -> pandas.DataFrame:
        """From an exception to the return from it. Rows that are alike in all but their time share one, with a `count`."""
        return self._query("SELECT * FROM episodes").rename(columns={"insns": "instructions"})

    @functools.cached_property
    def episode_phases(self) -> pandas.DataFrame:
        """What one of the episodes of a row cost by phase: episode, phase (its name, "" in programs without), instructions, ticks."""
        return self._query("SELECT episode, coalesce(name, '') AS phase, p.insns AS instructions, p.ticks AS ticks "
                           "FROM episode_phases p JOIN episodes e USING (episode) LEFT JOIN phases USING (world, phase)")

    @functools.cached_property
    def samples(self) -> pandas.DataFrame:
        """What happened between the markers DBG #3 and DBG #4, a row each.

        On a machine of several processors with `turns`: ticks it may be off by, as processors take turns.
        """
        alone = self._query("SELECT 1 FROM sqlite_master WHERE name = 'sample_turns'").empty
        rows = self._query("SELECT * FROM samples" if alone else
                           "SELECT samples.*, coalesce(t.ticks, 0) AS turns FROM samples "
                           "LEFT JOIN sample_turns t ON t.sample = samples.rowid")
        return rows.rename(columns={"insns": "instructions", "hyp_insns": "hyp_instructions"})

    @functools.cached_property
    def markers(self) -> pandas.DataFrame:
        """DBG hints and triggers as they were reached: cpu, option, instructions, ticks."""
        return self._query("SELECT cpu, option, insns AS instructions, ticks FROM markers ORDER BY rowid")

    def exits(self, by=()) -> pandas.DataFrame:
        """Exits to the hypervisor by their names (`vtoll exits`); `by`: as `vtoll exits --by`."""
        import pandas
        words = ["exits", self.folder, "--format", "json"] + (["--by", ",".join(by)] if by else [])
        return pandas.DataFrame(json.loads(program.call(words))["rows"])

    def table(self, by=("world", "cause")) -> pandas.DataFrame:
        """Instructions and ticks by columns of the ledger, with shares; the dearest first."""
        accounts = self.ledger[(self.ledger["world"] != "residue") | (self.ledger["ticks"] != 0)]
        sums = accounts.groupby(list(by), as_index=False)[["instructions", "ticks"]].sum()
        for unit in ("instructions", "ticks"):
            total = sums[unit].sum()
            sums[f"{unit}_share"] = sums[unit] / total if total else float("nan")
        return sums.sort_values("ticks", ascending=False, kind="stable", ignore_index=True)

    def compare(self, *others: Result):
        """This run and others side by side: a :class:`vtoll.Table` (`vtoll compare`)."""
        from vtoll.tabulating import compare
        return compare(self, *others)

    def __repr__(self):
        total = self.stats["value"]
        return (f"<vtoll.Result {self.document['scenario']}: {self.outcome}, {total['machine.instructions']} instructions, "
                f"{total['machine.ticks']} ticks by '{self.timing}'>")

    def _repr_html_(self):
        frame = self.table()
        shown = frame.style.hide(axis="index").format({"instructions": "{:,}", "ticks": "{:,}", "instructions_share": "{:.1%}",
                                                       "ticks_share": "{:.1%}"})
        return f"<p>{html.escape(repr(self))}</p>" + shown.to_html()
