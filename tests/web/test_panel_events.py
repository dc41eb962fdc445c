"""The panel's live events: one look for all who watch, and an end when the process ends."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from listed_rows import list_three
from panel_client import PASSWORD, Panel, run_sql
from sqlalchemy import text
from web_client import Web, head, text_message

from secretaria.adapters.database import Database
from secretaria.adapters.watch import Patience
from secretaria.playground.engines.process import wait_until
from secretaria.playground.stack import STOP_SECONDS

pytestmark = pytest.mark.minutes(1.5)

MOST_STREAMS = Patience().most_streams
SOON_SECONDS = 15


class Stream:
    """An answer that goes on, read event by event."""

    def __init__(self, panel: Panel) -> None:
        self.answer = panel.get("/eventos", stream=True)
        self._lines = self.answer.iter_lines()

    def event(self) -> tuple[str, str]:
        """The next event's name and data; ("", "") at the end."""
        name, data = "", []
        for line in map(bytes.decode, self._lines):
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            if line.startswith("data: "):
                data.append(line.removeprefix("data: "))
            if line == "" and name:
                break
        return name, "\n".join(data)

    def until(self, name: str, words: str) -> None:
        while True:
            told, data = self.event()
            assert told, "the stream has ended"
            if told == name and words in data:
                return

    def close(self) -> None:
        self.answer.close()


@pytest.fixture
def open_stream() -> Iterator[Callable[[Panel], Stream]]:
    with ExitStack() as stack:

        def start(panel: Panel) -> Stream:
            stream = Stream(panel)
            stack.callback(stream.close)
            return stream

        yield start


Open = Callable[[Panel], Stream]


def test_what_changes_is_told_as_it_changes(
    panel: Panel, database: Database, open_stream: Open
) -> None:
    stream = open_stream(panel.sign_in())
    assert stream.answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    stream.until("resumo", "Nada espera por uma pessoa.")
    list_three(database)
    stream.until("resumo", "3 mensagens esperam por uma pessoa.")
    stream.until("quadro", "Resposta que talvez tenha chegado")


def test_a_part_that_did_not_change_is_not_told_again(
    panel: Panel, database: Database, open_stream: Open
) -> None:
    stream = open_stream(panel.sign_in())
    assert {stream.event()[0], stream.event()[0]} == {"resumo", "quadro"}
    run_sql(database, "UPDATE channels SET status = 'paused', reason = 'too_old'")
    assert {stream.event()[0], stream.event()[0]} == {"resumo", "quadro"}
    run_sql(database, "INSERT INTO contacts (number) VALUES ('5511955550101')")
    run_sql(database, "INSERT INTO conversations (contact_id) VALUES (1)")
    run_sql(
        database,
        "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id)"
        " VALUES (1, 'inbound', 'received', 'text', 'x', 'c')",
    )
    name, data = stream.event()
    assert name == "quadro"
    assert "há menos de 1 min" in data


def test_however_many_watch_they_take_no_more_connections_to_postgresql_than_one(
    panel_alone: Panel, database: Database, open_stream: Open
) -> None:
    panel_alone.sign_in().page()
    before = connections_of(database, "secretaria-web")
    streams = [open_stream(panel_alone) for _ in range(MOST_STREAMS)]
    for stream in streams:
        stream.until("resumo", "Nada espera")
    list_three(database)
    for stream in streams:
        stream.until("resumo", "3 mensagens esperam")
    assert connections_of(database, "secretaria-web") == before


def connections_of(database: Database, name: str) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = :name"
    with database.transaction() as session:
        return int(session.scalar(text(query), {"name": name}) or 0)


def test_too_many_watchers_are_told_so_and_a_place_that_is_left_is_free_again(
    panel_alone: Panel, open_stream: Open
) -> None:
    panel_alone.sign_in()
    streams = [open_stream(panel_alone) for _ in range(MOST_STREAMS)]
    refused = panel_alone.get("/eventos")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert panel_alone.get("/filas").status_code == 200
    streams[0].close()
    assert wait_until(lambda: has_place(panel_alone), seconds=SOON_SECONDS)


def test_a_viewer_who_says_that_more_comes_and_goes_leaves_its_place_too(
    panel_alone: Panel,
) -> None:
    panel_alone.sign_in()
    cookies = "; ".join(f"{one.name}={one.value}" for one in panel_alone.browser.cookies)
    lines = ("Transfer-Encoding: chunked", f"Cookie: {cookies}")
    for _ in range(MOST_STREAMS):
        with panel_alone.web.connect() as viewer:
            viewer.send(head(*lines, method="GET", path="/painel/eventos"))
            assert viewer.answer().status == 200
    assert wait_until(lambda: has_place(panel_alone), seconds=SOON_SECONDS)


def has_place(panel: Panel) -> bool:
    with panel.get("/eventos", stream=True) as answer:
        return bool(answer.status_code == 200)


def test_open_streams_do_not_hold_up_the_webhook(panel_alone: Panel, open_stream: Open) -> None:
    panel_alone.sign_in()
    for _ in range(MOST_STREAMS):
        open_stream(panel_alone)
    for index in range(20):
        assert panel_alone.web.say(text_message(str(index))).status_code == 202


def test_streams_end_when_the_process_is_told_to_stop(
    panel_alone: Panel, open_stream: Open
) -> None:
    panel_alone.sign_in()
    streams = [open_stream(panel_alone) for _ in range(5)]
    for stream in streams:
        stream.until("quadro", "converse")
    started = time.monotonic()
    panel_alone.web.stack.processes["web"].send_signal(signal.SIGTERM)
    code = panel_alone.web.stack.processes["web"].wait(STOP_SECONDS)
    assert code == 0
    assert time.monotonic() - started < STOP_SECONDS / 2
    assert "Worker graceful timeout" not in panel_alone.web.stack.log("web")


def test_streams_end_when_a_worker_has_served_enough_and_another_takes_its_place(
    serve: Callable[..., Web], open_stream: Open
) -> None:
    panel = Panel(
        serve(
            PANEL_PASSWORD=PASSWORD, GUNICORN_CMD_ARGS="--max-requests=20 --max-requests-jitter=0"
        )
    ).sign_in()
    stream = open_stream(panel)
    stream.until("quadro", "converse")
    for _ in range(20):
        panel.web.get("/livez", headers={"Connection": "close"})
    started = time.monotonic()
    while stream.event()[0]:
        pass
    assert time.monotonic() - started < SOON_SECONDS
    panel.browser.close()  # its connections, of which one leads to the worker that goes
    open_stream(panel).until("quadro", "converse")


def test_a_viewer_who_reads_nothing_does_not_hold_up_the_stop(
    panel_alone: Panel, database: Database
) -> None:
    panel_alone.sign_in()
    connection = panel_alone.web.connect()
    cookies = "; ".join(f"{one.name}={one.value}" for one in panel_alone.browser.cookies)
    connection.send(
        f"GET /painel/eventos HTTP/1.1\r\nHost: secretaria\r\nCookie: {cookies}\r\n\r\n".encode()
    )
    list_three(database)
    with connection:
        for index in range(3):
            run_sql(database, "UPDATE messages SET correlation_id = :it", it=f"{index}" * 4_000_000)
            assert "há menos" in panel_alone.page()
        web = panel_alone.web.stack.processes["web"]
        started = time.monotonic()
        web.send_signal(signal.SIGTERM)
        web.wait(STOP_SECONDS)
        assert time.monotonic() - started < STOP_SECONDS / 2


def test_a_stream_is_one_line_in_the_log(panel: Panel, open_stream: Open) -> None:
    stream = open_stream(panel.sign_in())
    stream.until("quadro", "converse")
    [line] = panel.web.request_lines(stream.answer.headers["X-Correlation-ID"])
    assert (line["path"], line["status"]) == ("/painel/eventos", 200)
