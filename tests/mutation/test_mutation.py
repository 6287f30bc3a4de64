# SPDX-License-Identifier: Apache-2.0
"""The mutants of the books (run.py) are still found, and one of each kind is noticed."""
import os
import subprocess
from pathlib import Path

import pytest

import prices
import rewrite
import run

ROOT = Path(__file__).resolve().parent.parent.parent
KINDS = {"left out", "made twice", "other field", "other class", "case left out", "condition negated", "part ignored",
         "other comparison", "other reckoning", "other extreme", "price + 1"}


@pytest.fixture(scope="module")
def books():
    rewriter = rewrite.Rewriter(ROOT)
    return rewriter, {path: rewriter.rewritten(path, functions) for path, functions in rewrite.sources()}


def test_every_source_has_mutants_of_every_kind(books):
    rewriter, _ = books
    assert {m["kind"] for m in rewriter.list} == KINDS, "kinds of mutants in the books"
    assert {m["file"] for m in rewriter.list} == {path for path, _ in rewrite.sources()}, "sources with mutants"


def test_equivalents_are_mutants(books):
    rewriter, _ = books
    known = {run.key_of(m) for m in rewriter.list + prices.mutants(ROOT)}
    for key, reason in run.read_equivalents(ROOT / "tests/mutation/equivalents.txt").items():
        assert key in known, f"equivalents.txt: no such mutant, take it out: {key}"
        assert reason, f"equivalents.txt: without a reason: {key}"


def test_a_price_is_changed_alone():
    mutant = prices.mutants(ROOT)[0]
    path = mutant["file"]
    with prices.Tree(ROOT, mutant) as changed:
        before, after = ((tree / path).read_text().splitlines() for tree in (ROOT, changed))
        differing = [number for number, pair in enumerate(zip(before, after), 1) if pair[0] != pair[1]]
        assert differing == [mutant["line"]], f"lines of {path} that differ"
        assert (changed / "workloads/scenarios").is_dir(), "the rest of the data is there"


def test_mutants_compile(books, tmp_path):
    path = "core/ledger/book/classify.cpp"
    file = tmp_path / "classify.cpp"
    file.write_text(books[1][path])
    done = subprocess.run(["g++", "-std=c++20", "-fsyntax-only", "-w", f"-I{ROOT}", str(file)], capture_output=True,
                          text=True)
    assert done.returncode == 0, f"{path} with its mutants: {done.stderr}"


def test_one_of_each_kind_is_noticed(tmp_path):
    rewriter = rewrite.Rewriter(ROOT)
    header, program = tmp_path / "tests/mutation/sample.hpp", tmp_path / "sample"
    header.parent.mkdir(parents=True)
    header.write_text(rewriter.rewritten("tests/mutation/sample.hpp"))
    subprocess.run(["g++", "-std=c++20", "-w", f"-I{tmp_path}", f"-I{ROOT}", "-o", str(program),
                    str(ROOT / "tests/mutation/sample_check.cpp")], check=True)
    assert {m["kind"] for m in rewriter.list} == KINDS, "kinds of mutants in the sample"

    def ends_well(number):
        return subprocess.run([program], env=dict(os.environ, VTOLL_MUTANT=str(number))).returncode == 0

    assert ends_well(0), "the sample without a mutant"
    for mutant in rewriter.list:
        assert not ends_well(mutant["number"]), f"not noticed: {run.key_of(mutant)}"
