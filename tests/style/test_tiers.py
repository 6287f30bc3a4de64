# SPDX-License-Identifier: Apache-2.0
"""Every test is in one tier, so that each of them is run by somebody."""
import json
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TIERS = {"quick", "full", "nightly"}


def test_every_test_has_a_tier():
    listed = subprocess.run(["ctest", "--test-dir", os.environ["VTOLL_BUILD"], "--show-only=json-v1"], capture_output=True, text=True,
                            check=True).stdout
    without = []
    for test in json.loads(listed)["tests"]:
        labels = [label for property in test["properties"] if property["name"] == "LABELS" for label in property["value"]]
        if [label.split("/")[0] in TIERS for label in labels] != [True]:
            without.append(f"{test['name']}: {labels}")
    assert not without, "added by something else than tests/tests.cmake's functions: " + "; ".join(without[:20])


def test_the_steps_of_nightly_are_told_and_run():
    steps = re.search(r"\|\| steps=\((.*)\)", (ROOT / ".ci/nightly").read_text()).group(1).split()
    page = (ROOT / "docs/testing.md").read_text()
    table = page[page.index("| step | preset |"):page.index("In the presets that are not optimised")]
    assert re.findall(r"^\| `(\w+)` \|", table, re.M) == steps, "docs/testing.md's table of the steps"
    workflow = (ROOT / ".github/workflows/nightly.yml").read_text()
    run = re.search(r"^ +step: \[(.*)\]$", workflow, re.M).group(1).split(", ")
    assert run == steps, "the steps that .github/workflows/nightly.yml runs"
