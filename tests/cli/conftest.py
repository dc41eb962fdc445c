"""The program, started once for all the commands of a run."""

from collections.abc import Iterator

import pytest
from ready_program import ReadyProgram


@pytest.fixture(scope="session")
def ready_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadyProgram]:
    program = ReadyProgram(tmp_path_factory.mktemp("program"))
    yield program
    program.stop()
