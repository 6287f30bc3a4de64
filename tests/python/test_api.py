# SPDX-License-Identifier: Apache-2.0
"""Runs, their books as frames, tables and comparisons from Python."""
import json

import pytest
import vtoll


@pytest.fixture(scope="module")
def hypercall():
    return vtoll.run("hypercall", timing="cortex-a15")


def test_a_run_is_its_books(hypercall):
    assert hypercall.outcome == "power_off" and hypercall.timing == "cortex-a15"
    assert "hypercall: done" in hypercall.console
    assert hypercall.config["timing"]["rung"] == "cortex-a15"
    assert {i["name"] for i in hypercall.manifest["inputs"]} >= {"hypercall.toml", "guest/pure.elf"}, hypercall.manifest


def test_the_ledger_adds_up_to_the_machine(hypercall):
    for unit in ("instructions", "ticks"):
        machine = hypercall.stats["value"][f"machine.{unit}"]
        assert hypercall.ledger[unit].sum() == machine, f"accounts and {unit}"
        assert hypercall.table()[unit].sum() == machine, f"the table and {unit}"
    shares = hypercall.table(by=["world"])["ticks_share"]
    assert shares.sum() == pytest.approx(1) and shares.is_monotonic_decreasing


def test_episodes_and_their_phases_agree(hypercall):
    calls = hypercall.episodes.query("cause == 'hypercall'")
    assert calls["count"].sum() == 273, "as the README's example says"
    phases = hypercall.episode_phases.groupby("episode")["ticks"].sum()
    assert (phases.reindex(calls["episode"]).to_numpy() == calls["ticks"].to_numpy()).all(), "phases of an episode are all of it"
    exits = hypercall.exits()
    assert exits["exits"].sum() == hypercall.episodes.query("world == 'hypervisor' and finished")["count"].sum()
    assert set(hypercall.exits(by=["cpu"])["cpu"]) == {0}


def test_samples_and_html(hypercall):
    assert len(hypercall.samples.query("measured == 1")) == 256
    assert "hypercall" in hypercall._repr_html_() and "<table" in hypercall._repr_html_()


def test_scenarios():
    assert {"hypercall", "minios-pure"} <= set(vtoll.scenarios())
    scenario = vtoll.Scenario("hypercall", {"machine.cpus": 1, "timing.rung": "weights"}).with_({"machine.ram": "256M"})
    assert scenario.config["machine"]["ram"] == "256M" and scenario.config["timing"]["rung"] == "weights"
    assert repr(vtoll.Scenario("x")) == "Scenario('x')"


def test_a_result_is_kept_where_it_is_wanted(tmp_path):
    first = vtoll.run("hypercall", output=tmp_path / "run")
    again = vtoll.Result(tmp_path / "run")
    assert repr(first) == repr(again)
    with pytest.raises(vtoll.InvalidInput, match="not a run directory"):
        vtoll.Result(tmp_path)


@pytest.mark.parametrize("overrides, kind, words", [
    ({"machine.cpus": 9}, vtoll.InvalidInput, "machine.cpus: expected 1 to 8"),
    ({"machine.cor": 1}, vtoll.InvalidInput, "unknown key 'machine.cor'"),
    ({"limits.instructions": 1000}, vtoll.LimitReached, "1000"),
])
def test_what_goes_wrong_is_an_exception(overrides, kind, words):
    with pytest.raises(kind, match=words) as raised:
        vtoll.run("hypercall", overrides)
    if kind is vtoll.LimitReached:
        assert raised.value.result.stats["value"]["machine.instructions"] >= 1000, "the books of what ran"


def test_a_refused_run_has_not_the_books_of_an_earlier_one(tmp_path):
    vtoll.run("tick", output=tmp_path / "run", limit=1000000000)
    with pytest.raises(vtoll.InvalidInput) as raised:
        vtoll.run("tick", {"timing.rung": "no-such-model"}, output=tmp_path / "run")
    assert raised.value.result is None, "nothing ran"


def test_a_run_that_was_ended_has_its_books(tmp_path):
    """By a signal, say: exit code 130 has no exception of its own."""
    def write(folder):
        vtoll.run("tick", output=folder)
        raise vtoll.VtollError("interrupted")
    with pytest.raises(vtoll.VtollError) as raised:
        vtoll.Result.made_by(write, tmp_path / "run")
    assert raised.value.result.outcome == "power_off", "the books of what ran"


def test_comparing_two_runs(hypercall):
    table = hypercall.compare(vtoll.run("hypercall", {"timing.set.memory.ns": 300}, timing="cortex-a15"))
    assert [c["timing"]["model"] for c in table.document["columns"]] == ["cortex-a15", "cortex-a15 [memory.ns=300]"]
    assert "hypervisor" in str(table) and "<pre>" in table._repr_html_()


def test_tables():
    table = vtoll.tables("size")
    assert "OKL4" in str(table)
    assert len(table.frame) == len(table.document["rows"]) > 0
    json.dumps(table.document)
    latex = table.to("latex")
    assert latex.startswith(r"\begin{tabular}") and latex.count(r" \\") == len(table.frame) + 1, "a head and the rows"
    assert table.to("html").count("<tr>") == len(table.frame) + 1 and table.to("md").count("\n") == len(table.frame) + 2
