"""Where only the web's page can be reached, it has all that alerts and panels ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from watching import RULES, expressions, panels_of_the_web, series_of
from web_client import Web, serving

from secretaria.adapters.database import Database
from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import wait_until


@pytest.fixture
def web_alone(engines: Engines, database: Database, tmp_path: Path) -> Iterator[Web]:
    """A web process, and in PostgreSQL what workers elsewhere have done."""
    with database.transaction() as session:
        for statement in (
            "INSERT INTO contacts (number) VALUES ('5511955550001')",
            "INSERT INTO conversations (contact_id) SELECT id FROM contacts",
            "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id,"
            " accepted_at, sent_at) SELECT id, 'outbound', 'sent', 'reply', 'oi', 'x',"
            " now() - interval '8 seconds', now() FROM conversations",
            "INSERT INTO delivery_logs (message_id, attempt, outcome, correlation_id)"
            " SELECT id, 1, 'sent', 'x' FROM messages",
        ):
            session.execute(text(statement))
    with serving(tmp_path, engines, LLM_TOKENS_PER_DAY="1000") as web:
        yield web


def told(web: Web) -> set[str]:
    """The series that have a sample, histograms that have counted something among them."""
    return {
        family.name if family.type != "counter" else f"{family.name}_total"
        for family in text_string_to_metric_families(web.get("/metrics").text)
        if any(one.value or family.type != "histogram" for one in family.samples)
    }


def test_every_series_of_an_alert_and_of_its_panels_is_there(web_alone: Web) -> None:
    asked = {*(rule["expr"] for rule in RULES), *expressions(panels_of_the_web())}
    wanted = set().union(*map(series_of, asked))
    assert "secretaria_event_loop_lag_seconds" in wanted
    assert wait_until(lambda: wanted <= told(web_alone), seconds=20), wanted - told(web_alone)
