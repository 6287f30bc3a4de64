# SPDX-License-Identifier: Apache-2.0
"""Input that can't be used: exit code 2 or 3, exactly one line, nothing left behind."""
import pytest
from programs import LOOP_FOREVER, POWER_OFF, RAM, elf


def refused(vtoll, status, *words):
    before = sorted(p.name for p in vtoll.folder.rglob("*"))
    result = vtoll(*words)
    assert result.returncode == status, result.stderr
    assert result.stdout == "", "nothing on standard output"
    lines = result.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("vtoll: "), f"one line, found {lines}"
    assert sorted(p.name for p in vtoll.folder.rglob("*")) == before, "nothing half-written"
    return lines[0][len("vtoll: "):]


def scenario(vtoll, text):
    (vtoll.folder / "guest.elf").write_bytes(elf(POWER_OFF))
    (vtoll.folder / "s.toml").write_text(text)
    return "s.toml"


GOOD = '[[image]]\nfile = "guest.elf"\n'


def test_truncated_elf(vtoll):
    whole = elf(LOOP_FOREVER * 8)
    for length, expected in [(0, "neither ELF nor zImage"), (20, "truncated: the ELF header"),
                             (60, "truncated: the program headers"), (100, "truncated: segment 0 needs bytes 0x54..0x74")]:
        (vtoll.folder / "cut.elf").write_bytes(whole[:length])
        assert f"cut.elf: {expected}" in refused(vtoll, 3, "run", "cut.elf"), f"{length} bytes of it"


def test_elf_segment_outside_ram(vtoll):
    (vtoll.folder / "low.elf").write_bytes(elf(POWER_OFF, address=0x8000))
    assert refused(vtoll, 3, "run", "low.elf") == (
        "low.elf: segment 0 at 0x8000..0x800c lies outside RAM 0x40000000..0x48000000")
    (vtoll.folder / "high.elf").write_bytes(elf(POWER_OFF, address=RAM + (64 << 20)))
    assert "lies outside RAM 0x40000000..0x44000000" in refused(vtoll, 3, "run", "high.elf", "-c", "machine.ram=64M")


def test_elf_of_another_machine(vtoll):
    (vtoll.folder / "x86.elf").write_bytes(elf(POWER_OFF, machine=3))
    assert "expected an ELF file for ARM" in refused(vtoll, 3, "run", "x86.elf")


def test_missing_files(vtoll):
    line = refused(vtoll, 3, "run", "nowhere.elf")
    assert line.startswith("nowhere.elf: no such file, and no shipped scenario") and "hypercall" in line
    assert refused(vtoll, 3, "run", "nowhere.toml").startswith("nowhere.toml: can't be opened: No such file")
    s = scenario(vtoll, '[[image]]\nfile = "gone.elf"\n')
    assert "s: image[0].file: no file 'gone.elf'" in refused(vtoll, 3, "run", s)


def test_broken_toml(vtoll):
    assert refused(vtoll, 3, "run", scenario(vtoll, "[machine]\ncpus = = 1\n")).startswith("s.toml:2: ")


@pytest.mark.parametrize("text, expected", [
    (GOOD + "[machine]\ncpux = 1\n", "s.toml:4: unknown key 'machine.cpux' (did you mean 'cpus'?); expected one of: virtualization, cpus, core, private_timers"),
    (GOOD + "[machine]\ncpus = 9\n", "s.toml:4: machine.cpus: expected 1 to 8, found 9"),
    (GOOD + '[machine]\nram = "1.5M"\n', "s.toml:4: machine.ram: expected a size such as"),
    (GOOD + '[timing]\nrung = "guess"\n', "timing 'guess': no such model"),
    (GOOD + '[[trigger]]\nat = "no_such"\nmarker = 1\n', "s: trigger.at: no symbol 'no_such' in any image"),
    ('[[image]]\nfile = "s.toml"\n', "s.toml: neither ELF nor zImage; expected `address` for a raw image"),
    ("[machine]\n", "s.toml: nothing to run: expected at least one [[image]]"),
    (GOOD + GOOD, "overlaps segment 0 of guest.elf"),
    (GOOD + '[machine]\ndtb = "guest.elf"\n', "guest.elf: not a device tree blob, or truncated"),
])
def test_bad_scenarios(vtoll, text, expected):
    assert expected in refused(vtoll, 3, "run", scenario(vtoll, text))


@pytest.mark.parametrize("text, expected", [
    ("[!]\n", "string delimiter, saw '!'"), ("[=\n", "string delimiter, saw '='"), ("[ü]\n", "string delimiter, saw 'ü'"),
    ("ü = 1\n", "saw 'ü'"), ("name ü= 1\n", "expected '=', saw 'ü'"), ("name = ü\n", "could not determine value type"),
    ("machine = {ü = 1}\n", "expected key or closing '}', saw 'ü'")])
def test_characters_that_no_key_has(vtoll, text, expected):
    """toml++ asserted that they never come."""
    said = refused(vtoll, 3, "run", scenario(vtoll, text))
    assert "s.toml:1: " in said and expected in said


@pytest.mark.parametrize("text, expected", [
    ('"a\\nb" = 1\n' + GOOD, r"unknown key 'a\nb'"),
    (GOOD + "[machine]\nsemihosting = fa\n", r"expected 'false', saw 'fa\n'"),
    ('"\\u001b[2J" = 1\n' + GOOD, r"unknown key '\x1b[2J'")])
def test_what_a_file_has_in_it_stays_in_the_line(vtoll, text, expected):
    assert expected in refused(vtoll, 3, "run", scenario(vtoll, text))


def test_bad_overrides(vtoll):
    s = scenario(vtoll, GOOD)
    assert "-c machine.cpus: expected key=value" in refused(vtoll, 3, "run", s, "-c", "machine.cpus")
    assert "unknown key 'machine.cor'" in refused(vtoll, 3, "run", s, "-c", "machine.cor=2")
    assert "timing.set: memory.nanoseconds: " in refused(vtoll, 3, "run", s, "--timing", "cortex-a15", "-c", "timing.set.memory.nanoseconds=9")
    assert "'cpus' is no text" in refused(vtoll, 3, "run", s, "-c", "machine.cpus=2", "-c", "machine.cpus+=1")
    assert "machine.cpus: expected an integer, found text" in refused(vtoll, 3, "run", s, "-c", "machine.cpus=two")


@pytest.mark.parametrize("words", [[], ["fly"], ["run"], ["run", "x", "--no-such-option"], ["run", "x", "--limit", "many"],
                                   ["models"], ["disasm"]])
def test_usage(vtoll, words):
    refused(vtoll, 2, *words)


def test_output_folder_that_is_something_else(vtoll):
    s = scenario(vtoll, GOOD)
    (vtoll.folder / "mine").mkdir()
    (vtoll.folder / "mine/notes").write_text("precious")
    assert "isn't a run directory" in refused(vtoll, 3, "run", s, "-o", "mine")


def test_disasm_of_nonsense(vtoll):
    assert refused(vtoll, 3, "disasm", "xyz") == "xyz: neither a file nor a hexadecimal word of up to 8 digits"
