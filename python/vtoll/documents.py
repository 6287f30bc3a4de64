# SPDX-License-Identifier: Apache-2.0
"""What is read of run directories and sweeps. A file that is not there, damaged or of another version is an InvalidInput."""
from __future__ import annotations

import functools
import json
import pathlib
import sqlite3
import tomllib
import typing

from vtoll import program
from vtoll.errors import InvalidInput

if typing.TYPE_CHECKING:
    import pandas

LEFT = "expected it as vtoll run leaves it"


def content(path: pathlib.Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path}: can't be read: {error.strerror}; {LEFT}") from error


def _text(path: pathlib.Path) -> str:
    try:
        return content(path).decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: is damaged: no UTF-8 from byte {error.start} on; {LEFT}") from error


@functools.cache
def _validator(schema: str):
    import jsonschema
    store = {f"http://schemas/{file.name}": json.loads(file.read_text()) for file in program.data("reports/schemas").glob("*.json")}
    of = f"http://schemas/{schema}.json"
    return jsonschema.Draft202012Validator(store[of], resolver=jsonschema.RefResolver(of, store[of], store=store))  # nothing is fetched


def document(path: pathlib.Path, schema: str) -> dict:
    """A JSON document that is as reports/schemas says."""
    try:
        read = json.loads(_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput(f"{path}: is damaged: no JSON ({error}); {LEFT}") from error
    if (wrong := next(_validator(schema).iter_errors(read), None)) is not None:
        at = "/".join(map(str, wrong.absolute_path)) or "the document"
        raise InvalidInput(f"{path}: {at}: {wrong.message[:120]}; {LEFT}, or the run made again by this version")
    return read


def config(path: pathlib.Path) -> dict:
    """The config.toml of a run."""
    try:
        read = tomllib.loads(_text(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInput(f"{path}: is damaged: {error}; {LEFT}") from error
    if not isinstance(read.get("timing"), dict) or not isinstance(read["timing"].get("rung"), str):
        raise InvalidInput(f"{path}: is damaged: no timing.rung; {LEFT}")
    return read


class Database:
    """A database that is read only; `left` is what messages expect."""

    def __init__(self, path: pathlib.Path, schema: int | None = None, left: str = LEFT):
        self._path, self._left = path, left
        if not path.is_file():
            content(path)  # says why
        self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        if schema is not None and (version := self.execute("PRAGMA user_version")[0][0]) != schema:
            raise InvalidInput(f"{path}: version {version}, expected {schema}; {left}")

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_) -> None:
        self._database.close()

    def _damaged(self, error: Exception) -> InvalidInput:
        return InvalidInput(f"{self._path}: is damaged: {str(error).splitlines()[-1]}; {self._left}")

    def execute(self, statement: str, parameters: tuple = ()) -> list[tuple]:
        try:
            return self._database.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise self._damaged(error) from error

    def frame(self, statement: str) -> pandas.DataFrame:
        import pandas
        try:
            return pandas.read_sql_query(statement, self._database)
        except (sqlite3.Error, pandas.errors.DatabaseError) as error:
            raise self._damaged(error) from error
