# SPDX-License-Identifier: Apache-2.0
"""The harness of docs/how-to refuses a page that no longer fits the tree, and sees output that is not as shown."""
import how_to
import pytest

TREE = {"a.cpp": b"one\n    two\nthree\ntwo\n"}


def page(tmp_path, *blocks, stated="You touch 1 file."):
    path = tmp_path / "page.md"
    path.write_text(stated + "\n\n" + "\n".join(f"```{info}\n{text}```\n" for info, text in blocks))
    return how_to.read_page(path)


@pytest.mark.parametrize("info, expected", [
    ("cpp file=a.cpp append", b"one\n    two\nthree\ntwo\nX\n"),
    ("cpp file=a.cpp after=one", b"one\nX\n    two\nthree\ntwo\n"),
    ("cpp file=a.cpp before='three'", b"one\n    two\nX\nthree\ntwo\n"),
    ("cpp file=a.cpp replace=three", b"one\n    two\nX\ntwo\n"),
    ("cpp file=a.cpp after=two under=three", b"one\n    two\nthree\ntwo\nX\n"),
])
def test_a_block_is_put_where_it_says(tmp_path, info, expected):
    changed = how_to.apply(page(tmp_path, (info, "X\n")), TREE)
    assert changed["a.cpp"] == expected, f"{info} put the block elsewhere"
    assert TREE["a.cpp"] == b"one\n    two\nthree\ntwo\n", "the tree that was given is changed"


@pytest.mark.parametrize("info, message", [
    ("cpp file=a.cpp after=two", "2 times"),
    ("cpp file=a.cpp after=four", "0 times"),
    ("cpp file=a.cpp after=one under=three", "no line 'one' under 'three'"),
    ("cpp file=a.cpp new", "there already"),
    ("cpp file=b.cpp append", "there is no b.cpp"),
    ("cpp file=a.cpp", "expected one of new"),
    ("cpp file=a.cpp new append", "expected one of new"),
    ("cpp file=a.cpp beneath=one", "'beneath' is not known"),
    ("cpp append", "no file="),
    ("cpp file='a.cpp append", "No closing quotation"),
    ("console build=x", "before the first command"),
])
def test_a_block_that_does_not_fit_is_refused(tmp_path, info, message):
    with pytest.raises(how_to.PageError, match="page.md:3.*" + message):
        read = page(tmp_path, (info, "X\n"))
        how_to.apply(read, TREE)
        read.commands


@pytest.mark.parametrize("stated", ["You touch a few files.", "You touch 1 file. You touch 2 files."])
def test_a_page_states_its_number_once(tmp_path, stated):
    with pytest.raises(how_to.PageError, match="expected one sentence"):
        page(tmp_path, stated=stated)


def test_what_is_counted(tmp_path):
    read = page(tmp_path, ("cpp file=a.cpp append", "X\n"), ("cpp file=a.cpp after=one", "X\n"), ("c file=demo.c new demo", "X\n"),
                ("cpp", "an illustration\n"))
    assert read.touched == ["a.cpp"], "two blocks of one file are one file; a demonstration's is not counted"


def test_commands_and_their_exit_codes(tmp_path):
    read = page(tmp_path, ("console build=isa_tests,guests exit=3", "$ one\n1\n$ two\n$ three\n3\n"))
    found = [(command.words, command.expected, command.exit) for command in read.commands]
    assert found == [("one", "1\n", 0), ("two", "", 0), ("three", "3\n", 3)], "commands are read otherwise"
    assert read.targets == ["guests", "isa_tests"], "targets are read otherwise"


@pytest.mark.parametrize("expected, actual, same", [
    ("a\nb\n", "a\nb\n", True),
    ("a\n", "a\nb\n", False),
    ("", "", True),
    ("", "a\n", False),
    ("...\n", "", True),
    ("...\nb\n", "x\ny\nb\n", True),
    ("...\nb\n", "x\ny\n", False),
    ("a ... c\n", "a b c\n", True),
    ("a ... c\n", "a b\nc\n", False),
    ("a.c\n", "abc\n", False),
])
def test_output_is_compared(expected, actual, same):
    assert (how_to.difference(expected, actual) is None) == same, f"{expected!r} against {actual!r}"
