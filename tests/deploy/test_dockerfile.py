"""The image: small, not root, nothing to build with; and every line of it carried out for real."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import compose_file
import dockerfile
import pytest
import requests
from dockerfile import Image, let_through

from secretaria.playground.engines import start_engines
from secretaria.playground.engines.process import LOOPBACK, free_port, wait_until

pytestmark = pytest.mark.minutes(2.5)

READY_SECONDS = 60
ANA = "5511955550801"
BUILD, FINAL = dockerfile.stages()


def of(stage: list[dockerfile.Instruction], name: str) -> list[str]:
    return [one.text for one in stage if one.name == name]


@pytest.mark.tools
def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run(
        [str(hadolint), "--no-color", str(dockerfile.DOCKERFILE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_base_is_pinned_and_slim_once_nothing_is_compiled_any_more() -> None:
    [build], [final] = of(BUILD, "FROM"), of(FINAL, "FROM")
    assert build == f"{final.replace('-slim', '')} AS build"
    assert "-slim" in final
    assert ":" in final
    assert "latest" not in final


def test_the_result_installs_nothing_and_gets_rid_of_what_could() -> None:
    runs = " ".join(of(FINAL, "RUN"))
    assert not any(word in runs for word in (" install", "apt-get", "curl", "wget"))
    assert "pip uninstall --yes setuptools wheel pip" in runs
    assert of(FINAL, "COPY") == [
        "--from=build /venv /venv",
        "ops/gunicorn.conf.py ops/gunicorn.conf.py",
    ]


def test_it_runs_as_a_number_that_is_not_roots() -> None:
    [user] = of(FINAL, "USER")
    assert all(int(part) >= 10_000 for part in user.split(":"))
    names = [one.name for one in FINAL]
    assert names.index("USER") > max(i for i, name in enumerate(names) if name in {"RUN", "COPY"})


def test_signals_reach_the_program_itself() -> None:
    for text in (*of(FINAL, "CMD"), json.dumps(dockerfile.health_command())):
        assert json.loads(text)[0] == "python"


def test_it_is_labelled_as_the_open_container_initiative_says() -> None:
    labels = dict(word.split("=", 1) for text in of(FINAL, "LABEL") for word in _words(text))
    prefix = "org.opencontainers.image."
    assert {name.removeprefix(prefix) for name in labels} == {
        "title",
        "description",
        "licenses",
        "revision",
    }


def _words(text: str) -> list[str]:
    return dockerfile.Instruction("LABEL", text).words()


def test_what_is_copied_reaches_the_builder_and_no_secret_does() -> None:
    for stage in (BUILD, FINAL):
        for one in stage:
            if one.name == "COPY" and "--from" not in one.text:
                for source in one.words()[:-1]:
                    assert (dockerfile.ROOT / source).exists()
                    assert let_through(source), source
    for path in (".env", ".git/config", ".venv/bin/python", "tests/conftest.py", "README.md"):
        assert not let_through(path), path
    assert not let_through("secretaria/core/__pycache__")


class Containers:
    """The services of the demo, each with its command, environment and health check."""

    def __init__(self, image: Image, places: dict[str, str]) -> None:
        self.image = image
        self.places = places
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.services = compose_file.services("demo")

    def here(self, text: str) -> str:
        """Where the containers' names and ports are on this machine."""
        for theirs, ours in self.places.items():
            text = text.replace(theirs, ours)
        return text

    def environment(self, name: str) -> dict[str, str]:
        told = self.services[name].get("environment", {})
        return {key: self.here(value) for key, value in told.items()}

    def start(self, name: str) -> subprocess.Popen[bytes]:
        command = self.services[name].get("command", self.image.command)
        self.running[name] = self.image.process(
            [self.here(word) for word in command], **self.environment(name)
        )
        return self.running[name]

    def is_healthy(self, name: str) -> bool:
        check = self.services[name].get("healthcheck")
        command = check["test"][1:] if check else dockerfile.health_command()
        here = [self.here(word) for word in command]
        return self.image.process(here, **self.environment(name)).wait(30) == 0

    def stop(self, name: str) -> int:
        process = self.running.pop(name)
        process.terminate()
        return process.wait(READY_SECONDS)

    def end(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    made = Image(tmp_path_factory.mktemp("image"))
    made.build()
    return made


@pytest.fixture(scope="module")
def containers(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    web, whaticket, gemini, metrics = (str(free_port()) for _ in range(4))
    with start_engines(tmp_path_factory.mktemp("stores"), fsync=False) as engines:
        places = {
            "postgresql://demo:demo@demo-postgres:5432/demo": engines.postgres.url,
            "redis://demo-redis:6379/0": engines.valkey.url,
            "http://whaticket": f"http://{LOOPBACK}",
            "http://gemini": f"http://{LOOPBACK}",
            "http://demo-web": f"http://{LOOPBACK}",
            "0.0.0.0": LOOPBACK,  # noqa: S104 - the contrary
            "8080": web,
            "8090": whaticket,
            "8091": gemini,
            "9191": metrics,
        }
        made = Containers(image, places)
        for name in ("gemini", "whaticket"):
            made.start(name)
        assert made.start("demo-release").wait(READY_SECONDS) == 0
        for name in ("demo-web", "demo-worker"):
            made.start(name)
        yield made
        made.end()


@pytest.mark.tools
def test_nothing_to_build_with_is_left(image: Image) -> None:
    left = [
        path.name
        for path in (image.folder / "venv").rglob("*")
        if path.name in {"pip", "setuptools", "wheel", "gcc", "cc"}
    ]
    assert left == []
    assert shutil.which("pip", path=str(image.folder / "base1/bin")) is None
    done = image.process(["python", "-c", "import secretaria; print(secretaria.__file__)"])
    said, _ = done.communicate()
    assert said.decode().startswith(str(image.folder / "venv"))


@pytest.mark.tools
def test_requests_are_read_by_the_parser_in_c(image: Image) -> None:
    program = (
        "from gunicorn.config import Config; from gunicorn.http.parser import RequestParser;"
        "told = Config(); told.set('http_parser', 'fast');"
        "read = RequestParser(told, iter([b'GET /x HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n']), None);"
        "print(next(read).path)"
    )
    said, _ = image.process(["python", "-c", program]).communicate()
    assert said == b"/x\n"


@pytest.mark.tools
@pytest.mark.parametrize("name", ["gemini", "whaticket", "demo-web", "demo-worker"])
def test_what_runs_becomes_healthy(containers: Containers, name: str) -> None:
    assert wait_until(lambda: containers.is_healthy(name), seconds=READY_SECONDS, every_seconds=0.5)


@pytest.mark.tools
def test_the_demo_answers_who_writes_to_its_whaticket(containers: Containers) -> None:
    url = containers.here("http://whaticket:8090/_simulator")
    assert requests.post(f"{url}/say", json={"number": ANA, "text": "eco: oi"}, timeout=30).ok

    def replies() -> list[str]:
        found = requests.get(f"{url}/replies", params={"number": ANA}, timeout=30).json()
        return list(found["replies"])

    assert wait_until(lambda: replies() == ["eco: oi"], seconds=READY_SECONDS, every_seconds=0.5)


@pytest.mark.tools
def test_nothing_was_written_beside_tmp(containers: Containers) -> None:
    assert wait_until(lambda: containers.is_healthy("demo-web"), seconds=READY_SECONDS)
    app = containers.image.workdir
    written = {path.relative_to(app).as_posix() for path in app.rglob("*") if path.is_file()}
    assert written == {"ops/gunicorn.conf.py"}
    assert list((containers.image.folder / "venv").rglob("*.log")) == []


@pytest.mark.tools
@pytest.mark.parametrize("name", ["demo-worker", "demo-web", "whaticket", "gemini"])
def test_what_was_stopped_ends_cleanly_and_is_not_healthy(
    containers: Containers, name: str
) -> None:
    assert wait_until(lambda: containers.is_healthy(name), seconds=READY_SECONDS, every_seconds=0.5)
    assert containers.stop(name) == 0
    assert not containers.is_healthy(name)
