"""`python -m ops.bench` as it is called: it measures, it says so, and it leaves nothing behind."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ops import processes
from ops.bench import command
from ops.bench.command import main
from ops.bench.figures import Row, Said, series
from ops.bench.generator import Unmeasurable
from ops.bench.measure import Bench
from ops.bench.measures import MEASURES, Measure
from ops.bench.scale import FULL, QUICK, as_short_as
from secretaria.playground.engines.process import wait_until

pytestmark = pytest.mark.minutes(1)

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 120


def start(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "ops.bench", *arguments],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_run_measures_tells_and_cleans_up(tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    running = start(tmp_path, "--only", "B1", "--seconds", "0.3", "--json", str(found))
    told, complaints = running.communicate(timeout=WAIT_SECONDS)
    assert running.returncode == 0, complaints.decode()
    assert "| B1 | webhooks aceitos, 32 conexões" in told.decode()
    rows = json.loads(found.read_text())["rows"]
    assert [row["beside"] for row in rows] == ["ceiling", "flask-rq", "flask-rq", ""]
    assert all(row["ours_median"] > 0 for row in rows)
    assert list(tmp_path.glob("bench-*")) == []


def test_a_run_that_is_told_to_stop_takes_everything_with_it(tmp_path: Path) -> None:
    running = start(tmp_path, "--only", "B1", "--seconds", "60")
    assert wait_until(lambda: any(tmp_path.glob("bench-*/ceiling.log")), seconds=WAIT_SECONDS)
    started = processes.family(running.pid)
    assert len(started) > 5
    running.send_signal(signal.SIGTERM)
    assert running.wait(WAIT_SECONDS) == 128 + signal.SIGTERM

    def are_gone() -> bool:
        return not {process.pid for process in processes.running()} & set(started)

    assert wait_until(are_gone, seconds=20)
    assert list(tmp_path.glob("bench-*")) == []


def test_a_measure_that_goes_wrong_is_told_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def give_up(_: Bench) -> None:
        raise Unmeasurable("3 of 5 sent")

    def succeed(bench: Bench) -> None:
        bench.findings.rows.append(Row("B2", Said("x", "x"), series([1.0])))

    measures = {"B1": Measure(give_up, lambda _: 1), "B2": Measure(succeed, lambda _: 1)}
    monkeypatch.setattr(command, "MEASURES", measures)
    assert main(["--only", "B1,B2"]) == 1
    told = capsys.readouterr()
    assert "B1: não deu para medir: 3 of 5 sent" in told.out
    assert "| B2 | x" in told.out
    [folder] = re.findall(r"^Logs: (.+)$", told.err, re.MULTILINE)
    shutil.rmtree(folder)


@pytest.mark.parametrize("wrong", [["--only", "B9"], ["--seconds", "0"], ["--seconds", "61"]])
def test_what_cannot_be_measured_is_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(wrong)
    assert refused.value.code == 2


@pytest.mark.parametrize("scale", [QUICK, FULL, as_short_as(0.3)])
def test_every_measure_says_how_many_steps_it_has(scale: object) -> None:
    assert list(MEASURES) == [f"B{one}" for one in range(1, 8)]
    assert all(measure.steps(scale) > 0 for measure in MEASURES.values())  # type: ignore[arg-type]


def test_every_figure_of_a_full_run_is_taken_five_times() -> None:
    counts = (FULL.rounds, FULL.turn_rounds, FULL.curve_rounds, FULL.stream_rounds, FULL.starts)
    assert counts == (5,) * 5
    assert FULL.process_rounds == 5
