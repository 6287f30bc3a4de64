# SPDX-License-Identifier: Apache-2.0
"""What `vtoll run --functions --timeline N` wrote down beside the books: recording.sqlite of a run directory."""
from __future__ import annotations

import pathlib
from typing import NamedTuple

from vtoll.documents import Database
from vtoll.errors import InvalidInput

SCHEMA = 2


class Episode(NamedTuple):
    """An exception and everything until the return from it; `first` and `after` are numbers of intervals."""

    number: int
    vm: int
    vm_after: int
    world: str
    cause: str
    what: str
    begin: int
    end: int
    first: int
    after: int
    returned: bool


class Interval(NamedTuple):
    """Ticks that one episode (0: none), phase and function had without a break."""

    episode: int
    vm: int
    world: str
    phase: str
    function: str
    begin: int
    end: int
    instructions: int


class Recording:
    """Raises InvalidInput when the run left none."""

    def __init__(self, folder: pathlib.Path):
        path = pathlib.Path(folder, "recording.sqlite")
        if not path.is_file():
            raise InvalidInput(f"{folder}: no recording.sqlite; expected a run made with --functions or --timeline N")
        self._database = Database(path, SCHEMA)
        self.meta = dict(self._database.execute("SELECT name, value FROM meta"))
        if not self.meta.keys() >= {"functions", "scenario"}:
            raise InvalidInput(f"{path}: is damaged: its table meta is not whole; expected it as vtoll run leaves it")
        self.has_functions = self.meta["functions"] == "1"
        #: by processor: whether its timeline goes to the end of the run
        self.whole = {cpu: bool(whole) for cpu, whole in self._database.execute("SELECT cpu, whole FROM timeline ORDER BY cpu")}

    @staticmethod
    def of(folder: pathlib.Path) -> Recording | None:
        """The recording of a run, None when it left none."""
        return Recording(folder) if pathlib.Path(folder, "recording.sqlite").is_file() else None

    def functions(self) -> list[tuple]:
        """cpu, vm, world, cause, what, measured, phase, image, function, instructions, ticks; "" is a function of no symbol."""
        return self._database.execute("SELECT * FROM functions ORDER BY rowid")

    def episodes(self, cpu: int) -> list[Episode]:
        rows = self._database.execute("SELECT episode, vm, vm_after, world, cause, what, begin, end, first, after, returned "
                                      "FROM episodes WHERE cpu = ? ORDER BY episode", (cpu,))
        return [Episode(*row) for row in rows]

    def intervals(self, cpu: int) -> list[Interval]:
        rows = self._database.execute("SELECT episode, vm, world, phase, function, begin, end, insns "
                                      "FROM intervals WHERE cpu = ? ORDER BY interval", (cpu,))
        return [Interval(*row) for row in rows]
