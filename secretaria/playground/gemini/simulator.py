"""The simulated Gemini's server: checks a call as Google does, writes it down, and answers."""

import re
from collections.abc import Mapping
from typing import Any

import gevent

from secretaria.playground.engines.process import LOOPBACK
from secretaria.playground.faults import Fault
from secretaria.playground.gemini import secretary
from secretaria.playground.gemini.answers import ANSWERS, Question, google_error
from secretaria.playground.gemini.ledger import Call, Ledger
from secretaria.playground.server import Simulator
from secretaria.playground.wire import Request, Response

WRONG_KEY = "wrong-key"
MISSING_MODEL = "missing-model"

_ROUTE = re.compile(r"/v1beta/models/(?P<model>[^/:]+):generateContent")
_ROLES = {"user", "model"}


class GeminiSimulator(Simulator):
    """Gemini's `generateContent`, answered by a secretary that reads the system instruction.

    Kinds of fault: ok, slow, status, hang, drip, html, truncated, blocked, safety, empty,
    no_candidates, max_tokens, max_tokens_empty, unknown_finish, text, reset, error_text. A fault
    with a `model` concerns that model alone.
    """

    def __init__(
        self, *, host: str = LOOPBACK, port: int = 0, default_delay_seconds: float = 0.0
    ) -> None:
        super().__init__(
            {*ANSWERS, "hang", "reset"},
            host=host,
            port=port,
            default_delay_seconds=default_delay_seconds,
        )
        self.ledger = Ledger()

    def answer(self, request: Request) -> Response:
        """Answer `POST /v1beta/models/{model}:generateContent`."""
        route = _ROUTE.fullmatch(request.path)
        if route is None or request.method != "POST":
            return google_error(404, "Requested entity was not found.")
        with self.ledger.answering():
            return self._generate(request, route["model"])

    def ledger_json(self) -> dict[str, Any]:
        """Return the ledger for its control route."""
        return self.ledger.as_json()

    def _forget(self) -> None:
        self.ledger.forget()

    def _generate(self, request: Request, model: str) -> Response:
        body = request.json()
        wrong = _what_is_wrong(request, model, body)
        if wrong:
            outcome, refusal = wrong
            self._write_down(model, body if isinstance(body, dict) else {}, outcome)
            return refusal
        fault = self._plan.take(lambda fault: fault.model in {None, model})
        call = self._write_down(model, body, fault.kind)
        self._wait(fault)
        if fault.kind == "hang":
            request.hang()
        if fault.kind == "reset":
            request.drop()
        return ANSWERS[fault.kind](fault, _question(request, call))

    def _wait(self, fault: Fault) -> None:
        extra_seconds = fault.seconds if fault.kind == "slow" else 0.0
        gevent.sleep(self.default_delay_seconds + extra_seconds)

    def _write_down(self, model: str, body: Mapping[str, Any], outcome: str) -> Call:
        call = Call(
            model=model,
            system_instruction=_instruction(body),
            contents=_contents(body),
            generation_config=body.get("generationConfig") or {},
            outcome=outcome,
        )
        self.ledger.calls.append(call)
        return call


def _what_is_wrong(request: Request, model: str, body: Any) -> tuple[str, Response] | None:
    """Return why Google would refuse the call, and how it says so."""
    key = request.headers.get("x-goog-api-key", "")
    if not key:
        return "unauthorized", google_error(403, "Method doesn't allow unregistered callers.")
    if key == WRONG_KEY:
        return "unauthorized", google_error(401, "API key not valid.")
    if model == MISSING_MODEL:
        return "not_found", google_error(404, f"models/{model} is not found for API version v1beta")
    flaw = _flaw_of(body)
    return ("invalid", google_error(400, flaw)) if flaw else None


def _flaw_of(body: Any) -> str:
    """Say what is wrong with the contents; empty when nothing is."""
    if not isinstance(body, dict):
        return "Invalid JSON payload received."
    contents = body.get("contents")
    if not isinstance(contents, list) or not contents:
        return "* GenerateContentRequest.contents: contents is not specified"
    for content in contents:
        if not isinstance(content, dict) or content.get("role", "user") not in _ROLES:
            return "Please use a valid role: user, model."
        if not _text(content):
            return "* GenerateContentRequest.contents.parts: contents.parts must not be empty."
    if contents[-1].get("role", "user") != "user":
        return "Please ensure that multiturn requests end with a user turn."
    return ""


def _question(request: Request, call: Call) -> Question:
    characters = len(call.system_instruction) + sum(len(text) for _, text in call.contents)
    return Question(
        model=call.model,
        prompt_characters=characters,
        reply=secretary.reply(call.system_instruction, call.contents),
        enums_as_numbers="enum-encoding=int" in request.query.get("$alt", ""),
    )


def _instruction(body: Mapping[str, Any]) -> str:
    return _text(body.get("systemInstruction") or body.get("system_instruction"))


def _contents(body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    contents = body.get("contents")
    turns = contents if isinstance(contents, list) else []
    return tuple(
        (str(turn.get("role", "user")), _text(turn)) for turn in turns if isinstance(turn, dict)
    )


def _text(content: Any) -> str:
    """Return the text of all parts of a content."""
    parts = content.get("parts") if isinstance(content, dict) else None
    if not isinstance(parts, list):
        return ""
    return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))
