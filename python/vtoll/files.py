# SPDX-License-Identifier: Apache-2.0
"""Files that appear whole."""
import os
import pathlib

from vtoll import errors


def put(content: str | bytes, path: pathlib.Path) -> None:
    """Appears whole, by rename."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(fresh, path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise errors.InvalidInput(f"{path}: can't be written: {error.strerror}") from error
