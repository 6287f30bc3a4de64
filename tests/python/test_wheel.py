# SPDX-License-Identifier: Apache-2.0
"""The wheel: made of the build tree by pip, without a network, and whole by itself."""
import os
import pathlib
import subprocess
import sys
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("VTOLL_") and name != "PYTHONPATH"}


def done(*words, **environment):
    ended = subprocess.run([*map(str, words)], env={**CLEAN, **environment}, capture_output=True, text=True, timeout=280)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A virtual environment with the wheel in it, and the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    done(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "-q", "-w", folder, ROOT,
         VTOLL_BUILD=str(pathlib.Path(os.environ["VTOLL_PROGRAM"]).parent))
    wheel, = folder.glob("*.whl")
    done(sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", folder / "env")
    done(sys.executable, "-m", "pip", "--python", folder / "env/bin/python", "install", "-q", "--no-deps", "--no-index", wheel)
    return folder / "env", wheel


def test_what_is_in_it(environment):
    _, wheel = environment
    with zipfile.ZipFile(wheel) as file:
        assert file.testzip() is None
        names = file.namelist()
    version, = {name.split("/")[0].removesuffix(".dist-info") for name in names if ".dist-info/" in name}
    assert version == f"vtoll-{done(os.environ['VTOLL_PROGRAM'], 'version', '--number').strip()}"
    assert {"vtoll/__init__.py", f"{version}.data/scripts/vtoll", f"{version}.data/data/share/vtoll/guest/pure.elf"} <= set(names)


def test_it_works_by_itself(environment):
    env, _ = environment
    said = done(env / "bin/python", "-B", "-c", """if True:
        import vtoll
        print(vtoll.__file__, vtoll.__version__)
        result = vtoll.run("hypercall", timing="cortex-a15", functions=True)
        print(result.outcome, len(result.exits()))""")
    assert said.startswith(str(env)) and "power_off" in said, said
    assert "world switch" in done(env / "bin/vtoll", "tables", "-q"), "the program and its guests"
