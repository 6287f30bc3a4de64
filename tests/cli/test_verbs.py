# SPDX-License-Identifier: Apache-2.0
"""What each verb prints, and that runs repeat exactly."""
import filecmp
import json
import os
import re
import subprocess
import tomllib

import pytest
from programs import SAY_OK, elf

HELP = subprocess.run([os.environ["VTOLL_PROGRAM"], "--help"], capture_output=True, text=True, check=True).stdout
VERBS = re.findall(r"^  (\w+) ", HELP.partition("\nSubcommands:\n")[2], re.MULTILINE)


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example(vtoll, verb):
    result = vtoll(verb, "--help")
    assert result.returncode == 0, result.stderr
    assert re.search(rf"Examples?:\s+vtoll {verb}", result.stdout), "an example to start from"


def test_help_lists_the_verbs_and_exit_codes():
    assert {"run", "scenarios", "exits", "tables", "compare", "sweep", "completion", "version"} <= set(VERBS), HELP
    assert "Exit codes: 0 ok" in HELP


def test_version(vtoll):
    assert re.fullmatch(r"vtoll \d+\.\d+\.\d+ \(\S+\)\n", vtoll("version").stdout)


def test_disasm_of_words_and_of_an_elf(vtoll):
    assert "add r1, r1, #1" in vtoll("disasm", "e2811001").stdout
    assert "addeq" in vtoll("disasm", "--thumb", "bf08", "1c49").stdout, "IT gives the next instruction its condition"
    assert "eret" in vtoll("disasm", "--thumb", "f3de8f00").stdout, "a 32-bit Thumb word"


def test_models(vtoll):
    names = [line.split()[0] for line in vtoll("models", "list").stdout.splitlines()]
    assert names[0] == "functional" and "weights" in names
    shown = vtoll("models", "show", "weights")
    assert shown.returncode == 0 and "source" in shown.stdout
    (vtoll.folder / "bad.toml").write_text("name = 1\n")
    broken = vtoll("models", "check", "bad.toml")
    assert broken.returncode == 3 and broken.stderr.startswith("vtoll: bad.toml"), broken.stderr


def test_overrides_add_words_to_a_text(vtoll):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    config = vtoll("run", "guest.elf", "--print-config", "-c", "machine.bootargs+=run=null,read",
                   "-c", "machine.bootargs+=quiet")
    assert tomllib.loads(config.stdout)["machine"]["bootargs"] == "run=null,read quiet", config.stderr


def test_print_config_can_be_run_again(vtoll):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    config = vtoll("run", "guest.elf", "--print-config", "-c", "machine.ram=64M")
    assert config.returncode == 0 and 'ram = "64M"' in config.stdout
    (vtoll.folder / "again.toml").write_text(config.stdout)
    assert vtoll("run", "again.toml", "--print-config").stdout == config.stdout, "a fixed point"


@pytest.mark.parametrize("words, clock", [
    ([], 1000), (["--timing", "weights"], 1000), (["--timing", "cortex-a8"], 500),
    (["--timing", "cortex-a8", "-c", "machine.clock_mhz=600"], 600)])
def test_the_clock_is_the_timing_models_unless_the_scenario_has_one(vtoll, words, clock):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    config = vtoll("run", "guest.elf", "--print-config", *words)
    assert f"\nclock_mhz = {clock}\n" in config.stdout, config.stdout + config.stderr
    assert vtoll("run", "guest.elf", "-o", "run", *words).returncode == 0
    assert f"\nclock_mhz = {clock}\n" in (vtoll.folder / "run/config.toml").read_text(), "what the run used"


def test_numbers_of_the_model_can_be_set_for_a_run(vtoll):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    words = ["run", "guest.elf", "--timing", "cortex-a15", "-o", "run", "-c", "timing.set.memory.ns=900",
             "-c", 'timing.set.cache.l2.size="256K"']
    slow = vtoll(*words)
    assert "'cortex-a15 [cache.l2.size=262144, memory.ns=900]'" in " ".join(slow.stdout.split()), slow.stdout + slow.stderr
    config = (vtoll.folder / "run/config.toml").read_text()
    assert "[timing.set]\ncache.l2.size = 262144\nmemory.ns = 900\n" in config, config
    manifest = json.loads((vtoll.folder / "run/manifest.json").read_text())
    assert manifest["timing_set"] == {"cache.l2.size": 262144, "memory.ns": 900}, "what isn't the profile's is on record"
    fast = vtoll("run", "guest.elf", "--timing", "cortex-a15", "--no-output")
    ticks = [int(r.stdout.split(" ticks by")[0].split()[-1]) for r in (slow, fast)]
    assert ticks[0] > ticks[1], f"dearer memory costs time: {ticks}"


def test_exits_say_what_the_run_said(vtoll):
    summary = vtoll("run", "hypercall", "-o", "runs/hypercall")
    assert summary.returncode == 0, summary.stderr
    table = json.loads(vtoll("exits", "hypercall", "--format", "json").stdout)
    assert {"hypercall 0", "HVC SYSTEM_OFF", "store to pl011"} <= {row["exit"] for row in table["rows"]}
    for row in table["rows"]:
        at = summary.stdout.index("\n" + " ".join(row["exit"].split()[:5]))  # a long name goes on in the next line
        text = " ".join(summary.stdout[at:].splitlines()[1:][:1] + summary.stdout[at:].splitlines()[2:3])
        number = f" {row['exits']:.0f} " if row["exits"] else f"({row['unfinished']:.0f} "
        assert number in text, "the same number of exits: " + text
    rows = vtoll("exits", "runs/hypercall", "--by", "vm,cpu", "--format", "csv").stdout.splitlines()
    assert rows[0].startswith("exit,cpu,vm,exits,") and len(rows) == 1 + len(table["rows"])
    assert "no symbols" not in vtoll("exits", "hypercall").stdout, "pure has symbols and phases"
    assert vtoll("exits", "hypercall", "--format", "md", "-o", "exits.md").returncode == 0
    assert "| hypercall 0 |" in (vtoll.folder / "exits.md").read_text()
    missing = vtoll("exits", "nothing")
    assert missing.returncode == 3 and "expected a folder with episodes.sqlite" in missing.stderr, missing.stderr


@pytest.mark.parametrize("rung", ["functional", "weights"])
def test_two_runs_leave_the_same_bytes(vtoll, rung):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    for name in ["a", "b"]:
        result = vtoll("run", "guest.elf", "--timing", rung, "-q", "-o", name)
        assert result.returncode == 0, result.stderr
    left = filecmp.dircmp(vtoll.folder / "a", vtoll.folder / "b")
    assert left.left_only == left.right_only == [], "the same documents"
    assert {"config.toml", "manifest.json", "console.log", "stats.json"} <= set(left.common)
    differing = [name for name in left.common
                 if (vtoll.folder / "a" / name).read_bytes() != (vtoll.folder / "b" / name).read_bytes()]
    assert differing == [], "byte for byte"


def test_manifest_names_every_input_and_no_path_of_the_host(vtoll):
    (vtoll.folder / "guest.elf").write_bytes(elf(SAY_OK))
    (vtoll.folder / "s.toml").write_text('[[image]]\nfile = "guest.elf"\n[timing]\nrung = "weights"\n')
    assert vtoll("run", "s.toml", "-q", "-o", "out").returncode == 0
    text = (vtoll.folder / "out/manifest.json").read_text()
    names = [entry["name"] for entry in json.loads(text)["inputs"]]
    assert names == ["s.toml", "weights.toml", "guest.elf"]
    assert str(vtoll.folder) not in text, "no path of this host"


def test_no_colour_without_a_terminal(vtoll):
    assert "\033" not in vtoll("run", "nowhere").stderr
