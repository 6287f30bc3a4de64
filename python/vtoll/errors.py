# SPDX-License-Identifier: Apache-2.0
"""The exit codes of the program as exceptions."""
from __future__ import annotations

import sqlite3


class VtollError(Exception):
    """A run that did not end well. `result` is what it left behind, None when it left nothing."""

    result = None


class GuestFailed(VtollError):
    """Exit code 1: the guest said so, or could not go on. Its books are in `result`."""


class UsageError(VtollError):
    """Exit code 2: words the program doesn't know."""


class InvalidInput(VtollError):
    """Exit code 3: a scenario, image or model that can't be used; the message says which, where, and what was expected."""


class LimitReached(VtollError):
    """Exit code 4: a limit of the scenario. The books of what ran are in `result`."""


class Disagreement(VtollError):
    """Exit code 5: an oracle says otherwise."""


class AddressError(VtollError, LookupError):
    """Memory of a Machine that is not there."""


def did_you_mean(given: str, known: list[str]) -> str:
    """" (did you mean 'stage 2'?)", or "" when none is near. As core/base/nearest.hpp."""
    import difflib
    near = difflib.get_close_matches(given, known, 1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def refused(error: OSError | sqlite3.Error | MemoryError, name: str = "") -> InvalidInput:
    """What the host would not do, in a line. `name`: the file, where the error does not say it."""
    name = name or getattr(error, "filename", None) or "the host"
    if isinstance(error, MemoryError):
        return InvalidInput(f"{name}: no memory left; expected a host with more")
    said = getattr(error, "strerror", None) or str(error)
    return InvalidInput(f"{name}: {said}; expected a folder that exists, may be written to and has room")


BY_CODE = {1: GuestFailed, 2: UsageError, 3: InvalidInput, 4: LimitReached, 5: Disagreement}
