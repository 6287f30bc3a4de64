# SPDX-License-Identifier: Apache-2.0
"""Hypervisors built otherwise than ours: the books find boot, threads, host, guests, and each exit where it belongs."""
import collections
import csv
import io
import json
import re

import pytest

import runs

FOREIGN = runs.ROOT / "workloads/micro/foreign"


def defined(name):
    text = "".join(path.read_text() for path in sorted(FOREIGN.glob("*.[chS]")))
    return int(re.search(rf"#define {name} (\d+)", text).group(1))


ROUNDS = defined("GUEST_ROUNDS")
# What a guest does: one of each a round, then it is off.
GUEST_EXITS = {"hypercall 5": ROUNDS, "store: no page at stage 2, level 2": ROUNDS, "load from pl011": ROUNDS,
               "store to pl011": ROUNDS, "WFI": ROUNDS}
SERVED_BY_A_PROGRAM = {"load from pl011", "store to pl011"}


def exits(directory, *words):
    """Rows of `vtoll exits`, by name and machine."""
    table = runs.vtoll("exits", directory, "--format", "csv", *words).stdout
    lines = [line for line in table.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def books(stats, *axes):
    sums = collections.Counter()
    for account in stats["accounts"]:
        sums[tuple(account[axis] for axis in axes)] += account["instructions"]
    return {key: value for key, value in sums.items() if value}


@pytest.fixture(scope="module", params=["type2", "type2-moving", "microkernel"])
def hosted(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp(request.param) / "run"
    return request.param, runs.run(f"foreign-{request.param}", directory), directory


GUESTS = {"type2": (1, 2), "type2-moving": (1,), "microkernel": (3,)}


def test_who_runs(hosted):
    name, stats, _ = hosted
    worlds = books(stats, "world", "vm")
    guests = GUESTS[name]
    assert {vm for world, vm in worlds if world in ("user", "kernel")} == set(guests), f"guests alone are machines: {worlds}"
    assert {vm for world, vm in worlds if world.startswith("host")} == {0}, f"a host is none: {worlds}"
    programs = {worlds["user", vm] for vm in guests}
    assert len(programs) == 1, f"guests run the same program: {worlds}"
    residue = books(stats, "world").get(("residue",), 0)
    assert residue == 0, f"{residue} instructions in no account"


def test_each_exit_is_its_guests(hosted):
    name, _, directory = hosted
    for vm in GUESTS[name]:
        rows = {row["exit"]: row for row in exits(directory, "--by", "vm") if row["vm"] == str(vm)}
        expected = dict(GUEST_EXITS, **({} if name == "microkernel" else {"interrupt": 1}))
        assert {exit: int(row["exits"]) for exit, row in rows.items() if row["exits"]} == expected, f"machine {vm}"
        assert rows["hypercall 9"]["unfinished"] == "1", f"machine {vm} does not run again after it"
        for exit in expected:
            parts = {part: float(rows[exit][part] or 0) for part in ("way-in", "host-kernel", "host-user", "way-back")}
            if name == "microkernel" and exit not in SERVED_BY_A_PROGRAM:
                continue  # the kernel in Hyp mode does it
            assert parts["way-in"] and parts["way-back"], f"{exit} of machine {vm}: {parts}"
            assert sum(parts.values()) == pytest.approx(float(rows[exit]["mean"])), f"{exit} of machine {vm}: {parts}"
            if name != "microkernel":
                assert parts["host-kernel"], f"{exit}: the host's kernel has a part: {parts}"
            if exit in SERVED_BY_A_PROGRAM:
                assert parts["host-user"], f"{exit}: the monitor serves it: {parts}"
            elif exit != "WFI":
                assert not parts["host-user"], f"{exit}: the monitor has no part in it: {parts}"


def test_rows_of_exits_are_what_ran(hosted):
    name, stats, directory = hosted
    rows = exits(directory, "--by", "row")
    left = [row for row in rows if row["exit"] == "(in no account)"]
    assert [(float(row["ticks"]), float(row["instructions"])) for row in left] == [(0, 0)], f"{name}: {left}"
    ticks = sum(float(row["ticks"]) for row in rows)
    assert ticks == runs.stat(stats, "machine.ticks"), f"{name}: the ways and all else, once each"


def test_host_of_a_type_2_hypervisor(tmp_path):
    stats = runs.run("foreign-type2", tmp_path / "run")
    causes = books(stats, "world", "cause")
    assert causes["host-user", "none"] and causes["host-kernel", "none"] and causes["host-kernel", "syscall"], \
        f"the monitor, the host's boot, the calls of the monitor: {causes}"
    assert causes["host-kernel", "irq"], f"an interrupt that takes a guest out is the host's: {causes}"
    host = {row["exit"]: int(row["exits"]) for row in exits(tmp_path / "run", "--by", "vm") if row["vm"] == "0"}
    assert host == {"hypercall flush_vmid": 2 * ROUNDS, "world switch: hypercall vcpu_run": 2}, \
        f"its calls by the function's name; a guest's first entry belongs to no exit: {host}"
    spanned = {(e["vm"], e["cause"]): e for e in stats["host_exits"]}
    assert spanned[1, "device-syndrome"]["parts"]["host-user"]["instructions"], "device and page fault have causes of their own"
    assert not spanned[1, "stage2-fault"]["parts"]["host-user"]["instructions"], "device and page fault have causes of their own"


def test_a_guest_that_changes_processors(tmp_path):
    stats = runs.run("foreign-type2-moving", tmp_path / "run")
    taken = {cpu: sum(int(row["exits"] or 0) for row in exits(tmp_path / "run", "--by", "vm,cpu")
                      if (row["vm"], row["cpu"]) == ("1", cpu)) for cpu in ("0", "1")}
    assert all(taken.values()), f"it ran on both processors: {taken}"
    moved = [e for e in stats["host_exits"] if e["cause"] == "device-syndrome"]
    assert sum(e["all"]["n"] for e in moved) == 2 * ROUNDS, f"its exits to the monitor end on the other processor: {moved}"
    assert all(e["parts"]["way-back"]["instructions"] for e in moved), f"with their ways back: {moved}"


def test_processes_of_a_microkernel(tmp_path):
    stats = runs.run("foreign-microkernel", tmp_path / "run")
    causes = books(stats, "world", "cause")
    assert causes["host-kernel", "syscall"] and causes["host-kernel", "undefined"] and causes["host-kernel", "stage2-fault"], \
        f"what its processes enter it for: {causes}"
    assert ("hypervisor", "none") not in causes, f"its boot is a kernel's: {causes}"
    entries = {row["exit"]: int(row["exits"] or 0) for row in exits(tmp_path / "run")
               if row["exit"].startswith("process: ")}
    undefined = runs.stat(stats, "cpu0.crossings.hyp_entries.ec_0x00")
    assert entries["process: undefined instruction"] == undefined, f"{entries}"
    assert entries["process: interrupt"] == 1, f"{entries}"
    assert {"process: system call 2", "process: system call 4"} <= set(entries), f"calls by number: {entries}"
    ways = {row["exit"] for row in exits(tmp_path / "run", "--by", "row")}
    assert {"way back: system call 1", "way back: system call 3"} <= ways, f"a call that leads into the guest: {ways}"
    switches = [(row["exit"], row["exits"]) for row in exits(tmp_path / "run") if row["exit"].startswith("world switch")]
    assert switches == [("world switch: system call 1", "1")], f"the guest's first entry; processes are no machines: {switches}"


def test_boot_and_threads(tmp_path):
    stats = runs.run("foreign-threads", tmp_path / "run")
    worlds = books(stats, "world", "vm")
    assert set(worlds) == {("hypervisor", 0), ("kernel", 0)}, f"no host, no machine with stage 2: {worlds}"


def test_compared(tmp_path):
    folders = [tmp_path / name for name in ("type2", "microkernel")]
    for folder in folders:
        runs.run(f"foreign-{folder.name}", folder)
    groups = json.loads(runs.vtoll("compare", *folders, "--format", "json").stdout)["groups"]
    rows = {row["row"] for row in groups["host_kernel_entries"]}
    assert {"syscall", "undefined", "irq"} <= rows, f"what the hosts' kernels are entered for: {rows}"


@pytest.mark.parametrize("name", ["hypercall", "syscall"])
def test_others_have_no_host(tmp_path, name):
    stats = runs.run(name, tmp_path / "run")
    assert not any(world.startswith("host") for world, in books(stats, "world")), "a Type-I hypervisor, no host"
    assert "host_exits" not in stats and not any(key.startswith("world.host") for key in stats["stats"]), "nor a trace of one"


def test_host_that_hardware_does_not_show(tmp_path):
    scenario = (runs.SCENARIOS / "foreign-type2.toml").read_text()
    told = tmp_path / "told.toml"
    told.write_text(scenario.replace("[worlds]", "[worlds]\nhost_vmid = 2"))
    stats = runs.run(told, tmp_path / "run")
    worlds = books(stats, "world", "vm")
    assert {vm for world, vm in worlds if world in ("user", "kernel")} == {1}, f"machine 2 is said to be the host: {worlds}"


@pytest.mark.parametrize("key,value", [("host_vmid", 256), ("syscall_register", 15)])
def test_keys_are_bounded(key, value):
    done = runs.vtoll("run", "foreign-type2", "--set", f"worlds.{key}={value}", check=False)
    assert done.returncode == 3 and key in done.stderr, f"{done.returncode}, {done.stderr}"
