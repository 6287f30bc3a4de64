# SPDX-License-Identifier: Apache-2.0
"""Everything with a markup: layouts of tables (reports/schemas/vtoll-layout.json) and frames as Markdown, HTML and LaTeX.

The templates are in reports/templates. What a layout says is decided by who made it; here it gets its form only.
"""
from __future__ import annotations

import itertools
import json
import os
import sys
import typing

import jinja2

from vtoll import program

if typing.TYPE_CHECKING:
    import pandas

MARKUPS = ("md", "html", "latex")

#: for text that LaTeX sets as it stands, under any font encoding; no optional argument after a line's end, nor a starred one
_LATEX = {"\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
          "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
          "`": r"\textasciigrave{}", '"': "''", "[": "{[}", "]": "{]}", "*": "{*}", "\n": " "}


def latex(text: str) -> str:
    made = "".join(_LATEX.get(c, c) for c in text)
    while "--" in made:  # no dash out of two hyphens
        made = made.replace("--", "-{}-")
    return made


def markdown(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")


def _head(head: dict) -> str:
    """In one line."""
    return f"{head['group']} {head['name']}" if head["group"] else head["name"]


def environment(**filters) -> jinja2.Environment:
    """Of the templates in reports/templates, with these filters beside those of layouts."""
    made = jinja2.Environment(loader=jinja2.FileSystemLoader(program.data("reports/templates")), trim_blocks=True, lstrip_blocks=True,
                              autoescape=lambda name: name.endswith(".html.j2"), undefined=jinja2.StrictUndefined,
                              keep_trailing_newline=True)
    made.filters.update(filters, latex=latex, md=markdown, head=_head)
    return made


def prepared(layout: dict) -> dict:
    """With the groups of columns that stand together in each grid: their name ("": none), first column and one behind the last."""
    def with_groups(grid: dict) -> dict:
        groups, at = [], 0
        for name, heads in itertools.groupby(grid["heads"], key=lambda head: head["group"]):
            end = at + len(list(heads))
            groups.append({"name": name, "begin": at, "end": end})
            at = end
        return {**grid, "groups": groups}
    return {**layout, "sections": [{**s, "grid": s["grid"] and with_groups(s["grid"])} for s in layout["sections"]]}


def render(layout: dict, form: str) -> str:
    """A layout as one of MARKUPS; without a title it is a part of a document, "latex" needs the package booktabs."""
    return environment().get_template(f"layout.{form}.j2").render(prepared(layout))


def layout(title: str, sections: list[dict]) -> dict:
    """As reports/schemas/vtoll-layout.json has it."""
    return {"schema": {"name": "vtoll-layout", "version": 1}, "title": title, "sections": sections}


def grid(texts: typing.Sequence[str], numbers: typing.Sequence[str], rows: list[list[str]]) -> dict:
    """Of a layout: columns of text, then columns of numbers, by their heads."""
    heads = [{"group": "", "name": name, "align": "left"} for name in texts]
    heads += [{"group": "", "name": name, "align": "right"} for name in numbers]
    return {"heads": heads, "names": max(1, len(texts)), "rows": rows}


def layout_of(frame: pandas.DataFrame, names: int = 1) -> dict:
    """The frame without its index, as a layout of one grid; its first columns, so many, say what a row is of."""
    import pandas

    def text(value) -> str:
        return "" if value is None or value is pandas.NA or value != value else str(value)

    heads = [{"group": "", "name": name, "align": "right" if pandas.api.types.is_numeric_dtype(kind) else "left"}
             for name, kind in zip(frame.columns, frame.dtypes)]
    rows = [[text(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return layout("", [{"heading": "", "before": [], "grid": {"heads": heads, "names": names, "rows": rows}, "after": []}])


def text(layout: dict, *, terminal: bool = False) -> str:
    """A layout as the program prints it; `terminal`: to standard output when that is one, as wide as it is."""
    words = []
    if terminal and sys.stdout.isatty():
        words = ["--columns", os.get_terminal_size(sys.stdout.fileno()).columns]
        words += [] if os.environ.get("NO_COLOR") else ["--colour"]
    return program.call(["layout", *words], given=json.dumps(layout))


def of_frame(frame: pandas.DataFrame, form: str, names: int = 1) -> str:
    """The frame without its index, with a newline at its end. `names`: first columns that say what a row is of.

    `form`: one of MARKUPS, "text", "terminal" (text as wide as that of standard output), "csv", "json" or "layout".
    """
    if form in MARKUPS:
        return render(layout_of(frame, names), form)
    if form in ("text", "terminal"):
        return text(layout_of(frame, names), terminal=form == "terminal")
    if form == "layout":
        return json.dumps(layout_of(frame, names), indent=2) + "\n"
    made = {"csv": lambda: frame.to_csv(index=False),
            "json": lambda: frame.to_json(orient="records", indent=2)}[form]()
    return made.rstrip("\n") + "\n"
