# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux, unmodified, under the hypervisor `pure`: on vtoll and on qemu-system-arm, one and two processors."""
import re

import pytest

import runs
from conftest import console_of
from test_boots import counter_at_init, on_qemu

SCENARIO = "linux-pure"

# Lines left out of the comparison with QEMU's, with the reason.
LEFT_OUT = {
    r"ThumbEE CPU extension supported": "QEMU 7.2 does not trap HCR.TID3 reads of an ARMv7 processor",
    r"hw-breakpoint: ": "whether debug registers are trapped (HDCR.TDA)",
    r"Trying to unpack rootfs image|Freeing initrd memory": "a worker of the kernel does it beside the rest of the boot",
    r"vtoll: user space reached": "it says where the counter stands",
}
SAME_LINES = 200  # at most: such a boot has some 185
NULL_SYSCALL = r"Simple syscall: (\S+) microseconds"


def lines_to_compare(console):
    lines = [re.sub(r"^\[linux\] (\[ *\d+\.\d+\] )?", "", line) for line in console.splitlines()]
    lines = [re.sub(r"audit\(\d+\.\d+:", "audit(", line) for line in lines]
    return [line for line in lines if not any(re.match(pattern, line) for pattern in LEFT_OUT)][:SAME_LINES]


def test_console_is_as_on_qemu(boot):
    directory = boot(SCENARIO)
    other = on_qemu(SCENARIO, directory / "machine.dtb")
    ours, theirs = lines_to_compare(console_of(directory)), lines_to_compare(other)
    assert min(len(ours), len(theirs)) >= 150, f"{len(ours)} and {len(theirs)} lines"
    for number, (mine, its) in enumerate(zip(ours, theirs, strict=True), 1):
        assert mine == its, f"line {number} (what is left out not counted)"
    mine, its = counter_at_init(console_of(directory)), counter_at_init(other)
    assert abs(mine - its) / its < 0.02, f"counter at the start of /init: {mine} on vtoll, {its} on QEMU"


@pytest.mark.parametrize("physical", [1, 2])
def test_two_processors(boot, physical):
    directory = boot(SCENARIO, "-c", "domain.0.cpus=2", "-c", f"machine.cpus={physical}")
    console = console_of(directory)
    assert "SMP: Total of 2 processors activated" in console, console[-2000:]
    assert "2 processor(s)" in console and "reboot: Power down" in console, console[-2000:]
    complaint = re.search(r"BUG: .*|WARNING: .*|.*detected stalls?.*", console)
    assert not complaint, f"the kernel complains: {complaint[0]}"
    assert console.endswith("pure: machine 'linux' is off\npure: all machines are off\n"), console[-2000:]


def test_one_machine_stops_beside_another(images, tmp_path):
    text = (runs.SCENARIOS / f"{SCENARIO}.toml").read_text().replace('"256M"\ncpus = 1', '"128M"\ncpus = 2')
    head, domain = text.split("[[domain]]")
    second = domain.replace('name = "linux"', 'name = "second"').replace('=1"', '=1 linger=1"')
    path = tmp_path / "two.toml"
    head = head.replace('ram = "512M"', 'ram = "512M"\ncpus = 2')
    path.write_text("[[domain]]".join([head, domain, second]))
    runs.vtoll("run", path, "-q", "-o", tmp_path / "run")
    console = console_of(tmp_path / "run")
    order = ["[linux] vtoll: done", "pure: machine 'linux' is off",
             "[second] vtoll: done", "pure: machine 'second' is off"]
    places = [console.find(words) for words in order]
    assert -1 not in places and places == sorted(places), f"{dict(zip(order, places))}:\n{console[-3000:]}"


def test_null_system_call_costs_no_more_than_natively(boot):
    # It may cost less: which lines of the kernel and of lmbench share a set of the caches differs from boot to boot.
    figures = {}
    for name, key in (("linux-native", "machine"), (SCENARIO, "domain.0")):
        scenario = runs.scenario(name)
        bootargs = (scenario["machine"] if key == "machine" else scenario["domain"][0])["bootargs"]
        directory = boot(name, "--timing", "cortex-a15", "-c", f'{key}.bootargs="{bootargs} quiet run=null"')
        found = re.search(NULL_SYSCALL, console_of(directory))
        assert found, f"{name}: lmbench prints a figure"
        figures[name] = float(found[1])
    native, ours = figures["linux-native"], figures[SCENARIO]
    assert ours < 1.02 * native, f"a null system call: {ours} us under pure, {native} us natively"
