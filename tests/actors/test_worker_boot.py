"""What a worker process declares, and what the web process never loads."""

import subprocess
import sys

import dramatiq
import pytest
from dramatiq.brokers.stub import StubBroker

from actors import converse, deliver, settle


@pytest.fixture
def broker() -> dramatiq.Broker:
    made = StubBroker()
    converse.register(made, lambda _: None)  # type: ignore[arg-type] # only its policy is read
    deliver.register(made, lambda _: None)  # type: ignore[arg-type]
    settle.register(made, lambda _: None)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("name", ["converse", "deliver", "settle"])
def test_an_actor_has_its_policy_in_its_decorator(broker: dramatiq.Broker, name: str) -> None:
    actor = broker.get_actor(name)
    assert actor.queue_name == name
    assert {"max_retries", "time_limit"} <= actor.options.keys()
    assert "min_backoff" in actor.options or actor.options["max_retries"] == 0


def test_a_finished_reply_goes_before_the_next_turn(broker: dramatiq.Broker) -> None:
    assert broker.get_actor("deliver").priority < broker.get_actor("converse").priority


def test_nothing_waits_for_a_look_at_a_reply_in_doubt(broker: dramatiq.Broker) -> None:
    others = (broker.get_actor(name).priority for name in ("converse", "deliver"))
    assert broker.get_actor("settle").priority > max(others)


def test_only_a_turn_is_interrupted_by_a_stop(broker: dramatiq.Broker) -> None:
    assert broker.get_actor("converse").options["notify_shutdown"]
    assert "notify_shutdown" not in broker.get_actor("deliver").options


def test_the_web_process_loads_neither_an_actor_nor_the_models_sdk() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "from gevent import monkey; monkey.patch_all()\n"
            "import sys, secretaria.wsgi\n"
            "print([one for one in sys.modules if one.startswith(('actors', 'google.'))])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.strip() == "[]"
