"""Reasons in words: those that have some, and those that speak for themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from secretaria import core
from secretaria.adapters.whaticket.calls import Operation
from secretaria.core.reasons import words_for
from secretaria.core.whaticket import classify

PACKAGE = Path(core.__file__).parent.parent
STATUSES = (302, 400, 401, 402, 403, 404, 408, 429, 500, 502, 503)
FILLED = {"status": "401", "error": "timeout", "sending.error": "access_401"}
"""What stands in for a part that only the run knows."""


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("sender_lost", "o processo que a enviava morreu no meio do envio"),
        ("http_502", "o Whaticket respondeu com o erro 502"),
        ("access_401", "o Whaticket recusou o acesso (401): confira token ou login"),
        ("login_out_of_hours", "o Whaticket recusa o login fora do horário do usuário"),
        ("route_404", "o Whaticket não conhece o caminho do envio (404)"),
        ("http_5022", None),
        ("timeout", "o Whaticket não respondeu a tempo"),
        ("login_timeout", "no login: o Whaticket não respondeu a tempo"),
        (
            "login_access_401",
            "no login: o Whaticket recusou o acesso (401): confira token ou login",
        ),
        ("tickets_http_502", "ao procurar o ticket: o Whaticket respondeu com o erro 502"),
        ("messages_unreadable", "ao reler o ticket: o Whaticket respondeu algo que não se entende"),
        ("login_401", "o Whaticket recusou o login (401): confira e-mail e senha"),
        ("backend_access_401", "o endereço de envio que veio com a mensagem já não vale (401)"),
        ("tickets_ConnectionResetError", None),
        ("login_", None),
        ("other_timeout", None),
        ("ConnectionResetError", None),
        ("", None),
        (None, None),
    ],
)
def test_a_reason_is_told_in_words_where_there_are_any(
    reason: str | None, words: str | None
) -> None:
    assert words_for(reason) == words


@pytest.mark.parametrize("operation", get_args(Operation))
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_words_whatever_was_being_done(operation: str, status: int) -> None:
    fault = classify(status, "").error
    assert words_for(fault if operation == "send" else f"{operation}_{fault}")


def test_every_fault_that_the_code_names_has_words() -> None:
    named = set(faults_of_sending())
    assert {"user_id_unknown", "timeout", "too_old", "lease_short", "login_401"} <= named
    assert "tickets_unreadable" in named
    assert [fault for fault in sorted(named) if not words_for(fault)] == []


def faults_of_sending() -> Iterator[str]:
    """What the code writes down, as it stands there, as the fault of a send or a dead message."""
    for path in PACKAGE.rglob("*.py"):
        if "playground" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for fault in faults_in(node):
                    yield from filled(fault)


def faults_in(call: ast.Call) -> Iterator[ast.expr]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    match ast.unparse(call.func):
        case "Sending":
            yield from [*call.args[1:2], *([named["error"]] if "error" in named else [])]
        case "NotConnected" | "Unanswered":
            yield from call.args[:1]
        case "replace" if "error" in named:
            yield named["error"]
        case _ if {"state", "reason"} <= named.keys():
            if ast.unparse(named["state"]) in {"'dead'", "'ambiguous'"}:
                yield named["reason"]


def filled(fault: ast.expr) -> Iterator[str]:
    """A fault's name, or the names that come of it with its open parts filled in."""
    match fault:
        case ast.Constant(value=str() as name):
            yield name
        case ast.IfExp(body=one, orelse=other):
            yield from [*filled(one), *filled(other)]
        case ast.JoinedStr(values=parts):
            looked_up = [one for one in get_args(Operation) if one != "send"]
            for operation in looked_up:
                known = FILLED | {"operation": operation}
                yield "".join(
                    str(part.value)
                    if isinstance(part, ast.Constant)
                    else known[ast.unparse(part.value)]  # type: ignore[attr-defined]
                    for part in parts
                )
