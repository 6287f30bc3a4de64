# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux, unmodified, under the hypervisor `pure`: on vtoll and on qemu-system-arm, one and two processors."""
import re

import pytest

import runs
from conftest import console_of, on_qemu
from test_boots import assert_same_count, assert_same_lines

SCENARIO = "linux-pure"

# How lines begin that differ from QEMU's, with the reason.
DIFFERENCES = {r"ThumbEE CPU extension supported": "QEMU 7.2 does not trap HCR.TID3 reads of an ARMv7 processor"}
NULL_SYSCALL = r"Simple syscall: (\S+) microseconds"


def linux_of(console):
    return re.sub(r"^\[linux\] ", "", console, flags=re.MULTILINE)


def test_console_is_as_on_qemu(boot):
    directory = boot(SCENARIO)
    console = linux_of(console_of(directory))
    other = linux_of(on_qemu(runs.scenario(SCENARIO), directory / "machine.dtb"))
    assert_same_lines(console, other, DIFFERENCES)
    assert_same_count(console, other)


def test_console_of_two_processors_is_as_on_qemu(boot):
    directory = boot(SCENARIO, "-c", "domain.0.cpus=2", "-c", "machine.cpus=2")
    scenario = runs.scenario(SCENARIO)
    scenario["machine"]["cpus"] = 2
    other = on_qemu(scenario, directory / "machine.dtb", exact=False)
    assert_same_lines(linux_of(console_of(directory)), linux_of(other), DIFFERENCES)


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
