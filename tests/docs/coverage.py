#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/coverage.md, made from the tables and from what the tests run.

    python3 tests/docs/coverage.py --write build/release    makes the page again
    python3 tests/docs/coverage.py --check build/release    fails when the page is out of date

Handlers come from the symbols of the library, directed tests from a run of isa_tests that notes what it decodes, the
system tests from their assembled cases, the rest from the tables and the lists of exclusions (coverage_facts)."""
import argparse
import difflib
import importlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/coverage.md"
SYSTEM_TESTS = ["hyp_traps"]  # folders of tests/boot that run the same cases on vtoll and on qemu-system-arm
CAPSTONE, UNICORN, DYNARMIC = "C", "U", "D"
SETS = dict(a32="A32", t16="T16", t32="T32")


def output(*command, **how):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, **how).stdout


def handlers(build):
    """{(namespace, name): source file}, for every translator in the library."""
    out, source = {}, None
    for line in output("nm", "-C", "--defined-only", build / "isa/libvtoll_isa.a").splitlines():
        if match := re.fullmatch(r"(\w+)\.cpp\.o:", line):
            source = match[1]
        elif match := re.search(r" [TW] vtoll::isa::(a32|t16|t32|vfp|neon)::(\w+)\(", line):
            out[match[1], match[2]] = source
    return out


def directed_words(build, scratch):
    noted = scratch / "decoded"
    subprocess.run([build / "tests/unit/isa/isa_tests", "--gtest_brief=1"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "VTOLL_DECODED": str(noted)})
    return noted.read_text()


def system_words(scratch):
    """The instructions of the cases that also run on QEMU, tagged "QEMU"."""
    lines = []
    sys.path.insert(0, str(ROOT / "tests/boot"))
    for test in SYSTEM_TESTS:
        cases = importlib.import_module(f"{test}.cases")
        source, image = scratch / f"{test}.S", scratch / f"{test}.o"
        source.write_text(cases.assembly(cases.all_cases()))
        output("arm-none-eabi-gcc", "-mcpu=cortex-a15", "-marm", "-mfpu=neon-vfpv4", "-mfloat-abi=softfp", "-c", source,
               "-o", image)
        for line in output("arm-none-eabi-objdump", "-d", image).splitlines():
            code = re.match(r"\s*[0-9a-f]+:\t([0-9a-f ]+?)\s*\t(\S+)", line)
            if not code or code[2] in (".word", ".short"):
                continue
            parts = code[1].split()
            kind = "t32" if len(parts) == 2 else "a32" if len(parts[0]) == 8 else "t16"
            lines.append(f"{kind} {''.join(parts)} QEMU")
    return "\n".join(sorted(set(lines))) + "\n"


def cell(text):
    return text.replace("|", "\\|")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def numbers(letter, which):
    return ", ".join(f"{letter}{i + 1}" for i in which)


def capstone(row):
    return f"but {numbers(CAPSTONE, row['capstone'])}" if row["capstone"] else "yes"


def unicorn(facts, row):
    if row["name"] == "IT":
        return "in blocks"
    entries = row["unicorn"]
    if any(facts["unicorn"][i]["scope"] == "all" for i in entries):
        return f"no: {numbers(UNICORN, entries)}"
    return f"but {numbers(UNICORN, entries)}" if entries else "yes"


def directed(row):
    return ", ".join(sorted(tag.removesuffix("_test") for tag in row["tests"] if tag != "QEMU"))


def proofs(facts, row):
    return [capstone(row), unicorn(facts, row), "yes" if "QEMU" in row["tests"] else "", directed(row)]


def encoding_rows(facts, rows, where):
    for row in rows:
        yield [row["name"], f"`{cell(row['syntax'])}`", f"`{row['bits']}`", row["class"], where[row["name"]],
               *proofs(facts, row)]


def extension_rows(facts, a32, t32, where):
    """One line for an instruction that both sets have; a proof that only one has is marked."""
    for name, row in a32.items():
        pairs = zip(proofs(facts, row), proofs(facts, t32[name]))
        both = [a if a == t else "; ".join(f"{label}: {text}" for label, text in (("A32", a), ("T32", t)) if text)
                for a, t in pairs]
        yield [name, f"`{cell(row['syntax'])}`", f"`{row['bits']}`", row["class"], where[name], *both]


def counts(facts, rows):
    sure = lambda row: not any(facts["unicorn"][i]["scope"] == "all" for i in row["unicorn"])
    return [str(len(rows)), str(sum(not row["capstone"] for row in rows)), str(sum(map(sure, rows))),
            str(sum("QEMU" in row["tests"] for row in rows)),
            str(sum(bool(directed(row)) for row in rows))]


def page(facts, where):
    space = {kind: {name: file for (namespace, name), file in where.items() if namespace in kind.split()}
             for kind in ("a32", "t16", "t32", "vfp neon")}
    rows = {name: [row for row in facts["rows"] if row["set"] == name] for name in SETS}
    order = lambda rows: sorted(rows, key=lambda row: (row["name"].lower(), row["name"]))
    core = {name: order(row for row in rows[name] if row["name"] in space[name]) for name in SETS}
    extension = {name: {row["name"]: row for row in order(rows[name]) if row["name"] in space["vfp neon"]}
                 for name in ("a32", "t32")}
    assert sum(map(len, core.values())) + sum(map(len, extension.values())) == len(facts["rows"]), "a row has no handler"

    lines = ["# Coverage of the instruction set", "",
             "Generated by `python3 tests/docs/coverage.py --write build/release`; the test `docs.coverage` fails when it "
             "is out of date. How the proofs are run: [testing.md](testing.md). Behaviour that the architecture "
             "leaves open: [unpredictable.md](unpredictable.md).", ""]
    lines += table(["", "encodings", "Capstone reads every word alike", "compared with Unicorn", "run on QEMU too",
                    "in a directed test"],
                   [[label, *counts(facts, core[name])] for name, label in SETS.items()] +
                   [[f"VFP and Advanced SIMD, {SETS[name]}", *counts(facts, list(extension[name].values()))]
                    for name in extension] + [["all", *counts(facts, facts["rows"])]])
    lines += ["In the tables below:", "",
              "- **bits**: `0` and `1` are fixed, letters are fields, `-` is ignored. A word that belongs to no encoding is "
              "UNDEFINED.",
              "- **cost**: the class whose price a core profile gives (`vtoll models`).",
              "- **handler**: the file of isa/exec.",
              "- **Capstone**: random words of the encoding, disassembled by both, read the same; `but Cn`: except as "
              "[listed](#capstone-reads-it-otherwise).",
              "- **Unicorn**: random programs end in the same registers, flags, FPSCR and memory; `but Un`, `no: Un`: "
              "except as [listed](#unicorn-is-not-asked).",
              "- **QEMU**: a bare-metal test runs it on vtoll and on `qemu-system-arm` (tests/boot/hyp_traps): the same "
              "vector, syndrome, return address and saved PSR, or a difference that the test explains.",
              "- **directed**: files of tests/unit/isa (without `_test.cpp`) that decode or run a word of it.", ""]
    head = ["name", "syntax", "bits", "cost", "handler", "Capstone", "Unicorn", "QEMU", "directed"]
    for name, label in SETS.items():
        lines += [f"## {label}", "", *table(head, encoding_rows(facts, core[name], space[name]))]
    lines += ["## VFP and Advanced SIMD", "",
              "A32 bits; in T32 `cccc` is `1110`, `1111001U` is `111U1111`, `11110100` is `11111001`.", "",
              *table(head, extension_rows(facts, extension["a32"], extension["t32"], space["vfp neon"]))]

    lines += ["## Capstone reads it otherwise", "",
              *table(["", "encodings", "how", "why"],
                     [[f"{CAPSTONE}{i + 1}", ", ".join(e["rows"]), e["kind"], cell(e["reason"])]
                      for i, e in enumerate(facts["capstone"])])]
    lines += ["## Unicorn is not asked", "",
              *table(["", "encodings", "which programs", "why"],
                     [[f"{UNICORN}{i + 1}", ", ".join(e["rows"]), e["scope"], cell(e["reason"])]
                      for i, e in enumerate(facts["unicorn"])])]
    lines += ["## dynarmic is not asked", "",
              "Unicorn is: a test says in which of these programs it agrees with vtoll. Where it does not, or is not asked either, vtoll "
              "has the manual's word alone.", "",
              *table(["", "encodings", "which programs", "why", "Unicorn"],
                     [[f"{DYNARMIC}{i + 1}", ", ".join(e["rows"]), e["scope"], cell(e["reason"]), "agrees" if e["agrees"] else "-"]
                      for i, e in enumerate(facts["dynarmic"])])]
    lines += ["## Left out", "",
              "Encodings of the manual, or of Capstone, that are UNDEFINED here. `WordsWalk` (tests/unit/isa) walks five "
              "million words for instructions that are missing and not in this list, and tries every pattern of it.", "",
              *table(["what", "words", "why"],
                     [[a["what"], "<br>".join(f"{SETS[word[:3]]} `{word[4:]}`" for word in a["words"]), cell(a["reason"])]
                      for a in facts["absent"]])]
    lines += ["## System registers", "",
              "Every register of CP14 and CP15, as `MRC` and `MCR` name it: coprocessor, opc1, CRn, CRm, opc2; in 64 bits "
              "coprocessor, opc1, CRm. R and W: what each privilege level may do; an access that is not allowed, and a "
              "register that is not here, is UNDEFINED. HSTR.Tn and HCR.TIDCP trap by encoding and are not repeated.", "",
              *table(["name", "encoding", "PL0", "PL1", "PL2", "traps to Hyp mode", "QEMU", "directed"],
                     [[r["name"], r["encoding"], r["pl0"], r["pl1"], r["pl2"], r["traps"],
                       "yes" if "QEMU" in r["tests"] else "", directed(r)] for r in facts["registers"]])]
    return "\n".join(line.rstrip() for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--write", metavar="BUILD", type=pathlib.Path)
    group.add_argument("--check", metavar="BUILD", type=pathlib.Path)
    options = parser.parse_args()
    build = (options.write or options.check).resolve()
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        words = directed_words(build, scratch) + system_words(scratch)
    facts = json.loads(output(build / "tests/docs/coverage_facts", input=words))
    text = page(facts, handlers(build))
    if options.write:
        PAGE.write_text(text)
        return 0
    old = PAGE.read_text() if PAGE.exists() else ""
    if old == text:
        return 0
    changes = list(difflib.unified_diff(old.splitlines(), text.splitlines(), "docs/coverage.md", "now", lineterm="", n=0))
    print("\n".join(changes[:40]))
    print("docs/coverage.md is out of date: python3 tests/docs/coverage.py --write build/release")
    return 1


if __name__ == "__main__":
    sys.exit(main())
