# SPDX-License-Identifier: Apache-2.0
"""Pictures of a report as inline SVG. Colours are CSS classes, so that they follow the page's light, dark and print styles."""
from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

WIDTH = 960
RUN_COLOURS = 6
#: Okabe and Ito's colours, and Paul Tol's, on a light and on a dark page: told apart by people who see fewer.
HUES = {
    "blue": ("#0072b2", "#2f86c6"), "sky": ("#56b4e9", "#8fcdf1"), "green": ("#009e73", "#009e73"), "yellow": ("#f0e442", "#f0e442"),
    "orange": ("#e69f00", "#e69f00"), "pink": ("#cc79a7", "#cc79a7"), "wine": ("#882255", "#c05a8c"), "teal": ("#117733", "#117733"),
    "red": ("#d55e00", "#d55e00"), "indigo": ("#332288", "#8277d6"), "grey": ("#8c8c8c", "#8c8c8c"), "pale": ("#c9c9c9", "#55585d"),
    "quiet": ("#5c5c5c", "#a5a3a0"),
}
#: of the classes of elements
HUE_OF = {
    **{f"run{n}": hue for n, hue in enumerate(("blue", "orange", "green", "pink", "indigo", "grey"))},
    **{f"cause{n}": hue for n, hue in enumerate(("red", "orange", "yellow", "green", "sky", "pink", "wine", "indigo", "grey", "pale"))},
    "world-user": "sky", "world-kernel": "blue", "world-hypervisor": "red", "world-idle": "pale", "world-host-user": "yellow",
    "world-host-kernel": "orange",
    "stall-issue": "blue", "stall-dependency": "sky", "stall-fetch": "green", "stall-data": "yellow", "stall-memory": "orange",
    "stall-walk-stage1": "pink", "stall-walk-stage2": "wine", "stall-mispredict": "red", "stall-system": "teal",
    "stall-device": "grey", "stall-exception": "indigo", "stall-sleep": "pale",
    "function": "pale", "counted": "quiet", "measured": "blue", "measured-other": "orange", "published": "blue", "published-other": "orange",
}


def grouped(value: float) -> str:
    """Thousands apart, by a narrow space that does not break."""
    return f"{value:,.0f}".replace(",", "\u202f")


def rounded(value: float, digits: int = 3) -> str:
    """To so many significant digits, without an exponent."""
    return f"{Decimal(f'{value:.{digits}g}'):f}"


def short(value: float) -> str:
    """1 200 000 -> 1.2M."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{rounded(value / limit)}{unit}"
    return rounded(value)


def text_width(text: str) -> float:
    """About what a sans-serif face of 12 needs: what a page can't measure without a script."""
    return sum(4.2 if c in "iljtfrI.,:;'|()[]- " else 10.5 if c in "mwMW%" else 7.4 for c in text)


class Picture:
    """Elements of an SVG of fixed width, `title` for those who can't see it.

    `name`: of its file, when it has one. `heads`, `data`: what it shows, as a table.
    """

    def __init__(self, title: str, heads: Sequence[str]):
        self.title, self.heads = title, tuple(heads)
        self.name, self.height = "", 0.0
        self.data: list[tuple] = []
        self.elements: list[str] = []

    def named(self, name: str) -> Picture:
        self.name = name
        return self

    def add(self, name: str, klass: str = "", tip: str = "", text: str | None = None, **attributes):
        words = [name] + ([f'class="{klass}"'] if klass else [])
        words += [f'{key.replace("_", "-")}="{self._value(value)}"' for key, value in attributes.items()]
        inside = (f"<title>{html.escape(tip)}</title>" if tip else "") + (html.escape(text) if text is not None else "")
        self.elements.append(f"<{' '.join(words)}>{inside}</{name}>" if inside else f"<{' '.join(words)}/>")

    @staticmethod
    def _value(value) -> str:
        return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else html.escape(str(value))

    def rect(self, x, y, width, height, klass, tip=""):
        self.add("rect", klass, tip, x=float(x), y=float(y), width=float(width), height=float(height))

    def line(self, x1, y1, x2, y2, klass, tip=""):
        self.add("line", klass, tip, x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2))

    def text(self, x, y, text, klass="", anchor="start"):
        self.add("text", klass, text=text, x=float(x), y=float(y), text_anchor=anchor)

    def svg(self, attributes: str = "", before: str = "") -> str:
        """`attributes` of the outermost element, and elements in front of the picture's own."""
        return (f'<svg{attributes} viewBox="0 0 {WIDTH} {self.height:.0f}" width="{WIDTH}" height="{self.height:.0f}" role="img" '
                f'aria-label="{html.escape(self.title)}">' + before + "".join(self.elements) + "</svg>")

    def __html__(self):
        """In a page, whose style sheet colours it."""
        return self.svg()


class Axis:
    """Positions of values between `left` and `right`; with `log` those must be positive."""

    def __init__(self, left: float, right: float, low: float, high: float, log: bool = False):
        self.left, self.right, self.log = left, right, log
        if log:
            self.low, self.high = math.log10(low), math.log10(high)
            if self.high - self.low < 0.3:
                self.low, self.high = self.low - 0.15, self.high + 0.15
        else:
            self.low, self.high = low, high if high > low else low + 1

    def __call__(self, value: float) -> float:
        v = math.log10(value) if self.log else value
        return self.left + (self.right - self.left) * (v - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        if not self.log:
            return nice_ticks(self.low, self.high)
        for steps in ((1,), (1, 3), (1, 2, 5)):
            found = [m * 10**e for e in range(math.floor(self.low), math.ceil(self.high) + 1) for m in steps
                     if self.low - 1e-9 <= math.log10(m * 10**e) <= self.high + 1e-9]
            if len(found) >= 3:
                return found
        return nice_ticks(10**self.low, 10**self.high)  # within a decade

    def draw(self, picture: Picture, top: float, bottom: float, label: str, form: Callable[[float], str] = short):
        for value in self.ticks():
            x = self(value)
            picture.line(x, top, x, bottom, "grid")
            words = form(value)
            half = text_width(words) / 2
            picture.text(min(max(x, half), WIDTH - half), bottom + 16, words, "tick", "middle")
        picture.line(self.left, bottom, self.right, bottom, "axis")
        picture.text((self.left + self.right) / 2, bottom + 34, label, "label", "middle")


def nice_ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    step = 10 ** math.floor(math.log10((high - low) / wanted))
    step = next(step * m for m in (1, 2, 2.5, 5, 10) if (high - low) / (step * m) <= wanted)
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


def _gutter(labels: Iterable[str], most: float = 330) -> float:
    return min(most, max((text_width(each) for each in labels), default=0) + 14)


def _fitted(label: str, width: float) -> str:
    if text_width(label) <= width - 13:
        return label
    while text_width(label) > width - 22:
        label = label[:-1]
    return label.rstrip() + "…"


def legend(picture: Picture, y: float, entries: Sequence[tuple[str, str]], left: float = 0) -> float:
    """Squares with names, broken into lines; the height they take."""
    x, top = left, y
    for klass, name in entries:
        need = 17 + text_width(name) + 18
        if x + need > WIDTH and x > left:
            x, y = left, y + 20
        picture.rect(x, y, 12, 12, klass)
        picture.text(x + 17, y + 10.5, name, "legend")
        x += need
    return y - top + 24


def stacked_bars(title: str, rows: Sequence[tuple[str, Sequence[tuple[str, str, float]], str]], label: str,
                 names: Sequence[tuple[str, str]], form: Callable[[float], str] = short, high: float | None = None) -> Picture:
    """A bar a row: its name, parts (class, name, value), and what stands behind it. A row without parts is a heading.

    `names`: class and name of every kind of part, for the legend.
    """
    bar, gap = 20, 8
    gutter = _gutter(name for name, _, _ in rows)
    right = WIDTH - _gutter(after for _, _, after in rows) - 4
    picture = Picture(title, ("group", "name", "part", label))
    top = legend(picture, 0, names, 0) + 6
    axis = Axis(gutter, right, 0, high or max((sum(v for _, _, v in parts) for _, parts, _ in rows), default=1) or 1)
    bottom = top + len(rows) * (bar + gap)
    axis.draw(picture, top, bottom, label, form)
    group = ""
    for n, (name, parts, after) in enumerate(rows):
        y = top + n * (bar + gap) + gap / 2
        picture.data += [(group, name, part, value) for _, part, value in parts]
        if not parts:
            group = name
            picture.text(0, y + 15, _fitted(name, right), "heading")
            continue
        picture.text(gutter - 8, y + 14.5, _fitted(name, gutter), "name", "end")
        at = 0.0
        for klass, part, value in parts:
            if value <= 0:
                continue
            x, width = axis(at), axis(at + value) - axis(at)
            picture.rect(x, y, width, bar, klass, f"{name}: {part} {form(value)}")
            if width > 34:
                picture.text(x + width / 2, y + 14.5, form(value), f"in {klass}", "middle")
            at += value
        picture.text(axis(at) + 6, y + 14.5, after, "value")
    picture.height = bottom + 42
    return picture


def dumbbells(title: str, rows: Sequence[tuple[str, Sequence[tuple[str, str, float | tuple[float, float] | None]]]], label: str,
              names: Sequence[tuple[str, str]]) -> Picture:
    """Marks of each row on a logarithmic axis: (class, name, value), a pair is a range, None is not there. 0 is at the left."""
    pitch = 26
    gutter = _gutter(name for name, _ in rows)
    values = [v for _, marks in rows for _, _, value in marks if value is not None
              for v in (value if isinstance(value, tuple) else (value,)) if v > 0]
    picture = Picture(title, ("name", "series", f"{label}, lowest", f"{label}, highest"))
    picture.data = [(name, what, *(value if isinstance(value, tuple) else (value, value)))
                    for name, marks in rows for _, what, value in marks if value is not None]
    top = legend(picture, 0, names, 0) + 6
    bottom = top + pitch * len(rows)
    zero = gutter + 16
    axis = Axis(zero + 34, WIDTH - 24, min(values, default=1) / 1.3, max(values, default=10) * 1.3, log=True)
    axis.draw(picture, top, bottom, label)
    picture.line(zero, top, zero, bottom, "grid")
    picture.text(zero, bottom + 16, "0", "tick", "middle")
    place = lambda v: axis(v) if v > 0 else zero
    for n, (name, marks) in enumerate(rows):
        y = top + n * pitch + pitch / 2
        picture.line(gutter, top + n * pitch, WIDTH, top + n * pitch, "rule")
        picture.text(gutter - 8, y + 4, _fitted(name, gutter), "name", "end")
        there = [place(v) for _, _, value in marks if value is not None for v in (value if isinstance(value, tuple) else (value,))]
        if len(there) > 1:
            picture.line(min(there), y, max(there), y, "joint")
        for klass, what, value in marks:
            if value is None:
                continue
            if isinstance(value, tuple) and value[0] != value[1]:
                a, b = place(value[0]), place(value[1])
                picture.add("rect", klass, f"{name}, {what}: {grouped(value[0])} to {grouped(value[1])}", x=min(a, b) - 4.0, y=y - 5.0,
                            width=abs(b - a) + 8.0, height=10.0, rx=5)
            else:
                single = value[0] if isinstance(value, tuple) else value
                picture.add("circle", klass, f"{name}, {what}: {grouped(single)}", cx=place(single), cy=y, r=5.5)
    picture.height = bottom + 42
    return picture


def distributions(title: str, rows: Sequence[tuple[str, Sequence[tuple[str, Sequence[tuple[int, int]], tuple]]]], label: str,
                  names: Sequence[tuple[str, str]]) -> Picture:
    """For each row a lane per run: (class, (value, count) pairs, (n, minimum, median, p95, maximum)).

    A lane is a histogram over equal steps of the logarithm, its highest bar as high as the lane; a line from the minimum
    to the maximum; marks at median and 95th percentile.
    """
    lane, pad, bins_per_decade = 24, 10, 32
    gutter = _gutter((name for name, _ in rows), 310)
    right = WIDTH - 190
    values = [v for _, lanes in rows for _, pairs, _ in lanes for v, _ in pairs if v > 0]
    picture = Picture(title, ("name", "run", label, "number"))
    runs = dict(names)
    picture.data = [(name, runs.get(klass, ""), *pair) for name, lanes in rows for klass, pairs, _ in lanes for pair in sorted(pairs)]
    top = legend(picture, 0, names, 0) + 6 if names else 16
    bottom = top + sum(pad + lane * len(lanes) for _, lanes in rows)
    axis = Axis(gutter, right, max(1, min(values, default=1)) / 1.15, max(values, default=10) * 1.15, log=True)
    axis.draw(picture, top, bottom, label)
    for x, head in ((right + 62, "number"), (right + 124, "median"), (right + 186, "p95")):
        picture.text(x, top - 3, head, "tick", "end")
    y = top
    for name, lanes in rows:
        picture.line(0, y, WIDTH, y, "rule")
        picture.text(gutter - 8, y + pad / 2 + lane * len(lanes) / 2 + 4, _fitted(name, gutter), "name", "end")
        y += pad / 2
        for klass, pairs, (n, low, median, p95, high) in lanes:
            bins: dict[int, int] = {}
            for value, count in pairs:
                if value > 0:
                    at = math.floor(math.log10(value) * bins_per_decade)
                    bins[at] = bins.get(at, 0) + count
            most = max(bins.values(), default=1)
            base = y + lane - 4
            for at, count in sorted(bins.items()):
                x = axis(10 ** (at / bins_per_decade))
                width = max(axis(10 ** ((at + 1) / bins_per_decade)) - x, 1)
                height = max((lane - 6) * count / most, 1)
                from_, to = 10 ** (at / bins_per_decade), 10 ** ((at + 1) / bins_per_decade)
                picture.rect(x, base - height, width, height, f"{klass} soft",
                             f"{name}: {grouped(count)} of {grouped(n)} in {math.ceil(from_)} to {math.ceil(to) - 1} ticks")
            if low > 0:
                picture.line(axis(low), base, axis(high), base, f"{klass} stroke thin")
            for value, reach, what in ((median, lane - 6, "median"), (p95, 8, "95th percentile")):
                if value > 0:
                    picture.line(axis(value), base - reach, axis(value), base + 2, f"{klass} stroke", f"{name}: {what} {grouped(value)}")
            for x, value in ((right + 62, n), (right + 124, median), (right + 186, p95)):
                picture.text(x, base, grouped(value) if value < 1e6 else short(value), "number", "end")
            y += lane
        y += pad / 2
    picture.height = bottom + 42
    return picture


def bands(title: str, rows: Sequence[tuple[str, str, float, float, str]], markers: Sequence[tuple[float, str]], first: float,
          last: float, label: str) -> Picture:
    """When things happened: (name, class, first tick, last tick, what stands behind); dashed lines at `markers`."""
    pitch, top = 20, 22
    gutter = _gutter((r[0] for r in rows), 310)
    right = WIDTH - _gutter(r[4] for r in rows)
    picture = Picture(title, ("name", f"first, {label}", f"last, {label}", "number"))
    picture.data = [(name, begin, end, after) for name, _, begin, end, after in rows] + [(name, at, at, "") for at, name in markers]
    axis = Axis(gutter, right, first, last)
    bottom = top + pitch * len(rows)
    axis.draw(picture, top, bottom, label)
    places = [axis(tick) for tick, _ in markers]
    for n, (_, name) in enumerate(markers):
        picture.line(places[n], top - 4, places[n], bottom, "marker", name)
        near = [places[n] - at for at in places if at != places[n] and abs(places[n] - at) < text_width(name) + 8]  # each goes to its side
        picture.text(places[n], top - 8, name, "tick", "middle" if not near else "start" if near[0] > 0 else "end")
    for n, (name, klass, begin, end, after) in enumerate(rows):
        y = top + n * pitch + pitch / 2
        picture.text(gutter - 8, y + 4, _fitted(name, gutter), "name", "end")
        picture.rect(axis(begin), y - 4, max(axis(end) - axis(begin), 2), 8, klass, f"{name}: from {grouped(begin)} to {grouped(end)}")
        picture.text(right + 8, y + 4, after, "value")
    picture.height = bottom + 42
    return picture


def columns(title: str, bins: Sequence[tuple[Sequence[tuple[str, str, float]], int]], first: float, last: float, label: str,
            names: Sequence[tuple[str, str]], counted: str) -> Picture:
    """Equal parts of a time: each a stack of shares (class, name, share), with a count that has a strip of its own above."""
    gutter, strip, body = 60, 46, 110
    picture = Picture(title, (f"begin, {label}", "what", "value"))
    top = legend(picture, 0, names, 0) + 8
    axis = Axis(gutter, WIDTH - 10, first, last)
    base, bottom = top + strip, top + strip + 14 + body
    most = max((count for _, count in bins), default=0)
    axis.draw(picture, bottom - body, bottom, label)
    picture.text(gutter - 8, base - strip + 10, short(most), "tick", "end")
    picture.text(gutter - 8, base + 2, "0", "tick", "end")
    picture.text(gutter + 4, base - strip - 2, counted, "tick")
    picture.line(gutter, base, WIDTH - 10, base, "axis")
    for share in (0, 50, 100):
        picture.text(gutter - 8, bottom - body * share / 100 + 4, f"{share} %", "tick", "end")
    width = (WIDTH - 10 - gutter) / max(len(bins), 1)
    for n, (shares, count) in enumerate(bins):
        x = gutter + n * width
        begin = round(first + n * (last - first) / len(bins))
        picture.data += [(begin, counted, count)] + [(begin, name, share) for _, name, share in shares]
        if count:
            height = max(strip * count / most, 0.8)
            picture.rect(x, base - height, width, height, "counted", f"{grouped(count)} {counted}")
        y = bottom
        for klass, name, share in shares:
            if share > 0:
                picture.rect(x, y - body * share, width, body * share, f"{klass} flat", f"{name} {rounded(100 * share)} %")
                y -= body * share
    picture.height = bottom + 42
    return picture


def lanes(title: str, tracks: Sequence[tuple[str, Sequence[tuple[float, float, str, str, str]]]],
          crossings: Sequence[tuple[float, int, int]], first: float, last: float, label: str,
          names: Sequence[tuple[str, str]]) -> Picture:
    """Intervals on tracks: (begin, end, class, text inside, tip); crossings lead from track to track at a time."""
    pitch, height = 40, 24
    gutter = _gutter((name for name, _ in tracks), 200)
    picture = Picture(title, ("track", f"begin, {label}", f"end, {label}", "what"))
    picture.data = [(name, begin, end, tip) for name, pieces in tracks for begin, end, _, _, tip in pieces]
    top = legend(picture, 0, names, 0) + 2
    axis = Axis(gutter, WIDTH - 10, first, last)
    bottom = top + pitch * len(tracks)
    axis.draw(picture, top, bottom, label, grouped)
    for tick, from_, to in crossings:
        ys = sorted((top + from_ * pitch + pitch / 2, top + to * pitch + pitch / 2))
        picture.line(axis(tick), ys[0], axis(tick), ys[1], "joint")
    for n, (name, pieces) in enumerate(tracks):
        y = top + n * pitch + (pitch - height) / 2
        picture.text(gutter - 8, y + 16, _fitted(name, gutter), "name", "end")
        for begin, end, klass, inside, tip in pieces:
            x, width = axis(begin), axis(end) - axis(begin)
            picture.rect(x, y, max(width, 0.6), height, klass, tip)
            if inside and width > text_width(inside) + 4:
                picture.text(x + width / 2, y + 16, inside, f"in {klass}", "middle")
    picture.height = bottom + 42
    return picture
