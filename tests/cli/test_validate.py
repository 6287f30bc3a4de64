# SPDX-License-Identifier: Apache-2.0
"""`vtoll validate` and `vtoll models check`: profiles are complete, and near what was published."""
import csv
import io
import json
import os
import subprocess

import pytest


@pytest.fixture(scope="module")
def validated(tmp_path_factory):
    """All figures as JSON."""
    result = subprocess.run([os.environ["VTOLL_PROGRAM"], "validate", "--format", "json", "-q", "-j", "2"],
                            cwd=tmp_path_factory.mktemp("validate"), capture_output=True, text=True, timeout=240)
    assert result.returncode == 0, result.stderr
    assert result.stderr == "", "quiet"
    return json.loads(result.stdout)


def test_mean_error_stays_within_the_goal(validated):
    assert validated["counted"] >= 25, "figures that no parameter was set from"
    assert validated["mean_absolute_error"] <= 0.10, "mean absolute error"


def test_every_figure_was_simulated_and_has_a_source(validated):
    for figure in validated["figures"]:
        assert figure["simulated"] is not None and figure["source"], figure["figure"]


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
    result = vtoll("validate", "--timing", "cortex-a7", "--format", "csv", "-q")
    assert result.returncode == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["profile"] for row in rows} == {"cortex-a7"}
    assert all(float(row["simulated"]) > 0 for row in rows)
    assert vtoll("validate", "--timing", "cortex-a7", "--format", "csv", "-q").stdout == result.stdout, "repeats exactly"


def test_a_limit_that_is_exceeded(vtoll):
    result = vtoll("validate", "--timing", "cortex-a7", "--limit", "0.001", "-q")
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
