# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux, saved in the middle of its boot and restored, is the run that was never interrupted, byte by byte."""
import pytest

import runs
from test_checkpoints import compare

POINT = "insns:140000000"


# On two processors the late point has code behind it that one of them changed and the other had executed.
@pytest.mark.parametrize("cpus", [1, 2])
def test_restored_linux_is_the_uninterrupted_one(images, cpus, tmp_path):
    console = compare(tmp_path, "linux-native", POINT, "functional", "-c", f"machine.cpus={cpus}")
    assert f"{cpus} processor(s)" in console and "reboot: Power down" in console, console[-2000:]


VIRTIO = """
[[virtio]]
kind = "block"
file = "disk.img"
keep = true

[[virtio]]
kind = "network"

[[virtio]]
kind = "console"

[[virtio]]
kind = "random"
"""


def test_restored_with_every_device(images, tmp_path):
    (tmp_path / "disk.img").write_bytes(bytes(range(256)) * 64)
    path = tmp_path / "linux-native.toml"
    text = (runs.SCENARIOS / path.name).read_text()
    path.write_text(text.replace("[machine]", '[machine]\ndevices = "all"') + VIRTIO)
    console = compare(tmp_path, path, POINT, "functional")
    assert "rtc-pl031 9010000.pl031: registered" in console and "reboot: Power down" in console, console[-2000:]
    whole, restored = runs.files_of(tmp_path / "whole"), runs.files_of(tmp_path / "restored")
    kept = sorted(name for name in whole if name.startswith("virtio"))
    assert [name.rpartition(".")[2] for name in kept] == ["log", "img"], f"the disk and the console: {kept}"
    for name in kept:
        assert restored[name] == whole[name], f"{name} tells of the restore"
