# SPDX-License-Identifier: Apache-2.0
"""Logs, read by the grammar of docs/log.md and by nothing else: what they say agrees with the run and with Capstone."""
import json
import re
import subprocess

import capstone
import pytest

from programs import LOOP_FOREVER, SAY_OK, elf

HEX = "[0-9a-f]"
LINE = re.compile(
    rf"(?P<time>\d+) clk (?:cpu(?P<cpu>\d+) )?(?:"
    rf"I(?P<kind>[TS]) \((?P<count>\d+)\) (?P<va>{HEX}{{8}})(?::(?P<pa>{HEX}{{12}}))? (?P<opcode>{HEX}{{4}}|{HEX}{{8}})"
    rf" (?P<set>[AT]) (?P<mode>usr|fiq|irq|svc|abt|hyp|und|sys)_ns : (?P<text>[!-~](?:(?! ; )[ -~])*)"
    rf"(?: ; (?P<place>[!-~]+))?"
    rf"|R (?P<register>[!-~]+) (?P<value>{HEX}{{8}}|{HEX}{{16}})"
    rf"|M(?P<access>[RW])(?P<size>[124]) (?P<address>{HEX}{{8}})"
    rf"(?: (?P<aborted>\(ABORTED\))|(?::(?P<physical>{HEX}{{12}}))? (?P<data>{HEX}{{2}}|{HEX}{{4}}|{HEX}{{8}}))"
    rf"|TTW (?P<format>LPAE|SHORT) (?P<stage>[12]):(?P<level>[123]) (?P<table>{HEX}{{12}}) : (?:{HEX}{{8}}|{HEX}{{16}})"
    rf"|E (?P<returns>{HEX}{{8}}) (?P<detail>{HEX}{{8,}}) CoreEvent_(?P<event>[A-Za-z]+))")


def parse(text):
    """Every line of a log as the fields it has."""
    parsed = []
    assert text.endswith("\n"), "the last line is whole"
    for number, line in enumerate(text.splitlines(), 1):
        match = LINE.fullmatch(line)
        assert match, f"line {number} is not of the grammar: {line!r}"
        parsed.append({name: value for name, value in match.groupdict().items() if value is not None})
        if match["data"]:
            assert len(match["data"]) == 2 * int(match["size"]), f"line {number}: two digits a byte: {line!r}"
    return parsed


def instructions(parsed):
    return [line for line in parsed if "kind" in line]


def run(vtoll, scenario, *more, log="a.tarmac", status=0):
    result = vtoll("run", scenario, "-q", "-o", "out", "--log", log, *more, timeout=280)
    assert result.returncode == status, result.stderr
    return result


def log_of(vtoll, scenario, *more, **keywords):
    run(vtoll, scenario, *more, **keywords)
    return parse((vtoll.folder / "a.tarmac").read_text())


def counted(vtoll):
    """Instructions by the ledger of the run."""
    return json.loads((vtoll.folder / "out/stats.json").read_text())["stats"]["machine.instructions"]["value"]


def registers(parsed):
    """The register file at the end of a log: what every R line on the way made of it."""
    return {line["register"]: line["value"] for line in parsed if "register" in line}


def spelled(text):
    """Mnemonic and numbers of an assembler text: what two disassemblers have to agree on, whatever their notation."""
    mnemonic, _, operands = text.lower().partition(" ")
    numbers = [int(n, 0) for n in re.findall(r"(?<![a-z\d])-?(?:0x[0-9a-f]+|\d+)", operands)]
    return mnemonic.removesuffix(".w"), [n & 0xffffffff for n in numbers], len(re.findall(r"[a-z][a-z0-9_]*", operands))


# Spelled otherwise on purpose; tests/unit/isa compares every encoding and says why.
OTHER_NAMES = {"stm", "ldm", "push", "pop", "stmdb", "ldmia", "stmia", "ldmdb", "hvc", "eret", "cpsid", "cpsie", "msr",
               "mrs", "mcr", "mrc", "mcrr", "mrrc", "smc", "dsb", "dmb", "isb", "vmsr", "vmrs", "vstmia", "vldmia", "dbg",
               "svc"}


def disagreements(parsed):
    """Opcodes whose assembler text is not what Capstone reads from the same bytes."""
    decoders = {"A": capstone.Cs(capstone.CS_ARCH_ARM, capstone.CS_MODE_ARM),
                "T": capstone.Cs(capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB)}
    wrong, compared = [], 0
    for line in {(line["set"], line["opcode"], line["va"]): line for line in instructions(parsed)}.values():
        opcode = line["opcode"]
        halves = [opcode[i:i + 4] for i in range(0, len(opcode), 4)]
        data = bytes.fromhex(opcode)[::-1] if line["set"] == "A" else b"".join(bytes.fromhex(h)[::-1] for h in halves)
        found = list(decoders[line["set"]].disasm(data, int(line["va"], 16)))
        if line["text"].split()[0].split(".")[0] in OTHER_NAMES:
            continue
        compared += 1
        theirs = f"{found[0].mnemonic} {found[0].op_str}" if found else "nothing"
        if len(found) != 1 or spelled(theirs) != spelled(line["text"]):
            wrong.append((opcode, line["text"], theirs))
    return wrong, compared


def test_lines_of_a_small_program(vtoll):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    parsed = log_of(vtoll, "guest.elf")
    ran = instructions(parsed)
    assert len(ran) == 7, "one line per instruction"
    assert ran[1] == {"time": "1", "kind": "T", "count": "2", "va": "40008004", "opcode": "e3a0106f", "set": "A",
                      "mode": "hyp", "text": "mov r1, #0x6f"}
    stores = [line for line in parsed if line.get("access") == "W"]
    assert [(s["size"], s["address"], s["data"]) for s in stores] == [("1", "09000000", "6f"), ("1", "09000000", "6b")]
    at = parsed.index(ran[1])
    assert parsed[at + 1] == {"time": "1", "register": "r1", "value": "0000006f"}, "what it changed follows"


@pytest.mark.parametrize("scenario, part, limit", [
    ("para-hypercall", (), 30000), ("hypercall", ("--log-from", "insns:660000"), 10**9),
    ("minios-native", ("--log-from", "console:preemption ok", "--log-to", "console:does not run ok"), 10**9)])
def test_a_log_agrees_with_its_run(vtoll, scenario, part, limit):
    parsed = log_of(vtoll, scenario, "--limit", limit, *part, status=4 if limit == 30000 else 0)
    ran = instructions(parsed)
    first, last = int(ran[0]["count"]), int(ran[-1]["count"])
    assert [int(line["count"]) for line in ran] == list(range(first, last + 1)), "numbered in order"
    assert len(ran) > 10000, "not next to nothing"
    assert "--log-to" in part or last == counted(vtoll), "as many as the ledger has"
    assert part or first == 1, "from the start"
    times = [int(line["time"]) for line in parsed]
    assert times == sorted(times), "time does not go backwards"
    wrong, compared = disagreements(parsed)
    assert compared > 200 and not wrong, "assembler text against Capstone"


def test_registers_replayed_from_a_log_are_those_of_the_machine(vtoll):
    middle, end = 680000, 690000  # exits from the guest on the way
    told = registers(log_of(vtoll, "hypercall", "--log-from", f"insns:{middle}", "--log-to", f"insns:{end}"))
    later = log_of(vtoll, "hypercall", "--log-from", f"insns:{end}", "--log-to", f"insns:{end + 1}")
    first = next(i for i, line in enumerate(later) if "kind" in line)
    there = registers(later[:first])
    assert int(later[first]["count"]) == end + 1 and len(instructions(later)) == 1, "exactly that part"
    assert len(there) > 100, "all registers are said where a log begins"
    assert told == there, "what was told on the way adds up to what the machine has"


def test_a_part_of_a_run(vtoll):
    parsed = log_of(vtoll, "hypercall", "--log-from", "marker:1", "--log-to", "marker:2")
    ran = instructions(parsed)
    assert ran[-1]["text"].startswith("dbg #2"), "up to the marker"
    assert not any(line["text"].startswith(("dbg #1", "dbg #2")) for line in ran[:-1]), "from behind the other one"
    assert any(line.get("event") == "HVC" for line in parsed)
    parsed = log_of(vtoll, "hypercall", "--log-from", "symbol:hyp_save_trap", "--log-to", "console:start",
                    "--log-omit", "registers,tables")
    assert instructions(parsed)[0]["place"] == "hyp_save_trap", "from the symbol on, the first instruction included"
    assert not any("register" in line or "table" in line for line in parsed) and any("data" in line for line in parsed)
    stores = [line for line in parsed if line.get("address") == "09000000" and "data" in line]
    assert stores and int(stores[-1]["data"], 16) == ord("t"), "up to the store that completed the text"


@pytest.mark.parametrize("timing", ["functional", "cortex-a15"])
def test_a_log_changes_nothing(vtoll, timing):
    plain = vtoll("run", "hypercall", "-q", "-o", "plain", "--timing", timing, timeout=280)
    assert plain.returncode == 0, plain.stderr
    part = ("--log-from", "insns:677000", "--log-to", "marker:2", "--timing", timing)
    run(vtoll, "hypercall", *part)
    for name in ("stats.json", "console.log", "episodes.sqlite", "manifest.json"):
        assert (vtoll.folder / "out" / name).read_bytes() == (vtoll.folder / "plain" / name).read_bytes(), name
    run(vtoll, "hypercall", *part, log="again.tarmac.zst")
    unpacked = subprocess.run(["zstd", "-dc", vtoll.folder / "again.tarmac.zst"], capture_output=True, check=True).stdout
    assert unpacked == (vtoll.folder / "a.tarmac").read_bytes(), "the same log, compressed"


def test_two_processors(vtoll):
    parsed = log_of(vtoll, "processors", "--log-from", "insns:2000", "--log-to", "insns:60000")
    for cpu in {line["cpu"] for line in parsed}:
        own = [line for line in parsed if line["cpu"] == cpu]
        numbers = [int(line["count"]) for line in instructions(own)]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), f"processor {cpu} is complete"
    assert len(instructions(parsed)) == 58000, "of both together"


def test_symbols_for_what_comes_without(vtoll):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    (vtoll.folder / "System.map").write_text("00008000 T greet\n00008010 t tail\n")
    parsed = log_of(vtoll, "guest.elf", "--symbols", "System.map@0x40000000", "--log-from", "symbol:tail")
    assert [line["place"] for line in instructions(parsed)] == ["tail", "tail+0x4", "tail+0x8"]
    config = (vtoll.folder / "out/config.toml").read_text()
    assert "file = 'System.map'" in config and "offset = 1073741824" in config, "the resolved scenario has them"
    assert "System.map" in (vtoll.folder / "out/manifest.json").read_text(), "an input like any other"
    (vtoll.folder / "guest.elf").write_bytes(elf(LOOP_FOREVER))
    stopped = vtoll("run", "guest.elf", "-q", "--no-output", "--limit", "2", "--symbols", "System.map@0x40000000")
    assert "<greet>" in stopped.stderr, "where it was stopped"


def test_what_is_refused(vtoll):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    never = vtoll("run", "guest.elf", "-q", "--no-output", "--log", "a", "--log-from", "marker:3")
    assert never.returncode == 1 and "before it reached marker:3" in never.stderr, "and the log is empty"
    nowhere = vtoll("run", "guest.elf", "-q", "--no-output", "--log", "missing/a")
    assert nowhere.returncode == 3 and "--log missing/a: can't be written" in nowhere.stderr
    symbol = vtoll("run", "guest.elf", "-q", "--no-output", "--log", "b", "--log-from", "symbol:none")
    assert symbol.returncode == 3 and "symbol:none: no such symbol" in symbol.stderr
    assert not (vtoll.folder / "b").exists() and not list(vtoll.folder.glob("*.part*")), "nothing half-written"
    behind = vtoll("run", "guest.elf", "-q", "--no-output", "--log", "c", "--log-from", "insns:5", "--log-to", "insns:5")
    assert behind.returncode == 3, behind.stderr
    assert "--log-to insns:5: expected a count above that of --log-from insns:5" in behind.stderr, behind.stderr
    phases = vtoll("run", "guest.elf", "-q", "--no-output", "--phases", "p.toml")
    assert phases.returncode == 3 and "expected --symbols hypervisor:FILE" in phases.stderr


def test_an_empty_log_says_so(vtoll):
    done = run(vtoll, "hypercall", "--log-from", "marker:1", "--log-to", "insns:5", status=1)
    assert "a.tarmac: the log is empty: nothing was executed between marker:1 and insns:5" in done.stderr, done.stderr
    assert (vtoll.folder / "a.tarmac").read_text() == ""


def test_counts_of_a_restored_run_are_of_the_whole(vtoll):
    saved = vtoll("run", "hypercall", "-q", "--no-output", "--save", "saved", "--save-at", "insns:660000")
    assert saved.returncode == 0, saved.stderr
    part = ("--log-from", "insns:670000", "--log-to", "insns:670010")
    whole = instructions(log_of(vtoll, "hypercall", *part))
    assert [int(line["count"]) for line in whole] == list(range(670001, 670011))

    def restored(*words):
        return vtoll("run", "--restore", "saved", "-q", "--no-output", *words, timeout=280)

    rest = restored("--log", "rest", *part)
    assert rest.returncode == 0, rest.stderr
    assert instructions(parse((vtoll.folder / "rest").read_text())) == whole, "the same instructions"
    gone = restored("--log", "gone", "--log-to", "insns:10000")
    assert gone.returncode == 3 and not (vtoll.folder / "gone").exists(), gone.stderr
    there = int(re.search("--log-to insns:10000: the machine begins behind that, restored at insns:(\\d+);", gone.stderr)[1])
    assert 660000 <= there < 670000
    assert restored("--log", "a", "--log-from", f"insns:{there - 1}").returncode == 3
    assert restored("--log", "a", "--log-to", f"insns:{there}").returncode == 3
    assert restored("--log", "a", "--log-from", f"insns:{there}", "--log-to", f"insns:{there + 1}").returncode == 0
    assert [int(line["count"]) for line in instructions(parse((vtoll.folder / "a").read_text()))] == [there + 1]
    assert "--measure-from insns:1: the machine begins behind" in restored("--measure-from", "insns:1").stderr
    again = restored("--save", "again", "--save-at", "insns:1")
    assert again.returncode == 3 and not (vtoll.folder / "again").exists(), "not saved elsewhere instead"
