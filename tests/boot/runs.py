# SPDX-License-Identifier: Apache-2.0
"""What the tests of whole runs share: where things are, and how to run vtoll and qemu-system-arm."""
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("VTOLL_BUILD", ROOT / "build/release"))
SCENARIOS = ROOT / "workloads/scenarios"

sys.path.insert(0, str(ROOT / "workloads"))
qemu = importlib.import_module("run-on-qemu")


def scenario(name):
    with open(SCENARIOS / f"{name}.toml", "rb") as file:
        return tomllib.load(file)


def names():
    """Shipped scenarios that run on built guests alone, the speed programs apart."""
    return sorted(path.stem for path in SCENARIOS.glob("*.toml")
                  if not path.stem.startswith("speed-") and '"stock:' not in path.read_text())


def vtoll(*words, check=True):
    done = subprocess.run([str(BUILD / "vtoll"), *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, cwd=ROOT, check=False, timeout=300)
    if check:
        assert done.returncode == 0, f"vtoll {' '.join(map(str, words))} ended with {done.returncode}: {done.stderr}"
    return done


def run(name, directory, *words):
    """Run a scenario; returns its stats.json."""
    vtoll("run", name, "--quiet", "-o", directory, *words)
    return json.loads((directory / "stats.json").read_text())


def stat(stats, name):
    return stats["stats"][name]["value"] if name in stats["stats"] else 0


def files_of(directory):
    return {path.relative_to(directory).as_posix(): path.read_bytes()
            for path in sorted(directory.rglob("*")) if path.is_file()}
