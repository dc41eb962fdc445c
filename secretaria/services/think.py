"""Think: ask the model within the turn's budget, with retries, a breaker and a fallback model."""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from secretaria import metrics
from secretaria.core.prompt import Prompt
from secretaria.errors import ModelRefused, ModelUnavailable
from secretaria.services.ports import Answer, Breaker, Clock, Model

log = structlog.get_logger(__name__)
FIRST_BACKOFF_SECONDS = 0.5
SHORTEST_ATTEMPT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one turn may ask of the models."""

    attempt_seconds: float
    attempts: int
    total_seconds: float


@dataclass(frozen=True, slots=True)
class Think:
    """Asks the main model, then the fallback model, and gives up in time."""

    model: Model
    breaker: Breaker
    clock: Clock
    budget: Budget
    models: tuple[str, ...]

    def __call__(self, prompt: Prompt) -> Answer:
        """Answer a prompt; each model has its share of the budget, and what is left before it.

        Raises `ModelUnavailable` when any model's fault may pass, `ModelRefused` when none will.
        """
        started = self.clock.monotonic()
        share = self.budget.total_seconds / len(self.models)
        faults: list[ModelRefused | ModelUnavailable] = []
        for position, name in enumerate(self.models, start=1):
            try:
                return self._ask(name, prompt, started + share * position)
            except (ModelRefused, ModelUnavailable) as fault:
                log.warning("model.gave_up", model=name, fault=str(fault))
                faults.append(fault)
        raise next((fault for fault in faults if isinstance(fault, ModelUnavailable)), faults[-1])

    def _ask(self, name: str, prompt: Prompt, deadline: float) -> Answer:
        """Ask one model until it answers, refuses, or neither attempts nor time are left."""
        fault = ModelUnavailable("out_of_time")
        for backoff_seconds in self._backoffs():
            if not self.breaker.allows(name):
                raise ModelUnavailable("breaker_open")
            if self.clock.monotonic() >= deadline:
                break
            try:
                return self._attempt(name, prompt, deadline)
            except ModelUnavailable as error:
                fault = error
            wait_seconds = backoff_seconds + (fault.retry_after_seconds or 0)
            if self.clock.monotonic() + wait_seconds + SHORTEST_ATTEMPT_SECONDS > deadline:
                break
            self.clock.sleep(wait_seconds)
        raise fault

    def _attempt(self, name: str, prompt: Prompt, deadline: float) -> Answer:
        """Ask once, and tell the breaker: a refusal too shows that the model is there."""
        try:
            answer = self._ask_once(name, prompt, deadline)
        except ModelUnavailable:
            self.breaker.failed(name)
            raise
        except ModelRefused:
            self.breaker.succeeded(name)
            raise
        self.breaker.succeeded(name)
        return answer

    def _ask_once(self, name: str, prompt: Prompt, deadline: float) -> Answer:
        started = self.clock.monotonic()
        allowed = min(self.budget.attempt_seconds, deadline - started)
        outcome, fault = "error", None
        try:
            answer = self.model.generate(name, prompt, timeout_seconds=allowed)
            outcome = "ok"
        except ModelUnavailable as error:
            outcome, fault = "unavailable", str(error)
            raise
        except ModelRefused as error:
            outcome, fault = "refused", str(error)
            raise
        finally:
            self._note(name, outcome, fault, self.clock.monotonic() - started)
        metrics.LLM_TOKENS_TOTAL.labels("prompt").inc(answer.prompt_tokens)
        metrics.LLM_TOKENS_TOTAL.labels("output").inc(answer.output_tokens)
        return answer

    def _note(self, name: str, outcome: str, fault: str | None, seconds: float) -> None:
        metrics.LLM_SECONDS.labels(outcome).observe(seconds)
        details = {} if fault is None else {"fault": fault}
        milliseconds = round(seconds * 1000)
        log.info("model.asked", model=name, outcome=outcome, duration_ms=milliseconds, **details)

    def _backoffs(self) -> Iterator[float]:
        """Before each further attempt: doubling, with jitter; after the last one: for ever."""
        for attempt in range(self.budget.attempts - 1):
            yield FIRST_BACKOFF_SECONDS * 2**attempt * (0.5 + self.clock.chance())
        yield float("inf")
