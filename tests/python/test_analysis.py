# SPDX-License-Identifier: Apache-2.0
"""What the verbs say of finished runs, from Python."""
import os
import pathlib
import sqlite3

import pytest
import vtoll
from vtoll import pictures


@pytest.fixture(scope="module")
def fault(tmp_path_factory):
    return vtoll.run("page-fault", timing="cortex-a15", functions=True, timeline=100000, output=tmp_path_factory.mktemp("runs") / "fault")


def test_every_name_is_there():
    for name in dir(vtoll):
        assert getattr(vtoll, name) is not None, name
    assert vtoll.__version__ and vtoll.__version__[0].isdigit()


def test_everything_public_says_what_it_is():
    for name in vtoll.__all__:
        each = getattr(vtoll, name)
        assert (each.__doc__ or "").strip(), f"vtoll.{name}"
        if isinstance(each, type) and not issubclass(each, Exception):
            said = {n: getattr(v, "__doc__", None) for n, v in vars(each).items() if not n.startswith("_") and (callable(v) or isinstance(v, property))}
            assert all(said.values()), f"vtoll.{name}: {[n for n, doc in said.items() if not doc]}"


def test_a_run_is_recorded_as_asked(fault):
    with sqlite3.connect(fault.folder / "recording.sqlite") as recording:
        assert recording.execute("SELECT count(*) FROM functions").fetchone()[0] > 10
        assert recording.execute("SELECT sum(intervals) FROM timeline").fetchone()[0] > 1000
    with pytest.raises(vtoll.LimitReached) as raised:
        vtoll.run("hypercall", limit=1000)
    assert raised.value.result.stats["value"]["machine.instructions"] == 1000
    with pytest.raises(vtoll.UsageError, match="a scenario, or a hypervisor, a kernel"):
        vtoll.run()


def test_a_machine_without_a_scenario():
    """A hypervisor of one's own, without a guest: as `vtoll run --hypervisor` takes it."""
    guests = pathlib.Path(os.environ["VTOLL_PROGRAM"]).parent / "guest"
    result = vtoll.run(hypervisor=guests / "foreign-threads.elf", boot={"memory": "64M"}, timing="cortex-a15", limit=50_000_000)
    assert result.config["machine"]["ram"] == "64M" and result.outcome == "power_off", result
    with pytest.raises(vtoll.InvalidInput, match="none.elf"):
        vtoll.run(kernel="none.elf")


def test_report_and_export(fault, tmp_path):
    page = vtoll.report(fault, output=tmp_path / "page.html", pictures=tmp_path / "pictures")
    assert "stage2-fault" in page.read_text() and (tmp_path / "pictures/exits.png").stat().st_size > 1000
    stacks = vtoll.export(fault, tmp_path / "x.folded", exits=True)
    assert all(";hypervisor;" in line for line in stacks.read_text().splitlines())
    assert vtoll.export(fault, tmp_path / "x.pftrace", form="perfetto").stat().st_size > 1000
    assert callable(vtoll.report), "the function, not a module"


def test_explain():
    table = vtoll.explain("hypercall", placements=1)
    whole = table.frame.query("part == 'operation'").set_index("what")["cycles"]
    assert whole["together"] == pytest.approx(whole.drop("together").sum()), "it adds up"


def test_a_trace_is_recorded_and_played(tmp_path):
    trace = vtoll.trace("minios-native", tmp_path / "x.trace", timing="cortex-a8", most=200_000)
    assert "minios-native" in trace.info
    native, guest = trace.replay(), trace.replay("batched")
    assert guest.stats["value"]["machine.ticks"] > native.stats["value"]["machine.ticks"], "crossings cost"


@pytest.mark.parametrize("value, rounded, short", [
    (104, "104", "104"), (99.96, "100", "100"), (0.000012, "0.000012", "0.000012"), (0, "0", "0"), (999_999, "1000000", "1000k"),
    (-12_345_678, "-12300000", "-12.3M")])
def test_numbers_of_pictures_have_no_exponents(value, rounded, short):
    assert (pictures.rounded(value), pictures.short(value)) == (rounded, short)
