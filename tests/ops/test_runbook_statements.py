"""What the runbook has somebody type at night is understood by what it is typed into."""

import re
import shutil
import subprocess

import pytest
from sqlalchemy import text
from watching import OPS

from secretaria import metrics
from secretaria.adapters.database import Database
from secretaria.metrics import Snapshot

RUNBOOK = (OPS / "runbook.md").read_text(encoding="utf-8")
STATEMENTS = re.findall(r'psql "\$DATABASE_URL" -c "(.+?)"', RUNBOOK)
RECIPES = re.findall(r"^jq .*?'(fromjson\? .+?)' log\.jsonl", RUNBOOK, re.MULTILINE)
LINE = '{"event": "x", "logger": "x", "level": "info"}\nnot ours\n'


@pytest.mark.parametrize("statement", STATEMENTS)
def test_postgresql_understands_each_statement(database: Database, statement: str) -> None:
    with database.transaction() as session:
        session.execute(text(statement.replace(":", r"\:")))


def test_every_series_that_is_looked_for_exists() -> None:
    page, _ = metrics.scrape(lambda: Snapshot({}, 0.0, {}))
    series = set(re.findall(r"^# TYPE secretaria_(\w+) ", page.decode(), re.MULTILINE))
    looked_for = re.findall(r"grep (?:-E ')?secretaria_\(?([\w|]+)", RUNBOOK)
    assert looked_for
    for word in "|".join(looked_for).split("|"):
        assert [one for one in series if one.startswith(word.removesuffix("_bucket"))], word


@pytest.mark.tools
@pytest.mark.skipif(shutil.which("jq") is None, reason="no jq on this machine")
@pytest.mark.parametrize("recipe", RECIPES)
def test_jq_understands_each_recipe(recipe: str) -> None:
    given = [part for name in ("id", "c") for part in ("--arg", name, "1")]
    done = subprocess.run(
        ["jq", "-cR", *given, recipe],  # noqa: S607 - whichever is there
        input=LINE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
