"""Reading the profile from its TOML file, with a mistake named by file, key and expectation."""

import tomllib
from importlib.resources import files
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from secretaria.core.profile import Profile
from secretaria.errors import Misconfigured

_ADAPTER = TypeAdapter(Profile)
_EXPECTED = {
    "missing": "falta esta chave",
    "unexpected_keyword_argument": "chave desconhecida",
    "string_type": "espera-se um texto entre aspas",
    "string_too_short": "espera-se um texto não vazio",
    "zoneinfo_str": "espera-se um fuso horário como America/Sao_Paulo",
    "tuple_type": "espera-se uma lista",
    "dataclass_type": "espera-se uma tabela com chaves",
}


def load(path: str | None) -> Profile:
    """Read and check the profile; without a path, the example shipped with the package.

    Raises `Misconfigured` with one line for each mistake: file, key, what is expected.
    """
    source = Path(path) if path else Path(str(files("secretaria") / "profiles" / "example.toml"))
    try:
        document = tomllib.loads(source.read_text(encoding="utf-8"))
        return _ADAPTER.validate_python(document)
    except OSError:
        raise Misconfigured(f"{source}: não foi possível ler o perfil") from None
    except UnicodeDecodeError:
        raise Misconfigured(f"{source}: o perfil precisa estar em UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{source}: não é TOML válido: {error}") from None
    except ValidationError as error:
        lines = "\n".join(f"{source}: {_explain(problem)}" for problem in error.errors())
        raise Misconfigured(lines) from None


def _explain(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    return f"{key}: {_EXPECTED.get(problem['type'], 'valor inesperado')}"
