# SPDX-License-Identifier: Apache-2.0
"""Scenarios: what is loaded into which machine, and how time is priced. docs/scenario.md has the keys."""
from __future__ import annotations

import functools
import json
import os
import tomllib
from collections.abc import Mapping

from vtoll import program


def value_text(value) -> str:
    """A value as `-c key=value` takes it: TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(value_text(v) for v in value) + "]"
    return json.dumps(str(value))


class Scenario:
    """A shipped scenario, a scenario file or an image, with keys set: ``Scenario("hypercall", {"machine.cpus": 2})``.

    Nothing is read until it is needed; a wrong key raises :class:`vtoll.InvalidInput` then.
    """

    def __init__(self, what: str | os.PathLike, overrides: Mapping[str, object] | None = None):
        self.what = os.fspath(what)
        self.overrides = dict(overrides or {})

    def with_(self, overrides: Mapping[str, object]) -> Scenario:
        """The same with further keys set."""
        return Scenario(self.what, {**self.overrides, **overrides})

    @property
    def settings(self) -> list[str]:
        """The overrides as key=value, values in TOML."""
        return [f"{key}={value_text(value)}" for key, value in self.overrides.items()]

    @property
    def options(self) -> list[str]:
        """The overrides as options of `vtoll run`."""
        return [word for setting in self.settings for word in ("-c", setting)]

    @property
    def words(self) -> list[str]:
        """What follows `vtoll run`."""
        return [self.what, *self.options]

    def to_toml(self) -> str:
        """With every key resolved, as config.toml of its run will have it."""
        return program.call(["run", *self.words, "--print-config"])

    @property
    def config(self) -> dict:
        """`to_toml` as a dictionary."""
        return tomllib.loads(self.to_toml())

    def __repr__(self):
        return f"Scenario({self.what!r}, {self.overrides!r})" if self.overrides else f"Scenario({self.what!r})"


def scenarios() -> list[str]:
    """Names of the shipped scenarios."""
    return [line.split()[0] for line in program.call(["scenarios"]).splitlines()]


@functools.cache
def scenario_keys() -> dict[str, dict]:
    """The keys of scenario files by their paths ("machine.cpus"): meaning, values, default."""
    return {key["path"]: key for key in json.loads(program.call(["scenarios", "--keys", "--json"]))}
