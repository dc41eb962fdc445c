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
    "vc é um robô? quero falar com gente",
    "Não consigo falar com um atendente?",
    "Por que não posso falar com uma pessoa?",
    "fala com um humano pf",
    "quero falar c/ atendente",
    "tem atendente?",
    "Cadê a atendente?",
    "Quero uma pessoa",
    "ATENDENTE JÁ",
    "me encaminha para um atendente",
    "aguardo um atendente",
    "Sem robô, por favor",
    "desliga esse robô",
    "Atendente humano, por favor",
    "Quero falar com alguém da clínica",
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
    "Vou falar com o gerente do banco amanhã",
    "Vou conversar com o dono do apartamento e te aviso",
    "Tenho que conversar com a equipe antes de fechar",
    "Vou chamar a recepção quando chegar",
    "Vou chamar alguém para pegar o pedido",
    "Preciso falar com a operadora do plano para autorizar?",
    "Quero passar para a operadora Unimed, aceitam?",
    "Passar para pessoa jurídica custa quanto?",
    "Quero transferir para pessoa física",
    "Como faço para passar para outra pessoa a minha consulta?",
    "Fui muito bem atendido por um atendente, obrigado!",
    "Fui atendida por uma pessoa super simpática, parabéns",
    "Cabelo humano ou sintético? Quero humano loiro",
    "O exame é só humano ou veterinário também?",
    "Prefiro ser atendida por uma pessoa mulher",
    "Pode passar pra recepção o meu comprovante?",
    "Posso falar com alguém da família antes?",
    "Preciso que fale com a dona Maria que vou atrasar",
    "Olá, quero falar sobre meu contrato",
    "quanta gente cabe na sala?",
    "Tem gente na fila?",
    "quero saber o preço para uma pessoa",
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
