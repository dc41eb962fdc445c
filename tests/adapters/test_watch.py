"""The watch: what a stream says, how long it lives, and who is cut off."""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import gevent
import pytest
from gevent.event import Event

from secretaria.adapters.watch import HEARTBEAT, RECONNECT, Patience, Stream, Watch, event
from secretaria.playground.engines.process import wait_until

QUICK = Patience(look_seconds=0.02, silence_seconds=0.05, life_seconds=5)
FOREVER = 3600.0


@dataclass
class Scene:
    """Something that changes, and is counted when it is looked at."""

    parts: dict[str, str] = field(default_factory=lambda: {"a": "one", "b": "two"})
    looks: int = 0
    fault: Exception | None = None

    def look(self) -> dict[str, str]:
        self.looks += 1
        if self.fault is not None:
            raise self.fault
        return dict(self.parts)


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def watch(scene: Scene, patience: Patience = QUICK) -> Watch:
    return Watch(scene.look, Event(), patience)


def opened(watch: Watch, end: socket.socket | None = None, *, left: float = FOREVER) -> Stream:
    stream = watch.open(end, seconds_left=left)
    assert stream is not None
    return stream


def test_the_first_event_tells_everything_and_the_next_what_has_changed(scene: Scene) -> None:
    chunks = iter(opened(watch(scene, Patience(look_seconds=0.02))))
    assert next(chunks) == RECONNECT
    assert next(chunks) == event("a", "one") + event("b", "two")
    gevent.spawn_later(0.1, scene.parts.update, {"b": "three"})
    assert next(chunks) == event("b", "three")


def test_silence_is_broken_by_a_comment(scene: Scene) -> None:
    chunks = iter(opened(watch(scene)))
    assert [next(chunks) for _ in range(4)][2:] == [HEARTBEAT, HEARTBEAT]


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"], ids=["lf", "cr", "crlf"])
def test_no_data_can_end_its_line_early(ending: str) -> None:
    written = event("a", f"one{ending}{ending}event: b{ending}")
    assert written == b"event: a\ndata: one\ndata: \ndata: event: b\ndata: \n\n"


def test_one_look_serves_all(scene: Scene) -> None:
    one = watch(scene, Patience(look_seconds=0.05, most_streams=50))
    streams = [iter(opened(one)) for _ in range(50)]
    for stream in streams:
        assert next(stream) == RECONNECT
        next(stream)
    assert scene.looks <= 5


def test_nobody_looks_when_nobody_watches(scene: Scene) -> None:
    one = watch(scene)
    stream = opened(one)
    assert wait_until(lambda: scene.looks > 2, seconds=5)
    stream.close()
    gevent.joinall([one._greenlet], timeout=5)  # noqa: SLF001 - the end of its greenlet is the point
    looks = scene.looks
    again = iter(opened(one))
    assert next(again) == RECONNECT
    assert wait_until(lambda: scene.looks > looks, seconds=5)


def test_a_look_that_fails_shows_nothing_new_and_is_tried_again(scene: Scene) -> None:
    chunks = iter(opened(watch(scene, Patience(look_seconds=0.02))))
    assert [next(chunks), next(chunks)][0] == RECONNECT
    scene.fault = RuntimeError("broken")
    looks = scene.looks
    assert wait_until(lambda: scene.looks > looks + 2, seconds=5)
    scene.fault = None
    scene.parts["a"] = "new"
    assert next(chunks) == event("a", "new")


def test_a_stream_ends_by_itself(scene: Scene) -> None:
    started = time.monotonic()
    chunks = list(opened(watch(scene, Patience(look_seconds=0.02, life_seconds=2))))
    assert chunks[-1] == event("a", "one") + event("b", "two")
    assert time.monotonic() - started < 30


def test_a_session_that_ends_is_told_so(scene: Scene) -> None:
    chunks = list(opened(watch(scene), left=0.2))
    assert chunks[-1] == event("end", "")


def test_a_viewer_who_has_gone_is_noticed_without_writing(
    scene: Scene, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    chunks = iter(opened(watch(scene, Patience(look_seconds=0.02)), ours))
    next(chunks)
    next(chunks)
    theirs.close()
    assert list(chunks) == []


def test_too_many_find_no_place_until_one_leaves(scene: Scene) -> None:
    one = watch(scene, Patience(most_streams=2))
    first, _ = opened(one), opened(one)
    assert one.open(None, seconds_left=FOREVER) is None
    first.close()
    opened(one)


def test_every_stream_ends_at_once_when_the_process_is_to_stop(scene: Scene) -> None:
    one = watch(scene, Patience(look_seconds=60))
    streams = [gevent.spawn(list, opened(one)) for _ in range(3)]
    assert wait_until(lambda: scene.looks == 1, seconds=5)
    one.stopping.set()
    assert len(gevent.joinall(streams, timeout=5)) == 3


@pytest.mark.parametrize("is_stopping", [False, True], ids=["in-time", "at-stop"])
def test_who_takes_nothing_for_too_long_is_cut_off(
    scene: Scene, ends: tuple[socket.socket, socket.socket], *, is_stopping: bool
) -> None:
    ours, _ = ends
    scene.parts = {"a": "x" * 5_000_000}
    one = watch(scene, Patience(look_seconds=0.02, write_seconds=60 if is_stopping else 0.2))
    writing = gevent.spawn(write_all, ours, opened(one, ours))
    assert wait_until(lambda: scene.looks > 3, seconds=5)
    if is_stopping:
        one.stopping.set()
    assert isinstance(writing.get(timeout=5), BrokenPipeError)


def write_all(end: socket.socket, stream: Stream) -> OSError | None:
    try:
        for chunk in stream:
            end.sendall(chunk)
    except OSError as error:
        return error
    return None
