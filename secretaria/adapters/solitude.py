"""A child process for what must be tried alone."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import gevent

STOP_SECONDS = 12.0


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """Starts a program that reads one id a line and answers each with a line when it is done.

    The child ends with the block. One that takes longer than `longest_seconds` is killed, as if
    it had died by itself.
    """

    command: Sequence[str]
    longest_seconds: float

    @contextmanager
    def __call__(self) -> Iterator[Callable[[int], bool]]:
        """Open it; the program is started by the first call, and again after its death."""
        attempts = _Attempts(self.command, self.longest_seconds)
        try:
            yield attempts
        finally:
            attempts.end()


@dataclass(slots=True)
class _Attempts:
    command: Sequence[str]
    longest_seconds: float
    child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __call__(self, subject: int) -> bool:
        """Answer whether the child has survived it; one that was told to stop has."""
        child = self._living()
        try:
            with gevent.Timeout(self.longest_seconds, False):  # noqa: FBT003 - gevent's way to say: quietly
                return self._ask(child, subject)
        except OSError:
            pass
        child.kill()
        child.wait()
        return False

    def _ask(self, child: subprocess.Popen[bytes], subject: int) -> bool:
        assert child.stdin is not None  # noqa: S101 - both are pipes
        assert child.stdout is not None  # noqa: S101
        child.stdin.write(b"%d\n" % subject)
        child.stdin.flush()
        if child.stdout.readline():
            return True
        return child.wait() == 0

    def _living(self) -> subprocess.Popen[bytes]:
        if self.child is None or self.child.poll() is not None:
            self.child = subprocess.Popen(  # noqa: S603 - our own program
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self.child

    def end(self) -> None:
        """Let it give back what it holds; it has no more than a few seconds for that."""
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
