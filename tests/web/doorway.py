"""Typebot's door on a real web process, with a worker that works when a test tells it to."""

from dataclasses import dataclass, replace
from typing import Any

import gevent
from sqlalchemy import text
from web_client import Connection, Web, head

from secretaria.adapters.database import Database
from secretaria.bootstrap import worker
from secretaria.playground.engines.process import wait_until
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.typebot import TypebotCaller
from secretaria.services.sweep import Patience

TOKEN = "the-typebot-slug"
ANA = "5511955550101"
ANA_AT = f"{ANA}@s.whatsapp.net"
PATIENCE_SECONDS = 20


@dataclass
class Doorway:
    """The caller, the worker and the tables of one conversation."""

    web: Web
    caller: TypebotCaller
    parts: worker.Worker
    database: Database
    whaticket: WhaticketSimulator

    def begin(self, address: str = ANA_AT) -> str:
        """Start a session; answers its id."""
        session_id = str(self.caller.start_chat(address, "Ana Prado")["sessionId"])
        self.caller.ticket(address).session_id = session_id
        return session_id

    def says(self, words: str, address: str = ANA_AT) -> Any:
        """Say something as Whaticket passes it on, beside the test; `.get()` waits for it."""
        return gevent.spawn(self.caller.customer_says, address, words)

    def wait_for_owed(self, count: int = 1) -> None:
        owed = "SELECT count(*) FROM messages WHERE state = 'received'"
        self.wait_for(owed, count)

    def wait_for(self, query: str, wanted: Any) -> None:
        assert wait_until(lambda: self.value(query) == wanted, seconds=PATIENCE_SECONDS), (
            self.value(query)
        )

    def turn(self, conversation_id: int = 1) -> None:
        """Run the turn of whatever is owed."""
        self.parts.converse(conversation_id)

    def asked(self, words: str) -> list[str]:
        """Say something and have it answered in the same call; answers what the customer got."""
        call = self.says(words)
        self.wait_for_owed()
        self.turn()
        got: list[str] = call.get(timeout=PATIENCE_SECONDS)
        return got

    def add_replies(self, *texts: str, kind: str = "reply", also: str = "SELECT 1") -> None:
        """End Ana's turn with these replies, as a turn does: in one transaction."""
        with self.database.transaction() as session:
            session.execute(text("UPDATE messages SET state = 'answered' WHERE state = 'received'"))
            session.execute(text("UPDATE conversations SET due_at = NULL"))
            for one in texts:
                session.execute(
                    text(
                        "INSERT INTO messages (conversation_id, direction, state, kind, text,"
                        " correlation_id, accepted_at, due_at) VALUES (1, 'outbound', 'pending',"
                        " :kind, :text, 'of-the-turn', now(), now())"
                    ),
                    {"kind": kind, "text": one},
                )
            session.execute(text(also))

    def deliver_all(self) -> None:
        """Deliver whatever waits, the usual way."""
        for reply_id in self.values("SELECT id FROM messages WHERE state = 'pending' ORDER BY id"):
            self.parts.deliver(reply_id)

    def sweep(self) -> None:
        replace(self.parts.sweep, patience=Patience())()

    def replies(self) -> list[tuple[str, str]]:
        with self.database.transaction() as session:
            query = "SELECT state, text FROM messages WHERE direction = 'outbound' ORDER BY id"
            return [(row.state, row.text) for row in session.execute(text(query))]

    def by_api(self) -> list[str]:
        return self.whaticket.replies_to(ANA)

    def value(self, query: str) -> Any:
        with self.database.transaction() as session:
            return session.scalar(text(query))

    def values(self, query: str) -> list[Any]:
        with self.database.transaction() as session:
            return list(session.scalars(text(query)))

    def sql(self, statement: str) -> None:
        with self.database.transaction() as session:
            session.execute(text(statement))

    def wait_until_closed(self) -> None:
        self.wait_for("SELECT count(*) FROM conversations WHERE door_until IS NOT NULL", 0)

    def call_bare(self, session_id: str, body: bytes) -> Connection:
        """Make the second call on a bare socket, and read no answer."""
        path = f"/api/v1/sessions/{session_id}/continueChat"
        return self.web.connect().send(head(f"Content-Length: {len(body)}", path=path) + body)
