# SPDX-License-Identifier: Apache-2.0
"""What scenarios load by the name `stock:NAME`: files of Debian packages as they are, and images made from them.

Each image has a recipe below: the packages it comes from and how its bytes are made of their files. Images are kept in
the cache beside the packages, each with a note of what it was made from, and made again when that has changed.
"""
import dataclasses
import functools
import gzip
import hashlib
import json
import lzma
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import typing

import cpio
from packages import FetchError, say, write_whole

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = "arm-none-eabi-"

KERNEL = "linux-image-armmp-lpae"
KERNEL_ARMMP = "linux-image-armmp"  # short descriptors: for processors before the Large Physical Address Extension
KERNELS_ARMMP = {"5.10": f"bullseye/{KERNEL_ARMMP}", "6.12": f"trixie/{KERNEL_ARMMP}"}  # other releases'
LIBRARIES = ["libc6", "libcom-err2", "libgssapi-krb5-2", "libk5crypto3", "libkeyutils1", "libkrb5-3", "libkrb5support0",
             "libtirpc3"]
RAM_DISK = ["busybox-static", "lmbench", "netperf", *LIBRARIES]
RENAMED = {"trixie": {"libtirpc3": "libtirpc3t64"}}
PERF = ["linux-perf", "libaudit1", "libbabeltrace1", "libbz2-1.0", "libcap-ng0", "libcap2", "libcrypt1", "libdw1",
        "libelf1", "libexpat1", "libgcc-s1", "libglib2.0-0", "liblzma5", "libnuma1", "libopencsd1", "libpcre2-8-0",
        "libperl5.36", "libpython3.11", "libslang2", "libstdc++6", "libunwind8", "libuuid1", "libzstd1", "zlib1g"]
LMBENCH_FOLDER = "usr/lib/lmbench/bin/armv[78]l-linux-gnu/"  # of the host that built the package
LMBENCH = ["bw_file_rd", "bw_mem", "bw_mmap_rd", "bw_pipe", "bw_tcp", "bw_unix", "hello", "lat_connect", "lat_ctx",
           "lat_fcntl", "lat_mem_rd", "lat_mmap", "lat_ops", "lat_pagefault", "lat_pipe", "lat_proc", "lat_select",
           "lat_sem", "lat_sig", "lat_syscall", "lat_tcp", "lat_udp", "lat_unix", "lat_unix_connect"]


@dataclasses.dataclass(frozen=True)
class Recipe:
    description: str
    packages: list[str]
    make: typing.Callable  # of a function that takes a package's name to its files
    sources: list[str] = dataclasses.field(default_factory=list)  # files beside this one


def file_of(files, pattern):
    """The one file whose path matches, symbolic links followed within its folder."""
    for path, data in files.items():
        if re.fullmatch(pattern, path):
            return file_of(files, re.escape(path.rpartition("/")[0] + "/" + data)) if isinstance(data, str) else data
    raise FetchError(f"no file {pattern} in its package")


def tool(name, *words):
    try:
        done = subprocess.run([TOOLS + name, *map(str, words)], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    except FileNotFoundError:
        raise FetchError(f"no program '{TOOLS}{name}': install the packages of packages.txt") from None
    if done.returncode:
        raise FetchError(f"{TOOLS}{name}: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout


# --- the kernel -----------------------------------------------------------------------------------------------------


def vmlinuz(contents, kernel=KERNEL):
    return file_of(contents(kernel), r"boot/vmlinuz-.*")


def kernel_image(zimage):
    """The uncompressed image that a zImage carries: the XZ stream that unpacks to its end."""
    at = -1
    while (at := zimage.find(b"\xfd7zXZ\0", at + 1)) >= 0:
        stream = lzma.LZMADecompressor(format=lzma.FORMAT_XZ)
        try:
            image = stream.decompress(zimage[at:])
        except lzma.LZMAError:
            continue
        if stream.eof:
            return image
    raise FetchError("the kernel carries no XZ stream: expected a zImage compressed with XZ")


def expand_immediate(word):
    """ARMExpandImm, ARM DDI 0406C §A5.2.4."""
    value, turn = word & 0xff, 2 * (word >> 8 & 0xf)
    return (value >> turn | value << (32 - turn)) & 0xffffffff if turn else value


def text_offset(zimage):
    """How far above the 128 MB boundary the kernel runs: what its decompressor adds to the program counter's upper
    bits, `and rN, rN, #0xf8000000` ... `add rM, rN, #offset`, the offset perhaps in several pieces."""
    words = struct.unpack(f"<{len(zimage) // 4}I", zimage[:len(zimage) & ~3])
    for i, word in enumerate(words):
        base = word >> 12 & 0xf
        if word & 0xfff00000 != 0xe2000000 or word >> 16 & 0xf != base or expand_immediate(word) != 0xf8000000:
            continue
        offset, source = 0, base
        for later in words[i + 1:i + 64]:
            if later & 0xfff00000 == 0xe2800000 and later >> 16 & 0xf == source:
                offset += expand_immediate(later)
                source = later >> 12 & 0xf
            elif offset:
                return offset
    raise FetchError("the kernel's decompressor does not say where the kernel goes: expected CONFIG_AUTO_ZRELADDR")


def instant_zimage(contents, kernel=KERNEL):
    compressed = vmlinuz(contents, kernel)
    image = kernel_image(compressed)
    image += b"\0" * (-len(image) % 64)
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "head"
        tool("gcc", "-nostdlib", "-c", f"-DTEXT_OFFSET={text_offset(compressed)}", f"-DIMAGE_SIZE={len(image)}",
             "-o", out, HERE / "instant.S")
        tool("objcopy", "-O", "binary", "-j", ".text", out)
        return out.read_bytes() + image


# --- the initial RAM disk -------------------------------------------------------------------------------------------


def needed(program):
    """Names of the shared libraries, and of the dynamic linker, that an ELF file asks for."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(program)
        file.flush()
        text = tool("readelf", "-dl", file.name)
    return re.findall(r"\(NEEDED\).*\[(.*)\]", text) + re.findall(r"program interpreter: .*/(.*)\]", text)


def mark_program():
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "mark"
        tool("gcc", "-march=armv7-a", "-marm", "-mfloat-abi=soft", "-O2", "-ffreestanding", "-nostdlib", "-static",
             "-s", "-Wl,--build-id=none", "-Wl,-z,noexecstack", "-Wl,-z,max-page-size=4096", "-o", out, HERE / "mark.c")
        return out.read_bytes()


def ram_disk_packages(release=""):
    """Of the host's release of Debian, or of another."""
    renamed = RENAMED.get(release, {})
    return [(release and release + "/") + renamed.get(name, name) for name in RAM_DISK]


def initramfs(contents, release="", with_perf=False):
    package = dict(zip(RAM_DISK, ram_disk_packages(release)))
    tree = cpio.Tree()
    for folder in ("dev", "proc", "sys", "tmp", "run"):
        tree.folder(folder)
    programs = {"bin/busybox": file_of(contents(package["busybox-static"]), r"(usr/)?bin/busybox"),
                "bin/mark": mark_program()}
    lmbench, netperf = contents(package["lmbench"]), contents(package["netperf"])
    programs |= {f"lmbench/{name}": file_of(lmbench, LMBENCH_FOLDER + name) for name in LMBENCH}
    programs |= {f"bin/{name}": file_of(netperf, f"usr/bin/{name}") for name in ("netperf", "netserver")}
    programs["var/tmp/lmbench/hello"] = programs["lmbench/hello"]  # where Debian's lat_proc looks for it
    if with_perf:
        programs["bin/perf"] = file_of(contents(PERF[0]), "usr/bin/perf")

    available = {}
    for name in [package[name] for name in LIBRARIES] + (PERF if with_perf else []):
        available |= contents(name)
    libraries = {}
    waiting = [name for program in programs.values() for name in needed(program)]
    while waiting:
        name = waiting.pop()
        if name in libraries:
            continue
        libraries[name] = file_of(available, rf"(usr/)?lib/(arm-linux-gnueabihf/)?{re.escape(name)}")
        waiting += needed(libraries[name])

    for path, data in programs.items():
        tree.program(path, data)
    for name, data in libraries.items():
        tree.program(f"lib/{name}" if name.startswith("ld-") else f"lib/arm-linux-gnueabihf/{name}", data)
    tree.link("bin/sh", "busybox")
    tree.program("init", (HERE / "init").read_bytes())
    tree.data("etc/passwd", b"root:x:0:0:root:/:/bin/sh\n")
    tree.data("etc/hosts", b"127.0.0.1 localhost\n")
    tree.data("etc/nsswitch.conf", b"hosts: files\nprotocols: files\n")
    tree.data("etc/protocols", b"ip 0 IP\ntcp 6 TCP\nudp 17 UDP\n")
    return tree.archive()


def compressed_initramfs(contents):
    return gzip.compress(initramfs(contents), compresslevel=9, mtime=0)


# --- published code, for `vtoll validate` ------------------------------------------------------------------------------


def archive_members(archive):
    """Name -> bytes of the members of a static library in the format of GNU ar."""
    members, names, at = {}, b"", 8
    while at < len(archive):
        name, size = archive[at:at + 16].decode().rstrip(), int(archive[at + 48:at + 58])
        data = archive[at + 60:at + 60 + size]
        at += 60 + size + size % 2
        if name == "//":
            names = data
        elif name[1:].isdigit():
            start = int(name[1:])
            members[names[start:names.index(b"/\n", start)].decode()] = data
        else:
            members[name.rstrip("/")] = data
    return members


def linked(head, objects):
    """Objects as they were shipped, linked at a fixed address behind `head`, which says where their functions are."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, names = pathlib.Path(scratch), []
        for name, data in objects.items():
            names.append(folder / pathlib.Path(name).name)
            names[-1].write_bytes(data)
        out = folder / "code"
        tool("gcc", "-march=armv7-a", "-nostdlib", "-static", "-Wl,--build-id=none", "-Wl,--no-warn-rwx-segments",
             "-Wl,--unresolved-symbols=ignore-all", "-Wl,-z,muldefs,-z,noexecstack", "-Wl,--entry=0", "-T", HERE / "code.ld", "-o",
             out, HERE / head, *names)
        tool("objcopy", "-O", "binary", out)
        return out.read_bytes()


OPENSSL_OBJECTS = ["keccak1600-armv4", "aes-armv4", "cbc128", "chacha-armv4", "poly1305-armv4", "sha1-armv4-large"]
LINUX_MODULES = ["sha1-arm", "sha1-arm-neon", "sha256-arm", "blake2b-neon", "chacha-neon", "nhpoly1305-neon"]


def openssl_code(contents):
    members = archive_members(file_of(contents("libssl-dev"), r"usr/lib/arm-linux-gnueabihf/libcrypto\.a"))
    wanted = {f"libcrypto-lib-{name}.o" for name in OPENSSL_OBJECTS}
    if missing := sorted(wanted - members.keys()):
        raise FetchError(f"libcrypto.a has no {missing[0]}")
    return linked("openssl_code.S", {name: members[name] for name in sorted(wanted)})


def linux_crypto(contents):
    files = contents(KERNEL_ARMMP)
    return linked("linux_crypto.S", {f"{name}.ko.o": file_of(files, rf"lib/modules/.*/{name}\.ko")
                                     for name in LINUX_MODULES})


# --- recipes --------------------------------------------------------------------------------------------------------

RAM_DISK_SOURCES = ["images.py", "cpio.py", "init", "mark.c"]
CODE_SOURCES = ["images.py", "code.ld"]

RECIPES = {
    "vmlinuz": Recipe("Linux for ARMv7 with LPAE, a zImage as shipped", [KERNEL], vmlinuz),
    "zimage": Recipe("the same kernel uncompressed behind a small head: starts at once", [KERNEL], instant_zimage,
                     ["images.py", "instant.S"]),
    "zimage-armmp": Recipe("Linux for ARMv7 without LPAE, uncompressed behind the same head", [KERNEL_ARMMP],
                           functools.partial(instant_zimage, kernel=KERNEL_ARMMP), ["images.py", "instant.S"]),
    **{f"zimage-armmp-{version}": Recipe(f"Linux {version} in place of 6.1, from another release of Debian", [package],
                                         functools.partial(instant_zimage, kernel=package), ["images.py", "instant.S"])
       for version, package in KERNELS_ARMMP.items()},
    "initrd.cpio": Recipe("initial RAM disk: busybox, lmbench, netperf, an init that runs them", RAM_DISK, initramfs,
                          RAM_DISK_SOURCES),
    "initrd-trixie.cpio": Recipe("the same of Debian 13, whose C library is newer", ram_disk_packages("trixie"),
                                 functools.partial(initramfs, release="trixie"), RAM_DISK_SOURCES),
    "initrd.cpio.gz": Recipe("the same, compressed", RAM_DISK, compressed_initramfs, RAM_DISK_SOURCES),
    "initrd-perf.cpio": Recipe("the initial RAM disk with Linux's perf", [*RAM_DISK, *PERF],
                               functools.partial(initramfs, with_perf=True), RAM_DISK_SOURCES),
    "xen": Recipe("Xen 4.17, a zImage as shipped", ["xen-hypervisor-4.17-armhf"],
                  lambda contents: file_of(contents("xen-hypervisor-4.17-armhf"), r"boot/xen-4\.17-armhf")),
    "openssl-code.bin": Recipe("functions of OpenSSL's libcrypto.a, linked at a fixed address", ["libssl-dev"],
                               openssl_code, CODE_SOURCES + ["openssl_code.S"]),
    "linux-crypto.bin": Recipe("functions of Linux's crypto modules, linked at a fixed address", [KERNEL_ARMMP],
                               linux_crypto, CODE_SOURCES + ["linux_crypto.S"]),
    "u-boot.bin": Recipe("U-Boot for QEMU's machine `virt`, as shipped", ["u-boot-qemu"],
                         lambda contents: file_of(contents("u-boot-qemu"), r"usr/lib/u-boot/qemu_arm/u-boot\.bin")),
}


def is_kernel(package):
    return package in (KERNEL, KERNEL_ARMMP, *KERNELS_ARMMP.values())


class Images:
    """Images in the cache."""

    def __init__(self, packages):
        self.packages = packages
        self.folder = packages.folder / "images"
        self.folder.mkdir(exist_ok=True)

    def real_packages(self, recipe):
        """The kernel's package of the day stands behind a name that stays: its first dependency."""
        if not is_kernel(recipe.packages[0]):
            return recipe.packages
        return [self.real_kernel(recipe.packages[0])] if self.packages.entry(recipe.packages[0]) else None

    def real_kernel(self, package):
        release, slash, _ = package.rpartition("/")
        name = next(name for name in self.packages.depends(package) if name.startswith("linux-image-"))
        return release + slash + name

    def origin(self, recipe):
        """What an image is made of, as far as it is in the cache: part of a run's manifest."""
        return [{"package": name, **{k: self.packages.lock[name][k] for k in ("version", "architecture", "sha256")}}
                for name in self.real_packages(recipe)]

    def stamp(self, recipe):
        """Stands for everything an image's bytes depend on."""
        h = hashlib.sha256(json.dumps(self.origin(recipe)).encode())
        for source in recipe.sources:
            h.update((HERE / source).read_bytes())
        return h.hexdigest()

    def note(self, name):
        """{"made_of", "sha256"} of the image in the cache, {} without one."""
        try:
            return json.loads((self.folder / f"{name}.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return {}

    def is_ready(self, name):
        recipe = RECIPES[name]
        real = self.real_packages(recipe)
        if not real or not all(self.packages.entry(package) for package in real):
            return False
        return (self.folder / name).is_file() and self.note(name).get("made_of") == self.stamp(recipe)

    def location(self, name):
        """Where a ready image is, and what it must be: for whoever reads it to check."""
        return {"path": str(self.folder / name), "sha256": self.note(name)["sha256"],
                "packages": self.origin(RECIPES[name])}

    def ensure(self, names, update=False):
        missing = list(names) if update else [name for name in names if not self.is_ready(name)]
        self.packages.fetch(sorted({p for name in missing for p in RECIPES[name].packages}), update)
        self.packages.fetch(sorted({p for name in missing for p in self.real_packages(RECIPES[name])}), update)
        unpacked = {}

        def contents(package):
            real = self.real_kernel(package) if is_kernel(package) else package
            if real not in unpacked:
                unpacked[real] = self.packages.contents(real)
            return unpacked[real]

        for name in missing:
            if self.is_ready(name):
                continue
            say(f"making {name}: {RECIPES[name].description}")
            image = RECIPES[name].make(contents)
            note = {"made_of": self.stamp(RECIPES[name]), "sha256": hashlib.sha256(image).hexdigest()}
            write_whole(self.folder / name, image)
            write_whole(self.folder / f"{name}.json", json.dumps(note).encode())
