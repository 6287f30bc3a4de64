# SPDX-License-Identifier: Apache-2.0
"""Runs without a scenario file: what the words amount to, what starts, what is refused."""
import struct

import pytest

from programs import SAY_OK, elf


def zimage(words):
    code = struct.pack(f"<{len(words)}I", *words)
    head = struct.pack("<I", 0xEA00000A) + bytes(0x20) + struct.pack("<III", 0x016F2818, 0, 0x30 + len(code))
    return head + code


KERNELS = {"elf": elf(SAY_OK), "raw": struct.pack(f"<{len(SAY_OK)}I", *SAY_OK), "zimage": zimage(SAY_OK)}


@pytest.mark.parametrize("kind", KERNELS)
@pytest.mark.parametrize("word", ["--kernel", "--hypervisor"])
def test_every_kind_of_image_starts(vtoll, kind, word):
    (vtoll.folder / "image").write_bytes(KERNELS[kind])
    done = vtoll("run", word, "image", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert (vtoll.folder / "out/console.log").read_text() == "ok"


def test_what_the_words_amount_to(vtoll):
    for name in ("image", "guest", "disk"):
        (vtoll.folder / name).write_bytes(KERNELS["raw"])
    done = vtoll("run", "--kernel", "image", "--initrd", "disk", "--append", "console=ttyAMA0 x=\"y\"", "--smp", 2,
                 "--memory", "512M", "-c", "limits.instructions=5", "--print-config")
    assert done.returncode == 0, done.stderr
    for line in ("cpus = 2", 'ram = "512M"', "bootargs = 'console=ttyAMA0 x=\"y\"'", "kind = 'initrd'",
                 "instructions = 5"):
        assert line in done.stdout or line.replace("'", '"') in done.stdout, f"{line} in {done.stdout}"
    done = vtoll("run", "--hypervisor", "image", "--kernel", "guest", "--initrd", "disk", "--append", "guest words",
                 "--hypervisor-append", "own words", "--load", "disk@0x45000000", "-o", "out")
    assert done.returncode == 0, done.stderr
    tree = (vtoll.folder / "out/machine.dtb").read_bytes()
    for text in (b"multiboot,kernel", b"multiboot,ramdisk", b"guest words", b"own words"):
        assert text in tree, f"{text} is in the device tree"
    assert b"xen,domain" not in tree, "the first domain"
    config = (vtoll.folder / "out/config.toml").read_text()
    (vtoll.folder / "again.toml").write_text(config)
    assert vtoll("run", "again.toml", "-o", "again").returncode == 0, "a scenario that can be run again"
    assert (vtoll.folder / "again/stats.json").read_bytes() == (vtoll.folder / "out/stats.json").read_bytes()
    done = vtoll("run", "--hypervisor", "image", "--kernel", "guest", "--guest-memory", "64M", "-o", "out")
    assert b"xen,domain" in (vtoll.folder / "out/machine.dtb").read_bytes(), "a domain of its own"


@pytest.mark.parametrize("words", [
    ["--initrd", "x"], ["--append", "x"], ["--kernel", "x", "--hypervisor-append", "y"],
    ["--kernel", "x", "--guest-memory", "1M"], ["hypercall", "--kernel", "x"], ["hypercall", "--smp", "2"],
    ["--smp", "2"], ["--kernel", "x", "--smp", "many"],
    ["--kernel", "x", "--restore", "y"], []])
def test_words_that_do_not_fit_together(vtoll, words):
    done = vtoll("run", *words)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, "one line"


@pytest.mark.parametrize("content,expected", [
    (b"\x27\x05\x19\x56" + bytes(64), "dumpimage"), (b"\xd0\x0d\xfe\xed" + bytes(64), "FIT"),
    (b"\x1f\x8b" + bytes(64), "gunzip"), (bytes(0x38) + b"ARM\x64" + bytes(64), "AArch32"), (b"", "empty")])
def test_images_that_need_unwrapping_are_refused(vtoll, content, expected):
    (vtoll.folder / "image").write_bytes(content)
    done = vtoll("run", "--kernel", "image")
    assert done.returncode == 3 and expected in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1 and not (vtoll.folder / "runs").exists()


@pytest.mark.parametrize("load", ["image", "image@", "@0x40000000", "image@0x4000000z", "image@0x140000000",
                                  "none@0x41000000"])
def test_loads_that_make_no_sense(vtoll, load):
    (vtoll.folder / "image").write_bytes(KERNELS["raw"])
    done = vtoll("run", "--kernel", "image", "--load", load)
    assert done.returncode == 3 and len(done.stderr.splitlines()) == 1, done.stderr


def test_more_processors_than_there_are(vtoll):
    (vtoll.folder / "image").write_bytes(KERNELS["raw"])
    done = vtoll("run", "--kernel", "image", "--smp", 5)
    assert done.returncode == 3 and "machine.cpus" in done.stderr, done.stderr
