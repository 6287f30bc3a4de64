# SPDX-License-Identifier: Apache-2.0
"""`vtoll compare` from end to end: the small kernel on the bare machine and under the hypervisors."""
import csv
import io
import json
import os
import subprocess

import pytest


def compare(folder, *words):
    return subprocess.run([os.environ["VTOLL_PROGRAM"], "compare", *map(str, words)], cwd=folder, capture_output=True,
                          text=True, timeout=200)


@pytest.fixture(scope="module")
def minios(tmp_path_factory):
    """The comparison as JSON, and the folder that has the run directories in kept/."""
    folder = tmp_path_factory.mktemp("compare")
    result = compare(folder, "minios-native", "minios-pure", "para", "hosted", "--keep", "kept", "--format", "json", "-q",
                     "--timing", "weights")
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return json.loads(result.stdout), folder


def figures(document, group, row):
    """A row's figures, a dictionary for each column; None when the row is zero everywhere."""
    return next((r["columns"] for r in document["groups"][group] if r["row"] == row), None)


def test_columns(minios):
    document, _ = minios
    assert [c["name"] for c in document["columns"]] == ["minios-native", "minios-pure", "para", "hosted"]
    assert [c["scenario"] for c in document["columns"]] == ["minios-native", "minios-pure", "minios-para", "minios-hosted"]
    assert {c["timing"]["model"] for c in document["columns"]} == {"weights"}
    assert not any("console" in note for note in document["notes"]), "the guests say the same"


def test_system_calls_enter_only_hypervisors_without_the_extensions(minios):
    document, _ = minios
    native, pure, para, hosted = (c["entries"] for c in figures(document, "hypervisor_entries", "syscall"))
    assert native == 0 and pure == 0, "with the extensions a system call does not enter the hypervisor"
    assert para > 0, "without them every one does"
    assert hosted > para, "and those of an app of the host besides"
    kernel = [c["entries"] for c in figures(document, "kernel_entries", "syscall")]
    assert kernel[0] == kernel[1] == para, "the guests make the same calls, to whomever"
    assert kernel[2:] == [0, 0], "a guest kernel in User mode takes no exception"


def test_the_hypervisor_that_is_a_task_calls_its_host(minios):
    document, _ = minios
    calls = [c["entries"] for c in figures(document, "hypervisor_entries", "host-call")]
    assert calls[:3] == [0, 0, 0] and calls[3] > 0
    handed = [c["entries"] for c in figures(document, "hypervisor_entries", "all")][3] - calls[3]
    assert calls[3] > handed - 100, "to go on after each trap of its guest; the rest are the few calls of the app"
    users = [c["instructions"] for c in figures(document, "work", "user")]
    assert users[3] == pytest.approx(users[0], rel=0.01), "its task is no user program"


def test_crossings_order(minios):
    document, _ = minios
    native, pure, para, hosted = (c["count"] for c in figures(document, "switches", "entries into the hypervisor"))
    assert native == 0 < pure < para < hosted
    entries = [c["entries"] for c in figures(document, "hypervisor_entries", "all")]
    assert entries == [native, pure, para, hosted], "causes cover all entries"


def test_placements_stand_beside_differences(tmp_path):
    words = ("pure", "para", "--work", "page-fault", "--timing", "cortex-a15", "-q")
    document = json.loads(compare(tmp_path, *words, "--placements", 3, "--format", "json", "--keep", "kept").stdout)
    assert [c["placements"] for c in document["columns"]] == [[0, 1, 2], [0, 1, 2]], "listed"
    difference, = document["differences"]
    ticks = {name: [json.loads((tmp_path / "kept" / f"{name}{suffix}" / "stats.json").read_text())["stats"]["machine.ticks"]["value"]
                     for suffix in ("", "-placement-1", "-placement-2")] for name in ("page-fault", "para-page-fault")}
    assert difference["placements"]["mean"] == pytest.approx((sum(ticks["para-page-fault"]) - sum(ticks["page-fault"])) / 3)
    assert difference["placements"]["deviation"] > 0 and difference["ticks"] == ticks["para-page-fault"][0] - ticks["page-fault"][0]
    for parts in "worlds", "accounts", "stalls":
        assert all(isinstance(p["placements"]["within_noise"], bool) for p in difference[parts]), parts
    text = " ".join(compare(tmp_path, *words, "--placements", 2).stdout.split())
    assert "Means of 2 placements (timing.placement 0, 1)" in text and "Over the placements: " in text
    one = compare(tmp_path, "kept/page-fault", "kept/para-page-fault").stdout
    assert "One placement: noise unknown." in one and "Over the placements" not in one, "of run directories"


def test_differences_add_up(minios):
    document, _ = minios
    total = figures(document, "work", "total")
    for difference in document["differences"]:
        column = total[difference["column"]]
        for quantity in "instructions", "ticks":
            assert difference[quantity] == column[quantity] - total[0][quantity]
            for parts in "worlds", "accounts", "stalls":
                assert sum(p[quantity] for p in difference[parts]) == difference[quantity], (difference["name"], parts)
        sizes = [abs(p["ticks"]) for p in difference["accounts"]]
        assert sizes == sorted(sizes, reverse=True), "ranked by ticks"
        assert sum(p["share"] for p in difference["accounts"]) == pytest.approx(1)


@pytest.mark.parametrize("form", ["text", "md", "csv", "json"])
def test_same_runs_same_bytes(minios, form):
    _, folder = minios
    words = "kept/minios-native", "kept/minios-pure", "--format", form
    first, second = compare(folder, *words), compare(folder, *words, "-o", "second")
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert first.stdout == (folder / "second").read_text() != "", "on standard output or in a file"


def test_running_again_gives_the_same_bytes(tmp_path):
    first, second = (compare(tmp_path, "pure", "para", "--work", "hypercall", "-q", *more) for more in ([], ["-j", "1"]))
    assert first.returncode == 0, first.stderr
    assert "pure: hypercall, timing cortex-a15" in first.stdout and "para: para-hypercall, timing" in first.stdout
    assert first.stdout == second.stdout


def test_csv_has_a_value_for_each_run(minios):
    _, folder = minios
    result = compare(folder, "kept/minios-native", "kept/minios-pure", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    columns = ["kept/minios-native", "kept/minios-pure"]
    assert list(rows[0]) == ["group", "row", "quantity", *columns]
    values = {(r["group"], r["row"], r["quantity"]): [r[c] for c in columns] for r in rows}
    native, pure = map(int, values["work", "total", "ticks"])
    assert values["difference", "total", "ticks"] == ["", str(pure - native)]


@pytest.mark.parametrize("words, complaint", [
    (["minios-native", "nowhere"], "nowhere: no such file, and no shipped scenario of that name"),
    (["hosted", "pure", "--work", "nothing"], "hosted: no shipped scenario has it do the work 'nothing'"),
    (["pure", "para", "--timing", "no-such"], "no-such"),
    ([".", "pure"], ".: not a run directory: it has no episodes.sqlite"),
])
def test_bad_input_is_one_line(tmp_path, words, complaint):
    result = compare(tmp_path, *words)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.startswith("vtoll: ") and result.stderr.count("\n") == 1, result.stderr
    assert complaint in result.stderr


def test_one_run_is_no_comparison(tmp_path):
    assert compare(tmp_path, "pure").returncode == 2


def test_a_run_that_fails(tmp_path):
    (tmp_path / "bad.toml").write_text('name = "bad"\n[[image]]\nfile = "guest/minios.elf"\n[machine]\n'
                                       'virtualization = false\n[limits]\ninstructions = 1000\n')
    result = compare(tmp_path, "bad.toml", "hypercall", "-q")
    assert (result.returncode, result.stdout) == (4, ""), "the run's own exit code, and no table"
    assert result.stderr.startswith("vtoll: bad.toml: run failed with exit code 4: ") and result.stderr.count("\n") == 1
