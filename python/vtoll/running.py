# SPDX-License-Identifier: Apache-2.0
"""One run: a process, a run directory, a Result."""
from __future__ import annotations

import os
import pathlib
import tempfile
from collections.abc import Mapping

from vtoll import program
from vtoll.errors import VtollError
from vtoll.result import Result
from vtoll.scenario import Scenario


def run(scenario: Scenario | str | os.PathLike, overrides: Mapping[str, object] | None = None, *, timing: str | None = None,
        until: str | None = None, output: str | os.PathLike | None = None) -> Result:
    """Run a scenario and return its books.

    `overrides`: keys of the scenario and their values, as in :class:`Scenario`. `timing`: `functional`, a model's name,
    or a price table (.toml). `until`: where to end, "marker:N", "symbol:NAME", "insns:N" or "console:TEXT". `output`:
    the run directory to write; without it the run lives in a temporary folder that is removed with the Result. Raises GuestFailed, LimitReached (both have `.result`), InvalidInput, UsageError.
    """
    chosen = scenario if isinstance(scenario, Scenario) else Scenario(scenario)
    if overrides:
        chosen = chosen.with_(overrides)
    temporary = tempfile.TemporaryDirectory(prefix="vtoll-") if output is None else None
    folder = pathlib.Path(temporary.name, "run") if temporary else pathlib.Path(output)
    words = ["run", *chosen.words, "-q", "-o", folder]
    words += (["--timing", timing] if timing else []) + (["--until", until] if until else [])
    try:
        program.call(words)
    except VtollError as error:
        if (folder / "stats.json").exists():
            error.result = Result(folder, temporary)
        raise
    return Result(folder, temporary)
