# SPDX-License-Identifier: Apache-2.0
"""What exits are called and told apart by, of a hypervisor that nobody has heard of."""
import csv
import io

import pytest

import programs

HYPERVISOR = [
    0xEA000014, *[0] * 7,  # b start
    *[0xEAFFFFFE] * 5, 0xEA000001, *[0xEAFFFFFE] * 2,  # vectors of Hyp mode; traps: b handler
    0xE1A0500E, 0xEB000001, 0xE1A0E005, 0xE160006E,  # handler: mov r5, lr; bl work; mov lr, r5; eret
    0xE2866001, 0xE12FFF1E,  # work, at 0x40008050: add r6, r6, #1; bx lr
    0xE3080020, 0xE3440000, 0xEE8C0F10,  # start: HVBAR = 0x40008020
    0xE28F000C, 0xE12EF300, 0xE3A000D3, 0xE16FF000, 0xE160006E,  # to the guest, in Supervisor mode
    0xE3A04005,  # guest, at 0x40008078: mov r4, #5
    0xE3A00007, 0xEB00000D, 0xE1410072,  # loop: mov r0, #7; bl one; hvc #0x1002
    0xE1A00004, 0xE144A478, 0xE2544001, 0x1AFFFFF8,  # mov r0, r4; hvc #0x4a48; subs r4, r4, #1; bne loop
    0xE3000000, 0xE3480400, 0xE1410075, 0xE1400070,  # r0 = 0x84000000: hvc #0x1005; hvc #0
    0xE3A00009, 0xE1400070,  # mov r0, #9; hvc #0
    0xE3000008, 0xE3480400, 0xE1600070,  # power off
    0xE1410071, 0xE12FFF1E,  # one, at 0x400080bc: hvc #0x1001; bx lr
]
AFTER_ONE = "0x400080c0"  # preferred return address of its HVC


def rows(result):
    assert result.returncode == 0, result.stderr
    return list(csv.DictReader(io.StringIO("\n".join(l for l in result.stdout.splitlines() if not l.startswith("#")))))


@pytest.fixture
def exits(vtoll):
    (vtoll.folder / "h.elf").write_bytes(programs.elf(HYPERVISOR))

    def run(*words, calls=()):
        if not (vtoll.folder / "run").exists():
            done = vtoll("run", "h.elf", "-q", "-o", "run", "--functions", "--timing", "weights", *calls)
            assert done.returncode == 0, done.stderr
        return vtoll("exits", "run", "--format", "csv", *words)

    run.vtoll = vtoll
    return run


def counts(result):
    return {row["exit"]: int(row["exits"]) for row in rows(result)}


def test_the_immediate_is_part_of_the_name(exits):
    assert counts(exits()) == {"hypercall #0x1001": 5, "hypercall #0x1002": 5, "hypercall #0x4a48": 5, "hypercall #0x1005": 1,
                               "HVC PSCI_VERSION": 1, "hypercall #0": 1}, \
        "r0 is an argument; SMCCC has immediate 0 alone; r0 = 9 is nobody's number"
    assert counts(exits("--fold")) == {"hypercall *": 18}, "all numbers of a call in one row"
    immediates = {row["immediate"]: int(row["exits"]) for row in rows(exits("--fold", "--by", "immediate"))}
    assert immediates == {"#0x1001": 5, "#0x1002": 5, "#0x4a48": 5, "#0x1005": 1, "#0": 2}, "told apart again"


def test_calls_of_a_finished_run(exits):
    named = counts(exits("--calls", "jailhouse"))
    assert {name: n for name, n in named.items() if "CELL" in name or "GET" in name} == {
        "hypercall CELL_CREATE": 1, "hypercall CELL_START": 1, "hypercall CELL_SET_LOADABLE": 1, "hypercall CELL_DESTROY": 1,
        "hypercall HYPERVISOR_GET_INFO": 1}, f"a shipped file: {named}"
    mine = exits.vtoll.folder / "mine.toml"
    mine.write_text('name = "mine"\ninstructions = ["hvc"]\nimmediate = 0\n[numbers]\n9 = "nine"\n')
    assert counts(exits("--calls", "mine.toml"))["hypercall nine"] == 1, "a file of one's own"
    mine.write_text('name = "mine"\ninstructions = ["hvc"]\nimmediate = 0x1002\nregister = 4\n[numbers]\n3 = "three"\n')
    refused = exits("--calls", "mine.toml")
    assert refused.returncode == 3 and "vtoll run --calls mine.toml keeps it" in refused.stderr, refused.stderr
    missing = exits("--calls", "nobody")
    assert missing.returncode == 3 and "expected one, or one of: jailhouse, kvm" in missing.stderr, missing.stderr


def test_a_register_of_ones_own(exits):
    (exits.vtoll.folder / "mine.toml").write_text(
        'name = "mine"\ninstructions = ["hvc"]\nimmediate = 0x1002\nregister = 4\n[numbers]\n3 = "three"\n')
    named = counts(exits(calls=("--calls", "mine.toml")))
    assert {name: n for name, n in named.items() if not name.startswith(("hypercall #", "HVC"))} == {
        "hypercall three": 1, "hypercall 1": 1, "hypercall 2": 1, "hypercall 4": 1, "hypercall 5": 1}, f"numbers in r4: {named}"


def test_callers(exits):
    table = rows(exits("--by", "caller", "--event", "hypercall #0x1001"))
    assert [(row["caller"], row["exits"]) for row in table] == [(AFTER_ONE, "5")], "an address: there are no symbols"


@pytest.mark.parametrize("aspect", ["phase", "stall"])
def test_parts_add_up(exits, aspect):
    whole = {row["exit"]: float(row["mean"]) for row in rows(exits())}
    for exit, mean in whole.items():
        parts = rows(exits("--by", aspect, "--event", exit))
        assert sum(float(row["mean"]) for row in parts) == pytest.approx(mean, abs=0.1), f"{exit} by {aspect}: {parts}"
        assert len(parts) > 1, f"{exit} by {aspect}: {parts}"


def test_functions_without_symbols(exits):
    table = rows(exits("--by", "function", "--event", "hypercall #0x1001"))
    assert {row["function"] for row in table} == {"(no symbol)", "fn_40008050"}, "what the handler calls has its address's name"
    work = next(row for row in table if row["function"] == "fn_40008050")
    assert (work["exits"], work["instructions"]) == ("5", "10"), "five calls of two instructions"


def test_functions_change_nothing(exits):
    exits()
    plain = exits.vtoll("run", "h.elf", "-q", "-o", "plain", "--timing", "weights")
    assert plain.returncode == 0, plain.stderr
    for name in ("stats.json", "episodes.sqlite", "console.log"):
        assert (exits.vtoll.folder / "plain" / name).read_bytes() == (exits.vtoll.folder / "run" / name).read_bytes(), name
    refused = exits.vtoll("exits", "plain", "--by", "function")
    assert refused.returncode == 3 and refused.stderr.count("\n") == 1, refused.stderr
    assert "vtoll run --functions records them" in refused.stderr, refused.stderr


def test_sorted(exits):
    table = rows(exits("--sort", "exits"))
    numbers = [int(row["exits"]) for row in table]
    assert numbers == sorted(numbers, reverse=True), table
    names = [row["exit"] for row in rows(exits("--sort", "exit"))]
    assert names == sorted(names), names


@pytest.mark.parametrize("words, code, complaint", [
    (("--sort", "exitss"), 3, "did you mean 'exits'?"),
    (("--event", "hypercall #0x1003"), 3, "did you mean 'hypercall #0x1001'?"),
    (("--by", "phase,stall"), 2, "expected one of them"),
    (("--by", "function,caller"), 2, "a recording does not know caller"),
    (("--by", "function", "--measured"), 2, "a recording does not know --measured"),
    (("--by", "colour"), 2, "colour"),
])
def test_refused_in_one_line(exits, words, code, complaint):
    refused = exits(*words)
    assert refused.returncode == code and complaint in refused.stderr, (refused.returncode, refused.stderr)
    assert refused.stdout == "" and refused.stderr.strip().count("\n") <= (1 if "colour" in words else 0), refused.stderr


def test_proposed_phases_are_a_phases_file(vtoll):
    first = vtoll("run", "hypercall", "-q", "-o", "first", "--functions")
    assert first.returncode == 0, first.stderr
    assert vtoll("phases", "first", "-o", "proposed.toml").returncode == 0, "a proposal"
    proposed = (vtoll.folder / "proposed.toml").read_text()
    assert proposed == vtoll("phases", "first").stdout, "to a file or to standard output"
    second = vtoll("run", "hypercall", "-o", "second", "--phases", "proposed.toml", "--timing", "cortex-a15")
    assert second.returncode == 0, second.stderr
    assert "phase of exits" in second.stdout, "the summary has them"
    phases = {row["phase"] for row in rows(vtoll("exits", "second", "--by", "phase", "--format", "csv"))}
    named = {line.split(" = ")[0].strip('"') for line in proposed.splitlines() if line.endswith(" = [")}
    assert named and named <= phases, f"each proposed phase is in the exits: {named - phases}"
    assert {"hardware entry", "hardware exit"} <= phases, phases


def test_nothing_to_propose(exits, vtoll):
    exits()
    refused = vtoll("phases", "run")
    assert refused.returncode == 3 and refused.stderr.count("\n") == 1, refused.stderr
    assert vtoll("run", "h.elf", "-q", "-o", "plain").returncode == 0
    refused = vtoll("phases", "plain")
    assert refused.returncode == 3 and "vtoll run --functions" in refused.stderr, refused.stderr
