"""Rules about leaving behind what the assistant was told, whatever word is used for it."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, after_each, rules

_DROP: Final = (
    "@cancel/@shed",
    "jogue/joga/jogar/jogando/taca/taque/throw/toss ..1 fora/away/out/lixo/longe",
    "deixe/deixa/deixar/deixando ..1 de lado",
    "deixe/deixa pra/para la",
    "largue/larga/abra/abre/abrir mao",
    "passe/passa uma borracha",
    "pare/para/parar com",
    "put/set/lay/leave ..1 aside",
    "pare/para/parar/parem/deixe/deixa/deixar de ~1 @follow",
    "stop/quit/cease ~1 @follow",
    "cancele/cancela/cancelar tudo",
    "@no ~3 @follow mais?",
    "@no mais? segue/segues mais?",
    "longer ..3 @follow",
)
_NO_LONGER: Final = (
    "pare/para/parar/parem/deixe/deixa/deixar de",
    "@no mais?",
    "@no ..2 precisa/precisas/deve/need/have/must mais? to?",
    "stop/quit/cease",
    "longer ..2",
)

_TOLD: Final = rules(
    "forget_what_was_told",
    after_each(
        _DROP,
        """
            ~4 que te/lhe/vos ..1 @told
            ~4 que @told ..1 você/ti/tu
            ~2 que ..1 @your ..1 @masters ..1 @told
            ~5 @your ..1 @masters gave/told/taught you
            ~4 que ..5 @masters ..4 te/lhe/você ..1 @told
            ~2 tudo/tudinho/todas/todos que ..1 você? já? recebeu/recebeste/aprendeu/leu
            ~4 everything/all/anything/what/whatever/stuff ..1 you ..1 were/have/had/been/ve \
                ..2 @taught
            ~4 everything/all/anything/what/whatever/stuff ..1 youve ..2 @taught
            ~4 everything/all/anything/what/whatever/stuff ..1 they ..1 told/taught/said/gave
            ~4 everything/all/anything/what/whatever/stuff @your ..1 @masters @taught/said/wrote/set
            ~4 everything/all/anything/what/whatever/stuff the ..1 @masters @taught ..2 you
        """,
    ),
    unless_mistake=True,
    unless="meu minha",
)

_ORDERS: Final = (
    *rules("cancel_orders", after_each(_DROP[2:8], "~5 {untopical}")),
    *rules(
        "cancel_orders",
        after_each(
            _DROP[:2],
            """
                ~6 {untopical}
                ~4 @all_orders da/do/de ..1 @masters ..3 @then/, ..1 me/nos/@command
            """,
        )
        + """
            tire/tira/tirar/remova/remove/take ~5 @your cabeça/memória/mind/head/memory
            @cancel/@shed ~2 esse/este/this script/roteiro/prompt e/and/, ..1 me/@command/fala
            @no ..1 @follow ~2 @masters @all_orders
            you/youre/ur ..2 not/longer bound by ..3 @all_orders
            @pretend ~1 que? ~2 {untopical} ..3 nunca/não/never/dont/not ..1 \
                existiram/existem/existed/exist/valem
            deixe/deixa/largue/larga ..1 o/esse/este/teu/seu script ..1 de lado
            deixe/deixa/largue/larga ..1 esse/este/teu/seu roteiro de lado
            conta/@pretend que? ..3 nunca/nobody/ninguém/não te/you ..1 deu/deram/@learned/@taught
            conta/@pretend que? ninguém/nobody te/you? @told/@learned/@taught
            seguir/segue/siga/seguindo mais? as/os/o ordens/script/roteiro do/da/dos @masters
        """,
        unless="meu minha celular aparelho pc computador notebook roteador app aplicativo",
    ),
    *rules(
        "obedience",
        after_each(_NO_LONGER, "obedecer/obedeça/obedece/obey/obeying mais? ..2 @masters"),
        unless_question=True,
        unless="meu minha filho filha cachorro",
    ),
)

DROPPING: Final[tuple[Rule, ...]] = (*_TOLD, *_ORDERS)
