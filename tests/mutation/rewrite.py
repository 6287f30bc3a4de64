#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rewrites the sources that book, classify and price so that each mutant of them is in one program and an environment
variable chooses which one is alive (mutant.hpp):

    rewrite.py ROOT OUT    what sources.txt lists, from ROOT into OUT, and OUT/mutants.json, which says what each number is
"""
import collections
import json
import re
import sys
from pathlib import Path

import kinds
from cpp_text import Source

#: Where the enumerations of kinds.CLASSES and the numbers of a core are declared.
DECLARED = ["core/ledger/book/causes.hpp", "core/ledger/book/episode.hpp", "core/ledger/book/host_exits.hpp",
            "core/seam/stall.hpp", "core/timing/core_model.hpp", "core/timing/predictor.hpp", "core/timing/cluster.hpp",
            "core/timing/pricing.hpp"]


def enumerations_of(text):
    """{name: values}, of those written out and of those made of a list by a macro."""
    found = {}
    lists = {m.group(1): re.findall(r"\bX\((\w+)", m.group(2))[0:]
             for m in re.finditer(r"#define (\w+)\(X\)((?:[^\n]*\\\n)*[^\n]*)", text)}
    for m in re.finditer(r"enum class (\w+)[^{]*\{([^}]*)\}", text):
        name, body = m.groups()
        made = re.match(r"\s*(VTOLL_\w+)\(", body)
        if made and made.group(1) in lists:
            values = lists[made.group(1)]
        else:
            values = re.findall(r"(\w+)(?:\s*=[^,]*)?\s*(?:,|$)", re.sub(r"//[^\n]*", "", body).strip())
        found[name] = [v for v in values if v != "count"]
    return {name: values for name, values in found.items() if name in kinds.CLASSES and len(values) > 1}


def numbers_of(text):
    """Members of CoreProfile and of what it holds that are numbers."""
    found = set()
    for line in re.findall(r"^    (?:u8|u16|u32|unsigned) ([^;(]*);", text, re.M):
        found |= {re.match(r"\w+", part.strip()).group(0) for part in line.split(",")}
    return found


def sources():
    """(file, functions): of a file that has more than books, the functions that are."""
    lines = Path(__file__).with_name("sources.txt").read_text().splitlines()
    return [(line.split()[0], line.split()[1:]) for line in lines if not line.startswith("#")]


class Rewriter:
    def __init__(self, root):
        self.root = Path(root)
        self.enumerations, self.list, self.alike = {}, [], collections.Counter()
        for path in DECLARED:
            self.enumerations.update(enumerations_of((self.root / path).read_text()))
        self.numbers = numbers_of((self.root / "core/timing/core_profile.hpp").read_text())

    def rewritten(self, path, functions=()):
        """The source with all its mutants, or those of `functions`; they are added to the list."""
        text = (self.root / path).read_text()
        source = Source(text)
        edits = []
        for mutant in kinds.mutants(source, self.enumerations, self.numbers):
            if functions and function_at(text, source.tokens[mutant.first].start) not in functions:
                continue
            number = len(self.list) + 1
            start, end = source.tokens[mutant.first].start, source.tokens[mutant.last].end
            edits.append((start, end, mutant.before.format(n=number), mutant.after.format(n=number), len(edits)))
            for label in mutant.each or (None,):
                self._enter(path, text, start, end, mutant, label)
        return '#include "tests/mutation/mutant.hpp"\n#line 1 "%s"\n' % path + applied(text, edits)

    def _enter(self, path, text, start, end, mutant, label):
        line_start = text.rfind("\n", 0, start) + 1
        line = text[line_start:text.find("\n", start)].strip()
        old = " ".join(text[start:end].split())
        new = f"no case {label}" if label else " ".join(mutant.new.split())
        entry = {"number": len(self.list) + 1, "file": path, "line": text.count("\n", 0, start) + 1,
                 "kind": mutant.kind, "in": line, "old": old, "new": new}
        self.alike[key_of(entry)] += 1
        entry["nth"] = self.alike[key_of(entry)]
        self.list.append(entry)


def function_at(text, place):
    """The function that is defined around a place: what stands at the beginning of a line is its head."""
    heads = re.findall(r"^[^\s}#/].*?(\w+)\(", text[:place], re.M)
    return heads[-1] if heads else None


def key_of(mutant):
    """What a mutant is, wherever it stands in its file."""
    return mutant["file"], mutant["kind"], mutant["in"], mutant["old"], mutant["new"]


def applied(text, edits):
    """Text put in front of and behind stretches of `text`, which lie beside or inside each other."""
    opening, closing = {}, {}
    for start, end, before, after, order in edits:
        opening.setdefault(start, []).append((-end, -order, before))
        closing.setdefault(end, []).append((-start, order, after))
    out, at = [], 0
    for place in sorted(set(opening) | set(closing)):
        out.append(text[at:place])
        out += [after for _, _, after in sorted(closing.get(place, []))]
        out += [before for _, _, before in sorted(opening.get(place, []))]
        at = place
    return "".join(out) + text[at:]


def most_mutants(root):
    """Numbers that mutant.hpp has room for, without 0, which is none of them."""
    return (1 << int(re.search(r"most = 1u << (\d+);", (Path(root) / "tests/mutation/mutant.hpp").read_text())[1])) - 1


def main(root, out):
    rewriter = Rewriter(root)
    for path, functions in sources():
        target = Path(out) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        new = rewriter.rewritten(path, functions)
        if not target.exists() or target.read_text() != new:
            target.write_text(new)
    if len(rewriter.list) > most_mutants(root):
        raise SystemExit(f"tests/mutation/mutant.hpp: `most` has room for {most_mutants(root)} mutants, "
                         f"sources.txt makes {len(rewriter.list)}")
    Path(out, "mutants.json").write_text(json.dumps(rewriter.list, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
