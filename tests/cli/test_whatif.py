# SPDX-License-Identifier: Apache-2.0
"""`vtoll whatif SCENARIO`: each part is worth what running without its price saves; what can't be compared is said."""
import csv
import io
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree

import pytest

from programs import SAY_OK, elf

PARTS = ["tlb", "stage2-walk", "caches", "uncached", "branches", "devices", "gic", "barriers", "maintenance",
         "system-registers", "exceptions", "refill"]

# A thousand stores to the UART, then a letter made of CNTPCT: what is printed depends on what the stores cost.
PRINT_TIME = [0xE59F402C, 0xE3A03FFA, 0xE3A0102E,  # ldr r4, [pc, #44]; mov r3, #1000; mov r1, #'.'
              0xE5C41000, 0xE2533001, 0x1AFFFFFC,  # loop: strb r1, [r4]; subs r3, r3, #1; bne loop
              0xEC521F0E, 0xE1A01421, 0xE201100F, 0xE2811041, 0xE5C41000,  # mrrc CNTPCT; lsr #8; and #15; add #'A'; strb
              0xE59F0004, 0xE1600070, 0x09000000, 0x84000008]  # ldr r0, [pc, #4]; smc #0; data


def rows_of(done):
    assert done.returncode == 0, done.stderr
    return {row["part"]: row for row in csv.DictReader(io.StringIO(done.stdout))}


@pytest.fixture
def whatif(vtoll):
    def run(*words):
        return vtoll("whatif", *words, "-q", "--keep", "kept")
    return run


def measured_ticks(folder):
    with sqlite3.connect(folder / "episodes.sqlite") as books:
        at = dict(books.execute("SELECT option, ticks FROM markers WHERE option IN (1, 2)"))
    return at[2] - at[1]


def test_a_part_is_worth_what_a_run_without_it_saves(vtoll, whatif):
    rows = rows_of(whatif("hypercall", "--placements", 1, "--format", "csv"))
    assert list(rows) == ["nothing", *PARTS, "all together"], "as it is, each, and all"
    base = float(rows["nothing"]["ticks"])
    for part in ("caches", "exceptions"):
        words = ["run", "hypercall", "-q", "--timing", "cortex-a15", "-o"]
        assert vtoll(*words, "priced").returncode == 0 and vtoll(*words, part, "-c", f"timing.free={part}").returncode == 0
        assert base == measured_ticks(vtoll.folder / "priced"), "the measured part alone"
        assert float(rows[part]["ticks"]) == measured_ticks(vtoll.folder / part), f"{part}: what the same run by hand takes"
    for part, row in rows.items():
        if part == "nothing":
            assert row["worth"] == "" == row["share"], "nothing is free there"
            continue
        assert float(row["worth"]) == base - float(row["ticks"]), part
        assert float(row["share"]) == pytest.approx(100 * float(row["worth"]) / base), part
        assert float(row["instructions_more"]) == 0, f"{part}: the same is executed"
    assert float(rows["all together"]["worth"]) > max(float(rows[part]["worth"]) for part in PARTS), "more than any alone"
    whole = rows_of(whatif("hypercall", "--placements", 1, "--whole", "--format", "csv"))
    assert float(whole["nothing"]["ticks"]) > base, "the whole run, with what is before and behind"


def test_of_one_kind_of_exit(whatif):
    rows = rows_of(whatif("hypercall", "--placements", 1, "--exit", "hypercall 0", "--part", "exceptions", "--format", "csv"))
    assert list(rows) == ["nothing", "exceptions"], "that part alone, and no sum of one"
    assert float(rows["exceptions"]["exits"]) == float(rows["nothing"]["exits"]) == 256, "those between the markers"
    assert 0 < float(rows["exceptions"]["worth"]) < float(rows["nothing"]["ticks"]), "ticks of one"
    done = whatif("hypercall", "--placements", 1, "--exit", "hypercal")
    assert done.returncode == 3 and "has no such exit; expected 'hypercall 0'" in done.stderr, done.stderr


def test_several_placements_say_what_is_noise(whatif):
    document = json.loads(whatif("hypercall", "--placements", 2, "--format", "json").stdout)
    assert document["placements"] == [0, 1] and document["table"] == "parts"
    assert all("worth_within_noise" in row and "ticks_deviation" in row for row in document["rows"])


def test_of_a_price_table_what_it_prices(whatif):
    rows = rows_of(whatif("hypercall", "--timing", "weights", "--format", "csv"))
    assert list(rows) == ["nothing", "devices", "exceptions", "all together"]
    alone = float(rows["devices"]["worth"]) + float(rows["exceptions"]["worth"])
    assert float(rows["all together"]["worth"]) == alone, "prices of a table add up"


def test_an_image_a_scenario_of_ones_own_and_a_run_directory(vtoll, whatif):
    (vtoll.folder / "mine").mkdir()
    (vtoll.folder / "mine/ok.elf").write_bytes(elf(SAY_OK))
    (vtoll.folder / "mine/ok.toml").write_text('[[image]]\nfile = "ok.elf"\n[timing]\nrung = "cortex-a7"\n')
    by_file = whatif("mine/ok.toml", "--placements", 1, "--format", "csv")
    title = json.loads(whatif("mine/ok.toml", "--placements", 1, "--format", "json").stdout)["title"]
    assert "by 'cortex-a7': the whole run" in title, "the scenario's own model; it has no markers"
    image = whatif("mine/ok.elf", "--placements", 1, "--timing", "cortex-a7", "--format", "csv")
    assert image.stdout == by_file.stdout, "the same without a scenario"
    assert vtoll("run", "mine/ok.elf", "-q", "--timing", "cortex-a7", "-o", "mine/run").returncode == 0
    again = whatif("mine/run", "--placements", 1, "--format", "csv")
    assert again.stdout == by_file.stdout, again.stderr
    (vtoll.folder / "mine/ok.elf").write_bytes(elf([0xE1A00000, *SAY_OK]))
    changed = whatif("mine/run", "--placements", 1)
    assert changed.returncode == 3 and "is another than the run has read" in changed.stderr, changed.stderr


def test_what_is_wrong_is_said_before_anything_runs(vtoll, whatif):
    (vtoll.folder / "bad.toml").write_text('[[image]]\nfile = "none.elf"\n')
    (vtoll.folder / "empty").mkdir()
    (vtoll.folder / "fails.elf").write_bytes(elf([0xE7F000F0]))
    (vtoll.folder / "none.bin").write_bytes(b"\x7fELF" + bytes(60))
    for words, code, said in [(["bad.toml"], 3, "none.elf"), (["no-such"], 3, "no-such"), (["empty"], 3, "not a run directory"),
                              (["hypercall", "--timing", "functional"], 3, "'functional' has no part that could be free"),
                              (["hypercall", "--timing", "weights", "--part", "tlb"], 3, "--part tlb: 'weights' has no price"),
                              (["hypercall", "-c", "machine.cpux=2"], 3, "machine.cpux"), (["none.bin"], 3, "none.bin"),
                              (["fails.elf"], 1, ""), (["hypercall", "-c", "limits.instructions=1000"], 4, "")]:
        done = whatif(*words)
        assert done.returncode == code and said in done.stderr, f"{words}: {done.returncode}: {done.stderr}"
        assert len(done.stderr.splitlines()) == 1 and done.stdout == "", f"{words}: one line: {done.stderr}"
        assert not list((vtoll.folder / "kept").glob("*")), f"{words}: nothing was run to its end"


def test_words_of_the_other_kind_are_refused(vtoll):
    for words in (["hypercall", "--feature", "stage 2"], ["hypercall", "--list"], ["--part", "tlb"], ["--exit", "x"],
                  ["hypercall", "--part", "magic"], ["--placements", "2"]):
        done = vtoll("whatif", *words)
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, f"{words}: {done.stderr}"


def test_a_guest_that_depends_on_time_is_told(vtoll, whatif):
    done = whatif("irq", "--placements", 1, "--whole", "--part", "caches")
    heads, = [line for line in done.stdout.splitlines() if line.startswith("free ")]
    assert "The runs do not execute the same:" in done.stdout and "more" in heads.split(), done.stdout
    (vtoll.folder / "time.elf").write_bytes(elf(PRINT_TIME))
    done = whatif("time.elf", "--placements", 1, "--part", "devices", "--part", "branches")
    said = " ".join(done.stdout.split())
    assert "With these free: devices (line 1), all together (line 1)." in said, done.stdout
    same = whatif("hypercall", "--placements", 1, "--part", "caches")
    assert "do not execute" not in same.stdout and "console" not in same.stdout, "nothing is said where nothing differs"


def test_what_is_left_has_a_name(whatif):
    done = whatif("world-switch", "--placements", 1)
    left = " ".join(done.stdout.split()).split("With all of them free the whole run has ")[1].split(".")[0]
    assert "issue" in left and "dependency" in left and "memory" not in left, left


def test_screens_and_forms(vtoll, whatif):
    screen = whatif("hypercall").stdout
    assert max(map(len, screen.splitlines())) <= 120, screen
    assert sum("█" in line for line in screen.splitlines()) >= 3, screen
    for form in ("md", "html", "latex"):
        assert "stage2-walk" in whatif("hypercall", "--format", form).stdout, form
    done = whatif("hypercall", "--plot", "parts.svg", "-o", "parts.txt", "-j", 1)
    assert done.returncode == 0 and (vtoll.folder / "parts.txt").read_text() == screen, "one worker, the same bytes"
    assert xml.etree.ElementTree.parse(vtoll.folder / "parts.svg").getroot().tag.endswith("svg")


def test_python_has_the_same(vtoll, whatif):
    code = """
import sys, vtoll
worth = vtoll.whatif("hypercall", parts=["tlb", "caches"], placements=2)
worth.plot("bars.svg")
sys.stdout.write(worth.frame.to_csv(index=False, columns=["part", "ticks", "worth"]))
try:
    vtoll.whatif(parts=["tlb"])
except vtoll.UsageError as error:
    print(error, file=sys.stderr)
"""
    package = {**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).resolve().parents[2] / "python")}
    ran = subprocess.run([sys.executable, "-c", code], cwd=vtoll.folder, env=package, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    rows = rows_of(whatif("hypercall", "--part", "tlb", "--part", "caches", "--placements", 2, "--format", "csv"))
    assert ran.stderr == "parts, exit, whole and placements are of a scenario; expected one\n", ran.stderr
    lines = csv.DictReader(io.StringIO(ran.stdout))
    assert {line["part"]: float(line["ticks"]) for line in lines} == {part: float(row["ticks"]) for part, row in rows.items()}
    words = ["whatif", "hypercall", "--part", "tlb", "--part", "caches", "--placements", "2", "-q", "--plot", "again.svg"]
    assert subprocess.run([os.environ["VTOLL_PROGRAM"], *words], cwd=vtoll.folder, capture_output=True).returncode == 0
    assert (vtoll.folder / "bars.svg").read_bytes() == (vtoll.folder / "again.svg").read_bytes()
