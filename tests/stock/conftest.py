# SPDX-License-Identifier: Apache-2.0
"""What the tests of stock software share: the images, and runs that several tests look at."""
import difflib
import pathlib
import re
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "boot"))
import runs  # noqa: E402

LIMIT = 600  # seconds of the host's time, on a busy machine


@pytest.fixture(scope="session")
def images():
    """Skips what depends on it when the packages are neither in the cache nor to be fetched."""
    done = subprocess.run([str(runs.BUILD / "vtoll"), "fetch", "vmlinuz", "zimage", "zimage-armmp",
                           "initrd.cpio", "initrd-trixie.cpio", "initrd.cpio.gz",
                           "initrd-perf.cpio", "xen"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"stock images can't be had: {done.stderr.strip().splitlines()[-1]}")


@pytest.fixture(scope="session")
def boot(images, tmp_path_factory):
    """boot(scenario, *words) -> the run directory of a run that ended with the power off; each run once."""
    done = {}

    def run(name, *words):
        if (name, words) not in done:
            directory = tmp_path_factory.mktemp(name) / "run"
            result = subprocess.run([str(runs.BUILD / "vtoll"), "run", name, "-q", "-o", str(directory), *words],
                                    stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                                    timeout=LIMIT)
            assert result.returncode == 0, f"vtoll run {name} {' '.join(words)}: {result.stderr}"
            done[name, words] = directory
        return done[name, words]

    return run


def console_of(directory):
    # Bytes: reading text would take the "\r\r\n" of a console behind a console for two ends of line.
    return (directory / "console.log").read_bytes().decode(errors="replace").replace("\r", "")


def by_processor(lines):
    """The lines that name a processor ("CPU1 ..."), in order, for each processor, and under None the rest: which of
    two processors that start side by side gets to the console first is not the same in every run of QEMU."""
    told = {}
    for line in lines:
        named = re.search(r"\bCPU ?(\d+)\b", line)
        told.setdefault(named and int(named[1]), []).append(line)
    return told


def difference(theirs, ours):
    return "\n".join(difflib.unified_diff(theirs, ours, "qemu", "vtoll", lineterm="", n=0))


def on_qemu(scenario, dtb, *, exact=True):
    """QEMU's console of a scenario with this device tree. Exact: one processor, whose instructions take a nanosecond
    each, as on vtoll's rung `functional`. Else QEMU's clock is the host's, and its processors run side by side."""
    words = runs.qemu.command(scenario, runs.BUILD, dtb) + (["-icount", "shift=0,sleep=off"] if exact else [])
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=LIMIT)
    return done.stdout.decode(errors="replace").replace("\r", "")
