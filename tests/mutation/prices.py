#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The price tables, one number at a time made one more (twice as much where it must be a power of two), as a tree
of data beside the sources'."""
import re
import shutil
import tempfile
from pathlib import Path

PROFILES = Path("core/timing/profiles")
#: Sections without prices: what software reads about its core.
NO_PRICES = {"identity", "pmu", "clock"}
NUMBER = re.compile(r"(?<![\w.\"])(\w+) = (\d+(?:\.\d+)?)(?=[ ,}])")


def numbers(text):
    """(start, end, key) of every price in the text of a profile."""
    section, at = "", 0
    for line in text.splitlines(keepends=True):
        header = re.match(r"\[([\w.]+)\]", line)
        section = header.group(1) if header else section
        entry = re.match(r"([\w.]+)\s*= \{", line)
        if entry and section.split(".")[0] not in NO_PRICES:
            end = line.find(", source =")
            for m in NUMBER.finditer(line, 0, end + 1):
                field = "" if m.group(1) == "value" else "." + m.group(1)
                yield at + m.start(2), at + m.end(2), f"{section}.{entry.group(1)}{field}"
        at += len(line)


def mutants(root):
    """What run.py's mutants say of themselves, of every price."""
    found = []
    for path in sorted((root / PROFILES).glob("*.toml")):
        text = path.read_text()
        for start, end, key in numbers(text):
            old = text[start:end]
            new = str(int(old) + 1) if old.isdigit() else str(float(old) + 1)
            if re.search(r"cache\.\w+\.(size|ways|line)$|counter_entries|btb_(entries|ways)|main_(entries|ways)", key):
                new = str(int(old) * 2)  # powers of two
            found.append({"file": str(PROFILES / path.name), "line": text.count("\n", 0, start) + 1, "kind": "price",
                          "in": key, "old": old, "new": new, "nth": 1, "start": start, "end": end})
    return found


class Tree:
    """The data of `root`, with one price changed, or without price tables."""

    def __init__(self, root, mutant=None, tables=True):
        self.folder = Path(tempfile.mkdtemp(prefix="vtoll-prices-"))
        self._link(root, self.folder, PROFILES.parts)
        for path in (root / PROFILES).glob("*.toml") if tables else ():
            shutil.copy(path, self.folder / PROFILES)
        if mutant:
            file = self.folder / mutant["file"]
            text = file.read_text()
            file.write_text(text[:mutant["start"]] + mutant["new"] + text[mutant["end"]:])

    def _link(self, source, target, parts):
        for each in source.iterdir():
            if parts and each.name == parts[0]:
                (target / each.name).mkdir()
                if len(parts) > 1:
                    self._link(each, target / each.name, parts[1:])
            else:
                (target / each.name).symlink_to(each)

    def __enter__(self):
        return self.folder

    def __exit__(self, *_):
        shutil.rmtree(self.folder)
