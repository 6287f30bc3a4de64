# SPDX-License-Identifier: Apache-2.0
"""An installed prefix works by itself: without the build tree and without the sources."""
import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ["VTOLL_PROGRAM"])


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prefix")
    done = subprocess.run([os.environ["CMAKE_COMMAND"], "--install", PROGRAM.parent, "--prefix", folder],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    # Whatever the program knows of the trees it comes from is made to lead nowhere.
    for file in [folder / "bin/vtoll", *folder.glob("lib/python3/dist-packages/vtoll/*.so")]:
        known = os.fsencode(ROOT) + b"\0"
        file.write_bytes(file.read_bytes().replace(known, b"/" + b"-" * (len(known) - 2) + b"\0"))
    return folder


def installed(prefix, *words, **environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("VTOLL_") and k != "PYTHONPATH"}
    done = subprocess.run([*map(str, words)], cwd=prefix, env={**clean, **environment}, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_program(prefix):
    assert "world switch" in installed(prefix, "bin/vtoll", "tables", "-q")
    assert "hypercall" in installed(prefix, "bin/vtoll", "scenarios")
    assert "counted" in installed(prefix, "bin/vtoll", "tables", "size"), "counts the installed sources of the hypervisors"
    assert "zimage" in installed(prefix, "bin/vtoll", "fetch", "--list", HOME=str(prefix))


def test_its_python(prefix):
    text = installed(prefix, sys.executable, "-B", "-c", "import vtoll; print(vtoll.__file__); print(vtoll.tables('overheads'))",
                     PYTHONPATH=str(prefix / "lib/python3/dist-packages"))
    assert text.startswith(str(prefix)), text
    assert "device" in text.lower(), text
    swept = installed(prefix, "bin/vtoll", "sweep", "hypercall", "-P", "memory.ns=60,90", "-c", "timing.rung=cortex-a15", "-q",
                      "--format", "csv")
    assert len(swept.splitlines()) == 3, swept


@pytest.mark.skipif(os.environ["HAVE_MACHINE"] != "1", reason="the build has no vtoll_python")
def test_its_machine(prefix):
    code = """if True:
        import vtoll, vtoll.machine
        machine = vtoll.Machine("hypercall", timing="cortex-a15")
        event = machine.run(until="marker:3")
        assert event.reached, event
        print(vtoll.machine._extension().__file__)
        print(machine.finish("stepped").outcome)"""
    words = installed(prefix, sys.executable, "-B", "-c", code, PYTHONPATH=str(prefix / "lib/python3/dist-packages")).splitlines()
    assert words[0].startswith(str(prefix)) and words[1:] == ["power_off"], words
    installed(prefix, "bin/vtoll", "run", "hypercall", "--timing", "cortex-a15", "-q", "-o", "alone")
    assert (prefix / "stepped/stats.json").read_bytes() == (prefix / "alone/stats.json").read_bytes()


def test_verbs_that_read_what_is_shipped(prefix):
    installed(prefix, "bin/vtoll", "run", "page-fault", "--timing", "cortex-a15", "-q", "--functions")
    installed(prefix, "bin/vtoll", "report", "page-fault", "-o", "page.html")
    page = (prefix / "page.html").read_text()
    assert "stage2-fault" in page and "PL011 transmits at once" in page, "the books, and README.md's list"
    table = installed(prefix, "bin/vtoll", "whatif", "--feature", "syndrome", "--timing", "weights", "-q", "--format", "csv")
    assert "minios: fork" in table and "not measured" not in table, table


def test_manual_pages_say_what_help_says(prefix):
    verbs = re.findall(r"^  (\w+) ", installed(prefix, "bin/vtoll", "--help").partition("\nSubcommands:\n")[2], re.MULTILINE)
    pages = {page.name for page in (prefix / "share/man/man1").iterdir()}
    assert pages == {"vtoll.1", *(f"vtoll-{verb}.1" for verb in verbs)}
    for page in sorted(pages):
        shown = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-P-bcu", "-rLL=200n", prefix / "share/man/man1" / page],
                               capture_output=True, text=True, timeout=60)
        assert shown.returncode == 0 and not shown.stderr, f"{page}: {shown.stderr}"
        words = page.removesuffix(".1").split("-")[1:]
        for option in re.findall(r"^ +(?:-\w, ?)?(--[\w-]+)", installed(prefix, "bin/vtoll", *words, "--help"), re.MULTILINE):
            assert option in shown.stdout, f"{page} has {option}"
        assert re.search(r"EXAMPLES\n +vtoll " + (words[0] if words else ""), shown.stdout), f"{page}: {shown.stdout}"


def test_completion_scripts_are_where_shells_look(prefix):
    for place in ("bash-completion/completions/vtoll", "zsh/site-functions/_vtoll", "fish/vendor_completions.d/vtoll.fish"):
        assert "completion words" in (prefix / "share" / place).read_text(), place
