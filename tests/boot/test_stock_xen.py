# SPDX-License-Identifier: Apache-2.0
"""Stock Xen with stock Linux in one and two domains, on one and two processors: the console is that of
qemu-system-arm, user space is reached, the power goes off, and the books of Xen's exits add up."""
import difflib
import json
import tomllib

import pytest

import runs
import stock_images

COMPARED = 200  # lines from the start


@pytest.fixture(scope="module", params=[1, 2])
def dom0(request, tmp_path_factory):
    for name in ["xen", "zimage", "initrd.cpio"]:
        stock_images.locate(name)
    folder = tmp_path_factory.mktemp("xen") / "dom0"
    runs.vtoll("run", "xen-dom0", "--quiet", "-c", f"machine.cpus={request.param}", "-o", folder)
    return folder


def test_console_is_qemus(dom0):
    config = tomllib.loads((dom0 / "config.toml").read_text())
    ours = stock_images.without_times((dom0 / "console.log").read_text())[:COMPARED]
    theirs = stock_images.without_times(stock_images.qemu_console(dom0, config, 300))[:COMPARED]
    assert len(ours) == COMPARED, "a whole boot is longer"
    difference = "\n".join(difflib.unified_diff(theirs, ours, "qemu", "vtoll", lineterm="", n=0))
    assert ours == theirs, f"other lines than QEMU's:\n{difference}"


def test_user_space_is_reached_and_left(dom0):
    console = (dom0 / "console.log").read_text()
    cpus = tomllib.loads((dom0 / "config.toml").read_text())["machine"]["cpus"]
    for line in ["vtoll: user space reached: Linux 6.1", f"{cpus} processor(s)", "vtoll: done",
                 "(XEN) Hardware Dom0 halted"]:
        assert line in console, f"'{line}' is not on the console"


def test_exits_are_attributed(dom0):
    stats = json.loads((dom0 / "stats.json").read_text())["stats"]
    for name, stat in stats.items():
        if ".residue." in name:
            assert stat["value"] == 0, f"{name}: the books don't add up"
    table = json.loads(runs.vtoll("exits", dom0, "--by", "vm,cpu", "--format", "json").stdout)
    names = {row["exit"] for row in table["rows"]}
    # Xen traps these by design: the console, the distributor it emulates, set/way maintenance, identification.
    expected = {"hypercall console_io", "hypercall sched_op", "hypercall memory_op", "store to gicd", "load from gicd",
                "read MVFR0", "read ID_MMFR3", "write DCCISW", "interrupt", "HVC PSCI_VERSION",
                "interrupt of the hypervisor itself"}
    missing = {name for name in expected if name not in names}
    assert not missing, f"Xen has these exits, the table has not: {missing}"
    entries = sum(stat["value"] for name, stat in stats.items() if name.endswith(".crossings.hyp_entries"))
    nested = sum(row["samples"] for row in table["rows"] if row["exit"] == "interrupt of the hypervisor itself")
    assert sum(row["samples"] for row in table["rows"]) - nested == entries, "every entry from a guest is one sample"
    assert any("no symbols" in sentence for sentence in table["sources"]), "stock Xen has none, and the table says so"


@pytest.mark.parametrize("cpus", [1, 2])
def test_two_domains_reach_user_space(cpus, tmp_path):
    for name in ["xen", "zimage", "initrd.cpio"]:
        stock_images.locate(name)
    run = tmp_path / "domu"
    runs.vtoll("run", "xen-dom0-domu", "--quiet", "-c", f"machine.cpus={cpus}", "-c", f"domain.1.cpus={cpus}", "-o", run)
    console = (run / "console.log").read_text()
    for line in ["vtoll: user space reached", "DOM1: vtoll: user space reached", "DOM1: vtoll: done",
                 "(XEN) Hardware Dom0 halted"]:
        assert line in console, f"'{line}' is not on the console"
    table = json.loads(runs.vtoll("exits", run, "--by", "vm", "--format", "json").stdout)
    by_vm = {vm: {row["exit"] for row in table["rows"] if row["vm"] == vm} for vm in (1, 2)}
    assert "store to pl011" in by_vm[2] - by_vm[1], "only the second domain has an emulated PL011"
    assert any(name.startswith("world switch: ") for name in by_vm[2]) or cpus > 1, "they share the one processor"
