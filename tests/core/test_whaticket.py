"""What Whaticket's answers mean: every row of the real contracts' section on errors."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretaria.core.whaticket import (
    classify,
    error_of,
    is_without_permission,
    message_id,
    seconds_of,
)

NGINX = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def error(text: str) -> str:
    return json.dumps({"error": text}, ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [
        "",
        '{"mensagem":"Mensagem enviada"}',
        '{"status":"SUCCESS"}',
        '{"message":"Message add queue"}',
        '{"resp":{"id":{"_serialized":"true_5511@c.us_3EB0"}}}',
        "OK",
        "x" * 300_000,
    ],
)
def test_a_success_of_any_fork_is_sent(body: str) -> None:
    assert classify(200, body).kind == "sent"
    assert classify(201, body).kind == "sent"


@pytest.mark.parametrize("body", [NGINX.format("Whaticket"), "  <!doctype html>", error("ERR_X")])
def test_a_success_that_says_something_else_is_unknown(body: str) -> None:
    assert classify(200, body).kind == "unknown"


@pytest.mark.parametrize("status", [400, 404, 500])
@pytest.mark.parametrize(
    "text",
    [
        "ERR_WAPP_NOT_INITIALIZED",
        "ERR_NO_DEF_WAPP_FOUND",
        "ERR_NO_DEF_WAPP_FOUND in COMPANY 3",
        "ERR_SENDING_WAPP_MSG",
        "ERR_WAPP_CHECK_CONTACT",
    ],
)
def test_a_connection_that_is_down_pauses_the_channel_whatever_the_status(
    status: int, text: str
) -> None:
    sending = classify(status, error(text))
    assert (sending.kind, sending.error) == ("channel_down", "whatsapp_disconnected")
    assert sending.http_status == status


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (401, "ERR_SESSION_EXPIRED"),
        (401, "Acesso não permitido"),
        (403, "Invalid token. We'll try to assign a new one on next request"),
        (401, "ERR_API_TOKEN_REQUIRED"),
        (401, "ERR_INVALID_API_TOKEN"),
        (403, "ERR_NO_PERMISSION"),
        (402, "ERR_SUBSCRIPTION_EXPIRED"),
    ],
)
def test_access_that_is_refused_pauses_the_channel(status: int, text: str) -> None:
    sending = classify(status, error(text))
    assert (sending.kind, sending.error) == ("channel_down", f"access_{status}")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "ERR_WAPP_INVALID_CONTACT"),
        (400, "Este número não está cadastrado no whatsapp"),
        (400, "Este número não está cadastrado no WhatsApp"),
        (400, "ERR_CHECK_NUMBER"),
        (404, "ERR_CHECK_NUMBER"),
    ],
)
def test_a_number_that_is_not_on_whatsapp_is_refused(status: int, text: str) -> None:
    sending = classify(status, error(text))
    assert (sending.kind, sending.error) == ("refused", "not_on_whatsapp")


@pytest.mark.parametrize(
    ("status", "text", "reason"),
    [
        (
            400,
            "Não foi possível enviar a mensagem, tente novamente em alguns instantes",
            "generic_refusal",
        ),
        (400, "Ticket em outro atendimento. Atendente: X - Fila: Y", "ticket_with_people"),
        (404, "ERR_NO_TICKET_FOUND", "no_ticket"),
        (400, "O número é obrigatório", "http_400"),
        (400, "Invalid number format. Only numbers is allowed.", "http_400"),
        (400, "ERR_SYNTAX", "http_400"),
        (400, "", "http_400"),
        (413, "request entity too large", "http_413"),
        (422, "whatever", "http_422"),
    ],
)
def test_what_concerns_this_message_alone_is_refused(status: int, text: str, reason: str) -> None:
    sending = classify(status, error(text))
    assert (sending.kind, sending.error, sending.http_status) == ("refused", reason, status)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 404, 405])
def test_an_address_that_is_not_the_apis_pauses_the_channel(status: int) -> None:
    sending = classify(status, NGINX.format(status))
    assert (sending.kind, sending.error) == ("channel_down", f"route_{status}")


@pytest.mark.parametrize("status", [429, 503])
def test_a_whaticket_that_puts_us_off_says_for_how_long(status: int) -> None:
    sending = classify(status, NGINX.format(status), 45.0)
    assert (sending.kind, sending.retry_after_seconds) == ("not_arrived", 45.0)
    assert classify(status, error("Too many requests")).kind == "not_arrived"


@pytest.mark.parametrize("status", [101, 103, 408, 500, 502, 504, 520, 599])
def test_an_accident_in_the_middle_is_unknown(status: int) -> None:
    assert classify(status, NGINX.format(status)).kind == "unknown"
    assert classify(status, error("Internal server error")).kind == "unknown"


@given(status=st.integers(100, 599), body=st.text() | st.from_regex(r'\{"error": .*\}'))
def test_any_answer_has_a_class_and_only_a_success_is_sent(status: int, body: str) -> None:
    sending = classify(status, body)
    assert sending.http_status == status
    assert sending.kind != "sent" or 200 <= status < 300


@pytest.mark.parametrize(
    "body", ["", "null", "[]", '{"error": {"a": 1}}', "[" * 200_000, "9" * 5000]
)
def test_a_body_without_an_error_has_no_error_text(body: str) -> None:
    assert error_of(body) == ""


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        (" 30 ", 30.0),
        ("0.5", 0.5),
        ("0", 0.0),
        ("Sun, 22 Nov 2026 12:02:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("Sun, 22 Nov 2026 12:02:00 -0000", 120.0),
        (None, None),
        ("", None),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("1e9", None),
        ("³", None),
        ("soon", None),
        ("Sun, 99 Nov 2026 12:02:00 GMT", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header, NOW) == seconds


def test_a_date_needs_to_know_what_time_it_is() -> None:
    assert seconds_of("Sun, 22 Nov 2026 12:02:00 GMT") is None


def test_ticketz_names_a_refusal_in_its_500_and_a_crash_stays_unknown() -> None:
    refused = classify(500, error("ERR_INTERNAL_ERROR"))
    assert (refused.kind, refused.error) == ("refused", "generic_refusal")
    assert classify(500, error("Internal server error")).kind == "unknown"


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("ERR_FORBIDDEN", True),
        ("ERR_NO_PERMISSION", True),
        ("ERR_SESSION_EXPIRED", False),
        ("Invalid token. We'll try to assign a new one on next request", False),
        ("", False),
    ],
)
def test_a_missing_permission_is_no_expired_token(text: str, *, is_so: bool) -> None:
    assert is_without_permission(error(text)) is is_so


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('{"resp": {"id": {"id": "3EB0", "_serialized": "true_55@c.us_3EB0"}}}', "3EB0"),
        ('{"resp": {"id": {"_serialized": "true_55@c.us_3EB0"}}}', "3EB0"),
        ('{"resp": {"id": {"id": 5}}}', None),
        ('{"resp": {"id": {"id": "a b"}}}', None),
        ('{"resp": {"id": "3EB0"}}', None),
        ('{"resp": null}', None),
        ("[]", None),
        ("", None),
    ],
)
def test_the_id_in_presss_answer_is_read_where_it_is_one(body: str, found: str | None) -> None:
    assert message_id(body) == found
