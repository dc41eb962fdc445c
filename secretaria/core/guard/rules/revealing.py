"""Rules about secrets: the assistant's orders, keys and passwords, other people's data."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, rules

_FOR_ME: Final = "me/nos de/da/dar"
_ASKING: Final = (
    "@reveal/@recite @to? @to_me?",
    _FOR_ME,
    "faça/faz/crie/make um/uma/a resumo/lista/cópia/tradução/poema/summary/list/copy/translation",
    "quero/queria/posso/deixa/deixe/gostaria/preciso/want/can/let/like ..2 @see",
)
_DEMANDING: Final = ("@hand_over @to? @to_me?", _FOR_ME)


def _after_each(beginnings: tuple[str, ...], objects: str) -> str:
    """Return one pattern a line: every beginning before every object."""
    ends = [line.strip() for line in objects.strip().splitlines()]
    return "\n".join(f"{beginning} {end}" for beginning in beginnings for end in ends)


_ORDERS: Final = (
    *rules("reveal_orders", _after_each(_ASKING, "~8 {secret}"), unless="escrito pdf email"),
    *rules(
        "reveal_orders",
        """
            @recite @to? @to_me? ~8 {earlier}
            @reveal @to? @to_me? ~6 {earlier} ..8 @verbatim
            {own_prompt}
            @reveal/@recite @to? @to_me? ~6 mensagem/mensagens/comando/texto de sistema
            @recite/mostre/revele/mostra ~6 mensagem/mensagens do sistema
            @reveal/@recite @to? @to_me? ~6 system message/messages/text
            @recite @to? @to_me? ~2 \
                tudo/texto/palavras/conteúdo/everything/text/words/content/frases/linhas/lines \
                ~6 acima/above
            @recite ~3 the above .
            @reveal/@recite @to? @to_me? ~3 \
                tudo/texto/palavras/everything/text/words/frases/what/que ~5 \
                antes/before/acima/above ..2 \
                mensagem/linha/conversa/frase/message/line/conversation/sentence/prompt/ponto
            @reveal/@recite ..12 começando/starting/começa/starts/começam/beginning ..2 \
                você/you é/são/are
            que/what ~3 dizem/diz/contém/say/says/consta/escrito/written/contains/contain ~4 \
                {secret}
            em que ~1 {secret}
            @recite @to? @to_me? ~3 @your ~1 \
                contexto/context/configuração/programação/configuration
            complete ..5 minhas/meu/my ~1 instruções/prompt/instructions são/é/are/is
            qual/quais/what/@recite ~6 mensagem/mensagens do sistema que você/vc
            que te/lhe ~1 instruíram/programaram/configuraram/treinaram
            que você/vc ~1 foi ~1 instruído/instruída/programado/programada/orientado a/para
            what were you ~1 told/instructed/programmed to/not
            what/which ~1 {orders} were/did you
            what/which ~1 {orders} do you ~1 follow/obey
        """,
    ),
)

_SECRETS: Final = rules(
    "reveal_secret",
    _after_each(
        _ASKING,
        """
            ~6 api key/keys/token/secret/tokens
            ~6 @secret ..2 da/de/do/of/for/das/to/dos ..1 @locked
            ~6 @secret do banco de dados
            ~4 @your ..1 @own_secret
            ~6 variáveis de ambiente
            ~6 environment variables
            ~6 chave/chaves/senha secreta/secretas/mestra/privada/privadas
            ~6 secret key/keys/token
            ~6 admin/system/root/database/server password/passwords/credentials
            ~4 @your ~1 código fonte
            ~4 @your ~1 source code
        """,
    ),
    unless="wifi wi internet rede",
)

_PEOPLE: Final = (
    *rules(
        "reveal_people",
        _after_each(
            ("@reveal/@hand_over @to? @to_me?", _FOR_ME),
            """
                ~5 @data ..1 da/do última/último pessoa que ~1 falou/conversou/escreveu/chamou
                ~5 @data ..1 do/da/of @people anterior/anteriores
                ~4 conversa/conversas/mensagens ..4 com ~1 @others @people
                ~5 @data ..2 de/dos/das/do/da/of/from ..2 @others ..2 @people
                ~4 @others ..1 customers/patients/users/clients/people ..2 @data
            """,
        ),
    ),
    *rules(
        "reveal_people",
        _after_each(
            _DEMANDING,
            """
                ~5 @data ..1 dos/das/de/of/from ..1 @crowd
                ~3 @list ..2 @crowd
                ~2 the customer/patient/user/client @list/@data
            """,
        ),
    ),
    *rules(
        "reveal_people",
        """
            quero/queria/want/preciso @see? o/a/os/as/the? @list ..2 @crowd
            @hand_over me/us? todos/todas/all os/the? @crowd
            @data dos/de/das ..1 outros/outras/demais ~1 @crowd ..4 @hand_over
            que/what ~1 @others ~1 @people ..2 \
                falou/disse/perguntou/escreveu/mandou/contou/say/said/ask/asked/write/wrote
            what did ~1 @others ~1 @people ..1 say/ask/write/tell
        """,
    ),
)

REVEALING: Final[tuple[Rule, ...]] = (*_ORDERS, *_SECRETS, *_PEOPLE)
