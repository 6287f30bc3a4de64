# SPDX-License-Identifier: Apache-2.0
"""`vtoll validate` and `vtoll models check`: profiles are complete, and near what was published."""
import csv
import io
import json
import os
import subprocess

import pytest

GOAL = 0.08  # of unfitted figures


@pytest.fixture(scope="module")
def validated(tmp_path_factory):
    """All figures as JSON; without a network and with an empty cache, those of our own programs."""
    result = subprocess.run([os.environ["VTOLL_PROGRAM"], "validate", "--format", "json", "-q", "-j", "2"],
                            cwd=tmp_path_factory.mktemp("validate"), capture_output=True, text=True, timeout=800)  # sanitizers are slow
    assert result.returncode in (0, 3), result.stderr
    assert (result.stderr == "") == (result.returncode == 0), "quiet but for what was left out"
    found = json.loads(result.stdout)
    if result.returncode == 3:
        assert all("left out" in line for line in result.stderr.splitlines()), result.stderr
        found["figures"] = [f for f in found["figures"] if f["simulated"] is not None]
    return found


def test_mean_error_stays_within_the_goal(validated):
    assert validated["counted"] >= 60, "figures that no parameter was set from"
    assert validated["mean_absolute_error"] <= GOAL, "mean absolute error"


def test_every_figure_was_simulated_and_has_a_source(validated):
    for figure in validated["figures"]:
        assert figure["simulated"] is not None and figure["source"], figure["figure"]


def test_published_code_computes_what_it_should(vtoll):
    """Known answers: a program that finds one wrong reports no region."""
    for program, regions in [("openssl", 11), ("linux_crypto", 8)]:
        run = vtoll("run", f"validate-{program}", "--timing", "functional", "-q", "-o", "run")
        if run.returncode == 3 and "stock:" in run.stderr:
            pytest.skip("Debian's packages can't be had here")
        assert run.returncode == 0, run.stderr
        console = (vtoll.folder / "run/console.log").read_text().splitlines()
        assert console[-1] == "validate: done", console
        assert sum(line.startswith("region ") for line in console) == regions, console


def test_what_can_not_be_had_is_left_out(vtoll):
    (vtoll.folder / "cache").write_text("not a folder")
    words = ["--timing", "cortex-a7", "--only", "cortex-a7 mul", "--only", "openssl", "--format", "csv", "-q"]
    result = vtoll("validate", *words, env={"VTOLL_CACHE": str(vtoll.folder / "cache")})
    assert result.returncode == 3
    (line,) = result.stderr.splitlines()
    assert "figures of 'openssl' are left out" in line and "cache" in line, "one line says which and why"
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["region"] for row in rows if row["simulated"]] == ["mul"], "the others are there"


def test_only_some_figures(vtoll):
    result = vtoll("validate", "--only", "integer_mix", "--format", "csv", "-q")
    assert result.returncode == 0, result.stderr
    assert {row["region"] for row in csv.DictReader(io.StringIO(result.stdout))} == {"integer-mix"}
    result = vtoll("validate", "--only", "nothing", "-q")
    assert result.returncode == 3 and "--only nothing" in result.stderr


def test_outliers_are_explained(validated):
    for figure in validated["figures"]:
        if figure["use"] == "unusable" or (figure["use"] == "validation" and abs(figure["error"]) > 0.15):
            assert figure["note"], f"{figure['figure']} is {figure['error']:+.0%} off and nobody says why"


def test_fitted_figures_come_out(validated):
    """What was fitted and doesn't come out was not fitted."""
    fitted = [f for f in validated["figures"] if f["use"] == "fitted" and "two sources" not in f["note"]]
    assert fitted
    for figure in fitted:
        assert abs(figure["error"]) < 0.06, figure["figure"]


def test_one_profile_as_csv(vtoll):
    words = ["--timing", "cortex-a7", "--only", "pipeline", "--only", "integer_mix", "--format", "csv", "-q"]
    result = vtoll("validate", *words)
    assert result.returncode == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["profile"] for row in rows} == {"cortex-a7"}
    assert all(float(row["simulated"]) > 0 for row in rows)
    assert vtoll("validate", *words).stdout == result.stdout, "repeats exactly"


def test_a_limit_that_is_exceeded(vtoll):
    result = vtoll("validate", "--timing", "cortex-a7", "--only", "integer_mix", "--limit", "0.001", "-q")
    assert result.returncode == 5 and "mean absolute error" in result.stderr


def test_a_profile_without_figures(vtoll):
    result = vtoll("validate", "--timing", "weights", "-q")
    assert result.returncode == 3 and "no figure" in result.stderr


def refused(vtoll, *words, status=3):
    result = vtoll("validate", *words, "-q")
    assert result.returncode == status and result.stdout == "", result.stderr
    return result.stderr.strip().splitlines()[0]


def test_boards_that_are_not_there(vtoll):
    assert "no figure of a board has been published for 'cortex-a7'" in refused(vtoll, "--system", "--timing", "cortex-a7")
    assert refused(vtoll, "--system", "--kernel", "4.4") == "vtoll: --kernel 4.4: expected one of 5.10, 6.1, 6.12, 5.4"
    assert "--kernel" in refused(vtoll, "--kernel", "6.1", status=2) and "--system" in refused(vtoll, "--kernel", "6.1", status=2)


def test_boards_without_packages(vtoll, tmp_path, monkeypatch):
    """Neither in the cache nor to be fetched: one line, and no table."""
    monkeypatch.setenv("VTOLL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "")  # no apt either
    result = vtoll("validate", "--system", "--kernel", "6.1", "-q")
    assert result.returncode == 3 and result.stdout == "", result.stderr
    assert "linux-board" in result.stderr.splitlines()[-1], result.stderr


def test_a_kernel_that_nobody_has(vtoll):
    """Said in the table: no run is made of it."""
    result = vtoll("validate", "--system", "--kernel", "5.4", "-q")
    assert result.returncode == 0, result.stderr
    assert "Not run: no release of Debian has Linux 5.4" in result.stdout


def test_models_check(vtoll):
    result = vtoll("models", "check")
    assert result.returncode == 0, result.stderr
    for name in ["cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15", "weights"]:
        assert f"{name}: every cost class" in result.stdout, name
    shown = vtoll("models", "show", "cortex-a15").stdout
    for word in ["dispatch", "Left out", "tlb.main_entries", "7-cpu.com", "load_multiple"]:
        assert word in shown, f"the profile shows {word}"
