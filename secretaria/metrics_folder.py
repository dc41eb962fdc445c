"""The folder in which the processes of one group add up their series.

prometheus_client looks for it when it is imported, so whoever starts the processes opens it first.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from secretaria.errors import Misconfigured

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True, slots=True)
class MetricsFolder:
    """A folder that was configured and stays, or one of our own that goes when we go."""

    path: Path
    is_private: bool

    def close(self) -> None:
        """Remove the folder, if it is our own."""
        if self.is_private:
            shutil.rmtree(self.path, ignore_errors=True)


def open_folder(configured: str | None) -> MetricsFolder:
    """Make the folder, and name it to every process that is started from here.

    Raises `Misconfigured` when the configured one cannot be made.
    """
    try:
        path = Path(configured or tempfile.mkdtemp())
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Misconfigured(f"{VARIABLE}: a pasta não existe e não pôde ser criada") from None
    os.environ[VARIABLE] = str(path)
    return MetricsFolder(path, is_private=configured is None)
