"""Figures: rounds of one measure, the ratio of two, and whether a target is reached."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Verdict = Literal["reached", "missed", "reported"]
Unit = Literal["/s", "ms", "s", "MiB", "%", ""]


class Said(NamedTuple):
    """The same words for the terminal and for the report."""

    portuguese: str
    english: str


UNSAID = Said("", "")


@dataclass(frozen=True, slots=True)
class Series:
    """What the rounds of one measure came to; its figure is the median, with its spread."""

    values: tuple[float, ...]
    unit: Unit = ""

    @property
    def median(self) -> float:
        """The value in the middle."""
        return statistics.median(self.values)

    def __str__(self) -> str:
        """The median, and in brackets the least and the greatest."""
        unit = f" {self.unit}" if self.unit not in {"/s", "%", ""} else self.unit
        if len(set(self.values)) == 1:
            return f"{number(self.median)}{unit}"
        return (
            f"{number(self.median)}{unit} ({number(min(self.values))}–{number(max(self.values))})"
        )


def number(value: float) -> str:
    """A number with three digits that say something."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits


def series(values: Sequence[float], unit: Unit = "") -> Series:
    """The rounds of one measure."""
    return Series(tuple(values), unit)


@dataclass(frozen=True, slots=True)
class Target:
    """How a figure must stand; `is_least`: at least that, otherwise at most that."""

    limit: float
    is_least: bool
    unit: Unit = ""

    def __str__(self) -> str:
        """As it stands in the table."""
        unit = f" {self.unit}" if self.unit not in {"%", ""} else self.unit
        return f"{'≥' if self.is_least else '≤'} {number(self.limit)}{unit}"

    def judge(self, value: float) -> Verdict:
        """Whether it is reached."""
        reached = value >= self.limit if self.is_least else value <= self.limit
        return "reached" if reached else "missed"


def at_least(limit: float, unit: Unit = "") -> Target:
    """That, or more."""
    return Target(limit, is_least=True, unit=unit)


def at_most(limit: float, unit: Unit = "") -> Target:
    """That, or less."""
    return Target(limit, is_least=False, unit=unit)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, beside what, and the target for it.

    The target is about the ratio of both medians, or about ours where nothing stands beside it.
    Without a target it is only reported; `note` says what limits it.
    """

    figure: str
    what: Said
    ours: Series
    target: Target | None = None
    beside: str = ""
    theirs: Series | None = None
    note: Said = UNSAID

    @property
    def ratio(self) -> float | None:
        """Our median in theirs."""
        if self.theirs is None:
            return None
        return self.ours.median / self.theirs.median if self.theirs.median else float("inf")

    @property
    def value(self) -> float:
        """What the target is about."""
        return self.ours.median if self.ratio is None else self.ratio

    @property
    def judged(self) -> str:
        """The same, as it is shown."""
        return str(self.ours) if self.ratio is None else f"{number(self.ratio)} ×"

    @property
    def wanted(self) -> str:
        """The target, as it is shown; empty where there is none."""
        if self.target is None:
            return ""
        return str(self.target) if self.ratio is None else f"{self.target} ×"

    @property
    def verdict(self) -> Verdict:
        """Reached, missed, or only reported."""
        return "reported" if self.target is None else self.target.judge(self.value)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the plot: how a server answers with so many connections."""

    name: str
    connections: int
    per_second: Series
    p50: Series
    p99: Series


@dataclass
class Findings:
    """What a run has found so far; `unmeasured` says of a measure why it was given up."""

    rows: list[Row] = field(default_factory=list)
    curve: list[Point] = field(default_factory=list)
    unmeasured: dict[str, str] = field(default_factory=dict)
