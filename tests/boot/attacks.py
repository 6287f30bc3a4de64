# SPDX-License-Identifier: Apache-2.0
"""What the attack tests share: the consoles of a machine that tries what it must not, and what they have to say."""
import re

import runs

AT_LEAST = 40
CASE = re.compile(r"\[attacker\] case (\d+): (.*): (.*?)( as expected)?$")


def console(name, machine, directory):
    """The console of scenario `name` on "vtoll" or "qemu"; both have to stop by themselves."""
    if machine == "vtoll":
        runs.run(name, directory)
        return (directory / "console.log").read_text().replace("\r\n", "\n")
    text, code = runs.qemu.run(runs.scenario(name), runs.BUILD)
    assert code == 0, f"{name}: qemu-system-arm ended with {code}"
    return text


def cases(text):
    return [match.groups() for line in text.splitlines() if (match := CASE.match(line))]


def check(text, kinds):
    """`kinds`: words that name the sorts of attack there have to be, with how many of each at least."""
    found = cases(text)
    assert len(found) >= AT_LEAST, f"expected at least {AT_LEAST} cases, found {len(found)}"
    assert [int(number) for number, *_ in found] == list(range(1, len(found) + 1)), "cases are missing or repeated"
    wrong = [f"case {number}: {what}: {outcome}" for number, what, outcome, expected in found if not expected]
    assert not wrong, "not as expected:\n" + "\n".join(wrong)
    assert f"attack: {len(found)} cases, 0 wrong" in text, "the guest's own count differs"
    for words, least in kinds.items():
        count = sum(1 for _, what, *_ in found if re.search(words, what))
        assert count >= least, f"expected at least {least} cases of /{words}/, found {count}"
    assert "THE OTHER MACHINE STOPPED" not in text, "an attack stopped the machine beside the attacker"
    assert "heartbeat: went on to the end" in text, "the machine beside the attacker did not finish"
    assert "bystander: undisturbed" in text, "an attack reached another machine's memory or registers"
    assert text.endswith("all machines are off\n"), "the hypervisor did not come to its end"
