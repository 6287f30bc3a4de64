# SPDX-License-Identifier: Apache-2.0
"""Runs without a scenario file: what the words amount to, what starts, what is refused."""
import struct

import programs
import pytest

from programs import POWER_OFF, SAY_OK, elf


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


@pytest.mark.parametrize("kind", KERNELS)
def test_every_kind_of_guest_runs_under_pure(vtoll, kind):
    (vtoll.folder / "image").write_bytes(KERNELS[kind])
    done = vtoll("run", "--hypervisor", "pure", "--kernel", "image", "-o", "out")
    assert done.returncode == 0, done.stderr
    console = (vtoll.folder / "out/console.log").read_text().replace("\r", "")
    assert "pure: machine 0 is 'guest', 65536 KiB at 40000000\n[guest] ok\n" in console, "half of the machine's memory"
    assert console.endswith("pure: machine 'guest' is off\npure: all machines are off\n"), console
    done = vtoll("run", "--hypervisor", "pure", "--kernel", "image", "--memory", "1G", "--guest-memory", "256M", "-o", "out")
    assert "'guest', 262144 KiB at" in (vtoll.folder / "out/console.log").read_text(), done.stderr
    assert "machine entry" not in done.stdout and "handle" in (vtoll.folder / "out/stats.json").read_text(), "it has phases"


FAR, IN_THE_MIDDLE = 0x80008000, 0x42000000


@pytest.mark.parametrize("content, words, said", [
    (elf(SAY_OK, machine=62), [], "its ELF file is no 32-bit little-endian ARM executable"),
    (elf(SAY_OK, FAR), [], "a segment of its ELF file lies outside its memory"),
    (elf(SAY_OK, IN_THE_MIDDLE), [], "a segment of its ELF file lies where its RAM disk and device tree go"),
    (elf(SAY_OK, entry=FAR), [], "its ELF file's entry lies outside its memory"),
    (elf(SAY_OK)[:60], [], "its ELF file is damaged"), (elf(SAY_OK)[:90], [], "its ELF file is damaged"),
    (elf(SAY_OK)[:20], [], "its ELF file is no 32-bit little-endian ARM executable"),
    (b"\x1f\x8b" + bytes(64), [], "its kernel is compressed by gzip"),
    (b"\x27\x05\x19\x56" + bytes(64), [], "its kernel is packed as a uImage"),
    (bytes(0x38) + b"ARM\x64" + bytes(64), [], "its kernel is for AArch64"),
    (KERNELS["raw"] + bytes(600 << 10), ["--guest-memory", "1M"], "its memory is too small for its kernel"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_pure_refuses_ends_the_run_with_code_1(vtoll, content, words, said):
    (vtoll.folder / "image").write_bytes(content)
    done = vtoll("run", "--hypervisor", "pure", "--kernel", "image", *words, "-o", "out")
    console = (vtoll.folder / "out/console.log").read_text().replace("\r", "")
    assert f"pure: machine 'guest' refused: {said}\n" in console, console
    assert done.returncode == 1, done.stderr


def test_pure_with_nothing_to_run_ends_with_code_1(vtoll):
    done = vtoll("run", "--hypervisor", "pure", "-o", "out")
    assert "pure: no domain in the device tree and no VM package" in (vtoll.folder / "out/console.log").read_text()
    assert done.returncode == 1, done.stderr


def test_names_of_hypervisors_are_no_files(vtoll):
    for name in ("pure", "xen"):
        (vtoll.folder / name).write_bytes(KERNELS["elf"])
    config = vtoll("run", "--hypervisor", "xen", "--kernel", "pure", "--print-config").stdout
    assert "file = 'stock:xen'" in config and "name = 'dom0'" in config, config
    done = vtoll("run", "--hypervisor", "./pure", "--kernel", "xen", "-o", "out")
    assert done.returncode == 0 and (vtoll.folder / "out/console.log").read_text() == "ok", "a file, which starts itself"


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
    done = vtoll("run", "--kernel", "image", "--smp", 9)
    assert done.returncode == 3 and "machine.cpus" in done.stderr, done.stderr


def linked_high(entry, segments):
    """An ELF file of segments (virtual address, physical address, words, flags)."""
    header = b"\x7fELF\x01\x01\x01" + bytes(9) + struct.pack("<HHIIIIIHHHHHH", 2, 40, 1, entry, 52, 0, 0x05000000, 52, 32,
                                                              len(segments), 40, 0, 0)
    heads, bodies, at = b"", b"", 52 + 32 * len(segments)
    for virtual, physical, words, flags in segments:
        code = struct.pack(f"<{len(words)}I", *words)
        heads += struct.pack("<8I", 1, at + len(bodies), virtual, physical, len(code), len(code), flags, 4)
        bodies += code
    return header + heads + bodies


R, RX = 4, 5
LOST = [0xE7F000F0]  # udf


@pytest.mark.parametrize("entry, segments", [
    (0xC0100000, [(0xC0100000, 0x40100000, POWER_OFF, RX)]),
    (0xC0100004, [(0xC0100000, 0x40100000, LOST + POWER_OFF, RX)]),
    (0x80100000, [(0xC0100000, 0x40100000, LOST, RX), (0x80100000, 0x40200000, POWER_OFF, RX)]),
    (0x40100000, [(0xC0100000, 0x40100000, POWER_OFF, RX)]),  # the entry is a physical address already
    (0x40300000, [(0x40300000, 0x40300000, POWER_OFF, RX), (0xC0300000, 0x40400000, LOST, RX)]),
    (0x40300000, [(0x40300000, 0x40500000, [0], R), (0x50300000, 0x40300000, POWER_OFF, RX)])],  # of data it is none
    ids=["at the start", "behind it", "in the second segment", "physical", "linked where it is loaded", "not among data"])
def test_an_elf_file_is_entered_where_it_is_loaded(vtoll, entry, segments):
    (vtoll.folder / "high.elf").write_bytes(linked_high(entry, segments))
    result = vtoll("run", "high.elf", "-q", "--no-output")
    assert result.returncode == 0 and programs.CLOSING.fullmatch(result.stderr), "it starts with the MMU off"


def test_an_elf_file_that_starts_in_thumb(vtoll):
    # ldr r0, [pc, #4]; smc #0; .word SYSTEM_OFF
    thumb = [int.from_bytes(bytes.fromhex(text), "little") for text in ("0148f0f7", "008000bf", "08000084")]
    (vtoll.folder / "thumb.elf").write_bytes(linked_high(0xC0100001, [(0xC0100000, 0x40100000, thumb, RX)]))
    result = vtoll("run", "thumb.elf", "-q", "--no-output")
    assert result.returncode == 0 and programs.CLOSING.fullmatch(result.stderr), "bit 0 of the entry goes with it"
