# SPDX-License-Identifier: Apache-2.0
"""A guest of `para` attacks the microvisor and the machines beside it; they go on."""
import pytest

import attacks

KINDS = {
    "^kernel (loads|stores|jumps)|^user (loads|stores|jumps)": 25,   # memory of others, and of its own kernel
    "^hypercall|^switch|^destroy|^map|^unmap|^print|^notify": 50,    # bad numbers, handles and pointers
    "returned to": 8,                                                # forged frames
    "^kernel executes": 40,                                          # privileged instructions, by both halves
    "^user executes": 40,
    "times|notifications|hypercalls|spins": 6,                       # floods
}


@pytest.mark.parametrize("machine", ["vtoll", "qemu"])
def test_attacks_end_in_faults_and_errors(machine, tmp_path):
    text = attacks.console("attack-para", machine, tmp_path / "run")
    attacks.check(text, KINDS)
    assert "para: machine 'attacker' stopped: exception at" in text, "a fault without an entry stops the attacker alone"
