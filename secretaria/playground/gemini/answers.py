"""Gemini's answers as they look on the wire, the good ones and the bad ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from secretaria.playground.faults import Fault
from secretaria.playground.wire import Response, html_response, json_response

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
# google/ai/generativelanguage/v1beta/generative_service.proto; the client library asks for numbers
# with `$alt=json;enum-encoding=int`. FROM_THE_FUTURE is in no version of it.
FINISH_NUMBERS = {"STOP": 1, "MAX_TOKENS": 2, "SAFETY": 3, "FROM_THE_FUTURE": 9999}
BLOCK_NUMBERS = {"SAFETY": 1}

HTML_PAGE = "<!DOCTYPE html><html><head><title>Sorry...</title></head><body>Proxy</body></html>"
TRACEBACK = (
    "Traceback (most recent call last):\n"
    '  File "/app/service.py", line 42, in answer\n'
    "    raise ValueError(reply)\n"
    "ValueError: invalid reply"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What an answer is made from: the model, the prompt's length, the reply it would give."""

    model: str
    prompt_characters: int
    reply: str
    enums_as_numbers: bool

    def finish(self, reason: str) -> str | int:
        """Return a finish reason as the client asked for it."""
        return FINISH_NUMBERS[reason] if self.enums_as_numbers else reason

    def block(self, reason: str) -> str | int:
        """Return a block reason as the client asked for it."""
        return BLOCK_NUMBERS[reason] if self.enums_as_numbers else reason


def google_error(status: int, message: str = "", *, retry_after: float | None = None) -> Response:
    """Answer with Google's form of an error; `retry_after` in seconds."""
    name = STATUS_NAMES.get(status, "UNKNOWN")
    error: dict[str, Any] = {"code": status, "message": message or name, "status": name}
    headers: dict[str, str] = {}
    if retry_after is not None:
        headers["Retry-After"] = f"{retry_after:g}"
        kind = "type.googleapis.com/google.rpc.RetryInfo"
        error["details"] = [{"@type": kind, "retryDelay": f"{retry_after:g}s"}]
    return json_response({"error": error}, status, headers)


def reply_with(
    question: Question, text: str | None, *, finish: str = "STOP", drip_seconds: float = 0.0
) -> Response:
    """Answer with one candidate; without a text it has no parts."""
    content: dict[str, Any] = {"role": "model"}
    if text is not None:
        content["parts"] = [{"text": text}]
    candidate = {"content": content, "finishReason": question.finish(finish), "index": 0}
    body = {"candidates": [candidate], **_bill(question, text or "")}
    whole = json_response(body)
    return Response(whole.status, whole.body, whole.headers, drip_seconds)


def _bill(question: Question, text: str) -> dict[str, Any]:
    """Return the usage; a token is about four characters."""
    asked = max(1, question.prompt_characters // 4)
    answered = -(-len(text) // 4)
    usage = {
        "promptTokenCount": asked,
        "candidatesTokenCount": answered,
        "totalTokenCount": asked + answered,
    }
    return {"usageMetadata": usage, "modelVersion": question.model}


def _status(fault: Fault, _: Question) -> Response:
    return google_error(fault.status, fault.text, retry_after=fault.retry_after)


def _truncated(_: Fault, question: Question) -> Response:
    whole = reply_with(question, question.reply)
    return Response(200, whole.body[: len(whole.body) // 2], whole.headers)


def _blocked(_: Fault, question: Question) -> Response:
    feedback = {"promptFeedback": {"blockReason": question.block("SAFETY")}}
    return json_response(feedback | _bill(question, ""))


def _no_candidates(_: Fault, question: Question) -> Response:
    return json_response({"candidates": []} | _bill(question, ""))


def _drip(fault: Fault, question: Question) -> Response:
    return reply_with(question, question.reply, drip_seconds=fault.seconds)


def _cut(reply: str) -> str:
    return reply[: max(1, len(reply) // 2)]


def _text(fault: Fault, question: Question) -> Response:
    return reply_with(question, fault.text)


# Each kind of answer, by its name in a plan. "hang" and "reset" give none: see the simulator.
ANSWERS: Mapping[str, Callable[[Fault, Question], Response]] = {
    "ok": lambda _, question: reply_with(question, question.reply),
    "slow": lambda _, question: reply_with(question, question.reply),
    "status": _status,
    "drip": _drip,
    "html": lambda *_: html_response(HTML_PAGE),
    "truncated": _truncated,
    "blocked": _blocked,
    "safety": lambda _, question: reply_with(question, None, finish="SAFETY"),
    "empty": lambda _, question: reply_with(question, None),
    "no_candidates": _no_candidates,
    "max_tokens": lambda _, question: reply_with(
        question, _cut(question.reply), finish="MAX_TOKENS"
    ),
    "max_tokens_empty": lambda _, question: reply_with(question, None, finish="MAX_TOKENS"),
    "unknown_finish": lambda _, question: reply_with(
        question, question.reply, finish="FROM_THE_FUTURE"
    ),
    "text": _text,
    "error_text": lambda _, question: reply_with(question, TRACEBACK),
}
