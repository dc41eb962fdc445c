"""`python -m ops.bench`: measure side by side, show a table, draw a plot."""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tqdm import tqdm

from ops.bench import outcome, plot, report, table
from ops.bench.arena import Arena
from ops.bench.figures import Findings
from ops.bench.generator import Unmeasurable
from ops.bench.measure import Bench
from ops.bench.measures import MEASURES
from ops.bench.scale import FULL, QUICK, Scale, as_short_as
from secretaria.errors import Misconfigured

HERE = Path(__file__).parent
MOST_SECONDS = 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; answers 1 when something could not be measured."""
    options = _options().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        findings = _measure_all(options.only, folder, _scale(options))
    except (Unmeasurable, Misconfigured) as error:  # nothing works without the arena
        sys.stderr.write(f"\nNão deu para medir: {error}\nLogs: {folder}\n")
        return 1
    except SystemExit:
        sys.stderr.write("Interrompido: tudo foi parado, nada foi medido.\n")
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _tell(findings, options, time.monotonic() - started)
    if findings.unmeasured:
        sys.stderr.write(f"Logs: {folder}\n")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def _measure_all(names: Sequence[str], folder: Path, scale: Scale) -> Findings:
    steps = sum(MEASURES[name].steps(scale) for name in names)
    with tqdm(total=steps, leave=False, disable=None) as bar, Arena(folder) as arena:
        bench = Bench(arena, scale, lambda _: None)
        for name in names:

            def tell(what: str, name: str = name) -> None:
                bar.set_description(f"{name} {what}")
                bar.update()

            bench.tell = tell
            _measure(name, bench)
    return bench.findings


def _measure(name: str, bench: Bench) -> None:
    """Run one measure and tell its rows; one that goes wrong does not take the others with it."""
    before = len(bench.findings.rows)
    try:
        MEASURES[name].run(bench)
    except (Unmeasurable, Misconfigured) as error:
        bench.findings.unmeasured[name] = str(error)
        tqdm.write(f"{name}: não deu para medir: {error}\n")
    found = bench.findings.rows[before:]
    tqdm.write(f"{table.render(found)}\n{table.notes(found)}\n")
    sys.stdout.flush()


def _leave(number: int, _: FrameType | None) -> NoReturn:
    """Take everything that was started down, when told to stop."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ops.bench", description=__doc__)
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--full", action="store_true", help="cada número cinco vezes; grava o relatório"
    )
    either.add_argument(
        "--seconds", type=_seconds, help="uma rodada só, e tão curta: para ver se funciona"
    )
    parser.add_argument(
        "--only", type=_names, default=list(MEASURES), help="só estas medidas: B1,B2"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="grava todos os números")
    parser.add_argument("--plot", type=Path, metavar="DIR", help="a pasta do gráfico")
    return parser


def _scale(options: argparse.Namespace) -> Scale:
    if options.seconds is not None:
        return as_short_as(options.seconds)
    return FULL if options.full else QUICK


def _seconds(words: str) -> float:
    seconds = float(words)
    if not 0 < seconds <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"mais que 0 e até {MOST_SECONDS} segundos")
    return seconds


def _names(words: str) -> list[str]:
    names = words.upper().split(",")
    if unknown := set(names) - set(MEASURES):
        raise argparse.ArgumentTypeError(f"não há medida {', '.join(sorted(unknown))}")
    return [name for name in MEASURES if name in names]


def _tell(findings: Findings, options: argparse.Namespace, seconds: float) -> None:
    sys.stdout.write(f"\n{table.render(findings.rows)}\n\n{table.notes(findings.rows)}\n\n")
    sys.stdout.write(f"{seconds:.0f} s ao todo\n")
    is_complete = options.full and set(options.only) == set(MEASURES)
    if options.json:
        outcome.write(findings, options.json)
    if findings.curve:
        chosen = options.plot or (HERE if is_complete else Path(tempfile.mkdtemp(prefix="bench-")))
        sys.stdout.write(f"Gráfico: {plot.draw(findings.curve, chosen)}\n")
    if is_complete:
        report.write(findings, seconds=seconds)
        sys.stdout.write(f"Relatório: {report.PATH}\n")
