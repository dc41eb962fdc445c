"""Gemini's only door: google-generativeai over REST, loaded by the worker alone."""

from dataclasses import dataclass
from typing import Any

import gevent
import google.generativeai as genai
import requests
from google.api_core import exceptions
from google.generativeai.types import GenerationConfig, RequestOptions
from google.protobuf.json_format import ParseError

from secretaria.core.prompt import Prompt
from secretaria.core.whaticket import seconds_of
from secretaria.errors import ModelRefused, ModelUnavailable
from secretaria.services.ports import Answer

LONGEST_REPLY_TOKENS = 2048
_ROLES = {"customer": "user", "secretary": "model"}
_PASSING = frozenset({408, 409, 425, 429})
_STOP = 1


@dataclass(frozen=True, slots=True)
class GeminiModel:
    """Asks Gemini once; when to ask again is decided elsewhere."""

    def generate(self, model: str, prompt: Prompt, *, timeout_seconds: float) -> Answer:
        """Ask once, within the time limit as a whole.

        Raises `ModelUnavailable` (timeout, connection, 429, 5xx, an answer that is not JSON) or
        `ModelRefused` (blocked, empty, cut off, an unknown ending, any other 4xx).
        """
        limit = gevent.Timeout.start_new(max(timeout_seconds, 0.001))
        try:
            return _answer(model, _generate(model, prompt, timeout_seconds))
        except gevent.Timeout as timeout:
            if timeout is not limit:
                raise
            raise ModelUnavailable("timeout") from None
        except exceptions.GoogleAPICallError as error:
            raise _fault(error) from None
        except (requests.RequestException, exceptions.GoogleAPIError, OSError) as error:
            raise ModelUnavailable(type(error).__name__) from None
        except (ParseError, UnicodeDecodeError):
            raise ModelUnavailable("not_json") from None
        finally:
            limit.close()


def connect(api_key: str, endpoint: str) -> GeminiModel:
    """Configure the SDK for this process; nothing connects yet."""
    genai.configure(
        api_key=api_key, transport="rest", client_options={"api_endpoint": endpoint}
    )
    return GeminiModel()


def _generate(model: str, prompt: Prompt, timeout_seconds: float) -> Any:
    speaker = genai.GenerativeModel(model, system_instruction=prompt.system)
    return speaker.generate_content(
        [{"role": _ROLES[turn.role], "parts": [turn.text]} for turn in prompt.turns],
        generation_config=GenerationConfig(max_output_tokens=LONGEST_REPLY_TOKENS),
        request_options=RequestOptions(timeout=timeout_seconds, retry=None),
    )


def _answer(model: str, response: Any) -> Answer:
    if response.prompt_feedback.block_reason:
        raise ModelRefused("blocked")
    if not response.candidates:
        raise ModelRefused("no_candidates")
    candidate = response.candidates[0]
    if candidate.finish_reason != _STOP:
        raise ModelRefused(f"finish_reason_{int(candidate.finish_reason)}")
    text = "".join(part.text for part in candidate.content.parts if part.text).strip()
    if not text:
        raise ModelRefused("empty")
    usage = response.usage_metadata
    return Answer(
        text,
        getattr(response, "model_version", "") or model,
        usage.prompt_token_count,
        usage.candidates_token_count,
    )


def _fault(error: exceptions.GoogleAPICallError) -> ModelRefused | ModelUnavailable:
    status = int(error.code or 0)
    if status in _PASSING or status >= 500:  # noqa: PLR2004 - the class of server faults
        return ModelUnavailable(f"http_{status}", retry_after_seconds=_retry_after(error))
    return ModelRefused(f"http_{status}")


def _retry_after(error: exceptions.GoogleAPICallError) -> float | None:
    """`Retry-After`, or the delay of Google's own `RetryInfo` detail."""
    header = getattr(error.response, "headers", {}).get("Retry-After")
    if header is not None:
        return seconds_of(header)
    delays = [part.retry_delay.seconds for part in error.details if hasattr(part, "retry_delay")]
    return float(delays[0]) if delays else None
