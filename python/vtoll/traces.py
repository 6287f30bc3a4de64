# SPDX-License-Identifier: Apache-2.0
"""Recorded guests: what a guest does, natively, to be played back by itself or as a guest of the microvisor."""
from __future__ import annotations

import os
import pathlib
from collections.abc import Mapping

from vtoll import program
from vtoll.result import Result
from vtoll.scenario import Scenario


class Trace:
    """A file that `vtoll trace record` made. docs/trace-replay.md."""

    def __init__(self, path: str | os.PathLike):
        self.path = pathlib.Path(path)

    @property
    def info(self) -> str:
        """What it is of, and how much of what is in it."""
        return program.call(["trace", "info", self.path])

    def replay(self, port: str | None = None, *, timing: str | None = None, output: str | os.PathLike | None = None) -> Result:
        """Play it: natively, or as a guest of the microvisor by a `port` ("naive", "batched", "lazy", or a file). `timing`:
        another model than the recording's. `output`: as of :func:`vtoll.run`."""
        words = ["trace", "replay", self.path, *(["--para", port] if port else ["--native"])]
        words += ["--timing", timing] if timing else []
        return Result.made_by(lambda folder: program.call([*words, "-o", folder]), output)

    def __repr__(self):
        return f"<vtoll.Trace {self.path}>"


def trace(scenario: Scenario | str | os.PathLike, output: str | os.PathLike, overrides: Mapping[str, object] | None = None, *,
          timing: str | None = None, first: str | None = None, last: str | None = None, most: int | None = None) -> Trace:
    """Run a scenario natively and write what its guest does to the file `output`: `vtoll trace record`.

    `first`, `last`: markers ("1", or "1:3" for its third time) to begin and end at. `most`: instructions to record.
    """
    chosen = scenario if isinstance(scenario, Scenario) else Scenario(scenario)
    words = ["trace", "record", *chosen.with_(overrides or {}).words, "-o", output]
    for option, value in (("--timing", timing), ("--from", first), ("--to", last), ("--most", most)):
        words += [option, value] if value is not None else []
    program.call(words)
    return Trace(output)
