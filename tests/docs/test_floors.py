# SPDX-License-Identifier: Apache-2.0
"""No room includes a room above it or beside it (floors.py has the table), and docs/architecture.md draws that table."""
import collections

import floors
import pytest

MOST_FILES = 36  # "a folder that holds more than some thirty files holds two things"
LARGE = {}  # folder of code -> why it holds more

NAMES = set(floors.tracked())
HEIGHTS = floors.floors()


def house_sources():
    tops = ("core/", "isa/", "mmu/", "gic/", "python/", "hypervisor-model/", "workloads/")
    return sorted(name for name in floors.sources(NAMES) if name.startswith(tops))


def test_every_source_is_in_a_room():
    for name in house_sources():
        assert floors.room_of(name, HEIGHTS), f"{name} is in no room of tests/docs/floors.py"


def test_every_room_has_sources():
    rooms = {floors.room_of(name, HEIGHTS) for name in house_sources()}
    assert HEIGHTS.keys() - rooms == set(), "tests/docs/floors.py names rooms that are empty"


def test_no_arrow_runs_up():
    wrong, shared = [], set()
    for name in house_sources():
        room = floors.room_of(name, HEIGHTS)
        for written in floors.includes(name)[0]:
            target = floors.target_of(name, written, NAMES)
            if target is None:  # made when building
                continue
            other = floors.room_of(target, HEIGHTS)
            if (room, target) in floors.SHARED:
                shared.add((room, target))
            elif other is None or floors.is_guest(room) != floors.is_guest(other):
                wrong.append(f"{name} includes {target}, which is in another house")
            elif other != room and HEIGHTS[other] >= HEIGHTS[room]:
                wrong.append(f"{name} includes {target}: {room} is not above {other}")
    assert not wrong, "\n".join(["arrows that don't run down:", *wrong])
    assert floors.SHARED.keys() == shared, "an entry of SHARED in tests/docs/floors.py is no longer needed"


@pytest.mark.parametrize("header", floors.LIBRARIES)
def test_a_library_is_known_where_it_is_used(header):
    places = floors.LIBRARIES[header]
    users = [name for name in house_sources() if any(a == header or (header.endswith("/") and a.startswith(header))
                                                     for a in floors.includes(name)[1])]
    for name in users:
        assert name.startswith(tuple(places)), f"{name} includes <{header}>; expected only in {places}"
    for place in places:
        assert any(name.startswith(place) for name in users), f"nothing in {place} includes <{header}> any more"


@pytest.mark.parametrize("folder", floors.INNER)
def test_what_stays_inside(folder):
    for name in house_sources():
        if name.startswith(folder) or name in floors.INNER[folder]:
            continue
        for written in floors.includes(name)[0]:
            assert not written.startswith(folder), f"{name} includes {written}; only {floors.INNER[folder]} may"


def test_a_folder_holds_one_thing():
    sizes = collections.Counter(name.rpartition("/")[0] for name in house_sources())
    large = {folder: size for folder, size in sizes.items() if size > MOST_FILES}
    assert large.keys() == LARGE.keys(), f"folders of more than {MOST_FILES} files: {large}"


def test_the_page_draws_the_table():
    text = floors.PAGE.read_text()
    assert floors.drawing() in text, "docs/architecture.md is not up to date: python3 tests/docs/floors.py --write"
