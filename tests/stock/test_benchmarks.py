# SPDX-License-Identifier: Apache-2.0
"""The real lmbench and netperf run and print figures."""
import re
import sqlite3

import pytest

from conftest import console_of

# What a row's figure looks like; the number must not be zero. lat_pipe takes a second of the machine's time: left out.
LMBENCH = {
    "null": r"Simple syscall: (\S+) microseconds", "read": r"Simple read: (\S+) microseconds",
    "write": r"Simple write: (\S+) microseconds", "stat": r"Simple stat: (\S+) microseconds",
    "fstat": r"Simple fstat: (\S+) microseconds", "open": r"Simple open/close: (\S+) microseconds",
    "select": r"Select on 10 fd's: (\S+) microseconds",
    "sig_install": r"Signal handler installation: (\S+) microseconds",
    "sig_catch": r"Signal handler overhead: (\S+) microseconds", "sig_prot": r"Protection fault: (\S+) microseconds",
    "unix": r"AF_UNIX sock stream latency: (\S+) microseconds", "fork": r"Process fork\+exit: (\S+) microseconds",
    "exec": r"Process fork\+execve: (\S+) microseconds", "shell": r"Process fork\+/bin/sh -c: (\S+) microseconds",
    "ctx": r"^2 (\S+)$",
}
NETPERF = {"tcp_stream": r"^ *131072 +16384 +16384 +\S+ +(\S+) *$", "udp_stream": r"^ *180224 +\S+ +\d+ +(\S+) *$",
           "tcp_rr": r"^ *16384 +131072 +1 +1 +\S+ +(\S+) *$", "udp_rr": r"^ *180224 +180224 +1 +1 +\S+ +(\S+) *$"}


@pytest.mark.parametrize("scenario, command_line", [("linux-native", "machine.bootargs"),
                                                    ("xen-dom0", "domain.0.bootargs")])
def test_every_row_prints_a_figure(boot, scenario, command_line):
    rows = {**LMBENCH, **NETPERF}
    directory = boot(scenario, "-c", f'{command_line}+=quiet run={",".join(rows)}')
    console = console_of(directory)
    assert "failed with" not in console, console
    parts = re.split(r"^vtoll: (\w+)\n", console, flags=re.MULTILINE)
    printed = dict(zip(parts[1::2], parts[2::2]))
    for row, pattern in rows.items():
        found = re.search(pattern, printed.get(row, ""), re.MULTILINE)
        assert found and float(found[1]) > 0, f"{row} prints a figure: {printed.get(row)}"

    with sqlite3.connect(directory / "episodes.sqlite") as books:
        options = [option for option, in books.execute("SELECT option FROM markers ORDER BY rowid")]
    assert options == [5, 1] + [6, 3, 4, 7] * len(rows) + [2], "markers around the rows and around each"
