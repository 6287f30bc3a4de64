# SPDX-License-Identifier: Apache-2.0
"""TLB maintenance of one processor reaches entries of its virtual machine in another processor that runs another
virtual machine: on vtoll and on qemu-system-arm."""
import subprocess

import pytest

import runs

QEMU = ["qemu-system-arm", "-M", "virt,virtualization=on", "-cpu", "cortex-a15", "-smp", "2", "-m", "128", "-nographic",
        "-nic", "none", "-no-reboot", "-monitor", "none"]


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    made = tmp_path_factory.mktemp("remote_tlb") / "remote_tlb.elf"
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-a15", "-marm", "-nostdlib", "-Wl,-Ttext=0x40010000",
                    "-Wl,-e,_start", runs.ROOT / "tests/boot/remote_tlb/remote_tlb.S", "-o", made], check=True)
    return made


def test_vtoll_loads_the_new_page(image, tmp_path):
    runs.vtoll("run", image, "--quiet", "-c", "machine.cpus=2", "-o", tmp_path / "run", "--limit", 10_000_000)
    console = (tmp_path / "run/console.log").read_text()
    assert console == "AB\n", f"the old page's word, then the new page's; the console shows {console!r}"


def test_so_does_qemu(image):
    done = subprocess.run([*QEMU, "-kernel", image], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
                          timeout=60)
    assert done.stdout.replace("\r", "") == "AB\n", f"QEMU shows {done.stdout!r}"
