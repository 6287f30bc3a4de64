# SPDX-License-Identifier: Apache-2.0
"""A frame as text for people and for other programs."""
from __future__ import annotations

import html

import pandas

NAMES = ("text", "md", "html", "latex", "csv", "json")

_LATEX = {"\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
          "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
          "[": "{[}", "]": "{]}", "*": "{*}"}


def _text(value) -> str:
    return "" if value is None or value is pandas.NA or value != value else str(value)


def _latex(value) -> str:
    return "".join(_LATEX.get(c, c) for c in _text(value))


def _rows(frame: pandas.DataFrame) -> list[tuple]:
    return [tuple(frame.columns), *frame.itertuples(index=False, name=None)]


def _markdown(frame: pandas.DataFrame) -> str:
    head, *rows = ["| " + " | ".join(_text(v).replace("|", "\\|") for v in row) + " |" for row in _rows(frame)]
    return "\n".join([head, "|" + "---|" * len(frame.columns), *rows])


def _html(frame: pandas.DataFrame) -> str:
    def line(row, cell):
        return "<tr>" + "".join(f"<{cell}>{html.escape(_text(v))}</{cell}>" for v in row) + "</tr>"
    head, *rows = _rows(frame)
    return "\n".join(["<table>", f"<thead>{line(head, 'th')}</thead>", "<tbody>", *(line(row, "td") for row in rows), "</tbody>", "</table>"])


def _booktabs(frame: pandas.DataFrame) -> str:
    columns = "".join("r" if pandas.api.types.is_numeric_dtype(kind) else "l" for kind in frame.dtypes)
    head, *rows = ["  " + " & ".join(map(_latex, row)) + r" \\" for row in _rows(frame)]
    return "\n".join([rf"\begin{{tabular}}{{{columns}}}", r"  \toprule", head, r"  \midrule", *rows, r"  \bottomrule", r"\end{tabular}"])


def of(frame: pandas.DataFrame, form: str) -> str:
    """The frame without its index, with a newline at its end. `form`: one of NAMES; "latex" needs the package booktabs."""
    made = {"text": lambda: frame.to_string(index=False), "md": lambda: _markdown(frame), "html": lambda: _html(frame),
            "latex": lambda: _booktabs(frame), "csv": lambda: frame.to_csv(index=False),
            "json": lambda: frame.to_json(orient="records", indent=2)}[form]()
    return made.rstrip("\n") + "\n"
