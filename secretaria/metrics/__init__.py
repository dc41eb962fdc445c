"""What we count and time, for Prometheus: `metrics.WEBHOOKS_TOTAL.labels("accepted").inc()`.

prometheus_client decides when it is imported whether several processes are added up: who starts
a process makes the folder and sets `PROMETHEUS_MULTIPROC_DIR` before anything imports this.
"""

from secretaria.metrics.build import Build
from secretaria.metrics.scraping import mark_process_dead, scrape
from secretaria.metrics.series import (
    ATTACKS_TOTAL,
    DELIVERIES_TOTAL,
    DELIVERY_OUTCOMES,
    END_TO_END_SECONDS,
    EVENT_LOOP_LAG_SECONDS,
    LLM_OUTCOMES,
    LLM_SECONDS,
    LLM_TOKEN_KINDS,
    LLM_TOKENS_TOTAL,
    PROCESS_CPU_SECONDS_TOTAL,
    RATE_LIMITER_BYPASSED_TOTAL,
    REPLIES_SETTLED_TOTAL,
    REPLY_BLOCKED_TOTAL,
    TAKEOVERS_TOTAL,
    TURN_OUTCOMES,
    TURN_SECONDS,
    TURNS_TOTAL,
    WAKE_UPS_LOST_TOTAL,
    WEBHOOK_OUTCOMES,
    WEBHOOK_SECONDS,
    WEBHOOKS_TOTAL,
    WHATICKET_LOOKUP_OUTCOMES,
    WHATICKET_LOOKUPS,
    WHATICKET_SECONDS,
    WHATICKET_SEND_OUTCOMES,
)
from secretaria.metrics.serving import serve
from secretaria.metrics.snapshot import Scraped, Snapshot, TakeSnapshot, Window

__all__ = [
    "ATTACKS_TOTAL",
    "DELIVERIES_TOTAL",
    "DELIVERY_OUTCOMES",
    "END_TO_END_SECONDS",
    "EVENT_LOOP_LAG_SECONDS",
    "LLM_OUTCOMES",
    "LLM_SECONDS",
    "LLM_TOKENS_TOTAL",
    "LLM_TOKEN_KINDS",
    "PROCESS_CPU_SECONDS_TOTAL",
    "RATE_LIMITER_BYPASSED_TOTAL",
    "REPLIES_SETTLED_TOTAL",
    "REPLY_BLOCKED_TOTAL",
    "TAKEOVERS_TOTAL",
    "TURNS_TOTAL",
    "TURN_OUTCOMES",
    "TURN_SECONDS",
    "WAKE_UPS_LOST_TOTAL",
    "WEBHOOKS_TOTAL",
    "WEBHOOK_OUTCOMES",
    "WEBHOOK_SECONDS",
    "WHATICKET_LOOKUPS",
    "WHATICKET_LOOKUP_OUTCOMES",
    "WHATICKET_SECONDS",
    "WHATICKET_SEND_OUTCOMES",
    "Build",
    "Scraped",
    "Snapshot",
    "TakeSnapshot",
    "Window",
    "mark_process_dead",
    "scrape",
    "serve",
]
