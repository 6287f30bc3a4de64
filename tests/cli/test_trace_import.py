# SPDX-License-Identifier: Apache-2.0
"""Logs become traces: of vtoll's own logs the replay repeats the run, other producers' lines are understood or counted,
a broken line ends the import."""
import re

import pytest

from programs import SAY_OK, elf

# In the style of Arm's Fast Models, by the grammar that Tarmac Trace Utilities read.
FOREIGN = """Tarmac Text Rev 3t
0 clk R cpsr 000001d3
0 clk R fpexc 40000000
0 clk R SCTLR_S 00c50078
0 clk R TTBR0_64_S 0000000000000000
0 clk SIGNAL: SIGNAL=DebugReset STATE=N
0 clk E 00000000:000000000000 00000001 CoreEvent_Reset
1 clk IT (1) 80000150:000040000150 e3a00601 A svc_s : MOV      r0,#0x100000
1 clk R r0 00100000
2 clk IT (2) 80000154:000040000154_NS e1a0d000 A svc_s : MOV      sp,r0
2 clk R r13 (AARCH32) 00100000
3 clk IT (3) 80000158:000040000158 e5801004 A svc_s : STR      r1,[r0,#4]
3 clk MW4 80100004:000040100004 0000abcd
4 clk IS (4) 8000015c:00004000015c 0a000006 A svc_s : BEQ      {pc}+0x20 ; 0x2017c
5 clk BR (80000160) A
5 clk IT (5) 80000160:000040000160 e1c020d8 A svc_s : LDRD     r2,r3,[r0,#8]
5 clk MR8 80100008:000040100008 00000000_0000abcd
5 clk R r2 --------
6 clk IT (6) 80000164:000040000164 ef000000 A svc_s : SVC      #0
6 clk E 80000168 00000003 CoreEvent_SVC
6 clk R cpsr 000001d3
7 clk IT (7) 00000008:000040000008 e1b0f00e A svc_s : MOVS     pc,lr
7 clk R cpsr 00000030
8 clk IT (8) 80000168:000040000168,00004000016a f8d01004 T usr_s : LDR.W    r1,[r0,#4]
8 clk MR4X 80100004:000040100004 0000abcd
9 clk IT (9) 8000016c:00004000016c bf00 T16 usr_s : NOP
10 clk CADI E DebugEvent_HaltOnRequest
"""


def rows(text):
    """The rows of what replay prints: name -> (recorded, replayed)."""
    found = re.findall(r"^(\S.*?)\s{2,}(\d+|unknown)\s+(\d+)", text, re.M)
    return {name: (recorded, int(replayed)) for name, recorded, replayed in found}


def imported(vtoll, log, *more):
    result = vtoll("trace", "import", log, "-o", "guest.trace", *more, timeout=280)
    assert result.returncode == 0, result.stderr
    return result.stdout


def replayed(vtoll):
    result = vtoll("trace", "replay", "guest.trace", "--native", timeout=280)
    assert result.returncode == 0, f"translations and privilege levels are the log's: {result.stdout}{result.stderr}"
    return rows(result.stdout)


def refused(vtoll, log, *more):
    result = vtoll("trace", "import", log, "-o", "guest.trace", *more)
    assert result.returncode == 3, f"{result.returncode}: {result.stdout}{result.stderr}"
    assert re.fullmatch(r"vtoll: .+\n", result.stderr), f"one line: {result.stderr}"
    assert not list(vtoll.folder.glob("guest.trace*")), "nothing half-written"
    return result.stderr


@pytest.mark.parametrize("part, name", [
    (("--log-to", "insns:600000"), "boot.tarmac"),
    (("--log-from", "console:preemption ok", "--log-to", "console:undefined instruction ok"), "checks.tarmac.zst")])
def test_a_replay_repeats_the_logged_run(vtoll, part, name):
    run = vtoll("run", "minios-native", "--timing", "cortex-a8", "-q", "--no-output", "--log", name, *part, timeout=280)
    assert run.returncode == 0, run.stderr
    said = imported(vtoll, name, "--machine", "minios-native", "--timing", "cortex-a8")
    assert "physical" not in said and "left out: the log doesn't say" not in said and "skipped" not in said, said
    there = replayed(vtoll)
    insns, ticks = there["instructions"], there["ticks"]
    assert int(insns[0]) == insns[1] > 10000, f"every instruction: {insns}"
    if name == "boot.tarmac":
        assert insns[1] == 600000, "the part that was logged"
        assert abs(ticks[1] / int(ticks[0]) - 1) < 0.05, f"cycles within 5 %: {ticks}"
    else:
        dump = vtoll("trace", "dump", "guest.trace", "--count", insns[0], timeout=280).stdout
        for what in ("exception: system call", "exception: data abort", "exception: undefined", "return: ", "table: ",
                     "CPSR[15:0] = ", "TTBR0"):
            assert what in dump, f"{what} is in the trace"


def test_a_foreign_log(vtoll):
    (vtoll.folder / "foreign.tarmac").write_text(FOREIGN)
    said = imported(vtoll, "foreign.tarmac")
    assert said.startswith("guest.trace: 9 instructions, 9 ticks, "), said
    assert "addresses are physical" in said, "SCTLR has another name here"
    for kind in ("SIGNAL", "BR", "CADI"):
        assert f"1 lines of type {kind}: skipped" in said, said
    assert "aborted" not in said and "lie where" not in said, said
    there = replayed(vtoll)
    assert there["instructions"] == ("9", 9), there
    dump = vtoll("trace", "dump", "guest.trace").stdout
    for what in ("block 40000150 at 0x40000150, PL1, 4 instructions", "write32 40100004 at 0x40100004",
                 "read32 40100008 at 0x40100008", "read32 4010000c at 0x4010000c",
                 "exception: system call 0, svc to svc, returns to 80000168", "return: svc to usr at 40000168",
                 "block 40000168 at 0x40000168, PL0, 2 instructions", "ldr.w r1, [r0, #4]"):
        assert what in dump, f"{what} is in {dump}"


def test_other_shapes_of_lines(vtoll):
    (vtoll.folder / "es.tarmac").write_text(
        "10ns ES (40000000:e3a00001) A svc: MOV r0,#1\n12 cyc cpu0 ES (40000004:03a01001) A svc: CCFAIL MOVEQ r1,#1\n"
        "14ns cpu0 R r1 (AARCH32) 00000000\n\n15ns ES EXC undefined\n")
    said = imported(vtoll, "es.tarmac")
    assert "2 instructions, ticks unknown" in said, "nanoseconds are no ticks"
    assert "1 lines of type ES EXC: skipped" in said, said
    there = replayed(vtoll)
    assert there["instructions"] == ("2", 2) and there["ticks"][0] == "unknown", there
    assert re.search(r"ticks\s+unknown", vtoll("trace", "info", "guest.trace").stdout)


def test_code_without_memory(vtoll):
    (vtoll.folder / "low.tarmac").write_text("1 clk IT (1) 00008000 e3a00001 A svc_ns : mov r0, #1\n")
    assert "1 instructions lie where the machine has no memory" in imported(vtoll, "low.tarmac")
    assert replayed(vtoll)["instructions"] == ("1", 1)


def accesses(vtoll, lines):
    (vtoll.folder / "x.tarmac").write_text(lines)
    said = imported(vtoll, "x.tarmac")
    assert "skipped" not in said, f"every line is understood: {said}"
    replayed(vtoll)
    return re.findall(r"(?:read|write)\d+ \S+ at 0x[0-9a-f]+", vtoll("trace", "dump", "guest.trace").stdout)


def test_accesses_of_sixteen_bytes(vtoll):
    code = "0 clk IT (1) 40008000 f4200a8f A svc_ns : vld1.32 {d0,d1},[r0]\n"
    four = [f"read32 {at:08x} at {at:#x}" for at in range(0x40010000, 0x40010010, 4)]
    for data in ("0123456789abcdef fedcba9876543210", "0123456789abcdeffedcba9876543210",
                 "01234567_89abcdef_fedcba98_76543210"):
        assert accesses(vtoll, code + f"0 clk MR16 40010000:000040010000 {data}\n") == four, f"{data}: four words"
    assert accesses(vtoll, code + "0 clk MW16X 40010000 0123456789abcdef fedcba9876543210\n") \
        == [line.replace("read", "write") for line in four], "and written"


def test_values_of_sixteen_bytes(vtoll):
    """A device's values are in the trace: the lowest word is the last one in the line."""
    (vtoll.folder / "x.tarmac").write_text("0 clk IT (1) 40008000 f4200a8f A svc_ns : vld1.32 {d0,d1},[r0]\n"
                                           "0 clk MR16 0a000000 0123456789abcdef fedcba9876543210\n")
    imported(vtoll, "x.tarmac")
    dump = vtoll("trace", "dump", "guest.trace").stdout
    values = [re.search(f"{at:08x} .*", dump).group() for at in (0x0a000000, 0x0a00000c)]
    assert "76543210" in values[0] and "1234567" in values[1], dump


def test_wide_registers(vtoll):
    for value in ("00112233445566778899aabbccddeeff", "0" * 32, "00112233_44556677_8899aabb_ccddeeff"):
        (vtoll.folder / "x.tarmac").write_text(LINE + f"0 clk R q0 {value}\n" + LINE.replace("40008000", "40008004"))
        assert "2 instructions" in imported(vtoll, "x.tarmac"), f"{value}: a register that the trace has no use for"


def test_pictures_of_accesses(vtoll):
    """Cycle models draw 16 bytes, the one at the highest address first."""
    def es(n, at):
        return f"  {n} clk ES  ({at:08x}:e5810000) A svc_ns:  STR r0,[r1]\n"

    def picture(kind, data, physical="0040020000"):
        return f"        {kind} 40020000  {data}     {physical}    NM ISH INC\n"

    none = "........"
    seen = accesses(vtoll, es(1, 0x40008000) + picture("ST", f"{none} {none} {none} 00000001") +
                    es(2, 0x40008004) + picture("LD", f"{none} 00000001 {none} {none}") +
                    es(3, 0x40008008) + picture("LD", f"{none} {none} ..11.... ....##22") +
                    es(4, 0x4000800c) + picture("ST", "00000003 00000002 00000001 00000000") +
                    es(5, 0x40008010) + picture("LD", f"{none} {none} ..112233 44556677"))
    assert seen == ["write32 40020000 at 0x40020000", "read32 40020008 at 0x40020008",
                    "read16 40020000 at 0x40020000", "read8 40020006 at 0x40020006",
                    *(f"write32 {at:08x} at {at:#x}" for at in range(0x40020000, 0x40020010, 4)),
                    "read32 40020000 at 0x40020000", "read16 40020004 at 0x40020004", "read8 40020006 at 0x40020006"]
    moved = accesses(vtoll, es(1, 0x40008000) + picture("ST", f"{none} {none} {none} 00000001", "0040030000"))
    assert moved == ["write32 40030000 at 0x40030000"], "the physical address that the line has"


LINE = "1 clk IT (1) 40008000 e3a00000 A svc_ns : mov r0, #0\n"


@pytest.mark.parametrize("line, expected", [
    ("2 clk IT 40008004 e3a00000 A svc_ns : mov r0, #0", "a count in parentheses"),
    ("2 clk IT (2) 4000800x e3a00000 A svc_ns : mov r0, #0", "an address in hexadecimal, not '4000800x'"),
    ("2 clk IT (2) 140008004 e3a00000 A svc_ns : mov r0, #0", "an address of 32 bits"),
    ("2 clk IT (2) 40008004:10000000000 e3a00000 A svc_ns : x", "a physical address of 40 bits"),
    ("2 clk IT (2) 40008004 e3a000 A svc_ns : mov r0, #0", "an opcode of 4 or 8 digits"),
    ("2 clk IT (2) 40008004 e3a0 A svc_ns : mov r0, #0", "an opcode of 8 digits in A32 code"),
    ("2 clk IT (2) 40008004 d2800000 O EL1h_n : mov x0, #0", "A32 or Thumb code, not A64"),
    ("2 clk IT (2) 40008004 e3a00000 Q svc_ns : mov r0, #0", "an instruction set, A or T"),
    ("2 clk IT (2) 40008004 e3a00000 A", "a mode and a colon"),
    ("2 clk IT (2)", "an address in hexadecimal"),
    ("2 clk R r0", "the value of register r0"),
    ("2 clk R r0 zz", "the value of register r0 in hexadecimal"),
    ("2 clk R", "the name of a register"),
    ("2 clk MR4 40000000", "data in hexadecimal"),
    ("2 clk MR1 40000000 1234", "data of 1 bytes"),
    ("2 clk MW4", "an address in hexadecimal"),
    ("2 clk MR16 40000000 0123456789abcdef", "data of 16 bytes, not '0123456789abcdef'"),
    ("2 clk MR16 40000000 0123456789abcdef xyz", "data in hexadecimal"),
    ("2 clk MR16 40000000 0123456789abcdef 0123456789abcdef0", "data of 16 bytes"),
    ("2 clk LD 40000000 ........ ........ ........", "16 bytes"),
    ("2 clk LD 40000000 ........ ........ ........ ........ ..", "a physical address in hexadecimal"),
    ("2 clk ST 40000000 ........ ........ ........ 0000000g", "a byte in hexadecimal"),
    ("2 clk ST 40000000 ........ ........ ........ 000", "16 bytes, not '000'"),
    ("2 clk E 40008000 00000008", "CoreEvent_ and a kind"),
    ("2 clk E 40008000 1000000000000 CoreEvent_WFI", "less than 2^48 ticks"),
    ("2 clk E 40008000 00000000 CoreEvent_Reset", "a log that begins behind it"),
    ("99999999999999999999 clk R r0 00000000", "a time of 64 bits"),
    ("2 clk", "the type of the line"),
    ("2 clk \x01\x02", "a type of line"),
    ("2 clk IT (2) 40008004 e3a00000 A hyp_ns : mov r0, #0", "a hypervisor runs"),
])
def test_a_broken_line(vtoll, line, expected):
    (vtoll.folder / "broken.tarmac").write_text(LINE + "\n" + line + "\n" + LINE)
    said = refused(vtoll, "broken.tarmac")
    assert said.startswith("vtoll: broken.tarmac:3: ") and expected in said, said


def test_a_log_that_is_none(vtoll):
    assert "missing: can't be read" in refused(vtoll, "missing")
    (vtoll.folder / "empty").write_text("1 clk R r0 00000000\n")
    assert "empty: no instruction in it" in refused(vtoll, "empty")
    (vtoll.folder / "binary").write_bytes(b"\x7fELF" + bytes(100000))
    assert "binary:1: expected a line of text" in refused(vtoll, "binary")
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    run = vtoll("run", "guest.elf", "-q", "--no-output", "--log", "hyp.tarmac.zst")
    assert run.returncode == 0, run.stderr
    assert "a hypervisor runs" in refused(vtoll, "hyp.tarmac.zst")
    whole = (vtoll.folder / "hyp.tarmac.zst").read_bytes()
    (vtoll.folder / "short.zst").write_bytes(whole[:len(whole) // 2])
    assert "the compressed file ends early" in refused(vtoll, "short.zst")
    (vtoll.folder / "damaged.zst").write_bytes(whole[:8] + bytes(len(whole) - 8))
    assert "damaged.zst: " in refused(vtoll, "damaged.zst")


def test_one_processor_of_several(vtoll):
    def line(time, cpu, at):
        return f"{time} clk {cpu} IT ({time}) {at:08x} e1a00000 A svc_ns : mov r0, r0\n"

    (vtoll.folder / "two.tarmac").write_text("".join(
        line(n, "cpu0", 0x40008000 + 4 * n) + line(n, "cpu1", 0x40009000 + 4 * n) for n in range(10)))
    assert "two.tarmac:2: a line of cpu1 behind lines of cpu0" in refused(vtoll, "two.tarmac")
    assert "10 instructions" in imported(vtoll, "two.tarmac", "--cpu", "cpu1")
    dump = vtoll("trace", "dump", "guest.trace").stdout
    assert "block 40009000" in dump and "block 40008000" not in dump, "its own lines alone"
    assert replayed(vtoll)["instructions"] == ("10", 10)
