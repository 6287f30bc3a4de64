# SPDX-License-Identifier: Apache-2.0
"""`vtoll advise`: a small hypervisor has one fault at a time, and that is found; as it stands it has none."""
import json
import subprocess

import pytest

import runs

SOURCE = runs.ROOT / "tests/boot/advise/hypervisor.S"
# Pages that the guest goes through in each round: more than the TLBs hold, so that tables are walked.
WALKED = ["PAGES=1100", "ROUNDS=20"]

# finding -> what makes the fault, and what the program does besides, which alone is none.
FAULTS = {
    "hyp-mmu-off": (["HYP_MMU_OFF"], []),
    "hyp-data-cache-off": (["HYP_DATA_CACHE_OFF"], []),
    "hyp-code-cache-off": (["HYP_CODE_CACHE_OFF"], []),
    "guest-mmu-off": (["GUEST_MMU_OFF"], WALKED),
    "guest-data-cache-off": (["GUEST_DATA_CACHE_OFF"], WALKED),
    "hyp-walks-uncached": (["HYP_WALKS_UNCACHED"], WALKED),
    "guest-walks-uncached": (["GUEST_WALKS_UNCACHED"], WALKED),
    "stage2-walks-uncached": (["STAGE2_WALKS_UNCACHED"], WALKED),
    "hyp-memory-uncached": (["HYP_MEMORY_UNCACHED"], []),
    "guest-memory-uncached": (["GUEST_MEMORY_UNCACHED"], []),
    "misaligned": (["MISALIGNED"], []),
    "two-pages": (["TWO_PAGES"], []),
    "code-spread": (["CODE_SPREAD"], []),
    "device-reads": (["DEVICE_READS"], []),
    "list-registers": (["LIST_REGISTERS"], []),
    "guest-registers": (["GUEST_REGISTERS"], []),
    "fp-registers": (["FP_REGISTERS"], []),
    "tlb-of-all-machines": (["TLB_OF_ALL_MACHINES"], []),
    "tlb-of-hyp-mode": (["TLB_OF_HYP_MODE"], []),
    "tlb-of-machine": (["TLB_OF_MACHINE"], []),
    "trapped-sleep": (["TRAPPED_SLEEP"], []),
    "trapped-identity": (["TRAPPED_IDENTITY"], []),
    "trapped-actlr": (["TRAPPED_ACTLR"], []),
    "trapped-set-way": (["TRAPPED_SET_WAY"], []),
    "trapped-maintenance": (["TRAPPED_MAINTENANCE"], []),
    "trapped-translation": (["TRAPPED_TRANSLATION"], []),
    "emulated-gicc": (["EMULATED_GICC"], []),
    "loads-of-gicd": (["LOADS_OF_GICD"], []),
    "decoded-accesses": (["DECODED_ACCESSES"], []),
    "no-handler": (["NO_HANDLER"], []),
    "fault-loop": (["FAULT_LOOP"], []),
    "branch-to-self": (["BRANCH_TO_SELF"], []),
    "asleep-for-ever": (["ASLEEP_FOR_EVER"], []),
    "never-left-hyp": (["NEVER_LEFT_HYP"], []),
}
# Found beside the fault, and true of the same program.
BESIDE = {
    "two-pages": {"misaligned"},
    "trapped-translation": {"guest-mmu-off"},  # which it never gets to set
}
STUCK = {"no-handler", "fault-loop", "branch-to-self", "asleep-for-ever"}
CORE = ["--timing", "cortex-a15"]


def run_of(folder, defines, *words, check=True):
    """The run of the hypervisor with these macros, and what `vtoll run` said."""
    program = folder / "hypervisor.elf"
    subprocess.run(["arm-none-eabi-gcc", "-nostdlib", "-Wl,-Ttext=0x40010000", "-Wl,-e,_start",
                    *(f"-D{define}" for define in defines), SOURCE, "-o", program], check=True)
    said = runs.vtoll("run", program, "-o", folder / "run", "--limit", 3_000_000, *words, check=check)
    return folder / "run", said.stdout


def advice(run):
    return json.loads(runs.vtoll("advise", run, "--format", "json").stdout)["rows"]


def keys(run):
    return {row["finding"] for row in advice(run)}


def test_every_finding_has_a_fault():
    listed = json.loads(runs.vtoll("advise", "--list", "--format", "json").stdout)["rows"]
    assert [row["finding"] for row in listed] and {row["finding"] for row in listed} == set(FAULTS), \
        "each finding of the table, and no other, is made here"
    text = runs.vtoll("advise", "--list").stdout.splitlines()
    assert set(FAULTS) <= set(text) and max(map(len, text)) <= 80, "and a screen has them"


@pytest.mark.parametrize("key", FAULTS)
def test_fault_is_found(tmp_path, key):
    fault, besides = FAULTS[key]
    run, _ = run_of(tmp_path, [*fault, *besides], *CORE, check=key not in STUCK)
    found = advice(run)
    assert key in {row["finding"] for row in found}, f"{found}"
    assert {row["finding"] for row in found} - {key} <= BESIDE.get(key, set()), f"nothing else is wrong: {found}"
    row = next(row for row in found if row["finding"] == key)
    assert row["stuck"] == (key in STUCK), f"{row}"


@pytest.mark.parametrize("besides", [[], WALKED], ids=["plain", "walked"])
def test_nothing_is_found_without_a_fault(tmp_path, besides):
    run, said = run_of(tmp_path, besides, *CORE)
    assert advice(run) == [], "the program has none of the faults"
    assert "vtoll advise" not in said, "and its run says nothing of them"


def test_worth_of_an_mmu_that_is_off(tmp_path):
    """What mending it saves, measured."""
    sums, found, said = [], [], []
    for i, defines in enumerate([["HYP_MMU_OFF"], []]):
        folder = tmp_path / str(i)
        folder.mkdir()
        run, words = run_of(folder, defines, *CORE)
        stats = json.loads((run / "stats.json").read_text())
        sums.append(sum(a["ticks"] for a in stats["accounts"] if a["world"] == "hypervisor" and a["cause"] != "none"))
        found.append(advice(run))
        said.append(words)
    worth = found[0][0]["worth"]
    assert worth == pytest.approx(sums[0] - sums[1], rel=0.1), f"{found[0][0]}: mending it saved {sums[0] - sums[1]}"
    assert "Hyp mode's MMU is off" in said[0] and f"worth {worth:.0f} ticks" in said[0], "the run ends with it"
    assert "hypercall #0" in found[0][0]["where"], f"the dearest exits are named: {found[0][0]['where']}"


@pytest.mark.parametrize("model", ["functional", "weights"])
def test_models_that_price_no_access_say_so(tmp_path, model):
    run, _ = run_of(tmp_path, ["HYP_MMU_OFF"], "--timing", model)
    row = next(row for row in advice(run) if row["finding"] == "hyp-mmu-off")
    assert row["worth"] is None, f"{model}: {row}"
    assert "worth unknown" in runs.vtoll("advise", run).stdout, "it says so"


@pytest.mark.parametrize("key", sorted(STUCK))
def test_first_fault_is_named(tmp_path, key):
    run, said = run_of(tmp_path, FAULTS[key][0], check=False)
    row = advice(run)[0]
    assert row["finding"] == key and "<guest+" in row["where"], f"where it stands, on any model: {row}"
    if key in ("no-handler", "fault-loop"):
        assert "the first fault: Undefined Instruction" in row["where"], f"{row}"
    assert key in said, f"the run says it: {said}"


# The guests of the rows are a page of code each, which sets up no MMU: that is true, and costs them what is said.
SMALL_GUESTS = {"guest-mmu-off"}
OURS = {"hypercall": SMALL_GUESTS, "device-syndrome": SMALL_GUESTS, "page-fault": SMALL_GUESTS,
        "world-switch": SMALL_GUESTS, "world-switch-fp": SMALL_GUESTS, "irq": set(), "tick": set(), "minios-pure": set()}


@pytest.mark.parametrize("name", OURS)
def test_nothing_else_is_found_in_pure(tmp_path, name):
    runs.run(name, tmp_path / "run", *CORE)
    assert keys(tmp_path / "run") == OURS[name], f"{advice(tmp_path / 'run')}"


def test_what_is_true_of_others_is_found(tmp_path):
    """The small foreign hypervisors set up neither MMU nor the attributes of walks."""
    runs.run("foreign-type2", tmp_path / "run", *CORE)
    assert keys(tmp_path / "run") == {"hyp-mmu-off", "guest-mmu-off", "stage2-walks-uncached"}, f"{advice(tmp_path / 'run')}"
