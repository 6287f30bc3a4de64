# SPDX-License-Identifier: Apache-2.0
"""Everything with a markup: layouts of tables (reports/schemas/vtoll-layout.json) and frames as Markdown, HTML and LaTeX.

The templates are in reports/templates. What a layout says is decided by who made it; here it gets its form only.
"""
from __future__ import annotations

import itertools
import json
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


def layout_of(frame: pandas.DataFrame) -> dict:
    """The frame without its index, as a layout of one grid."""
    import pandas

    def text(value) -> str:
        return "" if value is None or value is pandas.NA or value != value else str(value)

    heads = [{"group": "", "name": name, "align": "right" if pandas.api.types.is_numeric_dtype(kind) else "left"}
             for name, kind in zip(frame.columns, frame.dtypes)]
    rows = [[text(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return {"schema": {"name": "vtoll-layout", "version": 1}, "title": "",
            "sections": [{"heading": "", "before": [], "grid": {"heads": heads, "rows": rows}, "after": []}]}


def of_frame(frame: pandas.DataFrame, form: str) -> str:
    """The frame without its index, with a newline at its end. `form`: one of MARKUPS, "text", "csv", "json" or "layout"."""
    if form in MARKUPS:
        return render(layout_of(frame), form)
    if form == "layout":
        return json.dumps(layout_of(frame), indent=2) + "\n"
    made = {"text": lambda: frame.to_string(index=False), "csv": lambda: frame.to_csv(index=False),
            "json": lambda: frame.to_json(orient="records", indent=2)}[form]()
    return made.rstrip("\n") + "\n"
