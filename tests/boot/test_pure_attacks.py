# SPDX-License-Identifier: Apache-2.0
"""A guest of `pure` attacks the hypervisor and the machines beside it; they go on."""
import pytest

import attacks

KINDS = {
    "hypervisor|behind the memory|interface|not given": 15,  # memory and devices of others
    "^hypercall|^HVC|^raise|^SMC|processor": 20,             # bad numbers and handles
    "^kernel executes|^user executes": 40,                   # privileged instructions
    "distributor|interrupt|that sends": 20,                  # the interrupt controller
    "times|5000|spinning": 8,                                # floods
}


@pytest.mark.parametrize("machine", ["vtoll", "qemu"])
def test_attacks_end_in_faults_and_errors(machine, tmp_path):
    text = attacks.console("attack-pure", machine, tmp_path / "run")
    attacks.check(text, KINDS)
    assert "pure: machine 'attacker' asked for a reset" in text, "the last attack, a reset, stops the attacker alone"
