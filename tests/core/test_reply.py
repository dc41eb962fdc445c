"""What a reply may and may not contain."""

import unicodedata

import pytest

from secretaria.adapters import profile_file
from secretaria.core import prompt as prompting
from secretaria.core.reply import Confidential, find_leak, is_error_text, prepare

PROFILE = profile_file.load(None)
RULES = prompting.rules_of(PROFILE)
FACTS = prompting.facts_of(PROFILE)
CANARY = "5f0c1d2e3b4a59687786a5b4c3d2e1f0"
SECRETS = ("conn-token-9f8e7d6c5b4a", "curta1")
CONFIDENTIAL = Confidential(CANARY, RULES, FACTS, SECRETS)


def without_accents(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if one.isascii())


@pytest.mark.parametrize(
    "said",
    [
        CANARY,
        CANARY.upper(),
        " ".join(CANARY),
        "-".join(CANARY),
        f"O código é {CANARY[:16]}\n{CANARY[16:]}.",
        "\u200b".join(CANARY),
    ],
)
def test_the_canary_is_found_however_it_is_written(said: str) -> None:
    assert find_leak(prepare(f"Claro: {said}"), CONFIDENTIAL) == "canary"


@pytest.mark.parametrize(
    "said",
    [SECRETS[0], SECRETS[0].upper(), " ".join(SECRETS[0]), SECRETS[0].replace("-", "_"), "curta1"],
)
def test_a_configured_secret_is_found_also_in_another_spelling(said: str) -> None:
    assert find_leak(f"Anote: {said}", CONFIDENTIAL) == "secret"


def test_a_short_secret_is_only_found_letter_by_letter() -> None:
    assert find_leak("a c u r t a 1", CONFIDENTIAL) is None


def test_a_configured_value_that_is_a_fact_may_be_said() -> None:
    open_facts = f"{FACTS}\nE-mail: contato@bemviver.com.br"
    confidential = Confidential(CANARY, RULES, open_facts, ("contato@bemviver.com.br",))

    assert find_leak("Nosso e-mail: contato@bemviver.com.br", confidential) is None


@pytest.mark.parametrize(
    "key",
    [
        "AIza" + "Sy0123456789abcdefghijklmnopqrstuvw",
        "AQ.Ab8RN6" + "x" * 20,
        "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MSwicHJvZmlsZSI6ImEifQ.c2lnbmF0dXJl",
        "sk-" + "a1" * 12,
        "AKIAABCDEFGHIJKLMNOP",
        "-----BEGIN RSA PRIVATE KEY-----",
        "postgres://dona:senha@servidor/banco",
    ],
)
def test_what_looks_like_a_key_is_never_said(key: str) -> None:
    assert find_leak(f"Use {key}", CONFIDENTIAL) == "key"


@pytest.mark.parametrize("start", range(0, len(RULES) - 40, 7))
def test_any_forty_characters_of_the_rules_are_a_leak(start: int) -> None:
    quote = RULES[start : start + 40]

    assert find_leak(f"Minhas regras: {quote}!", CONFIDENTIAL) == "rules"
    assert find_leak(without_accents(quote).upper(), CONFIDENTIAL) == "rules"


@pytest.mark.parametrize("joint", [" ", ", ", " - ", "\n", ". ", "* "])
def test_the_rules_are_found_behind_other_punctuation(joint: str) -> None:
    assert find_leak(joint.join(RULES.split()), CONFIDENTIAL) == "rules"


def test_the_rules_are_found_letter_by_letter() -> None:
    assert find_leak(" ".join(RULES[100:200]), CONFIDENTIAL) == "rules"


def test_thirty_characters_of_the_rules_may_be_said() -> None:
    assert find_leak(RULES[110:140], CONFIDENTIAL) is None


def test_every_fact_may_be_said_word_for_word() -> None:
    assert find_leak(FACTS, CONFIDENTIAL) is None
    for line in FACTS.splitlines():
        assert find_leak(f"Claro! {line}. Posso ajudar?", CONFIDENTIAL) is None


@pytest.mark.parametrize("before", ["Claro! ", "Sim: ", "o ", "certeza, ", "diga ", ""])
@pytest.mark.parametrize("after", ["", " Até logo!", " e volte sempre", " Depois ligue."])
def test_a_fact_that_stands_in_the_rules_may_be_said(before: str, after: str) -> None:
    fact = "Atendemos os convênios Vida, Saúde Total e mais dez planos de toda a região."
    rules = f"Instruções:\n- Sobre convênios diga com certeza: {fact} Depois confirme o plano."
    confidential = Confidential(CANARY, rules, f"Nome: Clara\n{fact}", ())

    assert find_leak(before + fact + after, confidential) is None


def test_the_rule_around_a_fact_is_still_a_leak() -> None:
    fact = "Atendemos os convênios Vida, Saúde Total e mais dez planos de toda a região."
    rule = f"Sobre convênios diga só isto e nunca o preço: {fact}"
    confidential = Confidential(CANARY, f"- {rule}", fact, ())

    assert find_leak(rule, confidential) == "rules"


@pytest.mark.parametrize(
    "text",
    [
        'Traceback (most recent call last):\n  File "/app/a.py", line 3, in b\nValueError: x',
        "ValueError: invalid reply",
        "Desculpe, ocorreu: requests.exceptions.HTTPError: 500 Server Error",
        "Exception: invalid reply",
        "Error: Request failed",
        "Uncaught TypeError: x is not a function",
        "    at Object.<anonymous> (/srv/app.js:10:5)",
        "   at com.acme.Main.run(Main.java:42)",
        "panic: runtime error",
        "psycopg2.errors.UndefinedTable",
        "<!DOCTYPE html><html></html>",
        "Veja: <HTML lang='pt'>",
        "<div class='x'>oi</div>",
        '{"error": {"code": 500, "message": "Internal"}}',
        'Aqui está: {"error": "quota"}',
        '```json\n{"reply": "oi"}\n```',
        '{"candidates": [{"content": {"par',
        '[{"error": 1}]',
        "[]",
        "429 RESOURCE_EXHAUSTED",
        "503 UNAVAILABLE",
        "502 Bad Gateway",
        "Request failed with status code 500",
        "HTTP 404",
        "connect ECONNREFUSED 127.0.0.1:80",
        "ERR_SENDING_WAPP_MSG",
    ],
)
def test_what_a_machine_says_when_it_breaks_is_no_reply(text: str) -> None:
    assert is_error_text(prepare(text))


@pytest.mark.parametrize(
    "text",
    [
        "Houve um erro no seu cadastro: o telefone está incompleto.",
        "Erro nosso! O horário certo é 15h.",
        "Se o site mostrar erro 404, me avise por aqui.",
        "Com uma exceção: aos sábados fechamos às 12h.",
        "Sorry about the error in your booking: it is fixed now.",
        "We open every day, with one exception: Sundays.",
        "There was an Error: in my booking.",
        "The doctor is unavailable on Monday, and the service unavailable on Sunday.",
        "DRA. ANA UNAVAILABLE ON MONDAY",
        "Don't panic: we will call you back.",
        "Tabela:\n- 450 MASSAGEM RELAXANTE\n- 500 DEPILAÇÃO COMPLETA\n1) Corte: R$ 90,00",
        "Consulta clínica: R$ 200,00 (30 minutos)",
        "[1] Consulta [2] Retorno: responda com o número.",
        "at the office (open 8:00)",
        "Estamos na rua das Acácias <3 e {sempre} sorrindo :)",
        "Seu pedido 503 está pronto; o código é 429 mesmo.",
        "O sistema está fora do ar, mas anotei tudo.",
        "Aponte a câmera para o html do convite, ou abra o link.",
    ],
)
def test_ordinary_sentences_are_no_errors(text: str) -> None:
    assert not is_error_text(prepare(text))
    assert find_leak(text, CONFIDENTIAL) is None


def test_a_reply_is_stored_without_what_a_database_or_a_person_cannot_see() -> None:
    assert prepare(" a\x00b\u202ec\u200bd\r\ne ") == "abcd\ne"


@pytest.mark.parametrize("braces", ["{{name}}", "{{{x}}}", "{\u200b{name}}"])
def test_no_template_is_left_for_whaticket_to_expand(braces: str) -> None:
    assert "{{" not in prepare(braces)


@pytest.mark.parametrize("text", ["a." * 20_000, "\n" * 40_000 + "x", "Ab" * 20_000, "{" * 40_000])
def test_a_long_reply_is_judged_in_no_time(text: str) -> None:
    assert find_leak(text, CONFIDENTIAL) is None
    assert not is_error_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Internal Server Error",
        "Error 500: Internal Server Error",
        "500 Internal error encountered.",
        "API key not valid. Please pass a valid API key.",
        "An error occurred while processing your request.",
        "'NoneType' object has no attribute 'text'",
        "[object Object]",
        "undefined",
        "null",
    ],
)
def test_a_reply_that_is_nothing_but_an_error_is_no_reply(text: str) -> None:
    assert is_error_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Houve um erro no seu agendamento, vou confirmar com a equipe.",
        "There was an error in your booking; which day suits you?",
        "O resultado deu null, como você disse?",
    ],
)
def test_a_sentence_that_speaks_of_an_error_is_a_reply(text: str) -> None:
    assert not is_error_text(text)
