# SPDX-License-Identifier: Apache-2.0
"""What every verb prints fits the terminal, and 120 columns where there is none; no two columns touch."""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios

import pytest
from programs import HYPERVISOR, elf

PROGRAM = os.environ["VTOLL_PROGRAM"]
CORE = ["--timing", "cortex-a15"]
# Verbs that print tables: those that say --format, and lists.
TABLES = [
    ["exits", "runs/small"], ["exits", "runs/small", "runs/weights", "--by", "vm,cpu"], ["exits", "runs/small", "--by", "phase"],
    ["exits", "runs/small", "--by", "stall"], ["exits", "runs/small", "--by", "function"], ["exits", "runs/type2"],
    ["exits", "runs/type2", "--by", "vm,cpu,caller"], ["explain", "runs/small"], ["explain", "runs/type2"],
    ["explain", "runs/small", "hypercall #0"], ["explain", "runs/small", "--against", "runs/weights"],
    ["explain", "runs/small", "hypercall #0", "--against", "runs/weights"],
    ["annotate", "runs/small", "hypercall #0"], ["annotate", "runs/small", "hypercall #0", "--episode", "2"],
    ["advise", "runs/small"], ["advise", "--list"], ["runs"], ["compare", "runs/small", "runs/weights"],
    ["compare", "runs/small", "runs/weights", "runs/type2", "-v"], ["tables", "switches", "-q"],
    ["whatif", "small.elf", "-q", "--placements", "1", *CORE],
]
OTHERS = [
    ["run", "small.elf", "--no-output", *CORE], ["runs", "show", "small", "type2"], ["scenarios"], ["models", "list"],
    ["tables", "--list"], ["explain", "--list"], ["whatif", "--list"], ["checkpoint", "info", "saved"], ["trace", "info", "t"],
    ["trace", "replay", "t", "--native"], ["sweep", "small.elf", "-P", "memory.ns=60,90", "-q", "-o", "s.sqlite", *CORE],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("screens")
    (folder / "small.elf").write_bytes(elf(HYPERVISOR))
    for words in (["run", "small.elf", "-q", "--functions", "-o", "runs/small", *CORE],
                  ["run", "small.elf", "-q", "-o", "runs/weights", "--timing", "weights"],
                  ["run", "foreign-type2", "-q", "-o", "runs/type2", *CORE],
                  ["run", "small.elf", "-q", "--no-output", "--save", "saved", "--save-at", "insns:9"],
                  ["trace", "record", "minios-native", "--most", "20000", "-o", "t"]):
        done = subprocess.run([PROGRAM, *words], cwd=folder, capture_output=True, text=True, timeout=280)
        assert done.returncode == 0, f"{words}: {done.stderr}"
    return folder


def printed(folder, words, columns):
    """On a terminal so wide; None: on none."""
    if columns is None:
        done = subprocess.run([PROGRAM, *words], cwd=folder, capture_output=True, text=True, timeout=280)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen([PROGRAM, *words], cwd=folder, stdout=follower, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               env={**os.environ, "NO_COLOR": "1"})
    os.close(follower)
    said = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        said += piece
    os.close(leader)
    _, error = process.communicate(timeout=280)
    assert process.returncode == 0, f"{words}: {error}"
    return said.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("words", TABLES + OTHERS, ids=" ".join)
def test_a_screen_fits(folder, words):
    for columns, most in ((80, 80), (120, 120), (None, 120)):
        text = printed(folder, words, columns)
        assert text.strip(), "it prints something"
        widest = max(text.splitlines(), key=len)
        assert len(widest) <= most, f"on {columns} columns, {len(widest)}: {widest}"


@pytest.mark.parametrize("words", TABLES, ids=" ".join)
def test_columns_are_apart(folder, words):
    """Cells that stand beside each other in the table have two blanks between them on the screen, at least."""
    layout = json.loads(printed(folder, [*words, "--format", "layout"], None))
    text = printed(folder, words, 120)
    seen = 0
    for grid in (section["grid"] for section in layout["sections"] if section["grid"]):
        for row in grid["rows"]:
            for left, right in zip(row, row[1:]):
                if not re.fullmatch(r"\S*\d\S*", left) or not re.fullmatch(r"\S*\d\S*", right):
                    continue
                close = re.escape(left) + " ?" + re.escape(right)
                apart = re.escape(left) + "  +" + re.escape(right)
                if re.search(apart, text):
                    seen += 1
                else:
                    assert not re.search(rf"(?<!\S){close}(?!\S)", text), f"'{left}' and '{right}' touch"
    assert seen or words[0] in ("advise",) or "--list" in words, "some stand beside each other"


def test_verbs_with_tables_are_all_here():
    """Every verb that says --format is looked at, but those that run for minutes and print with the same mechanism."""
    said = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
    verbs = re.findall(r"^  (\w+) ", said.partition("\nSubcommands:\n")[2], re.MULTILINE)
    with_tables = {verb for verb in verbs
                   if "--format" in subprocess.run([PROGRAM, verb, "--help"], capture_output=True, text=True, check=True).stdout}
    assert with_tables - {words[0] for words in TABLES + OTHERS} == {"validate"}, "looked at"


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["exits", "--help"], ["scenarios", "--keys"], ["tables", "--kinds"]],
                         ids=" ".join)
def test_sentences_fold_on_a_terminal(folder, words):
    whole = printed(folder, words, None)
    assert max(map(len, whole.splitlines())) > 80, "something to fold"
    for columns in (80, 120):
        text = printed(folder, words, columns)
        assert max(map(len, text.splitlines())) <= columns, max(text.splitlines(), key=len)
        assert text.split() == whole.split(), "and nothing else"
