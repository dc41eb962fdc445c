"""Reading the profile from its TOML file, with a mistake named by file, key and expectation."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from secretaria.core.profile import Profile
from secretaria.errors import Misconfigured

LARGEST_BYTES = 262_144

_ADAPTER = TypeAdapter(Profile)
_EXPECTED = {
    "missing": "falta esta chave",
    "unexpected_keyword_argument": "chave desconhecida",
    "string_type": "espera-se um texto entre aspas",
    "string_too_short": "espera-se um texto não vazio",
    "zoneinfo_str": "espera-se um fuso horário como America/Sao_Paulo",
    "tuple_type": "espera-se uma lista entre colchetes",
    "dataclass_type": "espera-se uma tabela com chaves",
}
_TABLES = {"services": "espera-se uma ou mais tabelas [[services]]"}
_POSITION = re.compile(r"at line (\d+), column (\d+)")


def load(path: str | None) -> Profile:
    """Read and check the profile; without a path, the example shipped with the package.

    Raises `Misconfigured` with one line for each mistake: file, key, what is expected.
    """
    source = Path(path) if path else Path(str(files("secretaria") / "profiles" / "example.toml"))
    document = _parse(source, _read(source))
    try:
        return _ADAPTER.validate_python(document)
    except ValidationError as error:
        lines = "\n".join(f"{source}: {_explain(problem)}" for problem in error.errors())
        raise Misconfigured(lines) from None


def _read(source: Path) -> str:
    """The file's text; what some editors put before it, a byte-order mark, is left out."""
    try:
        if source.exists() and not source.is_file():
            raise Misconfigured(f"{source}: espera-se um arquivo TOML, e isto não é um arquivo")
        with source.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            largest = LARGEST_BYTES // 1024
            raise Misconfigured(f"{source}: o perfil pode ter até {largest} KiB")
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        raise Misconfigured(f"{source}: o arquivo do perfil não existe") from None
    except UnicodeDecodeError:
        raise Misconfigured(f"{source}: o perfil precisa estar em UTF-8") from None
    except (OSError, ValueError):
        raise Misconfigured(f"{source}: não foi possível ler o perfil") from None


def _parse(source: Path, text: str) -> object:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        found = _POSITION.search(str(error))
        where = f"linha {found[1]}, coluna {found[2]}" if found else "fim do arquivo"
        raise Misconfigured(f"{source}: não é TOML válido ({where})") from None
    except RecursionError:
        raise Misconfigured(f"{source}: não é TOML válido (aninhado demais)") from None


def _explain(problem: ErrorDetails) -> str:
    """A mistake in words; an item of a list is counted from 1, as people do."""
    names = [part for part in problem["loc"] if isinstance(part, str)]
    items = [f" (item {part + 1})" for part in problem["loc"] if isinstance(part, int)]
    key = ".".join(names) + "".join(items)
    expected = _EXPECTED.get(problem["type"], "valor inesperado")
    return f"{key}: {_TABLES.get(key, expected)}"
