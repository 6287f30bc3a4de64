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
    (root / "packages.txt").write_text("# a comment\n[run]\nalpha\nbeta\n\n[python]\ngamma\n[test]\n# another\ndelta\n")
    (state / "installed").write_text("".join(f"installed {name}\n" for name in ("alpha", "beta", "gamma", "delta")))
    (state / "program").write_text('#!/bin/sh\necho "program: $*"; echo "script: $VTOLL_SCRIPT" >>"$STATE/log"; exit 42\n')
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
    assert tree.log().splitlines()[-2].endswith(" shipped"), f"what running needs, no tests: {tree.log()}"
    assert tree.log().endswith(f"script: {tree.root}/vtoll\n"), "the program can ask for what Python needs"


def test_is_quiet_when_nothing_is_to_do(tree):
    tree("version")
    again = tree("version")
    assert again.stderr == "", "nothing to say"
    assert tree.log().count("cmake") == 1, "configured once"


def test_the_verb_test_builds_everything(tree):
    tree("test")
    assert tree.log().splitlines()[-2].endswith(" all guests"), tree.log()
    assert tree.log().endswith("script: \n"), "all packages are there: no test may install any"


def test_from_anywhere_and_through_a_symbolic_link(tree):
    link = tree.folder / "link"
    link.symlink_to(tree.root / "vtoll")
    assert tree("version", program=link, cwd="/").stdout == "program: version\n"


def installed(tree):
    """The packages that apt-get was asked for."""
    return [line.split("--no-install-recommends ")[1] for line in tree.log().splitlines() if line.startswith("apt-get -q -y install")]


AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs to be root: the script installs as root or by sudo")


@AS_ROOT
def test_installs_what_is_missing(tree):
    (tree.state / "installed").write_text("installed alpha\n")
    result = tree("version")
    assert "vtoll: installing beta" in result.stderr
    assert installed(tree) == ["beta"], "of the set run, and nothing of the others"


@AS_ROOT
def test_installs_a_set_when_it_is_first_needed(tree):
    (tree.state / "installed").write_text("installed alpha\n")
    for words in (["version"], ["--packages", "python"], ["--packages", "python"], ["test"], ["version"]):
        tree(*words)
    assert installed(tree) == ["beta", "gamma", "delta"], "apt-get is asked for each set once"
    assert tree.log().count("cmake") == 3, "configured again for each set that came: what can be built depends on them"


def test_packages_alone(tree):
    result = tree("--packages", "python")
    assert (result.returncode, result.stdout) == (0, ""), result.stderr
    assert tree.log().rstrip().endswith(" shipped") and "script:" not in tree.log(), "built, and the program was not started"


def test_a_set_that_is_not_there(tree):
    result = tree("--packages", "pyhton")
    assert result.returncode == 3 and result.stdout == ""
    assert result.stderr.splitlines()[-1] == "vtoll: packages.txt: no set 'pyhton'; expected run, python, test"


@AS_ROOT
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


PROGRAM = os.environ["VTOLL_PROGRAM"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run directory."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    subprocess.run([PROGRAM, "run", "hypercall", "-q", "-o", folder], capture_output=True, check=True, timeout=60)
    return folder


@pytest.mark.parametrize("words, asks", [
    (["report", "nothing"], True),
    (["export", "nothing", "--stacks"], True),
    (["sweep", "hypercall", "-P", "machine.ram=1M"], True),
    (["whatif", "--list"], True),
    (["exits", "FINISHED", "--format", "html"], True),
    (["exits", "FINISHED", "--format", "text"], False),
    (["exits", "FINISHED", "--format", "csv"], False),
    (["report", "--no-such-option"], False),
])
def test_what_is_made_in_python_asks_for_its_packages(tmp_path, finished, words, asks):
    words = [finished if word == "FINISHED" else word for word in words]
    script, log = tmp_path / "script", tmp_path / "log"
    script.write_text(f'#!/bin/sh\necho "$*" >>{log}\nexit 3\n')
    script.chmod(0o755)
    result = subprocess.run([PROGRAM, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60,
                            env={**os.environ, "VTOLL_SCRIPT": str(script)})
    assert (log.read_text() if log.exists() else "") == ("--packages python\n" if asks else ""), result.stderr
    if asks:
        assert (result.returncode, result.stdout) == (3, ""), "and goes no further when they can't be had"
        assert result.stderr == "vtoll: this is made in Python; expected the packages of the set python in packages.txt\n"


def hidden(tmp_path, *packages):
    """What CMake says of the tree, and the targets there are, where it does not find these packages."""
    build = tmp_path / "build"
    options = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in packages]
    said = subprocess.run([os.environ["CMAKE_COMMAND"], "-G", "Ninja", "-S", ROOT, "-B", build, *options], capture_output=True,
                          text=True, timeout=300)
    assert said.returncode == 0, said.stderr
    targets = subprocess.run(["ninja", "-C", build, "-t", "targets", "all"], capture_output=True, text=True, check=True).stdout
    return said.stdout, {line.split(":")[0] for line in targets.splitlines()}


def test_a_machine_without_the_packages_of_tests_and_python(tmp_path):
    said, targets = hidden(tmp_path, "GTest", "pybind11")
    assert [line for line in said.splitlines() if "left out" in line] == [
        "-- vtoll.Machine is left out: no pybind11 for /usr/bin/python3; expected the set python of packages.txt",
        "-- The tests are left out: no GTest; expected the set test of packages.txt"]
    assert {"shipped", "vtoll_cli", "guests"} <= targets and not {"vtoll_python", "isa_tests"} & targets, "and the rest is built"


def test_a_python_package_that_is_not_there(tmp_path, finished):
    (tmp_path / "jinja2.py").write_text("raise ModuleNotFoundError('No module', name='jinja2')\n")
    result = subprocess.run([PROGRAM, "report", finished, "-o", tmp_path / "page.html"], cwd=tmp_path, capture_output=True,
                            text=True, timeout=60, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (result.returncode, result.stdout) == (3, ""), result.stderr
    assert result.stderr == "vtoll: Python has no module jinja2; expected the packages of the set python in packages.txt\n"
