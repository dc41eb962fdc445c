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
        if len(self.values) == 1:
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
    """One line of the table: what was measured, beside what, and how they compare.

    `value` is what the target is about: a ratio of medians, or a figure of ours. Without a target
    it is only reported.
    """

    figure: str
    what: Said
    ours: str
    peer: str = ""
    value: float | None = None
    target: Target | None = None
    note: Said = UNSAID

    @property
    def verdict(self) -> Verdict:
        """Reached, missed, or only reported."""
        if self.target is None or self.value is None:
            return "reported"
        return self.target.judge(self.value)


def compared(  # noqa: PLR0913 - the cells of a row
    figure: str,
    what: Said,
    ours: Series,
    peer: tuple[str, Series],
    target: Target | None = None,
    *,
    note: Said = UNSAID,
) -> Row:
    """A row about the ratio of our median to a peer's."""
    name, theirs = peer
    ratio = ours.median / theirs.median if theirs.median else float("inf")
    return Row(figure, what, str(ours), f"{name} {theirs}", ratio, target, note)


def alone(figure: str, what: Said, ours: Series, target: Target | None = None) -> Row:
    """A row about a figure of ours by itself; the target has its unit."""
    return Row(figure, what, str(ours), "", ours.median if target else None, target)


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
    """What a run has found so far."""

    rows: list[Row] = field(default_factory=list)
    curve: list[Point] = field(default_factory=list)
    raw: dict[str, object] = field(default_factory=dict)
