"""The facts that the simulated secretary finds in a system instruction, line by line."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

_LABELLED = re.compile(r"\W*(?P<label>[^:]{2,60}):\s*(?P<value>.*)")
_BULLET = re.compile(r"\s*[-*•–]\s*(?P<item>.+)")
_HERS = r"nome|secretaria|assistente"
_THEIRS = r"empresa|negocio|estabelecimento|clinica|loja|salao"
_INTRODUCED = re.compile(
    r"(?P<name>[^,.;\n]+), (?:a )?secret[aá]ri[ao][^,.;\n]*? d[aeo] (?P<owner>.+)"
)


def folded(text: str) -> str:
    """Return the text in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def hours(instruction: str) -> list[str]:
    """Return what it says about opening hours."""
    return _section(instruction, r"horario(?!.*\b(atual|agora)\b)|funcionamento")


def address(instruction: str) -> list[str]:
    """Return where the business is."""
    return _section(instruction, r"endereco|localizacao|onde (estamos|fica)")


def services(instruction: str) -> list[str]:
    """Return the services with their prices; failing a list, every line with a price."""
    listed = _section(instruction, r"servicos|precos|tabela|procedimentos|produtos")
    return listed or [line.strip(" -*•–") for line in instruction.splitlines() if "R$" in line]


def secretary_name(instruction: str) -> str:
    """Return the secretary's name; empty when the instruction gives none."""
    introduced = _INTRODUCED.search(instruction)
    if introduced:
        return re.split(r":|\bé\b", introduced["name"])[-1].strip()
    for value in _section(instruction, rf"({_HERS})(?!.*\b({_THEIRS}|cliente)\b)"):
        return re.split(r"[,.;(]", value)[0].strip()
    return ""


def business_name(instruction: str) -> str:
    """Return the business's name; empty when the instruction gives none."""
    introduced = _INTRODUCED.search(instruction)
    if introduced:
        return re.split(r"[,.;(]", introduced["owner"])[0].strip()
    for value in _section(instruction, rf".*\b({_THEIRS})\b"):
        return value.rstrip(".")
    return ""


def _section(instruction: str, label: str) -> list[str]:
    """Return the values under the labels that match: on their line, or as bullets after it."""
    lines = instruction.splitlines()
    return [value for index in range(len(lines)) for value in _values_at(lines, index, label)]


def _values_at(lines: Sequence[str], index: int, label: str) -> Iterator[str]:
    labelled = _LABELLED.match(lines[index])
    if not labelled or not re.match(label, folded(labelled["label"])):
        return
    if labelled["value"].strip():
        yield labelled["value"].strip()
    for line in lines[index + 1 :]:
        bullet = _BULLET.match(line)
        if not bullet:
            return
        yield bullet["item"].strip()
