# SPDX-License-Identifier: Apache-2.0
"""Wrong inputs over all verbs: each is one line with the right code, before anything else happens, and loses nothing.

A row is the command, its exit code, and words that must be in the line. Every file of the folder is afterwards what it was,
byte for byte, and there is none beside them.
"""
import hashlib
import os
import re
import shutil
import subprocess

import pytest
from programs import LOOP_FOREVER, SAY_OK, elf

USAGE, INPUT = 2, 3

# A command that writes, as far as its output: what is there is refused unless it is what the command writes.
WRITERS = {
    "run --log": ["run", "ok.elf", "--no-output", "--log"],
    "run --save": ["run", "loop.elf", "--no-output", "--save-at", "insns:10", "--save"],
    "trace record": ["trace", "record", "loop.elf", "--limit", "1000", "-c", "machine.virtualization=false", "-o"],
    "trace import": ["trace", "import", "log.tarmac", "-o"],
    "trace replay": ["trace", "replay", "ok.trace", "--native", "--row", "null", "--json"],
    "tables": ["tables", "size", "-o"],
    "tables --json": ["tables", "size", "--json"],
    "explain": ["explain", "hypercall", "-o"],
    "explain --list": ["explain", "--list", "-o"],
    "annotate": ["annotate", "run", "_start", "-o"],
    "advise": ["advise", "run", "-o"],
    "exits": ["exits", "run", "-o"],
    "exits --json": ["exits", "run", "--json"],
    "compare": ["compare", "run", "run2", "-o"],
    "validate": ["validate", "-o"],
    "report": ["report", "run", "-o"],
    "export --stacks": ["export", "run", "--stacks", "-o"],
    "export --perfetto": ["export", "run", "--perfetto", "-o"],
    "sweep": ["sweep", "ok.elf", "-P", "machine.cpus=1", "-o"],
    "whatif": ["whatif", "-o"],
    "whatif --plot": ["whatif", "--plot"],
}
PRECIOUS = ["ok.elf", "s.toml", "run/stats.json", "run/episodes.sqlite", "run/console.log", "System.map", "script.sh", "tool.c"]

ROWS = [
    # what is not there, or not what it should be
    (["run", "no.elf"], INPUT, "no.elf: no such file"),
    (["run", "no.toml"], INPUT, "no.toml: can't be opened"),
    (["run", "."], INPUT, ".: "),
    (["run", "log.tarmac"], INPUT, "neither ELF nor zImage"),
    (["run", "cut.elf"], INPUT, "cut.elf: truncated"),
    (["run", "empty"], INPUT, "empty: "),
    (["run", "--kernel", "no-zImage"], INPUT, "no-zImage"),
    (["run", "--restore", "ok.elf"], INPUT, "ok.elf: is not a checkpoint"),
    (["run", "--restore", "cut.checkpoint"], INPUT, "cut.checkpoint: is cut short"),
    (["run", "ok.elf", "--symbols", "none.map"], INPUT, "none.map"),
    (["run", "ok.elf", "--phases", "ok.elf"], INPUT, "ok.elf"),
    (["run", "ok.elf", "--timing", "cortex-a99"], INPUT, "timing 'cortex-a99': no such model"),
    (["run", "ok.elf", "--timing", "s.toml"], INPUT, "s.toml"),
    (["run", "ok.elf", "--timing", "far.toml"], INPUT, "far.toml:1: extends: no 'cortex-a99'"),
    (["run", "ok.elf", "--timing", "seven.toml"], INPUT, "seven.toml:1: extends: no text"),
    (["exits", "no-run"], INPUT, "no-run: no run"),
    (["runs", "show", "no-run"], INPUT, "no-run: no run"),
    (["runs", "remove", "precious"], INPUT, "precious: no run"),
    (["exits", "broken"], INPUT, "broken"),
    (["report", "no-run"], INPUT, "no-run: no run"),
    (["report", "broken"], INPUT, "broken/episodes.sqlite: is damaged"),
    (["report", "run", "--tables", "no-table"], INPUT, "no-table"),
    (["export", "run", "--perfetto"], INPUT, "run: no recording.sqlite"),
    (["compare", "run", "no-run"], INPUT, "no-run"),
    (["compare", "run", "broken"], INPUT, "broken"),
    (["explain", "no-row"], INPUT, "no-row: no such run or row"),
    (["explain", "sig handler", "--executed"], INPUT, "sig handler: lmbench prints the difference of two loops"),
    (["explain", "nul syscall", "--executed"], INPUT, "nul syscall: no such row of lmbench (did you mean 'null syscall'?)"),
    (["explain", "run", "hypercall 9"], INPUT, "hypercall 9: run has no such exit"), (["annotate", "run", "nothing"], INPUT, "nothing: no exit of run"),
    (["annotate", "no-run", "x"], INPUT, "no-run: "), (["phases", "run"], INPUT, "no functions were recorded"),
    (["advise", "no-run"], INPUT, "no-run: "),
    (["tables", "no-table"], INPUT, "no-table"),
    (["tables", "s.toml"], INPUT, "s.toml"),
    (["whatif", "--feature", "no-feature"], USAGE, "no-feature: no such feature"),
    (["whatif", "--timing", "cortex-a99"], INPUT, "timing 'cortex-a99'"),
    (["validate", "--timing", "cortex-a99"], INPUT, "timing 'cortex-a99'"),
    (["validate", "--only", "no-program"], INPUT, "--only no-program: no figure"),
    (["fetch", "no-image"], INPUT, "no-image"),
    (["checkpoint", "info", "ok.elf"], INPUT, "ok.elf: is not a checkpoint"),
    (["trace", "info", "ok.elf"], INPUT, "ok.elf"),
    (["trace", "dump", "cut.trace"], INPUT, "cut.trace"),
    (["trace", "replay", "log.tarmac", "--native"], INPUT, "log.tarmac"),
    (["trace", "replay", "ok.trace", "--para", "no-port"], INPUT, "no-port"),
    (["trace", "import", "ok.elf", "-o", "new.trace"], INPUT, "ok.elf"),
    (["trace", "row", "no-row"], INPUT, "'no-row': no such row"),
    (["disasm", "no-word"], INPUT, "no-word: neither a file nor"),
    (["models", "show", "no-model"], INPUT, "no-model"),
    (["models", "check", "s.toml"], INPUT, "s.toml"),
    (["sweep", "no.elf", "-P", "machine.cpus=1"], INPUT, "no.elf: no such file"),
    (["sweep", "ok.elf", "-P", "machine.cpux=1"], INPUT, "machine.cpux"),
    (["sweep", "ok.elf", "-P", "machine.cpus=1", "--dask", "nowhere"], INPUT, "--dask nowhere: "),
    # words that can't be
    ([], USAGE, "subcommand"),
    (["fly"], USAGE, "fly"),
    (["run"], USAGE, "expected a scenario"),
    (["run", "ok.elf", "--flie"], USAGE, "--flie"),
    (["export", "run"], USAGE, "expected --stacks or --perfetto"),
    (["export", "run", "--stacks", "--unit", "miles"], USAGE, "--unit"),
    (["compare", "run"], USAGE, "runs"),
    (["exits", "run", "--by", "weekday"], USAGE, "--by"),
    (["exits", "run", "--format", "pdf"], USAGE, "--format"),
    (["sweep", "ok.elf"], USAGE, "--parameter is required"),
    (["sweep", "ok.elf", "-P", "machine.cpus"], USAGE, "-P machine.cpus: expected key=value"),
    (["sweep", "ok.elf", "-P", "machine.cpus=1,,2"], USAGE, "expected a value on both sides of each comma"),
    (["sweep", "ok.elf", "-P", "machine.cpus=1", "-P", "machine.cpus=2"], USAGE, "machine.cpus has values already"),
    (["sweep", "ok.elf", "-P", "machine.cpus=1", "-j", "0"], USAGE, "--jobs"),
    (["validate", "--limit", "-1"], USAGE, "--limit"),
    (["completion", "tcsh"], USAGE, "tcsh"),
    (["completion"], USAGE, "subcommand"),
    (["models"], USAGE, "subcommand"),
    (["trace", "replay", "ok.trace"], USAGE, "expected --native or --para"),
    (["run", "ok.elf", "--save", "new"], USAGE, "--save-at"),
    (["run", "ok.elf", "--until", "noon"], INPUT, "expected marker:N"),
    (["run", "ok.elf", "-c", "machine.cpus"], INPUT, "expected key=value"),
    (["run", b"\xff.elf"], USAGE, r"\xff.elf: is not UTF-8"),
    (["report", "run", "-o", b"\xff.html"], USAGE, r"\xff.html: is not UTF-8"),
    # counts
    *((["run", "loop.elf", "--limit", count], USAGE, f"--limit: {count}: expected a number of at least 1")
      for count in ("0", "-1", "many", "1.5", "10X", "1e99", "")),
    (["run", "loop.elf", "--timeline", "0"], USAGE, "--timeline: 0: expected a number of at least 1"),
    (["trace", "record", "ok.elf", "-o", "new.trace", "--most", "0"], USAGE, "--most: 0: expected"),
    (["trace", "dump", "ok.trace", "--count", "-5"], USAGE, "--count: -5: expected"),
    *((["run", "loop.elf", "--until", f"insns:{count}"], INPUT, "insns:N with N a number of at least 1") for count in ("0", "-1", "x")),
    *((["run", "loop.elf", "-c", f"limits.instructions={count}"], INPUT, "limits.instructions: expected a number of at least 1")
      for count in ("0", "-1", "1.5", "lots", "true")),
    # names that lead elsewhere
    (["run", "escape.toml"], INPUT, "escape.toml:1: name: expected a name that a folder can have"),
    (["run", "ok.elf", "-c", "name=.."], INPUT, "name: expected a name that a folder can have"),
    (["run", "ok.elf", "-c", "name=/etc"], INPUT, "name: expected a name that a folder can have"),
    # outputs
    (["run", "ok.elf", "-o", "precious"], INPUT, "-o precious: exists and isn't a run directory"),
    (["run", "ok.elf", "-o", "ok.elf"], INPUT, "-o ok.elf: exists and isn't a run directory"),
    (["run", "ok.elf", "-o", "npm"], INPUT, "-o npm: exists and isn't a run directory"),
    (["run", "ok.elf", "-o", "-"], INPUT, "-o -: a run leaves a folder"),
    (["run", "ok.elf", "-o", "ok.elf/run"], INPUT, "-o ok.elf/run: can't be written"),
    (["run", "loop.elf", "-o", "/proc/run"], INPUT, "-o /proc/run: can't be written"),
    (["run", "loop.elf", "--no-output", "--log", "no/folder/log"], INPUT, "--log no/folder/log: can't be written"),
    (["run", "loop.elf", "--no-output", "--save", "no/folder/c", "--save-at", "insns:1G"], INPUT, "--save no/folder/c: can't be written"),
    (["run", "loop.elf", "--no-output", "--log", "x", "--save", "./x", "--save-at", "insns:10"], INPUT, "is what --log writes as well"),
    (["run", "--restore", "at10.checkpoint", "--no-output", "--save", "at10.checkpoint", "--save-at", "insns:20"], INPUT, "is the file that --restore reads"),
    (["exits", "run", "-o", "x", "--json", "x"], INPUT, "is what -o writes as well"),
    (["exits", "run", "-o", "run"], INPUT, "-o run: is a folder"),
    (["validate", "-o", "no/folder/x"], INPUT, "-o no/folder/x: can't be written"),
    (["tables", "--json", "no/folder/x"], INPUT, "--json no/folder/x: can't be written"),
    (["report", "run", "-o", "no/folder/x.html"], INPUT, "no/folder/x.html: can't be written"),
    (["whatif", "--plot", "no/folder/x.svg"], INPUT, "no/folder/x.svg: can't be written"),
]
TABLE = ROWS + [(words + [file], INPUT, f"{file}: is there and not ") for words in WRITERS.values() for file in PRECIOUS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")

    def vtoll(*words):
        done = subprocess.run([os.environ["VTOLL_PROGRAM"], *words], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, f"{words}: {done.stderr}"

    (folder / "ok.elf").write_bytes(elf(SAY_OK))
    (folder / "loop.elf").write_bytes(elf(LOOP_FOREVER))
    (folder / "cut.elf").write_bytes(elf(SAY_OK)[:60])
    (folder / "empty").touch()
    (folder / "s.toml").write_text('[[image]]\nfile = "ok.elf"\n')
    (folder / "escape.toml").write_text('name = "a/../../etc"\n[[image]]\nfile = "ok.elf"\n')
    (folder / "far.toml").write_text('extends = "cortex-a99"\n')
    (folder / "seven.toml").write_text("extends = 7\n")
    (folder / "System.map").write_text("c0008000 T stext\n")
    (folder / "script.sh").write_text("#!/bin/sh\necho hello\n")
    (folder / "tool.c").write_text("#include <stdio.h>\nint main(void) { return 0; }\n")
    (folder / "npm").mkdir()
    (folder / "npm/manifest.json").write_text('{"name": "somebody else\'s"}')
    (folder / "precious").mkdir()
    (folder / "precious/thesis.tex").write_text("all of it")
    for name in ("run", "run2", "broken"):
        vtoll("run", "ok.elf", "-q", "-o", name)
    database = (folder / "broken/episodes.sqlite").read_bytes()
    (folder / "broken/episodes.sqlite").write_bytes(database[:len(database) // 2])
    vtoll("run", "loop.elf", "--no-output", "-q", "--until", "insns:100", "-c", "machine.virtualization=false", "--log", "log.tarmac")
    vtoll("run", "loop.elf", "--no-output", "-q", "--save", "at10.checkpoint", "--save-at", "insns:10")
    (folder / "cut.checkpoint").write_bytes((folder / "at10.checkpoint").read_bytes()[:-100])
    vtoll("trace", "record", "loop.elf", "--limit", "1000", "-c", "machine.virtualization=false", "-o", "ok.trace")
    (folder / "cut.trace").write_bytes((folder / "ok.trace").read_bytes()[:-20])
    return folder


def state(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else None for p in folder.rglob("*")}


def test_there_are_enough_and_each_verb_has_one():
    said = subprocess.run([os.environ["VTOLL_PROGRAM"], "--help"], capture_output=True, text=True).stdout
    verbs = set(re.findall(r"^  (\w+) ", said.partition("\nSubcommands:\n")[2], re.MULTILINE))
    without_inputs = {"scenarios", "version", "test"}  # these take no name and no file
    assert verbs - without_inputs == {words[0] for words, _, _ in TABLE if words} & verbs, "every verb is tried"
    assert len([row for row in ROWS if row[0]]) >= 60, "those of each verb's output not counted"


@pytest.mark.parametrize("words, code, said", TABLE, ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else "")
def test_one_line_and_nothing_lost(folder, words, code, said):
    before = state(folder)
    done = subprocess.run([os.environ["VTOLL_PROGRAM"], *words], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stderr}"
    assert re.fullmatch(r"vtoll: [^\n]+\n", done.stderr), f"one line: {done.stderr!r}"
    assert said in done.stderr, f"{said!r} is not in: {done.stderr}"
    assert done.stdout == "", f"nothing else: {done.stdout[:300]!r}"
    after = state(folder)
    assert after == before, f"lost or left behind: {sorted(set(after.items()) ^ set(before.items()))}"


@pytest.mark.parametrize("count, instructions", [("2000", 2000), ("2k", 2000), ("2K", 2000), ("0.002M", 2000), ("2e3", 2000), ("0x7d0", 2000), ("1M", 1_000_000)])
def test_counts_are_said_in_many_ways(folder, count, instructions):
    for words in (["--limit", count], ["-c", f"limits.instructions={count}"], ["-c", f'limits.instructions="{count}"']):
        done = subprocess.run([os.environ["VTOLL_PROGRAM"], "run", "loop.elf", "--no-output", *words], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 4 and f"stopped at the limit of {instructions} instructions" in done.stderr, f"{words}: {done.stderr}"
    done = subprocess.run([os.environ["VTOLL_PROGRAM"], "run", "loop.elf", "--no-output", "--until", f"insns:{count}"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and f"; {instructions} instructions" in done.stderr, done.stderr


@pytest.mark.parametrize("extends", ["cortex-a15", "cortex-a15.toml"])
def test_shipped_profiles_are_extended_from_any_folder(folder, tmp_path, extends):
    (tmp_path / "mine.toml").write_text(f'extends = "{extends}"\nname = "mine"\n[memory]\nns = {{ value = 200, source = "mine" }}\n')
    for cwd, file in ((tmp_path, "mine.toml"), (folder, tmp_path / "mine.toml")):
        done = subprocess.run([os.environ["VTOLL_PROGRAM"], "run", folder / "ok.elf", "--no-output", "--timing", file], cwd=cwd, capture_output=True, text=True)
        assert done.returncode == 0 and "'mine'" in done.stdout, done.stdout + done.stderr


def test_what_a_command_writes_it_may_write_again(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    for name in ("run --log", "run --save", "trace record", "trace import", "tables", "tables --json", "explain --list", "exits", "exits --json",
                 "compare", "report", "export --stacks", "sweep"):
        for attempt in range(2):
            done = subprocess.run([os.environ["VTOLL_PROGRAM"], *WRITERS[name], "again"], cwd=tmp_path, capture_output=True, text=True)
            assert done.returncode == 0, f"{name}, time {attempt}: {done.stderr}"
        (tmp_path / "again").unlink()
    for form in ("text", "md", "html", "latex", "csv", "json", "layout"):
        done = subprocess.run([os.environ["VTOLL_PROGRAM"], "exits", "run", "--format", form, "-o", "table"], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, f"a table in one form takes the place of one in another: {form}: {done.stderr}"


FULL = [["version"], ["scenarios"], ["scenarios", "--keys"], ["exits", "run"], ["exits", "run", "-o", "-"], ["tables", "--list"], ["tables", "--kinds"],
        ["tables", "size"], ["explain", "--list"], ["compare", "run", "run2"], ["models", "list"], ["models", "show", "weights"], ["models", "check"],
        ["disasm", "e2811001"], ["completion", "bash"], ["completion", "words", "--", "ru"], ["trace", "info", "ok.trace"], ["trace", "dump", "ok.trace"],
        ["trace", "replay", "ok.trace", "--native"], ["trace", "record", "loop.elf", "--limit", "1000", "-c", "machine.virtualization=false", "-o", "-"],
        ["trace", "import", "log.tarmac", "-o", "-"], ["checkpoint", "info", "at10.checkpoint"],
        ["run", "ok.elf", "--no-output"], ["run", "ok.elf", "--print-config"], ["run", "ok.elf", "--no-output", "-q", "--log", "-"], ["report", "run", "--tables", "none", "-o", "-"],
        ["export", "run", "--stacks", "-o", "-"], ["sweep", "ok.elf", "-P", "machine.cpus=1", "-o", "new"], ["sweep", "ok.elf", "-P", "machine.cpus=1", "-o", "-"],
        ["whatif", "--list"], ["--help"], ["run", "--help"]]


@pytest.mark.parametrize("words", FULL, ids=" ".join)
def test_a_full_standard_output(folder, tmp_path, words):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with open("/dev/full", "w") as full:
        done = subprocess.run([os.environ["VTOLL_PROGRAM"], *words], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 3, f"nothing of it arrived: {done.stderr}"
    complaints = [line for line in done.stderr.splitlines() if "can't be written" in line or "could be written" in line or "No space left" in line]
    assert len(complaints) == 1 and complaints[0].startswith("vtoll: "), f"one line: {done.stderr}"


def test_a_run_of_something_else_is_kept(folder, tmp_path):
    """The one that is told by its books from the new one: model, image, keys, outcome, documents, files of the user's."""
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)

    def run(*words):
        return subprocess.run([os.environ["VTOLL_PROGRAM"], "run", *words, "-q", "-o", "out"], cwd=tmp_path, capture_output=True, text=True)

    def contents(name):
        return {p.name: p.read_bytes() for p in (tmp_path / name).iterdir()}

    (tmp_path / "same.elf").write_bytes((tmp_path / "ok.elf").read_bytes())
    assert run("same.elf").returncode == 0
    steps = [(["same.elf"], 0, None),  # the same run leaves the same bytes
             (["same.elf", "--timing", "weights"], 0, "timing functional, now weights"),
             (["loop.elf", "--limit", "1000"], 4, "scenario same, now loop"),
             (["loop.elf", "--limit", "2000"], 4, "other keys of the scenario"),
             (["loop.elf", "--until", "insns:2000"], 0, "outcome instruction_limit, now stop_point"),
             (["loop.elf", "--until", "insns:2000", "--functions"], 0, None),
             (["loop.elf", "--until", "insns:2000"], 0, "it has a recording.sqlite"),
             (["same.elf"], 0, "scenario loop, now same")]
    kept = 0
    for words, code, why in steps:
        earlier = contents("out")
        done = run(*words)
        assert done.returncode == code, f"{words}: {done.stderr}"
        said = [line for line in done.stderr.splitlines() if "the earlier run is kept" in line]
        if why is None:
            assert not said, f"{words}: nothing is lost: {done.stderr}"
            continue
        kept += 1
        assert said == [f"vtoll: out: the earlier run is kept, as out.{kept}: {why}"], f"{words}: {done.stderr}"
        assert contents(f"out.{kept}") == earlier, f"{words}: byte for byte"
    (tmp_path / "same.elf").write_bytes(elf(SAY_OK + [0]))
    assert "it was of another same.elf" in run("same.elf").stderr
    (tmp_path / "out/notes.txt").write_text("precious")
    done = run("same.elf")
    assert f"the earlier run is kept, as out.{kept + 2}: it has files that no run leaves: notes.txt" in done.stderr, done.stderr
    assert (tmp_path / f"out.{kept + 2}/notes.txt").read_text() == "precious"
    assert not list(tmp_path.glob("*.partial")), "and nothing beside them"


def test_outputs_are_opened_before_the_first_instruction(folder):
    """A run of hours would be for nothing: the limit is far behind what a test could wait for."""
    for words in (["--log", "/proc/x"], ["--save", "/proc/x", "--save-at", "insns:1000G"], ["-o", "/proc/x"]):
        done = subprocess.run([os.environ["VTOLL_PROGRAM"], "run", "loop.elf", *(["--no-output"] if "-o" not in words else []), *words], cwd=folder, capture_output=True,
                              text=True, timeout=20)
        assert done.returncode == 3 and "can't be written" in done.stderr, f"{words}: {done.stderr}"
