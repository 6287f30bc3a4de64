# SPDX-License-Identifier: Apache-2.0
"""A machine in a process of its own, for `Machine(..., worker=True)`: SystemC makes one in a process.

A Session answers here by its methods' names and arguments, which are plain values, over a pipe.
"""
from __future__ import annotations

import multiprocessing.connection
import os
import pathlib
import signal
import socket
import subprocess
import sys

from vtoll.errors import UsageError, VtollError


class RemoteRam:
    """RAM of another process: no buffer, but as long, and at the same address."""

    def __init__(self, session: RemoteSession, base: int, size: int):
        self._session, self.base, self._size = session, base, size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: slice) -> bytes:
        """A copy of ``ram[from:to]``, offsets from its beginning."""
        first, after, step = place.indices(self._size)
        if step != 1:
            raise UsageError("ram[from:to]: expected two offsets")
        return self._session.read_physical(self.base + first, max(0, after - first))


class RemoteSession:
    """What vtoll._machine.Session is, in a worker."""

    def __init__(self, scenario: str, settings: list[str], restore: str):
        ours, theirs = socket.socketpair()
        code = f"import sys; sys.path.insert(0, {str(pathlib.Path(__file__).parents[1])!r}); from vtoll import worker; worker.serve()"
        with theirs:
            self._process = subprocess.Popen([sys.executable, "-c", code, str(theirs.fileno())], pass_fds=[theirs.fileno()],
                                             start_new_session=True)  # a terminal's Ctrl-C comes by way of this process
        self._pipe = multiprocessing.connection.Connection(ours.detach())
        try:
            self._ask("Session", scenario, settings, restore)
        except BaseException:
            self.close()
            raise

    def _ask(self, name: str, *arguments):
        try:
            self._pipe.send((name, arguments))
            while True:
                try:
                    failed, answer = self._pipe.recv()
                    break
                except KeyboardInterrupt:  # the machine stands still first, and says so
                    self._process.send_signal(signal.SIGINT)
        except (EOFError, OSError) as error:
            raise VtollError("the worker of this machine has ended; expected it to live as long as the machine") from error
        if failed:
            raise answer
        return answer

    def __getattr__(self, name: str):
        return lambda *arguments: self._ask(name, *arguments)

    def ram(self) -> RemoteRam:
        return RemoteRam(self, *self._ask("ram"))

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGUSR1)

    def close(self) -> None:
        self._pipe.close()  # what ends the worker
        self._process.wait()


def serve() -> None:
    """In the worker: answers until the other end is closed."""
    from vtoll.machine import _extension

    session = None
    signal.signal(signal.SIGUSR1, lambda *_: session and session.interrupt())
    pipe = multiprocessing.connection.Connection(int(sys.argv[1]))
    while True:
        try:
            name, arguments = pipe.recv()
            if name == "Session":
                session, answer = _extension().Session(*arguments), None
            else:
                answer = getattr(session, name)(*arguments)
            pipe.send((False, (answer.base, len(answer)) if name == "ram" else answer))
        except EOFError:
            break
        except KeyboardInterrupt as stopped:
            pipe.send((True, stopped))
        except Exception as error:  # whatever it is, it is raised where the question came from
            pipe.send((True, error))
    if session:
        session.close()
    os._exit(0)  # the simulation's threads have nothing to put away
