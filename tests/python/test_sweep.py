# SPDX-License-Identifier: Apache-2.0
"""A sweep has the same bytes for any number of workers, after a kill, and on a cluster."""
import os
import pathlib
import signal
import subprocess
import time

import pytest
import vtoll

PARAMETERS = {"timing": ["cortex-a7", "cortex-a15"], "cache.l2.size": ["128K", "256K", "1M"], "memory.ns": [60, 90, 120, 180]}
WORDS = ["-P", "timing=cortex-a7,cortex-a15", "-P", "cache.l2.size=128K,256K,1M", "-P", "memory.ns=60,90,120,180"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Twenty-four points, two at a time, uninterrupted."""
    return vtoll.sweep("syscall", PARAMETERS, output=tmp_path_factory.mktemp("whole") / "sweep.sqlite", jobs=2, progress=None)


def test_every_combination_is_there(whole):
    frame = whole.frame
    assert len(frame) == 24 and (frame["outcome"] == "power_off").all()
    assert list(frame.columns[:3]) == list(PARAMETERS)
    assert frame.groupby(["timing", "cache.l2.size", "memory.ns"]).ngroups == 24
    a15 = frame.query("timing == 'cortex-a15'").groupby("memory.ns")["ticks"].mean()
    assert a15.is_monotonic_increasing, f"dearer memory costs time: {a15.to_dict()}"
    assert (frame.groupby("timing")["instructions"].nunique() == 1).all(), "the work is the same, but for reading another tree"
    assert whole.ledger.groupby("point")["ticks"].sum().tolist() == frame["ticks"].tolist(), "books add up at every point"
    assert not pathlib.Path(f"{whole.path}.parts").exists()


def test_one_worker_writes_the_same_bytes(whole, tmp_path):
    alone = vtoll.sweep("syscall", PARAMETERS, output=tmp_path / "sweep.sqlite", jobs=1, progress=None)
    assert alone.path.read_bytes() == whole.path.read_bytes()


def test_killed_half_way_and_resumed(whole, tmp_path):
    output = tmp_path / "sweep.sqlite"
    command = [os.environ["VTOLL_PROGRAM"], "sweep", "syscall", *WORDS, "-o", output, "--format", "csv"]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    parts = pathlib.Path(f"{output}.parts")
    deadline = time.monotonic() + 200
    while len(list(parts.glob("[0-9a-f]*.json"))) < 8:
        assert process.poll() is None, "ended before it could be killed"
        assert time.monotonic() < deadline, "no eight points in 200 seconds"
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not output.exists(), "nothing half-written"
    done = len(list(parts.glob("[0-9a-f]*.json")))
    resumed = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert resumed.returncode == 0, resumed.stderr
    assert f"{done} of 24 points are there already" in resumed.stderr
    assert output.read_bytes() == whole.path.read_bytes()
    assert len(resumed.stdout.splitlines()) == 25, "a header and a line a point"


def test_a_cluster_writes_the_same_bytes(whole, tmp_path):
    distributed = pytest.importorskip("distributed")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}  # workers don't have the package
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                                  env=environment) as cluster:
        there = vtoll.sweep("syscall", PARAMETERS, output=tmp_path / "sweep.sqlite", dask=cluster.scheduler_address, progress=None)
    assert there.path.read_bytes() == whole.path.read_bytes()


@pytest.mark.parametrize("words, code, said", [
    (["-P", "cache.l2.size=3"], 3, "timing.set: cache.l2.size: expected"),
    (["-P", "cache.l2.sise=128K"], 3, "timing.set: cache.l2.sise"),
    (["-P", "machine.cpux=2"], 3, "unknown key 'machine.cpux'"),
    (["-P", "machine.cpus"], 2, "-P machine.cpus: expected key=value"),
    ([], 2, "--parameter is required"),
])
def test_wrong_words(words, code, said, tmp_path):
    command = [os.environ["VTOLL_PROGRAM"], "sweep", "syscall", "-c", "timing.rung=cortex-a15", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == code and said in done.stderr, done.stderr
    assert not (tmp_path / "sweep.sqlite").exists()


def test_points_that_fail_are_in_the_results(tmp_path):
    sweep = vtoll.sweep("syscall", {"limits.instructions": [1000, 100_000_000]}, output=tmp_path / "s.sqlite", progress=None)
    assert sweep.frame["exit_code"].tolist() == [4, 0]


def test_a_point_that_begins_as_its_sweep_ends_is_ended():
    """Its thread may be about to say that it began one when the main thread ends all that it knows of."""
    from vtoll.sweeping import _Processes
    processes = _Processes()
    before, behind = (subprocess.Popen(["sleep", "600"]) for _ in range(2))
    try:
        processes.add(before)
        processes.end()
        processes.add(behind)
        assert (before.wait(60), behind.wait(60)) == (-signal.SIGINT, -signal.SIGINT), "both are ended"
    finally:
        for process in (before, behind):
            process.kill()
