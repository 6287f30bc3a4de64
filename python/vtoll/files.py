# SPDX-License-Identifier: Apache-2.0
"""Files that appear whole, and only where nothing of another kind stands."""
from __future__ import annotations

import contextlib
import os
import pathlib
import re
import sqlite3
import sys
from collections.abc import Callable
from typing import NamedTuple

from vtoll import errors

STANDARD_OUTPUT = "-"


class Kind(NamedTuple):
    """A kind of file that is written here, told by what is in it, not by its name. The file is there, and not empty."""

    name: str
    told: Callable[[pathlib.Path], bool]


def _beginning(path: pathlib.Path, most: int = 1 << 16) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _is_page(path: pathlib.Path) -> bool:
    return _beginning(path).lstrip()[:14].lower() == b"<!doctype html"


def _is_picture(path: pathlib.Path) -> bool:
    return b"<svg" in _beginning(path, 1024)


def _is_png(path: pathlib.Path) -> bool:
    return _beginning(path, 8) == b"\x89PNG\r\n\x1a\n"


def _is_csv(path: pathlib.Path) -> bool:
    """A line of names of columns, and text."""
    first = _beginning(path).split(b"\n")[0]
    return b"," in first and b"\0" not in first and not first.startswith((b"{", b"[", b"<"))


def _is_stacks(path: pathlib.Path) -> bool:
    lines = _beginning(path).split(b"\n")[:-1]
    return bool(lines) and all(re.fullmatch(rb"[^\x00-\x1f]+ \d+", line) for line in lines)


def _is_perfetto(path: pathlib.Path) -> bool:
    """A Trace of TracePackets, the first of which describes a process: fields 1, 10 and 60 of protos/perfetto/trace."""
    return re.match(rb"\x0a[\x01-\x7f]\x50\x01\xe2\x03", _beginning(path, 16)) is not None


def _is_sweep(path: pathlib.Path) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            schema, = database.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    except (sqlite3.Error, TypeError):
        return False
    return str(schema).startswith("vtoll-sweep ")


PAGE = Kind("a page of vtoll report", _is_page)
PICTURE = Kind("an SVG picture", _is_picture)
PNG = Kind("a PNG picture", _is_png)
CSV = Kind("comma-separated values", _is_csv)
STACKS = Kind("folded stacks", _is_stacks)
PERFETTO = Kind("a Perfetto trace", _is_perfetto)
SWEEP = Kind("the results of a sweep", _is_sweep)
#: a table: the program has looked at its place before it called
LOOKED_AT = Kind("a table", lambda path: True)


def expect(path: str | os.PathLike, kind: Kind) -> None:
    """Raises InvalidInput when `put` would not write there. Nothing is changed: for what takes a while, before it begins."""
    if os.fspath(path) == STANDARD_OUTPUT:
        return
    target = pathlib.Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise errors.InvalidInput(f"{path}: is a folder; expected the name of a file for {kind.name}")
        if target.exists() and not os.access(target, os.W_OK):
            raise errors.InvalidInput(f"{path}: can't be written: it may not be; expected another name")
        if target.is_file() and target.stat().st_size and not kind.told(target):
            raise errors.InvalidInput(f"{path}: is there and not {kind.name}, so it stays as it is; expected another name")
        if not target.exists() or target.is_file():
            proof = _beside(target)
            proof.touch()
            proof.unlink()
    except OSError as error:
        raise errors.refused(error, f"{path}: can't be written") from error


def _beside(target: pathlib.Path) -> pathlib.Path:
    return target.with_name(f".{target.name}.{os.getpid()}")


def put(content: str | bytes, path: str | os.PathLike, kind: Kind) -> None:
    """Appears whole, by rename. Symbolic links stay; a device or a pipe is written to, and standard output for "-".

    Raises InvalidInput when what stands there is of another kind.
    """
    content = content.encode(errors="surrogateescape") if isinstance(content, str) else content
    if os.fspath(path) == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    expect(path, kind)
    target = pathlib.Path(os.path.realpath(path))
    fresh = _beside(target)
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        try:
            fresh.write_bytes(content)
            os.replace(fresh, target)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise errors.refused(error, f"{path}: can't be written") from error
