# SPDX-License-Identifier: Apache-2.0
"""Every document that the program writes is as reports/schemas describes it."""
import json
import os
import pathlib
import subprocess

import jsonschema
import pytest

SCHEMAS = {p.stem: json.loads(p.read_text()) for p in (pathlib.Path(__file__).resolve().parents[2] / "reports/schemas").glob("*.json")}

# What is run, and the schema of what --format json prints. "runs/..." are those of `folder`.
DOCUMENTS = [
    (["tables", "overheads"], "vtoll-table"), (["tables", "overheads", "--timing", "cortex-a15"], "vtoll-table"),
    (["tables", "devices"], "vtoll-table"), (["tables", "switches"], "vtoll-table"), (["tables", "size"], "vtoll-table"),
    (["tables", "lmbench-minios"], "vtoll-table"), (["exits", "runs/a"], "vtoll-table"), (["advise", "runs/a"], "vtoll-table"),
    (["advise", "--list"], "vtoll-table"), (["exits", "runs/a", "runs/c"], "vtoll-table"), (["runs"], "vtoll-table"),
    (["exits", "runs/a", "runs/b", "--by", "vm,cpu,row"], "vtoll-table"), (["explain", "hypercall", "--keep", "kept"], "vtoll-table"),
    (["annotate", "runs/a", "hypercall 0"], "vtoll-table"), (["annotate", "runs/a", "hypercall 0", "--episode", "1"], "vtoll-table"),
    (["compare", "runs/a", "runs/b"], "vtoll-comparison"), (["validate", "--timing", "cortex-a7"], "vtoll-validation"),
    (["whatif", "--feature", "syndrome", "--timing", "weights"], "vtoll-whatif"),
    (["whatif", "hypercall", "--part", "tlb", "--keep", "kept"], "vtoll-table"), (["whatif", "hypercall", "--keep", "kept"], "vtoll-table"),
    (["sweep", "hypercall", "-P", "timing=weights,cortex-a7", "-P", "machine.ram=128M,256M", "-o", "s.sqlite"], "vtoll-sweep"),
]


def validator(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    store = {f"http://schemas/{other}.json": schema for other, schema in SCHEMAS.items()}  # nothing is fetched
    resolver = jsonschema.RefResolver(f"http://schemas/{name}.json", SCHEMAS[name], store=store)
    return jsonschema.Draft202012Validator(SCHEMAS[name], resolver=resolver)


def check(document, name):
    errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator(name).iter_errors(document)]
    assert not errors, f"{name}: {errors[:5]}"
    if isinstance(document, dict):
        assert document["schema"]["name"] == name, "and says so itself"


def vtoll(folder, *words):
    ran = subprocess.run([os.environ["VTOLL_PROGRAM"], *words], cwd=folder, capture_output=True, text=True, timeout=280)
    assert ran.returncode == 0, f"{words}: {ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    vtoll(folder, "run", "hypercall", "--timing", "cortex-a15", "-q", "-o", "runs/a")
    vtoll(folder, "run", "para-hypercall", "-q", "-o", "runs/b")
    vtoll(folder, "run", "foreign-type2", "-q", "-o", "runs/c")
    return folder


@pytest.mark.parametrize("words, name", DOCUMENTS, ids=lambda value: "-".join(value[:2]) if isinstance(value, list) else "")
def test_documents_are_as_described(folder, words, name):
    quiet = [] if words[0] in ("exits", "advise", "annotate", "runs") else ["-q"]
    check(json.loads(vtoll(folder, *words, *quiet, "--format", "json")), name)
    if words[0] in ("whatif", "sweep", "validate"):
        return  # a second run for the same code
    check(json.loads(vtoll(folder, *words, *quiet, "--format", "layout", "--json", "both.json")), "vtoll-layout")
    check(json.loads((folder / "both.json").read_text()), name)


def test_frames_are_laid_out_as_described(folder):
    check(json.loads(vtoll(folder, "sweep", "hypercall", "-P", "timing=weights", "-o", "t.sqlite", "-q", "--format", "layout")), "vtoll-layout")


@pytest.mark.parametrize("run", ["a", "b", "c"])
def test_a_run_directory_has_every_word_of_its_books(folder, run):
    document = json.loads((folder / "runs" / run / "stats.json").read_text())
    check(document, "vtoll-stats")
    assert not list(validator("vtoll-manifest").iter_errors(json.loads((folder / "runs" / run / "manifest.json").read_text())))
    words = document["words"]
    for axis, key in (("worlds", "world"), ("causes", "cause"), ("phases", "phase"), ("stalls", "stall")):
        used = {a[key] for a in document["accounts"] if a["world"] != "residue"} - {""}
        assert used <= set(words[axis]), f"{axis} without words: {used - set(words[axis])}"
    assert {entry["unit"] for entry in document["stats"].values()} <= set(words["units"]), "units"


def test_every_verb_with_documents_is_tried(folder):
    """Of --help: a verb that offers json has a schema here."""
    verbs = [line.split()[0] for line in vtoll(folder, "--help").split("Subcommands:")[1].splitlines() if line.startswith("  ") and line[2] != " "]
    offering = {verb for verb in verbs if "csv, json" in vtoll(folder, verb, "--help")}
    assert offering == {words[0] for words, _ in DOCUMENTS}, "DOCUMENTS above has one of each"
    elsewhere = {"vtoll-common", "vtoll-layout", "vtoll-manifest", "vtoll-stats", "vtoll-system-validation"}  # the last: tests/stock
    assert set(SCHEMAS) == {name for _, name in DOCUMENTS} | elsewhere, "and no schema is idle"


def test_a_document_that_is_not_as_described_is_told(folder):
    document = json.loads(vtoll(folder, "exits", "runs/a", "--format", "json"))
    document["rows"][0]["samples"] = [1]
    with pytest.raises(AssertionError, match="rows/0/samples"):
        check(document, "vtoll-table")
