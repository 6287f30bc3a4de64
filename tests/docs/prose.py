# SPDX-License-Identifier: Apache-2.0
"""The pages that people read, and what is prose in them: paragraphs, list items, cells of tables; no code, no quotation of output."""
import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

#: made by programs, from words that stand elsewhere
GENERATED = {"docs/coverage.md"}


def pages():
    """All Markdown pages but generated ones, with their names in the tree."""
    found = [*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md")]
    for folder in ("docs", "hypervisor-model", "workloads", "reports"):
        found += (ROOT / folder).rglob("*.md")
    names = sorted(str(path.relative_to(ROOT)) for path in found)
    return [name for name in names if name not in GENERATED]


@dataclasses.dataclass
class Passage:
    line: int
    text: str
    heading: bool = False
    made: bool = False  #: by a program, from what it declares


def passages(text):
    """Paragraphs, items, cells and headings, without code blocks and comments."""
    found, paragraph, start, fence, made = [], [], 0, None, False

    def flush():
        if paragraph:
            found.append(Passage(start, " ".join(paragraph)))
            paragraph.clear()

    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r" *(`{3,})", line)
        if fence or mark:
            flush()
            fence = (None if mark and mark[1] == fence else fence) if fence else mark[1]
        elif not line.strip() or line.startswith("<!--") or (line.startswith("    ") and not paragraph):
            flush()
            made = ": made by " in line if line.startswith("<!--") else made
        elif line.startswith("#"):
            flush()
            found.append(Passage(number, line.lstrip("# "), heading=True))
        elif line.startswith("|"):
            flush()
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            found += [Passage(number, cell.strip(), made=made) for cell in cells if not re.fullmatch(r"\s*:?-+:?\s*", cell)]
        else:
            item = re.match(r"\s*([-*]|\d+\.) +", line)
            if item:
                flush()
            if not paragraph:
                start = number
            paragraph.append(line[item.end() if item else 0:].strip())
    flush()
    return found


def plain(text):
    """Without code, targets of links and marks of emphasis. A piece of code is one word."""
    text = re.sub(r"`+[^`]*`+", "CODE", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\*\*|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)", "", text)


def sentences(text):
    """What ends with a full stop, a question mark, an exclamation mark or a semicolon, and the rest."""
    return [sentence for sentence in re.split(r"(?<=[.?!;])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9a-z`±~])", plain(text)) if sentence.strip()]
