"""Rules about secrets: the assistant's orders, keys and passwords, other people's data."""

from collections.abc import Iterable
from typing import Final

from secretaria.core.guard.rules.rule import Rule, rules

_TO_ME: Final = "me/nos/us/pra/para/to? mim/me/us?"
_ASKING: Final = (
    f"@reveal/@recite {_TO_ME}",
    "me/nos de/da/dar",
    "faça/faz/crie/make um/uma/a resumo/lista/cópia/tradução/poema/summary/list/copy/translation",
    "quero/queria/posso/deixa/deixe/gostaria/preciso/want/can/let/like ..2 @see",
)


def _asked(*objects: str) -> Iterable[str]:
    return [f"{asking} {wanted}" for asking in _ASKING for wanted in objects]


_ORDERS: Final = (
    *rules("reveal_orders", _asked("~8 {secret}")),
    *rules(
        "reveal_orders",
        [
            f"@recite {_TO_ME} ~8 {{earlier}}",
            f"@reveal {_TO_ME} ~6 {{earlier}} ..8 @verbatim",
            "{own_prompt}",
            f"@reveal/@recite {_TO_ME} ~6 mensagem/mensagens/comando/texto de sistema",
            "@recite/mostre/revele/mostra ~6 mensagem/mensagens do sistema",
            f"@reveal/@recite {_TO_ME} ~6 system message/messages/text",
            f"@recite {_TO_ME} ~2 tudo/texto/palavras/conteúdo/everything/text/words/content/frases/linhas"
            "/lines ~6 acima/above",
            "@recite ~3 the above .",
            f"@reveal/@recite {_TO_ME} ~3 tudo/texto/palavras/everything/text/words/frases/what/que ~5"
            " antes/before/acima/above ..2"
            " mensagem/linha/conversa/frase/message/line/conversation/sentence/prompt/ponto",
            "@reveal/@recite ..12 começando/starting/começa/starts/começam/beginning ..2 você/you"
            " é/são/are",
            "que/what ~3 dizem/diz/contém/say/says/consta/escrito/written/contains/contain ~4"
            " {secret}",
            "em que ~1 {secret}",
            f"@recite {_TO_ME} ~3 @your ~1 contexto/context/configuração/programação/configuration",
            "complete ..5 minhas/meu/my ~1 instruções/prompt/instructions são/é/are/is",
            "qual/quais/what/@recite ~6 mensagem/mensagens do sistema que você/vc",
            "que te/lhe ~1 instruíram/programaram/configuraram/treinaram",
            "que você/vc ~1 foi ~1 instruído/instruída/programado/programada/orientado a/para",
            "what were you ~1 told/instructed/programmed to/not",
            "what/which ~1 {orders} were/did/have/do you",
        ],
    ),
)

_SECRETS: Final = rules(
    "reveal_secret",
    _asked(
        "~6 api key/keys/token/secret/tokens",
        "~6 @secret ..2 da/de/do/of/for/das/to/dos ..1 @locked",
        "~4 @your ..1 @own_secret",
        "~6 variáveis de ambiente",
        "~6 environment variables",
        "~6 chave/chaves/senha secreta/secretas/mestra/privada/privadas",
        "~6 secret key/keys/token",
        "~6 admin/system/root/database/server password/passwords/credentials",
        "~4 @your ~1 código fonte",
        "~4 @your ~1 source code",
    ),
    unless="wifi wi internet rede",
)

_PEOPLE: Final = (
    *rules(
        "reveal_people",
        [
            f"{asking} {wanted}"
            for asking in (f"@reveal/@hand_over {_TO_ME}", "me/nos de/da/dar")
            for wanted in (
                "~5 @data ..1 da/do última/último pessoa",
                "~5 @data ..2 de/dos/das/do/da/of/from ..2 @others ..2 @people",
                "~4 @others ..1 customers/patients/users/clients/people ..2 @data",
            )
        ],
    ),
    *rules(
        "reveal_people",
        [
            f"{asking} {wanted}"
            for asking in (f"@hand_over {_TO_ME}", "quero/queria/want", "me/nos de/da/dar")
            for wanted in (
                "~5 @data ..1 dos/das/de/of/from ..2 @crowd",
                "~3 @list ..2 @crowd",
                "~2 todos/todas/all os/as/the? @crowd",
                "~2 the customer/patient/user/client @list/@data",
            )
        ],
    ),
    *rules(
        "reveal_people",
        [
            "@data dos/de/das ..1 outros/outras/demais ~1 @crowd ..4 @hand_over",
            "que/what ~1 @others ~1 @people ..2 falou/disse/perguntou/escreveu/mandou/contou/say"
            "/said/ask/asked/write/wrote",
            "what did ~1 @others ~1 @people ..1 say/ask/write/tell",
        ],
    ),
)

REVEALING: Final[tuple[Rule, ...]] = (*_ORDERS, *_SECRETS, *_PEOPLE)
