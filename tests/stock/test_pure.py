# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux, unmodified, under the hypervisor `pure`: on vtoll and on qemu-system-arm, one and two processors."""
import re
import sqlite3

import pytest

import runs
from conftest import console_of, on_qemu
from test_boots import assert_same_count, assert_same_lines

SCENARIO = "linux-pure"

# How lines begin that differ from QEMU's, with the reason.
DIFFERENCES = {r"ThumbEE CPU extension supported": "QEMU 7.2 does not trap HCR.TID3 reads of an ARMv7 processor"}


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


def test_input_waits_while_the_machine_does_not_read(boot):
    """A line longer than the virtual FIFO's 16 characters; what comes too early stays in the physical UART."""
    console = console_of(boot("linux-pure-bench", "-c", "domain.0.bootargs+=run=ask", "-c", "timing.rung=functional",
                              "-c", "machine.clock_mhz=1000", "-c", 'console.input="run=null repeat=1 enough=1000\\n"'))
    assert "Simple syscall: " in console and "vtoll: done" in console, console[-2000:]


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


def most_frequent_call(directory):
    """Of lmbench's row `null`: how often, in how many instructions and ticks."""
    with sqlite3.connect(directory / "episodes.sqlite") as books:
        return books.execute("SELECT count, insns, ticks FROM episodes JOIN rows USING (row) WHERE rows.name = 'null' "
                             "AND cause = 'syscall' ORDER BY count DESC LIMIT 1").fetchone()


def test_null_system_call_costs_what_it_costs_natively(boot):
    """By the books: whether a tick of the kernel's falls into lmbench's interval moves its own figure by a tenth."""
    calls, bootargs = {}, runs.scenario("linux-native")["machine"]["bootargs"]
    for name, key in (("linux-native", "machine"), (SCENARIO, "domain.0")):
        directory = boot(f"{name}-bench", "-c", f'{key}.bootargs="{bootargs} quiet run=null"')
        found = re.search(r"Simple syscall: (\S+) microseconds", console_of(directory))
        assert found and float(found[1]) > 0, f"{name}: lmbench prints a figure"
        calls[name] = most_frequent_call(directory)
    (many, native, ticks), (as_many, ours, our_ticks) = calls.values()
    assert min(many, as_many) > 1000, f"alike, for nothing but the call itself is in them: {calls}"
    assert ours == native, f"the same instructions, none of them of the hypervisor: {calls}"
    assert abs(our_ticks / ticks - 1) < 0.02, f"cycles within 2 %: {calls}"


def test_two_phones_share_a_processor(boot):
    """Both boot, one locked down, and the tick switches between them: each world switch is in the books."""
    directory = boot("two-phones")
    console = console_of(directory)
    for name in ("work", "private"):
        assert f"[{name}] vtoll: user space reached: Linux" in console, f"{name} reached user space:\n{console[-2000:]}"
        assert f"pure: machine '{name}' is off\n" in console, f"{name} went off"
    locked = [line for line in console.splitlines() if "Kernel is locked down from command line" in line]
    assert len(locked) == 1 and locked[0].startswith("[work] "), f"one of them is locked down: {locked}"
    with sqlite3.connect(directory / "episodes.sqlite") as books:
        ways = dict(books.execute("SELECT vm || '>' || vm_after, sum(count) FROM episodes WHERE world = 'hypervisor' "
                                  "AND vm != vm_after AND vm > 0 AND vm_after > 0 GROUP BY 1"))
    assert set(ways) == {"1>2", "2>1"} and abs(ways["1>2"] - ways["2>1"]) <= 1, f"there and back: {ways}"
    assert ways["1>2"] > 100, f"a tick of a millisecond switches often while both boot: {ways}"
