# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux boots natively: as it does on qemu-system-arm, on one and two processors, as shipped and tuned."""
import re
import subprocess

import runs
from conftest import LIMIT, console_of

# Lines that differ from QEMU's, with the reason. One that no longer differs fails the test.
DIFFERENCES = {
    r"Memory: \d+K/": "QEMU grows the device tree it is given; the kernel reserves what the tree says it takes",
    r"hw-breakpoint: ": "vtoll's processor has no self-hosted debug (DBGEN LOW), so DBGDSCR.MDBGen stays 0; QEMU's has",
}
SAME_LINES = 200  # at most: such a boot has some 185


def lines_without_times(console):
    return [re.sub(r"^\[ *\d+\.\d+\] |, counter 0x.*", "", line) for line in console.splitlines()]


def counter_at_init(console):
    found = re.search(r"user space reached: .*, counter 0x([0-9a-f]{16})$", console, re.MULTILINE)
    assert found, f"/init says where the counter stands:\n{console[-2000:]}"
    return int(found[1], 16)


def on_qemu(name, dtb):
    """The scenario on QEMU with the same device tree, one nanosecond an instruction as on vtoll's rung `functional`."""
    words = runs.qemu.command(runs.scenario(name), runs.BUILD, dtb) + ["-icount", "shift=0,sleep=off"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=LIMIT)
    return done.stdout.decode(errors="replace").replace("\r", "")


def test_console_and_count_are_as_on_qemu(boot):
    directory = boot("linux-native")
    console = console_of(directory)
    other = on_qemu("linux-native", directory / "machine.dtb")

    ours, theirs = lines_without_times(console), lines_without_times(other)
    assert min(len(ours), len(theirs)) >= 150, f"{len(ours)} and {len(theirs)} lines"
    stale = []
    for pattern in DIFFERENCES:
        mine, its = ([line for line in lines if re.match(pattern, line)] for lines in (ours, theirs))
        if mine == its:
            stale.append(pattern)
    assert not stale, f"no difference any more: {stale}"
    ours, theirs = ([line for line in lines if not any(re.match(p, line) for p in DIFFERENCES)][:SAME_LINES]
                    for lines in (ours, theirs))
    for number, (mine, its) in enumerate(zip(ours, theirs, strict=True), 1):
        assert mine == its, f"line {number} (named differences left out)"

    mine, its = counter_at_init(console), counter_at_init(other)
    assert abs(mine - its) / its < 0.02, f"counter at the start of /init: {mine} on vtoll, {its} on QEMU"


def test_two_processors(boot, tmp_path):
    directory = boot("linux-native", "-c", "machine.cpus=2")
    console = console_of(directory)
    assert "2 processor(s)" in console and "reboot: Power down" in console, console[-2000:]
    again = tmp_path / "again"
    runs.vtoll("run", "linux-native", "-q", "-o", again, "-c", "machine.cpus=2")
    assert runs.files_of(again) == runs.files_of(directory), "two runs are equal byte by byte"


def test_shell(boot):
    typed = "\\n" * 100 + "echo $((6*7)) && uname -m\\nexit\\n"  # the driver throws away what came before it started
    console = console_of(boot("linux-native", "-c", "machine.bootargs+=quiet run=console", "-c",
                              f'console.input="{typed}"'))
    assert "~ # echo $((6*7)) && uname -m\n42\narmv7l\n~ # exit\nvtoll: done\n" in console, console[-2000:]


def test_as_shipped(boot):
    directory = boot("linux-native-stock")
    console = console_of(directory)
    assert "user space reached" in console and "reboot: Power down" in console, console[-2000:]
    assert "Loaded X.509 cert" in console, "the kernel's self-tests and certificates are part of this boot"


def test_manifest_names_the_packages(boot):
    manifest = (boot("linux-native") / "manifest.json").read_text(encoding="utf-8")
    for package in ("linux-image-", "busybox-static", "lmbench", "netperf", "libc6"):
        assert f'"package": "{package}' in manifest, package
