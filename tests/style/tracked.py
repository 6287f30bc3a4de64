# SPDX-License-Identifier: Apache-2.0
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tracked(*endings):
    """Files that git tracks or would track, with one of these endings."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.split("\0")
    return sorted(name for name in listed if name.endswith(endings or ("",)) and (ROOT / name).is_file())
