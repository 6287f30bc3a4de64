# SPDX-License-Identifier: Apache-2.0
"""User-mode programs, the same object code on vtoll and on qemu-arm: the slice of tests/differential/user_programs.py
that every test run can afford."""
import shutil
import sys

import pytest

import runs

sys.path.insert(0, str(runs.ROOT / "tests/differential"))
import user_programs  # noqa: E402  (the path above)

OWN = sorted((user_programs.USER / "programs").glob("*.c"))
CSMITH_SEEDS = range(1, 7)  # one for each variant
TOOLS = ["arm-linux-gnueabihf-gcc", "qemu-arm", "csmith"]

pytestmark = pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}")


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    return user_programs.Comparison(runs.BUILD, tmp_path_factory.mktemp("user_programs"))


@pytest.mark.parametrize("source", OWN, ids=lambda source: source.stem)
def test_own_program(comparison, source):
    comparison.own_program(source)
    assert source.stem in comparison.agree, f"{comparison.differ[source.stem]}; see {comparison.keep}"


def test_csmith(comparison):
    for seed in CSMITH_SEEDS:
        comparison.csmith_program(seed)
    wrong = {name: text for name, text in comparison.differ.items() if name.startswith("csmith")}
    assert not wrong, f"{wrong}; see {comparison.keep}"
    assert any(name.startswith("csmith") for name in comparison.agree), f"all discarded: {comparison.discarded}"


def test_a_difference_is_seen(comparison):
    """A line changed, left out or added, and a program that does not end, are all differences."""
    qemu = "one 1\ntwo 2\n-- end, status 0\n"
    assert user_programs.verdict(qemu, qemu) is None, "equal texts"
    for ours in (qemu.replace("2", "3"), "one 1\n-- end, status 0\n", "one 1\n" + qemu, "one 1\n", "",
                 qemu.replace("status 0", "status 1")):
        assert user_programs.verdict(ours, qemu), f"{ours!r} passes for {qemu!r}"
    assert user_programs.verdict("one 1\n", "one 1\n"), "a text without an end passes"
