# SPDX-License-Identifier: Apache-2.0
"""`vtoll validate --system`: every row is measured on every board, in every form; nothing is run twice."""
import csv
import io
import json
import re
import subprocess

import jsonschema
import pytest
import runs

PROGRAM = str(runs.BUILD / "vtoll")
CORES = ["cortex-a8", "cortex-a9", "cortex-a15"]


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("boards")


def validate(kept, *words):
    done = subprocess.run([PROGRAM, "validate", "--system", "--kernel", "6.1", "--keep", str(kept), *words], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=1100)
    assert done.returncode == 0, f"vtoll validate --system: {done.stderr}"
    return done


@pytest.fixture(scope="session")
def boards(images, kept):
    return json.loads(validate(kept, "--format", "json").stdout)


def test_every_row_is_measured_on_every_board(boards):
    assert len(boards["figures"]) == 3 * 20, "rows of three boards"
    for figure in boards["figures"]:
        what = f"{figure['core']}, {figure['row']}"
        if figure["use"] == "unusable" and figure.get("failure"):
            assert "no figure on the console" in figure["failure"], f"{what}: it ran, and lmbench had nothing to tell"
            continue
        assert figure.get("failure") is None and figure["simulated"] > 0, what
        if figure["published"]:
            assert figure["error"] == pytest.approx(figure["simulated"] / figure["published"] - 1), what
        assert figure["use"] == "validation" or figure["why"], f"{what}: a reason"


def test_scores_and_ratios_follow_from_the_figures(boards):
    counted = [f for f in boards["figures"] if f["use"] == "validation"]
    assert boards["score"]["counted"] == len(counted)
    assert boards["score"]["mean_absolute_error"] == pytest.approx(sum(abs(f["error"]) for f in counted) / len(counted))
    figures = {(f["core"], f["row"]): f for f in boards["figures"]}
    assert boards["between_kernels"] == [], "one kernel"
    assert {(r["of"], r["to"]) for r in boards["between_boards"]} == {(a, b) for a in CORES for b in CORES
                                                                     if CORES.index(a) < CORES.index(b)}
    for ratio in boards["between_boards"]:
        of, to = (figures[ratio[core], ratio["row"]] for core in ("of", "to"))
        for key in ("published", "simulated"):
            if of[key] and to[key]:
                assert ratio[key] == pytest.approx(of[key] / to[key]), f"{ratio['row']}, {key}"


def test_the_document_is_as_described(boards):
    schema = json.loads((runs.ROOT / "reports/schemas/vtoll-system-validation.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(boards)


def test_forms_agree_and_nothing_is_run_again(boards, kept):
    before = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    done = validate(kept, "--format", "csv")
    assert done.stderr == "", "nothing to tell"
    lines = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [float(line["simulated"] or 0) for line in lines] == pytest.approx(
        [f["simulated"] or 0 for f in boards["figures"]], abs=1e-4)
    text, markdown = validate(kept, "--format", "text").stdout, validate(kept, "--format", "md").stdout
    for figure in boards["figures"]:
        row = re.escape(figure["row"])
        assert re.search(rf"^ *{row} +\d", text, re.M) and re.search(rf"^\| {row} \|", markdown, re.M), figure["row"]
    assert max(len(line) for line in text.splitlines()) <= 102, "fits a terminal"
    assert {path.name: path.stat().st_mtime_ns for path in kept.iterdir()} == before, "run directories"


def test_another_profile_repeats_its_board_alone(boards, kept, tmp_path):
    """A changed number of one board's profile: the others' runs are found again."""
    profile = runs.ROOT / "core/timing/profiles/cortex-a9-am437x.toml"
    changed = tmp_path / "changed.toml"
    text = profile.read_text().replace('extends = "', f'extends = "{profile.parent}/')
    text, times = re.subn(r"(\nns\s*= \{ value = )[\d.]+", r"\g<1>300", text)
    assert times == 1, "the profile says once how far memory is"
    changed.write_text(text)
    before = {path.name for path in kept.iterdir()}
    result = json.loads(validate(kept, "--format", "json", "--timing", str(changed)).stdout)
    added = {path.name for path in kept.iterdir()} - before
    assert len(added) == 20 and all(name.startswith("cortex-a9-am437x-6.1-") for name in added), sorted(added)
    now = {f["row"]: f["simulated"] for f in result["figures"]}
    assert now["lat_proc-fork"] > 1.1 * next(f["simulated"] for f in boards["figures"] if (f["core"], f["row"]) == (
        "cortex-a9", "lat_proc-fork")), "slower memory"
