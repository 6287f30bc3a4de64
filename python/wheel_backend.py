# SPDX-License-Identifier: Apache-2.0
"""Makes the wheel of a built checkout: what `cmake --install` puts into a prefix, in the places that pip knows (PEP 517, 427).

It needs nothing but Python: it works where there is no network. $VTOLL_BUILD names the build directory, by default
build/release; what is missing there is built first.
"""
from __future__ import annotations

import base64
import hashlib
import os
import pathlib
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bytes each time


def _cmake(*words) -> None:
    subprocess.run(["cmake", *map(str, words)], cwd=ROOT, check=True, stdout=sys.stderr)


def _build() -> pathlib.Path:
    folder = pathlib.Path(os.environ.get("VTOLL_BUILD", ROOT / "build/release")).resolve()
    if not (folder / "build.ninja").exists():
        _cmake("-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DVTOLL_TESTS=OFF")
    _cmake("--build", folder, "--target", "vtoll_cli", "vtoll_python", "guests")
    return folder


def _version(build: pathlib.Path) -> str:
    return subprocess.run([build / "vtoll", "version", "--number"], check=True, capture_output=True, text=True).stdout.strip()


def _tag() -> str:
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"{python}-{python}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def _metadata(version: str) -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {version}", f"Summary: {project['description']}",
             f"License: {project['license']['text']}", f"Requires-Python: {project['requires-python']}"]
    lines += [f"Requires-Dist: {each}" for each in project["dependencies"]]
    for extra, wanted in project["optional-dependencies"].items():
        lines += [f"Provides-Extra: {extra}"] + [f'Requires-Dist: {each}; extra == "{extra}"' for each in wanted]
    lines += ["Description-Content-Type: text/markdown", "", (ROOT / project["readme"]).read_text()]
    return {"METADATA": "\n".join(lines),
            "WHEEL": f"Wheel-Version: 1.0\nGenerator: vtoll {version}\nRoot-Is-Purelib: false\nTag: {_tag()}\n"}


def _places(prefix: pathlib.Path, data: str):
    """Each installed file and its name in the wheel: the package itself, and what goes to the environment's prefix."""
    packages = prefix / "lib/python3/dist-packages"
    for file in sorted(path for path in prefix.rglob("*") if path.is_file()):
        if file.is_relative_to(packages):
            yield file, file.relative_to(packages).as_posix()
        elif file.relative_to(prefix).parts[0] == "bin":
            yield file, f"{data}/scripts/{file.name}"
        else:
            yield file, f"{data}/data/{file.relative_to(prefix).as_posix()}"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None) -> str:
    """PEP 517."""
    build = _build()
    version = _version(build)
    name = f"vtoll-{version}-{_tag()}.whl"
    info = f"vtoll-{version}.dist-info"
    record = []
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as wheel:

        def put(path: str, content: bytes, executable: bool = False) -> None:
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if executable else 0o100644) << 16
            wheel.writestr(entry, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record.append(f"{path},sha256={digest},{len(content)}")

        _cmake("--install", build, "--prefix", folder)
        for file, path in _places(pathlib.Path(folder), f"vtoll-{version}.data"):
            put(path, file.read_bytes(), os.access(file, os.X_OK))
        for path, text in _metadata(version).items():
            put(f"{info}/{path}", text.encode())
        record.append(f"{info}/RECORD,,")
        wheel.writestr(zipfile.ZipInfo(f"{info}/RECORD", EPOCH), "\n".join(record) + "\n")
    return name
