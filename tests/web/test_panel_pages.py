"""The panel's pages: off without a password, headers on every answer, errors in words."""

import re
from collections.abc import Callable

import pytest
import requests
from listed_rows import list_three
from panel_client import FORM, PASSWORD, Panel, run_sql
from web_client import Web, head

from secretaria.adapters.database import Database
from secretaria.resources.panel.html import HEADERS

pytestmark = pytest.mark.minutes(0.5)

PATHS = ["", "/filas", "/entrar", "/sair", "/texto", "/repetir", "/resolver", "/eventos", "/x"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", PATHS)
def test_without_a_password_there_is_no_panel(web: Web, path: str) -> None:
    for method in ("GET", "POST"):
        answer = web.call(method, f"/painel{path}")
        assert (answer.status_code, answer.json()) == (404, {"error": "not_found"})


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS", "HEAD", "BREW"])
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_a_page_with_strict_headers(panel: Panel, method: str, path: str) -> None:
    require_page(panel.call(method, path, data=b"x" if method == "POST" else None))


@pytest.mark.parametrize("path", PATHS[:-2])
def test_so_is_every_answer_to_who_has_signed_in(panel: Panel, path: str) -> None:
    panel.sign_in()
    for method in ("GET", "POST"):
        require_page(panel.call(method, path, data={} if method == "POST" else None))


@pytest.mark.parametrize("method", ["GET", "POST", "BREW"])
@pytest.mark.parametrize("slashes", ["//", "///", "//%2F"])
@pytest.mark.parametrize("path", ["painel", "painel/entrar", "painel/x"])
def test_so_is_the_answer_to_who_begins_the_path_with_more_slashes(
    panel: Panel, method: str, slashes: str, path: str
) -> None:
    with panel.web.connect().send(head(method=method, path=slashes + path)) as connection:
        answer = connection.answer()
    assert answer.status == 404
    assert {name: answer.headers[name.lower()] for name in HEADERS} == HEADERS
    assert answer.headers["content-type"].startswith("text/html")
    assert "set-cookie" not in answer.headers
    assert "Página não encontrada" in answer.body.decode()


def require_page(answer: requests.Response) -> None:
    assert answer.status_code in {200, 303, 401, 404, 405, 415}
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "X-Correlation-ID" in answer.headers
    assert "json" not in answer.headers.get("Content-Type", "")


def test_who_has_not_signed_in_is_sent_to_sign_in(panel: Panel) -> None:
    for method, path in (("GET", "/filas"), ("POST", "/texto"), ("POST", "/sair")):
        answer = panel.call(method, path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/painel/entrar")
    assert panel.get("").headers["Location"] == "/painel/filas"
    assert panel.get("/eventos").status_code == 401


def test_what_is_not_there_and_what_is_not_done_there_is_said_in_words(panel: Panel) -> None:
    missing = panel.get("/nada")
    assert missing.status_code == 404
    assert "Página não encontrada" in missing.text
    wrong = panel.get("/texto")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "POST")
    assert "Isto não se faz aqui" in wrong.text


@pytest.mark.parametrize(
    ("lines", "body", "status"),
    [
        (["Content-Type: application/json", "Content-Length: 2"], b"{}", 415),
        (["Content-Length: 2"], b"{}", 415),
        ([f"Content-Type: {FORM}"], b"", 411),
        ([f"Content-Type: {FORM}", "Content-Length: 5000"], b"", 413),
        ([f"Content-Type: {FORM}", "Content-Length: 9"], b"prova=abc", 403),
        ([f"Content-Type: {FORM}", "Content-Length: 2"], b"\xff\x00", 403),
        ([f"Content-Type: {FORM}", "Content-Length: 40"], b"&a=1" * 10, 403),
        ([f"Content-Type: {FORM}", "Content-Length: 120"], b"&a=1" * 30, 400),
    ],
    ids=["json", "untyped", "endless", "large", "unproved", "bytes", "fields", "many-fields"],
)
def test_only_small_forms_are_read(
    panel: Panel, lines: list[str], body: bytes, status: int
) -> None:
    usual = [line for line in lines if line.startswith("Content-Type")] or ["Content-Type: x/y"]
    rest = [line for line in lines if not line.startswith("Content-Type")]
    request = head(*rest, path="/painel/entrar").replace(
        b"Content-Type: application/json", usual[0].encode(), 1
    )
    with panel.web.connect().send(request + body) as connection:
        answer = connection.answer()
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize(
    "cookie",
    ["x", "a.b.c", "é", "." * 3000, '"', "secretaria_painel", "=;=;", "AAAA.AAAAAA.AAAA"],
    ids=["x", "dots", "accent", "long", "quote", "name", "signs", "shape"],
)
def test_a_strange_cookie_is_nobodys(panel: Panel, cookie: str) -> None:
    answer = panel.get("/filas", headers={"Cookie": f"secretaria_painel={cookie}".encode()})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "query",
    [
        "aviso=gone&mensagem=9" + "9" * 40,
        "aviso=<b>",
        "aviso=gone&mensagem=<b>",
        "mensagem=-1",
        "aviso=a&aviso=b&mensagem=%00",
        "%ff=%ff&aviso=%ff",
    ],
    ids=["huge", "html", "html-id", "negative", "twice", "bytes"],
)
def test_a_strange_notice_is_none(panel: Panel, query: str) -> None:
    answer = panel.sign_in().get(f"/filas?{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text


def test_style_and_scripts_are_kept_for_ever_under_their_version(panel: Panel) -> None:
    page = panel.sign_in().page()
    addresses = re.findall(r'(?:src|href)="/painel(/arquivos/[^"]+)"', page)
    assert len(addresses) == 5
    types = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
    for address in addresses:
        answer = panel.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        ending = address.rpartition(".")[2]
        assert answer.headers["Content-Type"] == types.get(ending, "image/svg+xml")
    assert panel.get("/arquivos/000000000000/painel.css").status_code == 404
    for name in ("README.md", "htmx.LICENSE", "..%2f..%2froutes.py", "%2e%2e"):
        assert panel.get(f"/arquivos/000000000000/{name}").status_code == 404


def test_no_page_has_a_script_or_a_style_of_its_own(panel: Panel, database: Database) -> None:
    list_three(database)
    sign_in = panel.get("/entrar").text
    shown = panel.sign_in().act("/texto", mensagem=1).text
    for page in (sign_in, shown, panel.page()):
        assert not re.search(r"<style|<script(?! defer src=)| style=| on\w+=|javascript:", page)


def test_queues_workers_and_the_channel_are_seen(panel: Panel, database: Database) -> None:
    list_three(database)
    page = panel.sign_in().page()
    assert "3 mensagens esperam por uma pessoa." in page
    for words in (
        "Mensagem do cliente sem resposta",
        "Resposta que não chegou",
        "Resposta que talvez tenha chegado",
        "três tentativas de responder falharam",
        "o número não está no WhatsApp, nem com o nono dígito nem sem ele",
        "o Whaticket respondeu com o erro 500",
        "c-three",
        "há menos de 1 min",
        "aberto",
        "Nenhum worker deu sinal de vida",
    ):
        assert words in page, words
    for queue in ("converse", "deliver", "settle", "tend"):
        assert f'<th scope="row">{queue} ' in page
    assert "palavras" not in page


def test_a_paused_channel_is_said_with_its_reason(panel: Panel, database: Database) -> None:
    run_sql(database, "UPDATE channels SET status = 'paused', reason = 'whatsapp_disconnected'")
    page = panel.sign_in().page()
    assert "O canal está em pausa: o WhatsApp está desconectado no Whaticket." in page


def test_of_a_long_list_the_oldest_are_shown_with_the_total(
    panel: Panel, database: Database
) -> None:
    list_three(database)
    run_sql(
        database,
        "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id)"
        " SELECT 1, 'inbound', 'dead', 'text', 'x', 'many' FROM generate_series(1, 500)",
    )
    page = panel.sign_in().page()
    assert page.count("Mostrar texto") == 50
    assert "503 mensagens esperam" in page
    assert "As 50 mais antigas, de 503" in page


def test_the_password_is_in_no_log(panel: Panel) -> None:
    panel.sign_in()
    panel.try_password("wrong-password-of-somebody")
    log = panel.web.stack.log("web")
    assert PASSWORD not in log
    assert "wrong-password-of-somebody" not in log


def test_nothing_of_the_panel_is_loaded_while_it_is_off(
    serve: Callable[..., Web], run_python: Callable[..., str]
) -> None:
    web = serve()
    loaded = run_python(
        "import sys; from secretaria import settings; from secretaria.bootstrap import web;"
        "web.wire(settings.load()); print(*sys.modules)",
        web.stack.variables(),
    ).split()
    assert "falcon" in loaded
    wanted = ("jinja2", "itsdangerous", "secretaria.resources.panel", "secretaria.adapters.watch")
    assert [name for name in wanted if name in loaded] == []
