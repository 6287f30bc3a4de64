# SPDX-License-Identifier: Apache-2.0
"""Debian's U-Boot in flash: every line of its console is that of qemu-system-arm with the same keys typed."""
import json
import os
import subprocess
import threading
import time

import pytest

import runs
from conftest import LIMIT, console_of

QEMU = ["qemu-system-arm", "-M", "virt,virtualization=on,gic-version=2,highmem=off", "-cpu", "cortex-a15", "-m", "1G",
        "-nographic", "-nic", "none", "-no-reboot", "-monitor", "none", "-serial", "stdio"]


@pytest.fixture(scope="module")
def uboot(tmp_path_factory):
    done = subprocess.run([str(runs.BUILD / "vtoll"), "fetch", "u-boot.bin"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"stock images can't be had: {done.stderr.strip().splitlines()[-1]}")
    directory = tmp_path_factory.mktemp("uboot") / "run"
    runs.vtoll("run", "uboot", "-q", "-o", directory)
    return directory


def on_qemu(image, typing):
    """QEMU's console, each text typed once what it waits for has been shown."""
    with subprocess.Popen([*QEMU, "-bios", image], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as qemu:
        limit = threading.Timer(LIMIT, qemu.kill)
        limit.start()
        shown, answered, typing = b"", 0, list(typing)
        while chunk := os.read(qemu.stdout.fileno(), 4096):
            shown += chunk
            while typing and (at := shown.find(typing[0]["after"].encode(), answered)) >= 0:
                answered = at + len(typing[0]["after"])
                time.sleep(0.01)
                qemu.stdin.write(typing.pop(0)["text"].encode())
                qemu.stdin.flush()
        limit.cancel()
    assert not typing, f"QEMU never showed what was waited for: {shown[-500:]!r}"
    return shown.decode().replace("\r", "")


def lines_of(console):
    # A space that ends the countdown is there only when the key comes after it was first shown.
    return [line.rstrip() for line in console.splitlines()]


def test_console_is_qemus(uboot):
    locate = subprocess.run([runs.ROOT / "workloads/linux/stock.py", "locate", "u-boot.bin"], capture_output=True,
                            text=True, check=True).stdout
    image = json.loads(locate)["path"]
    ours = lines_of(console_of(uboot))
    assert ours == lines_of(on_qemu(image, runs.scenario("uboot")["console"]["type"])), "line by line"


def test_prompt_is_reached_and_left(uboot):
    console = console_of(uboot)
    assert console.count("=> ") == 2, "the prompt, before each command"
    assert console.count("U-Boot 2023") == 2, "the banner, and the answer to `version`"
    assert "Flash: 64 MiB" in console, "the second bank was probed"
