# SPDX-License-Identifier: Apache-2.0
"""What each hardware feature buys: the same guests under builds of `pure` that leave one feature of the hardware unused."""
from __future__ import annotations

import concurrent.futures
import dataclasses
import io
import os
import statistics
import tomllib
from collections.abc import Callable, Iterator, Sequence

import pandas

from vtoll import errors, files, program, rendering
from vtoll.errors import Disagreement, UsageError, VtollError
from vtoll.running import run


@dataclasses.dataclass(frozen=True)
class Feature:
    name: str
    without: str  # what the hypervisor does instead
    hypervisor: str  # guest/*.elf
    not_for: tuple[str, ...] = ()  # rows that do without it anyway


@dataclasses.dataclass(frozen=True)
class Row:
    operation: str
    scenario: str
    head: str  # of its column
    per_sample: int = 1  # operations between two markers
    part: str = ""  # "hyp_": the hypervisor's part alone


def _document(name: str) -> dict:
    return tomllib.loads(program.data(f"reports/{name}.toml").read_text())


def _rows(rows: list[dict]) -> Iterator[Row]:
    operations = {row["scenario"]: row["operation"] for row in _document("tables/overheads")["row"]}
    for row in rows:
        yield Row(**{"operation": operations.get(row["scenario"]), **row})


_DATA = _document("whatif")
FEATURES = tuple(Feature(**{**feature, "not_for": tuple(feature.get("not_for", ()))}) for feature in _DATA["feature"])
ROWS = tuple(_rows(_DATA["row"]))
_LMBENCH = _document("tables/lmbench-minios")
MINIOS = _LMBENCH["pure"]
MINIOS_SUM = "minios: each once"
MINIOS_HEAD = "minios, 12 ops"
UNITS = ("instructions", "cycles")

NOTE = """One operation, the guest's part and the hypervisor's (irq: the hypervisor's alone); medians. "all of them" is pure; the other
lines are the additional cost of the same guest, with the same console, under a build of pure that leaves the feature unused.
minios: its twelve operations of lmbench, each once. ~: the instructions are the same, the cycles differ by the places of code
and data in caches. docs/whatif.md describes the builds."""


def _of_minios(samples) -> dict[str, tuple[int, int]]:
    operations, repetitions = [(row["label"], row["n"]) for row in _LMBENCH["row"]], _LMBENCH["repetitions"]
    pairs = samples[["instructions", "ticks"]].to_numpy().reshape(len(operations), repetitions, 2, 2)
    costs = {}
    for (label, n), of_operation in zip(operations, pairs):
        more = (of_operation[:, 1] - of_operation[:, 0]) / n
        costs[f"minios: {label}"] = tuple(round(statistics.median(more[:, unit])) for unit in range(2))
    costs[MINIOS_SUM] = tuple(map(sum, zip(*costs.values())))
    return costs


def _costs(scenario: str, hypervisor: str, timing: str) -> tuple[dict[str, tuple[int, int]], str]:
    """Instructions and cycles of the operations of a scenario under a hypervisor, and the console."""
    result = run(scenario, {"image.0.file": f"guest/{hypervisor}.elf"}, timing=timing)
    residue = result.ledger[result.ledger["world"] == "residue"][["instructions", "ticks"]]
    if residue.to_numpy().any():
        raise Disagreement(f"{scenario} under {hypervisor}: the accounts do not add up to the machine's totals")
    samples = result.samples[result.samples["measured"] == 1]
    if scenario == MINIOS:
        return _of_minios(samples), result.console
    row = next(r for r in ROWS if r.scenario == scenario)
    cost = tuple(statistics.median_low(samples[row.part + unit]) // row.per_sample for unit in ("instructions", "ticks"))
    return {row.operation: cost}, result.console


def _measure(job) -> tuple[dict, str]:
    """As _costs; without costs and with the reason where the run did not end well."""
    try:
        return _costs(*job)
    except Disagreement:
        raise
    except VtollError as error:
        return {}, str(error)


class WhatIf:
    """The measured worth of features: prints as a screen of text, has its rows as a frame."""

    def __init__(self, frame: pandas.DataFrame, timing: str):
        self.frame = frame
        self.timing = timing

    def _matrix(self, unit: str) -> dict:
        columns = [(r.operation, r.head) for r in ROWS] + [(MINIOS_SUM, MINIOS_HEAD)]
        first = self.frame.drop_duplicates("row").set_index("row")
        rows = [["all of them", ""] + [f"{first[f'{unit}_with'][operation]:,}" for operation, _ in columns]]
        for feature, of_feature in self.frame.groupby("feature", sort=False):
            of_feature = of_feature.set_index("row")
            rows.append([feature, of_feature["without"].iloc[0]] + [_cell(of_feature.loc[operation], unit) for operation, _ in columns])
        return rendering.grid(["feature", "without it"], [head for _, head in columns], rows)

    def _bars(self, width: int = 20) -> dict:
        bars = []
        for feature, rows in self.frame[self.frame["status"] == "measured"].groupby("feature", sort=False):
            share = 100 * rows["cycles_worth"] / rows["cycles_with"]
            dearest = share.abs().where(rows["instructions_worth"] != 0, 0).idxmax()
            for index in dict.fromkeys((dearest, rows.index[rows["row"] == MINIOS_SUM][0])):
                bars.append((feature if index == dearest else "", rows["row"][index], share[index]))
        longest = max((abs(share) for *_, share in bars), default=0) or 1
        rows = [[feature, row, "█" * round(width * abs(share) / longest), f"{share:+.1f}"] for feature, row, share in bars]
        return rendering.grid(["feature", "row", ""], ["cycles %"], rows)

    def layout(self) -> dict:
        """A screen: instructions, cycles, bars."""
        def section(heading, grid, after=()):
            return {"heading": heading, "before": [], "grid": grid, "after": list(after)}
        reasons = self.frame[self.frame["status"] == "not measured"].drop_duplicates(["feature", "reason"])
        notes = [f"{r.feature}, {r.row}: not measured: {r.reason}" for r in reasons.itertuples()]
        return rendering.layout(
            f"Worth of each hardware feature: the additional cost of an operation without it, by '{self.timing}'",
            [section("instructions", self._matrix("instructions")), section("cycles", self._matrix("cycles")),
             section("cycles without it: where it tells most, and minios", self._bars()), section("", None, [*notes, " ".join(NOTE.split())])])

    def to_text(self) -> str:
        """As it is printed to a file."""
        return rendering.text(self.layout())

    def plot(self, file: str | os.PathLike) -> None:
        """A panel for each row, a bar for each feature: cycles that an operation costs more without it."""
        import matplotlib
        from matplotlib.figure import Figure
        shown = [r.operation for r in ROWS] + [MINIOS_SUM]
        figure = Figure(figsize=(13, 8), layout="constrained")
        panels = figure.subplots(3, 3, sharey=True)
        for panel, row in zip(panels.flat, shown):
            rows = self.frame[self.frame["row"] == row]
            worth = rows["cycles_worth"].astype(float)
            bars = panel.barh(rows["feature"], worth.fillna(0), color=["#b5452c" if w > 0 else "#3b6ea5" for w in worth])
            panel.bar_label(bars, [f"{w:+,.0f}" if w == w else s for w, s in zip(worth, rows["status"])], padding=3, fontsize=8)
            panel.set_title(f"{row} ({rows['cycles_with'].iloc[0]:,} cycles)", fontsize=9)
            panel.margins(x=0.25)
            panel.axvline(0, color="black", linewidth=0.6)
        panels[0, 0].invert_yaxis()
        figure.suptitle(f"Cycles an operation costs more without a hardware feature, by '{self.timing}'")
        picture = io.StringIO()
        with matplotlib.rc_context({"svg.hashsalt": "vtoll"}):  # the same bytes each time
            figure.savefig(picture, format="svg", metadata={"Date": None})
        if hasattr(file, "write"):
            file.write(picture.getvalue())
        else:
            files.put(picture.getvalue(), file, files.PICTURE)

    def __str__(self):
        return self.to_text()

    __repr__ = __str__


def _cell(row, unit: str) -> str:
    if row["status"] != "measured":
        return {"n/a": "n/a", "not measured": "none"}[row["status"]]
    worth = row[f"{unit}_worth"]
    return ("~" if row["instructions_worth"] == 0 and worth else "") + (f"{worth:+,}" if worth else "0")


def _rows_of(feature: Feature, scenario: str, base, alternative) -> list[dict]:
    (with_it, console), (without_it, other_console) = base, alternative
    rows = []
    for operation, costs in with_it.items():
        row = {"feature": feature.name, "without": feature.without, "hypervisor": f"{feature.hypervisor}.elf", "row": operation,
               "scenario": scenario, "status": "measured", "reason": ""}
        others = without_it.get(operation)
        if operation in feature.not_for:
            row |= {"status": "n/a", "reason": "the operation makes no use of it"}
            others = None
        elif others is None:
            row |= {"status": "not measured", "reason": other_console}
        elif console != other_console:
            raise Disagreement(f"{scenario} under {feature.hypervisor}: the console differs from that under pure")
        for unit, index in zip(UNITS, range(2)):
            row[f"{unit}_with"] = costs[index]
            row[f"{unit}_without"] = others[index] if others else None
            row[f"{unit}_worth"] = others[index] - costs[index] if others else None
        rows.append(row)
    return rows


def _chosen(names: Sequence[str] | None) -> tuple[Feature, ...]:
    known = [feature.name for feature in FEATURES]
    for name in names or ():
        if name not in known:
            raise UsageError(f"{name}: no such feature{errors.did_you_mean(name, known)}; expected one of {', '.join(known)}")
    return tuple(feature for feature in FEATURES if not names or feature.name in names)


def whatif(scenario=None, *, parts: Sequence[str] | None = None, exit: str | None = None, whole: bool = False,
           placements: int | None = None, features: Sequence[str] | None = None, timing: str | None = None,
           jobs: int | None = None, progress: Callable[[str], None] | None = None):
    """What is worth what, by running without it: `vtoll whatif`.

    With a `scenario` (a :class:`Scenario`, its name or file, or a run directory): what the parts of its machine are worth,
    as a :class:`vtoll.parts.PartsWorth`. `parts`: names of some ("tlb", "caches" ...), all without it. `exit`: what they
    are worth to one exit of this kind, as `vtoll exits` calls it. `whole`: the whole run, although it has markers.
    `placements`: of memory in the caches, over which figures are means.

    Without: the rows of the overheads table and minios under `pure` and under its builds that leave one feature of the
    hardware unused, as a :class:`WhatIf`. `features`: names of some, all without it. Raises Disagreement when a guest says
    something else without a feature, or books do not add up.

    `timing`: a model's name or a price table, cortex-a15 without it (a scenario's own, where it names one). `jobs`: runs
    at a time, default one per processor of the host.
    """
    if scenario is not None:
        from vtoll import parts as of_machine
        if features:
            raise UsageError("features are those of pure; expected no scenario beside them")
        return of_machine.worth(scenario, parts=parts, exit=exit, whole=whole, timing=timing, jobs=jobs, placements=placements)
    if parts or exit or whole or placements:
        raise UsageError("parts, exit, whole and placements are of a scenario; expected one")
    return _of_features(features, timing or "cortex-a15", jobs, progress)


def _of_features(features: Sequence[str] | None, timing: str, jobs: int | None,
                 progress: Callable[[str], None] | None) -> WhatIf:
    chosen = _chosen(features)
    scenarios = [MINIOS] + [row.scenario for row in ROWS]  # the longest first
    jobs_to_do = [(s, h, timing) for s in scenarios for h in ("pure", *(f.hypervisor for f in chosen))]
    measured = {}
    with concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count() or 1) as executor:  # each waits for a process
        pending = {executor.submit(_measure, job): job for job in jobs_to_do}
        try:
            for done, future in enumerate(concurrent.futures.as_completed(pending), 1):
                scenario, hypervisor, _ = pending[future]
                measured[scenario, hypervisor] = future.result()
                if progress:
                    progress(f"run {done} of {len(pending)}: {scenario} under {hypervisor}")
        except BaseException:
            executor.shutdown(cancel_futures=True)
            raise
    for scenario in scenarios:
        if not measured[scenario, "pure"][0]:
            raise VtollError(f"{scenario} under pure: {measured[scenario, 'pure'][1]}")
    rows = []
    for feature in chosen:
        for scenario in [row.scenario for row in ROWS] + [MINIOS]:
            rows += _rows_of(feature, scenario, measured[scenario, "pure"], measured[scenario, feature.hypervisor])
    numbers = [f"{unit}_{column}" for unit in UNITS for column in ("with", "without", "worth")]
    frame = pandas.DataFrame(rows)
    frame[numbers] = frame[numbers].astype("Int64")
    return WhatIf(frame, timing)
