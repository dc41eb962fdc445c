"""Medians, spreads, ratios and verdicts; the table, the report and the JSON made of them."""

import json
from pathlib import Path

import pytest

from ops import machine
from ops.bench import outcome, plot, report, table
from ops.bench.figures import (
    Findings,
    Point,
    Row,
    Said,
    Target,
    at_least,
    at_most,
    number,
    series,
)
from ops.bench.usage import Usage

RATE = Said("aceitos", "accepted")
MEMORY = Said("memória", "memory")


@pytest.fixture
def findings() -> Findings:
    ours, theirs = series([90, 100, 130], "/s"), series([200, 210, 190], "/s")
    note = Said("os 2 núcleos estão cheios", "all 2 cores are full")
    rows = [
        Row("B1", RATE, ours, at_least(0.35), "ceiling", theirs, note),
        Row("B1", RATE, ours, at_least(1.75), "flask-rq", theirs),
        Row("B3", MEMORY, series([150.0], "MiB"), at_most(200, "MiB")),
        Row("B7", RATE, ours),
    ]
    curve = [
        Point(name, one, series([10.0 * one]), series([one]), series([2.0 * one]))
        for name in plot.STYLES
        for one in (1, 2)
    ]
    return Findings(rows, curve, {"B4": "3 of 5 sent in 60 s"})


def test_a_figure_is_the_median_with_its_spread() -> None:
    assert series([3, 1, 2]).median == 2
    assert str(series([612.4, 598.2, 640], "/s")) == "612/s (598–640)"
    assert str(series([1.234], "ms")) == "1.23 ms"
    assert str(series([40, 41], "%")) == "40.5% (40–41)"


@pytest.mark.parametrize(
    ("value", "shown"), [(0.03321, "0.0332"), (12.34, "12.3"), (1234.5, "1234"), (0, "0")]
)
def test_a_number_has_three_digits_that_say_something(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(
    ("target", "value", "verdict"),
    [
        (at_least(0.35), 0.35, "reached"),
        (at_least(0.35), 0.349, "missed"),
        (at_most(8), 8, "reached"),
        (at_most(8), 8.01, "missed"),
    ],
)
def test_a_target_is_reached_at_its_limit(target: Target, value: float, verdict: str) -> None:
    assert target.judge(value) == verdict


def test_a_row_is_judged_by_the_ratio_of_the_medians(findings: Findings) -> None:
    ceiling, flask, memory, reported = findings.rows
    assert ceiling.value == pytest.approx(0.5)
    assert [row.verdict for row in findings.rows] == ["reached", "missed", "reached", "reported"]
    assert (flask.ratio, memory.ratio, memory.value) == (0.5, None, 150.0)
    assert reported.ratio is None


def test_nothing_beside_us_is_no_success() -> None:
    row = Row("B1", RATE, series([1]), at_most(1), "ceiling", series([0]))
    assert row.verdict == "missed"


def test_the_table_of_the_terminal(findings: Findings) -> None:
    shown = table.render(findings.rows)
    assert "| B1 | aceitos | 100/s (90–130) | ceiling 200/s (190–210)" in shown
    assert "0.5 × | ≥ 1.75 ×  | NÃO  |" in shown
    assert "≤ 200 MiB | sim  |" in shown
    assert table.notes(findings.rows) == "B1 aceitos: os 2 núcleos estão cheios"


def test_the_report_says_what_holds_a_target_that_is_missed(
    findings: Findings, tmp_path: Path
) -> None:
    profile = tmp_path / "PROFILE.md"
    profile.write_text("# Profile\n\n## B1\n\nIt is the fsync.\n\n## B2\n\nNothing.\n")
    report.write(findings, seconds=125, path=tmp_path / "REPORT.md", profile=profile)
    written = (tmp_path / "REPORT.md").read_text()
    assert "2 of 3 targets reached" in written
    assert machine.facts()[0] in written
    assert "- accepted: 0.5 ×, where ≥ 1.75 × was wanted\n\nIt is the fsync.\n" in written
    assert "Nothing." not in written
    assert "- B1, accepted: all 2 cores are full" in written
    assert "## What could not be measured\n\n- B4: 3 of 5 sent in 60 s\n" in written
    assert "aceitos" not in written


def test_the_report_says_so_when_no_profile_explains_it(tmp_path: Path) -> None:
    empty = tmp_path / "PROFILE.md"
    empty.write_text("# Profile\n\n## B10\n\nOther.\n")
    for profile in (empty, tmp_path / "none"):
        assert report.explanation("B1", profile) == "No profile says yet what holds it."


def test_the_json_has_every_round(findings: Findings, tmp_path: Path) -> None:
    outcome.write(findings, tmp_path / "found.json")
    told = json.loads((tmp_path / "found.json").read_text())
    assert told["machine"] == machine.facts()
    assert told["rows"][0]["ours"] == [90, 100, 130]
    assert told["rows"][0]["theirs_median"] == 200
    assert [row["verdict"] for row in told["rows"]] == ["reached", "missed", "reached", "reported"]
    assert told["unmeasured"] == {"B4": "3 of 5 sent in 60 s"}
    assert told["curve"][0]["p99"]["values"] == [2.0]


def test_the_plot_is_a_png_and_an_svg(findings: Findings, tmp_path: Path) -> None:
    path = plot.draw(findings.curve, tmp_path / "new")
    assert path.read_bytes().startswith(b"\x89PNG")
    drawn = path.with_suffix(".svg").read_text()
    assert "<svg" in drawn


@pytest.mark.parametrize(
    ("spent", "others", "words"),
    [
        ({"web": 9.0, "load": 9.0}, 0.0, "cores are full"),
        ({"web": 9.0, "load": 1.0}, 0.0, "each web process fills a core (90%)"),
        ({"web": 3.0, "load": 1.0}, 0.0, "cores are left"),
        ({"web": 3.0, "load": 1.0}, 8.0, "others"),
    ],
)
def test_what_limits_a_round_is_computed(
    spent: dict[str, float], others: float, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "CORES", 2)
    assert words in Usage(10.0, spent, others).limit("web", 1).english
