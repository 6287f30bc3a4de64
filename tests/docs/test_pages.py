# SPDX-License-Identifier: Apache-2.0
"""Links between pages lead somewhere, and every page of docs/ is in its index once."""
import re

import prose
import pytest

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^ *(`{3,}).*?^ *\1 *$", "", text, flags=re.M | re.S))


def links_of(page):
    return LINK.findall(without_code((prose.ROOT / page).read_text()))


def anchors(path):
    """Of a page's headings, as hosts make them; a second heading of the same words gets -1."""
    found, seen = set(), {}
    for passage in prose.passages(path.read_text()):
        if not passage.heading:
            continue
        words = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", passage.text).lower()).strip().replace(" ", "-")
        seen[words] = seen.get(words, -1) + 1
        found.add(words + (f"-{seen[words]}" if seen[words] else ""))
    return found


@pytest.mark.parametrize("page", [*prose.pages(), *sorted(prose.GENERATED)])
def test_links(page):
    broken = []
    for link in links_of(page):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = ((prose.ROOT / page).parent / target).resolve() if target else prose.ROOT / page
        if not path.exists():
            broken.append(f"{link}: no such file")
        elif anchor and path.suffix == ".md" and anchor not in anchors(path):
            broken.append(f"{link}: no such heading")
    assert not broken, f"{page}: " + "; ".join(broken)


@pytest.mark.parametrize("page", prose.pages())
def test_blocks(page):
    fences = [line for line in (prose.ROOT / page).read_text().splitlines() if line.lstrip().startswith("```")]
    assert len(fences) % 2 == 0, f"{page}: a block of code is not closed"
    assert not any(fence.lstrip("` ") for fence in fences[1::2]), f"{page}: a block of code begins inside another"


def test_index():
    links = [link.partition("#")[0] for link in links_of("docs/README.md")]
    pages = [str(path.relative_to(prose.ROOT / "docs")) for path in (prose.ROOT / "docs").rglob("*.md")]
    # Pages of these two folders are in the folder's own index.
    pages = [page for page in pages if page != "README.md" and not re.match(r"(how-to|cores)/(?!README)", page)]
    assert {page: links.count(page) for page in pages} == {page: 1 for page in pages}, "docs/README.md has each page once"
