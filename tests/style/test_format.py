# SPDX-License-Identifier: Apache-2.0
"""C++ and C are as clang-format writes them. Workloads of others' making (workloads/user) are as they came."""
import re
import subprocess

import tracked


def test_clang_format():
    files = [name for name in tracked.tracked(".cpp", ".hpp", ".c", ".h") if not name.startswith("workloads/user/")]
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=tracked.ROOT, capture_output=True, text=True)
    places = sorted(set(re.findall(r"^(\S+:\d+):\d+: error", done.stderr, re.M)))
    assert done.returncode == 0, "\n".join(["not as `clang-format -i` writes them:", *(places or [done.stderr])])
