# SPDX-License-Identifier: Apache-2.0
"""A hypervisor with threads of its own: what they do is no part of the call by which another gave way."""
import subprocess

import pytest

import runs

TURNS, LOOPS = 5, 10_000


def books(tmp_path, *defines):
    program = tmp_path / "threads.elf"
    subprocess.run(["arm-none-eabi-gcc", "-nostdlib", "-Wl,-Ttext=0x40010000", "-Wl,-e,_start", f"-DTURNS={TURNS}",
                    f"-DLOOPS={LOOPS}", *(f"-D{d}" for d in defines), runs.ROOT / "workloads/micro/foreign/threads.S", "-o", program],
                   check=True)
    stats = runs.run(program, tmp_path / "run")
    causes = {}
    for account in stats["accounts"]:
        if account["world"] == "hypervisor":
            causes[account["cause"]] = causes.get(account["cause"], 0) + account["instructions"]
    return stats, causes


def contexts(stats):
    return tuple(runs.stat(stats, f"cpu0.crossings.contexts.{what}") for what in ("parked", "resumed", "abandoned"))


@pytest.mark.parametrize("defines", [(), ("ONE_STACK",)])
def test_threads_take_turns(tmp_path, defines):
    stats, causes = books(tmp_path, *defines)
    loops = 2 * TURNS * 2 * LOOPS
    assert causes["none"] > loops, f"both threads' work is ordinary execution: {causes}"
    assert causes["none"] < loops + 40 * TURNS, f"and nothing else of weight is: {causes}"
    assert causes["hyp-other"] == 2 * TURNS * (12 if defines else 13), f"the calls that change threads: {causes}"
    # The first call of each thread leads to a context that was never left; every other one to one that waits.
    assert contexts(stats) == (2 * TURNS, 2 * TURNS - 1, 1), "contexts parked, resumed, abandoned"


def test_a_thread_that_never_comes_back(tmp_path):
    stats, causes = books(tmp_path, "ONE_WAY")
    assert causes["none"] > 2 * 2 * LOOPS, f"both threads' work is ordinary execution: {causes}"
    assert contexts(stats) == (1, 0, 1), "contexts parked, resumed, abandoned"
    called = [e for e in stats["episodes"] if e["cause"] == "hypercall"]
    assert sum(e["all"]["n"] for e in called) == 2 and sum(e.get("unfinished", 0) for e in called) == 1, \
        f"the guest's three calls, the last of which ends the run: {called}"
