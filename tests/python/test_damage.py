# SPDX-License-Identifier: Apache-2.0
"""What the verbs written in Python say of damaged run directories, clusters that are gone, and two at once: one line, code 3.

They run in this process, as the program starts them, so that hundreds of cases take seconds.
"""
import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
from vtoll import verbs

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from programs import CLOSING, LOOP_FOREVER, SAY_OK, elf  # noqa: E402

PROGRAM = os.environ["VTOLL_PROGRAM"]


def program(folder, *words):
    return subprocess.run([PROGRAM, *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    (folder / "guest.elf").write_bytes(elf(SAY_OK))
    (folder / "loop.elf").write_bytes(elf(LOOP_FOREVER))
    done = program(folder, "run", "guest.elf", "-q", "-o", "run", "--functions", "--timeline", "100")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def here(whole, tmp_path, monkeypatch):
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VTOLL_TRACEBACK", raising=False)
    return tmp_path


OPTIONS = {
    "report": {"run": ["run"], "output": "page.html", "tables": "none", "title": None, "annotate": [], "pictures": None},
    "stacks": {"run": "run", "stacks": True, "perfetto": False, "unit": "ticks", "output": "stacks", "measured": False, "exits": False},
    "perfetto": {"run": "run", "stacks": False, "perfetto": True, "unit": "ticks", "output": "trace", "measured": False, "exits": False},
    "sweep": {"scenario": "guest.elf", "parameter": ["machine.cpus=1,2"], "set": [], "output": "s.sqlite", "jobs": None, "dask": None, "timing": None,
              "format": "csv", "quiet": True},
}
VERB = {"report": "report", "stacks": "export", "perfetto": "export", "sweep": "sweep"}


def verb(monkeypatch, capfd, name, **options):
    """Exit code and lines on standard error."""
    monkeypatch.setattr(sys, "argv", ["verbs", VERB[name], json.dumps(OPTIONS[name] | options)])
    code = verbs.main()
    return code, capfd.readouterr().err.splitlines()


def expect_one_line(code, lines, words, about):
    assert code == 3, f"{about}: exit code {code}: {lines}"
    assert len(lines) == 1 and lines[0].startswith("vtoll: "), f"{about}: one line, found {lines}"
    assert "expected" in lines[0] and "VTOLL_TRACEBACK" not in lines[0], f"{about}: no words of its own: {lines[0]}"
    assert words in lines[0], f"{about}: {words!r} is not in {lines[0]}"


def without(key):
    def damage(path):
        document = json.loads(path.read_text())
        del document[key]
        path.write_text(json.dumps(document))
    return damage


def with_value(key, value):
    def damage(path):
        document = json.loads(path.read_text())
        document[key] = value
        path.write_text(json.dumps(document))
    return damage


def as_folder(path):
    path.unlink()
    path.mkdir()


def halved(path):
    path.write_bytes(path.read_bytes()[:path.stat().st_size // 2])


def statement(*statements):
    def damage(path):
        with sqlite3.connect(path) as database:
            for each in statements:
                database.execute(each)
    return damage


ANY = {"missing": pathlib.Path.unlink, "a folder": as_folder, "empty": lambda path: path.write_bytes(b""), "half of it": halved,
       "bytes": lambda path: path.write_bytes(b"\xff\xfe\x00" * 500)}
TEXT = {"a list": lambda path: path.write_text("[]"), "a number": lambda path: path.write_text("1"), "deep": lambda path: path.write_text("[" * 100000)}
BOOKS = {"another version": statement("PRAGMA user_version = 99"), "of somebody else": statement(
    *(f"DROP TABLE IF EXISTS {table}" for table in ("episodes", "episode_phases", "functions", "timeline")))}
DAMAGE = {
    "stats.json": ANY | TEXT | {f"no {key}": without(key) for key in ("scenario", "timing", "outcome", "stats", "accounts", "words")} | {
        "accounts of text": with_value("accounts", "x"), "timing without a model": with_value("timing", {}),
        "another schema": with_value("schema", {"name": "vtoll-stats", "version": 99})},
    "manifest.json": ANY | TEXT | {f"no {key}": without(key) for key in ("tool", "inputs")},
    "config.toml": ANY | {"not TOML": lambda path: path.write_text("= ="), "no timing": lambda path: path.write_text("a = 1\n"),
                          "a timing of another kind": lambda path: path.write_text("timing = 1\n")},
    "episodes.sqlite": ANY | BOOKS,
    "recording.sqlite": ANY | BOOKS,
}
NEEDS = {"report": set(DAMAGE), "stacks": {"stats.json", "recording.sqlite"}, "perfetto": {"stats.json", "recording.sqlite"}}
NOT_THERE = ("missing", "a folder")


@pytest.mark.parametrize("name", NEEDS)
@pytest.mark.parametrize("file", DAMAGE)
def test_damaged_run_directories(here, whole, monkeypatch, capfd, name, file):
    if file not in NEEDS[name]:
        pytest.skip("not read")
    for what, damage in DAMAGE[file].items():
        about = f"{name}, {file}: {what}"
        shutil.rmtree("run")
        shutil.copytree(whole / "run", "run")
        damage(here / "run" / file)
        before = sorted(p.name for p in here.iterdir())
        code, lines = verb(monkeypatch, capfd, name)
        if file == "recording.sqlite" and what in NOT_THERE and name != "perfetto":
            assert code == 0, f"{about}: a run without a recording has something to show: {lines}"
            (here / OPTIONS[name]["output"]).unlink()
            continue
        words = f"run/{file}"
        if what in NOT_THERE and file in ("stats.json", "recording.sqlite"):
            words = "run: no "
        expect_one_line(code, lines, words, about)
        assert sorted(p.name for p in here.iterdir()) == before, f"{about}: nothing half-written"


@pytest.mark.parametrize("file", DAMAGE)
def test_verbs_that_are_not_python_say_it_in_a_line_too(here, whole, file):
    for what, damage in DAMAGE[file].items():
        for words in (["exits", "run"], ["compare", "run", "other"], ["run", "guest.elf", "-q", "-o", "run"]):
            shutil.rmtree("run")
            shutil.copytree(whole / "run", "run")
            shutil.copytree(whole / "run", "other", dirs_exist_ok=True)
            damage(here / "run" / file)
            done = program(here, *words)
            about = f"{' '.join(words)}, {file}: {what}: {done.stderr}"
            said = [line for line in done.stderr.splitlines(True) if line.startswith("vtoll: ") and not CLOSING.fullmatch(line)]
            assert done.returncode in (0, 3) and len(said) <= 1, about
            if done.returncode:
                assert re.fullmatch(r"vtoll: [^\n]+\n", done.stderr), about
            elif words[0] == "run" and (file, what) != ("recording.sqlite", "missing"):  # then it is the same run
                kept = here / "run.1"
                assert kept.is_dir() and "the earlier run is kept" in done.stderr, f"{about}: a damaged run is not thrown away"
                shutil.rmtree(kept)


def test_an_output_that_is_something_else(here, monkeypatch, capfd):
    (here / "notes").write_text("precious\n")
    for name in ("report", "stacks", "perfetto", "sweep"):
        for output in ("guest.elf", "notes", "run/stats.json", "run/episodes.sqlite"):
            before = pathlib.Path(output).read_bytes()
            code, lines = verb(monkeypatch, capfd, name, output=output)
            expect_one_line(code, lines, f"{output}: is there and not ", f"{name} -o {output}")
            assert pathlib.Path(output).read_bytes() == before, f"{name} -o {output}: as it was"
        code, lines = verb(monkeypatch, capfd, name, output="run")
        expect_one_line(code, lines, "run: is a folder", f"{name} -o run")
        code, lines = verb(monkeypatch, capfd, name, output="no/such/folder/x")
        expect_one_line(code, lines, "can't be", f"{name} into a folder that is not there") if name != "sweep" else None


def test_what_each_writes_it_may_write_again(here, monkeypatch, capfd):
    for name in ("report", "stacks", "perfetto", "sweep"):
        for time_of_day in ("first", "second"):
            code, lines = verb(monkeypatch, capfd, name)
            assert code == 0, f"{name}, the {time_of_day} time: {lines}"


def test_standard_output_is_an_output(here, monkeypatch):
    for name in ("report", "stacks", "perfetto", "sweep"):
        words = {"report": ["report", "run", "--tables", "none"], "stacks": ["export", "run", "--stacks"], "perfetto": ["export", "run", "--perfetto"],
                 "sweep": ["sweep", "guest.elf", "-P", "machine.cpus=1,2", "-q"]}[name]
        assert program(here, *words, "-o", "file").returncode == 0
        done = subprocess.run([PROGRAM, *words, "-o", "-"], capture_output=True)
        assert (done.returncode, done.stderr) == (0, b""), f"{name}: {done.stderr}"
        assert done.stdout == (here / "file").read_bytes(), f"{name}: the same bytes as in a file"
        assert not (here / "-").exists(), f"{name}: - is no file"
        (here / "file").unlink()
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, *words, "-o", "-"], stdout=full, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 3 and re.fullmatch(r"vtoll: [^\n]+No space left[^\n]+\n", done.stderr), f"{name}: {done.stderr}"


def test_a_full_disk(here, monkeypatch, capfd):
    os.symlink("/dev/full", "full")
    for name in ("report", "stacks", "perfetto"):
        code, lines = verb(monkeypatch, capfd, name, output="full")
        expect_one_line(code, lines, "full: can't be written: No space left on device", name)


def test_a_cluster_that_is_not_there(here, monkeypatch, capfd):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", "no such thing", "ftp://127.0.0.1:1"):
        code, lines = verb(monkeypatch, capfd, "sweep", dask=address)
        expect_one_line(code, lines, f"--dask {address}: ", address)
        assert not (here / "s.sqlite.parts").exists(), f"{address}: nothing half-written"


def test_a_cluster_that_goes(here, monkeypatch, capfd):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        ended = threading.Timer(3, lambda: [os.kill(worker.process.process.pid, 9) for worker in cluster.workers.values()] and cluster.close(timeout=5))
        ended.start()
        code, lines = verb(monkeypatch, capfd, "sweep", dask=address, scenario="loop.elf", parameter=["limits.instructions=50G"])
        ended.join()
    expect_one_line(code, lines[-1:], f"--dask {address}: ", "killed while a point was at work")


def test_two_at_once_on_one_output(here):
    command = [PROGRAM, "sweep", "loop.elf", "-P", "limits.instructions=300M,400M", "-q", "-j", "1", "-o", "s.sqlite"]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (here / "s.sqlite.parts").exists():
        assert first.poll() is None and time.monotonic() < deadline, "the first sweep begins"
        time.sleep(0.01)
    second = program(here, *command[1:])
    assert second.returncode == 3 and re.fullmatch(r"vtoll: s\.sqlite: another sweep is at work on it[^\n]*\n", second.stderr), second.stderr
    said = first.communicate()[1]
    assert first.returncode == 1 and "2 of 2 points failed" in said, f"the first goes on as if nothing were: {said}"
    assert not (here / "s.sqlite.parts").exists()


def test_what_is_not_the_sweeps_stays(here, monkeypatch, capfd):
    (here / "s.sqlite.parts").mkdir()
    (here / "s.sqlite.parts/notes").write_text("precious")
    for damaged in ("", "[]", "{}", '{"outcome": 1}', "\xff"):
        for part in (here / "s.sqlite.parts").glob("*.json"):
            part.write_text(damaged)
        code, lines = verb(monkeypatch, capfd, "sweep")
        assert code == 0, f"{damaged}: {lines}"
        assert (here / "s.sqlite.parts/notes").read_text() == "precious", "a file of somebody else's"


def test_words_that_are_not_utf8(here):
    for words in (["report", b"\xff"], ["report", "run", "-o", b"\xff.html"], ["sweep", b"\xff.elf", "-P", "machine.cpus=1"], ["whatif", "--feature", b"\xfe"],
                  ["export", "run", "--stacks", "-o", b"\xff"], ["run", b"\xff.elf"]):
        done = subprocess.run([PROGRAM, *words], capture_output=True, text=True)
        assert done.returncode == 2 and re.fullmatch(r"vtoll: [^\n]*\\x[^\n]*is not UTF-8[^\n]*\n", done.stderr), f"{words}: {done.stderr}"


def test_locales_change_nothing(here):
    words = ["sweep", "guest.elf", "-P", "name=ä,ö", "-q", "--format", "csv"]
    said = [subprocess.run([PROGRAM, *words], capture_output=True, env={**os.environ, **more})
            for more in ({"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"})]
    assert all(done.returncode == 0 for done in said), [done.stderr for done in said]
    assert len({done.stdout for done in said}) == 1 and "ä".encode() in said[0].stdout


def test_what_is_a_fault_of_the_verb_has_a_line_with_its_place(here, monkeypatch, capfd):
    monkeypatch.setitem(verbs.VERBS, "report", lambda options: {}["x"])
    code, lines = verb(monkeypatch, capfd, "report")
    assert code == 3 and re.fullmatch(r"vtoll: report: KeyError: 'x' \(test_damage\.py:\d+\); VTOLL_TRACEBACK=1 [^\n]*", lines[0]), lines
    monkeypatch.setenv("VTOLL_TRACEBACK", "1")
    with pytest.raises(KeyError):
        verb(monkeypatch, capfd, "report")
