"""`secretaria prune`: it counts, it asks, it deletes, and it refuses what is no age."""

import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from ready_program import ReadyProgram
from sqlalchemy import text

from secretaria.adapters.database import Database
from secretaria.cli.prune import prune

pytestmark = pytest.mark.minutes(0.5)

PROGRAM = (sys.executable, "-c", "from secretaria.cli import main; main()")
MESSAGES = 1200
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(environment: dict[str, str], ready_program: ReadyProgram) -> Run:
    return lambda *words: ready_program("prune", *words, environment=environment)


@pytest.fixture
def old(database: Database) -> Callable[[], int]:
    """Leave many old messages and one that is listed; answers how many there are left."""
    with database.transaction() as session:
        for statement in (
            "INSERT INTO contacts (number, created_at)"
            " VALUES ('5511955550101', now() - interval '1 year')",
            "INSERT INTO conversations (contact_id, created_at)"
            " VALUES (1, now() - interval '1 year')",
            "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id,"
            " created_at) SELECT 1, 'outbound', 'sent', 'reply', 'palavras', 'x',"
            f" now() - interval '1 year' FROM generate_series(1, {MESSAGES})",
            "UPDATE messages SET state = 'ambiguous' WHERE id = 7",
        ):
            session.execute(text(statement))

    def left() -> int:
        with database.transaction() as session:
            return session.scalar(text("SELECT count(*) FROM messages")) or 0

    return left


@pytest.mark.parametrize(
    "age",
    ["0d", "-1d", "90", "1e9d", "", "d", "90D", "3w", "1.5d", " 90d", "90d ", "٩d", "36501d"],
    ids=repr,
)
def test_what_is_no_age_is_refused(age: str) -> None:
    done = CliRunner().invoke(prune, ["--yes", "--older-than", age])
    assert done.exit_code == 2
    assert "de 1d a 36500d" in done.stderr


def test_a_refusal_is_one_sentence_and_touches_nothing(run: Run, old: Callable[[], int]) -> None:
    done = run("--yes", "--older-than", "90")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert old() == MESSAGES


def test_an_age_must_be_told() -> None:
    done = CliRunner().invoke(prune, ["--yes"])
    assert done.exit_code == 2
    assert "--older-than" in done.stderr


def test_a_dry_run_says_what_would_go_and_what_would_stay(run: Run, old: Callable[[], int]) -> None:
    done = run("--older-than", "90d", "--dry-run")
    assert done.returncode == 0
    assert "Seria apagado, de antes de " in done.stdout
    assert f"{MESSAGES - 1} mensagens e respostas" in done.stdout
    assert "1 à espera de uma pessoa (secretaria dead list)" in done.stdout
    assert "palavras" not in done.stdout
    assert old() == MESSAGES


def test_it_deletes_what_the_dry_run_counted(run: Run, old: Callable[[], int]) -> None:
    counted = json.loads(run("--older-than", "90d", "--dry-run", "--json").stdout)
    deleted = json.loads(run("--older-than", "90d", "--json").stdout)
    assert deleted == counted
    assert (deleted["messages"], deleted["listed"], deleted["contacts"]) == (MESSAGES - 1, 1, 0)
    assert old() == 1
    assert "Nada a apagar" in run("--older-than", "90d").stdout


def on_a_terminal(answer: bytes, *words: str, environment: dict[str, Any]) -> tuple[int, str]:
    """Run it with a terminal on all three; answers its exit code and what was seen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "prune", *words], env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    seen = b""
    is_over = False
    while not is_over:
        is_over = process.poll() is not None
        while select.select([ours], [], [], 0.1)[0]:
            seen += os.read(ours, 4096)
        if b"[y/N]" in seen and answer:
            os.write(ours, answer)
            answer = b""
    os.close(ours)
    os.close(theirs)
    return process.returncode, seen.decode()


def test_on_a_terminal_it_asks_first_and_no_means_no(
    environment: dict[str, str], old: Callable[[], int]
) -> None:
    code, seen = on_a_terminal(b"n\n", "--older-than", "90d", environment=environment)
    assert code == 1
    assert f"{MESSAGES - 1} mensagens" in seen
    assert old() == MESSAGES


def test_on_a_terminal_yes_means_yes_with_its_progress(
    environment: dict[str, str], old: Callable[[], int]
) -> None:
    code, seen = on_a_terminal(b"y\n", "--older-than", "90d", environment=environment)
    assert code == 0, seen
    assert "Apagando" in seen
    assert "100%" in seen
    assert old() == 1


def test_on_a_terminal_it_need_not_ask(environment: dict[str, str], old: Callable[[], int]) -> None:
    code, seen = on_a_terminal(b"", "--older-than", "90d", "--yes", environment=environment)
    assert code == 0, seen
    assert "desfazer" not in seen
    assert old() == 1
