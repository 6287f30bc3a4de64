# SPDX-License-Identifier: Apache-2.0
"""Layouts and frames as Markdown, HTML and LaTeX: whatever the cells say, the document stays well formed and says it."""
import html.parser
import json
import pathlib
import re
import subprocess
import sys

import pandas
import pytest
from vtoll import rendering

NASTY = "50 % & $x_1^2$ #{~\\} <a|b> `c` \"d\" ---e 'f' [g] *"
GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"


def head(name, group="", align="right"):
    return {"group": group, "name": name, "align": align}


def layout(title=NASTY):
    grid = {"heads": [head("name", align="left"), head("published", "cost"), head("measured", "cost"), head("ratio")],
            "rows": [[NASTY, "1", "2", "2.00"], ["[b]", "-", "3", "-"]]}
    return {"title": title, "sections": [{"heading": "", "before": ["before: " + NASTY], "grid": grid, "after": []},
                                         {"heading": "Sources", "before": [], "grid": None, "after": [NASTY]}]}


def expect_balanced(text):
    """Braces and environments are closed in order, and what is special stands only where it is meant."""
    assert text.startswith("% needs"), "a comment first"
    text = text.split("\n", 1)[1]
    depth, environments, at = 0, [], 0
    while at < len(text):
        if text[at] == "\\":
            if found := re.compile(r"\\(begin|end)\{(\w+)\}").match(text, at):
                if found[1] == "begin":
                    environments.append(found[2])
                else:
                    assert environments and environments.pop() == found[2], f"\\end{{{found[2]}}} of something else"
            at += 1 if text[at + 1].isalpha() else 2
            continue
        assert text[at] not in "%$#_^~", f"bare {text[at]} at {text[at:at + 30]}"
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        assert depth >= 0, f"closes nothing at {text[at:at + 30]}"
        at += 1
    assert depth == 0 and not environments, "something is left open"


def test_latex_is_well_formed():
    text = rendering.render(layout(), "latex")
    expect_balanced(text)
    assert "\\begin{tabular}{lrrr}" in text, "columns as the heads have them"
    assert " & \\multicolumn{2}{c}{cost} & " in text and "\\cmidrule(lr){2-3}\n" in text, "a group spans its columns, with a rule"
    assert r"50 \% \& \$x\_1\textasciicircum{}2\$ \#\{\textasciitilde{}\textbackslash{}\}" in text, "nothing is lost"
    assert "--" not in text, "no dash out of hyphens"
    assert "{[}b{]} & -" in text, "not an optional argument of the line before"
    line = next(line for line in text.split("\\midrule")[1].splitlines() if line.strip())
    assert len(re.findall(r"(?<!\\)&", line)) == 3, "four cells"


def test_html_is_well_formed():
    class Page(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.texts = [], []

        def handle_starttag(self, tag, attributes):
            if tag != "meta":
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open and self.open.pop() == tag, f"</{tag}> of something else"

        def handle_data(self, data):
            self.texts.append(data)

    page, text = Page(), rendering.render(layout(), "html")
    page.feed(text)
    assert not page.open, "everything is closed"
    assert page.texts.count(NASTY) == 4, "title, heading, cell and paragraph, word for word"
    assert '<th class="group" colspan="2">cost</th>' in text, "a group spans its columns"


def test_markdown_is_a_table_a_grid():
    lines = rendering.render(layout(), "md").splitlines()
    assert lines[0] == "# " + NASTY.replace("|", "\\|") or lines[0] == "# " + NASTY, lines[0]
    table = [line for line in lines if line.startswith("|")]
    assert table[0] == "| name | cost published | cost measured | ratio |" and table[1] == "|:--|--:|--:|--:|"
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 5 for line in table), "four cells a line, whatever they say"
    assert "## Sources" in lines


def test_markdown_is_as_before():
    """Of the layout that the program makes of the example in tests/unit/core/comparison_test.cpp."""
    assert rendering.render(json.loads((GOLDEN / "comparison.json").read_text()), "md") == (GOLDEN / "comparison.md").read_text()


@pytest.mark.parametrize("form, begin, end", [("md", "| name |", "|"), ("html", "<table>", "</table>"),
                                              ("latex", r"\begin{tabular}{lr}", r"\end{tabular}")])
def test_a_frame_is_a_bare_table(form, begin, end):
    text = rendering.of_frame(pandas.DataFrame({"name": [NASTY, None], "n": [1, 2]}), form)
    assert text.startswith(begin) and text.endswith(end + "\n"), f"nothing around it: {text}"


def test_rendering_does_not_wait_for_pandas():
    code = "import sys; sys.argv = ['', 'render', '{\"format\": \"md\"}']; from vtoll import verbs; verbs.main(); print('pandas' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], input=json.dumps(layout("t")), capture_output=True, text=True, check=True)
    assert ran.stdout.endswith("False\n"), "a table as Markdown takes a tenth of a second, not one"
