# SPDX-License-Identifier: Apache-2.0
"""What the parts of a machine are worth to a scenario: `vtoll whatif SCENARIO`."""
from __future__ import annotations

import io
import os
from collections.abc import Sequence

from vtoll import files, tabulating
from vtoll.scenario import Scenario


class PartsWorth(tabulating.Table):
    """A row for the run as it is, for each part that was free, and for all together; ticks unrounded."""

    def plot(self, file: str | os.PathLike) -> None:
        """A bar for each part: the share of the ticks that it is worth."""
        files.put(drawn(self.document), file, files.PICTURE)


def drawn(document: dict) -> str:
    """The SVG of a table `parts`."""
    import matplotlib
    from matplotlib.figure import Figure
    rows = [row for row in document["rows"] if row["worth"] is not None]
    figure = Figure(figsize=(10, 1.2 + 0.4 * len(rows)), layout="constrained")
    panel = figure.subplots()
    spread = [100 * row.get("ticks_deviation", 0) / row["ticks_as_is"] for row in rows]
    bars = panel.barh([row["part"] for row in rows], [row["share"] for row in rows],
                      xerr=spread if any(spread) else None, ecolor="black",
                      color=["#b5452c" if row["worth"] > 0 else "#3b6ea5" for row in rows])
    panel.bar_label(bars, [f"{row['worth']:+,.0f}" for row in rows], padding=4, fontsize=8)
    panel.invert_yaxis()
    panel.margins(x=0.15)
    panel.axvline(0, color="black", linewidth=0.6)
    panel.set_xlabel("% of the ticks as it is; numbers: ticks")
    panel.set_title(document["title"], fontsize=9, wrap=True)
    picture = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "vtoll"}):  # the same bytes each time
        figure.savefig(picture, format="svg", metadata={"Date": None})
    return picture.getvalue()


def worth(scenario: Scenario | str | os.PathLike, *, parts: Sequence[str] | None, exit: str | None, whole: bool,
          timing: str | None, jobs: int | None, placements: int | None) -> PartsWorth:
    chosen = scenario if isinstance(scenario, Scenario) else Scenario(scenario)
    words = ["whatif", *chosen.words]
    for part in parts or ():
        words += ["--part", part]
    words += (["--exit", exit] if exit else []) + (["--whole"] if whole else [])
    words += (["--timing", timing] if timing else []) + (["-j", jobs] if jobs else [])
    return tabulating.table_of(words + tabulating.placements_words(placements), PartsWorth)
