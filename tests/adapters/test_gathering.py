"""Calls that share their way: nobody waits for company, and everybody gets their own answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import gevent
import pytest
from gevent.event import Event
from structlog.testing import capture_logs

from secretaria.adapters.gathering import MOST_TOGETHER, CallEnded, Gathering


@dataclass
class Road:
    """A call that takes until it is let go, and remembers who went together."""

    is_open: Event = field(default_factory=Event)
    trips: list[list[int]] = field(default_factory=list)

    def __call__(self, items: Sequence[int]) -> list[int | Exception]:
        self.trips.append(list(items))
        self.is_open.wait()
        return [ValueError(item) if item < 0 else item * 10 for item in items]


def all_of(gathering: Gathering[int, int], items: Sequence[int]) -> list[gevent.Greenlet]:
    greenlets = [gevent.spawn(gathering, item) for item in items]
    gevent.idle()
    return greenlets


def test_a_lone_call_is_made_at_once() -> None:
    road = Road()
    road.is_open.set()
    assert Gathering(road, 1)(7) == 70
    assert road.trips == [[7]]


def test_who_comes_while_all_lanes_are_busy_goes_with_the_next_call() -> None:
    road = Road()
    gathering = Gathering[int, int](road, 2)
    first = all_of(gathering, [1]) + all_of(gathering, [2])
    late = all_of(gathering, [3]) + all_of(gathering, [4])
    assert road.trips == [[1], [2]]
    road.is_open.set()
    assert [one.get() for one in first + late] == [10, 20, 30, 40]
    assert road.trips == [[1], [2], [3, 4]]


def test_those_who_come_in_the_same_moment_go_together_in_their_order() -> None:
    road = Road()
    road.is_open.set()
    gathering = Gathering[int, int](road, 1)
    assert [one.get() for one in all_of(gathering, range(5))] == [0, 10, 20, 30, 40]
    assert road.trips == [[0, 1, 2, 3, 4]]


def test_one_that_fails_fails_alone() -> None:
    road = Road()
    road.is_open.set()
    good, bad, other = all_of(Gathering[int, int](road, 1), [1, -1, 2])
    assert (good.get(), other.get()) == (10, 20)
    with pytest.raises(ValueError, match="-1"):
        bad.get()


def test_a_call_that_fails_as_a_whole_fails_for_all_who_waited_and_not_for_the_next() -> None:
    def fail_once(items: Sequence[int]) -> Sequence[int]:
        trips.append(list(items))
        if len(trips) == 1:
            is_over.wait()
            raise OSError("gone")
        return items

    trips: list[list[int]] = []
    is_over = Event()
    gathering = Gathering[int, int](fail_once, 1)
    greenlets = all_of(gathering, [1, 2]) + all_of(gathering, [3])
    is_over.set()
    for greenlet in greenlets:
        with pytest.raises(OSError, match="gone"):
            greenlet.get()
    assert gathering(4) == 4
    assert trips == [[1, 2], [4]]


def test_no_call_carries_more_than_it_should() -> None:
    road = Road()
    road.is_open.set()
    many = list(range(MOST_TOGETHER + 3))
    assert [one.get() for one in all_of(Gathering[int, int](road, 1), many)] == [
        item * 10 for item in many
    ]
    assert [len(trip) for trip in road.trips] == [MOST_TOGETHER, 3]


def test_nobody_waits_for_what_is_posted_but_whoever_finishes() -> None:
    road = Road()
    gathering = Gathering[int, int](road, 1)
    gathering.post(1)
    gathering.post(2)
    assert road.trips == []
    finishing = gevent.spawn(gathering.finish)
    gevent.idle()
    assert not finishing.ready()
    road.is_open.set()
    finishing.get()
    assert road.trips == [[1, 2]]


def test_a_lane_that_is_ended_from_outside_leaves_nobody_waiting() -> None:
    def end(items: Sequence[int]) -> Sequence[int]:
        trips.append(list(items))
        if len(trips) == 1:
            raise gevent.GreenletExit
        return items

    trips: list[list[int]] = []
    gathering = Gathering[int, int](end, 1)
    with pytest.raises(CallEnded):
        gathering(1)
    assert gathering(2) == 2


def test_a_call_that_forgets_somebody_fails_for_all() -> None:
    forgetful = Gathering[int, int](lambda items: items[1:], 1)
    with pytest.raises(ValueError, match="zip"):
        forgetful(1)


def test_a_fault_of_what_was_posted_is_told_to_the_log() -> None:
    def fail(_: Sequence[int]) -> Sequence[int]:
        raise LookupError

    gathering = Gathering[int, int](fail, 1)
    with capture_logs() as lines:
        gathering.post(1)
        gathering.finish()
        gevent.idle()
    assert [(one["event"], type(one["exc_info"])) for one in lines] == [
        ("gathering.failed", LookupError)
    ]
