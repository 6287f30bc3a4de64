# SPDX-License-Identifier: Apache-2.0
"""Recorded runs and `vtoll export`, read by readers of their own: folded stacks, Perfetto traces."""
import collections
import json
import os
import re
import sqlite3
import subprocess

import pytest

TIMING = "cortex-a15"

# As far as it is used, from Perfetto's protos/perfetto/trace/trace.proto and those it imports.
PERFETTO = """
syntax = "proto2";
message Trace { repeated TracePacket packet = 1; }
message TracePacket {
  optional uint64 timestamp = 8;
  optional uint32 trusted_packet_sequence_id = 10;
  optional TrackEvent track_event = 11;
  optional TrackDescriptor track_descriptor = 60;
}
message TrackDescriptor {
  optional uint64 uuid = 1;
  optional string name = 2;
  optional ProcessDescriptor process = 3;
  optional ThreadDescriptor thread = 4;
  optional uint64 parent_uuid = 5;
}
message ProcessDescriptor { optional int32 pid = 1; optional string process_name = 6; }
message ThreadDescriptor { optional int32 pid = 1; optional int32 tid = 2; optional string thread_name = 5; }
message DebugAnnotation { optional uint64 uint_value = 3; optional string string_value = 6; optional string name = 10; }
message TrackEvent {
  enum Type { TYPE_UNSPECIFIED = 0; TYPE_SLICE_BEGIN = 1; TYPE_SLICE_END = 2; TYPE_INSTANT = 3; TYPE_COUNTER = 4; }
  repeated DebugAnnotation debug_annotations = 4;
  optional Type type = 9;
  optional uint64 track_uuid = 11;
  repeated string categories = 22;
  optional string name = 23;
  repeated fixed64 flow_ids = 47;
  repeated fixed64 terminating_flow_ids = 48;
}
"""


def vtoll(folder, *words):
    return subprocess.run([os.environ["VTOLL_PROGRAM"], *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=200)


@pytest.fixture(scope="module", params=["page-fault", "world-switch", "para-syscall"])
def runs(request, tmp_path_factory):
    """A folder with the same run twice: `plain`, and `recorded` with everything."""
    folder = tmp_path_factory.mktemp(request.param)
    for name, words in (("plain", []), ("recorded", ["--functions", "--timeline", "10000000"])):
        result = vtoll(folder, "run", request.param, "--timing", TIMING, "-q", "-o", name, *words)
        assert result.returncode == 0, result.stderr
    return folder


def machine(folder, unit="ticks"):
    return json.loads((folder / "stats.json").read_text())["stats"][f"machine.{unit}"]["value"]


def accounts(folder, where="1"):
    with sqlite3.connect(folder / "episodes.sqlite") as books:
        return books.execute(f"SELECT total(ticks) FROM accounts WHERE {where}").fetchone()[0]


def test_recording_changes_nothing(runs):
    for name in ("stats.json", "episodes.sqlite", "console.log"):
        assert (runs / "plain" / name).read_bytes() == (runs / "recorded" / name).read_bytes(), f"{name}, with functions and timeline"


def parse_folded(text):
    """flamegraph.pl: semicolon-separated frames, a space, a count; a line a stack."""
    stacks = {}
    for line in text.splitlines():
        found = re.fullmatch(r"(\S.*) (\d+)", line)
        assert found, f"not a folded stack: {line!r}"
        frames = tuple(found[1].split(";"))
        assert all(frame.strip() for frame in frames), f"an empty frame: {line!r}"
        assert frames not in stacks, f"twice: {line!r}"
        stacks[frames] = int(found[2])
    return stacks


@pytest.mark.parametrize("which", ["plain", "recorded"])
@pytest.mark.parametrize("unit", ["ticks", "instructions"])
def test_folded_stacks_add_up(runs, which, unit):
    result = vtoll(runs, "export", which, "--stacks", "--unit", unit, "-o", "x.folded")
    assert result.returncode == 0, result.stderr
    stacks = parse_folded((runs / "x.folded").read_text())
    assert sum(stacks.values()) == machine(runs / which, unit), "the run's total"
    with sqlite3.connect(runs / which / "episodes.sqlite") as books:
        column = {"ticks": "ticks", "instructions": "insns"}[unit]
        for world, total in books.execute(f"SELECT world, sum({column}) FROM accounts GROUP BY world"):
            assert sum(n for frames, n in stacks.items() if frames[2] == world) == total, world
        phases = {name for name, in books.execute("SELECT name FROM phases") if not name.startswith("hardware ")}
    assert any(frame in phases for frames in stacks for frame in frames[3:]), "phases are frames"
    if which == "recorded":
        assert any(re.search(r"\w \(\w+\.elf\)$", frames[-1]) for frames in stacks), "functions are the last frames"
        assert not any("not recorded" in frame for frames in stacks for frame in frames)


def test_stacks_of_a_part(runs):
    """What began between the markers, exits alone, and both: as many ticks as the books have."""
    books = sqlite3.connect(runs / "recorded/episodes.sqlite")
    exits = "world = 'hypervisor' AND cause <> 'none'"
    measured_exits, = books.execute(f"SELECT total(ticks * count) FROM episodes WHERE measured AND {exits}").fetchone()
    for words, which, expected in ((["--exits"], "recorded", accounts(runs / "recorded", exits)), (["--exits"], "plain", accounts(runs / "plain", exits)),
                                   (["--exits", "--measured"], "recorded", measured_exits), (["--exits", "--measured"], "plain", measured_exits)):
        result = vtoll(runs, "export", which, "--stacks", *words, "-o", "part.folded")
        assert result.returncode == 0, result.stderr
        assert sum(parse_folded((runs / "part.folded").read_text()).values()) == expected, f"{which} {words}"
    markers = dict(books.execute("SELECT option, ticks FROM markers WHERE option IN (1, 2)"))
    assert vtoll(runs, "export", "recorded", "--stacks", "--measured", "-o", "part.folded").returncode == 0
    whole = sum(parse_folded((runs / "part.folded").read_text()).values())
    assert whole == markers[2] - markers[1], "all that lies between the markers"
    result = vtoll(runs, "export", "plain", "--stacks", "--measured", "-o", "refused.folded")
    assert result.returncode == 3 and "expected --exits as well" in result.stderr, "books without functions don't know"


def test_stacks_lie_in_the_run_directory_by_default(runs):
    assert vtoll(runs, "export", "plain", "--stacks").returncode == 0
    assert parse_folded((runs / "plain/stacks.folded").read_text())


def parse_text_format(text):
    """What `protoc --decode` prints, as dictionaries of lists."""
    stack = [collections.defaultdict(list)]
    for line in map(str.strip, text.splitlines()):
        if line.endswith("{"):
            inner = collections.defaultdict(list)
            stack[-1][line[:-1].strip()].append(inner)
            stack.append(inner)
        elif line == "}":
            stack.pop()
        else:
            field, value = line.split(": ", 1)
            assert not field.isdigit(), f"a field that the description doesn't have: {line}"
            stack[-1][field].append(value.strip('"') if value.startswith('"') else int(value) if value.isdigit() else value)
    return stack[0]


@pytest.fixture(scope="module")
def trace(runs):
    (runs / "trace.proto").write_text(PERFETTO)
    result = vtoll(runs, "export", "recorded", "--perfetto", "-o", "x.pftrace")
    assert result.returncode == 0, result.stderr
    with open(runs / "x.pftrace", "rb") as file:
        decoded = subprocess.run(["protoc", "--decode=Trace", "trace.proto"], cwd=runs, stdin=file, capture_output=True, text=True)
    assert decoded.returncode == 0, decoded.stderr
    return parse_text_format(decoded.stdout)["packet"]


def slices_of(trace):
    """Per track: (name, category, begin, end, ticks, flows, last flows), times in nanoseconds, after checking that they nest."""
    open_, done = collections.defaultdict(list), collections.defaultdict(list)
    last = 0
    for packet in trace:
        if not packet["track_event"]:
            continue
        event, = packet["track_event"]
        time, = packet["timestamp"]
        track, = event["track_uuid"]
        assert time >= last, "timestamps ascend"
        last = time
        if event["type"] == ["TYPE_SLICE_BEGIN"]:
            ticks, = (a["uint_value"][0] for a in event["debug_annotations"] if a["name"] == ["ticks"])
            open_[track].append((event["name"][0], event["categories"][0], time, ticks, event["flow_ids"], event["terminating_flow_ids"]))
        else:
            assert event["type"] == ["TYPE_SLICE_END"] and open_[track], "an end has a beginning on its track"
            name, category, begin, ticks, flows, last_flows = open_[track].pop()
            if open_[track]:
                assert open_[track][-1][2] <= begin, f"{name} lies in {open_[track][-1][0]}"
                assert open_[track][-1][1] == "episode", "only episodes have something inside"
            done[track].append((name, category, begin, time, ticks, flows, last_flows))
    assert not any(open_.values()), "every slice ends"
    return done


def test_slices_nest_and_add_up(runs, trace):
    names = {d["uuid"][0]: d["thread"][0]["thread_name"][0] for p in trace for d in p["track_descriptor"] if d["thread"]}
    slices = slices_of(trace)
    assert set(slices) <= set(names), "every track is described"
    sums = collections.Counter()
    for track, found in slices.items():
        world = names[track].split()[-1]
        sums[world] += sum(ticks for _, category, _, _, ticks, *_ in found if category == "interval")
        for name, _, begin, end, ticks, *_ in found:
            assert abs(end - begin - ticks / 1.7) <= 1, f"{name}: nanoseconds at the 1.7 GHz of the model"
    with sqlite3.connect(runs / "recorded/episodes.sqlite") as books:
        assert sums == dict(books.execute("SELECT world, sum(ticks) FROM accounts GROUP BY world HAVING sum(ticks)")), "the ledger's totals"
    hypervisor = [s for track, found in slices.items() if names[track].endswith("hypervisor") for s in found]
    with sqlite3.connect(runs / "recorded/episodes.sqlite") as books:
        count, = books.execute("SELECT sum(count) FROM episodes WHERE world = 'hypervisor'").fetchone()
    assert sum(category == "episode" for _, category, *_ in hypervisor) == count, "a slice an exit"


def test_no_two_intervals_of_a_processor_overlap(runs, trace):
    intervals = sorted((begin, end) for found in slices_of(trace).values() for _, category, begin, end, *_ in found
                       if category == "interval")
    assert all(a[1] <= b[0] for a, b in zip(intervals, intervals[1:])), "these runs have one processor"


def test_flows_lead_from_trap_to_handler_to_return(trace):
    steps = collections.defaultdict(list)
    for track, found in slices_of(trace).items():
        for name, category, begin, end, _, flows, last_flows in found:
            for flow in flows:
                steps[flow].append((begin, end, category, track))
            for flow in last_flows:
                steps[flow].append((begin, end, "return", track))
    assert steps, "there are flows"
    complete = 0
    for flow, found in steps.items():
        found.sort(key=lambda step: (step[0], step[2] != "interval"))
        assert [step[2] for step in found] in (["interval", "episode", "return"], ["interval", "episode"]), (flow, found)
        (_, trapped, _, _), (entered, left, _, handler), *rest = found
        assert trapped == entered, "the trap ends what ran, and begins the handler"
        for resumed, _, _, track in rest:
            assert resumed == left, "what went on begins where the handler ends"
            complete += track != handler
    assert complete > 100, "handlers return to other tracks"


def test_what_was_not_recorded_is_said(runs, tmp_path):
    for words, complaint in ((["plain", "--perfetto"], "expected a run made with --functions or --timeline N"),
                             (["nothing", "--stacks"], "nothing: no run, here or in runs/")):
        result = vtoll(runs, "export", *words, "-o", tmp_path / "x")
        assert result.returncode == 3 and complaint in result.stderr and len(result.stderr.splitlines()) == 1, result.stderr
    assert list(tmp_path.iterdir()) == [], "nothing half-written"
    assert vtoll(runs, "export", "plain").returncode == 2


def test_a_timeline_is_as_long_as_asked(tmp_path):
    assert vtoll(tmp_path, "run", "hypercall", "-q", "-o", "run", "--timeline", "500").returncode == 0
    with sqlite3.connect(tmp_path / "run/recording.sqlite") as recording:
        assert recording.execute("SELECT cpu, intervals, whole FROM timeline").fetchall() == [(0, 500, 0)]
        assert recording.execute("SELECT count(*) FROM functions").fetchone() == (0,), "not asked for"
        begin, end = recording.execute("SELECT min(begin), max(end) FROM intervals").fetchone()
        assert recording.execute("SELECT sum(end - begin) FROM intervals").fetchone() == (end - begin,), "no gaps"
    assert vtoll(tmp_path, "export", "run", "--perfetto").returncode == 0
