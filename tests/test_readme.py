"""The READMEs tell the truth: both the same, nothing left out, and what they show works."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import requests

from secretaria import metrics
from secretaria.cli import program
from secretaria.metrics import Build, Snapshot
from secretaria.playground.engines.process import free_port, wait_until
from secretaria.playground.stack import SHARED_SECRET, Stack
from secretaria.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.en.md")
ANSWER_SECONDS = 60
RELAY_PATH = "a-long-and-secret-word"
DECISIONS = [f"ops/decisions/{path.name}" for path in sorted((ROOT / "ops/decisions").iterdir())]
PARTS = ["Context", "Decision", "Consequences"]

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[list[str]]:
    """The fenced blocks of a language, each as its lines, comments left out."""
    found = (match[3] for match in FENCE.finditer(read(name)) if match[2] == language)
    return [
        [line.strip() for line in block.splitlines() if not line.strip().startswith("#")]
        for block in found
    ]


def marked(name: str, mark: str) -> str:
    """The fenced block below `<!-- mark -->`."""
    _, _, rest = read(name).partition(f"<!-- {mark} -->\n")
    found = FENCE.match(rest)
    assert found is not None, mark
    return found[3]


def needs(*tools: str) -> pytest.MarkDecorator:
    """What a reader has and a bare machine may not: the suite must pass there too."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not on this machine: {missing}")


def commands(group: click.Group, *parents: str) -> Iterator[str]:
    for name, command in group.commands.items():
        words = (*parents, name)
        if isinstance(command, click.Group):
            yield from commands(command, *words)
        else:
            yield " ".join(words)


@pytest.mark.parametrize("language", ["bash", "python", "text"])
def test_both_readmes_show_the_same_commands_in_the_same_order(language: str) -> None:
    portuguese, english = (blocks(name, language) for name in READMES)
    assert portuguese == english
    assert portuguese


@pytest.mark.parametrize("name", READMES)
def test_every_setting_stands_once_in_the_table_and_no_other(name: str) -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", read(name), re.MULTILINE)
    assert sorted(rows) == sorted(field.upper() for field in Settings.model_fields)


def test_every_setting_stands_once_in_the_example_and_no_other() -> None:
    rows = re.findall(r"^(?:# )?([A-Z_]+)=", read(".env.example"), re.MULTILINE)
    assert sorted(rows) == sorted(field.upper() for field in Settings.model_fields)


@pytest.mark.parametrize("name", READMES)
def test_a_default_in_the_table_is_the_one_in_force(name: str) -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\S+) \|", read(name), re.MULTILINE)
    told = {variable: value for variable, value in rows if value[0].isdigit()}
    in_force = {
        field.upper(): str(about.default)
        for field, about in Settings.model_fields.items()
        if isinstance(about.default, int | float) and not isinstance(about.default, bool)
    }
    assert told == in_force


@needs("make")
@pytest.mark.parametrize("name", READMES)
def test_what_make_prints_is_what_the_readme_shows(name: str) -> None:
    printed = subprocess.run(
        ["make", "--no-print-directory"],  # noqa: S607 - whichever make is there
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    shown = [line for block in blocks(name, "text") for line in block if line.startswith("make ")]
    assert shown == printed.splitlines()


@pytest.mark.parametrize("name", READMES)
def test_every_command_of_the_program_is_in_the_readme_and_no_other(name: str) -> None:
    rows = re.findall(r"^\| `secretaria ([a-z ]+?)(?: [\"A-Z].*)?` \|", read(name), re.MULTILINE)
    assert sorted(rows) == sorted(commands(program))


@pytest.mark.parametrize("name", READMES)
def test_every_series_on_the_metrics_page_is_in_the_readme(name: str) -> None:
    page, _ = metrics.scrape(lambda: Snapshot({}, 0.0, {}), Build("1", "a", "3"))
    series = re.findall(r"^# TYPE secretaria_(\w+) ", page.decode(), re.MULTILINE)
    assert series
    assert [one for one in series if not re.search(rf"`{one}[`{{]", read(name))] == []


@pytest.mark.parametrize("name", [*READMES, "CHANGELOG.md", "ops/runbook.md", *DECISIONS])
def test_every_file_that_is_linked_exists(name: str) -> None:
    page = ROOT / name
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_says_its_status_context_decision_and_consequences(name: str) -> None:
    page = read(name)
    number = Path(name).name.partition("-")[0]
    assert page.startswith(f"# {number}: ")
    assert re.search(r"^Status: \w+", page, re.MULTILINE)
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == PARTS


def test_every_command_in_the_runbook_is_one_of_the_program() -> None:
    named = re.findall(r"\bsecretaria ((?:dead |conversation )?[a-z]+)", read("ops/runbook.md"))
    assert named
    assert set(named) <= set(commands(program))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("readme")
    with Stack(folder, environment={"BURST_WINDOW_SECONDS": "0"}) as running:
        yield running


def is_answered(stack: Stack, number: str) -> bool:
    return wait_until(lambda: bool(stack.whaticket.replies_to(number)), seconds=ANSWER_SECONDS)


def bash(script: str, *, cwd: Path = ROOT, **environment: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607 - as the README's reader has it
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=ANSWER_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs("bash", "curl", "openssl")
def test_the_message_sent_with_curl_is_accepted_and_answered(stack: Stack) -> None:
    script = marked("README.md", "signed-request")
    sent = bash(script, SECRETARIA_URL=stack.url, SHARED_SECRET=SHARED_SECRET)
    assert sent.startswith("HTTP/1.1 202 ")
    assert sent.endswith('{"queued": true}')
    assert is_answered(stack, "5511999999999")


def test_the_secret_that_the_curl_assumes_is_the_playgrounds() -> None:
    assert f'"${{SHARED_SECRET:-{SHARED_SECRET}}}"' in marked("README.md", "signed-request")


@pytest.fixture
def relay(stack: Stack, tmp_path: Path) -> Iterator[str]:
    script = tmp_path / "relay.py"
    script.write_text(marked("README.md", "relay"), encoding="utf-8")
    port = free_port()
    environment = {
        "SECRETARIA_URL": stack.url,
        "SHARED_SECRET": f"{SHARED_SECRET},an-older-secret",
        "RELAY_PATH": RELAY_PATH,
        "PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, str(script)], env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        assert wait_until(lambda: is_listening(url), seconds=ANSWER_SECONDS)
        yield url
    finally:
        process.kill()
        process.wait()


def is_listening(url: str) -> bool:
    try:
        return requests.post(url, timeout=5).status_code == 404
    except requests.ConnectionError:
        return False


def test_what_the_relay_signs_is_accepted_and_answered(stack: Stack, relay: str) -> None:
    payload = {
        "key": {"remoteJid": "5511955550077@s.whatsapp.net", "fromMe": False, "id": "RELAY1"},
        "message": {"conversation": "eco: pelo relé"},
    }
    assert requests.post(f"{relay}/{RELAY_PATH}", json=payload, timeout=30).status_code == 202
    assert is_answered(stack, "5511955550077")
    assert stack.whaticket.replies_to("5511955550077") == ["eco: pelo relé"]


def test_the_relay_signs_nothing_for_who_does_not_know_its_path(relay: str) -> None:
    assert requests.post(f"{relay}/other", json={}, timeout=30).status_code == 404


@needs("bash", "jq")
def test_the_jq_of_the_readme_follows_a_message(stack: Stack, tmp_path: Path) -> None:
    stack.whaticket.customer_says("5511955550078", "eco: siga-me")
    assert is_answered(stack, "5511955550078")
    assert wait_until(
        lambda: (
            stack.log("worker").count('"delivery.attempted"')
            >= stack.log("web").count('"message.accepted"')
        ),
        seconds=ANSWER_SECONDS,
    )
    (tmp_path / ".demo").symlink_to(stack.folder)
    followed = bash(marked("README.md", "follow"), cwd=tmp_path)
    events = re.findall(r'"([a-z_]+\.[a-z_]+)"', followed)
    wanted = ["turn.started", "model.asked", "turn.finished", "delivery.attempted"]
    assert [event for event in events if event in wanted] == wanted
    assert "message.accepted" in events
