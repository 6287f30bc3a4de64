# SPDX-License-Identifier: Apache-2.0
"""Stepping through a machine. Each case is a process of its own: a process has one machine."""
import os
import random
import subprocess
import sys
import textwrap

import pytest
import vtoll

RESULTS = ["stats.json", "episodes.sqlite", "console.log", "config.toml", "manifest.json"]


def in_process(code, *words, **environment):
    """Runs `code` with `vtoll` imported. Returns what it prints."""
    done = subprocess.run([sys.executable, "-B", "-c", "import sys, vtoll\n" + textwrap.dedent(code), *map(str, words)],
                          capture_output=True, text=True, timeout=240, env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("timing", ["functional", "cortex-a15"])
def test_a_run_that_was_stepped_through_leaves_the_same_bytes(timing, tmp_path):
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    vtoll.run("page-fault", timing=timing, output=tmp_path / "alone")
    in_process("""
        import random
        folder, timing, seed = sys.argv[1:]
        random.seed(int(seed))
        machine = vtoll.Machine("page-fault", timing=timing)
        machine.catch("hyp", "svc")
        machine.watchpoint("vms", 64, reads=True)
        while machine.last.kind != "ended" and machine.instructions < 400_000:
            for _ in range(random.randrange(20)):
                machine.step(random.randrange(1, 5))
            machine.mem.read(machine.cpus[0].pc & ~3, 4)
            dict(machine.regs), dict(machine.cp15), machine.console, machine.cpus[0].place
            machine.run(until=machine.instructions + random.randrange(1, 5000))
            machine.run(ticks=machine.ticks + random.randrange(1, 5000))
        machine.finish(folder)
        """, tmp_path / "stepped", timing, seed)
    for name in RESULTS:
        assert (tmp_path / "alone" / name).read_bytes() == (tmp_path / "stepped" / name).read_bytes(), f"{name}, seed {seed}"


def test_machines_in_workers_stand_side_by_side(tmp_path):
    """As many as one likes, each what a machine of this process is."""
    vtoll.run("hypercall", timing="cortex-a7", output=tmp_path / "alone")
    in_process("""
        machines = [vtoll.Machine("hypercall", timing=core, worker=True) for core in ("cortex-a15", "cortex-a7")]
        here = vtoll.Machine("hypercall", timing="cortex-a15")
        events = [machine.run(until="marker:3") for machine in (*machines, here)]
        assert all(event.reached for event in events), events
        assert events[0] == events[2] and events[0].ticks != events[1].ticks, "a core each"
        assert dict(machines[0].regs) == dict(here.regs) and machines[0].cpus[0].place == here.cpus[0].place
        assert machines[0].ram[0x100:0x200] == bytes(memoryview(here.ram)[0x100:0x200]) and machines[0].ram.base == here.ram.base
        machines[0].regs.r0 = 7
        assert machines[0].regs.r0 == 7 and machines[1].regs.r0 != 7, "they have nothing in common"
        try:
            machines[0].mem[0x10] = 1
        except vtoll.AddressError as error:
            print("refused", error)
        try:
            vtoll.Machine("no-such-scenario", worker=True)
        except vtoll.InvalidInput as error:
            print("refused", error)
        print(machines[1].finish(sys.argv[1]).outcome)
        machines[0]._session._process.kill()
        try:
            machines[0].step()
        except vtoll.VtollError as error:
            print(error)
        """, tmp_path / "worker")
    for name in RESULTS:
        assert (tmp_path / "alone" / name).read_bytes() == (tmp_path / "worker" / name).read_bytes(), name


def test_a_worker_is_interrupted():
    """By Ctrl-C here, or by another thread: it stands still and goes on."""
    in_process("""
        import os, signal, threading
        machine = vtoll.Machine("speed-integer", worker=True)  # seconds
        threading.Timer(0.15, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            machine.run()
            raise AssertionError("not interrupted")
        except KeyboardInterrupt:
            assert machine.last.kind == "asked", machine.last
        before = machine.instructions
        still = threading.Event()
        def ask():
            while not still.wait(0.02):
                machine.interrupt()
        threading.Thread(target=ask).start()
        event = machine.run()
        still.set()
        assert event.kind == "asked" and machine.instructions > before, event
        """)


def test_where_it_stops():
    in_process("""
        machine = vtoll.Machine("hypercall")
        assert machine.last.kind == "ready" and machine.instructions == 0 and machine.cpus[0].mode == "hyp"
        event = machine.run(until=1000)
        assert (event.kind, event.reached, machine.instructions) == ("instructions", True, 1000), event
        assert machine.step(7).instructions == 1007
        event = machine.run(until="console:hypercall: start")
        assert event.kind == "console" and event.reached and machine.console.endswith("start"), (event, machine.console)
        event = machine.run(until="marker:3")
        assert (event.kind, event.marker, event.reached) == ("marker", 3, True), event
        assert machine.console.endswith("start\\r\\n"), "it went on from there"
        assert machine.cpus[0].mode == "svc" and machine.regs.cpsr & 31 == 0x13
        machine.catch("hyp")
        event = machine.run()
        assert (event.kind, event.taken_from, event.taken_to) == ("exception", "svc", "hyp"), event
        assert machine.cp15.hsr >> 26 == 0x12 and machine.cp15["HSR"] == machine.cp15.hsr, "HVC"
        assert event.pc == event.address and event.pc == machine.cp15.hvbar + 0x14
        guest = machine.regs.elr_hyp
        assert machine.cpus[0].memory("pl1").word(guest - 4) & 0xfff000f0 == 0xe1400070, "hvc before the return address"
        machine.catch()
        number = machine.breakpoint(guest, level="pl1")
        event = machine.run(until="marker:4")
        assert (event.kind, event.point, event.reached, event.pc) == ("breakpoint", number, False, guest), event
        machine.remove(number)
        assert machine.run(until="marker:4").marker == 4
        event = machine.run(until=f"symbol:{guest:#x}")
        assert (event.kind, event.point, event.reached) == ("breakpoint", None, True), event
        frame = machine.regs.sp_hyp  # pure's entry saves the guest's registers there
        number = machine.watchpoint(frame, 64, level="pl2")
        event = machine.run()
        assert event.kind == "watchpoint" and event.write and event.point == number and event.size == 4, event
        assert frame <= event.address < frame + 64
        machine.remove(number)
        before = machine.ticks
        event = machine.run(ticks=before + 1000)
        assert event.kind == "ticks" and event.reached and 1000 <= event.ticks - before < 1100, event
        event = machine.run()
        assert (event.kind, event.outcome) == ("ended", "power_off"), event
        assert machine.run() == event, "the end stays the end"
        result = machine.finish()
        assert result.outcome == "power_off" and "hypercall: done" in result.console
        """)


def test_how_far_it_goes():
    in_process("""
        import pytest
        machine = vtoll.Machine("hypercall", timing="cortex-a15")
        event = machine.run(insns=1000)
        assert (event.kind, event.reached, event.instructions) == ("instructions", True, 1000), event
        assert machine.run("insns:3000", insns=2000).instructions == 2000, "the first of the two"
        assert machine.run("marker:3", insns=3000).kind == "instructions", "in front of the marker"
        hz = machine.cp15.cntfrq
        then = machine.cp15.cntpct / hz + 50e-6
        event = machine.run(seconds=then)
        assert event.kind == "ticks" and event.reached, event
        assert then <= machine.cp15.cntpct / hz + 1 / hz < then + 5e-6, "by the machine's own counter"
        early = machine.run(seconds=then + 1, ticks=machine.ticks + 100)
        assert early.ticks - event.ticks < 5000, "the first of the two"
        for wrong in (-1, float("nan"), 1e300):
            pytest.raises(vtoll.UsageError, lambda: machine.run(seconds=wrong)).match("seconds")
        """)


@pytest.mark.parametrize("timing", ["functional", "cortex-a15"])
def test_timers_are_what_the_guest_reads(timing):
    """Each register beside what an instruction at that place brings into r0 and r1."""
    in_process("""
        import pytest
        machine = vtoll.Machine("hypercall", timing=sys.argv[1])
        machine.run(until="marker:3")
        machine.catch("hyp")
        machine.run()
        machine.catch()
        cpu, at = machine.cpus[0], machine.cpus[0].pc
        assert cpu.mode == "hyp"
        def execute(word):
            stood = machine.mem[at:at + 4]
            machine.regs.pc = at
            machine.mem[at] = word.to_bytes(4, "little")
            machine.step()
            assert cpu.pc == at + 4, f"{word:#x} was taken"
            machine.mem[at] = stood
            return machine.regs.r0, machine.regs.r1
        # Values of their own in every register: MCRR p15, opc1, r0, r1, c14, then MCR of the controls, masked.
        for opc1 in (2, 3, 4, 6):
            machine.regs.r0, machine.regs.r1 = 0x1110 + opc1, opc1
            execute(0xEC410F0E | opc1 << 4)
        for opc1, crm, value in (0, 2, 2), (0, 3, 3), (4, 2, 3), (0, 1, 0x200), (4, 1, 3):
            machine.regs.r0 = value
            execute(0xEE0E0F10 | opc1 << 21 | crm | (0x20 if crm != 1 else 0))
        wide = {"cntpct": 0, "cntvct": 1, "cntp_cval": 2, "cntv_cval": 3, "cntvoff": 4, "cnthp_cval": 6}
        narrow = {"cntfrq": (0, 0, 0), "cntkctl": (0, 1, 0), "cntp_tval": (0, 2, 0), "cntp_ctl": (0, 2, 1),
                  "cntv_tval": (0, 3, 0), "cntv_ctl": (0, 3, 1), "cnthctl": (4, 1, 0), "cnthp_tval": (4, 2, 0),
                  "cnthp_ctl": (4, 2, 1)}
        def moved(name):
            return name in ("cntpct", "cntvct") or name.endswith("tval")
        seen = {}
        for name, opc1 in wide.items():
            before = machine.cp15[name]
            low, high = execute(0xEC510F0E | opc1 << 4)  # MRRC p15, opc1, r0, r1, c14
            seen[name] = high << 32 | low
            within = before <= seen[name] <= machine.cp15[name]
            assert within if moved(name) else seen[name] == before == opc1 << 32 | 0x1110 + opc1, (name, before, seen)
        for name, (opc1, crm, opc2) in narrow.items():
            before = machine.cp15[name]
            seen[name] = execute(0xEE1E0F10 | opc1 << 21 | opc2 << 5 | crm)[0]  # MRC p15, opc1, r0, c14, crm, opc2
            after = machine.cp15[name]
            within = (before - seen[name]) % 2**32 < 2**31 and (seen[name] - after) % 2**32 < 2**31
            assert within if moved(name) else seen[name] == before == after, (name, before, seen, after)
        assert seen["cntpct"] > 0 and seen["cntfrq"] > 0, seen
        assert [seen[f"cnt{timer}_ctl"] & 3 for timer in ("p", "v", "hp")] == [2, 3, 3], seen
        assert (seen["cntkctl"], seen["cnthctl"]) == (0x200, 3), seen
        for name in (set(wide) | set(narrow)) - {"cntfrq", "cntkctl", "cnthctl"}:
            pytest.raises(vtoll.UsageError, lambda: machine.cp15.__setitem__(name, 1)).match("can't be written")
        """, timing)


def test_memory_and_registers():
    in_process("""
        import pytest
        machine = vtoll.Machine("hypercall")
        machine.run(until="marker:3")
        cpu = machine.cpus[0]
        pa = cpu.translate(cpu.pc)
        view = memoryview(machine.ram)
        assert view.readonly and len(view) == len(machine.ram) == 128 << 20 and machine.ram.base == 0x40000000
        offset = pa - machine.ram.base
        assert bytes(view[offset:offset + 16]) == machine.mem[cpu.pc:cpu.pc + 16] == machine.physical.read(pa, 16)
        import numpy
        assert numpy.frombuffer(machine.ram, "u4")[offset // 4] == machine.mem.word(cpu.pc)
        assert machine.physical.word(0x08000004) & 31 == 8, "GICD_TYPER: 288 interrupts, as QEMU's virt has"

        # A nop in place of the next instruction, then what stood there again: the decoded code hears of both.
        stood = machine.mem[cpu.pc:cpu.pc + 4]
        at = cpu.pc
        machine.mem[at:at + 4] = bytes.fromhex("ffffffea")  # b to the next
        assert bytes(view[offset:offset + 4]) == bytes.fromhex("ffffffea"), "the view is live"
        before = dict(machine.regs)
        machine.step()
        assert cpu.pc == at + 4 and {**machine.regs, "pc": at} == before
        machine.mem[at] = stood
        machine.regs.pc = at
        machine.regs.r5 = 0x1234
        machine.regs["sp_irq"] = 0x5678
        assert machine.regs.r5 == 0x1234 and machine.regs.sp_irq == 0x5678
        assert machine.cp15.vttbr != 0 and machine.cp15.hcr & 1, "stage 2 is on"
        assert "r0" in repr(machine.regs) and "hcr" in repr(machine.cp15)
        for wrong in (lambda: machine.regs.nothing, lambda: setattr(machine.regs, "nothing", 1)):
            pytest.raises(AttributeError, wrong)
        pytest.raises(KeyError, lambda: machine.regs["nothing"])
        pytest.raises(vtoll.UsageError, lambda: machine.regs.__setitem__("r0", 1 << 32))
        pytest.raises(vtoll.UsageError, lambda: machine.regs.__setitem__("cpsr", 0x1))
        pytest.raises(vtoll.UsageError, lambda: machine.cp15.__setitem__("midr", 1)).match("read-only")
        machine.cp15.tpidrurw = 0x77
        assert machine.cp15.tpidrurw == 0x77
        pytest.raises(vtoll.AddressError, lambda: machine.mem[0xf0000000]).match("0xf0000000: not mapped")
        pytest.raises(vtoll.AddressError, lambda: machine.physical.write(0x08000000, b"1234")).match("RAM")
        pytest.raises(vtoll.AddressError, lambda: machine.mem.read(0xffffffff, 2)).match("below 2")
        assert cpu.translate(0xf0000000) is None
        """)


def test_interrupted_by_the_keyboard_it_goes_on():
    out = in_process("""
        import os, signal, threading, time
        machine = vtoll.Machine("speed-integer")  # seconds
        turns = []
        def beside():
            for _ in range(20):
                turns.append(1)
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGINT)
        thread = threading.Thread(target=beside)
        machine.run(until=1000)
        thread.start()
        try:
            event = machine.run()
            raise AssertionError(f"not interrupted: {event}")
        except KeyboardInterrupt:
            pass
        thread.join()
        assert len(turns) == 20, "Python went on meanwhile"
        assert machine.last.kind == "asked", machine.last
        stood = machine.instructions
        assert machine.step(10).instructions == stood + 10
        print(stood)
        machine.close()
        """)
    assert int(out) >= 1000


def test_what_can_not_be_is_an_exception(tmp_path):
    in_process("""
        import pytest
        pytest.raises(vtoll.InvalidInput, vtoll.Machine, "nowhere").match("no shipped scenario")
        pytest.raises(vtoll.InvalidInput, vtoll.Machine, "hypercall", {"machine.cores": 1}).match("unknown key")
        pytest.raises(vtoll.UsageError, vtoll.Machine).match("expected a scenario")
        machine = vtoll.Machine("hypercall")
        pytest.raises(vtoll.UsageError, vtoll.Machine, "hypercall").match("has had its machine")
        pytest.raises(vtoll.InvalidInput, machine.run, "symbol:nothing").match("no such symbol")
        pytest.raises(vtoll.InvalidInput, machine.run, "nothing:1").match("expected marker:N")
        pytest.raises(vtoll.InvalidInput, machine.breakpoint, "nothing").match("no such symbol")
        pytest.raises(vtoll.UsageError, machine.remove, 5)
        pytest.raises(vtoll.UsageError, machine.catch, "nothing").match("expected svc")
        pytest.raises(vtoll.UsageError, machine.cpus[0].memory("pl9").read, 0, 4).match("pl0, pl1 or pl2")
        assert machine.run(until=100).reached, "none of that hurt it"
        machine.close()
        machine.close()
        pytest.raises(vtoll.UsageError, machine.step).match("closed")
        """)


def test_a_run_that_ends_badly():
    in_process("""
        import pytest
        with vtoll.Machine("hypercall", {"limits.instructions": 1000}) as machine:
            event = machine.run()
            assert (event.kind, event.outcome) == ("ended", "instruction_limit"), event
            raised = pytest.raises(vtoll.LimitReached, machine.finish)
            assert raised.value.result.stats["value"]["machine.instructions"] >= 1000
        """)


def test_a_forgotten_machine_does_not_keep_python_from_ending():
    in_process("machine = vtoll.Machine('hypercall'); machine.run(until=100)")
    in_process("""
        import os
        machine = vtoll.Machine('hypercall'); machine.run(until=100)
        if child := os.fork():
            assert os.waitpid(child, 0)[1] == 0
            machine.finish()
        else:
            try:
                machine.step()
            except vtoll.UsageError as error:
                assert "another process" in str(error)
                sys.exit(0)
            sys.exit(1)
        """)


def test_without_the_module_everything_else_works(tmp_path):
    program = tmp_path / "vtoll"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    in_process("""
        import pytest
        raised = pytest.raises(vtoll.InvalidInput, vtoll.Machine, "hypercall")
        assert "vtoll._machine" in str(raised.value) and "vtoll_python" in str(raised.value)
        """, VTOLL_PROGRAM=str(program))


def test_several_processors():
    in_process("""
        machine = vtoll.Machine("processors")
        assert len(machine.cpus) == 2
        event = machine.cpus[1].step()
        assert (event.kind, event.cpu) == ("step", 1) and machine.instructions > 1, "the first one has turned it on"
        event = machine.cpus[1].step(3)
        assert event.cpu == 1 and event.reached and event.pc == machine.cpus[1].pc, event
        assert machine.run().outcome == "power_off"
        """)
