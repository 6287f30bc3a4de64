# SPDX-License-Identifier: Apache-2.0
"""As many processors as a GICv2 serves: a token goes round all eight, on vtoll and on qemu-system-arm."""
import subprocess

import pytest

import runs

CPUS = 8
# CPUNumber; CPU_ON of a ninth: INVALID_PARAMETERS; then who holds the token, beginning with processor 1.
EXPECTED = f"{CPUS - 1:08x}\n{-2 & 0xffffffff:08x}\n" + "".join(
    f"{((cpu - 1) % CPUS) << 10 | 1:08x}\n{cpu:08x}\n{(1 << cpu) * 0x01010101:08x}\n" for cpu in [*range(1, CPUS), 0])


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    made = tmp_path_factory.mktemp("eight") / "eight.elf"
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-a15", "-marm", "-nostdlib", "-Wl,-Ttext=0x40010000",
                    "-Wl,-e,_start", runs.ROOT / "tests/boot/eight_processors/eight_processors.S", "-o", made], check=True)
    return made


@pytest.mark.parametrize("words", [[], ["--timing", "cortex-a7"], ["--timing", "cortex-a9"]], ids=" ".join)
def test_the_token_goes_round(image, words, tmp_path):
    runs.vtoll("run", image, "--quiet", "-c", f"machine.cpus={CPUS}", "-c", "machine.virtualization=false", "-o", tmp_path / "run",
               "--limit", 30_000_000, *words)
    console = (tmp_path / "run/console.log").read_text()
    assert console == EXPECTED, f"the console shows {console!r}"


def test_so_it_does_on_qemu(image):
    done = subprocess.run(["qemu-system-arm", "-M", "virt", "-cpu", "cortex-a15", "-smp", str(CPUS), "-m", "128", "-nographic",
                           "-nic", "none", "-kernel", image], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
                          timeout=60)
    assert done.stdout.replace("\r", "") == EXPECTED, f"QEMU shows {done.stdout!r}"


def test_saved_and_restored(image, tmp_path):
    words = ["--quiet", "-c", f"machine.cpus={CPUS}", "-c", "machine.virtualization=false"]
    saved = tmp_path / "x.checkpoint"
    runs.vtoll("run", image, *words, "--no-output", "--save", saved, "--save-at", "console:00001001")  # processor 4's
    runs.vtoll("run", "--restore", saved, "--quiet", "-o", tmp_path / "run")
    assert (tmp_path / "run/console.log").read_text() == EXPECTED, "the other four have the token after the restore"
