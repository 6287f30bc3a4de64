# SPDX-License-Identifier: Apache-2.0
"""Where the program is, and how it is started."""
import functools
import os
import pathlib
import shutil
import signal
import subprocess

from vtoll.errors import BY_CODE, InvalidInput, VtollError


def path() -> str:
    """The `vtoll` program: $VTOLL_PROGRAM, that of the checkout or prefix this package lies in, or the one in $PATH."""
    if chosen := os.environ.get("VTOLL_PROGRAM"):
        return chosen
    here = pathlib.Path(__file__).resolve()
    candidates = [here.parents[2] / "build/release/vtoll", *(parent / "bin/vtoll" for parent in here.parents)]
    for candidate in candidates:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate)
    if found := shutil.which("vtoll"):
        return found
    raise InvalidInput("no vtoll program: not built here, not in $PATH; expected it there or in $VTOLL_PROGRAM")


def version() -> str:
    """Of the program: "0.1.0"."""
    return call(["version", "--number"]).strip()


def in_one_line(text: str) -> str:
    """What a file or a command line had in it may be anything: it neither breaks the line nor commands the terminal."""
    return "".join(c if c.isprintable() or c == " " else "\\n" if c == "\n" else f"\\x{ord(c):02x}" for c in text)


def data(name: str) -> pathlib.Path:
    """A file or folder that is shipped with the program: of its checkout, or of share/vtoll in its prefix."""
    return pathlib.Path(_data_of(path()), name)


@functools.cache
def _data_of(_: str) -> str:
    """Where the data of the program at path() are: asked once, for each template and each picture needs them."""
    return call(["version", "--data"]).rstrip("\n")


def call(words, *, folder=None, quiet=True, given: str | None = None) -> str:
    """Standard output of `vtoll words...`. Raises the exception of its exit code with its last line.

    `quiet=False` lets its progress through to standard error. `given`: what it reads from standard input.
    """
    process = subprocess.Popen([path(), *map(str, words)], cwd=folder, encoding="utf-8", errors="replace", stdout=subprocess.PIPE,
                               stdin=subprocess.PIPE if given is not None else None, stderr=subprocess.PIPE if quiet else None)
    try:
        out, err = process.communicate(given)
    except BaseException:  # Ctrl-C above all: the run ends first
        process.send_signal(signal.SIGINT)
        process.wait()
        raise
    if process.returncode:
        lines = [line.strip() for line in (err or out or "").splitlines() if line.strip()]
        said = lines[-1] if lines else f"vtoll {' '.join(map(str, words))} ended with {process.returncode}"
        raise BY_CODE.get(process.returncode, VtollError)(said.removeprefix("vtoll: "))
    return out
