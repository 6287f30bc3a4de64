# SPDX-License-Identifier: Apache-2.0
"""vtoll from Python: run scenarios, read their books, sweep parameters, regenerate tables.

    >>> import vtoll
    >>> result = vtoll.run("hypercall", timing="cortex-a15")
    >>> result.exits().head()
    >>> vtoll.tables("overheads")
    >>> vtoll.Machine("hypercall").run(until="marker:1").place

Every run is a process of its own (`vtoll run`), so runs can go on at the same time and Ctrl-C ends them. Only
:class:`Machine`, to step through one, is in the interpreter's own. What the
program refuses becomes an exception: see :mod:`vtoll.errors`.
"""
from vtoll.errors import AddressError, Disagreement, GuestFailed, InvalidInput, LimitReached, UsageError, VtollError
from vtoll.machine import ExitEvent, Machine
from vtoll.result import Result
from vtoll.scenario import Scenario, scenarios
from vtoll.running import run
from vtoll.sweeping import sweep
from vtoll.tables import Table, compare, tables
from vtoll.features import WhatIf, whatif

__all__ = ["AddressError", "Disagreement", "ExitEvent", "GuestFailed", "InvalidInput", "LimitReached", "Machine", "Result",
           "Scenario", "Table", "UsageError", "VtollError", "WhatIf", "compare", "run", "scenarios", "sweep", "tables",
           "whatif"]
