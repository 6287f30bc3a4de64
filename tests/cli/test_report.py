# SPDX-License-Identifier: Apache-2.0
"""`vtoll report`: the page as a reader has it, in a browser that tells what the page does."""
import csv
import html.parser
import json
import os
import re
import sqlite3
import subprocess
import xml.etree.ElementTree

import pytest
from browser import Browser


def vtoll(folder, *words):
    return subprocess.run([os.environ["VTOLL_PROGRAM"], *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=280)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two runs, the first with everything recorded, and a page of each and of both."""
    folder = tmp_path_factory.mktemp("report")
    for scenario, words in (("page-fault", ["--functions", "--timeline", "100000"]), ("para-page-fault", [])):
        result = vtoll(folder, "run", scenario, "--timing", "cortex-a15", "-q", *words)
        assert result.returncode == 0, result.stderr
    for name, words in (("both", ["page-fault", "para-page-fault", "--tables", "overheads", "--pictures", "pictures"]),
                        ("again", ["page-fault", "runs/para-page-fault", "--tables", "overheads", "--pictures", "pictures-again"]),
                        ("bare", ["para-page-fault"])):
        result = vtoll(folder, "report", *words, "-o", f"{name}.html")
        assert result.returncode == 0, result.stderr
    return folder


class Page(html.parser.HTMLParser):
    """Checks that tags are closed in order, and collects what is asked of it below."""

    VOID = {"meta", "link", "br"}

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.texts, self.scripts = [], [], [], 0
        self.feed(text)
        assert not self.open, f"open at the end: {self.open}"

    def handle_starttag(self, tag, attributes):
        self.scripts += tag in ("script", "iframe", "object", "embed", "img", "form")
        for name, value in attributes:
            assert not name.startswith("on"), f"{tag}: {name}"
            if name in ("href", "src", "xlink:href", "srcset", "action"):
                self.links.append(value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}>"

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style",):
            self.texts.append(data)


@pytest.mark.parametrize("name", ["both", "bare"])
def test_the_page_needs_nothing_else(folder, name):
    text = (folder / f"{name}.html").read_text()
    page = Page(text)
    assert page.scripts == 0
    assert all(link.startswith("#") or link == "data:," for link in page.links), page.links
    targets = set(re.findall(r' id="([^"]+)"', text))
    assert {link[1:] for link in page.links if link.startswith("#")} <= targets, "links within the page lead somewhere"
    style, = re.findall(r"<style>(.*?)</style>", text, re.S)
    assert "url(" not in style and "@import" not in style
    assert str(folder) not in text, "no path of this machine"


def test_the_same_runs_make_the_same_bytes(folder):
    assert (folder / "both.html").read_bytes() == (folder / "again.html").read_bytes()


def test_each_picture_by_itself(folder):
    names = {path.stem for path in (folder / "pictures").iterdir()}
    assert names >= {"table-overheads", "worlds", "causes", "stalls", "exits", "episodes", "occurrences-1", "activity-1", "exit-1-1",
                     "occurrences-2"}, names
    for name in names:
        svg, png, numbers = (folder / "pictures" / f"{name}.{form}" for form in ("svg", "png", "csv"))
        drawn = xml.etree.ElementTree.parse(svg).getroot()
        assert drawn.tag == "{http://www.w3.org/2000/svg}svg" and "var(" not in svg.read_text(), f"{name} has its colours with it"
        assert png.read_bytes().startswith(b"\x89PNG") and len(png.read_bytes()) > 2000, name
        rows = list(csv.reader(numbers.read_text().splitlines()))
        assert len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows), f"{name}: a table with a head"
        for form in (svg, png, numbers):
            assert form.read_bytes() == (folder / "pictures-again" / form.name).read_bytes(), f"{form.name}: the same bytes"


def test_pictures_have_the_books_numbers(folder):
    rows = list(csv.DictReader((folder / "pictures/episodes.csv").read_text().splitlines()))
    with sqlite3.connect(folder / "runs/page-fault/episodes.sqlite") as books:
        count, = books.execute("SELECT sum(count) FROM episodes").fetchone()
    assert sum(int(row["number"]) for row in rows if row["run"] == "page-fault") == count, "every episode"
    times = list(csv.DictReader((folder / "pictures/exit-1-1.csv").read_text().splitlines()))
    entry = next(row for row in times if row["what"].startswith("hardware entry"))
    assert float(entry["begin, ticks since the trap"]) == 0, "times begin with the trap"


def test_the_numbers_are_the_books(folder):
    text = " ".join(Page((folder / "both.html").read_text()).texts)
    flat = " ".join(text.split())
    for scenario in ("page-fault", "para-page-fault"):
        stats = json.loads((folder / "runs" / scenario / "stats.json").read_text())["stats"]
        for unit in ("instructions", "ticks"):
            assert f"{stats[f'machine.{unit}']['value']:,}".replace(",", " ") in flat, f"{scenario}: {unit}"
        for each in json.loads((folder / "runs" / scenario / "manifest.json").read_text())["inputs"]:
            assert each["sha256"] in flat and each["name"] in flat, each
    with sqlite3.connect(folder / "runs/page-fault/recording.sqlite") as recording:
        dearest, = recording.execute("SELECT function FROM functions WHERE function <> '' AND phase NOT LIKE 'hardware %' "
                                     "GROUP BY world, image, function ORDER BY sum(ticks) DESC LIMIT 1").fetchone()
    assert dearest in flat, "the hottest function"
    for words in ("Published and measured", "guest system call", "world switch", "Gernot Heiser", "stage2-fault", "Not modelled",
                  "Contention between cores", "Secure state and Monitor mode"):
        assert words in flat, words


def test_what_is_missing_is_said(folder):
    flat = " ".join(" ".join(Page((folder / "bare.html").read_text()).texts).split())
    assert "Functions were not recorded" in flat and "Crossings one by one were not recorded" in flat
    assert "Published and measured" not in flat
    both = " ".join(" ".join(Page((folder / "both.html").read_text()).texts).split())
    assert both.count("Functions were not recorded") == 1, "of the second run"


@pytest.fixture(scope="module")
def browser(folder):
    with Browser(folder / "profile") as browser:
        yield browser


@pytest.mark.parametrize("width, dark", [(1280, False), (1280, True), (420, False)])
def test_a_browser_has_nothing_to_say(folder, browser, width, dark):
    url = (folder / "both.html").as_uri()
    requests, complaints = browser.load(url, width, dark)
    assert [r for r in requests if r != "data:,"] == [url], "the page itself, and nothing else"
    assert complaints == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= width, "wide things scroll by themselves"
    hidden = "[...document.querySelectorAll('svg text')].filter(t => {const b = t.getBBox(), v = t.ownerSVGElement.viewBox.baseVal;"
    hidden += "return b.x < -1 || b.x + b.width > v.width + 1 || b.y + b.height > v.height + 1}).map(t => t.textContent)"
    assert browser.evaluate(hidden) == [], "no text of a picture lies outside it"
    assert browser.evaluate("document.querySelectorAll('svg').length") >= 8
    (folder / f"page-{width}{'-dark' * dark}.png").write_bytes(browser.screenshot())


def test_the_browser_would_say_it(folder, browser):
    text = (folder / "both.html").read_text()
    (folder / "loud.html").write_text(text.replace("<main>", '<main><img src="http://127.0.0.1:9/x.png"><script>1</script>'))
    _, complaints = browser.load((folder / "loud.html").as_uri(), 1280)
    assert len(complaints) >= 2, "what the page's own policy forbids"


def test_bad_words(folder):
    for status, words, complaint in ((3, ["nothing"], "no run, here or in runs/"), (3, ["page-fault", "--tables", "guess"], "no table 'guess'"),
                                     (3, ["page-fault", "-o", "no/such/folder.html"], "can't be written")):
        result = vtoll(folder, "report", *words)
        assert result.returncode == status and complaint in result.stderr and len(result.stderr.splitlines()) == 1, result.stderr
    assert vtoll(folder, "report").returncode == 2
