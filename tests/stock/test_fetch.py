# SPDX-License-Identifier: Apache-2.0
"""The fetcher without a network: what it reads, what it makes, what it says when something is wrong."""
import fcntl
import hashlib
import json
import os
import subprocess
import sys

import pytest
import runs

sys.path.insert(0, str(runs.ROOT / "workloads/linux"))
import cpio  # noqa: E402
import images  # noqa: E402
import packages  # noqa: E402

UBOOT = b"not the real one" * 100


@pytest.fixture
def cache(tmp_path):
    """A cache with one package in it, made here: u-boot-qemu."""
    folder = tmp_path / "cache"
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text("Package: u-boot-qemu\nVersion: 1\nArchitecture: all\nMaintainer: none <n@e>\n"
                                         "Description: a test\n")
    (tree / "usr/lib/u-boot/qemu_arm").mkdir(parents=True)
    (tree / "usr/lib/u-boot/qemu_arm/u-boot.bin").write_bytes(UBOOT)
    (folder / "packages").mkdir(parents=True)
    deb = folder / "packages/u.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", str(tree), str(deb)], check=True, capture_output=True)
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    (folder / "lock.json").write_text(json.dumps({
        "u-boot-qemu": {"file": "u.deb", "version": "1", "architecture": "all", "sha256": digest}}))
    return folder


def vtoll(cache, *words):
    return subprocess.run([str(runs.BUILD / "vtoll"), *words], env={**os.environ, "VTOLL_CACHE": str(cache)},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
                          cwd=cache.parent)


def run_uboot(cache):
    """Fails as a guest does, after it was loaded: its bytes are no program."""
    return vtoll(cache, "run", "--no-output", "-q", "--limit", "10", "-c", 'image.0.file="stock:u-boot.bin"',
                 "-c", "image.0.address=0x40100000", "-c", "machine.entry=0x40100000",
                 "-c", 'image.0.kind="raw"', str(cache.parent / "any.toml"))


@pytest.fixture
def scenario(cache):
    (cache.parent / "any.toml").write_text('[[image]]\nfile = "x"\n')


def test_a_warm_cache_needs_no_network(cache):
    done = vtoll(cache, "fetch", "u-boot.bin")
    assert done.returncode == 0, done.stderr
    assert (cache / "images/u-boot.bin").read_bytes() == UBOOT
    listed = vtoll(cache, "fetch", "--list", "u-boot.bin").stdout
    assert "u-boot-qemu 1 all" in listed and "not fetched" not in listed


def test_readers_do_not_wait_for_each_other(cache, scenario):
    """They did, and said so: whatever else ran beside a test, its standard error was not what it expected."""
    assert vtoll(cache, "fetch", "u-boot.bin").returncode == 0, "it is there"
    alone = run_uboot(cache).stderr
    with open(cache / ".lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        assert run_uboot(cache).stderr == alone, "another process reads the cache"
        assert vtoll(cache, "fetch", "--list").returncode == 0, "and so does a list"
        fcntl.flock(held, fcntl.LOCK_UN)
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = subprocess.Popen([str(runs.BUILD / "vtoll"), "fetch", "u-boot.bin"], env={**os.environ, "VTOLL_CACHE": str(cache)},
                                   stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr.readline() == "vtoll: another process fills the cache: waiting\n", "it is told what it waits for"
        assert waiting.poll() is None, "it waits"
    assert waiting.wait(timeout=60) == 0, "until the cache is filled"
    waiting.stderr.close()


def test_a_changed_image_is_refused(cache, scenario):
    assert run_uboot(cache).returncode in (1, 4), "it is loaded and run"
    (cache / "images/u-boot.bin").write_bytes(b"other")
    done = run_uboot(cache)
    assert done.returncode == 3
    line, = done.stderr.splitlines()
    assert "u-boot.bin differs from what was made" in line and "remove it" in line


def test_a_changed_package_is_refused(cache):
    with open(cache / "packages/u.deb", "ab") as deb:
        deb.write(b"more")
    done = vtoll(cache, "fetch", "u-boot.bin")
    assert done.returncode == 3
    assert "u.deb: differs from what was fetched" in done.stderr.splitlines()[-1], done.stderr


def test_an_unknown_image_is_refused(cache, scenario):
    done = vtoll(cache, "run", "any.toml", "-c", 'image.0.file="stock:nothing"')
    assert done.returncode == 3
    line, = done.stderr.splitlines()
    assert line.startswith("vtoll: any: image[0].file: stock:nothing: no such image; expected one of: vmlinuz,"), line


def test_no_archive_in_reach_is_one_line(tmp_path, monkeypatch):
    sources = tmp_path / "apt"
    sources.mkdir()
    (sources / "sources.list").write_text("deb http://127.0.0.1:9/debian bookworm main\n")
    monkeypatch.setattr(packages, "SOURCES", sources)
    monkeypatch.setattr(packages, "codename", lambda: "bookworm")
    monkeypatch.setattr(packages, "PAUSE", 0)
    with pytest.raises(packages.FetchError) as failure:
        packages.Packages(tmp_path / "cache").fetch(["busybox-static"])
    text = str(failure.value)
    assert text.startswith("apt-get download busybox-static: ") and "127.0.0.1" in text and "\n" not in text


def test_sources_of_the_machine_are_read(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(
        "# comment\ndeb [arch=amd64 signed-by=/k.gpg] http://one/debian bookworm main\n"
        "deb-src http://one/debian bookworm main\ndeb http://other/thing stable main\n")
    (tmp_path / "sources.list.d/debian.sources").write_text(
        "Types: deb\nURIs: http://two/debian\nSuites: bookworm bookworm-updates\nSigned-By: /d.gpg\n\n"
        "Types: deb\nURIs: http://three/debian\nSuites: bookworm\nEnabled: no\n")
    assert packages.debian_archives("bookworm", tmp_path) == [
        ("http://one/debian", "bookworm", "/k.gpg"), ("http://two/debian", "bookworm", "/d.gpg"),
        ("http://two/debian", "bookworm-updates", "/d.gpg")], "Debian's own, enabled, for programs"
    with pytest.raises(packages.FetchError, match="no apt source for this Debian release"):
        packages.debian_archives("trixie", tmp_path)


def test_archives_are_sorted_and_timeless(tmp_path):
    def tree(order):
        made = cpio.Tree()
        for path in order:
            made.program(path, path.encode())
        made.link("bin/sh", "busybox")
        return made.archive()

    archive = tree(["bin/busybox", "a/b/c"])
    assert archive == tree(["a/b/c", "bin/busybox"]), "the order of additions does not matter"
    listed = subprocess.run(["cpio", "-t", "--quiet"], input=archive, capture_output=True, check=True).stdout.split()
    assert listed == [b"a", b"a/b", b"a/b/c", b"bin", b"bin/busybox", b"bin/sh"], "cpio reads it"


def test_where_a_kernel_runs_is_read_from_its_decompressor():
    nop, mask, add_2m, add_32k = 0xe320f000, 0xe204433e, 0xe2844602, 0xe2844902  # and, add, add of r4
    image = b"".join(word.to_bytes(4, "little") for word in [nop, mask, nop, add_2m, add_32k, nop])
    assert images.text_offset(image) == 0x208000
    with pytest.raises(packages.FetchError, match="AUTO_ZRELADDR"):
        images.text_offset(image[:4])
