"""What the stores say of the whole installation at one moment, and the gauges that tell it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_log = structlog.get_logger(__name__)
Value = tuple[Sequence[str], float]


@dataclass(frozen=True, slots=True)
class Window:
    """What the last minutes or hours saw: replies by kind, attempts by outcome, quantiles."""

    replies: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)
    end_to_end_seconds: Mapping[float, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of the service, the same whichever process is asked.

    What a store that is away would say is None or left out: a gauge that is absent says so, a zero
    lies. Only `store_up` tells of it.
    """

    queue_messages: Mapping[tuple[str, str], int]
    """How many messages a (queue, state) holds: waiting, in_flight, delayed, dead."""
    unanswered_oldest_seconds: float | None
    breaker_open: Mapping[str, bool]
    spooled_messages: int | None = None
    spooled_oldest_seconds: float | None = None
    listed_messages: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many messages of a (direction, state) wait for a person to look at them."""
    listed_oldest_seconds: Mapping[tuple[str, str], float] = field(default_factory=dict)
    recent: Mapping[str, Window] = field(default_factory=dict)
    turns_overdue_seconds: float | None = None
    handed_over_conversations: int | None = None
    channel_paused: bool | None = None
    channel_paused_seconds: float | None = None
    tokens_today: int | None = None
    tokens_ceiling: int | None = None
    workers_alive: int | None = None
    store_up: Mapping[str, bool] = field(default_factory=dict)


TakeSnapshot = Callable[[], Snapshot | None]


@dataclass(frozen=True, slots=True)
class _Gauge:
    name: str
    meaning: str
    labels: Sequence[str]
    read: Callable[[Snapshot], Iterable[Value]]

    def of(self, snapshot: Snapshot) -> GaugeMetricFamily:
        gauge = GaugeMetricFamily(f"secretaria_{self.name}", self.meaning, labels=self.labels)
        for labels, value in self.read(snapshot):
            gauge.add_metric(labels, value)
        return gauge


def _alone(value: float | None) -> list[Value]:
    return [] if value is None else [((), value)]


def _each(values: Mapping[str, float]) -> Iterator[Value]:
    return (((label,), value) for label, value in values.items())


def _in_each_window(
    part: Callable[[Window], Mapping[Any, float]],
) -> Callable[..., Iterator[Value]]:
    def read(snapshot: Snapshot) -> Iterator[Value]:
        for name, window in snapshot.recent.items():
            for label, value in part(window).items():
                yield (name, str(label)), value

    return read


_GAUGES = (
    _Gauge(
        "unanswered_oldest_seconds",
        "Age of the oldest message that is still owed an answer",
        (),
        lambda now: _alone(now.unanswered_oldest_seconds),
    ),
    _Gauge(
        "recent_end_to_end_seconds",
        "From a message accepted to its reply sent, of the replies of a window",
        ("window", "quantile"),
        _in_each_window(lambda window: window.end_to_end_seconds),
    ),
    _Gauge(
        "recent_replies",
        "What customers heard in a window, by the kind of sentence",
        ("window", "kind"),
        _in_each_window(lambda window: window.replies),
    ),
    _Gauge(
        "recent_deliveries",
        "Attempts to send a reply in a window, by outcome",
        ("window", "outcome"),
        _in_each_window(lambda window: window.deliveries),
    ),
    _Gauge(
        "listed_messages",
        "Dead and ambiguous messages that wait for a person",
        ("direction", "state"),
        lambda now: now.listed_messages.items(),
    ),
    _Gauge(
        "listed_oldest_seconds",
        "Age of the oldest message that waits for a person",
        ("direction", "state"),
        lambda now: now.listed_oldest_seconds.items(),
    ),
    _Gauge(
        "handed_over_conversations",
        "Conversations that people were given and have not been seen to take up",
        (),
        lambda now: _alone(now.handed_over_conversations),
    ),
    _Gauge(
        "turns_overdue_seconds",
        "How long the turn that is due longest has waited for a worker",
        (),
        lambda now: _alone(now.turns_overdue_seconds),
    ),
    _Gauge(
        "workers_alive",
        "Worker processes that said so in the last seconds",
        (),
        lambda now: _alone(now.workers_alive),
    ),
    _Gauge(
        "queue_messages",
        "Messages on the queues",
        ("queue", "state"),
        lambda now: now.queue_messages.items(),
    ),
    _Gauge(
        "breaker_open",
        "1 while the circuit breaker keeps calls away",
        ("breaker",),
        lambda now: _each(now.breaker_open),
    ),
    _Gauge(
        "tokens_today",
        "Tokens the model has charged for since midnight, in the time zone of the business",
        (),
        lambda now: _alone(now.tokens_today),
    ),
    _Gauge(
        "tokens_ceiling",
        "The tokens a day may cost, where there is a ceiling",
        (),
        lambda now: _alone(now.tokens_ceiling),
    ),
    _Gauge(
        "channel_paused",
        "1 while the channel to WhatsApp is paused",
        (),
        lambda now: _alone(now.channel_paused),
    ),
    _Gauge(
        "channel_paused_seconds",
        "For how long the channel has been paused",
        (),
        lambda now: _alone(now.channel_paused_seconds),
    ),
    _Gauge(
        "spooled_messages",
        "Messages accepted into Redis that wait for PostgreSQL",
        (),
        lambda now: _alone(now.spooled_messages),
    ),
    _Gauge(
        "spooled_oldest_seconds",
        "Age of the oldest message that waits for PostgreSQL",
        (),
        lambda now: _alone(now.spooled_oldest_seconds),
    ),
    _Gauge(
        "store_up",
        "1 while PostgreSQL or Redis takes writes, as this web process sees it",
        ("store",),
        lambda now: _each(now.store_up),
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Scraped(Collector):
    """The gauges that no process feeds, since they are computed when somebody looks."""

    snapshot: TakeSnapshot

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges of a snapshot, or nothing."""
        taken = self._taken()
        if taken is not None:
            yield from (gauge.of(taken) for gauge in _GAUGES)

    def _taken(self) -> Snapshot | None:
        try:
            return self.snapshot()
        except Exception:  # noqa: BLE001 - a failing store must not take the other series away
            _log.exception("metrics.snapshot_failed")
            return None
