"""Whatever comes in, no label ever carries it: the page has the values that were declared."""

import json
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families
from web_client import PATH, Web, genuine, head, signed, text_message

from secretaria import metrics
from secretaria.adapters.queues import QUEUES
from secretaria.metrics.series import PROCESSES, SETTLED_BY, TAKEOVER_SOURCES
from secretaria.models.recent import KINDS, OUTCOMES, QUANTILES, WINDOWS

MARK = "5511987654321"
DECLARED = {
    "breaker": {"gemini-flash-latest"},
    "direction": {"inbound", "outbound"},
    "how": set(SETTLED_BY),
    "kind": {*metrics.LLM_TOKEN_KINDS, *KINDS},
    "operation": {*metrics.WHATICKET_LOOKUPS, "send"},
    "outcome": {
        *metrics.WEBHOOK_OUTCOMES,
        *metrics.TURN_OUTCOMES,
        *metrics.LLM_OUTCOMES,
        *metrics.WHATICKET_LOOKUP_OUTCOMES,
        *metrics.WHATICKET_SEND_OUTCOMES,
        *OUTCOMES,
    },
    "process": set(PROCESSES),
    "quantile": {str(one) for one in QUANTILES},
    "queue": set(QUEUES),
    "source": set(TAKEOVER_SOURCES),
    "state": {"waiting", "in_flight", "delayed", "dead", "ambiguous", "refused"},
    "store": {"database", "redis"},
    "window": set(WINDOWS),
}
HOSTILE = (
    genuine(text_message("oi", number=MARK)),
    genuine({"message": {"conversation": MARK}, "number": MARK, "acao": MARK}),
    genuine({"key": {"remoteJid": f"{MARK}@{MARK}", "id": MARK}, "message": {MARK: MARK}}),
    head("Content-Length: 0", path=f"{PATH}/{MARK}"),
    head("Content-Length: 0", path=f"/api/v1/sessions/{MARK}/continueChat"),
    head("Content-Length: 0", method=MARK),
    head("Content-Length: 0", method="GET", path=f"/metrics?queue={MARK}"),
    head("Content-Length: 0", f"X-Correlation-ID: {MARK}", method="GET", path="/healthz"),
    head("Content-Length: 2", f"X-Signature: {MARK}") + b"{}",
    head(f"Content-Length: {MARK}"),
    f"GET /{MARK} HTTP/{MARK}\r\n\r\n".encode(),
)


def labels(page: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            for name, value in sample.labels.items():
                found.setdefault(name, set()).add(value)
    return found


@pytest.mark.parametrize("url_token", [None, "a-long-and-secret-word"])
def test_no_label_carries_anything_of_a_request(
    web: Web, request: pytest.FixtureRequest, url_token: str | None
) -> None:
    if url_token is not None:
        web = request.getfixturevalue("serve")(WEBHOOK_URL_TOKEN=url_token, REVISION="abc123")
    for request_bytes in HOSTILE:
        with web.connect() as connection:
            connection.send(request_bytes).answer()
    body = json.dumps(text_message("oi", number=MARK)).encode()
    web.call("POST", f"{PATH}/{url_token}", data=body, headers=signed(body))
    page = web.get("/metrics").text
    found = labels(page)
    assert found.pop("revision") == {"unknown" if url_token is None else "abc123"}
    assert all(re.fullmatch(r"[\d.+]+", one) for one in found.pop("version") | found.pop("python"))
    assert all(re.fullmatch(r"[\d.]+|\+Inf", one) for one in found.pop("le"))
    strange = {name: values - DECLARED.get(name, set()) for name, values in found.items()}
    assert not any(strange.values()), strange
    assert MARK not in page
    assert "secret-word" not in page
