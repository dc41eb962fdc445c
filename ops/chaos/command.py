"""`python -m ops.chaos`: play scenarios, show a table, tell what broke."""

import argparse
import re
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import gevent
from tqdm import tqdm

from ops.chaos import report, table
from ops.chaos.arena import Arena
from ops.chaos.mixture import mixture
from ops.chaos.sabotage import QUICK_CONSTANTS
from ops.chaos.scenario import Run, Scenario, find_scenarios, play
from ops.chaos.verdict import Verdict

FIRST_SEED, SEEDS = 1, 10**6
MOST_MINUTES = 24 * 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; answers 1 when an invariant broke."""
    options = _options().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    seed = FIRST_SEED + secrets.randbelow(SEEDS) if options.seed is None else options.seed
    sys.stdout.write(f"Semente {seed}\n")
    scenarios = find_scenarios()
    numbers = options.only or list(scenarios)
    if unknown := set(numbers) - set(scenarios):
        sys.stderr.write(f"Não há cenário {', '.join(map(str, sorted(unknown)))}\n")
        return 2
    chosen = [scenarios[number] for number in numbers]
    if options.minutes:
        chosen = [mixture(options.minutes)]
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        verdicts = _play_all(chosen, folder, seed, is_quick=options.quick)
    except SystemExit:
        sys.stderr.write("Interrompido: tudo foi parado, nada foi julgado.\n")
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _tell(verdicts, folder, options)
    if not (options.only or options.quick or options.minutes):
        report.write(verdicts, seed=seed)
    return 0 if all(verdict.is_kept for verdict in verdicts) else 1


def _play_all(
    chosen: Sequence[Scenario], folder: Path, seed: int, *, is_quick: bool
) -> list[Verdict]:
    verdicts: list[Verdict] = []
    with Arena(folder, constants=QUICK_CONSTANTS if is_quick else {}) as arena:
        for one in chosen:
            verdicts.append(_play(one, arena, seed, is_quick=is_quick))
            tqdm.write(table.line(verdicts[-1]))
            sys.stdout.flush()
    return verdicts


def _leave(number: int, _: FrameType | None) -> NoReturn:
    """Take everything that was started down, when told to stop."""
    sys.exit(128 + number)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ops.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="repete uma corrida")
    parser.add_argument("--quick", action="store_true", help="tamanhos pequenos")
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--minutes", type=_minutes, help="em vez dos cenários, uma mistura ao acaso"
    )
    either.add_argument("--only", type=_numbers, help="só estes cenários: 1,2,3")
    return parser


def _minutes(words: str) -> float:
    minutes = float(words)
    if not 0 < minutes <= MOST_MINUTES:
        raise argparse.ArgumentTypeError(f"mais que 0 e até {MOST_MINUTES} minutos")
    return minutes


def _numbers(words: str) -> list[int]:
    if not re.fullmatch(r"\d+(,\d+)*", words):
        raise argparse.ArgumentTypeError("números separados por vírgula, como 1,2,3")
    return [int(word) for word in words.split(",")]


def _play(chosen: Scenario, arena: Arena, seed: int, *, is_quick: bool) -> Verdict:
    with _bar(f"{chosen.number:>2} {chosen.title}") as bar:

        def show(run: Run) -> None:
            run.beside(lambda: _advance(run, bar))

        return play(chosen, arena, seed=seed, is_quick=is_quick, on_start=show)


@contextmanager
def _bar(title: str) -> Iterator["tqdm[None]"]:
    with tqdm(desc=title, unit=" msg", leave=False, disable=None) as bar:
        yield bar


def _advance(run: Run, bar: "tqdm[None]") -> None:
    """Show how many of the messages written so far are answered."""
    while True:
        bar.total = len(run.driver.written)
        bar.n = run.delivered()
        bar.refresh()
        gevent.sleep(0.25)


def _tell(verdicts: Sequence[Verdict], folder: Path, options: argparse.Namespace) -> None:
    sys.stdout.write("\n" + table.render(verdicts) + "\n")
    broken = [verdict for verdict in verdicts if not verdict.is_kept]
    if not broken:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for verdict in broken:
        sys.stdout.write(table.history(verdict))
    numbers = ",".join(str(verdict.number) for verdict in broken)
    what = f"MINUTES={options.minutes:g}" if options.minutes else f"ONLY={numbers}"
    again = f"make chaos SEED={broken[0].seed} {what}"
    sys.stdout.write(f"\nPara repetir: {again}\nLogs: {folder}\n")
