# SPDX-License-Identifier: Apache-2.0
"""Stock images for tests, and qemu-system-arm started with what vtoll was started with."""
import json
import re
import subprocess

import pytest

import runs

QEMU = ["qemu-system-arm", "-M", "virt,virtualization=on,gic-version=2,highmem=off", "-cpu", "cortex-a15", "-nographic",
        "-no-reboot", "-nic", "none", "-monitor", "none", "-serial", "stdio"]


def locate(name):
    """Path of a stock image; the test is skipped when it can't be had, for lack of a network say."""
    program = runs.ROOT / "workloads/linux/stock.py"
    done = subprocess.run([program, "locate", name], stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    answer = json.loads(done.stdout)
    if "error" in answer:
        pytest.skip(f"stock:{name}: {answer['error']}")
    return answer["path"]


def fdtget(tree, *words):
    return subprocess.run(["fdtget", *words[:-2], tree, *words[-2:]], capture_output=True, text=True, check=True).stdout.split()


def modules(tree):
    """(address, is it a kernel) of every boot module in the tree."""
    found = []

    def look(node):
        for child in subprocess.run(["fdtget", "-l", tree, node], capture_output=True, text=True, check=True).stdout.split():
            if child.startswith("module@"):
                kinds = fdtget(tree, f"{node}/{child}", "compatible")
                found.append((int(child.removeprefix("module@"), 16), "multiboot,kernel" in " ".join(kinds)))
            else:
                look(f"{node}/{child}")

    look("/chosen")
    return found


def qemu_console(run, config, timeout):
    """What QEMU shows with the device tree of a run of vtoll, and with the same files at the same addresses."""
    words = [*QEMU, "-smp", str(config["machine"]["cpus"]), "-m", config["machine"]["ram"],
             "-kernel", locate("xen"), "-dtb", run / "machine.dtb"]
    for address, is_kernel in modules(run / "machine.dtb"):
        file = locate("zimage" if is_kernel else "initrd.cpio")
        words += ["-device", f"loader,file={file},addr={address:#x},force-raw=on"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=True,
                          timeout=timeout)
    return done.stdout


# What is a time, or counts what the machine does in a time.
TIMES = [(r"\[ *\d+\.\d+\]", "[time]"), (r"audit\(\d+\.\d+:", "audit(time:"), (r"will try \d+ times", "will try some times")]


def without_times(console):
    for pattern, instead in TIMES:
        console = re.sub(pattern, instead, console)
    return console.replace("\r", "").splitlines()
