# SPDX-License-Identifier: Apache-2.0
"""Several hundred instructions run under Hyp mode's controls, on vtoll and on qemu-system-arm: the same vectors,
syndromes, return addresses and saved PSRs. Where they differ the reason is written down here, and a reason that no
longer applies fails."""
import subprocess

import pytest

import runs
from hyp_traps import cases

SOURCES = runs.ROOT / "tests/boot/hyp_traps"
ASSEMBLE = ["arm-none-eabi-gcc", "-mcpu=cortex-a15", "-marm", "-mfpu=neon-vfpv4", "-mfloat-abi=softfp", "-O1",
            "-ffreestanding", "-nostdlib", "-Wl,-Ttext=0x40010000", "-Wl,-e,_start"]
QEMU = ["qemu-system-arm", "-M", "virt,virtualization=on,highmem=off", "-cpu", "cortex-a15", "-m", "128", "-nographic",
        "-nic", "none", "-no-reboot", "-monitor", "none"]


def control(*names):
    return lambda case: any(name in case.controls for name in names)


def says(*words):
    return lambda case: any(word in case.name for word in words)


# Where QEMU 7.2 is not the manual, and which cases show it.
DIFFERENCES = {
    "QEMU does not have these controls":
        control("HCR.TPU", "HCR.TPC", "HCR.TSW", "HCR.TIDCP", "HCR.TID1", "HCR.TID3", "HCPTR.TCPAC", "HDCR.TPMCR"),
    "QEMU has no HCPTR.TASE": lambda case: "HCPTR.TASE" in case.controls and case.code.startswith("vadd"),
    "QEMU gives the condition of a trapped A32 instruction as AL": says("mrceq, Z set"),
    "QEMU's STREX fails before it looks at the translation, vtoll's after: IMPLEMENTATION DEFINED": says("strex r3"),
    "QEMU does not translate the operand of cache maintenance": says("r4, c7, c14, 1", "r4, c7, c10, 1"),
    "QEMU's WFE never waits, so it is never trapped": lambda case: case.code == "wfe",
    "QEMU does not trap an encoding that names no register": control("HSTR.T11"),
    "QEMU has no DBGPRCR, and no trap of the 64-bit DBGDSAR": says("c1, c4, 4", "mrrc p14, 0, r2, r3, c2"),
    "QEMU sets IL for BKPT, where it is not valid":
        lambda case: case.code == "bkpt #0" and ("HDCR.TDE" in case.controls or case.mode == "hyp"),
    "QEMU gives no syndrome for an absent coprocessor in Hyp mode":
        lambda case: case.mode == "hyp" and says("mrc p7", "cdp p1")(case),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    scratch = tmp_path_factory.mktemp("hyp_traps")
    (scratch / "cases.S").write_text(cases.assembly(cases.all_cases()))
    image = scratch / "hyp_traps.elf"
    subprocess.run([*ASSEMBLE, SOURCES / "entry.S", SOURCES / "report.c", scratch / "cases.S", "-o", image], check=True)
    done = subprocess.run([*QEMU, "-kernel", image], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=True, timeout=120)
    runs.vtoll("run", image, "--quiet", "-o", scratch / "run", "--limit", 50_000_000)
    return (lines((scratch / "run/console.log").read_text()), lines(done.stdout))


def lines(console):
    pairs = (line.rsplit(": ", 1) for line in console.replace("\r", "").splitlines() if ": " in line)
    return dict(pairs)


def test_every_case_ran(results):
    ours, qemu = results
    names = [case.name for case in cases.all_cases()]
    assert len(names) == len(set(names)), "two cases have one name"
    assert list(ours) == names, "vtoll ran other cases than were asked for"
    assert list(qemu) == names, "QEMU ran other cases than were asked for"


def test_same_as_qemu(results):
    ours, qemu = results
    used, unexplained = set(), []
    for case in cases.all_cases():
        if ours[case.name] == qemu[case.name]:
            continue
        reasons = [reason for reason, applies in DIFFERENCES.items() if applies(case)]
        used.update(reasons)
        if not reasons:
            unexplained.append(f"{case.name}\n    vtoll {ours[case.name]}\n    QEMU  {qemu[case.name]}")
    assert not unexplained, f"{len(unexplained)} unexplained differences:\n" + "\n".join(unexplained)
    assert used == set(DIFFERENCES), f"reasons that no longer apply: {set(DIFFERENCES) - used}"


def test_controls_that_qemu_lacks_trap_here(results):
    """The other half of the first reason: where QEMU does not trap, vtoll does."""
    ours, _ = results
    for case in cases.all_cases():
        if DIFFERENCES["QEMU does not have these controls"](case):
            assert ours[case.name].startswith("hyp=00000014"), f"{case.name}: {ours[case.name]}"
