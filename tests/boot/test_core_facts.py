# SPDX-License-Identifier: Apache-2.0
"""A program without an operating system finds out about its core: who it is, what maintenance does to its caches and
predictors, what its performance monitors count. On every core, and as another core than the timing model's."""
import subprocess

import pytest

import runs

SOURCES = runs.ROOT / "tests/boot/core_facts"
ABSENT = 0xffffffff

# MIDR, CTR, TLBTR, MPIDR, CLIDR, CCSIDR0 to 2, PMCR, L2CTLR (of the A8: L2AUXCR): docs/cores/identification.md.
A7 = (0x410fc075, 0x84448003, 0, 0x80000000, 0x0a200023, 0x700fe01a, 0x203fe009, 0x707fe03a, 0x41072000, 0x00800000)
A8 = (0x413fc082, 0x82048004, 0x00202001, 0, 0x0a000023, 0xe007e01a, 0x2007e01a, 0xf03fe03a, 0x41002000, 0)
A8_AM335X = A8[:5] + (0xe00fe01a, 0x200fe01a) + A8[7:]
A9 = (0x414fc091, 0x83338003, 0, 0x80000000, 0x09200003, 0x701fe019, 0x201fe019, 0, 0x41093000, ABSENT)
A9_AM437X = (0x412fc09a, *A9[1:])
A15 = (0x414fc0f0, 0x8444c004, 0, 0x80000000, 0x0a200023, 0x701fe00a, 0x201fe00a, 0x707fe07a, 0x410f3000, 0x00800000)
A15_AM572X = (0x412fc0f2, *A15[1:7], 0x70ffe07a, *A15[8:])
REGISTERS = ("MIDR", "CTR", "TLBTR", "MPIDR", "CLIDR", "CCSIDR0", "CCSIDR1", "CCSIDR2", "PMCR", "L2CTLR")
BY_TIMING = {"functional": A15, "weights": A15, "cortex-a7": A7, "cortex-a8": A8, "cortex-a8-am335x": A8_AM335X,
             "cortex-a9": A9, "cortex-a9-am437x": A9_AM437X, "cortex-a15": A15, "cortex-a15-am572x": A15_AM572X}
CORES = [timing for timing in BY_TIMING if timing.startswith("cortex")]


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    made = tmp_path_factory.mktemp("core_facts") / "facts.elf"
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-a15", "-marm", "-mfpu=neon-vfpv4", "-mfloat-abi=softfp", "-O1",
                    "-ffreestanding", "-nostdlib", "-Wl,-Ttext=0x40010000", "-Wl,-e,_start", SOURCES / "entry.S",
                    SOURCES / "facts.c", "-lgcc", "-o", made], check=True)
    return made


@pytest.fixture(scope="module")
def facts(image, tmp_path_factory):
    known = {}

    def find(*words):
        if words not in known:
            directory = tmp_path_factory.mktemp("run") / "run"
            runs.vtoll("run", image, "--quiet", "-o", directory, "--limit", 10_000_000, *words)
            lines = (directory / "console.log").read_text().splitlines()
            known[words] = {name: int(value, 16) for name, value in (line.split() for line in lines)}
        return known[words]

    return find


@pytest.mark.parametrize("timing", BY_TIMING)
def test_it_is_the_core_of_the_timing_model(facts, timing):
    said = facts("--timing", timing)
    assert {n: hex(said[n]) for n in REGISTERS} == {n: hex(v) for n, v in zip(REGISTERS, BY_TIMING[timing])}, \
        f"identification registers on {timing}"
    assert (said["VPIDR"], said["VMPIDR"]) == (said["MIDR"], said["MPIDR"]), "at reset a guest sees the processor's own"


@pytest.mark.parametrize("core", ["cortex-a7", "cortex-a8", "cortex-a9"])
@pytest.mark.parametrize("timing", ["functional", "weights", "cortex-a15"])
def test_a_scenario_names_another_core(facts, core, timing):
    said = facts("--timing", timing, "-c", f"machine.core={core}")
    assert [said[n] for n in REGISTERS] == list(BY_TIMING[core]), f"machine.core = {core} on {timing}"


def test_registers_follow_the_caches(facts):
    said = facts("--timing", "cortex-a15", "-c", "timing.set.cache.l1d.line=32", "-c", "timing.set.cache.l2.size=262144")
    assert hex(said["CTR"]) == "0x8443c004", "DminLine is that of L1 data: 32 bytes"
    assert hex(said["CCSIDR0"]) == "0x703fe009", "L1 data: 512 sets of 2 ways of 32 bytes"
    assert hex(said["CCSIDR2"]) == "0x701fe07a", "L2 of 256 KiB: 256 sets of 16 ways"


def test_a_scenario_sets_single_registers(facts):
    said = facts("--timing", "cortex-a15", "-c", "machine.cpu.midr=0x410fc0f4", "-c", "machine.cpu.ccsidr2=0x71ffe07a")
    assert hex(said["MIDR"]) == hex(said["VPIDR"]) == "0x410fc0f4", "MIDR of an Exynos 5250"
    assert hex(said["CCSIDR2"]) == "0x71ffe07a", "L2 as if it had 4 MiB"
    assert hex(said["CLIDR"]) == "0xa200023", "the others stay"


@pytest.mark.parametrize("core", CORES)
def test_maintenance(facts, core):
    said = facts("--timing", core)
    assert said["misses"] > 2 * said["hits"], "cleaned and invalidated lines are gone"
    assert said["misses_after_invalidate"] > 2 * said["hits"], "invalidated lines are gone"
    assert said["misses_after_flush_all"] > 2 * said["hits"], "the loop over sets and ways reached every line"
    assert said["hits_after_clean"] < 1.2 * said["hits"], "lines cleaned to the point of coherency stay"
    assert said["hits_after_clean_pou"] < 1.2 * said["hits"], "lines cleaned to the point of unification stay"
    assert said["clean_poc_dirty"] > said["clean_poc_clean"], "dirty lines are written back"
    assert said["clean_invalidate_dirty"] >= said["clean_invalidate_clean"], "dirty lines are written back"


@pytest.mark.parametrize("core", CORES)
def test_levels_reached(facts, core):
    said = facts("--timing", core)
    if "a8" in core:  # CLIDR.LoUIS is 0: nothing to do
        assert said["misses_after_flush_louis"] < 1.2 * said["hits"], "no level up to the point of unification"
        return
    assert said["misses_after_flush_louis"] > 1.2 * said["hits"], "L1 is empty"
    if "a9" not in core:  # whose L2 is no part of the processor: its lines stay in both cases
        assert said["misses_after_flush_louis"] < said["misses_after_flush_all"] / 2, "L2 still has them"


@pytest.mark.parametrize("core", CORES)
def test_predictors(facts, core):
    said = facts("--timing", core)
    assert said["bpiall_forgets"] == ("a15" not in core), "BPIALL is a NOP on a Cortex-A15"
    assert said["iciallu_forgets_branches"] == (core == "cortex-a15-am572x"), "ICIALLU forgets branches with ACTLR[0]"


@pytest.mark.parametrize("timing", BY_TIMING)
def test_monitors_interrupt(facts, timing):
    said = facts("--timing", timing)
    assert said["interrupts"] == 5, "PPI 23 at each overflow of the cycle counter"
    assert said["flags"] == 1 << 31, "PMOVSR told which counter"
    assert said["latest"] < 4000, f"taken soon: {said['latest']} cycles behind the overflow"
    assert said["pending_after"] == 0, "the line is low when the flag is cleared"
    assert said["overflow"] & 1, "an event counter's overflow is told in PMOVSR"
    assert said["overflow_pending"] == 0, "PMINTENSET did not ask for its interrupt"


@pytest.mark.parametrize("timing", BY_TIMING)
def test_monitors_stand_in_wfi(facts, timing):
    said = facts("--timing", timing)
    assert said["counts_asleep"] >= 100_000, "the processor slept until the timer's interrupt"
    assert said["cycles_asleep"] < 10_000, "PMCCNTR stands meanwhile"


@pytest.mark.parametrize("core", CORES)
def test_branches_taken_are_counted(facts, core):
    taken = facts("--timing", core)["taken"]
    assert 999 <= taken <= 1010, f"a loop of a thousand turns: {taken} branches taken"


@pytest.mark.parametrize("timing", BY_TIMING)
def test_monitors_of_guest_and_hypervisor(facts, timing):
    said = facts("--timing", timing)
    if said["ID_DFR0"] >> 24 != 2:
        assert "guest_insns" not in said, "PMUv1 has neither filters nor HPMN"
        return
    assert said["guest_PMCR.N"] == 2, "a guest has HDCR.HPMN counters"
    assert said["guest_PMXEVTYPER2"] == 0, "the hypervisor's counter is not there for a guest"
    assert said["guest_insns"] < 40, "a guest's counter does not count what the hypervisor does"
    assert 100_000 < said["hyp_insns"] < 100_200, "the hypervisor's counter counts what it does for the call"
    assert said["guest_cycles"] < 10_000, "the guest's cycle counter stands in Hyp mode"
    assert said["hyp_still_enabled"] == 4, "a guest disables its own counters only"
