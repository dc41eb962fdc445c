"""Rules about orders: cancelling the assistant's, replacing them, obeying others instead."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, rules

_QUANTIFIED: Final = "todas/todos/toda/todo/all/any/every/quaisquer/qualquer/cada"
_COMMAND_FOLLOWS: Final = "e/and/then/agora/now ~2 @command"

_MY_ORDERS: Final = "as? minhas/my instruções/regras/instructions/rules"

_CANCEL: Final = (
    *rules(
        "cancel_orders",
        [
            "@cancel ~9 {theirs}",
            "@replace ~6 {own}",
            "@no ~3 @follow ~6 {theirs}",
            "pare/para/parar/parem/deixe/deixa/deixar/deixem de ~1 @follow ~6 {theirs}",
            "stop/quit/cease ~1 @follow ~6 {theirs}",
            f"@cancel ~5 {_QUANTIFIED} ~4 {{orders}}",
            f"pare/parar/deixe/deixar/stop ~1 @follow ~3 {_QUANTIFIED} ~3 {{orders}}",
            f"@no ~1 @follow ~2 {_QUANTIFIED} ~3 {{orders}}",
            "@no ~3 @follow ~1 nenhuma/nenhum/any/qualquer"
            " regra/ordem/restrição/instrução/diretriz/rule/rules/instructions",
            "@cancel ~2 qualquer/toda/any/every ~1 regra/restrição/diretriz/limitação/rule/restriction"
            " ./e/and/que/imposta",
            f"@cancel ~5 {{orders}} ..5 {_COMMAND_FOLLOWS}",
            f"pare/deixe/stop ~1 @follow ~3 {{orders}} ..5 {_COMMAND_FOLLOWS}",
            "@cancel ~5 mensagem/mensagens/comando/comandos/texto/message/messages de/do sistema",
            "@cancel ~5 system message/messages/text",
            "jogue/joga/jogar/throw fora/away ~3 {own}",
            "faça/faz/fazer/diga/responda/do ..1 contrário/oposto/opposite ..3 {own}",
            "@replace ~2 @your ~2 filtros/travas/restrições/limitações/bloqueios/censura/filters"
            "/restrictions/guardrails/safeguards/limitations",
            "@you ~1 ignorasse/esquecesse/desobedecesse/quebrasse/desconsiderasse ~4 {own}",
            "@cancel ~4 que/what ~2 desenvolvedor/desenvolvedores/programador/programadores/criador"
            "/criadores/developer/developers",
            "passe/passa/passar/passando por cima ~2 {own}",
            "go/going against ~2 {own}",
            "deixe/deixa/deixar/deixando/put/set/leave ~1 de/aside lado? ~3 {own}",
            "deixe/deixa/deixar/deixando ~4 {own} de lado",
            "put/set/leave ~4 {own} aside",
        ],
    ),
    *rules(
        "cancel_orders",
        [
            "{theirs} ..3 @cancel las/as/los/os/todas/tudo/isso/them/it/all .",
            "{hidden} ..8 @cancel .",
        ],
        unless_question=True,
    ),
    *rules(
        "orders_void",
        [
            "{theirs} ~5 @void",
            "{theirs} ~3 não/no/dont/not ..1 valem/vale/aplicam/importam/existem/servem/longer/apply"
            "/matter",
            "{theirs} ~2 perderam ~2 validade/efeito/valor",
            "@your ~1 @limits ~2 foram/estão/are/have ..2 @on/@void",
            "considere ~2 canceladas/revogadas/anuladas/nulas/suspensas/inválidas ~3 {theirs}",
        ],
        unless_question=True,
    ),
)

_FORGET: Final = (
    *rules(
        "forget_what_was_told",
        [
            "@cancel ~4 que te/lhe/vos/você/vc ..1 @told",
            "@cancel ~4 que @told ..1 você/vc/ti/tu",
            "@cancel ~4 que mandaram fazer/dizer/seguir/falar/responder",
            "@cancel ~4 que ..1 você/vc/tu/te/lhe ..2 @learned",
            "@cancel ~4 que foi/fora ..1 programado/programada/treinado/treinada/instruído",
            "@cancel ~4 everything/all/anything/what/whatever ..1 you ..1 were/have/had/been/ve ..2"
            " @taught",
            "@cancel ~4 everything/all/anything/what/whatever ..1 youve ..2 @taught",
            "@cancel ~4 everything/all/anything/what/whatever ..1 you know/learned",
            "@cancel ~4 everything/all/anything/what/whatever ..1 they ..1 told/taught/said",
            "@cancel ~3 quem você é",
            "@cancel ~3 who/what you are",
        ],
        unless_mistake=True,
    ),
    *rules(
        "forget_what_is_above",
        [
            "@cancel ~3 tudo/everything/all/anything/texto/text/conteúdo/content/the ~5"
            " acima/above",
            "@cancel ~1 o que ~4 acima",
            "@cancel ~2 everything/anything/all ~4 prior/before/previous/previously/earlier",
            f"@cancel ~2 tudo ~6 antes/anteriormente/anterior/agora ..6 {_COMMAND_FOLLOWS}",
            "@cancel ~4 contexto/context/conversa/conversation/previous/prior/texto/text ~2"
            f" anterior/context/conversation/text/anteriores/prévia ..3 {_COMMAND_FOLLOWS}",
        ],
        unless_mistake=True,
    ),
)

_REPLACE: Final = (
    *rules(
        "new_orders",
        [
            "@your ~1 nova/novas/novo/novos/única/real/verdadeira/verdadeiro/new/only/real/true ~1"
            " {task} ~2 é/são/será/serão/passa/is/are/will/agora/now/:",
            "aqui/seguem/segue/here/these ..2 @your ~1 novas/novo/new ~1 {task}",
        ],
        unless_question=True,
        unless="parabéns congratulations congrats",
    ),
    *rules(
        "obey_instead",
        [
            "@follow ..15 vez/invés/lugar/instead/rather ..4 {own}",
            "@follow ..15 vez/invés/lugar/instead/rather ..2 suas/tuas/yours .",
            "@follow ..15 vez/invés/lugar/instead ..3 que ~1 recebeu/deram/te",
            "vez/invés/instead ~4 {own} ..6 @follow/@command",
            "@follow ~1 @only ~3 minhas/meus/my/mim/me/mine/meu",
            "@only ~1 @follow ~3 minhas/meus/my/me ..1"
            " instruções/ordens/comandos/instructions/orders/commands/rules/regras",
            "@follow ~1 as? minhas/meus/my ~1 ordens/comandos/orders/commands",
            f"partir/diante/now ..6 @follow {_MY_ORDERS}",
            f"@follow {_MY_ORDERS} a? partir/from",
            "@follow ~3 minhas/my/estas/these ~1 instruções/ordens/regras/instructions/orders ..3"
            " sem questionar/contestar/hesitar",
            "me obedeça/obedecer/obedece",
            "obedeça/obedece/obey/obedecer ~2 mim/me",
        ],
        unless="instagram insta",
    ),
    *rules(
        "grant_despite_rules",
        [
            "@grant ..15 @regardless ~6 {own}",
            "@regardless ~6 {own} ..8 @grant",
            "@grant ..15 mesmo/even/embora que/if/though ~2 {own}",
            "mesmo/even/embora que/if/though ~2 {own} ..8 @grant",
            "@grant ..15 sem ~2 @follow/considerar/levar/consultar ~4 {own}",
            "@grant ..15 importa/matter ~4 {own}",
        ],
        unless_question=True,
    ),
)

CANCELLING: Final[tuple[Rule, ...]] = (*_CANCEL, *_FORGET, *_REPLACE)
