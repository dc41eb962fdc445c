"""The runbook's recipes tell the right story of a real run, and nobody's number or words."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
import requests
from sqlalchemy import text

from secretaria.adapters import database as databases
from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.stack import Stack

pytestmark = [pytest.mark.tools, pytest.mark.minutes(2)]

ROOT = Path(__file__).resolve().parent.parent
RUNBOOK = (ROOT / "ops/runbook.md").read_text(encoding="utf-8")
ANA, BIA = "5511955550101", "5511955550102"
WORDS = "quero a segunda via do boleto"
PANEL_PASSWORD = "a long one of the panel's"
ANSWER_SECONDS = 90
BLOCK = re.compile(r"(?:<!-- ([a-z-]+) -->\n)?```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RECIPES = {mark: script for mark, script in BLOCK.findall(RUNBOOK) if mark}
TOOLS = ("jq", "lnav")
EVENT = re.compile(r"\b([a-z_]+\.[a-z_]+)\b")
OF_A_MESSAGE = (
    "message.accepted",
    "http.request",
    "turn.started",
    "model.asked",
    "turn.finished",
    "delivery.attempted",
)


@dataclass
class Run:
    """A service that has run for a while, and its logs in one file."""

    stack: Stack
    folder: Path

    def lines(self, event: str = "") -> list[dict[str, Any]]:
        text = (self.folder / "log.jsonl").read_text(encoding="utf-8")
        lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        return [line for line in lines if event in {"", line["event"]}]

    def follow(self, recipe: str, **variables: str) -> str:
        """What a recipe of the runbook shows."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", RECIPES[recipe]],  # noqa: S607 - as the reader has it
            cwd=self.folder,
            env={
                "PATH": self.stack.variables()["PATH"],
                "HOME": str(self.folder),
                "TERM": "xterm",
                "LANG": "C.UTF-8",
                **variables,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=ANSWER_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        assert "error" not in done.stderr
        return done.stdout

    def story(self, recipe: str, **variables: str) -> list[str]:
        """The events of messages that a recipe shows, in its order."""
        shown = EVENT.findall(self.follow(recipe, **variables))
        return [event for event in shown if event in OF_A_MESSAGE]


def says(stack: Stack, number: str, *texts: str) -> None:
    """Say something, and wait until it is answered."""
    answered = len(stack.whaticket.replies_to(number))
    attempts = stack.log("worker").count('"outcome": "sent"')
    for words in texts:
        stack.whaticket.customer_says(number, words)
    assert wait_until(
        lambda: (
            len(stack.whaticket.replies_to(number)) > answered
            and stack.log("worker").count('"outcome": "sent"') > attempts
        ),
        seconds=ANSWER_SECONDS,
    )


def begin_again(stack: Stack, name: str, *, number: int = 15) -> None:
    ready = stack.log(name).count(f'"{name}.ready"')
    stack.end(name, number=number)
    stack.run(name)
    assert wait_until(
        lambda: stack.log(name).count(f'"{name}.ready"') > ready, seconds=ANSWER_SECONDS
    )
    stack.wait_until_ready()


def look_into(stack: Stack) -> None:
    """List a message, then sign in to the panel at the second try, read it and resolve it."""
    assert stack.engines is not None
    database = databases.connect(
        stack.engines.postgres.url, pool_size=1, timeout_seconds=10, name="tests"
    )
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO messages (id, conversation_id, direction, state, kind, text,"
                " correlation_id) SELECT 900, min(id), 'inbound', 'dead', 'text', :words, 'listed'"
                " FROM conversations"
            ),
            {"words": WORDS},
        )
    database.close()
    with requests.Session() as browser:
        for password in ("wrong", PANEL_PASSWORD):
            send(browser, stack, "entrar", "entrar", senha=password)
        send(browser, stack, "filas", "texto", mensagem="900")
        send(browser, stack, "filas", "resolver?desfecho=perdida", mensagem="900", certeza="sim")


def send(browser: requests.Session, stack: Stack, page: str, path: str, **fields: str) -> None:
    """Send a form with the proof that is on a page of the panel."""
    panel = f"{stack.url}/painel"
    proof = re.search(r'name="prova" value="(\w+)"', browser.get(f"{panel}/{page}").text)
    assert proof is not None
    browser.post(f"{panel}/{path}", data={"prova": proof[1], **fields})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A burst, a refused send, two contacts, a deploy, a death, a look at the panel."""
    folder = tmp_path_factory.mktemp("following")
    environment = {"BURST_WINDOW_SECONDS": "2", "PANEL_PASSWORD": PANEL_PASSWORD}
    with Stack(folder / "stack", environment=environment) as stack:
        stack.whaticket.plan(Fault("status", status=503))
        says(stack, ANA, f"eco: {WORDS}", f"eco: {WORDS}, por favor")
        says(stack, BIA, f"eco: {WORDS}")
        begin_again(stack, "worker")
        begin_again(stack, "web")
        says(stack, ANA, f"eco: {WORDS}")
        begin_again(stack, "worker", number=SIGKILL)
        look_into(stack)
        noise = "Traceback (most recent call last):\n42\n"
        (folder / "web.log").write_text(stack.log("web") + noise, encoding="utf-8")
        (folder / "worker.log").write_text(stack.log("worker"), encoding="utf-8")
        (folder / "ops").symlink_to(ROOT / "ops")
        gathered = re.search(r"^\| arquivos \| `(.+)` \|$", RUNBOOK, re.MULTILINE)
        assert gathered is not None
        subprocess.run(["bash", "-c", gathered[1]], cwd=folder, check=True)  # noqa: S607
        made = Run(stack, folder)
        made.follow("lnav-format")
        yield made


def accepted(run: Run) -> list[dict[str, Any]]:
    """The four messages, as they were accepted: two of Ana's, one of Bia's, one of Ana's."""
    lines = sorted(run.lines("message.accepted"), key=lambda line: line["message_id"])
    assert len(lines) == 4
    return lines


def test_every_recipe_is_tried_here_and_has_both_forms() -> None:
    scripts = [(mark, script) for mark, script in BLOCK.findall(RUNBOOK) if _uses_a_tool(script)]
    assert all(mark for mark, _ in scripts)
    kinds = {tool: {mark.removeprefix(f"{tool}-") for mark in RECIPES} for tool in TOOLS}
    assert {"message", "contact", "deploy", "errors", "restarts", "panel"} <= kinds["jq"] & kinds[
        "lnav"
    ]
    assert len(RECIPES) == 13


def _uses_a_tool(script: str) -> bool:
    """Besides by a line of jq among an alert's commands, which test_runbook_statements tries."""
    beginning = r"^(?:\w+=\$\()?(?:jq|lnav) (?!.*'fromjson\? .+' log\.jsonl)"
    return re.search(beginning, script, re.MULTILINE) is not None


BURST = [
    "message.accepted",
    "http.request",
    "message.accepted",
    "http.request",
    "turn.started",
    "model.asked",
    "turn.finished",
    "delivery.attempted",
    "delivery.attempted",
]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("place", [0, 1])
def test_a_message_of_a_burst_is_followed_by_either_id(run: Run, tool: str, place: int) -> None:
    wanted = accepted(run)[place]["correlation_id"]
    story = run.story(f"{tool}-message", ID=wanted)
    if place == 0:  # what answers both carries its id, and the other's webhook does not
        assert story == [*BURST[:2], *BURST[4:]]
    else:
        assert sorted(story) == sorted(BURST)
        assert story[4:] == BURST[4:]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("place", [2, 3])
def test_a_message_by_itself_is_followed_and_no_other(run: Run, tool: str, place: int) -> None:
    wanted = accepted(run)[place]["correlation_id"]
    assert run.story(f"{tool}-message", ID=wanted) == list(OF_A_MESSAGE)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_send_that_was_refused_says_so(run: Run, tool: str) -> None:
    shown = run.follow(f"{tool}-message", ID=accepted(run)[0]["correlation_id"])
    attempts = [line for line in shown.splitlines() if "delivery.attempted" in line]
    assert "retry" in attempts[0]
    assert "http_503" in attempts[0]
    assert "sent" in attempts[1]


@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_is_shown_of_an_id_that_is_nobodys(run: Run, tool: str) -> None:
    assert run.story(f"{tool}-message", ID="0" * 32) == []


@pytest.mark.parametrize("tool", TOOLS)
def test_a_contact_is_followed_over_a_deploy_and_no_other_contact(run: Run, tool: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from secretaria.cli import main; main()", "who", ANA],
        cwd=ROOT,
        env=run.stack.variables(),
        capture_output=True,
        text=True,
        check=True,
    )
    contact = told.stdout.strip()
    assert contact == accepted(run)[0]["contact"]
    story = run.story(f"{tool}-contact", CONTACT=contact)
    assert sorted(story) == sorted([*BURST, *OF_A_MESSAGE])
    assert story[-len(OF_A_MESSAGE) :] == list(OF_A_MESSAGE)
    assert accepted(run)[2]["correlation_id"] not in run.follow(f"{tool}-contact", CONTACT=contact)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_deploy_shows_what_was_told_to_stop_and_what_died(run: Run, tool: str) -> None:
    shown = run.follow(f"{tool}-deploy")
    events = re.findall(r"(?:web|worker)\.(?:ready|stopped)", shown)
    of = {name: [event for event in events if event.startswith(name)] for name in ("web", "worker")}
    assert of["web"] == ["web.ready", "web.stopped", "web.ready"]
    assert of["worker"] == ["worker.ready", "worker.stopped", "worker.ready", "worker.ready"]
    assert all("0." in line for line in shown.splitlines() if ".ready" in line)


@pytest.mark.parametrize("tool", TOOLS)
def test_restarts_are_counted_by_the_hour(run: Run, tool: str) -> None:
    shown = run.follow(f"{tool}-restarts")
    rows = re.findall(r"(\d{4}-\d\d-\d\dT\d\d)\s+(web|worker)\s+(\d+)\s+(\d+)", shown)
    counted = {name: [0, 0] for name in ("web", "worker")}
    for _, name, ready, stopped in rows:
        counted[name][0] += int(ready)
        counted[name][1] += int(stopped)
    assert counted == {"web": [2, 1], "worker": [3, 1]}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_went_wrong_is_counted(run: Run, tool: str) -> None:
    (line,) = [line for line in run.follow(f"{tool}-errors").splitlines() if "http_503" in line]
    assert "delivery.attempted" in line
    assert re.search(r"(^|\s)1(\s|$)", line)


@pytest.mark.parametrize("tool", TOOLS)
def test_what_was_done_on_the_panel_is_told_by_its_session(run: Run, tool: str) -> None:
    shown = run.follow(f"{tool}-panel")
    told = [line for line in shown.splitlines() if EVENT.search(line)]
    events = ["sign_in_failed", "signed_in", "text_shown"]
    wanted = [*(f"panel.{name}" for name in events), "message.resolved"]
    assert [EVENT.findall(line)[0] for line in told] == wanted
    [session] = {line["panel_session"] for line in run.lines("panel.signed_in")}
    assert [session in line for line in told] == [False, True, True, True]
    assert all("900" in line for line in told[2:])


def test_no_recipe_shows_a_number_or_a_word(run: Run) -> None:
    first = accepted(run)[0]
    for recipe in RECIPES:
        shown = run.follow(recipe, ID=first["correlation_id"], CONTACT=first["contact"])
        assert "boleto" not in shown
        assert ANA not in shown
        assert BIA not in shown


def test_lnav_knows_level_time_body_and_operation_of_each_line(run: Run) -> None:
    query = (
        "SELECT log_time, log_level, log_body, log_opid FROM secretaria_log"
        " WHERE log_body = 'delivery.attempted' ORDER BY log_time LIMIT 1"
    )
    done = subprocess.run(
        ["lnav", "-n", "-c", f";{query}", "-c", ":write-json-to -", "log.jsonl"],  # noqa: S607
        cwd=run.folder,
        env={"PATH": run.stack.variables()["PATH"], "HOME": str(run.folder), "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    (row,) = json.loads(done.stdout)
    line = min(run.lines("delivery.attempted"), key=lambda line: line["timestamp"])
    assert row == {
        "log_time": line["timestamp"][:23].replace("T", " "),  # lnav answers milliseconds
        "log_level": "warning",
        "log_body": "delivery.attempted",
        "log_opid": line["correlation_id"],
    }


def test_what_heroku_puts_before_a_line_is_taken_off(run: Run, tmp_path: Path) -> None:
    found = re.search(r"sed -n '([^']+)'", RUNBOOK)
    assert found is not None
    lines = run.stack.log("worker").splitlines()
    prefixed = "\n".join(f"{line['timestamp']} app[worker.1]: x" for line in run.lines())
    heroku = "\n".join(f"2026-11-28T19:09:24.532100+00:00 app[worker.1]: {one}" for one in lines)
    (tmp_path / "heroku.log").write_text(f"{prefixed}\n{heroku}\n", encoding="utf-8")
    done = subprocess.run(
        ["sed", "-n", found[1], str(tmp_path / "heroku.log")],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [line for line in lines if line.startswith("{")]
