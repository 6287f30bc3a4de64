#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tables of docs/ that say what is declared in the program: keys of scenarios, devices, findings.

    python3 tests/docs/declared.py --write build/release    makes them again
    python3 tests/docs/declared.py --check build/release    fails when one is out of date

A table stands between a line `<!-- NAME: ... -->` and the next `<!-- end -->`."""
import argparse
import difflib
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def output(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows])


def keys(build):
    facts = json.loads(output(build / "vtoll", "scenarios", "--keys", "--json"))
    return table(["key", "meaning", "values", "default"],
                 [[f"`{key['table']} {key['name']}`".replace("` ", "`"), key["meaning"], key["values"], key["default"]]
                  for key in facts])


def devices(build):
    """A line for all entries of one title; by address."""
    titles = {}
    for entry in sorted(json.loads(output(build / "tests/docs/device_facts")), key=lambda entry: entry["base"]):
        titles.setdefault(entry["title"], []).append(entry)
    rows = []
    for title, entries in titles.items():
        interrupts = [f"{32 + e['spi']}" + (f" to {31 + e['spi'] + e['spis']}" if e["spis"] > 1 else "")
                      for e in entries if e["spis"]]
        rows.append([title, ", ".join(f"0x{e['base']:08x}" for e in entries), ", ".join(interrupts),
                     "" if entries[0]["all"] else "yes", "".join(e["words"] for e in entries)])
    return table(["device", "where", "interrupts", "minimal", "description"], rows)


def kinds(build):
    facts = json.loads(output(build / "vtoll", "tables", "--kinds", "--format", "json"))
    parts = []
    for kind in dict.fromkeys(key["kind"] for key in facts):
        rows = [[f"`{key['key']}`", key["meaning"], key["values"], key["default"]] for key in facts if key["kind"] == kind]
        parts.append(f"## `kind = \"{kind}\"`\n\n" + table(["key", "meaning", "values", "default"], rows))
    return "\n\n".join(parts)


def findings(build):
    facts = json.loads(output(build / "vtoll", "advise", "--list", "--format", "json"))["rows"]
    return table(["finding", "mistake", "cure", "worth"],
                 [[f"`{row['finding']}`", row["wrong"], row["cure"], row["basis"]] for row in facts])


TABLES = {"docs/advise.md": {"findings": findings}, "docs/devices.md": {"devices": devices},
          "docs/scenario.md": {"keys": keys}, "docs/tables.md": {"kinds": kinds}}


def page(text, name, lines):
    """`text` with other lines in the part `name`."""
    part = re.compile(rf"(<!-- {name}:.*? -->\n)(.*?)(<!-- end -->)", re.DOTALL)
    assert len(part.findall(text)) == 1, f"one part {name}"
    return part.sub(lambda match: f"{match[1]}\n{lines}\n\n{match[3]}", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--write", metavar="BUILD", type=pathlib.Path)
    group.add_argument("--check", metavar="BUILD", type=pathlib.Path)
    options = parser.parse_args()
    build = (options.write or options.check).resolve()
    status = 0
    for file, parts in TABLES.items():
        old = new = (ROOT / file).read_text()
        for name, make in parts.items():
            new = page(new, name, make(build))
        if old == new:
            continue
        if options.write:
            (ROOT / file).write_text(new)
            continue
        print("\n".join(list(difflib.unified_diff(old.splitlines(), new.splitlines(), file, "now", lineterm="", n=0))[:40]))
        print(f"{file} is out of date: python3 tests/docs/declared.py --write build/release")
        status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
