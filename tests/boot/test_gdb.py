# SPDX-License-Identifier: Apache-2.0
"""The GDB stub, driven by a client of our own and by GDB itself. A debugged run leaves what an undisturbed one leaves."""
import re
import shutil
import signal
import struct
import subprocess
import time

import pytest

import runs
from gdb_client import Client, waiting_machine

RESULTS = ["stats.json", "episodes.sqlite", "console.log", "config.toml", "manifest.json"]


def symbol(name, program="guest/pure.elf"):
    for line in subprocess.run(["arm-none-eabi-nm", str(runs.BUILD / program)], capture_output=True, text=True,
                               check=True).stdout.splitlines():
        words = line.split()
        if words[-1] == name:
            return int(words[0], 16)
    raise AssertionError(f"{program} has no symbol {name}")


def entry_point(program="guest/pure.elf"):
    return struct.unpack_from("<I", (runs.BUILD / program).read_bytes(), 24)[0]


def same_results(alone, debugged):
    first, second = runs.files_of(alone), runs.files_of(debugged)
    for path in RESULTS:
        assert first[path] == second[path], f"{path} is the same under a debugger"


def test_registers_memory_and_stops_leave_the_run_as_it_is(tmp_path):
    runs.run("hypercall", tmp_path / "alone", "--timing", "cortex-a15")
    with waiting_machine("hypercall", "--timing", "cortex-a15", "-o", tmp_path / "debugged") as (process, port):
        gdb = Client(port)
        assert gdb.start().startswith("T05thread:1;"), "stands still at the start"
        assert gdb.register("pc") == entry_point(), "in front of the first instruction"
        assert gdb.register("cpsr") & 0x1f == 0x1a, "in Hyp mode"
        assert gdb.register("midr") >> 24 == 0x41, "ARM made it"
        assert gdb.memory(entry_point(), 4) != b"", "code is readable"
        for name in ("hcr", "vttbr", "sp_usr", "spsr_svc", "elr_hyp", "sctlr", "ttbr0", "d31", "fpscr", "hsr", "cpsr"):
            assert name in gdb.registers, f"{name} is described"

        trap = symbol("hyp_vectors") + 0x14  # hypervisor entry
        assert gdb.ask(f"Z0,{trap:x},4") == "OK"
        assert gdb.ask("c") == "T05thread:1;swbreak:;", "reached by a trap of the guest"
        assert gdb.register("pc") == trap
        assert gdb.register("hsr") >> 26 in (0x12, 0x24), "a hypercall or an access to a device"
        assert gdb.register("spsr_hyp") & 0x1f != 0x1a, "from the guest"
        for _ in range(25):
            assert gdb.ask("vCont;s:1").startswith("T05thread:1;"), "a step"
        assert gdb.ask(f"z0,{trap:x},4") == "OK"

        before = gdb.monitor("counts")
        assert gdb.monitor("memory physical") == "memory: physical\n"
        gicd = gdb.memory(0x08000000, 16)
        assert gicd == gdb.memory(0x08000000, 16) and len(gicd) == 16, "devices are looked at"
        acknowledge = [gdb.memory(0x0801000c, 4) for _ in range(2)]
        assert acknowledge[0] == acknowledge[1], "a look at GICC_IAR acknowledges nothing"
        assert gdb.ask("m1000000000,4") == "E0e", "nothing is there"
        gdb.monitor("memory now")
        assert gdb.monitor("counts") == before, "looking costs nothing"
        assert gdb.ask("D") == "OK"
        gdb.close()
        assert process.wait(timeout=120) == 0, process.stderr.read()
    same_results(tmp_path / "alone", tmp_path / "debugged")


def test_watchpoints_say_which_access_comes(tmp_path):
    with waiting_machine("hypercall", "--no-output") as (_, port):
        gdb = Client(port)
        gdb.start()
        boot = symbol("boot")
        assert gdb.ask(f"Z0,{boot:x},4") == "OK"
        assert gdb.ask("c").startswith("T05thread:1;swbreak"), "the first function in C"
        stack = gdb.register("sp")
        assert gdb.ask(f"Z2,{stack - 64:x},40") == "OK"
        reply = gdb.ask("c")
        assert reply.startswith("T05thread:1;watch:"), reply
        address = int(reply.split("watch:")[1].rstrip(";"), 16)
        assert stack - 64 <= address < stack, "inside what is watched"
        old = gdb.memory(address & ~3, 4)
        assert gdb.ask(f"z2,{stack - 64:x},40") == "OK"
        gdb.ask("s")
        assert gdb.memory(address & ~3, 4) != old or gdb.register("pc"), "the store is made by the step"
        gdb.send("k")


def test_writing_registers_and_memory_changes_the_course(tmp_path):
    with waiting_machine("hypercall", "-o", tmp_path / "out") as (process, port):
        gdb = Client(port)
        gdb.start()
        # mov r0, #0x20; add r1, pc, #0; svc 0x123456; exit code 42
        code = struct.pack("<5I", 0xE3A00020, 0xE28F1000, 0xEF123456, 0x20026, 42)
        at = 0x47000000
        assert gdb.ask(f"M{at:x},{len(code):x}:{code.hex()}") == "OK"
        assert gdb.memory(at, len(code)) == code
        assert gdb.set_register("pc", at + 1) == "E16", "no such address for A32 code"
        assert gdb.set_register("cpsr", 0x1c) == "E16", "no such mode"
        assert gdb.set_register("midr", 1) == "E16", "read-only"
        assert gdb.set_register("hdcr", 1) == "E16", "a write that does more than keep a value"
        assert gdb.set_register("fpscr", 0xffffffff) == "OK"
        assert gdb.register("fpscr") == 0xfff7009f, "the bits that are there"
        assert gdb.set_register("d3", 0x3ff0000000000000) == "OK"
        assert gdb.register("d3") == 0x3ff0000000000000
        assert gdb.set_register("pc", at) == "OK"
        assert gdb.ask("c") == "W2a", "the exit code"
        assert process.wait(timeout=60) == 1, "a guest that failed"
    assert (tmp_path / "out/stats.json").exists(), "the books are kept"


def test_a_written_system_register_has_its_effect():
    with waiting_machine("hypercall", "--no-output") as (process, port):
        gdb = Client(port)
        gdb.start()
        vectors, at = 0x47000000, 0x47001000
        # at the vector of undefined instructions, as above: semihosting's exit with code 43
        code = struct.pack("<5I", 0xE3A00020, 0xE28F1000, 0xEF123456, 0x20026, 43)
        assert gdb.ask(f"M{vectors + 4:x},{len(code):x}:{code.hex()}") == "OK"
        assert gdb.ask(f"M{at:x},4:{struct.pack('<I', 0xE7F000F0).hex()}") == "OK"
        assert gdb.set_register("hvbar", vectors) == "OK" and gdb.register("hvbar") == vectors
        assert gdb.set_register("vttbr", 0x0001000047002000) == "OK", "a doubleword"
        assert gdb.register("vttbr") == 0x0001000047002000
        assert gdb.set_register("pc", at) == "OK"
        assert gdb.ask("c") == "W2b", "the undefined instruction went to the new vectors"
        assert process.wait(timeout=60) == 1, "a guest that failed"


def test_a_restored_run(tmp_path):
    saved = tmp_path / "saved.checkpoint"
    runs.vtoll("run", "hypercall", "-q", "--no-output", "--save", saved, "--save-at", "marker:1")
    runs.vtoll("run", "--restore", saved, "-q", "-o", tmp_path / "alone", "--log", tmp_path / "first.tarmac",
               "--log-to", "marker:2")
    first = re.search(r" IT \(\d+\) (\w{8})[: ]", (tmp_path / "first.tarmac").read_text())[1]
    with waiting_machine("--restore", saved, "-o", tmp_path / "debugged") as (process, port):
        gdb = Client(port)
        assert gdb.start().startswith("T05thread:1;"), "stands still where it was saved"
        assert gdb.register("cpsr") & 0x1f == 0x13, "in the guest's kernel"
        assert gdb.register("pc") == int(first, 16) != entry_point(), "in front of the first instruction from there on"
        trap = symbol("hyp_vectors") + 0x14
        assert gdb.ask(f"Z0,{trap:x},4") == "OK"
        for _ in range(3):
            assert gdb.ask("c") == "T05thread:1;swbreak:;", "reached by a trap of the guest"
            assert gdb.register("pc") == trap
        assert gdb.ask("D") == "OK"
        gdb.close()
        assert process.wait(timeout=120) == 0, process.stderr.read()
    same_results(tmp_path / "alone", tmp_path / "debugged")


def test_a_log_of_a_debugged_run(tmp_path):
    words = ("para-hypercall", "--limit", "30000", "--log")
    runs.vtoll("run", *words, tmp_path / "alone.tarmac", "-q", "-o", tmp_path / "alone", check=False)
    with waiting_machine(*words, tmp_path / "debugged.tarmac", "-o", tmp_path / "debugged") as (process, port):
        gdb = Client(port)
        gdb.start()
        for _ in range(100):
            assert gdb.ask("s").startswith("T05thread:1;"), "a step"
        assert gdb.ask(f"Z0,{gdb.register('pc') + 4:x},4") == "OK"
        assert gdb.ask("D") == "OK"
        gdb.close()
        assert process.wait(timeout=120) == 4, "the limit"
    same_results(tmp_path / "alone", tmp_path / "debugged")
    log = (tmp_path / "alone.tarmac").read_bytes()
    assert log.count(b" IT (") > 20000 and log == (tmp_path / "debugged.tarmac").read_bytes(), "the same log"


def test_interrupt_detach_and_attach_again():
    with waiting_machine("speed-integer", "--no-output") as (process, port):
        gdb = Client(port)
        gdb.start()
        gdb.send("c")
        time.sleep(0.2)
        gdb.socket.sendall(b"\x03")
        assert gdb.receive().startswith("T02thread:1;"), "Ctrl-C"
        first = gdb.monitor("counts")
        assert gdb.ask("D") == "OK"
        gdb.close()
        again = Client(port)
        assert again.start().startswith("T02thread:1;"), "stands still for a new debugger"
        deadline = time.monotonic() + 60
        while again.monitor("counts") == first:  # on a busy host it may not have had a turn yet
            assert time.monotonic() < deadline, "it goes on without a debugger"
            assert again.ask("D") == "OK"
            again.close()
            time.sleep(0.05)
            again = Client(port)
            again.start()
        again.send("k")
        assert process.wait(timeout=60) == 130, "interrupted"


def test_processors_are_threads():
    with waiting_machine("processors", "--no-output") as (process, port):
        gdb = Client(port)
        gdb.start()
        assert gdb.ask("qfThreadInfo") == "m1,2" and gdb.ask("qsThreadInfo") == "l"
        assert bytes.fromhex(gdb.ask("qThreadExtraInfo,2")).decode().startswith("processor 1, ")
        assert gdb.ask("T2") == "OK" and gdb.ask("T3") == "E16"
        started = symbol("boot_other")
        gdb.ask(f"Z1,{started:x},4")
        assert gdb.ask("c") == "T05thread:2;hwbreak:;", "the second processor comes up"
        assert gdb.register("pc") == started, "its registers are those that are meant"
        for thread in ("1", "2", "2", "1"):
            gdb.ask(f"Hg{thread}")
            assert gdb.ask(f"vCont;s:{thread};c").startswith(f"T05thread:{thread};"), "the one that was asked for"
        gdb.ask(f"z1,{started:x},4")
        assert gdb.ask("c") == "W00", "to the end"
        assert process.wait(timeout=60) == 0


def test_catching_exceptions():
    with waiting_machine("hypercall", "--no-output") as (_, port):
        gdb = Client(port)
        gdb.start()
        assert "no such mode" in gdb.monitor("catch nonsense")
        assert gdb.monitor("catch hyp") == "catch: hyp\n"
        for _ in range(3):
            assert gdb.ask("c").startswith("T05thread:1;")
            assert gdb.register("cpsr") & 0x1f == 0x1a, "at a vector of Hyp mode"
            assert gdb.register("hvbar") <= gdb.register("pc") < gdb.register("hvbar") + 32
        gdb.send("k")


@pytest.mark.parametrize("packet", ["vCont;", "vCont;z", "vCont;s:9", "p9999", "pzz", "P1", "P1=0", "m40000000", "mzz,4",
                                    "M40000000,4:00", "Z0,40000000", "Z0,zz,4", "Z2,40000000,0", "Hg9", "H", "T0",
                                    "qRcmd,0", "qXfer:features:read:target.xml:0", "qThreadExtraInfo,7", "X40000000,2:a"])
def test_a_broken_packet_is_an_error_and_no_more(packet):
    with waiting_machine("hypercall", "--no-output") as (process, port):
        gdb = Client(port)
        gdb.start()
        assert gdb.ask(packet).startswith("E"), f"{packet} is refused"
        assert gdb.ask("vUnknown") == "", "unknown packets have an empty answer"
        assert gdb.ask("?").startswith("T05"), "and the stub is alive"
        gdb.socket.sendall(b"noise$m40000000,4#00")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130, "Ctrl-C in the terminal ends it"


def test_a_port_in_use_is_refused():
    with waiting_machine("hypercall", "--no-output") as (_, port):
        done = runs.vtoll("run", "hypercall", "--no-output", "--gdb", port, check=False)
        assert done.returncode == 3 and f"--gdb {port}" in done.stderr, done.stderr


@pytest.mark.skipif(not shutil.which("gdb-multiarch"), reason="no gdb-multiarch")
def test_gdb_itself(tmp_path):
    runs.run("hypercall", tmp_path / "alone")
    with waiting_machine("hypercall", "-o", tmp_path / "debugged") as (process, port):
        script = [f"target remote localhost:{port}", "info threads", "p/x $pc", "tbreak *boot", "continue",
                  "watch -l *(int*)($sp - 4)", "continue", "delete", "hbreak *(hyp_vectors + 0x14)", "continue",
                  "p/x $hsr >> 26", "p/x $cpsr & 0x1f", "stepi", "stepi", "info registers sp_usr elr_hyp",
                  "x/2i $pc", "monitor counts", "p $d0", "p/x $vttbr", "delete", "detach"]
        words = ["gdb-multiarch", "-nx", "-batch", str(runs.BUILD / "guest/pure.elf")]
        for line in script:
            words += ["-ex", line]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        print(done.stdout, done.stderr)
        assert f"$1 = {entry_point():#x}" in done.stdout, "the first instruction"
        assert "Breakpoint 3, " in done.stdout, "stopped at the vector"
        assert "$2 = 0x12" in done.stdout or "$2 = 0x24" in done.stdout, "the syndrome"
        assert "$3 = 0x1a" in done.stdout, "in Hyp mode"
        assert " instructions, " in done.stdout + done.stderr, "monitor"
        assert "watchpoint 2" in done.stdout, "a watchpoint is hit"
        assert "error" not in done.stderr.lower(), done.stderr
        assert process.wait(timeout=120) == 0, "detached, it goes on to its end"
    same_results(tmp_path / "alone", tmp_path / "debugged")
