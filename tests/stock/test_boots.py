# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux boots natively: as it does on qemu-system-arm, on one and two processors, as shipped and tuned."""
import re

import pytest

import runs
from conftest import by_processor, console_of, difference, on_qemu

# How lines begin that differ from QEMU's, with the reason. One that no longer differs fails the test.
DIFFERENCES = {
    r"Memory: \d+K/": "QEMU grows the device tree it is given; the kernel reserves what the tree says it takes",
    r"hw-breakpoint: ": "vtoll's processor has no self-hosted debug (DBGEN LOW), so DBGDSCR.MDBGen stays 0; QEMU's has",
}
# What a worker of the kernel prints beside the rest of the boot: where it stands among the rest is chance with two
# processors, and hangs on microseconds with one.
BESIDE = r"Trying to unpack rootfs image|Freeing initrd memory|audit: "
# The clock of QEMU's two processors is the host's: a host with other things to do shows.
OF_THE_HOST = r"hrtimer: interrupt took "
SAME_LINES = 200  # of the boot as shipped; a tuned one has some 185


def lines_without_times(console):
    return [re.sub(r"^\[ *\d+\.\d+\] |, counter 0x.*|(?<=audit\()\d+\.\d+", "", line)
            for line in console.splitlines()]


def counter_at_init(console):
    found = re.search(r"user space reached: .*, counter 0x([0-9a-f]{16})$", console, re.MULTILINE)
    assert found, f"/init says where the counter stands:\n{console[-2000:]}"
    return int(found[1], 16)


def assert_same_lines(console, other, differences):
    """By processor, which is in order with one; what is printed beside the rest, in any order."""
    consoles = [lines_without_times(text) for text in (console, other)]
    assert min(map(len, consoles)) >= 150, f"both boot: {[len(lines) for lines in consoles]} lines"
    apart = [*differences, BESIDE, OF_THE_HOST]
    ours, theirs = ([line for line in lines if not any(re.match(p, line) for p in apart)][:SAME_LINES]
                    for lines in consoles)
    assert by_processor(ours) == by_processor(theirs), f"other lines than QEMU's:\n{difference(theirs, ours)}"
    ours, theirs = (sorted(line for line in lines if re.match(BESIDE, line)) for lines in consoles)
    assert ours == theirs, "what is printed beside the rest of the boot"
    for pattern in differences:
        mine, its = ([line for line in lines if re.match(pattern, line)] for lines in consoles)
        assert mine != its, f"no difference any more: {pattern}"


def assert_same_count(console, other):
    mine, its = counter_at_init(console), counter_at_init(other)
    assert abs(mine - its) / its < 0.02, f"counter at the start of /init: {mine} on vtoll, {its} on QEMU"


@pytest.mark.parametrize("name", ["linux-native", "linux-native-stock"])
def test_console_and_count_are_as_on_qemu(boot, name):
    directory = boot(name)
    console, other = console_of(directory), on_qemu(runs.scenario(name), directory / "machine.dtb")
    assert_same_lines(console, other, DIFFERENCES)
    assert_same_count(console, other)


def test_console_of_two_processors_is_as_on_qemu(boot):
    directory = boot("linux-native", "-c", "machine.cpus=2")
    scenario = runs.scenario("linux-native")
    scenario["machine"]["cpus"] = 2
    assert_same_lines(console_of(directory), on_qemu(scenario, directory / "machine.dtb", exact=False), DIFFERENCES)


def test_two_processors(boot, tmp_path):
    directory = boot("linux-native", "-c", "machine.cpus=2")
    console = console_of(directory)
    assert "2 processor(s)" in console and "reboot: Power down" in console, console[-2000:]
    again = tmp_path / "again"
    runs.vtoll("run", "linux-native", "-q", "-o", again, "-c", "machine.cpus=2")
    assert runs.files_of(again) == runs.files_of(directory), "two runs are equal byte by byte"


@pytest.mark.parametrize("cpus", [2, 4])
def test_all_devices(boot, cpus):
    console = console_of(boot("linux-native", "-c", f"machine.cpus={cpus}", "-c", "machine.devices=all"))
    for line in [f"{cpus} processor(s)", "vtoll: done", "reboot: Power down", "GICv2m: range",
                 "PL061 GPIO chip registered", "rtc-pl031 9010000.pl031: registered", "PCI host bridge to bus 0000:00"]:
        assert line in console, f"'{line}' is not on the console:\n{console[-2000:]}"
    complaint = re.search(r"BUG: .*|WARNING: .*|.*detected stalls?.*", console)
    assert not complaint, f"the kernel complains: {complaint[0]}"


# By name of the core: MIDR, what the kernel makes of it, and how it says that it has done with a single processor.
CORES = {
    "cortex-a7": ("410fc075", "hw perfevents: enabled with armv7_cortex_a7 PMU driver, 5 counters available"),
    "cortex-a8": ("413fc082", "hw perfevents: enabled with armv7_cortex_a8 PMU driver, 5 counters available"),
    "cortex-a9": ("414fc091", "hw perfevents: enabled with armv7_cortex_a9 PMU driver, 7 counters available"),
    "cortex-a15": ("414fc0f0", "hw perfevents: enabled with armv7_cortex_a15 PMU driver, 7 counters available"),
}


@pytest.mark.parametrize("core", CORES)
def test_the_kernel_knows_the_core(boot, core):
    console = console_of(boot("linux-native", "-c", f"machine.core={core}"))
    midr, monitors = CORES[core]
    assert f"CPU: ARMv7 Processor [{midr}]" in console, console[:1000]
    assert monitors in console, "the performance monitors are the core's"
    loop = "Spectre BHB: enabling loop workaround" in console
    assert loop == (core == "cortex-a15"), "the branch-history loop is for a Cortex-A15"
    assert "reboot: Power down" in console, console[-2000:]


@pytest.mark.parametrize("core", ["cortex-a7", "cortex-a9"])
def test_two_processors_of_a_core(boot, core):
    console = console_of(boot("linux-native", "-c", f"machine.core={core}", "-c", "machine.cpus=2"))
    assert "2 processor(s)" in console and "reboot: Power down" in console, console[-2000:]


@pytest.mark.parametrize("cpus", [1, 2])
def test_timers_of_a_cortex_a9(boot, cpus):
    console = console_of(boot("linux-native", "-c", "machine.core=cortex-a9", "-c", "machine.private_timers=true", "-c",
                              f"machine.cpus={cpus}"))
    assert "Switched to clocksource arm_global_timer" in console, "the clock is the global timer"
    assert "arch_timer" not in console, "there is no generic timer"
    assert "reboot: Power down" in console, console[-2000:]


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
