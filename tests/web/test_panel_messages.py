"""What is done on the panel about one message: read, replay, resolve."""

import re
from collections.abc import Callable
from html import unescape

import pytest
import redis
from listed_rows import list_three
from panel_client import Panel, run_sql, state_of
from sqlalchemy import text

from secretaria.adapters.database import Database
from secretaria.adapters.queues import depth
from secretaria.models import reports
from secretaria.playground.engines.process import wait_until

pytestmark = pytest.mark.minutes(0.5)

HOSTILE = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "attribute": "\"'><svg/onload=alert(1)>",
    "closing": "</pre></article></main></body></html>",
    "template": "{{ 7 * 7 }}{% raw %}${7*7}",
    "bidi": "\u202eoãçnet\u2066\u2067 a\u200fb",
    "controls": "a\rb\x0bc\x1b[31m\u2028\u0085",
    "large": "x" * 65_536,
}


@pytest.fixture
def listed(panel: Panel, database: Database) -> Panel:
    list_three(database)
    return panel.sign_in()


def test_a_text_is_seen_behind_a_click_that_is_logged_without_it(listed: Panel) -> None:
    answer = listed.act("/texto", mensagem=3)
    assert answer.status_code == 200
    assert ">talvez</pre>" in answer.text
    assert "talvez tenha chegado; o Whaticket respondeu com o erro 500" in answer.text
    line = listed.events("panel.text_shown")[-1]
    assert (line["message_id"], line["message_correlation_id"]) == (3, "c-three")
    assert line["correlation_id"] == answer.headers["X-Correlation-ID"]
    assert "talvez" not in str(listed.web.log_lines())


def test_the_log_tells_which_session_did_what_and_gives_none_away(listed: Panel) -> None:
    [name] = {line["panel_session"] for line in listed.events("panel.signed_in")[-1:]}
    assert re.fullmatch("[a-p]{12}", str(name))
    shown = listed.act("/texto", mensagem=3)
    listed.act("/repetir", mensagem=1)
    listed.act("/resolver?desfecho=perdida", mensagem=2, certeza="sim")
    other = Panel(listed.web).sign_in()
    other.act("/resolver?desfecho=perdida", mensagem=3, certeza="sim")
    assert [line["panel_session"] for line in listed.events("panel.text_shown")[-1:]] == [name]
    assert [line["panel_session"] for line in listed.events("message.replayed")[-1:]] == [name]
    first, second = listed.events("message.resolved")[-2:]
    assert first["panel_session"] == name != second["panel_session"]
    correlation_id = shown.headers["X-Correlation-ID"]
    assert wait_until(lambda: listed.web.request_lines(correlation_id), seconds=10)
    assert listed.web.request_lines(correlation_id)[0]["panel_session"] == name
    log = listed.web.stack.log("web")
    for secret in (listed.browser.cookies["secretaria_painel"], listed.proof("/filas")):
        assert secret not in log


def test_who_has_no_session_has_no_name_in_the_log(listed: Panel) -> None:
    listed.page()
    answer = Panel(listed.web, listed.web.session).get("/filas")
    correlation_id = answer.headers["X-Correlation-ID"]
    assert wait_until(lambda: listed.web.request_lines(correlation_id), seconds=10)
    assert "panel_session" not in listed.web.request_lines(correlation_id)[0]


def test_a_dead_message_is_owed_again(
    listed: Panel, database: Database, redis_client: redis.Redis
) -> None:
    answer = listed.act("/repetir", mensagem=1)
    assert answer.headers["Location"] == "/painel/filas?aviso=replayed&mensagem=1"
    assert state_of(database, 1)[0] == "received"
    assert depth(redis_client, "converse").waiting == 1
    assert "Mensagem 1: de volta à fila." in listed.get("/filas?aviso=replayed&mensagem=1").text
    line = listed.events("message.replayed")[-1]
    assert (line["message_id"], line["correlation_id"]) == (1, "c-one")


def test_a_dead_reply_is_sent_again_as_a_new_one(listed: Panel, database: Database) -> None:
    answer = listed.act("/repetir", mensagem=2)
    assert answer.headers["Location"] == "/painel/filas?aviso=copied&mensagem=2"
    assert state_of(database, 2) == ("dead", False)
    assert state_of(database, 4) == ("pending", True)


def test_a_reply_that_may_have_arrived_is_sent_again_only_after_a_warning(
    listed: Panel, database: Database
) -> None:
    answer = listed.act("/repetir", mensagem=3)
    assert answer.status_code == 200
    assert "pode recebê-la duas vezes" in answer.text
    assert state_of(database, 3) == ("ambiguous", True)
    assert listed.act("/repetir", **fields_of(answer.text)).status_code == 303
    assert state_of(database, 4) == ("pending", True)


def test_a_conversation_that_people_have_is_asked_for_once_more(
    listed: Panel, database: Database
) -> None:
    run_sql(database, "UPDATE conversations SET status = 'human'")
    for message_id in (1, 2):
        answer = listed.act("/repetir", mensagem=message_id)
        assert answer.status_code == 200
        assert "Uma pessoa está com esta conversa" in answer.text
        assert state_of(database, message_id) == ("dead", True)
        assert listed.act("/repetir", **fields_of(answer.text)).status_code == 303
        run_sql(database, "UPDATE conversations SET status = 'human'")
    assert (state_of(database, 1)[0], state_of(database, 2)[1]) == ("received", False)


def test_one_confirmation_is_not_the_other(listed: Panel, database: Database) -> None:
    twice = fields_of(listed.act("/repetir", mensagem=3).text)
    run_sql(database, "UPDATE conversations SET status = 'human'")
    people = listed.act("/repetir", **twice)
    assert "Uma pessoa está com esta conversa" in people.text
    assert state_of(database, 3) == ("ambiguous", True)
    assert listed.act("/repetir", **fields_of(people.text)).status_code == 303
    assert state_of(database, 3) == ("ambiguous", False)


@pytest.mark.parametrize(
    ("message_id", "outcome", "state"),
    [
        (1, "chegou", "answered"),
        (1, "perdida", "dead"),
        (2, "chegou", "sent"),
        (3, "chegou", "sent"),
        (3, "perdida", "dead"),
    ],
)
def test_a_person_says_what_became_of_a_message(
    listed: Panel, database: Database, message_id: int, outcome: str, state: str
) -> None:
    path = f"/resolver?desfecho={outcome}"
    asked = listed.act(path, mensagem=message_id)
    assert asked.status_code == 200
    assert f"Mensagem {message_id}." in asked.text
    assert state_of(database, message_id)[1], "it is on the list until that is sure"
    answer = listed.act(path, mensagem=message_id, certeza="sim")
    assert answer.headers["Location"] == f"/painel/filas?aviso=resolved&mensagem={message_id}"
    assert state_of(database, message_id) == (state, False)
    line = listed.events("message.resolved")[-1]
    assert (line["message_id"], line["state"]) == (message_id, state)


@pytest.mark.parametrize("path", ["/texto", "/repetir", "/resolver?desfecho=chegou"])
def test_what_somebody_else_has_resolved_meanwhile_is_said(listed: Panel, path: str) -> None:
    listed.act("/resolver?desfecho=perdida", mensagem=2, certeza="sim")
    answer = listed.act(path, mensagem=2)
    assert answer.headers["Location"] == "/painel/filas?aviso=gone&mensagem=2"
    assert "A mensagem 2 já não está na lista" in listed.get("/filas?aviso=gone&mensagem=2").text


@pytest.mark.parametrize("path", ["/texto", "/repetir", "/resolver?desfecho=chegou"])
@pytest.mark.parametrize(
    "message_id", [None, "", "0", "-1", "x", "1 OR 1=1", "²", "9" * 19, "9" * 4000]
)
def test_what_is_no_message_is_refused(listed: Panel, path: str, message_id: str | None) -> None:
    fields = {} if message_id is None else {"mensagem": message_id}
    assert listed.act(path, **fields).status_code in {400, 413}


def test_an_outcome_that_nobody_knows_is_refused(listed: Panel, database: Database) -> None:
    for query in ("", "?desfecho=", "?desfecho=x", "?desfecho=chegou&desfecho=x"):
        assert listed.act(f"/resolver{query}", mensagem=2).status_code in {200, 400}
    assert listed.act("/resolver?desfecho=x", mensagem=3).status_code == 400
    assert state_of(database, 3) == ("ambiguous", True)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_shown_as_text(listed: Panel, database: Database, words: str) -> None:
    run_sql(database, "UPDATE messages SET text = :it WHERE id = 2", it=words)
    page = listed.act("/texto", mensagem=2).text
    shown = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert shown is not None
    assert "<" not in shown[1]
    assert unescape(shown[1]) == words
    assert page.count("</pre>") == page.count("</main>") == 1


@pytest.mark.parametrize("column", ["reason", "correlation_id"])
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_nothing_else_of_a_message_breaks_the_page_either(
    listed: Panel, database: Database, column: str, words: str
) -> None:
    run_sql(database, f"UPDATE messages SET {column} = :it WHERE id = 2", it=words)
    page = listed.page()
    assert not re.search(r"<script(?! defer src=)|<img|<svg|>49<", page)
    assert page.count("</main>") == 1
    assert page.count("Mostrar texto") == 3


def test_a_message_whose_row_is_gone_meanwhile_is_no_fault(
    listed: Panel, database: Database
) -> None:
    with database.transaction() as session:
        session.execute(text("DELETE FROM messages WHERE id = 1"))
    assert listed.act("/texto", mensagem=1).status_code == 303


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of a page's own form."""
    form = page[page.index('action="/painel/repetir"') :]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', form))


def test_every_reload_shows_the_state_of_the_moment(
    listed: Panel, make_listed: Callable[[int], None]
) -> None:
    assert "3 mensagens" in listed.page()
    make_listed(1)
    assert "4 mensagens" in listed.page()


@pytest.fixture
def make_listed(database: Database) -> Callable[[int], None]:
    def make(number: int) -> None:
        run_sql(
            database,
            "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id)"
            " SELECT 1, 'inbound', 'dead', 'text', 'x', 'more' FROM generate_series(1, :number)",
            number=number,
        )

    return make


def test_whoever_looks_at_the_text_learns_whose_it_is(listed: Panel, database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE contacts SET name = 'Ana <b>', number = '5511955550001'"))
    assert "Ana" not in listed.get("/filas").text
    assert "Ana &lt;b&gt; · 5511955550001" in listed.act("/texto", mensagem=2).text


def test_ages_change_together_at_the_turn_of_a_minute(database: Database, listed: Panel) -> None:  # noqa: ARG001 - what it has listed
    with database.transaction() as session:
        session.execute(
            text("UPDATE messages SET created_at = now() - make_interval(secs => 13 * id)")
        )
        ages = [line.age_seconds % 60 for line in reports.first_listed(session, 50)]
    assert ages == [0] * len(ages)
    assert ages
