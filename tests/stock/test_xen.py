# SPDX-License-Identifier: Apache-2.0
"""Debian's Xen with Debian's Linux in one and two domains, on one and two processors: the console is that of
qemu-system-arm, user space is reached, the power goes off, and Xen's exits are told apart and add up."""
import json
import re

import pytest

import runs
from conftest import by_processor, console_of, difference, on_qemu

COMPARED = 200  # lines from the start
# What is a time, or counts what the machine does in a time.
TIMES = [(r"\[ *\d+\.\d+\]", "[time]"), (r"audit\(\d+\.\d+:", "audit(time:"),
         (r"will try \d+ times", "will try some times")]

# Xen traps these of any guest: the console, the distributor it emulates, maintenance by set and way, identification.
EXITS = {"hypercall console_io", "hypercall sched_op", "hypercall memory_op", "store to gicd", "load from gicd",
         "read MVFR0", "read ID_MMFR3", "write DCCISW", "interrupt", "HVC PSCI_VERSION",
         "interrupt of the hypervisor itself"}


@pytest.fixture(params=[1, 2])
def cpus(request):
    return request.param


@pytest.fixture
def dom0(boot, cpus):
    return boot("xen-dom0", "-c", f"machine.cpus={cpus}")


def first_lines(console):
    for pattern, instead in TIMES:
        console = re.sub(pattern, instead, console)
    return console.replace("\r", "").splitlines()[:COMPARED]


def test_console_is_qemus(dom0, cpus):
    scenario = runs.scenario("xen-dom0")
    scenario["machine"]["cpus"] = cpus
    ours, theirs = map(first_lines, (console_of(dom0), on_qemu(scenario, dom0 / "machine.dtb", exact=False)))
    assert len(ours) == COMPARED, "a whole boot is longer"
    assert by_processor(ours) == by_processor(theirs), f"other lines than QEMU's:\n{difference(theirs, ours)}"


def test_user_space_is_reached_and_left(dom0, cpus):
    console = console_of(dom0)
    for line in ["vtoll: user space reached: Linux 6.1", f"{cpus} processor(s)", "vtoll: done",
                 "(XEN) Hardware Dom0 halted"]:
        assert line in console, f"'{line}' is not on the console"


def test_without_a_scenario(boot, tmp_path):
    """Words of a command line in a scenario's place (docs/direct-boot.md), with files that only their paths tell of."""
    scenario = runs.scenario("xen-dom0")
    xen, kernel, initrd = (runs.qemu.path_of(f"stock:{name}", runs.BUILD) for name in ("xen", "zimage", "initrd.cpio"))
    runs.vtoll("run", "-q", "-o", tmp_path / "run", "--memory", scenario["machine"]["ram"],
               "--hypervisor", xen, "--hypervisor-append", scenario["machine"]["bootargs"],
               "--kernel", kernel, "--initrd", initrd, "--append", scenario["domain"][0]["bootargs"])
    console = console_of(tmp_path / "run")
    assert "vtoll: user space reached" in console and "(XEN) Hardware Dom0 halted" in console, console[-2000:]
    assert console == console_of(boot("xen-dom0", "-c", "machine.cpus=1")), "the same machine, so the same run"


def exits(run, *words):
    return json.loads(runs.vtoll("exits", run, "--format", "json", *words).stdout)


def test_exits_are_attributed(dom0):
    stats = json.loads((dom0 / "stats.json").read_text())["stats"]
    for name, stat in stats.items():
        if ".residue." in name:
            assert stat["value"] == 0, f"{name}: the books don't add up"
    table = exits(dom0, "--by", "vm,cpu")
    missing = EXITS - {row["exit"] for row in table["rows"]}
    assert not missing, f"Xen has these exits, the table has not: {missing}"
    entries = sum(stat["value"] for name, stat in stats.items() if name.endswith(".crossings.hyp_entries"))

    def count(row):
        return (row["exits"] or 0) + (row.get("unfinished") or 0)

    nested = sum(count(row) for row in table["rows"] if row["exit"] == "interrupt of the hypervisor itself")
    assert sum(map(count, table["rows"])) - nested == entries, "every entry from a guest is one sample, or unfinished"
    assert any("no symbols" in sentence for sentence in table["sources"]), "as Debian's Xen is, and the table says so"


def test_two_domains(boot, cpus):
    run = boot("xen-dom0-domu", "-c", f"machine.cpus={cpus}", "-c", f"domain.1.cpus={cpus}")
    console = console_of(run)
    for line in ["vtoll: user space reached", "DOM1: vtoll: user space reached", "DOM1: vtoll: done",
                 "(XEN) Hardware Dom0 halted"]:
        assert line in console, f"'{line}' is not on the console"
    of_vm = {vm: {row["exit"] for row in exits(run, "--by", "vm")["rows"] if row["vm"] == vm} for vm in (1, 2)}
    assert "store to pl011" in of_vm[2] - of_vm[1], "only the second domain has an emulated PL011"
    assert any(name.startswith("world switch: ") for name in of_vm[2]) or cpus > 1, "they share the one processor"


def lines_of_domain(console, number):
    """What Xen's console shows of a domain's: each line is whole, but may stand behind half a line of dom0's."""
    return [re.sub(r"^\[ *\d+\.\d+\] |, counter 0x.*|(?<=audit\()\d+\.\d+", "", line)
            for line in re.findall(rf"\(XEN\) DOM{number}: (.*)", console)]


def test_console_of_the_second_domain_is_qemus(boot):
    run = boot("xen-dom0-domu", "-c", "machine.cpus=1", "-c", "domain.1.cpus=1")
    other = on_qemu(runs.scenario("xen-dom0-domu"), run / "machine.dtb")
    ours, theirs = (lines_of_domain(console, 1) for console in (console_of(run), other))
    assert len(ours) >= 150 and "vtoll: done" in ours, f"the domain starts and ends: {len(ours)} lines"
    assert sorted(ours) == sorted(theirs), f"other lines than QEMU's:\n{difference(theirs, ours)}"


def test_exits_of_each_row_of_lmbench(boot, cpus):
    run = boot("xen-dom0", "-c", f"machine.cpus={cpus}", "-c", "domain.0.bootargs+=quiet run=null,fork")
    assert re.search(r"^Simple syscall: (?!0\.0000)\S+ microseconds$", console_of(run), re.M), "a row's figure"
    lines = exits(run, "--by", "row")["rows"]
    assert list(dict.fromkeys(line["row"] for line in lines)) == ["(no row)", "null", "fork"], "in the order they ran"
    stats = json.loads((run / "stats.json").read_text())["stats"]
    for count in ("instructions", "ticks"):
        for line in lines:
            assert line["exit"] != "(in no account)" or line[count] == 0, f"{line['row']} does not add up: {line}"
        assert sum(line[count] for line in lines) == stats[f"machine.{count}"]["value"], f"all rows are the run: {count}"
    of_row = {name: {line["exit"] for line in lines if line["row"] == name and line["exits"]} for name in ("null", "fork")}
    for name, kinds in of_row.items():
        assert {"read ID_MMFR3", "read MVFR0"} <= kinds, f"the kernel reads these in {name}: {kinds}"
        assert "write DCCISW" not in kinds, "maintenance by set and way is over when programs run"


def test_measured_exits(boot):
    run = boot("xen-dom0", "-c", "machine.cpus=1", "-c", "domain.0.bootargs+=quiet run=null,fork")
    row, all_of_it = exits(run, "--measured")["rows"], exits(run)["rows"]
    samples = {r["exit"]: r["exits"] for r in all_of_it if r["exits"]}
    row = [r for r in row if r["exits"]]
    assert row and all(r["exits"] <= samples[r["exit"]] for r in row), "measured exits are exits of the run"
    assert sum(r["exits"] for r in row) < sum(samples.values()) / 2, "most belong to the boot"
