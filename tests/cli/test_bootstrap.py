# SPDX-License-Identifier: Apache-2.0
"""The script ./vtoll, in a tree of its own and with stand-ins for the tools it calls."""
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

TOOLS = {
    "dpkg-query": 'cat "$STATE/installed"',
    "apt-get": 'echo "apt-get $*" >>"$STATE/log"; [ ! -e "$STATE/offline" ]',
    "cmake": 'echo "cmake $*" >>"$STATE/log"; mkdir -p build/release; echo >build/release/build.ninja',
    "ninja": """echo "ninja $*" >>"$STATE/log"
[ -e "$STATE/broken" ] && { echo "error: no such thing"; exit 1; }
cp "$STATE/program" "$2/vtoll"; echo "[0/1] version" """,
}


@pytest.fixture
def tree(tmp_path):
    root, state, tools = tmp_path / "tree", tmp_path / "state", tmp_path / "tools"
    for folder in (root, state, tools):
        folder.mkdir()
    shutil.copy(ROOT / "vtoll", root / "vtoll")
    (root / "packages.txt").write_text("# a comment\nalpha\nbeta\n")
    (state / "installed").write_text("installed alpha\ninstalled beta\n")
    (state / "program").write_text('#!/bin/sh\necho "program: $*"; exit 42\n')
    (state / "program").chmod(0o755)
    for name, body in TOOLS.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)

    def call(*words, program=root / "vtoll", cwd=root):
        return subprocess.run([program, *words], cwd=cwd, capture_output=True, text=True, timeout=30,
                              env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "STATE": str(state)})

    call.root, call.state, call.folder = root, state, tmp_path
    call.log = lambda: (state / "log").read_text() if (state / "log").exists() else ""
    return call


def test_builds_then_becomes_the_program_with_the_same_words(tree):
    result = tree("run", "a b", "-c", "x=1")
    assert (result.returncode, result.stdout) == (42, "program: run a b -c x=1\n"), result.stderr
    assert "cmake --preset release" in tree.log() and "apt-get" not in tree.log()
    assert tree.log().rstrip().endswith("vtoll_cli vtoll_python guests"), "what running needs, no tests"


def test_is_quiet_when_nothing_is_to_do(tree):
    tree("version")
    again = tree("version")
    assert again.stderr == "", "nothing to say"
    assert tree.log().count("cmake") == 1, "configured once"


def test_the_verb_test_builds_everything(tree):
    tree("test")
    assert tree.log().rstrip().endswith(" all guests")


def test_from_anywhere_and_through_a_symbolic_link(tree):
    link = tree.folder / "link"
    link.symlink_to(tree.root / "vtoll")
    assert tree("version", program=link, cwd="/").stdout == "program: version\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to be root: the script installs as root or by sudo")
def test_installs_what_is_missing(tree):
    (tree.state / "installed").write_text("installed alpha\n")
    result = tree("version")
    assert "vtoll: installing beta" in result.stderr
    assert "install --no-install-recommends beta" in tree.log() and "alpha" not in tree.log()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to be root: the script installs as root or by sudo")
def test_says_so_when_packages_cannot_be_had(tree):
    (tree.state / "installed").write_text("")
    (tree.state / "offline").write_text("")
    result = tree("version")
    assert result.returncode == 3 and result.stdout == ""
    assert result.stderr.splitlines()[-1] == (
        "vtoll: the packages can't be installed (no network, or not allowed to); wanted: apt-get install alpha beta")


def test_a_build_that_fails(tree):
    (tree.state / "broken").write_text("")
    result = tree("version")
    assert result.returncode == 3 and result.stdout == ""
    assert result.stderr.splitlines()[-2:] == ["error: no such thing", "vtoll: the build failed"]
