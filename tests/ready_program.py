"""`secretaria`, started once: each command is then a fork of it, a process of its own.

It spares each command the import of the program, which takes longer than most commands. What a
test wants to know of the start itself, it asks the program as it is installed.
"""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import gevent

ROOT = Path(__file__).resolve().parent.parent
TIMEOUT_SECONDS = 120


class ReadyProgram:
    """Runs commands one after another, each with an environment of its own, as a shell does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parent = subprocess.Popen(
            [sys.executable, __file__],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(
        self, *words: str, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        out, err = self._folder / "stdout", self._folder / "stderr"
        asked = {"words": words, "environment": dict(environment), "files": [str(out), str(err)]}
        with gevent.Timeout(TIMEOUT_SECONDS):
            self._pipe(self._parent.stdin).write(json.dumps(asked) + "\n")
            self._pipe(self._parent.stdin).flush()
            code = int(self._pipe(self._parent.stdout).readline())
        texts = (path.read_text(encoding="utf-8") for path in (out, err))
        return subprocess.CompletedProcess(words, code, *texts)

    def stop(self) -> None:
        self._parent.communicate()

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


def serve() -> None:
    """Fork for each line that comes, and answer with the exit code; a fork becomes the command."""
    from secretaria.cli import main  # noqa: PLC0415 - here alone: it takes over the process's logs

    gc.collect()
    gc.freeze()  # or each fork would look through all of it when it ends
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            become(**asked)
            main()
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def become(words: list[str], environment: dict[str, str], files: list[str]) -> None:
    sys.argv[1:] = words
    os.environ.clear()
    os.environ.update(environment)
    for stream, path in enumerate((os.devnull, *files)):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC if stream else os.O_RDONLY
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, stream)
        os.close(opened)


if __name__ == "__main__":
    serve()
