"""Three messages that wait for a person, as rows."""

from sqlalchemy import text

from secretaria.adapters.database import Database


def list_three(database: Database) -> None:
    """One message of each kind that waits for a person: 1, 2 and 3."""
    with database.transaction() as session:
        for statement in (
            "INSERT INTO contacts (number) VALUES ('5511955550101')",
            "INSERT INTO conversations (contact_id) VALUES (1)",
            "INSERT INTO messages (conversation_id, direction, state, reason, kind, text,"
            " correlation_id, accepted_at) VALUES"
            " (1, 'inbound', 'dead', 'attempts_exhausted', 'text', 'palavras', 'c-one', NULL),"
            " (1, 'outbound', 'dead', 'not_on_whatsapp', 'reply', 'resposta', 'c-two', now()),"
            " (1, 'outbound', 'ambiguous', 'http_500', 'reply', 'talvez', 'c-three', now())",
            "INSERT INTO delivery_logs (message_id, attempt, outcome, http_status, error,"
            " correlation_id) VALUES (3, 1, 'ambiguous', 500, 'http_500', 'c-three')",
        ):
            session.execute(text(statement))
