#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy (.clang-tidy) over the C++ files that differ from a base; of a header that differs, over a source that
includes it.

    python3 tests/style/tidy.py                     what differs from origin/main
    python3 tests/style/tidy.py --base HEAD~3       from another commit
    python3 tests/style/tidy.py core/cpu/*.cpp      these files

A build directory must be configured. A file takes two to thirty seconds.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import tracked

ROOT = tracked.ROOT


def git(*words):
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()


def changed(base):
    return [*git("diff", "--name-only", "--diff-filter=d", base), *git("ls-files", "--others", "--exclude-standard")]


def includer(header, compiled):
    """A compiled source that includes the header, by way of other headers if need be."""
    seen, waiting = {header}, [header]
    while waiting:
        name = waiting.pop(0)
        users = subprocess.run(["git", "grep", "-l", "--fixed-strings", f'#include "{name}"', "--", "*.cpp", "*.hpp"],
                               cwd=ROOT, capture_output=True, text=True).stdout.split()
        for user in users:
            if user in compiled:
                return user
        waiting += [user for user in users if user not in seen]
        seen.update(users)
    return None


def sources(names, compiled):
    """The compiled sources that show these files to clang-tidy."""
    shown = {name if name in compiled else includer(name, compiled) for name in names if name.endswith((".cpp", ".hpp"))}
    return sorted(shown - {None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="origin/main", help="commit to compare with (origin/main)")
    parser.add_argument("--build", default="build/release", type=pathlib.Path, help="build directory (build/release)")
    parser.add_argument("--jobs", default=os.cpu_count(), type=int)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()

    build = ROOT / options.build
    database = build / "compile_commands.json"
    if not database.exists():
        sys.exit(f"{database} is not there; expected a configured build directory (cmake --preset release)")
    compiled = {os.path.relpath(entry["file"], ROOT) for entry in json.loads(database.read_text())}
    looked_at = [os.path.relpath(file, ROOT) for file in options.files] or changed(options.base)
    names = sources(looked_at, compiled)
    headers = "|".join(re.escape(name) for name in looked_at if name.endswith(".hpp")) or "none"  # others are as they were

    def tidy(name):
        begin = time.monotonic()
        done = subprocess.run(["clang-tidy", "-p", build, "--quiet", f"--header-filter=/({headers})$", name], cwd=ROOT,
                              capture_output=True, text=True)
        return name, done.returncode, done.stdout, done.stderr, time.monotonic() - begin

    bad = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for name, code, out, err, seconds in pool.map(tidy, names):
            print(f"{'ok ' if code == 0 else 'BAD'} {seconds:5.1f} s  {name}", flush=True)
            if code:
                bad += 1
                print(out or err)
    print(f"{len(names)} files, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
