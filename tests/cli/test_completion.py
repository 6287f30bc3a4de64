# SPDX-License-Identifier: Apache-2.0
"""What a shell offers to complete a line with."""
import os
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
])
def test_what_fits_is_offered(words, some, none):
    found = offered(words)
    assert some <= set(found), f"{words}: {found}"
    assert not none & set(found), f"{words}: {found}"


@pytest.mark.parametrize("words", [["run", "./no-such-"], ["run", "hypercall", "-o", "fol"], ["disasm", "ima"]])
def test_where_files_belong_the_shell_completes_them(words):
    assert offered(words) == []


def test_every_option_of_a_verb_is_offered(vtoll):
    in_help = {word.split("=")[0] for word in vtoll("run", "--help").stdout.replace(",", " ").split() if word.startswith("--")}
    assert set(offered(["run", "-"])) >= in_help - {"--output."}, "as --help has them"


@pytest.mark.parametrize("shell, word", [("bash", "complete "), ("zsh", "#compdef vtoll"), ("fish", "complete -c vtoll")])
def test_each_shell_has_a_script(vtoll, shell, word):
    done = vtoll("completion", shell)
    assert done.returncode == 0 and word in done.stdout, done.stderr
