# SPDX-License-Identifier: Apache-2.0
"""Every file says its licence, none names a place on somebody's machine, and none is a binary."""
import re

import tracked

# Kinds of files that have no place for a comment, or are read as they stand.
NO_LICENCE_LINE = {
    ".json": "has no comments",
    ".ipynb": "has no comments",
    ".typed": "is empty",
    "README.md": "the front page of a folder on the web",
    "CHANGELOG.md": "the same",
    "LICENSE": "is the licence",
    ".gitignore": "a line per pattern",
    ".clang-format": "a line per setting",
    "docs/coverage.md": "says in its first line what makes it",
    "tests/golden/comparison": "output, byte for byte",
    "tests/fuzz/corpus/": "input, byte for byte",
}
HOME = re.compile(rb"/(?:home|root|Users|work|mnt)/[A-Za-z0-9_.-]+")


def exempt(name):
    return [ending for ending in NO_LICENCE_LINE if name.endswith(ending) or name.startswith(ending)]


def test_licence():
    used = set()
    for name in tracked.tracked():
        head = (tracked.ROOT / name).read_bytes()[:400]
        if exempt(name) and b"SPDX-License-Identifier" not in head:
            used.update(exempt(name))
        else:
            assert b"SPDX-License-Identifier: Apache-2.0" in head, f"{name}: expected an SPDX line at the top"
    assert NO_LICENCE_LINE.keys() == used, "kinds of files that are exempt, and need not be"


def test_no_machine_paths():
    for name in tracked.tracked():
        if found := HOME.search((tracked.ROOT / name).read_bytes()):
            raise AssertionError(f"{name} names {found[0].decode()}, a place on somebody's machine")


def test_no_binaries():
    for name in tracked.tracked():
        assert b"\0" not in (tracked.ROOT / name).read_bytes(), f"{name} is a binary file"


def test_every_test_is_built_or_run():
    """A test's file is named in the CMakeLists.txt of its folder, with or without the words that say it is a test."""
    alone = []
    for name in tracked.tracked():
        path = tracked.ROOT / name
        found = re.fullmatch(r"(?:(\w+_test)\.cpp|test_(\w+)\.py)", path.name)
        if not name.startswith("tests/") or not found:
            continue
        lists = path.parent / "CMakeLists.txt"
        word = rf"\b{found[1].removesuffix('_test')}(_test)?\b" if found[1] else rf"\b(test_)?{found[2]}\b"
        if not lists.is_file() or not re.search(word, lists.read_text()):
            alone.append(name)
    assert not alone, f"in no CMakeLists.txt of their folders, so nobody runs them: {', '.join(alone)}"
