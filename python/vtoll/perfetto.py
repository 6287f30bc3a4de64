# SPDX-License-Identifier: Apache-2.0
"""A run's timeline for https://ui.perfetto.dev: a process per virtual machine, a thread per processor and privilege level.

A slice is an episode, with a slice for each of its intervals inside, or an interval outside episodes. Flows lead from what
was interrupted to the handler, and from there to what went on. Time is the machine's, in nanoseconds, rounded down; every slice
has its length in ticks. Field numbers are those of Perfetto's protos/perfetto/trace/: trace.proto, trace_packet.proto, track_event/*.proto.
"""
from __future__ import annotations

import itertools
from collections.abc import Iterator

from vtoll import protobuf as pb
from vtoll.errors import InvalidInput
from vtoll.recording import Episode, Interval, Recording
from vtoll.result import Result

PACKET = 1  # Trace
TIMESTAMP, TRUSTED_SEQUENCE, TRACK_EVENT, TRACK_DESCRIPTOR = 8, 10, 11, 60  # TracePacket
UUID, NAME, PROCESS, THREAD = 1, 2, 3, 4  # TrackDescriptor
EVENT_ANNOTATION, EVENT_TYPE, EVENT_TRACK, EVENT_CATEGORY, EVENT_NAME, FLOW, LAST_FLOW = 4, 9, 11, 22, 23, 47, 48  # TrackEvent
BEGIN, END = 1, 2  # TrackEvent.Type
ANNOTATION_UINT, ANNOTATION_TEXT, ANNOTATION_NAME = 3, 6, 10  # DebugAnnotation
SEQUENCE = 1


def _annotation(name: str, value) -> bytes:
    content = pb.text(ANNOTATION_TEXT, value) if isinstance(value, str) else pb.number(ANNOTATION_UINT, value)
    return pb.message(EVENT_ANNOTATION, pb.text(ANNOTATION_NAME, name), content)


class _Slice:
    """Begins and ends on a track; `inside` are slices within it, in order."""

    def __init__(self, name: str, category: str, begin: int, end: int, annotations: dict):
        self.name, self.category, self.begin, self.end = name, category, begin, end
        self.annotations = {"ticks": end - begin, **annotations}
        self.inside: list[_Slice] = []
        self.flows: list[int] = []
        self.last_flows: list[int] = []

    def events(self, track: int, limit: int) -> Iterator[tuple[int, bytes]]:
        """Of it and what is inside, in order; it ends with what it lies in."""
        end = min(self.end, limit)
        yield self.begin, pb.message(
            TRACK_EVENT, *(_annotation(k, v) for k, v in self.annotations.items()), pb.number(EVENT_TYPE, BEGIN),
            pb.number(EVENT_TRACK, track), pb.text(EVENT_CATEGORY, self.category), pb.text(EVENT_NAME, self.name),
            *(pb.fixed64(FLOW, f) for f in self.flows), *(pb.fixed64(LAST_FLOW, f) for f in self.last_flows))
        for each in self.inside:
            yield from each.events(track, end)
        yield end, pb.message(TRACK_EVENT, pb.number(EVENT_TYPE, END), pb.number(EVENT_TRACK, track))


def _interval_slice(interval: Interval) -> _Slice:
    name = interval.phase or interval.function or interval.world
    details = {"instructions": interval.instructions}
    if interval.function:
        details["function"] = interval.function
    return _Slice(name, "interval", interval.begin, interval.end, details)


def _tracks(cpu: int, episodes: list[Episode], intervals: list[Interval]) -> dict[tuple[int, int, str], list[_Slice]]:
    """Slices by virtual machine, processor and world, nested. Episodes of a track nest, as they are a stack in the books."""
    pieces = [_interval_slice(i) for i in intervals]
    of_episode: dict[int, _Slice] = {}
    for e in episodes:
        details = {"cause": e.cause, "machine": e.vm, "machine after": e.vm_after}
        if not e.returned:
            details["end"] = "not seen"
        of_episode[e.number] = _Slice(e.what, "episode", e.begin, e.end, details)
    # The handler is that of the episode, whatever is on the way; what went on may be another machine.
    for e in episodes:
        flow = cpu << 48 | e.number
        if 0 < e.first <= len(pieces):
            pieces[e.first - 1].flows.append(flow)
            of_episode[e.number].flows.append(flow)
            if e.returned and e.after < len(pieces):
                pieces[e.after].last_flows.append(flow)

    worlds = {e.number: (e.vm, cpu, e.world) for e in episodes}
    slices: dict[tuple[int, int, str], list[tuple[int, int, int, _Slice]]] = {}
    order = itertools.count()
    for e in episodes:
        slices.setdefault(worlds[e.number], []).append((e.begin, 0, next(order), of_episode[e.number]))
    for interval, piece in zip(intervals, pieces):
        place = worlds.get(interval.episode, (interval.vm, cpu, interval.world))
        slices.setdefault(place, []).append((interval.begin, 1, next(order), piece))

    tracks = {}
    for place, found in slices.items():
        found.sort(key=lambda s: s[:3])
        roots: list[_Slice] = []
        open_: list[_Slice] = []
        for begin, _, _, each in found:
            while open_ and (open_[-1].end <= begin if open_[-1].end > open_[-1].begin else True):
                open_.pop()
            (open_[-1].inside if open_ else roots).append(each)
            if each.category == "episode":
                open_.append(each)
        tracks[place] = roots
    return tracks


def _levels(result: Result) -> dict[str, int]:
    """Threads of a processor by world: the most privileged first, sleep last."""
    privileges = {world: words["privilege"] for world, words in result.words["worlds"].items()}
    order = sorted(privileges, key=lambda world: -1 if privileges[world] is None else privileges[world], reverse=True)
    return {world: number for number, world in enumerate(order, 1)}


def trace(result: Result) -> bytes:
    """The timeline of a run as a Perfetto trace. Raises InvalidInput when none was recorded."""
    recording = Recording(result.folder)
    if not recording.whole:
        raise InvalidInput(f"{result.folder}: no timeline in recording.sqlite; expected a run made with --timeline N")
    levels = _levels(result)
    tracks: dict[tuple[int, int, str], list[_Slice]] = {}
    for cpu in recording.whole:
        tracks.update(_tracks(cpu, recording.episodes(cpu), recording.intervals(cpu)))

    out = []
    events: list[tuple[int, bytes]] = []
    for vm in sorted({vm for vm, _, _ in tracks}):
        process = pb.message(PROCESS, pb.number(1, vm + 1), pb.text(6, f"VM {vm}, {recording.meta['scenario']}"))
        out.append(pb.message(PACKET, pb.number(TRUSTED_SEQUENCE, SEQUENCE),
                              pb.message(TRACK_DESCRIPTOR, pb.number(UUID, vm + 1), process)))
    for vm, cpu, world in sorted(tracks, key=lambda t: (t[0], t[1], levels[t[2]])):
        tid = vm << 8 | cpu << 4 | levels[world]
        uuid = 1 << 32 | tid
        thread = pb.message(THREAD, pb.number(1, vm + 1), pb.number(2, tid), pb.text(5, f"cpu {cpu} {world}"))
        out.append(pb.message(PACKET, pb.number(TRUSTED_SEQUENCE, SEQUENCE),
                              pb.message(TRACK_DESCRIPTOR, pb.number(UUID, uuid), thread)))
        for each in tracks[vm, cpu, world]:
            events += each.events(uuid, each.end)
    events.sort(key=lambda e: e[0])  # stable: what a track has at one time stays in its order
    hz = int(recording.meta["clock_hz"])
    out += [pb.message(PACKET, pb.number(TIMESTAMP, ticks * 1_000_000_000 // hz), pb.number(TRUSTED_SEQUENCE, SEQUENCE), event) for ticks, event in events]
    return b"".join(out)
