# SPDX-License-Identifier: Apache-2.0
"""The images of stock software are in the cache before any test that uses them begins: no test fills it while another looks."""
import subprocess

import pytest

import runs


def test_all_images_are_in_the_cache():
    done = subprocess.run([str(runs.BUILD / "vtoll"), "fetch"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        pytest.skip(f"stock images can't be had: {done.stderr.strip().splitlines()[-1]}")
    listed = subprocess.run([str(runs.BUILD / "vtoll"), "fetch", "--list"], capture_output=True, text=True, check=True)
    assert "not fetched" not in listed.stdout, listed.stdout
