"""Asking for a person, and what only sounds like it."""

import pytest

from secretaria.core.wishes import asks_for_person

ASKING = (
    "Quero falar com suporte",
    "Falar com atendente",
    "quero falar com um atendente",
    "me passa pra um humano por favor",
    "atendente",
    "Atendente por favor!",
    "humano",
    "tem como falar com uma pessoa?",
    "preciso falar com alguém da equipe",
    "gostaria de falar com a recepção",
    "não quero falar com robô",
    "pode me transferir para um atendente",
    "quero um atendente",
    "posso falar com uma pessoa de verdade?",
    "chama o gerente",
    "quero ser atendido por uma pessoa",
    "Queria falar com alguém de verdade, por favor",
    "prefiro falar com gente de verdade",
    "Por favor, me transfira para o atendimento humano",
    "falar com a atendente",
    "quero atendimento humano",
)
NOT_ASKING = (
    "tem alguém aí?",
    "Olá, quero falar sobre meu contrato",
    "não precisa chamar atendente",
    "não quero falar com atendente, só saber o preço",
    "a atendente foi muito simpática",
    "quanto custa para uma pessoa?",
    "é para duas pessoas",
    "quero uma consulta para outra pessoa",
    "Vocês têm horário amanhã cedo?",
    "a recepção fica em qual andar?",
    "preciso de uma consulta",
    "quero marcar para uma pessoa idosa",
    "queria saber se a equipe trabalha sábado",
    "a vendedora me disse que tinha desconto",
    "meu suporte de tv quebrou",
    "quero agendar",
    "quero um suporte para celular",
    "vocês vendem suporte de parede?",
    "uma pessoa",
    "quero mesa para 4 pessoas",
    "preciso de duas pessoas para mudança",
    "vou levar uma pessoa comigo",
    "o responsável pelo paciente sou eu",
    "quero reservar para 6 pessoas",
)


@pytest.mark.parametrize("words", ASKING)
def test_asking_for_a_person_is_understood(words: str) -> None:
    assert asks_for_person(words)
    assert asks_for_person(words.upper() + "!!!")


@pytest.mark.parametrize("words", NOT_ASKING)
def test_talking_about_people_is_not_asking_for_them(words: str) -> None:
    assert not asks_for_person(words)


def test_a_business_has_words_of_its_own_for_it() -> None:
    assert asks_for_person("cadê a DOUTORA Lúcia?", ["a doutora lucia"])
    assert not asks_for_person("oi", ["", "a doutora lucia"])


def test_a_long_text_is_judged_in_time() -> None:
    assert not asks_for_person("quero " * 20_000)
    assert not asks_for_person("nao quero " * 60)
