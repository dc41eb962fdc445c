"""The series that our processes feed: their names, labels and buckets, in one place."""

from collections.abc import Iterable, Sequence
from itertools import product

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

WEBHOOK_OUTCOMES = (
    "accepted",
    "duplicate",
    "ignored",
    "unauthorized",
    "invalid",
    "rate_limited",
    "unavailable",
)
TURN_OUTCOMES = (
    "answered",
    "refused",
    "held",
    "handed_over",
    "delayed",
    "fallback",
    "dropped",
    "taken_over",
    "nothing_owed",
    "interrupted",
    "failed",
    "dead",
)
LLM_OUTCOMES = ("ok", "unavailable", "refused", "error")
LLM_TOKEN_KINDS = ("prompt", "output")
DELIVERY_OUTCOMES = ("sent", "retry", "ambiguous", "dead")
SETTLED_BY = ("echoed", "read_back")
TAKEOVER_SOURCES = (
    # a person's doing
    "from_me",
    "ticket_open",
    "whaticket_refused",
    # the bot's own
    "asked",
    "order",
    "view_once",
    "refusals",
    "replies_per_hour",
    "model_outage",
    "fallback",
    # the end of it
    "time_over",
    "ticket_closed",
    "command",
    "replayed",
)
PROCESSES = ("web", "worker")
WHATICKET_LOOKUPS = ("login", "tickets", "messages", "transfer", "probe")
WHATICKET_LOOKUP_OUTCOMES = ("ok", "expired", "not_arrived", "channel_down")
WHATICKET_SEND_OUTCOMES = ("sent", "expired", "not_arrived", "channel_down", "refused", "unknown")

REGISTRY = CollectorRegistry()
"""Ours alone: what a library registers for itself is not exposed by us."""

_WEBHOOK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_WHATICKET_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)
_LAG_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_PATIENT_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 45, 60, 120)

# They would double the number of series and say nothing to anybody.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library gives it no types


def _counter(name: str, meaning: str, labels: Sequence[str] = ()) -> Counter:
    return Counter(f"secretaria_{name}", meaning, labels, registry=REGISTRY)


def _seconds(
    name: str, meaning: str, buckets: Sequence[float], labels: Sequence[str] = ()
) -> Histogram:
    return Histogram(f"secretaria_{name}", meaning, labels, buckets=buckets, registry=REGISTRY)


WEBHOOKS_TOTAL = _counter("webhooks_total", "Webhook requests by what became of them", ["outcome"])
WEBHOOK_SECONDS = _seconds("webhook_seconds", "Time to answer a webhook", _WEBHOOK_BUCKETS)
TURNS_TOTAL = _counter("turns_total", "Turns by how they ended", ["outcome"])
TURN_SECONDS = _seconds("turn_seconds", "Time of a turn, the model included", _PATIENT_BUCKETS)
LLM_SECONDS = _seconds("llm_seconds", "Time of a call to the model", _PATIENT_BUCKETS, ["outcome"])
LLM_TOKENS_TOTAL = _counter("llm_tokens_total", "Tokens the model charged for", ["kind"])
DELIVERIES_TOTAL = _counter("deliveries_total", "Attempts to send a reply", ["outcome"])
REPLIES_SETTLED_TOTAL = _counter(
    "replies_settled_total", "Replies of unknown fate that turned out to have arrived", ["how"]
)
TAKEOVERS_TOTAL = _counter(
    "takeovers_total", "Conversations that changed hands, by what it came from", ["source"]
)
WHATICKET_SECONDS = _seconds(
    "whaticket_seconds", "Time of a call to Whaticket", _WHATICKET_BUCKETS, ["operation", "outcome"]
)
END_TO_END_SECONDS = _seconds(
    "end_to_end_seconds", "From a message accepted to its reply sent", _PATIENT_BUCKETS
)
RATE_LIMITER_BYPASSED_TOTAL = _counter(
    "rate_limiter_bypassed_total", "Requests let through uncounted because Redis was away"
)
WAKE_UPS_LOST_TOTAL = _counter(
    "wake_ups_lost_total",
    "Wake-ups that could not be put on the queue; the sweep makes up for them",
)
EVENT_LOOP_LAG_SECONDS = _seconds(
    "event_loop_lag_seconds",
    "How late a process is for its own appointments",
    _LAG_BUCKETS,
    ["process"],
)
PROCESS_CPU_SECONDS_TOTAL = _counter(
    "process_cpu_seconds_total", "Processor time of the processes of a kind", ["process"]
)
ATTACKS_TOTAL = _counter("attacks_total", "Messages the guard kept from the model", ["rule"])
REPLY_BLOCKED_TOTAL = _counter(
    "reply_blocked_total", "Replies of the model that were not sent", ["rule"]
)


def _start_at_zero(series: Counter | Histogram, *values: Iterable[str]) -> None:
    """Make a series exist before its first event: a rate needs a zero to rise from."""
    for labels in product(*values):
        series.labels(*labels)


_start_at_zero(WEBHOOKS_TOTAL, WEBHOOK_OUTCOMES)
_start_at_zero(TURNS_TOTAL, TURN_OUTCOMES)
_start_at_zero(LLM_SECONDS, LLM_OUTCOMES)
_start_at_zero(LLM_TOKENS_TOTAL, LLM_TOKEN_KINDS)
_start_at_zero(DELIVERIES_TOTAL, DELIVERY_OUTCOMES)
_start_at_zero(REPLIES_SETTLED_TOTAL, SETTLED_BY)
_start_at_zero(WHATICKET_SECONDS, WHATICKET_LOOKUPS, WHATICKET_LOOKUP_OUTCOMES)
_start_at_zero(TAKEOVERS_TOTAL, TAKEOVER_SOURCES)
_start_at_zero(WHATICKET_SECONDS, ["send"], WHATICKET_SEND_OUTCOMES)
