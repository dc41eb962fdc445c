"""Gemini's only door: google-generativeai over REST, loaded by the worker alone."""

import json
import logging
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import gevent
import requests
from google.protobuf.json_format import ParseError
from requests.adapters import HTTPAdapter

from secretaria.core.prompt import Prompt
from secretaria.errors import ModelRefused, ModelUnavailable
from secretaria.services.ports import Answer

with warnings.catch_warnings():
    # The SDK announces its own end, and that of each Python, whenever it is loaded.
    warnings.simplefilter("ignore", FutureWarning)
    from google.ai.generativelanguage_v1beta.services.generative_service.transports import (
        GenerativeServiceRestTransport,
    )
    from google.generativeai.client import configure
    from google.generativeai.generative_models import GenerativeModel
    from google.generativeai.types import GenerationConfig, RequestOptions

LONGEST_ANSWER_TOKENS = 8192
"""What a model thinks before it speaks counts as well, and the SDK cannot tell it to think less."""

_ROLES = {"customer": "user", "secretary": "model"}
_PASSING = frozenset({408, 409, 425, 429, 499})
_STOP = 1
_SHORTEST_TIMEOUT_SECONDS = 0.001
_SECONDS = re.compile(r"(?P<seconds>\d{1,6}(?:\.\d{1,9})?)s?", re.ASCII)


@dataclass(frozen=True, slots=True)
class GeminiModel:
    """Asks Gemini once; when to ask again is decided elsewhere."""

    def generate(self, model: str, prompt: Prompt, *, timeout_seconds: float) -> Answer:
        """Ask once, within the time limit as a whole.

        Raises `ModelUnavailable` (timeout, connection, 429, 5xx, an answer that is not Gemini's
        JSON) or `ModelRefused` (blocked, empty, cut off, an unknown ending, any other 4xx).
        """
        allowed = max(timeout_seconds, _SHORTEST_TIMEOUT_SECONDS)
        limit = gevent.Timeout.start_new(allowed)
        try:
            return _read(model, _generate(model, prompt, allowed))
        except gevent.Timeout as timeout:
            if timeout is not limit:
                raise
            raise ModelUnavailable("timeout") from None
        except (ParseError, UnicodeDecodeError):
            raise ModelUnavailable("not_json") from None
        except requests.Timeout:
            raise ModelUnavailable("timeout") from None
        except OSError as error:
            raise ModelUnavailable(type(error).__name__) from None
        finally:
            limit.close()


def connect(api_key: str, endpoint: str, *, connections: int = 64) -> GeminiModel:
    """Configure the SDK for this process; nothing connects yet.

    `connections`: how many are kept open; more calls at once open more of them.
    """

    class Transport(_CheckedTransport):
        kept_connections = connections

    _keep_quiet()
    configure(
        api_key=api_key,
        transport=Transport,  # type: ignore[arg-type] # its client takes a class as well
        client_options={"api_endpoint": endpoint},
    )
    return GeminiModel()


def _keep_quiet() -> None:
    """Leave what the SDK says to our logs, and its warnings of new enum values to nobody.

    It cuts its loggers off from ours unless they have a level of their own; below a warning it
    would log whole prompts.
    """
    logger = logging.getLogger("google")
    logger.setLevel(logging.WARNING)
    logger.propagate = True
    warnings.filterwarnings("ignore", "Unrecognized .* enum value", UserWarning)


class _CheckedTransport(GenerativeServiceRestTransport):
    """The SDK's transport, with room for a worker's greenlets and answers checked before it reads.

    By itself the SDK breaks on an error that is not in Google's form, repeats what a 401 has
    refused, and follows a redirect with the key in its hands.
    """

    kept_connections = 1

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        pool = HTTPAdapter(pool_maxsize=self.kept_connections)
        self._session.mount("https://", pool)
        self._session.mount("http://", pool)
        self._session.hooks["response"].append(_check)


def _check(response: requests.Response, **_: Any) -> None:
    """Raise our fault for an answer that is no success, or no JSON object."""
    if response.status_code >= 300:  # noqa: PLR2004 - the classes beyond success
        raise _fault(response)
    if not isinstance(_document(response), dict):
        raise ModelUnavailable("not_json")


def _fault(response: requests.Response) -> ModelRefused | ModelUnavailable:
    status = response.status_code
    is_ours = 400 <= status < 500  # noqa: PLR2004 - the class of client errors
    if is_ours and status not in _PASSING:
        return ModelRefused(f"http_{status}")
    return ModelUnavailable(f"http_{status}", retry_after_seconds=_retry_after(response))


def _retry_after(response: requests.Response) -> float | None:
    """The `Retry-After` header in either form, else the delay of Google's own `RetryInfo`."""
    header = response.headers.get("Retry-After", "")
    told = (_seconds(header), _seconds_until(header, response.headers.get("Date", "")))
    delays = (_seconds(detail.get("retryDelay")) for detail in _details(response))
    return next((seconds for seconds in (*told, *delays) if seconds is not None), None)


def _seconds(text: object) -> float | None:
    found = _SECONDS.fullmatch(text) if isinstance(text, str) else None
    return float(found["seconds"]) if found else None


def _seconds_until(moment: str, now: str) -> float | None:
    """From one HTTP date to another: the server's own clock decides."""
    try:
        until = parsedate_to_datetime(moment) - parsedate_to_datetime(now)
    except (TypeError, ValueError):
        return None
    return max(until.total_seconds(), 0.0)


def _details(response: requests.Response) -> Iterator[dict[str, Any]]:
    """`error.details` of Google's form of an error; nothing of any other form."""
    document = _document(response)
    error = document.get("error") if isinstance(document, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict):
            yield detail


def _document(response: requests.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return None


def _generate(model: str, prompt: Prompt, timeout_seconds: float) -> Any:
    speaker = GenerativeModel(model, system_instruction=prompt.system)
    return speaker.generate_content(
        [{"role": _ROLES[turn.role], "parts": [turn.text]} for turn in prompt.turns],
        generation_config=GenerationConfig(max_output_tokens=LONGEST_ANSWER_TOKENS),
        request_options=RequestOptions(timeout=timeout_seconds, retry=None),
    )


def _read(model: str, response: Any) -> Answer:
    if response.prompt_feedback.block_reason:
        raise ModelRefused("blocked")
    if not response.candidates:
        raise ModelRefused("no_candidates")
    candidate = response.candidates[0]
    if candidate.finish_reason != _STOP:
        raise ModelRefused(f"finish_reason_{int(candidate.finish_reason)}")
    text = "".join(part.text for part in candidate.content.parts).strip()
    if not text:
        raise ModelRefused("empty")
    usage = response.usage_metadata
    thought_and_said = usage.total_token_count - usage.prompt_token_count
    return Answer(
        text,
        response.model_version or model,
        usage.prompt_token_count,
        max(usage.candidates_token_count, thought_and_said),
    )
