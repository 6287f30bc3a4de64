# SPDX-License-Identifier: Apache-2.0
"""Debian packages for armhf, fetched into a cache by an apt of our own.

The cache is a folder outside the source tree: $VTOLL_CACHE, or vtoll/ in the XDG cache folder. In it:

  apt/        apt's state: sources, lists, nothing of the host's; of another release, apt-RELEASE/
  packages/   the .deb files
  lock.json   name -> file, version, architecture, SHA-256 of every package; kept until `vtoll fetch --update`

Where packages come from is read from the host's own apt sources, and the host's keys verify them. A name RELEASE/PACKAGE
is that of another release of Debian, of the same archives. Nothing of the host's configuration is changed. With every
package in the cache no network is needed.
"""
import contextlib
import fcntl
import hashlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import time

ARCHITECTURE = "armhf"
COMPONENTS = "main non-free"  # lmbench is in non-free
SOURCES = pathlib.Path("/etc/apt")
ATTEMPTS, PAUSE = 3, 5  # a mirror in the middle of an update is consistent again soon


class FetchError(Exception):
    """Something a user can act on; one line."""


def say(what):
    print(f"vtoll: {what}", file=sys.stderr, flush=True)


def cache_folder():
    chosen = os.environ.get("VTOLL_CACHE")
    if chosen:
        return pathlib.Path(chosen).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base).absolute() / "vtoll"


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path, data):
    """The file appears with all of `data` or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_bytes(data)
    partial.rename(path)


# --- the host's apt sources -----------------------------------------------------------------------------------------


def codename():
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/etc/os-release").read_text(encoding="utf-8").splitlines():
            if line.startswith("VERSION_CODENAME="):
                return line.partition("=")[2].strip('"')
    return ""


def stanzas(text):
    """deb822: blocks of `Key: value`, continued by indentation."""
    for block in re.split(r"\n\s*\n", text):
        fields, key = {}, None
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if line[:1].isspace() and key:
                fields[key] += "\n" + line.strip()
            elif ":" in line:
                key, _, value = line.partition(":")
                key = key.strip().lower()
                fields[key] = value.strip()
        if fields:
            yield fields


def archives(folder):
    """(URI, suite, signed-by) of every binary archive that the host's apt knows."""
    found = []
    for path in sorted([folder / "sources.list", *folder.glob("sources.list.d/*")]):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".sources":
            for fields in stanzas(text):
                if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() == "no":
                    continue
                key = fields.get("signed-by", "")
                found += [(uri, suite, key) for uri in fields.get("uris", "").split()
                          for suite in fields.get("suites", "").split()]
        elif path.suffix == ".list":
            for line in text.splitlines():
                entry = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s", line)
                if entry:
                    key = re.search(r"signed-by=(\S+)", entry[1] or "")
                    found.append((entry[2], entry[3], key[1] if key else ""))
    return found


def debian_archives(release, folder, wanted=""):
    """Those of the distribution itself: suites named for the host's release, or the `wanted` one's in their place."""
    ours = [(uri, (wanted or release) + suite[len(release):], key) for uri, suite, key in archives(folder)
            if suite == release or suite.startswith(f"{release}-")]
    if not release or not ours:
        raise FetchError(f"no apt source for this Debian release ('{release}') in {folder}; expected the "
                         "distribution's own archive in sources.list or sources.list.d")
    return list(dict.fromkeys(ours))


# --- apt ------------------------------------------------------------------------------------------------------------


class Apt:
    """apt-get with everything it writes in a folder of ours."""

    def __init__(self, folder, release=""):
        self.folder = folder
        self.updated = False  # by this process
        self.update_error = None
        for name in ("state/lists/partial", "cache/archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        (folder / "sources.list").write_text("".join(
            f"deb [arch={ARCHITECTURE}{f' signed-by={key}' if key and chr(10) not in key else ''}] {uri} {suite} "
            f"{COMPONENTS}\n" for uri, suite, key in debian_archives(codename(), SOURCES, release)), encoding="utf-8")
        (folder / "apt.conf").write_text(f"""\
APT::Architecture "{ARCHITECTURE}";
#clear APT::Architectures;
APT::Architectures {{ "{ARCHITECTURE}"; }};
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Acquire::Languages "none";
Acquire::Retries "1";
Dir::State "{folder}/state";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "srcpkgcache.bin";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
""", encoding="utf-8")

    def run(self, tool, *words, cwd=None):
        try:
            return subprocess.run([tool, "-q", "-c", str(self.folder / "apt.conf"), *words], cwd=cwd, check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        except FileNotFoundError:
            raise FetchError(f"no program '{tool}': packages are fetched on a Debian system") from None

    def get(self, *words, cwd=None):
        """apt-get; its first error, or None."""
        done = self.run("apt-get", *words, cwd=cwd)
        if done.returncode == 0:
            return None
        return next((line[3:] for line in done.stderr.splitlines() if line.startswith("E: ")), "unknown error")

    def is_fresh(self):
        """The lists were read today: what they name can still be had, or download() will see."""
        try:
            return time.time() - (self.folder / "updated").stat().st_mtime < 24 * 3600
        except FileNotFoundError:
            return False

    def update(self):
        """Fetch the lists. An archive that stays inconsistent leaves its older list or none: the rest is used."""
        self.updated = True
        for attempt in range(1, ATTEMPTS + 1):
            self.update_error = self.get("update")
            (self.folder / "updated").touch()
            if not self.update_error:
                return
            if attempt < ATTEMPTS:
                say(f"apt-get update: {self.update_error}; again in {PAUSE} s")
                time.sleep(PAUSE)
        say(f"apt-get update: {self.update_error}; going on with the lists there are")

    def download(self, name, folder):
        """The .deb of `name`, verified against the signed lists."""
        error = self.get("download", name, cwd=folder)
        if error and not self.updated:  # the archive may have moved on since the lists were read
            self.update()
            error = self.get("download", name, cwd=folder)
        if error:
            raise FetchError(f"apt-get download {name}: {self.update_error or error}")
        return next(folder.glob("*.deb"))


# --- packages -------------------------------------------------------------------------------------------------------


def control_field(deb, field):
    done = subprocess.run(["dpkg-deb", "-f", str(deb), field], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise FetchError(f"{deb.name}: not a package: {done.stderr.strip()}")
    return done.stdout.strip()


class Packages:
    """The cache, until close(): to read it beside other readers, or to fill it, alone."""

    def __init__(self, folder=None, *, filling=True):
        self.folder = folder or cache_folder()
        try:
            (self.folder / "packages").mkdir(parents=True, exist_ok=True)
            self._held = open(self.folder / ".lock", "w", encoding="ascii")
        except OSError as error:
            raise FetchError(f"{self.folder}: can't be made: {error.strerror}; VTOLL_CACHE names another") from None
        self._acquire(fcntl.LOCK_EX if filling else fcntl.LOCK_SH)
        self._apts = {}  # by release, made when something is missing
        self._lock_file = self.folder / "lock.json"
        try:
            self.lock = json.loads(self._lock_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.lock = {}
        except ValueError:
            raise FetchError(f"{self._lock_file}: not JSON; remove it to fetch again") from None

    def _acquire(self, how):
        """Readers hold it for a moment: that is not worth a word."""
        for _ in range(20):
            try:
                fcntl.flock(self._held, how | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                time.sleep(0.1)
        say("another process fills the cache: waiting")
        fcntl.flock(self._held, how)

    def close(self):
        self._held.close()

    def entry(self, name):
        """The lock's entry for a package that is in the cache, or None."""
        entry = self.lock.get(name)
        return entry if entry and (self.folder / "packages" / entry["file"]).is_file() else None

    def apt(self, release, update):
        if release not in self._apts:
            apt = self._apts[release] = Apt(self.folder / (f"apt-{release}" if release else "apt"), release)
            if update or not apt.is_fresh():
                apt.update()
        return self._apts[release]

    def fetch(self, names, update=False):
        """Bring packages into the cache: those that are missing, or with `update` all of them in their latest state."""
        wanted = [name for name in names if update or not self.entry(name)]
        if not wanted:
            return
        say(f"fetching {len(wanted)} Debian packages for {ARCHITECTURE} into {self.folder}: {' '.join(wanted)}")
        for number, name in enumerate(wanted, 1):
            release, _, package = name.rpartition("/")
            apt = self.apt(release, update)
            incoming = apt.folder / "incoming"
            incoming.mkdir(exist_ok=True)
            for stale in incoming.iterdir():
                stale.unlink()
            deb = apt.download(package, incoming)
            version = control_field(deb, "Version")
            say(f"{number}/{len(wanted)} {name} {version} ({deb.stat().st_size / 1e6:.1f} MB)")
            file = deb.name.replace("%3a", "_")
            before = self.lock.get(name)
            self.lock[name] = {"version": version, "architecture": control_field(deb, "Architecture"),
                               "sha256": sha256_of(deb), "file": file}
            deb.rename(self.folder / "packages" / file)
            write_whole(self._lock_file, (json.dumps(self.lock, indent=2, sort_keys=True) + "\n").encode())
            if before and before["file"] != file:
                (self.folder / "packages" / before["file"]).unlink(missing_ok=True)

    def path(self, name):
        return self.folder / "packages" / self.lock[name]["file"]

    def depends(self, name):
        """Names in the first alternative of each dependency."""
        clauses = control_field(self.path(name), "Depends").split(",")
        return [re.split(r"[ (|:]", clause.strip())[0] for clause in clauses if clause.strip()]

    def contents(self, name):
        """The package's files: path without the leading slash -> bytes, symbolic links -> where they lead (str)."""
        path = self.path(name)
        if sha256_of(path) != self.lock[name]["sha256"]:
            raise FetchError(f"{path}: differs from what was fetched; remove it to fetch it again")
        done = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(path)], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        if done.returncode:
            raise FetchError(f"{path}: can't be unpacked: {done.stderr.decode().strip()}")
        files = {}
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            for member in archive:
                inside = member.name.removeprefix("./")
                if member.isfile():
                    files[inside] = archive.extractfile(member).read()
                elif member.issym():
                    files[inside] = member.linkname
        return files
