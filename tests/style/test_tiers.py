# SPDX-License-Identifier: Apache-2.0
"""Every test is in one tier, so that each of them is run by somebody."""
import json
import os
import subprocess

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
