"""A real PostgreSQL on loopback, private to a folder."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
from pathlib import Path
from typing import Any, ClassVar

from secretaria.errors import Misconfigured
from secretaria.playground.engines.binaries import Program, postgres_program
from secretaria.playground.engines.engine import Engine
from secretaria.playground.engines.process import LOOPBACK

DATABASE = "secretaria"
_CREATE_ATTEMPTS = 3

# PostgreSQL refuses to run as root; this user exists on every system and owns nothing there.
_UNPRIVILEGED_USER = "nobody"
_STATUS_LINE = 7  # of postmaster.pid, as src/include/utils/pidfile.h numbers them, from 0


class Postgres(Engine):
    """PostgreSQL with an empty database `secretaria`, UTF-8, and trust for whoever is local.

    `fsync=False` is for tests: it survives the death of every process, but not of the machine.
    """

    name: ClassVar[str] = "PostgreSQL"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # "fast": drop clients, then checkpoint

    def __init__(self, folder: Path, *, fsync: bool = True) -> None:
        super().__init__(folder)
        self._fsync = fsync

    @property
    def url(self) -> str:
        """The URL of its database."""
        return f"postgresql://postgres@{LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _marker(self) -> str:
        return str(self._data)

    def _prepare(self) -> None:
        if not (self._data / "PG_VERSION").exists():
            self._create_cluster(postgres_program())
        # It names a process that is gone, or a zombie that PostgreSQL would take for alive.
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _create_cluster(self, program: Program) -> None:
        # As root, the way to the data may close meanwhile: each pytest of root's that starts
        # shuts the folder that all of them share.
        for _ in range(_CREATE_ATTEMPTS):
            _open_the_way(self.folder, program)
            if self._created(program):
                return
        raise Misconfigured(f"{self.name} não pôde ser criado; o motivo está em {self.log_path}")

    def _created(self, program: Program) -> bool:
        """Build the cluster aside and rename it, so that there is never half of one."""
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if os.geteuid() == 0:
            user = pwd.getpwnam(_UNPRIVILEGED_USER)
            os.chown(draft, user.pw_uid, user.pw_gid)
        initdb = program.path.with_name("initdb")
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if program.bundled else []
        )
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        statement = f"CREATE DATABASE {DATABASE};\n".encode()
        if not self._ran([initdb, "-D", draft, *options, *locale], draft):
            return False
        if not self._ran([program.path, "--single", "-D", draft, "postgres"], draft, statement):
            return False
        draft.rename(self._data)
        return True

    def _ran(self, command: list[str | Path], data: Path, typed: bytes = b"") -> bool:
        """Run a program on the data, its words into the log; say whether it succeeded."""
        with self.log_path.open("ab") as log:
            try:
                subprocess.run(  # noqa: S603 - our own programs and arguments
                    command,
                    input=typed,
                    stdout=log,
                    stderr=log,
                    timeout=self.start_seconds,
                    check=True,
                    **_identity(data),
                )
            except (OSError, subprocess.SubprocessError) as error:
                log.write(f"{error}\n".encode())
                return False
        return True

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": port,
            "unix_socket_directories": "",
            "fsync": "on" if self._fsync else "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        program = postgres_program()
        _open_the_way(self.folder, program)
        command: list[str | Path] = [program.path, "-D", self._data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log_path.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own program and arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_identity(self._data),
            )

    def _is_ready(self, pid: int) -> bool:
        """Read what `pg_ctl` reads: the server writes its state into postmaster.pid."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        if len(lines) <= _STATUS_LINE or lines[0] != str(pid):
            return False
        return lines[_STATUS_LINE].strip() == "ready"


def _identity(data: Path) -> dict[str, Any]:
    """Return how to run a program: an environment without surprises, and as its data's owner."""
    how: dict[str, Any] = {"cwd": data, "env": {"LC_ALL": "C", "PATH": os.defpath}}
    if os.geteuid() == 0:
        status = data.stat()
        how |= {"user": status.st_uid, "group": status.st_gid, "extra_groups": []}
    return how


def _open_the_way(folder: Path, program: Program) -> None:
    """Let the unprivileged user pass through the folders above its data and its programs."""
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.parents, *program.path.parents):
        mode = path.stat().st_mode
        if not mode & stat.S_IXOTH:
            path.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)
