# SPDX-License-Identifier: Apache-2.0
"""`vtoll tables lmbench` and `netperf`: every figure is there, the shape is the published one, a kill costs one run."""
import csv
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import tomllib

import pytest

import runs
from conftest import LIMIT

SYSTEMS = ["native", "pure", "xen-dom0"]
PROGRAM = str(runs.BUILD / "vtoll")
PLACEMENTS = ["--placements", "2"]


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """Run directories of the tables: the runs of a session are done once."""
    return tmp_path_factory.mktemp("tables")


def table(name, kept, *words):
    done = subprocess.run([PROGRAM, "tables", name, "--keep", str(kept), *words], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False, timeout=1100)
    assert done.returncode == 0, f"vtoll tables {name}: {done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def lmbench(images, kept):
    return {row["benchmark"]: row for row in json.loads(table("lmbench", kept, *PLACEMENTS, "--format", "json"))["rows"]}


def figure(row, system):
    value = row[f"cortex-a15_{system}"]
    assert isinstance(value, (int, float)) and value > 0, f"{row['benchmark']}, {system}: {value}"
    return value


def test_every_row_is_measured_on_every_system(lmbench):
    assert len(lmbench) == 12, "the published rows"
    for label, row in lmbench.items():
        native = figure(row, "native")
        for system in SYSTEMS[1:]:
            more = figure(row, system) - native
            assert row[f"cortex-a15_{system}_overhead_cycles"] == pytest.approx(more * 1700, abs=1e-6), (
                f"{label}, {system}: 1700 cycles a microsecond")
            assert row[f"cortex-a15_{system}_overhead_percent"] == pytest.approx(100 * more / native), f"{label}, {system}"


def test_processes_cost_what_the_published_order_says(lmbench):
    published = sorted(("fork", "fork+execve", "system"), key=lambda label: lmbench[label]["published_native"])
    for system in SYSTEMS:
        measured = sorted(published, key=lambda label: figure(lmbench[label], system))
        assert measured == published, f"order on {system}"
    for label in ("stat", "open/close", "pipe latency"):
        assert figure(lmbench[label], "native") > figure(lmbench["null syscall"], "native"), f"{label} does more"


def test_placements_spread(lmbench):
    spread = {label: row[f"cortex-a15_{system}_deviation"] for label, row in lmbench.items() for system in SYSTEMS}
    assert max(spread.values()) > 0, "some row depends on where pages lie"
    for label, row in lmbench.items():
        for system in SYSTEMS[1:]:
            assert isinstance(row[f"cortex-a15_{system}_overhead_cycles_within_noise"], bool), f"{label}, {system}"


def explained(label, kept):
    done = subprocess.run([PROGRAM, "explain", label, "--keep", str(kept), *PLACEMENTS, "--format", "json"], text=True,
                          capture_output=True, check=False, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["rows"]


def test_crossings_only_add(lmbench, kept):
    """Whatever para's kernel leaves out (docs/stock.md): a row may cost less, its crossings can not."""
    measured = {label: row["cortex-a8_para_overhead_cycles"] for label, row in lmbench.items()
                if row["published_overhead_percent"] > 10 and row["cortex-a8_para"] != "not measured"}
    if not measured:
        pytest.skip("nothing is measured for para")
    assert measured["null syscall"] > 0, "a system call alone: nothing is left out"
    for label, cycles in measured.items():
        part = {row["what"]: row["cycles"] for row in explained(label, kept) if row["part"] == "operation"}
        assert part["crossings"] > 0, f"{label}: para's crossings cost"
        rest = part["the guest refills"] + part["the guest does otherwise"] + part["crossings"]
        assert rest == pytest.approx(cycles, abs=1), f"{label}: they and what the guest does otherwise are the difference"


def test_a_row_as_executed_adds_up(images, kept):
    """Of one operation, on each system: by world, cause and stall it is all of what lmbench prints."""
    done = subprocess.run([PROGRAM, "explain", "null syscall", "--executed", "--keep", str(kept), "-q", "--format", "json"], text=True,
                          capture_output=True, check=False, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    parts = {}
    for row in json.loads(done.stdout)["rows"]:
        parts.setdefault(row["part"], {})[row["what"]] = row
    for system in SYSTEMS:
        whole = parts["operation"]["together"][f"{system}_ticks"]
        for part in ("world", "cause", "stall", "world-stall"):
            assert sum(row[f"{system}_ticks"] for row in parts[part].values()) == pytest.approx(whole), f"{system} by {part}"
        call = parts["cause"]["kernel: syscall"]
        assert 380 < call[f"{system}_ticks"] < 440, f"{system}: a call is 396 ticks in the kernel (docs/stock.md)"
        assert call[f"{system}_instructions"] == pytest.approx(142, rel=0.05), f"{system}: and 142 instructions"
        printed = figures_printed(kept, f"{system}", "Simple syscall")
        assert any(whole == pytest.approx(1700 * us, rel=1e-3) for us in printed), f"{system}: {whole} is one of {printed}"
        assert parts["world"].get("hypervisor", {}).get(f"{system}_ticks", 0) < 20, f"{system}: it makes no exits"


def figures_printed(kept, system, words):
    scenario = {"native": "linux-native-bench", "pure": "linux-pure-bench", "xen-dom0": "xen-dom0-bench"}[system]
    consoles = [folder / "console.log" for folder in pathlib.Path(kept).glob(f"{scenario}-null-*")]
    return [float(found[1]) for console in consoles if (found := re.search(rf"{words}: (\S+) microseconds", console.read_text(errors="replace")))]


def test_rows_without_a_trace_are_not_measured(lmbench):
    known = {row["name"] for row in tomllib.loads((runs.ROOT / "workloads/linux/lmbench.toml").read_text())["row"]}
    named = {row["label"]: row["run"] for row in tomllib.loads((runs.ROOT / "reports/tables/lmbench.toml").read_text())["row"]}
    assert known, "some row has one"
    for label, row in lmbench.items():
        for system in ("native", "para"):
            value = row[f"cortex-a8_{system}"]
            if named[label] in known:
                assert isinstance(value, float) and value > 0, f"{label}, {system}: {value}"
            else:
                assert value == "not measured", f"{label}, {system}: {value}"


def test_an_explanation_is_of_the_tables_figures(lmbench, kept):
    done = subprocess.run([PROGRAM, "explain", "null syscall", "--keep", str(kept), *PLACEMENTS, "--format", "json"], text=True,
                          capture_output=True, check=False, timeout=LIMIT)
    assert done.returncode == 0 and done.stderr == "", f"the run is there: {done.stderr}"
    rows = json.loads(done.stdout)["rows"]
    operation = {row["what"]: row["cycles"] for row in rows if row["part"] == "operation"}
    row = lmbench["null syscall"]
    assert operation["natively"] == pytest.approx(row["cortex-a8_native"] * 500), "500 cycles a microsecond"
    together = operation.pop("together")
    assert together == pytest.approx(row["cortex-a8_para"] * 500)
    assert abs(operation["in no account"]) < 1e-6 * together, "residue"
    assert sum(operation.values()) == pytest.approx(together), "parts"
    for part in ("crossing", "phase"):
        assert sum(r["cycles"] for r in rows if r["part"] == part) == pytest.approx(operation["crossings"]), part


def test_null_system_call_under_pure_is_native(lmbench):
    """As lmbench prints it: a guest's system call goes past the hypervisor, and the interval is long against the tick."""
    native, pure = (figure(lmbench["null syscall"], system) for system in ("native", "pure"))
    assert pure == pytest.approx(native, rel=0.02), f"{pure} us under pure, {native} us natively"


def test_netperf(images, kept):
    rows = {row["benchmark"]: row for row in json.loads(table("netperf", kept, "--placements", "1", "--format", "json"))["rows"]}
    assert len(rows) == 6, "the published rows"
    for system in SYSTEMS:
        for kind in ("TCP", "UDP"):
            throughput, load, cost = (figure(rows[f"{kind}, {what}"], system) for what in ("throughput", "CPU load", "cost"))
            assert 0 < load <= 100 + 1e-9, f"{kind}, {system}: per cent"
            assert cost == pytest.approx(load / 100 * 8 * 1024 / throughput), f"{kind}, {system}: microseconds per KiB"
    for kind, system in ((kind, system) for kind in ("TCP", "UDP") for system in ("native", "para")):
        throughput, load, cost = (rows[f"{kind}, {what}"][f"cortex-a8_{system}"] for what in ("throughput", "CPU load", "cost"))
        assert 0 < load <= 100 + 1e-9, f"{kind}, {system}: per cent"
        assert cost == pytest.approx(load / 100 * 8 * 1024 / throughput), f"{kind}, {system}: microseconds per KiB"
    assert rows["TCP, cost"]["cortex-a8_para_overhead_percent"] > 0, "para costs"


def test_forms_agree_and_finished_runs_are_not_repeated(lmbench, kept):
    before = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    lines = list(csv.DictReader(io.StringIO(table("lmbench", kept, *PLACEMENTS, "--format", "csv"))))
    assert [line["benchmark"] for line in lines] == list(lmbench)
    for line in lines:
        assert float(line["cortex-a15_pure"]) == lmbench[line["benchmark"]]["cortex-a15_pure"], line["benchmark"]
    text, markdown = table("lmbench", kept, *PLACEMENTS), table("lmbench", kept, *PLACEMENTS, "--format", "md")
    for label in lmbench:
        assert len(re.findall(rf"^ *{re.escape(label)} +\d", text, re.M)) == 2 and f"| {label} |" in markdown, label
    assert max(len(line) for line in text.splitlines()) <= 102, "fits a terminal"
    assert {path.name: path.stat().st_mtime_ns for path in kept.iterdir()} == before, "nothing was run again"


def test_a_kill_costs_what_was_running(images, lmbench, kept, tmp_path):
    command = [PROGRAM, "tables", "lmbench", "--keep", str(tmp_path), *PLACEMENTS, "--format", "json"]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + LIMIT

    def finished():
        return sorted(path.name for path in tmp_path.iterdir() if re.search(r"-[0-9a-f]{16}$", path.name))

    while len(finished()) < 3:
        assert process.poll() is None, "ended before it could be killed"
        assert time.monotonic() < deadline, "no three runs in time"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = finished()
    for path in kept.iterdir():  # what the session has of the others
        if path.name not in done:
            (tmp_path / path.name).symlink_to(path)
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT)
    assert result.returncode == 0, result.stderr
    assert result.stderr == "", "nothing was left to run, and nothing to tell"
    assert {row["benchmark"]: row for row in json.loads(result.stdout)["rows"]} == lmbench, "the same table"
    for name in done:
        for book in ("stats.json", "console.log", "episodes.sqlite") if not name.startswith("trace-") else sorted(
                path.name for path in (pathlib.Path(kept) / name).glob("*.json")):
            assert (tmp_path / name / book).read_bytes() == (pathlib.Path(kept) / name / book).read_bytes(), f"{name}/{book}"
