"""Asking the models within a budget: retries, waits, breaker, fallback, by a clock of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from secretaria.core.prompt import Marks, Prompt
from secretaria.errors import ModelRefused, ModelUnavailable
from secretaria.metrics.series import REGISTRY
from secretaria.services.ports import Answer, Clock
from secretaria.services.think import Budget, Think

PROMPT = Prompt("s", (), Marks("", ""))
GOOD = Answer("Olá!", "main-001", 10, 5)
BUSY = ModelUnavailable("http_503")
BLOCKED = ModelRefused("blocked")
Step = tuple[float, Answer | Exception]


@dataclass
class Watch:
    """A clock that moves only when somebody sleeps or a model takes its time."""

    time: float = 100.0
    slept: list[float] = field(default_factory=list)
    chance: float = 0.5

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def clock(self) -> Clock:
        return Clock(
            lambda: datetime.now(UTC), lambda: self.time, self.sleep, lambda: self.chance, str
        )


@dataclass
class ScriptedModel:
    """Takes so many seconds, then answers or fails; never longer than it is allowed to."""

    watch: Watch
    script: dict[str, list[Step]]
    calls: list[tuple[str, float]] = field(default_factory=list)

    def generate(self, model: str, prompt: Prompt, *, timeout_seconds: float) -> Answer:
        assert prompt is PROMPT
        assert timeout_seconds > 0
        self.calls.append((model, round(timeout_seconds, 3)))
        seconds, outcome = self.script[model].pop(0)
        self.watch.time += min(seconds, timeout_seconds)
        if seconds > timeout_seconds:
            raise ModelUnavailable("timeout")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@dataclass
class NotedBreaker:
    closed_to: Sequence[str] = ()
    noted: list[tuple[str, str]] = field(default_factory=list)

    def allows(self, name: str) -> bool:
        self.noted.append(("allows", name))
        return name not in self.closed_to

    def succeeded(self, name: str) -> None:
        self.noted.append(("succeeded", name))

    def failed(self, name: str) -> None:
        self.noted.append(("failed", name))


@dataclass
class Scene:
    watch: Watch
    model: ScriptedModel
    breaker: NotedBreaker
    think: Think

    def fault(self) -> Exception:
        with pytest.raises((ModelRefused, ModelUnavailable)) as caught:
            self.think(PROMPT)
        return caught.value


def scene(
    *,
    main: Sequence[Step] = (),
    spare: Sequence[Step] | None = None,
    budget: Budget | None = None,
    closed_to: Sequence[str] = (),
) -> Scene:
    watch = Watch()
    model = ScriptedModel(watch, {"main": [*main], "spare": [*(spare or ())]})
    breaker = NotedBreaker(closed_to)
    names = ("main",) if spare is None else ("main", "spare")
    think = Think(model, breaker, watch.clock(), budget or Budget(20, 3, 45), names)
    return Scene(watch, model, breaker, think)


def test_an_answer_at_once_is_one_call_with_the_time_of_one_attempt() -> None:
    at = scene(main=[(1, GOOD)])

    assert at.think(PROMPT) == GOOD
    assert at.model.calls == [("main", 20)]
    assert at.breaker.noted == [("allows", "main"), ("succeeded", "main")]


def test_a_fault_that_passes_is_tried_again_after_a_growing_wait() -> None:
    at = scene(main=[(0, BUSY), (0, BUSY), (0, GOOD)])

    assert at.think(PROMPT) == GOOD
    assert at.watch.slept == [0.5, 1.0]


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 0.25), (1.0, 0.75)])
def test_the_wait_has_jitter(chance: float, wait: float) -> None:
    at = scene(main=[(0, BUSY), (0, GOOD)])
    at.watch.chance = chance

    at.think(PROMPT)

    assert at.watch.slept == [wait]


def test_no_more_attempts_than_allowed() -> None:
    at = scene(main=[(0, BUSY)] * 9)

    assert str(at.fault()) == "http_503"
    assert len(at.model.calls) == 3


def test_a_refusal_is_not_tried_again_and_shows_that_the_model_is_there() -> None:
    at = scene(main=[(0, BLOCKED)])

    assert at.fault() is BLOCKED
    assert at.breaker.noted == [("allows", "main"), ("succeeded", "main")]


def test_the_wait_that_the_model_asks_for_is_kept_with_jitter_on_top() -> None:
    at = scene(main=[(0, ModelUnavailable("http_429", retry_after_seconds=7)), (0, GOOD)])

    at.think(PROMPT)

    assert at.watch.slept == [7.5]


def test_a_wait_beyond_the_budget_is_not_begun() -> None:
    at = scene(main=[(0, ModelUnavailable("http_429", retry_after_seconds=60)), (0, GOOD)])

    assert str(at.fault()) == "http_429"
    assert at.watch.slept == []


@pytest.mark.parametrize("seconds", [0.0, 3.0, 15.0, 19.9, 25.0, 1000.0])
@pytest.mark.parametrize("total", [0.3, 1.0, 10.0, 45.0])
@pytest.mark.parametrize("spare", [True, False])
def test_the_budget_is_never_passed(seconds: float, total: float, *, spare: bool) -> None:
    steps = [(seconds, BUSY)] * 9
    at = scene(main=steps, spare=steps if spare else None, budget=Budget(20, 3, total))

    at.fault()

    assert at.model.calls
    assert at.watch.time - 100 <= total + 1e-6


def test_an_attempt_never_gets_more_than_is_left_of_the_budget() -> None:
    at = scene(main=[(1000, GOOD)] * 9)

    at.fault()

    assert at.model.calls == [("main", 20), ("main", 20), ("main", 3.5)]


def test_the_fallback_model_answers_when_the_main_one_does_not() -> None:
    at = scene(main=[(0, BUSY)] * 3, spare=[(0, GOOD)])

    assert at.think(PROMPT) == GOOD
    assert [name for name, _ in at.model.calls] == ["main"] * 3 + ["spare"]


def test_the_fallback_model_answers_what_the_main_one_refuses() -> None:
    at = scene(main=[(0, BLOCKED)], spare=[(0, GOOD)])

    assert at.think(PROMPT) == GOOD


def test_a_slow_main_model_leaves_the_fallback_model_its_share() -> None:
    at = scene(main=[(1000, GOOD)] * 3, spare=[(15, GOOD)])

    assert at.think(PROMPT) == GOOD
    assert at.model.calls[-1] == ("spare", 20)


@pytest.mark.parametrize(
    ("main", "spare", "kind"),
    [
        (BLOCKED, BUSY, ModelUnavailable),
        (BUSY, BLOCKED, ModelUnavailable),
        (BUSY, BUSY, ModelUnavailable),
        (BLOCKED, ModelRefused("http_404"), ModelRefused),
    ],
)
def test_hope_of_any_model_is_hope(
    main: Exception, spare: Exception, kind: type[Exception]
) -> None:
    assert isinstance(scene(main=[(0, main)] * 3, spare=[(0, spare)] * 3).fault(), kind)


def test_an_open_breaker_lets_no_call_through() -> None:
    at = scene(closed_to=["main"])

    assert str(at.fault()) == "breaker_open"
    assert at.model.calls == []


def test_an_open_breaker_leaves_the_whole_budget_to_the_fallback_model() -> None:
    at = scene(spare=[(0, BUSY), (18, GOOD)], closed_to=["main"])

    assert at.think(PROMPT) == GOOD


def test_the_breaker_is_asked_before_each_attempt_and_told_after_it() -> None:
    at = scene(main=[(0, BUSY), (0, GOOD)])

    at.think(PROMPT)

    assert [what for what, _ in at.breaker.noted] == ["allows", "failed", "allows", "succeeded"]


def test_a_breaker_that_takes_the_time_away_ends_the_turn_without_a_call() -> None:
    at = scene(main=[(0, GOOD)])

    class SlowBreaker(NotedBreaker):
        def allows(self, name: str) -> bool:
            at.watch.time += 50
            return super().allows(name)

    slow = SlowBreaker()
    think = Think(at.model, slow, at.watch.clock(), Budget(20, 3, 45), ("main",))

    with pytest.raises(ModelUnavailable, match="out_of_time"):
        think(PROMPT)
    assert at.model.calls == []


def test_tokens_and_time_are_measured() -> None:
    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    tokens = "secretaria_llm_tokens_total"
    before = [value(tokens, kind=kind) for kind in ("prompt", "output")]
    refused = value("secretaria_llm_seconds_count", outcome="refused")
    at = scene(main=[(1, BLOCKED)], spare=[(0, GOOD)])

    at.think(PROMPT)

    after = [value(tokens, kind=kind) for kind in ("prompt", "output")]
    assert [new - old for new, old in zip(after, before, strict=True)] == [10, 5]
    assert value("secretaria_llm_seconds_count", outcome="refused") == refused + 1


def test_each_attempt_is_a_line_with_its_fault() -> None:
    at = scene(main=[(2, BUSY), (0, GOOD)])

    with capture_logs() as lines:
        at.think(PROMPT)

    assert [(line["outcome"], line.get("fault"), line["duration_ms"]) for line in lines] == [
        ("unavailable", "http_503", 2000),
        ("ok", None, 0),
    ]
