# SPDX-License-Identifier: Apache-2.0
"""The private peripherals of a Cortex-A9: a program finds them by CBAR, on vtoll and on qemu-system-arm's vexpress-a9."""
import re
import subprocess

import pytest

import runs

SOURCES = runs.ROOT / "tests/boot/private_peripherals"
A9 = ["-c", "machine.core=cortex-a9", "-c", "machine.virtualization=false"]
EXPECTED = {"undefined": 2, "generic timer": 0, "processors less one": 0, "counter": 1000, "private timer": 29, "and then": 0, "it reloads": 29,
            "and again": 29, "control": 0x307, "global timer": 27, "its high half": 2, "its event": 0, "watchdog as a timer": 30,
            "watchdog mode stays": 8, "until it is disabled": 0, "nothing pends": 1023}
# What QEMU says otherwise: its watchdog is a second private timer.
ON_QEMU = {"watchdog mode stays": 0}


def image(folder, text):
    made = folder / "peripherals.elf"
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-a15", "-marm", "-O1", "-ffreestanding", "-ffixed-r8", "-nostdlib",
                    f"-Wl,-Ttext={text:#x}", "-Wl,-e,_start", SOURCES / "entry.S", SOURCES / "peripherals.c", "-lgcc", "-o", made],
                   check=True)
    return made


def said(text):
    """Values by name; QEMU has more to say."""
    return {name: int(value, 16) for name, value in re.findall(r"^([a-z ]+) ([0-9a-f]{8})$", text, re.MULTILINE)}


@pytest.mark.parametrize("timing", ["functional", "cortex-a9"])
def test_they_are_as_the_manual_says(timing, tmp_path):
    runs.vtoll("run", image(tmp_path, 0x40010000), "-q", "-o", tmp_path / "run", "--limit", 10_000_000, "--timing", timing, *A9,
               "-c", "machine.private_timers=true")
    assert said((tmp_path / "run/console.log").read_text()) == EXPECTED, "what is read at PERIPHBASE"


def test_so_they_are_on_qemu(tmp_path):
    done = subprocess.run(["qemu-system-arm", "-M", "vexpress-a9", "-nographic", "-monitor", "none", "-serial", "none", "-semihosting",
                           "-nic", "none", "-kernel", image(tmp_path, 0x60010000)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False, timeout=60)
    assert said(done.stdout + done.stderr) == {**EXPECTED, **ON_QEMU}, "QEMU says the same"


def test_a_boot_of_it_goes_on_from_a_checkpoint(tmp_path):
    words = [*A9, "-c", "machine.private_timers=true"]
    saved, elf = tmp_path / "x.checkpoint", image(tmp_path, 0x40010000)
    runs.vtoll("run", elf, "-q", "--no-output", "--save", saved, "--save-at", "console:private timer", *words)
    runs.vtoll("run", "--restore", saved, "-q", "-o", tmp_path / "run")
    assert said((tmp_path / "run/console.log").read_text()) == EXPECTED, "restored in the middle"


def test_the_device_tree_has_them_with_the_key_only(tmp_path):
    def tree(*words):
        folder = tmp_path / f"run{len(words)}"
        runs.vtoll("run", image(tmp_path, 0x40010000), "-q", "-o", folder, "--limit", 1000, *A9, *words, check=False)
        return (folder / "machine.dtb").read_bytes()

    names = [b"arm,cortex-a9-scu", b"arm,cortex-a9-twd-timer", b"arm,cortex-a9-twd-wdt", b"arm,cortex-a9-global-timer",
             b"arm,armv7-timer"]
    assert [name in tree() for name in names] == [False] * 4 + [True], "by default: generic timers"
    assert [name in tree("-c", "machine.cpus=2") for name in names] == [True] + [False] * 3 + [True], "a cluster"
    assert [name in tree("-c", "machine.private_timers=true", "-c", "machine.cpus=2") for name in names] == \
        [True] * 4 + [False], "with the key"


def test_another_core_has_none(tmp_path):
    done = runs.vtoll("run", image(tmp_path, 0x40010000), "-q", "-o", tmp_path / "run", "-c", "machine.private_timers=true", check=False)
    assert done.returncode == 3, "invalid input"
    assert "machine.private_timers: the core 'cortex-a15' has none; expected machine.core = \"cortex-a9\"" in done.stderr, done.stderr
