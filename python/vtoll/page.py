# SPDX-License-Identifier: Apache-2.0
"""One page about finished runs: what they cost, where it went, against what has been published, and where it all comes from.

The page needs nothing but itself: no script, no font, no picture of elsewhere, no clock. The same runs give the same bytes.
"""
from __future__ import annotations

import json
import pathlib
import re
import tempfile
from collections import defaultdict
from collections.abc import Sequence

from vtoll import pictures, program, rendering
from vtoll.errors import InvalidInput, VtollError
from vtoll.pictures import Picture, grouped, rounded, short
from vtoll.recording import Recording
from vtoll.result import Result

MOST_CLASSES, MOST_FUNCTIONS, MOST_ANATOMIES, COLUMNS = 16, 20, 3, 150


class Run:
    """A run with what the page calls it, and its numbers as the pictures want them."""

    def __init__(self, result: Result, label: str, number: int):
        self.result, self.label = result, label
        self.klass = f"run{number % pictures.RUN_COLOURS}"
        self.document = result.document
        self.config, self.manifest = result.config, result.manifest
        ledger = result.ledger
        self.residue = int(ledger[ledger["world"] == "residue"][["instructions", "ticks"]].abs().to_numpy().sum())
        self.ledger = ledger[ledger["world"] != "residue"]
        self.instructions, self.ticks = (int(self.ledger[unit].sum()) for unit in ("instructions", "ticks"))
        self.asleep = int(self.ledger.loc[self.ledger["world"] == "idle", "ticks"].sum())
        self.hz = self.document["timing"]["clock_hz"]
        self.recording = Recording.of(result.folder)

    @property
    def busy(self) -> int:
        return self.ticks - self.asleep

    def share(self, ticks: float) -> float:
        return ticks / self.busy if self.busy else 0.0

    def ticks_of(self, world: str) -> int:
        return int(self.ledger.loc[self.ledger["world"] == world, "ticks"].sum())

    @property
    def exits(self) -> tuple[int, int]:
        """Number and ticks of the exits to the hypervisor."""
        episodes = self.result.episodes.query("world == 'hypervisor'")
        return int(episodes["count"].sum()), int((episodes["count"] * episodes["ticks"]).sum())

    def classes(self) -> dict[tuple[str, str], list[tuple[int, int]]]:
        """Ticks and counts of the episodes by (world, cause)."""
        found = defaultdict(list)
        for world, cause, ticks, count in self.result.episodes[["world", "cause", "ticks", "count"]].itertuples(index=False):
            found[world, cause].append((int(ticks), int(count)))
        return found


def label_all(results: Sequence[Result]) -> list[Run]:
    """Scenario's names; with the timing model, then the folder, where that is not enough."""
    names = [r.document["scenario"] for r in results]
    if len(set(names)) < len(names):
        names = [f"{name}, {r.timing}" for name, r in zip(names, results)]
    if len(set(names)) < len(names):
        names = [f"{name} ({r.folder.name})" for name, r in zip(names, results)]
    if len(set(names)) < len(names):
        names = [f"{n}: {name}" for n, name in enumerate(names, 1)]
    return [Run(result, name, number) for number, (result, name) in enumerate(zip(results, names))]


def observed(pairs: Sequence[tuple[int, int]]) -> tuple[int, int, int, int, int]:
    """n, minimum, median, 95th percentile, maximum: observed values, nearest rank, as the program has them."""
    pairs = sorted(pairs)
    n = sum(count for _, count in pairs)

    def quantile(per_cent: int) -> int:
        rank, seen = max(1, -(-n * per_cent // 100)), 0
        for value, count in pairs:
            seen += count
            if seen >= rank:
                return value
        raise AssertionError("no values")

    return n, pairs[0][0], quantile(50), quantile(95), pairs[-1][0]


def words(runs: Sequence[Run], axis: str) -> dict[str, dict]:
    """The legend of an axis of the books, as the run directories carry it."""
    return {name: entry for run in runs for name, entry in run.result.words[axis].items()}


def percent(value: float) -> str:
    return f"{rounded(100 * value)} %"


def used_stalls(runs: Sequence[Run]) -> list[str]:
    return [s for s in words(runs, "stalls") if any((run.ledger.loc[run.ledger["stall"] == s, "ticks"] > 0).any() for run in runs)]


def cpi_stacks(runs: Sequence[Run]) -> Picture:
    rows = []
    known = words(runs, "stalls")
    for run in runs:
        awake = run.ledger[run.ledger["world"] != "idle"]
        if len(runs) > 1:
            rows.append((run.label, [], ""))
        for world, accounts in [("all worlds", awake)] + [(w, awake[awake["world"] == w]) for w in words(runs, "worlds")]:
            instructions = int(accounts["instructions"].sum())
            if not instructions:
                continue
            by_stall = accounts.groupby("stall")["ticks"].sum()
            parts = [(f"stall-{s}", s, by_stall[s] / instructions) for s in known if by_stall.get(s, 0) > 0]
            rows.append((world, parts, rounded(accounts['ticks'].sum() / instructions)))
    kinds = [(f"stall-{s}", s) for s in used_stalls(runs) if s != "sleep"]
    return pictures.stacked_bars("Ticks per instruction, by what they went to", rows, "ticks per instruction", kinds, rounded).named("stalls")


def exit_stalls(runs: Sequence[Run]) -> Picture | None:
    """What a mean exit of each of the dearest kinds waits for; None where the models tell no stalls apart."""
    rows = []
    known = words(runs, "stalls")
    for run in runs:
        kinds = defaultdict(dict)
        exits = {}
        for row in json.loads(program.call(["exits", run.result.folder, "--by", "stall", "--format", "json"]))["rows"]:
            if row["mean"] is not None:  # of exits that were seen to their end
                kinds[row["exit"]][row["stall"]] = row["mean"]
                exits[row["exit"]] = row["exits"]
        if len(runs) > 1 and kinds:
            rows.append((run.label, [], ""))
        dearest = sorted(kinds, key=lambda exit: (-sum(kinds[exit].values()) * exits[exit], exit))[:MOST_CLASSES]
        for exit in dearest:
            parts = [(f"stall-{s}", s, kinds[exit][s]) for s in known if kinds[exit].get(s)]
            rows.append((exit, parts, grouped(sum(value for *_, value in parts))))
    if not any(parts for _, parts, _ in rows):
        return None
    used = {klass for _, parts, _ in rows for klass, *_ in parts}
    kinds_used = [(f"stall-{s}", s) for s in known if f"stall-{s}" in used]
    return pictures.stacked_bars("Ticks of a mean exit, by what they went to", rows, "ticks of one exit", kinds_used, grouped).named("exits")


def causes_in_order(runs: Sequence[Run], world: str) -> list[str]:
    """Causes in a world, the dearest over all runs first."""
    sums = defaultdict(float)
    for run in runs:
        for cause, ticks in run.ledger[run.ledger["world"] == world].groupby("cause")["ticks"].sum().items():
            sums[cause] += run.share(ticks)
    return [c for c, share in sorted(sums.items(), key=lambda item: (-item[1], item[0])) if share > 0]


def cause_name(runs: Sequence[Run], cause: str) -> str:
    return cause if cause and cause != "none" else words(runs, "causes")["none"]["title"]


def class_name(runs: Sequence[Run], world: str, cause: str) -> str:
    return f"{world}: {cause_name(runs, cause)}"


def worlds(runs: Sequence[Run]) -> Picture:
    known = words(runs, "worlds")
    rows = [(run.label, [(f"world-{w}", w, 100 * run.ticks_of(w) / run.ticks) for w in known if run.ticks_of(w)],
             f"{short(run.ticks)} ticks") for run in runs if run.ticks]
    kinds = [(f"world-{w}", w) for w in known if any(run.ticks_of(w) for run in runs)]
    return pictures.stacked_bars("Ticks by world", rows, "share of all ticks, %", kinds, rounded, 100).named("worlds")


def causes(runs: Sequence[Run]) -> Picture | None:
    order = causes_in_order(runs, "hypervisor")
    if not order:
        return None
    named = {cause: f"cause{min(n, 9)}" for n, cause in enumerate(order)}
    rows = []
    for run in runs:
        by_cause = run.ledger[run.ledger["world"] == "hypervisor"].groupby("cause")["ticks"].sum()
        parts = [(named[c], cause_name(runs, c), 100 * run.share(by_cause[c])) for c in order if by_cause.get(c, 0) > 0]
        rows.append((run.label, parts, percent(run.share(by_cause.sum()))))
    kinds = [(named[c], cause_name(runs, c)) for c in order[:9]]
    if len(order) > 9:
        kinds.append(("cause9", "other"))
    return pictures.stacked_bars("The hypervisor's ticks, by what it was entered for", rows, "share of the ticks awake, %", kinds, rounded).named("causes")


def distributions(runs: Sequence[Run]) -> tuple[Picture | None, int]:
    """The picture, and how many classes it leaves out: the cheapest."""
    found = [run.classes() for run in runs]
    totals = defaultdict(float)
    for run, classes in zip(runs, found):
        for kind, pairs in classes.items():
            totals[kind] += run.share(sum(v * n for v, n in pairs))
    order = sorted(totals, key=lambda kind: (-totals[kind], kind))
    rows = []
    for world, cause in order[:MOST_CLASSES]:
        lanes = [(run.klass, classes[world, cause], observed(classes[world, cause]))
                 for run, classes in zip(runs, found) if (world, cause) in classes]
        rows.append((class_name(runs, world, cause), lanes))
    if not rows:
        return None, 0
    kinds = [(run.klass, run.label) for run in runs] if len(runs) > 1 else []
    picture = pictures.distributions("Ticks of an episode, by class", rows, "ticks of one episode", kinds)
    return picture.named("episodes"), max(0, len(order) - MOST_CLASSES)


def occurrences(run: Run) -> Picture | None:
    """From the first to the last of each class."""
    episodes = run.result.episodes
    if episodes.empty:
        return None
    spans = episodes.groupby(["world", "cause"], sort=False).agg(first=("first_tick", "min"), last=("last_tick", "max"), n=("count", "sum"))
    rows = []
    for (world, cause), first, last, n in sorted(spans.itertuples(), key=lambda r: (r.first, r.last, r.Index)):
        rows.append((class_name([run], world, cause), f"world-{world}", int(first), int(last), f"{grouped(n)} ×"))
    markers = []
    for option, tick in run.result.markers.drop_duplicates("option")[["option", "ticks"]].itertuples(index=False):
        if option in (1, 2):
            markers.append((int(tick), f"DBG #{option}"))
    low = min([r[2] for r in rows] + [m[0] for m in markers])
    rows = [(name, klass, first - low, last - low, after) for name, klass, first, last, after in rows]
    markers = [(tick - low, name) for tick, name in markers]
    high = max([r[3] for r in rows] + [m[0] for m in markers])
    return pictures.bands(f"{run.label}: when each class of episode occurred", rows, markers, 0, max(high, 1),
                          "ticks since the first of these").named("occurrences")


def activity(run: Run) -> Picture | None:
    """Who ran when, and how often the privilege level changed, over what was recorded of all processors."""
    if not run.recording or not run.recording.whole:
        return None
    recorded = {cpu: run.recording.intervals(cpu) for cpu in run.recording.whole}
    every = [i for intervals in recorded.values() for i in intervals]
    if not every:
        return None
    first, last = min(i.begin for i in every), max(i.end for i in every)
    step = max(-(-(last - first) // COLUMNS), 1)
    columns = (last - first) // step + 1
    ticks, crossings = [defaultdict(int) for _ in range(columns)], [0] * columns
    for i in every:
        at = i.begin
        while at < i.end:
            column = (at - first) // step
            end = min(i.end, first + (column + 1) * step)
            ticks[column][i.world] += end - at
            at = end
    for intervals in recorded.values():
        for a, b in zip(intervals, intervals[1:]):
            if a.world != b.world and "idle" not in (a.world, b.world):
                crossings[(b.begin - first) // step] += 1
    known = words([run], "worlds")
    bins = [([(f"world-{w}", w, by_world[w] / sum(by_world.values())) for w in known if by_world[w]], count)
            for by_world, count in zip(ticks, crossings)]
    kinds = [(f"world-{w}", w) for w in known if any(t[w] for t in ticks)]
    return pictures.columns(f"{run.label}: who ran when", bins, 0, columns * step, "ticks since the record begins", kinds,
                            "crossings in a column").named("activity")


def anatomies(run: Run) -> list[tuple[str, Picture]]:
    """One episode of each of the dearest kinds of exit, interval by interval: the recorded one of median length."""
    if not run.recording or not run.recording.whole:
        return []
    kinds = defaultdict(list)
    intervals = {cpu: run.recording.intervals(cpu) for cpu in run.recording.whole}
    for cpu in run.recording.whole:
        for e in run.recording.episodes(cpu):
            if e.returned and e.world == "hypervisor" and e.first > 0 and e.after < len(intervals[cpu]):
                kinds[e.what].append((e.end - e.begin, cpu, e))
    dearest = sorted(kinds, key=lambda what: (-sum(each[0] for each in kinds[what]), what))[:MOST_ANATOMIES]
    found: list[tuple[str, Picture]] = []
    klass: dict[str, str] = {}  # a phase has one colour in all of them
    for what in dearest:
        chosen = sorted(kinds[what], key=lambda each: (each[0], each[1], each[2].number))
        _, cpu, episode = chosen[(len(chosen) - 1) // 2]
        found.append((f"{what}: {grouped(episode.end - episode.begin)} ticks, the median of {grouped(len(chosen))} recorded",
                      anatomy(run, what, intervals[cpu], episode, klass).named(f"exit-{len(found) + 1}")))
    return found


def anatomy(run: Run, what: str, intervals, episode, klass: dict[str, str]) -> Picture:
    pad = max(4, round(0.12 * (episode.end - episode.begin)))
    first, last = episode.begin - pad, episode.end + pad
    shown = [i for i in intervals[max(0, episode.first - 40):episode.after + 40] if i.end > first and i.begin < last and i.end > i.begin]
    levels = [w for w, entry in words([run], "worlds").items() if entry["privilege"] is not None and any(i.world == w for i in shown)]
    phases = list(dict.fromkeys(i.phase for i in shown if i.world == "hypervisor" and i.phase))
    for phase in phases:
        klass.setdefault(phase, f"cause{min(len(klass), 9)}")
    trap = episode.begin

    def clipped(i):
        return max(i.begin, first) - trap, min(i.end, last) - trap

    tracks = [(w, [(*clipped(i), klass.get(i.phase, f"world-{w}") if w == "hypervisor" else f"world-{w}",
                            i.phase or ("" if w == "hypervisor" else w),
                            f"{i.phase or w}{', ' + i.function if i.function else ''}: {grouped(i.end - i.begin)} ticks, "
                            f"{grouped(i.instructions)} instructions") for i in shown if i.world == w]) for w in levels]
    if any(i.function for i in shown):
        pieces = []
        for i in shown:
            begin, end = clipped(i)
            if i.function and pieces and pieces[-1][3] == i.function and pieces[-1][1] == begin:
                pieces[-1] = (pieces[-1][0], end, *pieces[-1][2:])
            elif i.function:
                pieces.append((begin, end, "function", i.function, i.function))
        tracks.append(("function", pieces))
    place = {w: n for n, w in enumerate(levels)}
    crossings = [(b.begin - trap, place[a.world], place[b.world]) for a, b in zip(shown, shown[1:])
                 if a.world != b.world and a.world in place and b.world in place and first <= b.begin <= last]
    legend = [(f"world-{w}", w) for w in levels if w != "hypervisor" or not phases] + [(klass[p], p) for p in phases]
    return pictures.lanes(what, tracks, crossings, first - trap, last - trap, "ticks since the trap", legend)


def functions(run: Run) -> list[dict] | None:
    """The dearest functions; None when they were not recorded."""
    if not run.recording or not run.recording.has_functions:
        return None
    phases = words([run], "phases")
    sums = defaultdict(lambda: [0, 0])
    for _, _, world, _, _, _, phase, image, function, instructions, ticks in run.recording.functions():
        if world == "idle":
            continue
        hardware = bool(phase) and phases[phase]["hardware"]
        key = (world, "" if hardware else image, "exception entry and return" if hardware else function)
        sums[key][0] += instructions
        sums[key][1] += ticks
    rows = [{"world": world, "image": image, "function": function, "instructions": i, "ticks": t, "share": run.share(t)}
            for (world, image, function), (i, t) in sums.items()]
    rows.sort(key=lambda r: (-r["ticks"], r["world"], r["image"], r["function"]))
    return rows[:MOST_FUNCTIONS]


def if_free(runs: Sequence[Run]) -> list[tuple[str, list[tuple[str, list[float | None]]]]]:
    """Headed rows: what would be saved, as shares of the ticks awake, by run; None where the run can't tell."""
    stalls = [s for s in used_stalls(runs) if s not in ("issue", "sleep")]
    rows = []
    known = words(runs, "stalls")
    for s in stalls:
        saved = [run.share(run.ledger.loc[run.ledger["stall"] == s, "ticks"].sum()) for run in runs]
        rows.append((s, [None if known[s]["core"] and run.document["timing"]["model"] in ("functional", "weights") else share
                                 for run, share in zip(runs, saved)]))
    entries = []
    for c in causes_in_order(runs, "hypervisor"):
        if c not in ("none", ""):
            entries.append((cause_name(runs, c), [
                run.share(run.ledger[(run.ledger["world"] == "hypervisor") & (run.ledger["cause"] == c)]["ticks"].sum()) for run in runs]))
    return [(heading, found) for heading, found in (("what the machine waits for", rows), ("what the hypervisor is entered for", entries)) if found]


def published(names: Sequence[str], timing: str) -> list[dict]:
    """The program's tables: their sections, and a picture where rows have published cycles."""
    found = []
    for name in names:
        with tempfile.TemporaryDirectory(prefix="vtoll-") as folder:
            file = pathlib.Path(folder, "table.json")
            layout = json.loads(program.call(["tables", name, "--timing", timing, "-q", "--format", "layout", "--json", file]))
            document = json.loads(file.read_text())
        found.append({**rendering.prepared(layout), "picture": overheads(document).named(f"table-{name}") if "other" in document else None})
    return found


def overheads(document: dict) -> Picture:
    name, other = (pathlib.Path(document[key]).stem for key in ("hypervisor", "other"))
    rows = []
    for row in document["rows"]:
        low, high = (row["published_other"][key] for key in ("cycles_low", "cycles_high"))
        measured_other = (row["other"] or {}).get("measured")
        rows.append((row["operation"], [
            ("published-other", f"{other}'s kind, published", (low, high) if low is not None else None),
            ("measured-other", f"{other}, measured", measured_other and measured_other["cycles"]["median"]),
            ("published", f"{name}'s kind, published", row["published"]["cycles"]),
            ("measured", f"{name}, measured", row["measured"] and row["measured"]["cycles"]["median"])]))
    kinds = [("published", f"published, of {name}'s kind"), ("measured", f"measured, {name}"),
             ("published-other", f"published, of {other}'s kind"), ("measured-other", f"measured, {other}")]
    return pictures.dumbbells(document["title"], rows, "cycles", kinds)


def models(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """Each timing model and what it says of itself."""
    found = []
    for name in dict.fromkeys(run.document["timing"]["model"].split(" [")[0] for run in runs):
        try:
            text = program.call(["models", "show", name]).strip()
        except VtollError as error:
            if name == "functional" or program.data(f"core/timing/profiles/{name}.toml").is_file():
                raise  # not the model's fault
            text = f"not known here: {error}"
        found.append((name, text))
    return found


def limits() -> list[str]:
    """The machine's, as README.md lists them."""
    text = program.data("README.md").read_text()
    section = re.search(r"^## Not modelled\n(.*?)^## ", text, re.M | re.S)
    items = re.findall(r"^- (.*?)(?=^- |\Z)", section[1], re.M | re.S)
    return [" ".join(item.replace("`", "").split()) for item in items]


def annotations(runs: Sequence[Run], names: Sequence[str]) -> list[tuple[Run, dict]]:
    """The exits or functions of these names, instruction by instruction: each run is run again for each."""
    return [(run, rendering.prepared(json.loads(program.call(["annotate", run.result.folder, name, "--format", "layout"]))))
            for name in names for run in runs]


def content(results: Sequence[Result], tables: Sequence[str] = (), title: str | None = None, annotate: Sequence[str] = ()) -> dict:
    """What the page says, by the names of its template. `tables`: published tables to measure with the first run's timing
    model. `annotate`: exits or functions to show instruction by instruction.
    """
    if not results:
        raise InvalidInput("nothing to report: expected at least one run")
    runs = label_all(results)
    timing = runs[0].config["timing"]["rung"]
    picture, left_out = distributions(runs)
    return {
        "title": title or " and ".join(dict.fromkeys(run.document["scenario"] for run in runs)), "runs": runs,
        "tables": published(tables, timing), "table_timing": timing, "worlds": worlds(runs), "causes": causes(runs),
        "cpi": cpi_stacks(runs), "exits": exit_stalls(runs), "distributions": picture, "left_out": left_out,
        "occurrences": [(run, occurrences(run), activity(run), anatomies(run)) for run in runs],
        "functions": [(run, functions(run)) for run in runs], "annotations": annotations(runs, annotate), "if_free": if_free(runs), "models": models(runs), "limits": limits(),
        "version": program.call(["version"]).strip().splitlines()[0]}


def page(content: dict) -> str:
    """The page as HTML."""
    environment = rendering.environment(grouped=grouped, percent=percent, short=short)
    return environment.get_template("report.html.j2").render(content, hues=pictures.HUES, hue_of=pictures.HUE_OF)


def gallery(content: dict) -> list[Picture]:
    """Its pictures, in order, with names of their own: of several runs, numbered by run."""
    found = [table["picture"] for table in content["tables"]] + [content[key] for key in ("worlds", "causes", "cpi", "exits", "distributions")]
    for number, (_, *pictures_of_run, parts) in enumerate(content["occurrences"], 1):
        suffix = f"-{number}" if len(content["occurrences"]) > 1 else ""
        found += [each and each.named(each.name + suffix) for each in (*pictures_of_run, *(picture for _, picture in parts))]
    return [each for each in found if each]
