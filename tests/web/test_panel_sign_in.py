"""Signing in to the panel, and out: who gets a session, for how long, and how often one may try."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import requests
from panel_client import PASSWORD, Panel
from sqlalchemy import text
from web_client import Web

from secretaria.adapters.database import Database
from secretaria.adapters.seal import DatedSeal
from secretaria.core.sign_in import signing_key
from secretaria.playground.engines.process import LOOPBACK, free_port

pytestmark = pytest.mark.minutes(1.5)


def test_the_right_password_opens_the_panel_and_the_session_says_no_more_than_that(
    panel: Panel,
) -> None:
    answer = panel.try_password(PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/painel/filas")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("secretaria_painel=")
    flags = set(cookie.split("; ")[1:])
    assert flags == {"HttpOnly", "Max-Age=43200", "Path=/painel", "SameSite=Strict"}
    assert panel.get("/filas").status_code == 200


@pytest.mark.parametrize("password", ["", "certa & +1%", PASSWORD + " ", "x" * 3000, "ç", "\0"])
def test_a_wrong_password_is_told_and_logged_as_such_and_nothing_else(
    panel: Panel, password: str
) -> None:
    before = len(panel.events("panel.sign_in_failed"))
    answer = panel.try_password(password)
    assert answer.status_code == 401
    assert "Senha errada." in answer.text
    assert "secretaria_painel" not in answer.headers["Set-Cookie"]
    assert panel.get("/filas").status_code == 303
    [line] = panel.events("panel.sign_in_failed")[before:]
    known = {"timestamp", "level", "event", "correlation_id", "logger", "pid"}
    assert line.keys() == known


def test_an_accent_may_be_written_in_two_ways(panel: Panel) -> None:
    assert panel.try_password(PASSWORD.replace("ç", "c\u0327")).status_code == 303


@pytest.mark.parametrize(
    ("hops", "secure", "plain"),
    [
        ("0", [], ["https"]),
        ("1", ["https", "http, HTTPS"], ["http", "https, http", "é,,"]),
        ("2", ["https, http", "https"], ["http, https", "x, http, https"]),
    ],
)
def test_behind_tls_the_session_travels_over_tls_alone(
    serve: Callable[..., Web], hops: str, secure: list[str], plain: list[str]
) -> None:
    web = serve(PANEL_PASSWORD=PASSWORD, TRUSTED_PROXY_HOPS=hops)

    def is_secure(**told: str) -> bool:
        answer = Panel(web).try_password(PASSWORD, **told)
        return "Secure" in answer.headers["Set-Cookie"].split("; ")

    assert not is_secure()
    assert all(is_secure(X_Forwarded_Proto=told) for told in secure)
    assert not any(is_secure(X_Forwarded_Proto=told) for told in plain)


def test_a_session_ends_after_twelve_hours(panel_alone: Panel, database: Database) -> None:
    panel_alone.sign_in()
    for hours, status in ((11.9, 200), (12.1, 303), (-1, 200)):
        cookie = sealed(database, PASSWORD, "session", hours_ago=hours)
        answer = with_session(panel_alone, cookie)
        assert answer.status_code == status, hours


def test_another_password_ends_every_session(panel_alone: Panel, database: Database) -> None:
    panel_alone.sign_in()
    for password, status in ((PASSWORD, 200), ("the one before", 303)):
        cookie = sealed(database, password, "session")
        answer = with_session(panel_alone, cookie)
        assert answer.status_code == status


def test_a_visitor_is_not_signed_in(panel_alone: Panel, database: Database) -> None:
    panel_alone.get("/entrar")
    cookie = sealed(database, PASSWORD, "visit")
    answer = with_session(panel_alone, cookie)
    assert answer.status_code == 303
    visit = panel_alone.browser.cookies["secretaria_visita"]
    assert with_session(panel_alone, visit).status_code == 303


def with_session(panel: Panel, sealed: str) -> requests.Response:
    """The page as a browser sees it that has this session alone."""
    return Panel(panel.web).get("/filas", cookies={"secretaria_painel": sealed})


def sealed(database: Database, password: str, purpose: str, *, hours_ago: float = 0) -> str:
    with database.transaction() as session:
        query = "SELECT value FROM instance_keys WHERE name = 'panel'"
        key = signing_key(password, str(session.scalar(text(query))))
    moment = datetime.now(UTC) - timedelta(hours=hours_ago)
    return DatedSeal(lambda: moment).close(key, purpose, "somebody")


def test_two_web_processes_know_the_same_sessions(serve: Callable[..., Web]) -> None:
    first, second = (Panel(serve(PANEL_PASSWORD=PASSWORD)) for _ in range(2))
    first.sign_in()
    second.browser.cookies.update(first.browser.cookies)
    assert second.get("/filas").status_code == 200


def test_signing_out_ends_the_session_of_this_browser(panel: Panel) -> None:
    panel.sign_in()
    answer = panel.act("/sair")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/painel/entrar?aviso=signed_out",
    )
    assert panel.get("/filas").status_code == 303
    assert "Você saiu." in panel.get("/entrar?aviso=signed_out").text


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/sair", {}),
        ("/texto", {"mensagem": "1"}),
        ("/repetir", {"mensagem": "1"}),
        ("/resolver?desfecho=chegou", {"mensagem": "1"}),
    ],
)
def test_a_form_that_is_not_ours_is_refused(panel: Panel, path: str, more: dict[str, str]) -> None:
    others = Panel(panel.web).sign_in().proof("/filas")
    own = panel.sign_in().proof("/filas")
    for proof in (None, "", "x", "é", others, own[:-1], own.upper()):
        form = more if proof is None else more | {"prova": proof}
        answer = panel.call("POST", path, data=form)
        assert answer.status_code in {403, 415}, proof
        assert "Set-Cookie" not in answer.headers
    for site in ("cross-site", "same-site"):
        form = more | {"prova": own}
        answer = panel.call("POST", path, data=form, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403
    assert panel.get("/filas").status_code == 200


def test_nobody_is_signed_in_by_anothers_form(panel: Panel) -> None:
    others = Panel(panel.web).proof("/entrar")
    panel.get("/entrar")
    for proof in ("", others):
        answer = panel.call("POST", "/entrar", data={"prova": proof, "senha": PASSWORD})
        assert answer.status_code == 403
    stranger = Panel(panel.web)
    answer = stranger.call("POST", "/entrar", data={"prova": others, "senha": PASSWORD})
    assert answer.status_code == 403
    assert panel.try_password(PASSWORD, Sec_Fetch_Site="cross-site").status_code == 403
    assert panel.try_password(PASSWORD, Sec_Fetch_Site="same-origin").status_code == 303


def test_a_second_tab_does_not_void_the_form_of_the_first(panel: Panel) -> None:
    first = panel.proof("/entrar")
    panel.proof("/entrar?aviso=signed_out")
    panel.try_password("wrong")
    answer = panel.call("POST", "/entrar", data={"prova": first, "senha": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/painel/filas")


def test_whoever_comes_with_a_strange_or_an_old_pass_gets_another(
    panel_alone: Panel, database: Database
) -> None:
    panel_alone.get("/entrar")
    for cookie in ("x", sealed(database, PASSWORD, "visit", hours_ago=1.1)):
        visitor = Panel(panel_alone.web)
        answer = visitor.get("/entrar", cookies={"secretaria_visita": cookie})
        assert answer.cookies["secretaria_visita"].split(".")[0] != cookie.split(".")[0]
        assert visitor.try_password(PASSWORD).status_code == 303


def test_an_address_that_tries_too_often_has_to_wait_also_with_the_right_password(
    panel: Panel,
) -> None:
    assert {panel.try_password("x").status_code for _ in range(10)} == {401}
    answer = panel.try_password(PASSWORD)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 900
    assert "Muitas tentativas" in answer.text
    assert panel.events("panel.sign_in_limited")


def test_many_addresses_together_have_no_more_guesses(serve: Callable[..., Web]) -> None:
    panel = Panel(serve(PANEL_PASSWORD=PASSWORD, TRUSTED_PROXY_HOPS="1"))

    def statuses(addresses: range) -> set[int]:
        return {
            panel.try_password("x", X_Forwarded_For=f"198.51.100.{last}").status_code
            for last in addresses
        }

    assert statuses(range(100)) == {401}
    assert statuses(range(100, 105)) == {429}


def test_while_redis_is_away_the_process_counts_by_itself(serve: Callable[..., Web]) -> None:
    nobody = f"redis://{LOOPBACK}:{free_port()}"
    panel = Panel(serve(PANEL_PASSWORD=PASSWORD, REDIS_URL=nobody))
    assert {panel.try_password("x").status_code for _ in range(10)} == {401}
    assert panel.try_password(PASSWORD).status_code == 429
