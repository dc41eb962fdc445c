"""Filling a database as a long time of service would have, by SQL on the real schema."""

import psycopg2

TABLES = "contacts, conversations, messages, delivery_logs, usage_days, channels"

_CONTACTS = """
    INSERT INTO contacts (number, canonical, name, created_at)
    SELECT number, number, 'Cliente', now() - interval '300 days'
    FROM (SELECT '55119' || lpad(one::text, 8, '0') AS number
          FROM generate_series(0, {last}) AS one) AS numbered
"""
_CONVERSATIONS = """
    INSERT INTO conversations (contact_id, created_at, fence)
    SELECT id, created_at, {messages} / 2 FROM contacts
"""
_MESSAGES = """
    INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id,
                          created_at, turn, provider_id, deduplication_key, written_at,
                          accepted_at, model, prompt_tokens, output_tokens, attempts, sent_at)
    SELECT id, side, state, 'text', words, md5(id || ':' || one),
           at, 1 + one / 2, inbound_id, 'provider:' || inbound_id, at,
           CASE WHEN inbound_id IS NULL THEN at END,
           CASE WHEN inbound_id IS NULL THEN 'gemini-flash-latest' END,
           CASE WHEN inbound_id IS NULL THEN 900 END,
           CASE WHEN inbound_id IS NULL THEN 30 END,
           CASE WHEN inbound_id IS NULL THEN 1 ELSE 0 END,
           CASE WHEN inbound_id IS NULL THEN at END
    FROM (
        SELECT conversations.id, one,
               now() - interval '1 day' * (1 + {messages} - one) AS at,
               CASE WHEN one % 2 = 0 THEN 'inbound' ELSE 'outbound' END AS side,
               CASE WHEN one % 2 = 0 THEN 'answered' ELSE 'sent' END AS state,
               CASE WHEN one % 2 = 0 THEN 'Oi, vocês abrem no sábado? Quanto custa a consulta?'
                    ELSE 'Abrimos no sábado, das 8h às 12h. São R$ 200,00.' END AS words,
               CASE WHEN one % 2 = 0 THEN 'STORED' || conversations.id || '-' || one END
                   AS inbound_id
        FROM generate_series(0, {messages} - 1) AS one, conversations
        ORDER BY one, conversations.id
    ) AS said
"""
_LOGS = """
    INSERT INTO delivery_logs (message_id, attempt, outcome, http_status, duration_ms,
                               correlation_id, created_at)
    SELECT id, 1, 'sent', 200, 100, correlation_id, created_at
    FROM messages WHERE direction = 'outbound'
"""


def fill(url: str, *, contacts: int, messages: int) -> None:
    """Leave in the database these contacts alone, each with a conversation of so many messages.

    Half of the messages are customers' and answered, half are replies and sent. It is analyzed and
    written to disk before anything is measured.
    """
    told = {"last": contacts - 1, "messages": messages}
    run_sql(
        url,
        f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE",
        "INSERT INTO channels (name) VALUES ('whaticket')",
        "SET session_replication_role = replica",  # what refers to what is known to be right
        *(part.format(**told) for part in (_CONTACTS, _CONVERSATIONS, _MESSAGES, _LOGS)),
        "SET session_replication_role = origin",
        "VACUUM ANALYZE",
        "CHECKPOINT",
    )


def run_sql(url: str, *statements: str) -> None:
    """Run statements, each in a transaction of its own."""
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()
