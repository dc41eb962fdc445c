"""Real PostgreSQL and Valkey, private to a folder, for the demo, the tests and the benchmark."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from secretaria.playground.engines.postgres import Postgres
from secretaria.playground.engines.valkey import Valkey

__all__ = ["Engines", "Postgres", "Valkey", "start_engines"]


@dataclass(frozen=True, slots=True)
class Engines:
    """Both engines, started and stopped together."""

    postgres: Postgres
    valkey: Valkey

    def start(self) -> None:
        """Start both; when one cannot start, leave none behind."""
        try:
            self.postgres.start()
            self.valkey.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both."""
        self.valkey.stop()
        self.postgres.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_engines(folder: Path, *, fsync: bool = True) -> Engines:
    """Start both engines in the folder; what they kept there before is there again.

    Raises:
        Misconfigured: an engine is not installed, does not start, or the folder is in use.

    """
    engines = Engines(
        postgres=Postgres(folder / "postgres", fsync=fsync), valkey=Valkey(folder / "valkey")
    )
    engines.start()
    return engines
