"""Nobody's words, numbers or secrets in any line, whoever wrote it and however it failed."""

import contextlib
import io
import json
import logging
import os
import re
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
import requests
import sqlalchemy
import structlog
from gevent.hub import Hub
from gunicorn.config import Config
from gunicorn.glogging import Logger as GunicornLogger

from secretaria import logs
from secretaria.errors import ModelRefused, Rejected, SecretariaError

NAME = "Marilúcia"
TEXT = "minha filha está com febre"
NUMBER = "5511955550101"
PRETTY_NUMBER = "+55 (11) 95555-0101"
KEY = "AIzaSyD-marked-key-0123456789abcdefghi"
SECRET = "marked/secret+with=signs"
DATABASE_PASSWORD = "p4ss-marked"
SECRETS = [SECRET, KEY, f"postgres://app:{DATABASE_PASSWORD}@db.example/secretaria"]
MARKS = [NAME, "febre", NUMBER, "95555", KEY, SECRET, DATABASE_PASSWORD]
EVERYTHING = f"{NAME} {TEXT} {NUMBER} {PRETTY_NUMBER} {KEY} {SECRET} {DATABASE_PASSWORD}"


class Lines:
    """What was written to stderr, checked whenever it is read."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured
        self.written = ""

    def read(self) -> list[dict[str, Any]]:
        self.written += self._captured.readouterr().err
        leaked = [mark for mark in MARKS if mark in self.written]
        assert leaked == [], self.written
        lines = [json.loads(line) for line in self.written.splitlines()]
        assert all(isinstance(line, dict) for line in lines)
        return lines

    def last(self) -> dict[str, Any]:
        return self.read()[-1]


@contextlib.contextmanager
def python_as_it_was() -> Iterator[None]:
    """Put back what logging, and the hooks of this interpreter, were before."""
    root, level, raises = logging.getLogger(), logging.getLogger().level, logging.raiseExceptions
    handlers, hooks = root.handlers[:], (sys.excepthook, sys.unraisablehook, threading.excepthook)
    print_exception = Hub.print_exception
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], logging.raiseExceptions = handlers, raises
    root.setLevel(level)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    Hub.print_exception = print_exception
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def unset(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Yield what will be written; pytest's own log handler would choke on what we log."""
    monkeypatch.setattr("_pytest.logging.LogCaptureHandler.emit", lambda *_: None)
    with python_as_it_was():
        yield Lines(capsys)


@pytest.fixture
def lines(unset: Lines) -> Lines:
    logs.configure(level="DEBUG", format="json", secrets=SECRETS)
    return unset


@pytest.fixture
def log() -> Any:
    return structlog.get_logger("secretaria.somewhere")


class Broken:
    """Fails however it is printed."""

    def __repr__(self) -> str:
        raise RuntimeError(EVERYTHING)

    __str__ = __repr__


class BrokenError(Exception):
    def __str__(self) -> str:
        raise RuntimeError(EVERYTHING)

    __repr__ = __str__


class BrokenOfOurs(SecretariaError):
    def __str__(self) -> str:
        raise RuntimeError(EVERYTHING)


class BrokenDict(dict):  # type: ignore[type-arg]
    def items(self) -> Any:
        raise RuntimeError(EVERYTHING)


def raised(action: Callable[[], object]) -> BaseException:
    try:
        action()
    except BaseException as error:  # noqa: BLE001 - whatever it raises is what we log
        return error
    raise AssertionError


def violated_constraint() -> BaseException:
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE c (number TEXT UNIQUE)"))
        insert = sqlalchemy.text("INSERT INTO c VALUES (:number)")
        connection.execute(insert, {"number": EVERYTHING})
        return raised(lambda: connection.execute(insert, {"number": EVERYTHING}))


def refused_connection() -> BaseException:
    url = f"http://127.0.0.1:1/send?number={NUMBER}&token={SECRET}&body={TEXT}"
    return raised(lambda: requests.get(url, timeout=1))


def noted() -> BaseException:
    error = ValueError("x")
    error.add_note(EVERYTHING)
    return error


def raised_from() -> BaseException:
    def action() -> None:
        try:
            _ = {}[TEXT]
        except KeyError as error:
            raise ValueError(EVERYTHING) from error

    return raised(action)


def grouped() -> BaseException:
    return ExceptionGroup(EVERYTHING, [raised_from(), ExceptionGroup(NAME, [noted()])])


def circular() -> BaseException:
    first, second = ValueError(EVERYTHING), KeyError(EVERYTHING)
    first.__cause__, second.__cause__ = second, first
    return first


def deep() -> BaseException:
    def dig(text: str) -> None:
        dig(text)

    return raised(lambda: dig(EVERYTHING))


EXCEPTIONS = {
    "IntegrityError": violated_constraint,
    "ConnectionError": refused_connection,
    "KeyError": lambda: raised(lambda: {}[EVERYTHING]),
    "UnicodeDecodeError": lambda: raised((EVERYTHING.encode() + b"\xff").decode),
    "ValueError": raised_from,
    "notes": noted,
    "ExceptionGroup": grouped,
    "circular": circular,
    "RecursionError": deep,
    "BrokenError": lambda: BrokenError(EVERYTHING),
    "SystemExit": lambda: SystemExit(EVERYTHING),
}


def test_our_event_is_one_line_with_its_fields(lines: Lines, log: Any) -> None:
    log.info("message.accepted", conversation_id=7, duration_ms=1.5, at="2026-07-01T12:00:00Z")

    line = lines.last()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("timestamp"))
    assert line == {
        "level": "info",
        "event": "message.accepted",
        "logger": "secretaria.somewhere",
        "pid": os.getpid(),
        "conversation_id": 7,
        "duration_ms": 1.5,
        "at": "2026-07-01T12:00:00Z",
    }


def test_non_ascii_stays_readable(lines: Lines, log: Any) -> None:
    log.info("profile.read", business="Clínica São João 😀")

    lines.read()
    assert "Clínica São João 😀" in lines.written


def test_the_correlation_id_is_on_our_lines_and_on_those_of_libraries(
    lines: Lines, log: Any
) -> None:
    correlation_id = "12345678901234567890123456789012"
    logs.bind(correlation_id=correlation_id)
    log.info("message.accepted")
    logging.getLogger("urllib3").warning("Retrying")
    structlog.contextvars.clear_contextvars()
    log.info("process.idle")

    assert [line.get("correlation_id") for line in lines.read()] == [
        correlation_id,
        correlation_id,
        None,
    ]


@pytest.mark.parametrize("field", ["said", "customer_name", "text", "pushName", "detail", "names"])
@pytest.mark.parametrize(
    "value",
    [
        NUMBER,
        PRETTY_NUMBER,
        int(NUMBER),
        float(NUMBER),
        SECRET,
        KEY.encode(),
        [NUMBER, {"deep": (PRETTY_NUMBER, {NUMBER})}],
        {NUMBER: 1, "text": TEXT, "contact": {"name": NAME, "token": SECRET}},
        ValueError(EVERYTHING),
        Broken(),
        BrokenDict(text=EVERYTHING),
        EVERYTHING.encode(),
        io.StringIO(EVERYTHING),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_field_of_ours_gives_anything_away(
    lines: Lines, log: Any, field: str, value: object
) -> None:
    for level in ("debug", "info", "warning", "error", "critical"):
        getattr(log, level)("message.accepted", **{field: value})

    assert len(lines.read()) == 5


def test_positional_arguments_of_our_events_are_dropped(lines: Lines, log: Any) -> None:
    log.info("message.accepted", EVERYTHING)  # noqa: PLE1205 - a mistake we may make

    assert lines.last()["event"] == "message.accepted"


def test_a_structure_that_holds_itself_ends(lines: Lines, log: Any) -> None:
    endless: list[object] = []
    endless.append(endless)

    log.info("message.accepted", data=endless)

    assert lines.last()["event"] == "message.accepted"


def test_fields_cannot_pretend_to_be_what_every_line_says(lines: Lines, log: Any) -> None:
    log.info("message.accepted", level="fatal", pid=1, timestamp="never", logger="x")

    line = lines.last()
    assert (line["level"], line["pid"], line["logger"]) == (
        "info",
        os.getpid(),
        "secretaria.somewhere",
    )


@pytest.mark.parametrize("kind", EXCEPTIONS)
def test_an_exception_shows_where_it_came_from_and_no_message(
    lines: Lines, log: Any, kind: str
) -> None:
    error = EXCEPTIONS[kind]()

    log.error("turn.failed", exc_info=error, error=error)
    logging.getLogger("dramatiq.worker").error("Failed: %s", error, exc_info=error)
    logging.getLogger("sqlalchemy.pool").error("Failed: %s", error, exc_info=error)
    logging.getLogger("google.auth").error(error)
    logging.getLogger("gunicorn.error").error(error)
    try:
        raise error  # noqa: TRY301 - for the ways of logging what is being handled
    except BaseException:
        log.exception("turn.failed")
        logging.getLogger("dramatiq.worker").exception("Failed", stack_info=True)
        logging.getLogger("requests").warning("Failed", exc_info=True)

    read = lines.read()
    assert len(read) == 8
    assert all(line["exception"][0]["type"].endswith(type(error).__name__) for line in read)


def test_the_chain_of_causes_is_told_with_its_frames(lines: Lines, log: Any) -> None:
    log.error("turn.failed", exc_info=raised_from())

    latest, cause = lines.last()["exception"]
    assert (latest["type"], cause["type"]) == ("ValueError", "KeyError")
    assert all(frame.startswith("tests/test_logs.py:") for frame in latest["frames"])
    assert latest["frames"][-1].endswith(" raised_from.<locals>.action")


def test_a_cause_that_was_suppressed_stays_away(lines: Lines, log: Any) -> None:
    def action() -> None:
        try:
            _ = {}[TEXT]
        except KeyError:
            raise ValueError(TEXT) from None

    log.error("turn.failed", exc_info=raised(action))

    assert [link["type"] for link in lines.last()["exception"]] == ["ValueError"]


def test_the_members_of_a_group_are_told(lines: Lines, log: Any) -> None:
    log.error("turn.failed", exc_info=grouped())

    group = lines.last()["exception"][0]
    assert [chain[0]["type"] for chain in group["exceptions"]] == ["ValueError", "ExceptionGroup"]


def test_a_very_deep_stack_is_cut(lines: Lines, log: Any) -> None:
    log.error("turn.failed", exc_info=deep())

    assert len(lines.last()["exception"][0]["frames"]) == 41


def test_only_the_messages_of_our_own_errors_are_kept_and_those_are_scrubbed(
    lines: Lines, log: Any
) -> None:
    log.error("turn.failed", exc_info=Rejected(401, "unauthorized"))
    log.error("turn.failed", exc_info=ModelRefused(f"blocked for {NUMBER} {SECRET}"))

    log.error("turn.failed", exc_info=BrokenOfOurs())

    first, second, third = (line["exception"][0] for line in lines.read())
    assert first == {
        "type": "secretaria.errors.Rejected",
        "message": "401 unauthorized",
        "frames": [],
    }
    assert second["message"] == "blocked for [number] [secret]"
    assert third["message"] == ""


def test_a_stack_is_shown_without_lines_of_code(lines: Lines, log: Any) -> None:
    log.info("turn.begun", stack_info=True)
    logging.getLogger("urllib3").warning("slow", stack_info=True)

    for line in lines.read():
        assert line["stack"][-1].endswith(" test_a_stack_is_shown_without_lines_of_code"), line[
            "stack"
        ]


@pytest.mark.parametrize("name", ["urllib3.connectionpool", "google.auth", "redis", "sqlalchemy"])
def test_a_library_says_nothing_below_warning_and_then_only_its_template(
    lines: Lines, name: str
) -> None:
    library = logging.getLogger(name)
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        library.log(level, "Retrying %s after %r", EVERYTHING, Broken())

    read = lines.read()
    assert [line["level"] for line in read] == ["warning", "error", "critical"]
    assert {line["event"] for line in read} == {"Retrying %s after %r"}


def test_a_template_that_was_already_formatted_is_scrubbed(lines: Lines) -> None:
    logging.getLogger("urllib3").warning(
        f"Failed https://x.test/?key={KEY}&n={NUMBER} Bearer abc.def {SECRET} {PRETTY_NUMBER}"  # noqa: G004 - as libraries do
    )

    assert lines.last()["event"] == (
        "Failed https://x.test/?key=[secret]&n=[number] Bearer [secret] [secret] [number]"
    )


def test_the_records_of_our_servers_are_formatted(lines: Lines) -> None:
    logging.getLogger("gunicorn.error").info("Listening at: %s (%s)", "http://0.0.0.0:8080", 123456)
    logging.getLogger("dramatiq.MainProcess").info("Worker with PID %r is ready.", 4194304)
    logging.getLogger("alembic.runtime").info("Running %(step)s", {"step": "upgrade"})

    assert [line["event"] for line in lines.read()] == [
        "Listening at: http://0.0.0.0:8080 (123456)",
        "Worker with PID 4194304 is ready.",
        "Running upgrade",
    ]


def test_what_our_servers_say_of_requests_and_messages_shows_no_data(lines: Lines) -> None:
    gunicorn, dramatiq = logging.getLogger("gunicorn.error"), logging.getLogger("dramatiq.worker")
    gunicorn.error("Error handling request %s", f"/webhook/whaticket/abc123?text={TEXT}")
    gunicorn.warning(f"Invalid request from ip=::1: Invalid HTTP request line: {TEXT!r}")
    gunicorn.warning("Exception during worker exit:\n%s", f"Traceback:\n{EVERYTHING}")
    gunicorn.debug(f"Current configuration:\n  secrets: {EVERYTHING}")
    dramatiq.error("Failed to process message %s", {"args": [EVERYTHING]})
    dramatiq.error("Failed to process message %s: %s", Broken(), KeyError(TEXT))

    assert [line["event"] for line in lines.read()] == [
        "Error handling request /webhook/whaticket/[secret]",
        "Invalid request from ip=::1",
        "Exception during worker exit:",
        "Current configuration:",
        "Failed to process message dict",
        "Failed to process message Broken: KeyError",
    ]


def test_a_record_that_cannot_be_formatted_shows_its_template(lines: Lines) -> None:
    logging.getLogger("gunicorn.error").error("took %d", TEXT)
    logging.getLogger("gunicorn.error").error("took %s %s", NAME)  # noqa: PLE1206 - their mistake
    logging.getLogger("dramatiq").error("took", NUMBER)  # noqa: PLE1205 - their mistake

    assert [line["event"] for line in lines.read()] == ["took %d", "took %s %s", "took"]


def test_a_message_that_is_no_text_shows_only_its_type(lines: Lines) -> None:
    for message in ([EVERYTHING], EVERYTHING.encode(), Broken(), {"text": TEXT}):
        logging.getLogger("urllib3").error(message)

    assert [line["event"] for line in lines.read()] == ["list", "bytes", "Broken", "dict"]


def test_the_extra_attributes_of_a_record_stay_out(lines: Lines) -> None:
    logging.getLogger("urllib3").error("failed", extra={"said": EVERYTHING, "fields": TEXT})

    assert set(lines.last()) == {"timestamp", "level", "event", "logger", "pid"}


def test_a_line_that_cannot_be_made_says_only_so(lines: Lines) -> None:
    class Odd(str):
        __slots__ = ()

        def splitlines(self, *_: Any) -> Any:
            raise RuntimeError(EVERYTHING)

    logging.getLogger("urllib3").error(Odd(EVERYTHING))
    logging.getLogger("urllib3").error("goes on")

    assert [line["event"] for line in lines.read()] == ["log.failed", "goes on"]


def test_a_warning_shows_its_category_and_its_place(lines: Lines) -> None:
    warnings.warn(EVERYTHING, RuntimeWarning, stacklevel=1)

    line = lines.last()
    assert (line["level"], line["event"], line["category"]) == (
        "warning",
        "python.warned",
        "RuntimeWarning",
    )
    assert line["where"].startswith("tests/test_logs.py:")


def test_a_failed_greenlet_ends_as_one_line(lines: Lines) -> None:
    def fail(text: str) -> None:
        raise ValueError(text)

    gevent.spawn(fail, EVERYTHING).join()

    [line] = lines.read()
    assert (line["event"], line["exception"][0]["type"]) == ("greenlet.crashed", "ValueError")


def test_a_crashed_thread_ends_as_one_line(lines: Lines) -> None:
    def fail() -> None:
        raise KeyError(EVERYTHING)

    thread = threading.Thread(target=fail, name=NAME)
    thread.start()
    thread.join()

    [line] = lines.read()
    assert (line["event"], line["exception"][0]["type"]) == ("thread.crashed", "KeyError")


@pytest.mark.parametrize("ending", [sys.exit, lambda: None])
def test_a_thread_that_ends_by_itself_says_nothing(
    lines: Lines, ending: Callable[[], None]
) -> None:
    thread = threading.Thread(target=ending)
    thread.start()
    thread.join()

    assert lines.read() == []


def test_what_nobody_can_catch_ends_as_one_line(lines: Lines) -> None:
    class Fragile:
        def __del__(self) -> None:
            raise ValueError(EVERYTHING)

    fragile = Fragile()
    del fragile

    [line] = lines.read()
    assert line["event"] == "error.ignored"


def test_an_uncaught_error_and_an_interruption_end_as_one_line_each(lines: Lines) -> None:
    error = raised_from()
    sys.excepthook(type(error), error, error.__traceback__)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    sys.excepthook(ValueError, None, None)  # type: ignore[arg-type]  # as C code may

    crash, interruption, bare = lines.read()
    assert bare["exception"] == [{"type": "ValueError", "frames": []}]
    assert (crash["level"], crash["event"]) == ("critical", "process.crashed")
    assert (interruption["event"], "exception" in interruption) == ("process.interrupted", False)


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_process_that_dies_of_an_error_leaves_one_line_and_fails() -> None:
    ended = run(f"""
        from secretaria import logs
        logs.configure(level="INFO", format="json", secrets=[])
        raise ValueError({EVERYTHING!r})
    """)

    [line] = ended.stderr.splitlines()
    assert (ended.returncode, json.loads(line)["event"]) == (1, "process.crashed")
    assert not any(mark in ended.stderr for mark in MARKS)


def test_the_end_of_the_google_sdk_is_not_announced_at_every_start() -> None:
    ended = run("""
        from secretaria import logs
        logs.configure(level="INFO", format="json", secrets=[])
        import google.generativeai
    """)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_lines_go_to_whatever_stderr_is_by_then(
    lines: Lines, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.info("process.started")
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    log.info("process.forked")

    assert [line["event"] for line in lines.read()] == ["process.started"]
    assert json.loads(pipe.getvalue())["event"] == "process.forked"


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_a_line_is_json_whatever_the_stream_can_encode(
    lines: Lines, log: Any, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, encoding, "backslashreplace"))
    log.info("profile.read", business="São João 😀 \ud800")

    assert json.loads(written.getvalue().decode(encoding))["business"] == "São João 😀 ?"
    assert lines.read() == []


def test_a_stream_that_is_closed_or_missing_stops_nothing(
    lines: Lines, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        monkeypatch.setattr(sys, "stderr", stream)
        log.info("process.started")

    assert lines.read() == []


def test_the_level_is_obeyed_by_ours_and_by_libraries(unset: Lines, log: Any) -> None:
    logs.configure(level="warning", format="json", secrets=[])
    log.info("message.accepted")
    logging.getLogger("gunicorn.error").info("Booting")
    log.warning("message.refused")

    assert [line["event"] for line in unset.read()] == ["message.refused"]


def test_configuring_again_doubles_nothing_and_takes_the_new_secrets(
    lines: Lines, log: Any
) -> None:
    log.info("setting.read", value_now="another-secret")
    logs.configure(level="INFO", format="json", secrets=["another-secret"])
    log.info("setting.read", value_now="another-secret")

    assert [line["value_now"] for line in lines.read()] == ["another-secret", "[secret]"]


def test_gunicorn_takes_the_configuration_and_writes_the_same_lines(unset: Lines) -> None:
    settings = logs.logging_config(level="INFO", format="json", secrets=SECRETS)
    config = Config()
    config.set("logconfig_dict", settings)
    logger = GunicornLogger(config)
    logger.error("Error handling request %s", f"/x?text={TEXT}")
    logger.access_log.info("%(r)s", {"r": EVERYTHING})

    assert [line["event"] for line in unset.read()] == ["Error handling request /x"]
    assert not any(mark in repr(settings) for mark in MARKS)


def test_for_people_a_line_is_a_sentence_without_colours_in_a_file(
    unset: Lines, log: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(level="INFO", format="console", secrets=SECRETS)
    logs.bind(correlation_id="abc")
    log.info("message.accepted", conversation_id=7, said=f"oi\n{PRETTY_NUMBER}", text=TEXT)
    log.error("turn.failed", exc_info=grouped())

    written = unset.written + capsys.readouterr().err
    first, *rest = written.splitlines()
    assert "info     message.accepted" in first
    assert "correlation_id=abc" in first
    assert 'conversation_id=7 said="oi\\n[number]" text=[hidden]' in first
    assert rest[1] == "    ExceptionGroup"
    assert {"        ValueError", "        KeyError"} < set(rest)
    assert "\x1b" not in written
    assert not any(mark in written for mark in MARKS)


@pytest.mark.usefixtures("unset")
def test_for_people_the_level_is_coloured_on_a_terminal(
    log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.configure(level="INFO", format="console", secrets=[])
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", terminal)
    log.error("turn.failed")

    assert "\x1b[31merror   \x1b[0m turn.failed" in terminal.getvalue()
