"""A scenario: a function that hurts the arena, with its number, its title and its sizes.

To add one, write a module in `ops/chaos/scenarios` with a function under `@scenario(...)`: it is
found by itself. Its keyword arguments are its size, one set for `quick` and one for `full`. It
uses `run.driver` to write, `run.arena` to break things, `run.settle()` to wait for the end, and
`run.expect()` for what it demands beyond the usual promises, which are always checked.
"""

import importlib
import pkgutil
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gevent

from ops.chaos import evidence
from ops.chaos.arena import Arena
from ops.chaos.checker import Findings, check
from ops.chaos.driver import Driver
from ops.chaos.history import History
from ops.chaos.verdict import Verdict
from ops.quantiles import quantile
from secretaria.playground.engines.process import wait_until

SETTLE_SECONDS = 120.0
EVERY_SECONDS = 0.25
HISTORIES_OF_A_KIND = 2

Sizes = Mapping[str, Any]


class NotAtRest(Exception):
    """The service did not come to rest in time: what follows in a scenario makes no sense."""


class SeenEnough(Exception):
    """What the scenario was played for has been seen: it need not come to rest."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way to hurt the service, and how much of it for a quick run and for a full one."""

    number: int
    title: str
    act: Callable[..., None]
    quick: Sizes
    full: Sizes


SCENARIOS: dict[int, Scenario] = {}


def scenario(
    number: int, title: str, *, quick: Sizes, full: Sizes
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a scenario."""

    def register(act: Callable[..., None]) -> Callable[..., None]:
        SCENARIOS[number] = Scenario(number, title, act, quick, full)
        return act

    return register


def find_scenarios() -> Mapping[int, Scenario]:
    """Import every module of the scenarios; answers them by number."""
    from ops.chaos import scenarios  # noqa: PLC0415 - its modules import this one

    for module in pkgutil.iter_modules(scenarios.__path__):
        importlib.import_module(f"{scenarios.__name__}.{module.name}")
    return dict(sorted(SCENARIOS.items()))


@dataclass
class Run:
    """What a scenario works with.

    `judges_time` says whether limits of time and memory are invariants; otherwise they are only
    reported. `settle_seconds` is how long the service may take to come to rest;
    `has_seen_enough`, if given, is asked meanwhile about what has happened so far, and may end the
    scenario.
    """

    arena: Arena
    driver: Driver
    chance: random.Random
    verdict: Verdict
    judges_time: bool = False
    settle_seconds: float = SETTLE_SECONDS
    has_seen_enough: Callable[[Findings], bool] | None = None
    logs: dict[Path, int] = field(default_factory=dict)
    concerned: list[str] = field(default_factory=list)
    _keepers: list[gevent.Greenlet] = field(default_factory=list)

    def expect(self, kept: bool, invariant: str, *marks: str) -> None:  # noqa: FBT001 - it reads as an assertion
        """Demand something beyond the usual promises; the history of the marks will be told."""
        if not kept:
            self.verdict.broken.append(invariant)
            self.concerned += marks[:HISTORIES_OF_A_KIND]

    def report(self, name: str, value: object) -> None:
        """Report a figure."""
        self.verdict.figures[name] = str(value)

    def limit(self, name: str, value: float, most: float, unit: str = "s") -> None:
        """Report a figure that has a limit, which is an invariant where time is judged."""
        self.report(name, f"{value:.3g} {unit}")
        if self.judges_time and value > most:
            self.verdict.broken.append(f"{name}: {value:.3g} {unit}, e o limite é {most:g} {unit}")

    def recovered(self, since: float, *, most_seconds: float) -> None:
        """Note how long the service took from a moment (`time.monotonic()`) until now."""
        self.verdict.recovery_seconds = time.monotonic() - since
        self.limit("recuperação", self.verdict.recovery_seconds, most_seconds)

    def latencies(
        self,
        *,
        since: float = 0.0,
        until: float = float("inf"),
        most_seconds: float | None = None,
        name: str = "",
    ) -> None:
        """Report the percentiles of the webhook's answers; the p99 may have a limit."""
        seconds = sorted(self.driver.seconds(since, until))
        if not seconds:
            return
        for percent in (50, 95):
            self.report(f"p{percent}{name}", f"{quantile(seconds, percent / 100):.3f} s")
        self.limit(f"p99{name}", quantile(seconds, 0.99), most_seconds or float("inf"))

    def is_settled(self) -> bool:
        """Whether every accepted message is stored, and nothing is owed any more."""
        truth = self.arena.truth
        try:
            if truth.owed():
                return False
            stored = truth.inbound_texts()
        except Exception:  # noqa: BLE001 - the database may be away just now
            return False
        return all(one.text in stored for one in self.driver.accepted)

    def settle(self) -> None:
        """Wait for all customers to have written and for everything to be done.

        Raises `NotAtRest`, which ends the scenario; the checker says what is missing. Raises
        `SeenEnough` when it has, which ends it too.
        """
        self.driver.finish()
        if not self.wait_for(self._is_over):
            raise NotAtRest

    def evidence(self) -> evidence.Evidence:
        """What is known so far: no sending whose row is not there yet."""
        arena = self.arena
        sendings, spooled = list(arena.whaticket.ledger.sendings), arena.spooled()
        return evidence.gather(arena.truth, self.driver.written, sendings, spooled=spooled)

    def _is_over(self) -> bool:
        if self.has_seen_enough is not None and self.has_seen_enough(check(self.evidence())):
            raise SeenEnough
        return self.is_settled()

    def wait_for(self, condition: Callable[[], bool], *, seconds: float | None = None) -> bool:
        """Wait for a condition, never for a time; answers whether it came true."""
        patience = self.settle_seconds if seconds is None else seconds
        return wait_until(condition, seconds=patience, every_seconds=EVERY_SECONDS)

    def delivered(self) -> int:
        """How many of the messages have been answered so far."""
        sendings = self.arena.whaticket.ledger.delivered
        return len({mark for one in sendings for mark in evidence.marks_in(one.body)})

    def beside(self, work: Callable[[], None]) -> None:
        """Do something beside the scenario until it ends."""
        self._keepers.append(gevent.spawn(work))

    def end(self) -> None:
        """End what was going on beside."""
        gevent.killall(self._keepers)


def play(
    chosen: Scenario,
    arena: Arena,
    *,
    seed: int,
    is_quick: bool,
    settle_seconds: float = SETTLE_SECONDS,
    has_seen_enough: Callable[[Findings], bool] | None = None,
    on_start: Callable[[Run], None] = lambda _: None,
) -> Verdict:
    """Play a scenario in a clean arena, and judge it."""
    arena.clean()
    chance = random.Random(f"{seed}-{chosen.number}")  # noqa: S311 - it must repeat
    verdict = Verdict(chosen.number, chosen.title, seed)
    driver = Driver(arena.url, chance)
    run = Run(
        arena,
        driver,
        chance,
        verdict,
        not is_quick,
        settle_seconds,
        has_seen_enough,
        arena.log_sizes(),
    )
    started, is_at_rest = time.monotonic(), False
    run.beside(lambda: _watch_memory(arena, verdict))
    on_start(run)
    try:
        chosen.act(run, **(chosen.quick if is_quick else chosen.full))
        run.settle()
        is_at_rest = True
    except NotAtRest:
        verdict.broken.append("tudo chega a um estado final (o serviço não ficou em repouso)")
    except SeenEnough:
        pass
    finally:
        run.end()
    verdict.seconds = time.monotonic() - started
    verdict.restarts = arena.supervisor.restarts
    _conclude(run)
    if any(answer.status is None for answer in driver.answers()):
        arena.restart("web")  # what nobody waited for may still be on its way
    if not is_at_rest:
        arena.restart(*arena.worker_names, between=arena.empty)  # they have turns under way
    return verdict


def _conclude(run: Run) -> None:
    arena, verdict, found = run.arena, run.verdict, run.evidence()
    verdict.judge(check(found))
    run.expect(verdict.findings.accepted > 0, "alguma mensagem foi aceita")
    history = History(found, {path: run.logs.get(path, 0) for path in arena.log_sizes()})
    for mark in run.concerned:
        verdict.histories[mark] = history.of(mark)
    told: dict[str, int] = {}
    for trouble in verdict.findings.troubles:
        told[trouble.kind] = told.get(trouble.kind, 0) + 1
        if told[trouble.kind] <= HISTORIES_OF_A_KIND:
            title = f"{trouble.kind} {trouble.mark}: {trouble.detail}"
            verdict.histories[title] = history.of(trouble.mark)


def _watch_memory(arena: Arena, verdict: Verdict) -> None:
    while True:
        held = arena.memory_bytes(*arena.processes)
        verdict.peak_memory_bytes = max(verdict.peak_memory_bytes, held)
        gevent.sleep(1)
