"""The profile is read, or each mistake in it is named: file, key, what is expected."""

import os
from pathlib import Path

import pytest

from secretaria.adapters import profile_file
from secretaria.errors import Misconfigured

EXAMPLE = Path(profile_file.__file__).parent.parent / "profiles" / "example.toml"
GOOD = EXAMPLE.read_text(encoding="utf-8")


def mistakes(tmp_path: Path, content: str | bytes) -> list[str]:
    path = tmp_path / "perfil.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Misconfigured) as caught:
        profile_file.load(str(path))
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_the_example_is_a_whole_profile() -> None:
    profile = profile_file.load(None)

    assert profile.secretary.name == "Clara"
    assert profile.business.timezone.key == "America/Sao_Paulo"
    assert profile.services[0].name == "Consulta clínica"


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\r\n", b""])
def test_a_file_of_another_editor_is_read_too(tmp_path: Path, prefix: bytes) -> None:
    path = tmp_path / "perfil.toml"
    path.write_bytes(prefix + GOOD.replace("\n", "\r\n").encode())

    assert profile_file.load(str(path)) == profile_file.load(None)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "Clara"\n', "", "secretary.name: falta esta chave"),
        ('name = "Clara"', "name = 7", "secretary.name: espera-se um texto entre aspas"),
        ('name = "Clara"', 'name = "  "', "secretary.name: espera-se um texto não vazio"),
        ('name = "Clara"', 'name = "C"\nnome = "C"', "secretary.nome: chave desconhecida"),
        ("Sao_Paulo", "Sampa", "business.timezone: espera-se um fuso horário como"),
        ('"America/Sao_Paulo"', "3", "business.timezone: espera-se um fuso horário como"),
        ('"Há estacionamento na porta."', '""', "business.facts (item 3): espera-se um texto não"),
        ('duration = "15 minutos"', "duration = 15", "services.duration (item 2): espera-se um"),
        ("[[services]]", "[[servicos]]", "servicos: chave desconhecida"),
        ("[sentences]", "[frases]", "sentences: falta esta chave"),
        ("[secretary]", 'services = "x"\n[secretary]', "não é TOML válido (linha "),
        ("[secretary]", "[secretary", "não é TOML válido (linha "),
        ('name = "Clara"', 'name = "Clara', "não é TOML válido (linha "),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD

    assert any(line.startswith(expected) for line in mistakes(tmp_path, GOOD.replace(old, new)))


@pytest.mark.parametrize("services", ['services = "corte"', "[services]\nname = 'corte'"])
def test_services_that_are_no_list_are_explained(tmp_path: Path, services: str) -> None:
    start, end = GOOD.index("[[services]]"), GOOD.index("# As frases")
    content = f"{GOOD[:start]}{GOOD[end:]}"
    content = f"{services}\n{content}" if "=" in services[:10] else f"{content}\n{services}"

    assert mistakes(tmp_path, content) == ["services: espera-se uma ou mais tabelas [[services]]"]


def test_every_mistake_has_its_line(tmp_path: Path) -> None:
    content = GOOD.replace("fallback =", "falback =").replace('kind = "clínica médica"\n', "")

    assert sorted(mistakes(tmp_path, content)) == [
        "business.kind: falta esta chave",
        "sentences.falback: chave desconhecida",
        "sentences.fallback: falta esta chave",
    ]


def test_no_value_is_repeated_in_a_mistake(tmp_path: Path) -> None:
    content = GOOD.replace("America/Sao_Paulo", "segredo-aqui").replace('"Clara"', "12345")

    assert "segredo" not in "".join(mistakes(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'name = "\xe9"', "o perfil precisa estar em UTF-8"),
        (GOOD.encode("utf-16"), "o perfil precisa estar em UTF-8"),
        (b"\x00\x01", "não é TOML válido (linha 1, coluna 1)"),
        (b"a = " + b"[" * 50_000, "não é TOML válido (aninhado demais)"),
        (b"# " + b"x" * 300_000, "o perfil pode ter até 256 KiB"),
    ],
)
def test_what_is_no_profile_at_all_is_said_to_be_none(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    assert mistakes(tmp_path, content) == [expected]


def test_an_empty_file_lacks_every_table(tmp_path: Path) -> None:
    assert {line.split(":")[0] for line in mistakes(tmp_path, "")} == {
        "secretary",
        "business",
        "sentences",
    }


def test_a_missing_file_a_folder_and_a_pipe_are_told_apart(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path, expected in (
        (tmp_path / "nada.toml", "o arquivo do perfil não existe"),
        (tmp_path, "espera-se um arquivo TOML, e isto não é um arquivo"),
        (pipe, "espera-se um arquivo TOML, e isto não é um arquivo"),
        ("a\x00b", "não foi possível ler o perfil"),
    ):
        with pytest.raises(Misconfigured) as caught:
            profile_file.load(str(path))
        assert str(caught.value) == f"{path}: {expected}"
