# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux, saved in the middle of its boot and restored, is the run that was never interrupted, byte by byte."""
import pytest

from test_checkpoints import compare


# On two processors the late point has code behind it that one of them changed and the other had executed.
@pytest.mark.parametrize("cpus", [1, 2])
def test_restored_linux_is_the_uninterrupted_one(images, cpus, tmp_path):
    console = compare(tmp_path, "linux-native", "insns:140000000", "functional", "-c", f"machine.cpus={cpus}")
    assert f"{cpus} processor(s)" in console and "reboot: Power down" in console, console[-2000:]
