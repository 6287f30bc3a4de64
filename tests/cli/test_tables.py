# SPDX-License-Identifier: Apache-2.0
"""`vtoll tables` from end to end: the real hypervisor and guests are run, and their books are opened."""
import csv
import io
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
OPERATIONS = ["guest system call", "hypervisor entry + exit", "irq entry + exit", "page fault", "device emulation",
              "device emulation (accelerated)", "world switch"]
SCENARIOS = ["syscall", "hypercall", "irq", "page-fault", "device-decode", "device-syndrome", "world-switch"]
PARA = {"guest system call": "para-syscall", "hypervisor entry + exit": "para-hypercall", "irq entry + exit": "para-irq",
        "page fault": "para-page-fault", "world switch": "para-world-switch"}


def tables(folder, *words, env=None):
    """By `weights`, the quickest, when no model is asked for."""
    words = words if "--timing" in words else (*words, "--timing", "weights")
    return subprocess.run([os.environ["VTOLL_PROGRAM"], "tables", *map(str, words)], cwd=folder, capture_output=True,
                          text=True, timeout=120, env={**os.environ, **(env or {})})


@pytest.fixture(scope="module")
def overheads(tmp_path_factory):
    """The table as JSON, and the folder with its run directories."""
    folder = tmp_path_factory.mktemp("overheads")
    result = tables(folder, "--format", "json", "--keep", "kept", "-j", "2", "-q")
    assert result.returncode == 0, result.stderr
    assert result.stderr == "", "quiet"
    return json.loads(result.stdout), folder / "kept"


def books(kept, scenario):
    return sqlite3.connect(kept / scenario / "episodes.sqlite")


def row(table, operation):
    return next(r for r in table["rows"] if r["operation"] == operation)


def test_every_row_is_measured(overheads):
    table, _ = overheads
    assert [r["operation"] for r in table["rows"]] == OPERATIONS
    assert table["timing"]["model"] == "weights" and table["hypervisor"] == "pure.elf"
    for r in table["rows"]:
        assert r["measured"]["instructions"]["n"] >= 256, r["operation"]
        assert r["published"]["cycles"] is not None, r["operation"]


def test_guest_system_call_costs_the_hypervisor_nothing(overheads):
    table, kept = overheads
    measured = row(table, "guest system call")["measured"]
    assert measured["instructions"]["max"] == 0 and measured["cycles"]["max"] == 0
    calls, = books(kept, "syscall").execute(
        "SELECT sum(count) FROM episodes WHERE world = 'kernel' AND cause = 'syscall' AND measured").fetchone()
    assert calls == 256, "the guest did make its system calls"
    total, hyp = books(kept, "syscall").execute("SELECT min(insns), max(hyp_insns) FROM samples WHERE measured").fetchone()
    assert total > 0 and hyp == 0, "instructions were executed, none of them the hypervisor's"


def test_other_rows_cost_something(overheads):
    table, _ = overheads
    for operation in OPERATIONS[1:]:
        measured = row(table, operation)["measured"]
        assert 0 < measured["instructions"]["min"] < measured["cycles"]["min"], operation


def test_order_of_costs(overheads):
    """What must hold for any sensible hypervisor, whatever its numbers are."""
    table, _ = overheads
    median = {r["operation"]: r["measured"]["instructions"]["median"] for r in table["rows"]}
    assert median["hypervisor entry + exit"] == min(median[o] for o in OPERATIONS[1:])
    assert median["device emulation"] > median["device emulation (accelerated)"], "fetching and decoding isn't free"
    assert median["world switch"] == max(median.values())


def test_phases_add_up_to_the_row(overheads):
    table, _ = overheads
    for r in table["rows"][1:]:
        assert r["phases_of"] == "median", r["operation"]
        assert sum(p["cycles"] for p in r["phases"]) == r["measured"]["cycles"]["median"], r["operation"]
        assert {"hardware entry", "save", "restore", "hardware exit"} <= {p["phase"] for p in r["phases"]}, r["operation"]


def test_the_other_system_is_measured_too(overheads):
    table, _ = overheads
    assert table["other"] == "para.elf"
    for r in table["rows"]:
        low = r["published_other"]["cycles_low"]
        assert (r["other"] is None) == (low is None) == (r["operation"] not in PARA), r["operation"]
        if r["other"]:
            assert r["other"]["scenario"] == PARA[r["operation"]]
            assert r["other"]["measured"]["instructions"]["n"] >= 256, r["operation"]


@pytest.mark.parametrize("timing", ["weights", "cortex-a15"])
def test_shape_that_the_hardware_implies(overheads, tmp_path, timing):
    table, _ = overheads
    if timing != "weights":
        weights, table = table, json.loads(tables(tmp_path, "--format", "json", "--timing", timing, "-q").stdout)
        assert ([r["reference_cycles"] for r in table["rows"]] ==
                [r["measured"]["cycles"]["median"] for r in weights["rows"]]), "the weights' cycles stand beside"
    pure = {r["operation"]: r["measured"]["cycles"]["median"] for r in table["rows"]}
    para = {r["operation"]: r["other"]["measured"]["cycles"]["median"] for r in table["rows"] if r["other"]}
    assert pure["guest system call"] == 0, "it goes past a hypervisor in Hyp mode"
    assert para["guest system call"] > 0, "every exception is the microvisor's"
    assert pure["hypervisor entry + exit"] > para["hypervisor entry + exit"], "more state to save"
    assert pure["device emulation (accelerated)"] < pure["device emulation"], "no instruction to fetch and decode"
    assert pure["world switch"] == max(pure.values()), "dearest of all"
    assert pure["world switch"] > para["world switch"], "a whole machine's state"


@pytest.mark.parametrize("timing", ["weights", "cortex-a7", "cortex-a9", "cortex-a15"])
def test_stalls_add_up_to_the_row(tmp_path, timing):
    table = json.loads(tables(tmp_path, "--format", "json", "--timing", timing, "-q", "--keep", "kept").stdout)
    seen = set()
    for r in table["rows"]:
        for side, scenario in ((r, r["scenario"]), (r["other"], PARA.get(r["operation"]))):
            if not side or not side["phases"]:
                continue
            where = f"{scenario}: {side['stalls']}"
            total = sum(side["stalls"].values())
            assert total == pytest.approx(sum(p["cycles"] for p in side["phases"]), abs=1e-6), where
            if side["phases_of"] == "median":
                assert total == side["measured"]["cycles"]["median"], where
            else:
                assert total == pytest.approx(side["measured"]["cycles"]["mean"], abs=1e-6), where
            assert min(side["stalls"].values()) >= 0 and side["stalls"]["exception"] > 0, where
            for stall, cycles in side["cycles_if_free"].items():
                assert cycles == pytest.approx(total - side["stalls"][stall], abs=1e-6), where
            seen |= {stall for stall, cycles in side["stalls"].items() if cycles}
            accounts = {stall for stall, in books(tmp_path / "kept", scenario).execute(
                "SELECT DISTINCT stall FROM accounts WHERE world = 'hypervisor' AND ticks > 0")}
            assert {stall for stall, cycles in side["stalls"].items() if cycles} <= accounts, where
    core = {"dependency", "fetch", "data", "memory", "walk-stage1", "walk-stage2", "mispredict", "system"}
    assert (seen & core == set()) == (timing == "weights"), seen


def test_books_are_conserved(overheads):
    _, kept = overheads
    for scenario in SCENARIOS + list(PARA.values()):
        db = books(kept, scenario)
        machine = db.execute("SELECT sum(insns), sum(ticks) FROM cpus").fetchone()
        assert machine[0] > 0, scenario
        assert db.execute("SELECT sum(insns), sum(ticks) FROM accounts").fetchone() == machine, scenario
        in_episodes = db.execute("SELECT sum(insns * count), sum(ticks * count) FROM episodes").fetchone()
        assert db.execute("SELECT sum(insns), sum(ticks) FROM accounts WHERE cause <> 'none'").fetchone() == in_episodes
        in_phases = db.execute("SELECT sum(p.insns * e.count), sum(p.ticks * e.count) "
                               "FROM episode_phases p JOIN episodes e USING (episode)").fetchone()
        assert in_phases == in_episodes, scenario

        stats = json.loads((kept / scenario / "stats.json").read_text())
        residue = [a for a in stats["accounts"] if a["world"] == "residue"]
        assert [(a["instructions"], a["ticks"]) for a in residue] == [(0, 0)], scenario
        assert stats["stats"]["machine.instructions"]["value"] == machine[0], scenario


def test_every_phase_of_the_hypervisor_is_seen(overheads):
    """A phase that no run enters has patterns that no longer match."""
    _, kept = overheads
    named, seen = set(), set()
    for scenario in SCENARIOS:
        db = books(kept, scenario)
        named |= {name for name, in db.execute("SELECT name FROM phases WHERE world = 'hypervisor'")}
        seen |= {name for name, in db.execute("SELECT DISTINCT name FROM accounts JOIN phases USING (world, phase)")}
    assert {"save", "decode", "handle"} <= named
    assert named - seen == set()


def test_two_runs_are_alike_to_the_byte(overheads, tmp_path):
    table, kept = overheads
    result = tables(tmp_path, "--format", "json", "--keep", "again", "-j", "1")
    assert json.loads(result.stdout) == table, "one run at a time or two"
    for scenario in SCENARIOS:
        names = sorted(p.name for p in (kept / scenario).iterdir())
        assert names == sorted(p.name for p in (tmp_path / "again" / scenario).iterdir())
        assert {"config.toml", "manifest.json", "stats.json", "episodes.sqlite", "console.log"} <= set(names)
        for name in names:
            assert (kept / scenario / name).read_bytes() == (tmp_path / "again" / scenario / name).read_bytes(), (
                f"{scenario}/{name}")


def test_formats_agree(overheads, tmp_path):
    table, _ = overheads
    result = tables(tmp_path, "--format", "csv")
    assert result.returncode == 0, result.stderr
    assert "run 12 of 12" in result.stderr, "progress goes to standard error"
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [r["operation"] for r in rows] == OPERATIONS
    for r in rows:
        measured = row(table, r["operation"])["measured"]
        assert int(r["instructions_median"]) == measured["instructions"]["median"]
        assert int(r["cycles_max"]) == measured["cycles"]["max"]

    assert tables(tmp_path, "--format", "md", "-o", "t.md", "-q").stdout == "", "-o: nothing on standard output"
    markdown = (tmp_path / "t.md").read_text()
    text = tables(tmp_path, "-q").stdout
    for operation in OPERATIONS:
        folded = r"\b[^\n]*\n\s*".join(map(re.escape, operation.rsplit(" ", 1)))  # its last word may be on a line of its own
        assert f"| {operation} |" in markdown and (operation in text or re.search(folded, text)), operation
    for words in ("timing model 'weights'", "Gernot Heiser", "rough estimates"):
        assert words in " ".join(text.split()) and words in markdown
    assert "\033" not in text, "no colours in a pipe"
    assert max(len(line) for line in text.splitlines()) <= 80


def test_the_first_screen_is_the_table(tmp_path):
    """Without any word: a core model, and what was asked for fits a screen; the rest is a word away."""
    result = subprocess.run([os.environ["VTOLL_PROGRAM"], "tables", "-q"], cwd=tmp_path, capture_output=True, text=True, timeout=280)
    assert result.returncode == 0, result.stderr
    assert "timing model 'cortex-a15'" in " ".join(result.stdout.split()) and "Spread\n" not in result.stdout
    assert len(result.stdout.splitlines()) < 50 and max(map(len, result.stdout.splitlines())) <= 102, result.stdout
    assert "each row: -v" in " ".join(result.stdout.split())


def test_far_rows_are_explained(overheads, tmp_path):
    table, _ = overheads
    text = " ".join(tables(tmp_path, "-v", "-q").stdout.split())
    for r in table["rows"]:
        pairs = [(r["published"][q], r["measured"][q]["median"]) for q in ("instructions", "cycles")]
        far = any(abs(measured - published) > 0.25 * published for published, measured in pairs)
        assert (f" {r['operation']}: {pairs[0][1]} instructions (" in text) == far, r["operation"]


def test_instructions_do_not_depend_on_the_timing_model(overheads, tmp_path):
    table, _ = overheads
    functional = json.loads(tables(tmp_path, "--format", "json", "--timing", "functional", "-q").stdout)
    for r in functional["rows"]:
        measured = r["measured"]
        assert measured["cycles"]["median"] == measured["instructions"]["median"], "one tick per instruction"
        assert measured["instructions"]["median"] == row(table, r["operation"])["measured"]["instructions"]["median"]


@pytest.fixture(scope="module")
def placed(tmp_path_factory):
    """The table on a core model in three placements, as JSON, and its run directories."""
    folder = tmp_path_factory.mktemp("placed")
    result = tables(folder, "--timing", "cortex-a15", "--placements", 3, "--format", "json", "--keep", "kept", "-j", 2, "-q")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout), folder / "kept"


def test_placements_move_cycles_and_no_instruction(placed):
    table, kept = placed
    assert table["placements"] == [0, 1, 2], "listed"
    fault = row(table, "page fault")
    assert fault["placements"]["cycles"]["n"] == 3 and fault["placements"]["cycles"]["deviation"] > 0
    for r in table["rows"]:
        assert r["placements"]["instructions"] == {"n": 3, "mean": r["measured"]["instructions"]["median"], "deviation": 0}
    medians = [json.loads((kept / f"page-fault{suffix}" / "stats.json").read_text()) for suffix in ("", "-placement-1", "-placement-2")]
    assert [d["timing"].get("placement") for d in medians] == [None, 1, 2], "recorded"
    assert len({d["stats"]["machine.instructions"]["value"] for d in medians}) == 1, "the same is executed"
    cycles = [next(e for e in d["episodes"] if e["cause"] == "stage2-fault" and e["world"] == "hypervisor")["measured"]["ticks"]["median"]
              for d in medians]
    assert fault["placements"]["cycles"]["mean"] == pytest.approx(sum(cycles) / 3)
    manifest = json.loads((kept / "page-fault-placement-2" / "manifest.json").read_text())
    assert manifest["timing_placement"] == 2 and "placement = 2" in (kept / "page-fault-placement-2/config.toml").read_text()


def test_placements_are_the_same_on_any_number_of_jobs(placed, tmp_path):
    result = tables(tmp_path, "--timing", "cortex-a15", "--placements", 3, "--format", "json", "-j", 1, "-q")
    assert json.loads(result.stdout) == placed[0]


def test_placements_in_text(placed, tmp_path):
    text = tables(tmp_path, "--timing", "cortex-a15", "--placements", 2, "-v", "-q").stdout
    assert "Means of 2 placements (timing.placement 0, 1); ±" in " ".join(text.split())
    assert max(len(line) for line in text.splitlines()) <= 100
    one = tables(tmp_path, "--timing", "cortex-a15", "--placements", 1, "-v", "-q").stdout
    assert "One placement: noise unknown." in one and "±" not in one
    rows = list(csv.DictReader(io.StringIO(tables(tmp_path, "lmbench-minios", "--timing", "cortex-a15", "--placements", 2, "--format", "csv",
                                                  "-q").stdout)))
    assert {"native_cycles_deviation", "para_overhead_cycles_within_noise"} <= rows[0].keys()


def test_without_caches_a_placement_changes_no_byte_of_the_results(tmp_path):
    for placement in (0, 7):
        subprocess.run([os.environ["VTOLL_PROGRAM"], "run", "page-fault", "--timing", "functional", "-c", f"timing.placement={placement}",
                        "-q", "-o", f"at-{placement}"], cwd=tmp_path, check=True, capture_output=True)
    def books(placement):
        document = json.loads((tmp_path / f"at-{placement}" / "stats.json").read_text())
        document["timing"].pop("placement", None)
        return document
    assert books(0) == books(7)
    text = tables(tmp_path, "--placements", 5, "-q").stdout
    assert "placement" not in text, "weights has no caches: one run stands for all"


def test_bad_words(tmp_path):
    for status, words in [(3, ["nothing"]), (3, ["--timing", "guess"]), (2, ["--format", "pdf"]), (2, ["--placements", "0"]),
                          (2, ["--placements", "many"]), (2, ["--placements", "101"])]:
        result = tables(tmp_path, *words)
        assert result.returncode == status, words
        assert len(result.stderr.splitlines()) == 1 and result.stdout == "", words
    assert "no table 'nothing'; expected one of: devices, lmbench, lmbench-minios, netperf, overheads" in tables(tmp_path, "nothing").stderr


def json_table(folder, *words):
    result = tables(folder, *words, "--format", "json", "-q")
    assert result.returncode == 0 and result.stderr == "", result.stderr
    return json.loads(result.stdout)["rows"]


def test_list_names_every_table(tmp_path):
    lines = [line for line in tables(tmp_path, "--list").stdout.splitlines() if not line.startswith(" ")]
    assert [line.split()[0] for line in lines] == sorted(p.stem for p in (SOURCE / "reports/tables").glob("*.toml"))
    assert all(len(line.split()) > 3 for line in lines), "and says what they are"


def test_switches_are_the_published_ones(tmp_path):
    rows = json_table(tmp_path, "switches")
    measured = {r["structure"]: (r["mode_switches"], r["address_context_switches"]) for r in rows
                if r["mode_switches"] != "not measured"}
    assert measured["native"] == (2, 0) and measured["ARMv7 virtualization extensions"] == (2, 0)
    assert measured["OKL4 (exception IPC)"] == (4, 2)
    for r in rows:
        if r["structure"] in measured and r["mode_switches_published"] is not None:
            assert measured[r["structure"]] == (r["mode_switches_published"], r["address_context_switches_published"])


def test_devices_three_ways(tmp_path):
    owned, pure, para = json_table(tmp_path, "devices", "--keep", "kept")
    assert (owned["traps"], owned["hypervisor_cycles"]) == (0, 0), "nobody is asked"
    assert pure["traps"] == pure["registers"], "every access traps"
    assert 0 < para["traps"] < pure["traps"] and para["cycles"] < pure["cycles"], "few crossings"
    assert owned["cycles"] < para["cycles"]
    text = (SOURCE / "workloads/micro/lib/uart_driver.h").read_text()
    assert f"#define UART_REPROGRAM_ACCESSES {owned['registers']:.0f} " in text, "what the driver does"
    for r, scenario in ((owned, "para-device-owned"), (para, "para-device-shared")):
        stats = json.loads((tmp_path / "kept" / scenario / "stats.json").read_text())["stats"]
        accesses = sum(v["value"] for k, v in stats.items() if k.endswith(("device_reads", "device_writes")))
        assert accesses >= 272 * r["registers"], "warm-up and samples; the console and interrupts come on top"


def test_size_is_counted(tmp_path):
    rows = {r["hypervisor"]: r for r in json_table(tmp_path, "size")}
    assert {"OKL4", "NICTA prototype", "Nova", "pure", "para"} <= rows.keys()
    for name in ("pure", "para"):
        sources = [p for p in (SOURCE / "hypervisor-model" / name).rglob("*")
                   if p.suffix in (".c", ".h", ".S") and "without" not in p.parts]  # pure/without: other builds
        assert rows[name]["files"] == len(sources), f"{name}: size.toml names every folder"
        filled = sum(1 for p in sources for line in p.read_text().splitlines() if line.strip())
        assert 0.5 * filled < rows[name]["lines"] < filled, "comments are not counted"
        assert rows[name]["kernel_kloc"] == rows[name]["lines"] / 1000


def test_lmbench_on_minios(tmp_path):
    rows = json_table(tmp_path, "lmbench-minios", "--keep", "kept")
    sums = subprocess.run(["/usr/bin/python3", SOURCE / "workloads/minios/samples.py", tmp_path / "kept/minios-native",
                           tmp_path / "kept/minios-para", tmp_path / "kept/minios-hosted"], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(rows) == len(sums) == 12
    for r, line in zip(rows, sums):
        assert line.startswith(r["benchmark"])
        shown = [float(v) for v in line[14:].split()]
        assert shown == pytest.approx([r[f"{system}_{what}"] for system in ("native", "para", "hosted")
                                       for what in ("instructions", "cycles")], abs=0.06)
        assert r["pure_overhead_cycles"] >= 0, "a hypervisor makes nothing faster"
        assert r["para_overhead_cycles"] > 0, "and every system call of para costs"
        assert r["hosted_overhead_cycles"] > r["para_overhead_cycles"], "twice the mode switches, and the spaces"
        assert r["para_cycles"] == r["native_cycles"] + r["para_overhead_cycles"]


@pytest.mark.parametrize("table", ["devices", "switches", "size", "lmbench-minios"])
def test_further_tables_have_every_form(tmp_path, table):
    rows = json_table(tmp_path, table)
    first = next(iter(rows[0]))
    assert [r[first] for r in csv.DictReader(io.StringIO(tables(tmp_path, table, "--format", "csv", "-q").stdout))] == [
        r[first] for r in rows]
    text, markdown = (tables(tmp_path, table, "--format", f, "-q").stdout for f in ("text", "md"))
    for r in rows:
        assert r[first] in text and f"| {r[first]} |" in markdown
    latex, page = (tables(tmp_path, table, "--format", f, "-q").stdout for f in ("latex", "html"))
    body = latex[latex.index("\\midrule"):latex.index("\\bottomrule")]
    assert body.count(" \\\\\n") == len(rows) == page.count("<tr>") - page.split("</thead>")[0].count("<tr>"), "a line a row"
    assert latex.count("{") - latex.count("\\{") == latex.count("}") - latex.count("\\}"), "braces"
    assert "Sources" in text and max(len(line) for line in text.splitlines()) <= 102


def test_a_failed_run_is_said(tmp_path):
    data = tmp_path / "data"
    for name in ("workloads/scenarios", "reports", "core/timing/profiles"):
        shutil.copytree(SOURCE / name, data / name)
    for name in ("pure", "para"):
        (data / "hypervisor-model" / name).mkdir(parents=True)
        for file in (SOURCE / "hypervisor-model" / name).glob("*.toml"):
            shutil.copy(file, data / "hypervisor-model" / name)
    scenario = data / "workloads/scenarios/irq.toml"
    text = scenario.read_text()
    assert "instructions = 100_000_000" in text
    scenario.write_text(text.replace("instructions = 100_000_000", "instructions = 1000"))
    result = tables(tmp_path, "-q", "--format", "json", env={"VTOLL_DATA": str(data)})
    assert result.returncode == 1
    complaint, = result.stderr.splitlines()
    assert complaint.startswith("vtoll: irq entry + exit: run failed with exit code 4: stopped at the limit of 1000")
    measured = [r["measured"] is not None for r in json.loads(result.stdout)["rows"]]
    assert measured == [True, True, False, True, True, True, True], "the other rows stand"
