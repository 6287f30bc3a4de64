# SPDX-License-Identifier: Apache-2.0
"""Files that appear whole."""
import os
import pathlib

from vtoll import errors


def put(content: str | bytes, path: pathlib.Path) -> None:
    """Appears whole, by rename. Symbolic links stay; a device or a pipe is written to."""
    content = content.encode() if isinstance(content, str) else content
    target = pathlib.Path(os.path.realpath(path))
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
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
