# SPDX-License-Identifier: Apache-2.0
"""Hundreds of accesses to the registers of the machine's devices, on vtoll and on qemu-system-arm: the same values, and
aborts at the same places."""
import subprocess

import pytest

import runs

SOURCES = runs.ROOT / "tests/boot/devices"
COMPILE = ["arm-none-eabi-gcc", "-mcpu=cortex-a15", "-marm", "-O1", "-ffreestanding", "-nostdlib",
           "-Wl,-Ttext=0x40010000", "-Wl,-e,_start"]
QEMU = ["qemu-system-arm", "-M", "virt,virtualization=on,highmem=off", "-cpu", "cortex-a15", "-m", "128", "-nographic",
        "-nic", "none", "-no-reboot", "-monitor", "none"]

FLASH, PL031, FW_CFG, PL061, VIRTIO = 0x04000000, 0x09010000, 0x09020000, 0x09030000, 0x0a000000
GICV2M, PCIE_MEMORY, PCIE_IO, PCIE_CONFIG = 0x08020000, 0x10000000, 0x3eff0000, 0x3f000000


def read(address, size=4):
    return (size // 2, address, 0)


def write(address, value, size=4):
    return (3 + size // 2, address, value)


def words(base, first, end, step=4):
    return [read(base + offset) for offset in range(first, end, step)]


def then_read(base, writes, reads, size=4):
    """Every write, and after each what the registers say."""
    return [step for offset, value in writes
            for step in [write(base + offset, value, size), *(read(base + r, size) for r in reads)]]


def command(*steps):
    """Writes to flash (offset, value), then its first words, then back to reading the array."""
    return [*(write(FLASH + offset, value) for offset, value in steps), read(FLASH), read(FLASH + 4),
            read(FLASH + 0x40004), write(FLASH, 0x00ff00ff), read(FLASH), read(FLASH + 4), read(FLASH + 0x40004)]


# Not compared, as QEMU 7.2 is not what Intel's flash is: an erase that isn't confirmed (QEMU has erased by then), and
# upper bytes of what a chip answers (QEMU gives the lowest for each). The unit tests hold ours to the manual.
CASES = {
    "PL031": [*words(PL031, 0x04, 0x20), *words(PL031, 0xfe0, 0x1000),
              *then_read(PL031, [(0x10, 1), (0x04, 0xffffffff), (0x0c, 1), (0x1c, 1), (0x10, 0)],
                         [0x04, 0x0c, 0x10, 0x14, 0x18]),
              write(PL031 + 0x08, 0x12345678), read(PL031 + 0x08), read(PL031 + 0x00)],
    "PL061": [*words(PL061, 0x400, 0x424), *words(PL061, 0xfd0, 0x1000), read(PL061 + 0x3fc, 1),
              *then_read(PL061, [(0x400, 0xf0), (0x3fc, 0xff), (0x3fc, 0x5a), (0x040, 0), (0x404, 0x0f), (0x40c, 0x0f),
                                 (0x410, 0x0f), (0x41c, 0xff), (0x40c, 0), (0x408, 0xff), (0x420, 0x3c), (0x400, 0)],
                         [0x3fc, 0x0fc, 0x400, 0x404, 0x408, 0x40c, 0x410, 0x414, 0x418, 0x420], 1)],
    "flash query": [write(FLASH + 0x55 * 4, 0x00980098), *words(FLASH, 0x40, 0x100), read(FLASH + 0x42, 2),
                    write(FLASH, 0x00ff00ff), read(FLASH + 0x40)],
    "flash identification": [write(FLASH, 0x00900090), *words(FLASH, 0, 0x10), write(FLASH, 0x00ff00ff)],
    "flash program": [*command((0, 0x00400040), (4, 0x12345678)), *command((0, 0x00100010), (4, 0xffffffff))],
    "flash erase": [*command((0x40000, 0x00200020), (0x40000, 0x00d000d0)),
                    *command((0, 0x00500050))],
    "flash buffer": command((0, 0x00e800e8), (0, 1), (0, 0x11111111), (4, 0x22222222), (0, 0x00d000d0)),
    "flash status": [write(FLASH, 0x00700070), read(FLASH), read(FLASH + 2, 2), read(FLASH, 1), write(FLASH, 0xff)],
    "fw_cfg": [write(FW_CFG + 8, 0x0000, 2), *[read(FW_CFG, 1)] * 5,
               write(FW_CFG + 8, 0x0100, 2), *[read(FW_CFG, 1)] * 4,
               write(FW_CFG + 8, 0x0500, 2), *[read(FW_CFG, 1)] * 2, read(FW_CFG + 0x10), read(FW_CFG + 0x14),
               write(FW_CFG + 8, 0x0000, 2), read(FW_CFG)],
    "virtio slots": [read(VIRTIO + 0x200 * slot + offset) for slot in (0, 1, 31)
                     for offset in (0, 4, 8, 12, 0x10, 0x34, 0x70)],
    "MSI frame": [read(GICV2M + 8), read(GICV2M + 0xfcc), read(GICV2M), read(GICV2M + 0x40)],
    "PCIe": [*words(PCIE_CONFIG, 0, 0x40), read(PCIE_CONFIG + 2, 2), read(PCIE_CONFIG + 0xb, 1), read(PCIE_CONFIG + 0x8000),
             read(PCIE_CONFIG + 0x100000), read(PCIE_CONFIG + 0x8002, 2),
             *then_read(PCIE_CONFIG, [(4, 0xffffffff), (0xc, 0xffffffff), (0x10, 0xffffffff), (0x3c, 0xffffffff), (4, 0)],
                        [4, 0xc, 0x10, 0x3c]),
             read(PCIE_MEMORY), read(PCIE_MEMORY + 0x1000, 2), read(PCIE_IO), read(PCIE_IO + 1, 1), write(PCIE_MEMORY, 1)],
    "nobody": [read(0x0b000000), read(0x09040000), write(0x0b000000, 1), read(0x0a004000)],
}


def results(console):
    return dict(line.split(": ") for line in console.replace("\r", "").splitlines() if ": " in line)


@pytest.fixture(name="both", scope="module")
def run_both(tmp_path_factory):
    """What every step came to, by number: (vtoll, qemu)."""
    folder = tmp_path_factory.mktemp("devices")
    steps = [step for case in CASES.values() for step in case]
    lines = ",\n".join(f"{{{operation}, {address:#x}, {value:#x}}}" for operation, address, value in steps)
    (folder / "steps.c").write_text("struct step { unsigned operation, address, value; };\n"
                                    f"const struct step steps[] = {{\n{lines}\n}};\n"
                                    f"const unsigned step_count = {len(steps)};\n")
    image = folder / "devices.elf"
    subprocess.run([*COMPILE, SOURCES / "entry.S", SOURCES / "probe.c", folder / "steps.c", "-o", image], check=True)
    runs.vtoll("run", image, "--quiet", "-c", "machine.devices=all", "-o", folder / "run")
    qemu = subprocess.run([*QEMU, "-kernel", image], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          timeout=120)
    ours = results((folder / "run/console.log").read_text())
    assert len(ours) > len(steps) // 3, "the program printed what it read"
    return ours, results(qemu.stdout)


@pytest.mark.parametrize("case", CASES)
def test_devices_answer_as_on_qemu(both, case):
    ours, theirs = both
    first = sum(len(CASES[name]) for name in list(CASES)[:list(CASES).index(case)])
    differences = []
    for number, (operation, address, value) in enumerate(CASES[case], first):
        key = f"{number:08x}"
        if ours.get(key) != theirs.get(key):
            kind = f"{'write' if operation >= 3 else 'read'}{8 << operation % 3}"
            differences.append(f"step {number - first}, {kind} {address:#x} ({value:#x}): "
                               f"vtoll {ours.get(key)}, qemu {theirs.get(key)}")
    assert not differences, "\n".join(differences)
