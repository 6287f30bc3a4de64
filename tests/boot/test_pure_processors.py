# SPDX-License-Identifier: Apache-2.0
"""A machine of two processors under `pure`, on one processor, on two, and on more than it needs."""
import pytest

import runs

LEAST = 25  # statements that have to hold


def console(machine, cpus, directory):
    description = runs.scenario("processors")
    description["machine"]["cpus"] = cpus
    if machine == "vtoll":
        # Not checked here against the console that the scenario expects: with its two processors.
        runs.vtoll("run", "processors", "--quiet", "-o", directory, "-c", f"machine.cpus={cpus}", check=False)
        return (directory / "console.log").read_text().replace("\r\n", "\n")
    text, code = runs.qemu.run(description, runs.BUILD)
    assert code == 0, f"qemu-system-arm ended with {code}"
    return text


@pytest.mark.parametrize("cpus", [1, 2, 4])
@pytest.mark.parametrize("machine", ["vtoll", "qemu"])
def test_two_processors_do_what_is_promised(machine, cpus, tmp_path):
    text = console(machine, cpus, tmp_path / "run")
    statements = [line for line in text.splitlines() if line.startswith("[pair] processors: ") and line.count(":") > 1]
    wrong = [line for line in statements if not line.endswith(": held")]
    assert not wrong, f"{cpus} processors of the machine: " + "\n".join(wrong)
    assert len(statements) >= LEAST, f"expected {LEAST} statements at least, found {len(statements)}:\n{text}"
    assert (f"pure: {cpus} processors\n" in text) == (cpus > 1), f"expected {cpus} processors to be used:\n{text}"
    assert "[beside] beside: the other machine is off\n" in text, "stopping a machine stopped the one beside it"
    assert text.endswith("all machines are off\n"), "the hypervisor did not come to its end"
