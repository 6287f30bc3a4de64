# SPDX-License-Identifier: Apache-2.0
"""The same chain of additions, run from an ELF file in A32, T32 and T16 on every core: no core issues more than one of a
chain in a cycle, and the encoding does not matter."""
import json
import subprocess

import pytest

CORES = ("cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15")
ROUNDS, CHAIN = 1000, 40
PROGRAM = """
.syntax unified
.global _start
.arm
_start: ldr r4, ={rounds}
        ldr r5, =loop{bit}
        bx r5
.ltorg
{state}
loop:   .rept {chain}
        {addition}
        .endr
        subs{width} r4, #1
        bne{width} loop
        mov{width} r0, #0x18
        ldr{width} r1, =0x20026
        svc {number}
.ltorg
"""
A32 = dict(bit="", state=".arm", width="", number="#0x123456", addition="add r0, r0, #1")
T32 = dict(bit="+1", state=".thumb", width=".w", number="#0xab", addition="adds.w r0, r0, #1")
T16 = dict(bit="+1", state=".thumb", width="", number="#0xab", addition="adds r0, #1")


def cycles(vtoll, core, name, form):
    source, image = vtoll.folder / f"{name}.S", vtoll.folder / f"{name}.elf"
    if not image.exists():
        source.write_text(PROGRAM.format(rounds=ROUNDS, chain=CHAIN, **form))
        subprocess.run(["arm-none-eabi-gcc", "-march=armv7ve", "-nostdlib", "-Wl,-Ttext=0x40010000", "-Wl,--build-id=none",
                        "-Wl,--no-warn-rwx-segments", "-o", image, source], check=True)
    out = f"{name}-{core}"
    done = vtoll("run", image, "--timing", core, "-c", "machine.virtualization=false", "-q", "-o", out)
    assert done.returncode == 0, f"{name} on {core}: {done.stdout}{done.stderr}"
    return json.loads((vtoll.folder / out / "stats.json").read_text())["stats"]["machine.ticks"]["value"]


@pytest.mark.parametrize("core", CORES)
def test_a_chain_costs_the_same_however_it_is_encoded(vtoll, core):
    a32, t32, t16 = (cycles(vtoll, core, name, form) for name, form in (("a32", A32), ("t32", T32), ("t16", T16)))
    for name, spent in (("A32", a32), ("T32", t32), ("T16", t16)):
        assert spent >= ROUNDS * CHAIN, f"{core}, {name}: {spent} cycles for {ROUNDS * CHAIN} dependent additions"
        assert abs(spent - a32) <= 0.02 * a32, f"{core}: {spent} cycles in {name}, {a32} in A32"
