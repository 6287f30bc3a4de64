# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import subprocess

import pytest


@pytest.fixture
def vtoll(tmp_path):
    """Runs the program in an empty folder: vtoll("run", "x.elf") -> completed process with text output."""
    program = os.environ["VTOLL_PROGRAM"]

    def run(*words, env=None, timeout=250):
        return subprocess.run([program, *map(str, words)], cwd=tmp_path, capture_output=True, text=True, timeout=timeout,
                              env={**os.environ, **(env or {})})

    run.folder = pathlib.Path(tmp_path)
    return run
