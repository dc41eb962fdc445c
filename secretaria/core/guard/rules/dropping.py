"""Rules about leaving behind what the assistant was told, whatever word is used for it."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, after_each, rules

_DROP: Final = (
    "@cancel/@shed",
    "jogue/joga/jogar/jogando/taca/taque/throw/toss ..1 fora/away/out/lixo/longe",
    "deixe/deixa/deixar/deixando ..1 de lado",
    "deixe/deixa pra/para la",
    "largue/larga mao",
    "pare/para/parar/parem/deixe/deixa/deixar de ~1 @follow",
    "stop/quit/cease ~1 @follow",
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
    *rules("cancel_orders", after_each(_DROP[2:5], "~5 {untopical}")),
    *rules(
        "cancel_orders",
        f"""
            {_DROP[0]} ~6 {{untopical}}
            {_DROP[1]} ~6 {{untopical}}
            @cancel/@shed ~4 @all_orders da/do/de ..1 @masters ..3 @then/, ..1 me/nos/@command
            {_DROP[1]} ~4 @all_orders da/do/de ..1 @masters ..3 @then/, ..1 me/nos/@command
            seguir/segue/siga/seguindo mais? as/os/o ordens/script/roteiro do/da/dos @masters
        """,
        unless="meu minha celular aparelho pc computador notebook roteador app aplicativo conta",
    ),
    *rules(
        "obedience",
        after_each(
            _NO_LONGER, "obedecer/obedeça/obedece/obey/obeying mais? ..2 @masters"
        ),
        unless_question=True,
        unless="meu minha filho filha cachorro",
    ),
)

DROPPING: Final[tuple[Rule, ...]] = (*_TOLD, *_ORDERS)
