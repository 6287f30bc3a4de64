# SPDX-License-Identifier: Apache-2.0
"""The site (docs/site): Sphinx has no complaint, and a browser finds pages that ask nobody for anything, fit a narrow window, and can
be searched."""
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/cli"))
from browser import Browser  # noqa: E402

PAGES = ["README", "docs/README", "docs/your-first-hour", "docs/results", "docs/explanation/ledger", "docs/coverage", "runs"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site") / "site"
    done = subprocess.run([sys.executable, "-B", ROOT / "docs/site/site.py", os.environ["VTOLL_BUILD"], out], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def test_reports_and_tables_are_there(site):
    for name in ("reports/hypercall.html", "tables/overheads.html", "index.html"):
        assert (site / name).stat().st_size > 100, name
    assert "page fault" in (site / "tables/overheads.html").read_text(), "a row of the table"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_a_browser_has_nothing_to_say(site, browser, page, width):
    requests, complaints = browser.load(f"file://{site}/{page}.html", width)
    assert complaints == [], f"{page} at {width}"
    outside = [url for url in requests if not url.startswith((f"file://{site}/", "data:"))]
    assert outside == [], f"{page} asks others"
    assert browser.evaluate("document.documentElement.scrollWidth") <= width, f"{page}: wide things scroll by themselves"


def test_search(site, browser):
    browser.load(f"file://{site}/search.html?q=conservation", 1280)
    browser.page("Runtime.evaluate", expression="new Promise(done => setTimeout(done, 2000))", awaitPromise=True)
    assert "The ledger" in browser.evaluate("document.querySelector('#search-results').innerText"), "the page with that word is found"
