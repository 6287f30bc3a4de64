# SPDX-License-Identifier: Apache-2.0
"""What a shell offers to complete a line with."""
import os
import pty
import re
import subprocess

import pytest


def offered(words):
    """COMPREPLY of the bash function for the line `vtoll words...`, whose last word is being written."""
    program = os.environ["VTOLL_PROGRAM"]
    script = """source <("$1" completion bash); COMP_WORDS=("${@:1}"); COMP_CWORD=$(($# - 1))
                _vtoll "$1" "${@: -1}" "${@: -2:1}"; printf '%s\\n' "${COMPREPLY[@]}" """
    done = subprocess.run(["bash", "-c", script, "bash", program, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("words, some, none", [
    ([""], {"run", "tables", "completion"}, {"hypercall"}),
    (["sc"], {"scenarios"}, {"run", "sweep"}),
    (["run", "hyper"], {"hypercall"}, {"irq", "run"}),
    (["run", "hypercall", "--ti"], {"--timing"}, {"--limit"}),
    (["run", "hypercall", "--timing", "cortex-a1"], {"cortex-a15"}, {"cortex-a7", "weights"}),
    (["run", "--timing", "weights", "irq"], {"irq"}, {"hypercall"}),
    (["run", "--quiet", "irq"], {"irq"}, set()),
    (["tables", "--format", ""], {"csv", "md"}, {"overheads", "--format"}),
    (["tables", "o"], {"overheads"}, {"size"}),
    (["compare", "native", "pur"], {"pure"}, {"para"}),
    (["trace", "re"], {"record", "replay"}, {"info"}),
    (["trace", "record", "minios-n"], {"minios-native"}, {"minios-pure"}),
    (["models", "show", "w"], {"weights"}, {"cortex-a15"}),
    (["sweep", "--para"], {"--parameter"}, {"--jobs"}),
    (["sweep", "hyper"], {"hypercall"}, {"irq"}),
    (["sweep", "--format", "c"], {"csv"}, {"json"}),
    (["report", "--tables", "over"], {"overheads"}, {"size"}),
    (["whatif", "--timing", "cortex-a1"], {"cortex-a15"}, {"weights"}),
    (["export", "hypercall", "--unit", ""], {"ticks", "instructions"}, {"hypercall"}),
    (["run", "--timing", "=", "wei"], {"weights"}, {"hypercall"}),
    (["run", "--timing=wei"], {"--timing=weights"}, {"weights", "--timing"}),
    (["run", "irq", "-c", "machine.v"], {"machine.virtualization=", "machine.virtio_version="}, {"machine.cpus="}),
    (["run", "irq", "-c", "image"], {"image.0.file=", "image.0.kind="}, {"irq"}),
    (["run", "irq", "-c", "boot.s"], set(), {"boot.scenario="}),
    (["run", "irq", "-c", "machine.devices", "=", "a"], {"all"}, {"minimal", "irq"}),
    (["run", "-c", "machine.devices=a"], {"machine.devices=all"}, {"all", "machine.devices="}),
    (["run", "-c", "machine.devices", "=", "all", "irq"], {"irq"}, {"hypercall"}),
])
def test_what_fits_is_offered(words, some, none):
    found = offered(words)
    assert some <= set(found), f"{words}: {found}"
    assert not none & set(found), f"{words}: {found}"


def test_runs_rows_and_keys_are_offered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in (("fast", '{"tool": {"name": "vtoll"}}'), ("fasten", '{"name": "no run"}')):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "manifest.json").write_text(content)
    for words in (["exits", "f"], ["report", "f"], ["export", "f"], ["runs", "show", "f"], ["runs", "remove", "f"]):
        assert offered(words) == ["fast"], f"{words}: the runs that are there"
    assert {"fast", "foreign-type2"} <= set(offered(["compare", "f"])), "runs and scenarios"
    assert "null" in offered(["trace", "row", "nu"]) and {"hypercall", "null"} <= set(offered(["explain", ""])), "rows"
    assert offered(["trace", "replay", "x.trace", "--para", "ba"]) == ["batched"], "ports"
    assert "machine.cpus=" in offered(["sweep", "hypercall", "-P", "machine.c"]), "keys"
    assert "timing=" in offered(["sweep", "hypercall", "-P", "tim"]), "and the model"


@pytest.mark.parametrize("words", [["run", "./no-such-"], ["run", "hypercall", "-o", "fol"], ["disasm", "ima"]])
def test_where_files_belong_the_shell_completes_them(words):
    assert offered(words) == []


def test_every_option_of_a_verb_is_offered(vtoll):
    in_help = {word.split("=")[0] for word in vtoll("run", "--help").stdout.replace(",", " ").split() if word.startswith("--")}
    assert set(offered(["run", "-"])) >= in_help - {"--output."}, "as --help has them"


# What stands on the line, and what is offered for its last word. Files only where nothing of vtoll's fits.
LINES = [
    ("vtoll sc", {"scenarios"}),
    ("vtoll run hyperc", {"hypercall"}),
    ("vtoll run --ti", {"--timeline", "--timing"}),
    ("vtoll run hypercall --timing wei", {"weights"}),
    ("vtoll run --timing=wei", {"--timing=weights"}),
    ("vtoll tables --format ", {"csv", "html", "json", "latex", "layout", "md", "terminal", "text"}),
    ("vtoll trace re", {"record", "replay"}),
    ("vtoll run ./guest", {"guest.elf"}),
    ("vtoll run hypercall -o gu", {"guest.elf"}),
]


@pytest.fixture
def prepared(tmp_path):
    """The environment of a shell in `tmp_path` that finds vtoll, and a file there."""
    (tmp_path / "guest.elf").touch()
    folder = os.path.dirname(os.path.abspath(os.environ["VTOLL_PROGRAM"]))
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "dumb"}


def test_fish_offers_it(prepared, tmp_path):
    script = "vtoll completion fish | source; for line in $argv; complete -C $line; echo .; end"
    done = subprocess.run(["fish", "--no-config", "-c", script, *(line for line, _ in LINES)], cwd=tmp_path,
                          env=prepared, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and not done.stderr, done.stderr
    answers = done.stdout.split(".\n")
    for (line, expected), answer in zip(LINES, answers, strict=False):
        assert {word.removeprefix("./") for word in answer.split()} == expected, f"{line!r}: {done.stdout}"


ZSH_SETUP = """PS1= RPS1= COLUMNS=200 LINES=1000 LISTMAX=100000
unsetopt prompt_sp prompt_cr always_last_prompt zle_bracketed_paste
autoload -Uz compinit && compinit -D -u
vtoll completion zsh > _vtoll && source ./_vtoll
say-end() { print -rn -- "<""end>" }
zle -N say-end
bindkey '^I' list-choices '^X' say-end
print -rn -- "<""ready>"
"""


def test_zsh_offers_it(prepared, tmp_path):
    """By the line editor of a zsh on a terminal: the list that it shows under the line."""
    (tmp_path / "setup").write_text(ZSH_SETUP)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        os.execvpe("zsh", ["zsh", "-f", "-i"], prepared)

    def shown_until(mark):
        text = b""
        while mark not in text:
            text += os.read(terminal, 1)  # raises when zsh has gone; the test's time limit sees to one that hangs
        return text.removesuffix(mark).decode()

    try:
        os.write(terminal, b"source ./setup\n")
        shown_until(b"<ready>")
        for line, expected in LINES:
            os.write(terminal, line.encode() + b"\t\x18")
            shown = shown_until(b"<end>")
            rows = [row for row in re.split(r"[\r\n]+", shown) if line.strip() not in row]
            assert set(" ".join(rows).split()) == expected, f"{line!r}: {shown!r}"
            os.write(terminal, b"\x15")  # the line is empty again
    finally:
        os.close(terminal)  # hangs up
        os.waitpid(child, 0)


@pytest.mark.parametrize("shell, word", [("bash", "complete "), ("zsh", "#compdef vtoll"), ("fish", "complete -c vtoll")])
def test_each_shell_has_a_script(vtoll, shell, word):
    done = vtoll("completion", shell)
    assert done.returncode == 0 and word in done.stdout, done.stderr
