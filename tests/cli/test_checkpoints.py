# SPDX-License-Identifier: Apache-2.0
"""Saving, restoring, starting from the cache, and what is refused."""
import struct

import programs
import pytest
from programs import ECHO, LOOP_FOREVER, POWER_OFF, elf
from test_bad_input import refused

BOOT = """
[[image]]
file = "guest.elf"
[console]
input = "!boot"
"""
# The first character of the boot's input goes to the serial port, which takes one as soon as there is one.
ROW = """
name = "row"
[boot]
scenario = "boot.toml"
until = "console:?bo"
[console]
input = "+row"
"""


@pytest.fixture
def saved(vtoll):
    """x.checkpoint: the echoing guest, when it has shown half of its input."""
    (vtoll.folder / "guest.elf").write_bytes(elf(ECHO))
    (vtoll.folder / "boot.toml").write_text(BOOT)
    result = vtoll("run", "boot.toml", "-q", "--no-output", "--save", "x.checkpoint", "--save-at", "console:?bo")
    assert result.returncode == 0 and programs.CLOSING.fullmatch(result.stderr), "saved, and nothing to complain of"
    assert " instructions, " in result.stdout, "-q drops the console alone: the tables stay"
    return vtoll.folder / "x.checkpoint"


def console(vtoll, *words, env=None):
    result = vtoll("run", *words, "-q", "-o", "out", env=env)
    assert result.returncode == 0, result.stderr
    return (vtoll.folder / "out/console.log").read_text()


def test_a_restored_run_goes_on_with_its_input(vtoll, saved):
    assert console(vtoll, "--restore", saved) == "?boot", "the scenario is the saved one's"
    assert console(vtoll, "boot.toml", "--restore", saved) == "?boot", "the same scenario by name"


def test_another_scenario_adds_its_input(vtoll, saved):
    (vtoll.folder / "other.toml").write_text(BOOT.replace("!boot", " and more"))
    assert console(vtoll, "other.toml", "--restore", saved) == "?boot and more", "after what the saved run had left"


def test_info(vtoll, saved):
    result = vtoll("checkpoint", "info", "x.checkpoint")
    assert result.returncode == 0, result.stderr
    for word in ["scenario boot", "console:?bo, with the timing model 'functional'", "guest.elf (SHA-256 ", "every checksum is right"]:
        assert word in " ".join(result.stdout.split()), f"'{word}' is told"


def test_limits_are_of_the_restored_run(vtoll, saved):
    (vtoll.folder / "guest.elf").write_bytes(elf(LOOP_FOREVER))
    vtoll("run", "guest.elf", "-q", "--no-output", "--save", "loop.checkpoint", "--save-at", "insns:5000")
    result = vtoll("run", "--restore", "loop.checkpoint", "--limit", "3000", "--no-output")
    assert result.returncode == 4, result.stderr
    assert "; 3000 instructions" in result.stderr, "those before the save don't count"


def test_a_point_that_is_not_reached(vtoll, saved):
    for option in (["--save", "y.checkpoint", "--save-at"], ["--measure-from"]):
        result = vtoll("run", "boot.toml", "-q", "--no-output", *option, "console:never")
        assert result.returncode == 1, "the run itself was fine, but not what was asked for"
        assert "the run ended before it reached console:never" in result.stderr
    assert not (vtoll.folder / "y.checkpoint").exists(), "nothing is saved"


def test_usage(vtoll, saved):
    for words in (["run", "boot.toml", "--save", "y"], ["run", "boot.toml", "--save-at", "marker:1"], ["run"]):
        assert vtoll(*words).returncode == 2, f"{words} is wrong usage"
    line = refused(vtoll, 3, "run", "boot.toml", "--save", "y", "--save-at", "here")
    assert line == "--save-at: 'here': expected marker:N, symbol:NAME, insns:N or console:TEXT"
    line = refused(vtoll, 3, "run", "boot.toml", "--no-output", "--measure-from", "symbol:no_such")
    assert line == "boot: symbol:no_such: no such symbol in any image"


def test_files_that_are_refused(vtoll, saved):
    whole = saved.read_bytes()
    middle = bytearray(whole)
    middle[len(whole) // 2] ^= 0x10
    bad = {
        "elf": (elf(POWER_OFF), "is not a checkpoint; expected a file that vtoll run --save made"),
        "empty": (b"", "is not a checkpoint"),
        "cut": (whole[:-100], "is cut short"),
        "longer": (whole + b"x", "has 1 bytes behind its last section"),
        "damaged": (bytes(middle), "is damaged in "),
        "version": (whole[:8] + struct.pack("<I", 99) + whole[12:], "is a checkpoint of format 99; this program reads format "),
    }
    for name, (content, expected) in bad.items():
        (vtoll.folder / name).write_bytes(content)
        for words in (["run", "--restore", name, "--no-output"], ["run", "boot.toml", "-q", "--restore", name],
                      ["checkpoint", "info", name]):
            line = refused(vtoll, 3, *words)
            assert line.startswith(f"{name}: ") and expected in line, f"{words}: {line}"
    assert "gone: can't be opened" in refused(vtoll, 3, "run", "--restore", "gone")


def test_another_machine_is_refused(vtoll, saved):
    line = refused(vtoll, 3, "run", "--restore", "x.checkpoint", "-c", "machine.cpus=2")
    assert line.startswith("x.checkpoint: is of another machine: 'cpus = 1' there, 'cpus = 2' in boot")
    line = refused(vtoll, 3, "run", "--restore", "x.checkpoint", "-c", "machine.ram=64M")
    assert "'ram = \"128M\"' there" in line
    (vtoll.folder / "guest.elf").write_bytes(elf(ECHO + [0]))
    assert "was saved with another guest.elf (SHA-256 " in refused(vtoll, 3, "run", "--restore", "x.checkpoint")


def test_boot_is_made_once_and_kept(vtoll, saved):
    env = {"VTOLL_CACHE": str(vtoll.folder / "cache")}
    (vtoll.folder / "row.toml").write_text(ROW)
    kept = lambda: sorted((vtoll.folder / "cache/checkpoints").glob("boot-*.checkpoint"))  # noqa: E731
    first = vtoll("run", "row.toml", "-q", "-o", "out", env=env)
    assert first.returncode == 0, first.stderr
    assert "boot boots once, until console:?bo" in first.stderr, "it says what takes the time"
    assert (vtoll.folder / "out/console.log").read_text() == "?boot+row", "the boot's input, then the row's"
    assert len(kept()) == 1, "one checkpoint"
    time = kept()[0].stat().st_mtime_ns
    for timing in ("cortex-a15", "functional"):
        assert console(vtoll, "row.toml", "--timing", timing, env=env) == "?boot+row"
    assert (len(kept()), kept()[0].stat().st_mtime_ns) == (1, time), "which serves every rung"

    config = (vtoll.folder / "out/config.toml").read_text()
    (vtoll.folder / "again.toml").write_text(config)
    assert console(vtoll, "again.toml", env=env) == "?boot+row", "the resolved configuration runs again"
    assert len(kept()) == 1, "from the same checkpoint"

    assert console(vtoll, "row.toml", "-c", "machine.ram=64M", env=env) == "?boot+row"
    assert len(kept()) == 2, "another machine has a checkpoint of its own"
    (vtoll.folder / "guest.elf").write_bytes(elf(ECHO + [0]))
    assert console(vtoll, "row.toml", env=env) == "?boot+row"
    assert len(kept()) == 3, "and so has another image"


def test_a_damaged_one_is_made_again(vtoll, saved):
    env = {"VTOLL_CACHE": str(vtoll.folder / "cache")}
    (vtoll.folder / "row.toml").write_text(ROW)
    assert console(vtoll, "row.toml", env=env) == "?boot+row"
    kept, = (vtoll.folder / "cache/checkpoints").glob("*.checkpoint")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-5])
    result = vtoll("run", "row.toml", "-q", "-o", "out", env=env)
    assert result.returncode == 0 and "is cut short" in result.stderr and "it is made again" in result.stderr
    assert kept.read_bytes() == whole, "the same bytes as before"


def test_a_boot_that_fails(vtoll, saved):
    env = {"VTOLL_CACHE": str(vtoll.folder / "cache")}
    (vtoll.folder / "row.toml").write_text(ROW.replace("?bo", "never"))
    result = vtoll("run", "row.toml", "-q", "-o", "out", env=env)
    assert result.returncode == 1, result.stderr
    assert "boot: the boot ended before it reached console:never: powered off by the guest" in result.stderr
    assert not (vtoll.folder / "out").exists() and not list((vtoll.folder / "cache").rglob("*.checkpoint"))


@pytest.mark.parametrize("change, expected", [
    (('"boot.toml"', '"gone.toml"'), "row.toml: boot.scenario: no 'gone.toml'; expected a .toml file beside this one"),
    (('"boot.toml"', '"row.toml"'), "row.toml: boot.scenario: row.toml has [boot] itself; expected one that boots"),
    (('until = "console:?bo"\n', ""), "boot.until: expected this key"),
    (("console:?bo", "later"), "boot.until: 'later': expected marker:N, symbol:NAME, insns:N or console:TEXT"),
])
def test_bad_boot_tables(vtoll, saved, change, expected):
    (vtoll.folder / "row.toml").write_text(ROW.replace(*change))
    assert expected in refused(vtoll, 3, "run", "row.toml")
