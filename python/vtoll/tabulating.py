# SPDX-License-Identifier: Apache-2.0
"""The published tables beside measured ones, and comparisons of runs."""
from __future__ import annotations

import html
import json
import pathlib
import tempfile
import typing

from vtoll import program, rendering
from vtoll.result import Result

if typing.TYPE_CHECKING:
    import pandas


class Table:
    """A table of the program: prints as its text, shows as HTML, and has its rows as a frame."""

    def __init__(self, document: dict, text: str):
        self.document = document
        self.text = text

    @property
    def frame(self) -> pandas.DataFrame:
        """A row for each row, values unrounded; nested values have dotted names."""
        import pandas
        return pandas.json_normalize(self.document["rows"])

    def to(self, form: str) -> str:
        """The frame as "text", "md", "html", "latex" (needs booktabs), "csv" or "json": the bare table, values unrounded."""
        return rendering.of_frame(self.frame, form)

    def __str__(self):
        return self.text

    __repr__ = __str__

    def _repr_html_(self):
        return f"<pre>{html.escape(self.text)}</pre>"


def table_of(words, kind=Table) -> Table:
    """What the program makes of `words`, a verb that prints a table."""
    with tempfile.TemporaryDirectory(prefix="vtoll-") as folder:
        file = pathlib.Path(folder, "table.json")
        text = program.call([*words, "-q", "--format", "text", "--json", file])
        return kind(json.loads(file.read_text()), text)


def tables(name: str = "overheads", *, timing: str = "cortex-a15", jobs: int | None = None, placements: int | None = None) -> Table:
    """A published table and what vtoll measures for it: `vtoll tables NAME`; `vtoll tables --list` has the names.

    `timing`: a model's name or a price table. `jobs`: runs at a time, default one per processor of the host. `placements`:
    of memory in the caches of a core model, over which figures are means; default as the verb's.
    """
    return table_of(["tables", name, "--timing", timing] + (["-j", jobs] if jobs else []) + placements_words(placements))


def placements_words(number: int | None) -> list:
    """As options of the program."""
    return ["--placements", number] if number is not None else []


def compare(*runs, work: str = "minios", timing: str = "cortex-a15", placements: int | None = None) -> Table:
    """Runs side by side and where their differences are: `vtoll compare`.

    `runs`: two or more Results, run directories, or configurations ("native", "pure", "para", "hosted") that do `work`
    and are run with the model `timing` in so many `placements`.
    """
    words = [r.folder if isinstance(r, Result) else r for r in runs]
    return table_of(["compare", *words, "--work", work, "--timing", timing] + placements_words(placements))
