"""`secretaria doctor` before each family of Whaticket: what it is, what it lacks, what to do."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from ready_program import ReadyProgram

from secretaria.core.family import FamilyName
from secretaria.playground.faults import Fault
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD, TOKEN
from secretaria.settings import Settings

pytestmark = pytest.mark.minutes(0.5)

ROOT = Path(__file__).resolve().parents[2]
ANA = "5511955550101"
LOGIN = {"WHATICKET_EMAIL": EMAIL, "WHATICKET_PASSWORD": PASSWORD}
Examine = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def start() -> Iterator[Callable[..., WhaticketSimulator]]:
    started: list[WhaticketSimulator] = []

    def begin(flavor: FamilyName = "saas") -> WhaticketSimulator:
        simulator = WhaticketSimulator(flavor=flavor, queue_seconds=0)
        simulator.start()
        started.append(simulator)
        return simulator

    yield begin
    for simulator in started:
        simulator.stop()


@pytest.fixture
def examine(make_settings: Callable[..., Settings], ready_program: ReadyProgram) -> Examine:
    settings = make_settings()

    def run(
        whaticket: WhaticketSimulator, *options: str, **changed: str
    ) -> subprocess.CompletedProcess[str]:
        told = {
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "REDIS_URL": settings.redis_url.get_secret_value(),
            "SHARED_SECRET": "secret",
            "WHATICKET_BASE_URL": whaticket.base_url,
            "WHATICKET_TOKEN": TOKEN,
            "WHATICKET_TIMEOUT_SECONDS": "3",
            "GEMINI_API_KEY": "test-key",
            "GEMINI_ENDPOINT": settings.gemini_endpoint,
            "PATH": os.environ["PATH"],
        }
        return ready_program("doctor", *options, environment=told | changed)

    return run


@pytest.mark.parametrize("flavor", get_args(FamilyName))
def test_every_family_is_well_and_nobody_hears_of_it(
    start: Callable[..., WhaticketSimulator], examine: Examine, flavor: FamilyName
) -> None:
    whaticket = start(flavor)
    done = examine(whaticket, **LOGIN, WEBHOOK_URL_TOKEN="never-shown")
    assert done.returncode == 0, done.stdout + done.stderr
    shown = "multiflow" if flavor == "multiflow-scheduled" else flavor
    assert f"Família do Whaticket: {shown} (" in done.stdout
    assert "aceita o token" in done.stdout
    assert "aceita o login" in done.stdout
    assert "a secretária percebe" in done.stdout
    assert "never-shown" not in done.stdout
    assert ("Typebot" in done.stdout) is (flavor in {"saas", "multiflow", "multiflow-scheduled"})
    assert whaticket.ledger.delivered == []


def test_a_takeover_that_cannot_be_seen_is_told_plainly(
    start: Callable[..., WhaticketSimulator], examine: Examine
) -> None:
    done = examine(start("saas"))
    assert done.returncode == 0
    assert "! Sem login não dá para ver quando uma pessoa assume" in done.stdout
    assert "! Nenhum Whaticket de fábrica assina" in done.stdout


SHORT, PROXY = "! PANEL_PASSWORD tem menos de 12 caracteres", "! Com TRUSTED_PROXY_HOPS=0, o painel"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, set()),
        ({"PANEL_PASSWORD": "x"}, {SHORT, PROXY}),
        ({"PANEL_PASSWORD": "never-shown"}, {SHORT, PROXY}),
        ({"PANEL_PASSWORD": "never-shown!"}, {PROXY}),
        ({"PANEL_PASSWORD": "never-shown", "TRUSTED_PROXY_HOPS": "1"}, {SHORT}),
        ({"PANEL_PASSWORD": "never-shown!", "TRUSTED_PROXY_HOPS": "1"}, set()),
    ],
)
def test_a_weak_panel_is_warned_of_and_works(
    start: Callable[..., WhaticketSimulator],
    examine: Examine,
    changed: dict[str, str],
    told: set[str],
) -> None:
    done = examine(start("saas"), **changed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {words for words in (SHORT, PROXY) if words in done.stdout} == told
    assert ("O painel está ligado" in done.stdout) is bool(changed)
    assert "never-shown" not in done.stdout


@pytest.mark.parametrize(
    ("flavor", "changed", "words"),
    [
        ("press-ticket", {}, "por qual usuário envia"),
        ("saas", {"WHATICKET_FLAVOR": "izing"}, "o servidor se mostra como saas"),
        ("izing", {"WHATICKET_FLAVOR": "whazing", "WHATICKET_TOKEN": "x"}, "recusou o token"),
        ("press-ticket", LOGIN | {"WHATICKET_TOKEN": "x"}, "recusou o token"),
        ("ticketz", {"WHATICKET_TOKEN": "x"}, "recusou o token"),
    ],
)
def test_what_could_not_work_is_told_with_what_to_do(
    start: Callable[..., WhaticketSimulator],
    examine: Examine,
    flavor: FamilyName,
    changed: dict[str, str],
    words: str,
) -> None:
    done = examine(start(flavor), **changed)
    assert done.returncode == 1
    assert words in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("status", status=503, route="tickets"), "está fora do ar (HTTP 503)"),
        (
            Fault("status", status=400, body={"error": "ERR_WAPP_NOT_INITIALIZED"}),
            "leia o QR code de novo",
        ),
        (Fault("status", status=402), "assinatura vencida"),
        (Fault("status", status=404, body="<html>"), "Não há API de envio nesse endereço"),
        (Fault("status", status=502), "A API de envio está fora do ar (HTTP 502)"),
        (Fault("status", status=500, route="login"), "O login no Whaticket não respondeu"),
        (Fault("status", status=503, route="queue"), "O Whaticket não mostrou as filas"),
    ],
)
def test_each_fault_has_its_sentence(
    start: Callable[..., WhaticketSimulator],
    examine: Examine,
    tmp_path: Path,
    fault: Fault,
    words: str,
) -> None:
    whaticket = start("saas")
    whaticket.plan(fault)
    done = examine(whaticket, **LOGIN, SECRETARIA_PROFILE=profile(tmp_path, queue_id=3))
    assert done.returncode == 1, done.stdout
    assert words in done.stdout


def test_a_user_who_is_off_duty_is_told_from_a_wrong_password(
    start: Callable[..., WhaticketSimulator], examine: Examine
) -> None:
    whaticket = start("multiflow-scheduled")
    whaticket.accounts.is_out_of_hours = True
    done = examine(whaticket, **LOGIN)
    assert done.returncode == 1
    assert "das 00:00 às 23:59" in done.stdout


def test_a_family_that_does_not_show_itself_is_taken_for_the_usual_one(
    start: Callable[..., WhaticketSimulator], examine: Examine
) -> None:
    whaticket = start("saas")
    whaticket.plan(Fault("status", status=503, route="refresh", times=None))
    done = examine(whaticket)
    assert done.returncode == 0
    assert "! Não deu para descobrir a família" in done.stdout


@pytest.mark.parametrize(
    ("queue_id", "login", "code", "words"),
    [
        (3, LOGIN, 0, "A fila 3 (handover.queue_id) existe"),
        (77, LOGIN, 1, "A fila 77 (handover.queue_id do perfil) não existe; as que há: 1, 3"),
        (3, {}, 1, "mas sem login não há como"),
        (None, LOGIN, 0, "O perfil não diz a fila das pessoas"),
    ],
)
def test_the_profiles_queue_must_exist(
    start: Callable[..., WhaticketSimulator],
    examine: Examine,
    tmp_path: Path,
    queue_id: int | None,
    login: dict[str, str],
    code: int,
    words: str,
) -> None:
    done = examine(start(), **login, SECRETARIA_PROFILE=profile(tmp_path, queue_id=queue_id))
    assert done.returncode == code, done.stdout
    assert words in done.stdout


def profile(folder: Path, *, queue_id: int | None) -> str:
    """The example, with a queue for the people."""
    example = (ROOT / "secretaria/profiles/example.toml").read_text(encoding="utf-8")
    path = folder / "profile.toml"
    handover = "" if queue_id is None else f"\n[handover]\nqueue_id = {queue_id}\n"
    path.write_text(example + handover, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("number", [ANA, "+55 (11) 95555-0101"])
def test_only_a_number_that_is_named_gets_a_test_sentence(
    start: Callable[..., WhaticketSimulator], examine: Examine, number: str
) -> None:
    whaticket = start()
    done = examine(whaticket, "--number", number)
    assert done.returncode == 0, done.stdout
    assert "A frase de teste foi entregue" in done.stdout
    [one] = whaticket.ledger.delivered
    assert (one.number, one.via) == (ANA, "api")
    assert ANA not in done.stdout


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (ANA, "A frase de teste não saiu: o Whaticket recusou sem dizer por quê"),
        ("ana", "--number: espera-se o número"),
    ],
)
def test_a_test_sentence_that_does_not_leave_is_reported(
    start: Callable[..., WhaticketSimulator], examine: Examine, number: Any, words: str
) -> None:
    whaticket = start()
    whaticket.not_on_whatsapp.add(ANA)
    done = examine(whaticket, "--number", number)
    assert done.returncode == 1
    assert words in done.stdout
    assert whaticket.ledger.delivered == []


def test_half_a_login_is_told(start: Callable[..., WhaticketSimulator], examine: Examine) -> None:
    done = examine(start(), WHATICKET_EMAIL=EMAIL)
    assert done.returncode == 1
    assert "✗ Meio login não é login" in done.stdout
    assert "percebe pelo ticket" not in done.stdout


def test_a_secret_that_could_be_guessed_is_told_and_not_shown(
    start: Callable[..., WhaticketSimulator], examine: Examine
) -> None:
    done = examine(start(), SHARED_SECRET="troque-por-um,curto", WEBHOOK_URL_TOKEN="abc")
    assert done.returncode == 0
    assert "! SHARED_SECRET é o do exemplo" in done.stdout
    assert "! SHARED_SECRET é curto" in done.stdout
    assert "! WEBHOOK_URL_TOKEN é curto" in done.stdout
    assert "troque-por-um" not in done.stdout
