# SPDX-License-Identifier: Apache-2.0
"""What one processor writes reaches the code and the exclusive monitor of the other: on vtoll and on qemu-system-arm."""
import subprocess

import pytest

import runs
from test_remote_tlb import QEMU

EXPECTED = f"{100 * 101 // 2:08x}\n{2 * 300000:08x}\n"


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    made = tmp_path_factory.mktemp("coherence") / "coherence.elf"
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-a15", "-marm", "-nostdlib", "-Wl,-Ttext=0x40010000",
                    "-Wl,-e,_start", runs.ROOT / "tests/boot/coherence/coherence.S", "-o", made], check=True)
    return made


@pytest.mark.parametrize("words", [[], ["-c", "engine.l0=false"], ["--timing", "cortex-a15"]], ids=" ".join)
def test_vtoll_shows_what_was_written(image, words, tmp_path):
    runs.vtoll("run", image, "--quiet", "-c", "machine.cpus=2", "-o", tmp_path / "run", "--limit", 30_000_000, *words)
    console = (tmp_path / "run/console.log").read_text()
    assert console == EXPECTED, f"the sum of the changed function's results, the counter; the console shows {console!r}"


def test_so_does_qemu(image):
    done = subprocess.run([*QEMU, "-kernel", image], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
                          timeout=60)
    assert done.stdout.replace("\r", "") == EXPECTED, f"QEMU shows {done.stdout!r}"
