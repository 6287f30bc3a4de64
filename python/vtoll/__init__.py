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
import importlib

_HOMES = {
    "analysis": "advise annotate explain export report validate",
    "errors": "AddressError Disagreement GuestFailed InvalidInput LimitReached UsageError VtollError",
    "features": "WhatIf whatif",
    "machine": "ExitEvent Machine",
    "result": "Result",
    "running": "run",
    "scenario": "Scenario scenarios",
    "sweeping": "Sweep sweep",
    "tabulating": "Table compare tables",
    "traces": "Trace trace",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}
__all__ = sorted(_HOME_OF)


def __getattr__(name: str):
    """Imports what is asked for: who renders a table does not wait for pandas."""
    if name == "__version__":
        from vtoll import program
        return program.version()
    if name not in _HOME_OF:
        raise AttributeError(f"module 'vtoll' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"vtoll.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return [*__all__, "__version__"]
