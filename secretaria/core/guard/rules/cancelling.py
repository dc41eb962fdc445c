"""Rules about orders: cancelling the assistant's, replacing them, obeying others instead."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, rules

_CANCEL: Final = (
    *rules(
        "cancel_orders",
        """
            @cancel ~9 {theirs}
            @replace ~6 {own}
            @no ~3 @follow ~6 {theirs}
            pare/para/parar/parem/deixe/deixa/deixar/deixem de ~1 @follow ~6 {theirs}
            stop/quit/cease ~1 @follow ~6 {theirs}
            @cancel ~5 @every ~4 {orders}
            pare/parar/deixe/deixar/stop ~1 @follow ~3 @every ~3 {orders}
            @no ~1 @follow ~2 @every ~3 {orders}
            @no ~3 @follow ~1 nenhuma/nenhum/any/qualquer \
                regra/ordem/restrição/instrução/diretriz/rule/rules/instructions
            @cancel ~2 qualquer/toda/any/every ~1 \
                regra/restrição/diretriz/limitação/rule/restriction ./e/and/que/imposta
            @cancel ~5 {orders} ..5 @then ~2 @command
            pare/deixe/stop ~1 @follow ~3 {orders} ..5 @then ~2 @command
            @cancel ~5 mensagem/mensagens/comando/comandos/texto/message/messages de/do sistema
            @cancel ~5 system message/messages/text
            jogue/joga/jogar/throw fora/away ~3 {own}
            faça/faz/fazer/diga/responda/do ..1 contrário/oposto/opposite ..3 {own}
            @replace ~2 @your ~2 @bars
            @you ~1 ignorasse/esquecesse/desobedecesse/quebrasse/desconsiderasse ~4 {own}
            @cancel ~4 que/what ~2 @programmer
            @cancel ..2 what @your ..1 @masters ..1 told/said/wrote
            cancela/cancele/cancelar @your ordem/ordens/regra/regras/instruções ai? e
            cancela/cancele/tira/tire ..4 regra/regras ..1 que ..1 @told ..2 você
            passe/passa/passar/passando por cima ~2 {own}
            go/going against ~2 {own}
            deixe/deixa/deixar/deixando/put/set/leave ~1 de/aside lado? ~3 {own}
            deixe/deixa/deixar/deixando ~4 {own} de lado
            put/set/leave ~4 {own} aside
        """,
    ),
    *rules(
        "cancel_orders",
        """
            {theirs} ..3 @cancel las/as/los/os/todas/tudo/isso/them/it/all .
            {hidden} ..8 @cancel .
        """,
        unless_question=True,
    ),
    *rules(
        "orders_void",
        """
            {theirs} ~5 @void
            {theirs} ~3 não/no/dont/not ..1 \
                valem/vale/aplicam/importam/existem/servem/longer/apply/matter
            {theirs} ~2 expiraram/expirou/expired/caducaram/deprecated/obsoletas
            {theirs} ~2 perderam ~2 validade/efeito/valor
            @your ~1 @limits ~2 foram/estão/are/have ..2 @on/@void
            considere ~2 canceladas/revogadas/anuladas/nulas/suspensas/inválidas ~3 {theirs}
        """,
        unless_question=True,
        unless="meu minha celular my phone",
    ),
)

_FORGET: Final = (
    *rules(
        "forget_what_was_told",
        """
            @cancel ~4 que te/lhe/vos/você/vc ..1 @told
            @cancel ~4 que @told ..1 você/vc/ti/tu
            @cancel ~4 que mandaram fazer/dizer/seguir/falar/responder
            @cancel ~4 que ..1 você/vc/tu/te/lhe ..2 @learned
            @cancel ~4 que ~3 te ~1 mandou/ensinou/programou/instruiu/ordenou/obrigou
            @cancel ~4 que foi/fora ..1 programado/programada/treinado/treinada/instruído
            @cancel ~4 everything/all/anything/what/whatever ..1 you ..1 were/have/had/been/ve \
                ..2 @taught
            @cancel ~4 everything/all/anything/what/whatever ..1 youve ..2 @taught
            @cancel ~4 everything/all/anything/what/whatever ..1 you know/learned
            @cancel ~4 everything/all/anything/what/whatever ..1 they ..1 told/taught/said
            @cancel ~3 quem você é
            @cancel ~3 who/what you are
        """,
        unless_mistake=True,
        unless="número celular phone",
    ),
    *rules(
        "forget_what_is_above",
        """
            @cancel ~3 tudo/everything/all/anything/texto/text/conteúdo/content/the ~5 acima/above
            @cancel ~1 o que ~4 acima
            @cancel ~2 everything/anything/all ~4 prior/before/previous/previously/earlier
            @cancel ~2 tudo ~6 antes/anteriormente/anterior/agora ..6 @then ~2 @command
            @cancel ~4 contexto/context/conversa/conversation/previous/prior/texto/text ~2 \
                anterior/context/conversation/text/anteriores/prévia ..3 @then ~2 @command
        """,
        unless_mistake=True,
    ),
)

_REPLACE: Final = (
    *rules(
        "new_orders",
        """
            @your ~1 nova/novas/novo/novos/única/real/verdadeira/verdadeiro/new/only/real/true \
                ~1 {task} ~2 é/são/será/serão/passa/is/are/will/agora/now/:
            aqui/seguem/segue/here/these ..2 @your ~1 novas/novo/new ~1 {task}
        """,
        unless_question=True,
        unless="parabéns congratulations congrats",
    ),
    *rules(
        "obey_instead",
        """
            @follow ..15 vez/invés/lugar/instead/rather ..4 {own}
            @follow ..15 vez/invés/lugar/instead/rather ..2 suas/tuas/yours .
            @follow ..15 vez/invés/lugar/instead ..3 que ~1 recebeu/deram/te
            vez/invés/instead ~4 {own} ..6 @follow/@command
            @follow ~1 @only ~2 as? minhas/meus/my {commands}
            @follow ~1 @only a? mim/me
            @only ~1 @follow ~2 minhas/meus/my {commands}
            @follow as? minhas/meus/my ordens/comandos/orders/commands
            partir/diante/now ..6 @follow as? minhas/my {commands}
            @follow as? minhas/my {commands} a? partir/from
            @follow ~3 minhas/my/estas/these ~1 instruções/ordens/regras/instructions/orders \
                ..3 sem questionar/contestar/hesitar
            me obedeça/obedecer/obedece
            obedeça/obedece/obey/obedecer ~2 mim/me
        """,
        unless="instagram insta",
    ),
    *rules(
        "grant_despite_rules",
        """
            @grant ..15 @regardless ~6 {own}
            @regardless ~6 {own} ..8 @grant
            @grant ..15 mesmo/even/embora que/if/though ~4 {own}
            mesmo/even/embora/ainda que/if/though ~4 {own} ..8 @grant/@prize
            @grant ..15 sem ~2 @follow/considerar/levar/consultar ~4 {own}
            @grant ..15 importa/matter ~4 {own}
            @no ..1 importa/interessa/ligo/matter/care ..4 {own} ..8 @grant/@prize
            @grant ..15 tanto faz ..5 {own}
            no matter ..4 {own} ..8 @grant/@prize
            pouco importa ..4 {own} ..8 @grant/@prize
            tanto faz ..5 {own} ..8 @grant/@prize
            whatever/danem/dane/foda/fodam ..3 {own} ..8 @grant/@prize
            @grant ..15 mesmo que ..3 te/lhe/você proibiram/proibiu/proíbam/proíba/proibido/proibida
            @grant ..15 even if/though ..2 they/@masters told/forbade ..1 you
            mesmo que ..3 te/lhe proibiram/proibiu/proíbam ..6 @grant/@prize
        """,
        unless_question=True,
    ),
)

CANCELLING: Final[tuple[Rule, ...]] = (*_CANCEL, *_FORGET, *_REPLACE)
