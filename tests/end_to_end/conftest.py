"""The whole service, started by the Procfile's own lines."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from secretaria.playground.stack import Stack

ANSWER_SECONDS = 60


@pytest.fixture(scope="module")
def make_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Stack]]:
    stacks: list[Stack] = []

    def make(*, simulators: Mapping[str, Any] | None = None, **environment: str) -> Stack:
        folder: Path = tmp_path_factory.mktemp("stack")
        usual = {"BURST_WINDOW_SECONDS": "0", "LLM_ATTEMPTS": "2", "LLM_TIMEOUT_SECONDS": "3"}
        stack = Stack(folder, environment=usual | environment, **(simulators or {}))
        stacks.append(stack)
        stack.start()
        return stack

    yield make
    for stack in stacks:
        stack.stop()


def lines_of(stack: Stack, *names: str) -> list[dict[str, Any]]:
    """Every log line of these processes; a line that is not JSON fails the test."""
    text = "".join(stack.log(name) for name in names)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="session")
def read_lines() -> Callable[..., list[dict[str, Any]]]:
    return lines_of


@pytest.fixture(scope="session")
def run_program() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`secretaria ...` with a stack's environment."""

    def run(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).parent / "secretaria"), *words],
            env=stack.variables(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run
