# SPDX-License-Identifier: Apache-2.0
"""One run: a process, a run directory, a Result."""
from __future__ import annotations

import os
from collections.abc import Mapping

from vtoll import program
from vtoll.errors import UsageError
from vtoll.result import Result
from vtoll.scenario import Scenario


def run(scenario: Scenario | str | os.PathLike | None = None, overrides: Mapping[str, object] | None = None, *,
        hypervisor: str | os.PathLike | None = None, kernel: str | os.PathLike | None = None, boot: Mapping[str, object] | None = None,
        timing: str | None = None, until: str | None = None, limit: int | None = None, functions: bool = False, timeline: int = 0,
        output: str | os.PathLike | None = None) -> Result:
    """Run a scenario, or a hypervisor and a kernel, and return the books.

    `overrides`: keys of the scenario and their values, as in :class:`Scenario`. `hypervisor`, `kernel`: files, in place of a
    scenario; `boot`: further options of such a machine by their names ("append", "guest_memory", "initrd", "smp", "memory",
    ...; docs/direct-boot.md). `timing`: "functional", a model's name, or a price table (.toml). `until`: where to end,
    "marker:N", "symbol:NAME", "insns:N" or "console:TEXT". `limit`: instructions after which it ends. `functions`: record what
    every function costs. `timeline`: record so many intervals of each processor one by one. `output`: the run directory to
    write; without it the run lives in a temporary folder that is removed with the Result.
    Raises GuestFailed, LimitReached (both have `.result`), InvalidInput, UsageError.
    """
    machine = {"hypervisor": hypervisor, "kernel": kernel, **(boot or {})}
    words = [word for name, value in machine.items() if value is not None for word in (f"--{name.replace('_', '-')}", value)]
    if (scenario is None) == (not words):
        raise UsageError("run: expected a scenario, or a hypervisor, a kernel, or both")
    chosen = scenario if isinstance(scenario, Scenario) else Scenario(scenario or "")
    chosen = chosen.with_(overrides or {})
    words = ["run", *words, *(chosen.words if scenario is not None else chosen.options), "-q"]
    for option, value in (("--timing", timing), ("--until", until), ("--limit", limit), ("--timeline", timeline)):
        words += [option, value] if value else []
    words += ["--functions"] if functions else []
    return Result.made_by(lambda folder: program.call([*words, "-o", folder]), output)
