# SPDX-License-Identifier: Apache-2.0
"""Sweeps: the same scenario at every combination of parameters, by local processes or on a dask cluster."""
from __future__ import annotations

import concurrent.futures
import contextlib
import fcntl
import functools
import hashlib
import itertools
import json
import logging
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import typing
from collections.abc import Callable, Mapping, Sequence

from vtoll import files, point, program, store
from vtoll.documents import Database
from vtoll.errors import InvalidInput, refused
from vtoll.files import Kind, put
from vtoll.scenario import Scenario, scenario_keys

if typing.TYPE_CHECKING:
    import pandas


class Sweep:
    """A finished sweep. ``Sweep("sweep.sqlite")`` reads one."""

    def __init__(self, path: str | os.PathLike):
        self.path = pathlib.Path(path)
        if not self.path.is_file():
            raise InvalidInput(f"{path}: no such file; expected the results of a sweep")
        if not files.SWEEP.told(self.path):
            raise InvalidInput(f"{path}: is not the results of a sweep, or damaged; expected what vtoll sweep leaves")

    def query(self, statement: str) -> pandas.DataFrame:
        """The rows of an SQL statement; docs/python.md has the tables."""
        with Database(self.path, left="expected it as vtoll sweep leaves it") as database:
            return database.frame(statement)

    @functools.cached_property
    def frame(self) -> pandas.DataFrame:
        """A row a point: its parameters, then outcome, instructions, ticks, and medians of the measured samples."""
        parameters = self.query("SELECT * FROM parameters")
        names = json.loads(self.query("SELECT value FROM meta WHERE name = 'parameters'")["value"][0])
        values = parameters.pivot(index="point", columns="parameter", values="value")[names]
        measured = self.query("SELECT * FROM points").set_index("point")
        return values.join(measured.drop(columns=[n for n in names if n in measured])).infer_objects()

    @functools.cached_property
    def ledger(self) -> pandas.DataFrame:
        """The accounts of every point: point, cpu, world, cause, vm, phase, stall, instructions, ticks."""
        return self.query("SELECT * FROM accounts")

    def __repr__(self):
        return f"<vtoll.Sweep {self.path}: {len(self.frame)} points>"

    def _repr_html_(self):
        return self.frame.to_html()


def _overrides(scenario: Scenario, parameters: Mapping[str, object]) -> dict[str, object]:
    """Keys as the scenario has them. What isn't a key of scenarios is a number of the timing model."""
    sections = {name.split(".")[0] for name in scenario_keys()}
    keys = {}
    for name, value in parameters.items():
        if name == "timing":
            keys["timing.rung"] = value
        elif name.split(".")[0] in sections:
            keys[name] = value
        else:
            keys[f"timing.set.{name}"] = value
    return keys


def _key(words: list[str], config: str, version: str) -> str:
    return hashlib.sha256("\0".join([version, config, *words]).encode()).hexdigest()


_PART = Kind("a finished point", lambda path: True)


class _Parts:
    """What is finished, beside the file to come: a sweep that was killed goes on from there."""

    def __init__(self, output: pathlib.Path):
        self.output = output
        self.folder = output.with_name(output.name + ".parts")

    def __enter__(self) -> _Parts:
        """The folder is this sweep's alone."""
        try:
            while True:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._held = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                try:
                    fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    os.close(self._held)
                    raise
                with contextlib.suppress(FileNotFoundError):
                    if os.path.samestat(os.fstat(self._held), self.folder.stat()):
                        return self
                os.close(self._held)  # another sweep ended between the two
        except BlockingIOError as error:
            raise InvalidInput(f"{self.output}: another sweep is at work on it; expected another name, or a while later") from error
        except OSError as error:
            raise refused(error, f"{self.folder}: can't be made") from error

    def read(self, key: str) -> dict | None:
        """None: it is not there, or not whole."""
        try:
            part = json.loads((self.folder / f"{key}.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return part if isinstance(part, dict) and part.keys() == point.KEPT else None

    def write(self, key: str, result: dict) -> None:
        put(json.dumps(result), self.folder / f"{key}.json", _PART)

    def __exit__(self, *_) -> None:
        with contextlib.suppress(OSError):
            self.folder.rmdir()  # where nothing is in it
        os.close(self._held)

    def remove(self) -> None:
        """What sweeps put there, that is."""
        with contextlib.suppress(OSError):
            for left in self.folder.iterdir():
                if left.name.startswith("vtoll-") and left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                elif re.fullmatch(r"[0-9a-f]{64}\.json|\.[0-9a-f]{64}\.json\.\d+|\..*\.\d+(-journal)?", left.name):
                    left.unlink(missing_ok=True)


class _Processes:
    """Those of the points that run here. Threads begin them; whoever ends the sweep ends them, those too that are begun just then."""

    def __init__(self):
        self._lock = threading.Lock()
        self._begun: list[subprocess.Popen] = []
        self._ended = False

    def add(self, process: subprocess.Popen) -> None:
        with self._lock:
            self._begun.append(process)
            if self._ended:
                process.send_signal(signal.SIGINT)

    def end(self) -> None:
        with self._lock:
            self._ended = True
            for process in self._begun:
                process.send_signal(signal.SIGINT)  # nothing happens to one that has ended


def _local(jobs: int | None, folder: pathlib.Path, begun: Callable[[subprocess.Popen], None]):
    executor = concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count() or 1)  # each waits for a process
    return executor, functools.partial(executor.submit, folder=str(folder), begun=begun), concurrent.futures.as_completed


def _cluster(address: str):
    import cloudpickle
    import distributed
    cloudpickle.register_pickle_by_value(point)  # workers need Python and the program, not this package
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it has to say comes back as an exception
    try:
        client = distributed.Client(address, timeout="10s")
    except Exception as error:  # pylint: disable=broad-except  # OSError, ValueError, TimeoutError, its own
        raise InvalidInput(f"--dask {address}: {_first_line(error)}; expected the address of a scheduler that answers") from error
    return client, functools.partial(client.submit, pure=False), distributed.as_completed


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _result_of(future, dask: str | None) -> dict:
    """Of a point. A cluster may be gone, or have workers that can't do it."""
    if not dask:
        return future.result()
    try:
        return future.result()
    except Exception as error:  # pylint: disable=broad-except  # whatever happened there, and what happened to it
        raise InvalidInput(f"--dask {dask}: {type(error).__name__}: {_first_line(error)}; expected workers that live, and have "
                           f"the program as {program.path()}") from error


def _tell(text: str) -> None:
    print(f"vtoll: {text}", file=sys.stderr, flush=True)


def _measure(points: list[tuple], parts: _Parts, jobs: int | None, dask: str | None, progress: Callable[[str], None] | None) -> None:
    """Those that are not in `parts` yet. `points`: combination, words of the run, key."""
    todo = [p for p in points if parts.read(p[2]) is None]
    if progress and len(todo) < len(points):
        progress(f"{len(points) - len(todo)} of {len(points)} points are there already")
    processes = _Processes()
    pending: dict = {}
    executor, submit, as_completed = _cluster(dask) if dask else _local(jobs, parts.folder, processes.add)
    try:
        for combination, words, key in todo:
            pending[submit(point.measure, program.path(), words)] = (combination, key)
        for done, future in enumerate(as_completed(pending), len(points) - len(todo) + 1):
            combination, key = pending[future]
            name = ", ".join(f"{k}={v}" for k, v in combination.items())
            result = _result_of(future, dask)
            if "interrupted" in result:
                raise KeyboardInterrupt
            if "refused" in result:
                raise InvalidInput(f"{name}: {result['refused']}")
            parts.write(key, result)
            if progress:
                progress(f"point {done} of {len(points)}: {name}")
    except BaseException:
        with contextlib.suppress(Exception):  # of a cluster that is gone
            for future in pending:
                future.cancel()
        processes.end()
        raise
    finally:
        if dask:
            with contextlib.suppress(Exception):
                executor.close(timeout=5)
        else:
            executor.shutdown()


def sweep(scenario: Scenario | str, parameters: Mapping[str, Sequence], *, output: str | os.PathLike = "sweep.sqlite",
          jobs: int | None = None, dask: str | None = None, progress: Callable[[str], None] | None = _tell) -> Sweep:
    """Run `scenario` at every combination of `parameters` and write their books to the SQLite file `output`.

    `parameters`: values by name. A name is a key of scenarios ("machine.cpus"), "timing" for the model, or a number of
    the model ("cache.l2.size"). `jobs`: runs at a time, default one per processor. `dask`: address of a
    dask.distributed scheduler whose workers have the program at the same path. The file has the same bytes whatever
    these are. Finished points lie in `output`.parts until the end: the same call goes on after a kill.
    Raises InvalidInput, naming the point, when a combination can't be run. A point whose guest fails is in the results.
    """
    base = scenario if isinstance(scenario, Scenario) else Scenario(scenario)
    if not parameters or not all(len(values) for values in parameters.values()):
        raise InvalidInput("nothing to sweep: expected at least one value of at least one parameter")
    if os.fspath(output) == files.STANDARD_OUTPUT:
        with tempfile.TemporaryDirectory(prefix="vtoll-") as folder:
            result = sweep(base, parameters, output=pathlib.Path(folder, "sweep.sqlite"), jobs=jobs, dask=dask, progress=progress)
            result.frame  # read while it is there
            put(result.path.read_bytes(), output, files.SWEEP)
            return result
    files.expect(output, files.SWEEP)
    output = pathlib.Path(output)
    if output.exists() and not output.is_file():
        raise InvalidInput(f"{output}: is no file; expected the name of one, for the results")
    combinations = [dict(zip(parameters, values)) for values in itertools.product(*parameters.values())]
    version = program.call(["version"])
    made_by = version + hashlib.sha256(pathlib.Path(program.path()).read_bytes()).hexdigest()
    parts = _Parts(output)
    points = []
    for combination in combinations:
        run = base.with_(_overrides(base, combination))
        points.append((combination, run.words, _key(run.words, run.to_toml(), made_by)))

    meta = {"schema": "vtoll-sweep 1", "scenario": base.what, "overrides": json.dumps(base.overrides),
            "parameters": json.dumps(list(parameters)), "tool": version.strip()}
    with parts:
        _measure(points, parts, jobs, dask, progress)
        store.write(output, meta, [(combination, parts.read(key)) for combination, _, key in points], parts.folder)
        parts.remove()
    return Sweep(output)
