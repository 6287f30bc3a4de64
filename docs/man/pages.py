# SPDX-License-Identifier: Apache-2.0
"""Manual pages from the program's own --help: vtoll(1) and one for every verb.

  pages.py PROGRAM FOLDER
"""
import pathlib
import re
import subprocess
import sys

SECTION = re.compile(r"^(\S[^:]*):$")
ITEM = re.compile(r"^  (-\S.*|\S+(?: [A-Z]+)?(?: \.\.\.)?)$")


def help_of(program, words):
    return subprocess.run([program, *words, "--help"], check=True, capture_output=True, text=True).stdout.splitlines()


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def entry(line):
    """("-o,--output TEXT", "Run directory") of a line of options, positionals or verbs; None of another."""
    name, _, text = line.strip().partition("  ")
    return (name, text.strip()) if re.match(r"^  \S", line) else None


def sections_of(lines):
    """[(heading, lines)]; what comes before the first heading has ""."""
    sections = [("", [])]
    for line in lines:
        heading, usage = SECTION.match(line), re.match(r"^[Uu]sage: (.*)", line)
        example = re.match(r"^Example: (.*)", line)
        if heading:
            sections.append((heading[1], []))
        elif usage or example:
            sections.append(("Usage" if usage else "Example", ["  " + (usage or example)[1]]))
        elif line and not line.startswith(" ") and sections[-1][0]:
            sections.append(("", [line]))  # a footer goes on behind its list
        else:
            sections[-1][1].append(line)
    return sections


def body(lines, program):
    """The sections in troff, without those that need another place."""
    out, synopsis = [], []
    for heading, content in sections_of(lines):
        content = [line for line in content if line.strip()]
        if heading == "Usage":
            synopsis += [escaped(" ".join(line.strip() for line in content))]
        elif not heading:
            out += [".PP"] + [escaped(line) for line in content] if content else []
        elif heading.startswith("Example"):
            out += [".SH EXAMPLES", ".nf"] + [escaped(line.strip()) for line in content] + [".fi"]
        else:
            out += [f".SH {escaped(heading.upper())}"]
            for line in content:
                found = entry(line)
                out += [".TP", f"\\fB{escaped(found[0])}\\fR", escaped(found[1])] if found else [escaped(line.strip())]
    return synopsis, out


def verbs_of(lines):
    """{verb: what it does}."""
    return {name: text for heading, content in sections_of(lines) if heading == "Subcommands"
            for name, text in filter(None, map(entry, content))}


def page(program, words, brief, version, also):
    name = "-".join(["vtoll", *words])
    lines = help_of(program, words)
    synopsis, text = body(lines, program)
    out = [f'.TH {name.upper()} 1 "" "vtoll {version}" "vtoll"', ".SH NAME", f"{escaped(name)} \\- {escaped(brief)}",
           ".SH SYNOPSIS", *synopsis, ".SH DESCRIPTION", *text]
    for verb, what in verbs_of(lines).items() if words else ():
        inner, more = body(help_of(program, [*words, verb]), program)
        out += [f".SH {escaped(' '.join([*words, verb]).upper())}", *inner, *(re.sub(r"^\.SH ", ".SS ", line) for line in more)]
    out += [".SH SEE ALSO", ", ".join(f"\\fB{escaped(n)}\\fR(1)" for n in also if n != name)]
    return name, "\n".join(line for line in out if line) + "\n"


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([program, "version"], check=True, capture_output=True, text=True).stdout.split()[1]
    lines = help_of(program, [])
    verbs = verbs_of(lines)
    also = ["vtoll", *(f"vtoll-{verb}" for verb in verbs)]
    pages = [page(program, [], lines[0].removeprefix("vtoll: ").rstrip("."), version, also)]
    pages += [page(program, [verb], what, version, ["vtoll"]) for verb, what in verbs.items()]
    for name, text in pages:
        (folder / f"{name}.1").write_text(text)


if __name__ == "__main__":
    main()
