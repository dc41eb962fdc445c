"""Rules about laws a customer lays down: lasting orders, obedience, new policies."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, after_each, rules

_FROM_NOW_ON: Final = (
    "partir de agora/hoje/já",
    "partir desse/deste momento",
    "agora/hoje/daqui/now em/pra/on diante/frente?",
    "doravante",
)

_LASTING: Final = (
    *rules(
        "lasting_orders",
        after_each(
            _FROM_NOW_ON,
            """
                ..3 toda/todas/cada ..1 resposta/respostas/mensagem/frase ..1 sua/suas/tua/tuas
                ..3 @answer/@command/avise/avisa/diga/fala/fale/conta ..3 \
                    todos/todo/every/all/everyone/cada ..1 \
                    @people/everyone/mundo
                ..3 sempre/always/só/only ~2 sim/yes
                ..2 @you ..1 só/somente/apenas ~1 @answer ..8 e ..1 chama/chame/xinga/xingue/ofende
                ..2 @you ..1 só/somente/apenas ~1 @answer ..6 modo @mode/livre
                ..3 @answer ..2 em/in modo/mode ..1 @mode
                ..5 só/apenas/somente/only? do/faz/faça/fazer/obedece ..3 que ..1 eu @bid
                ..2 @you ..2 do ..2 what/whatever/as/everything ..1 i @bid
                ..2 @you will/must/shall ..1 only? respond/answer/speak/talk in/as/like
                ..3 @you ..1 trabalha/trabalhe/work/obedece ..1 para/pra/for ..1 mim/me
            """,
        )
        + """
            toda/cada/todas/every/all/each ..1 resposta/respostas/reply/replies/response/answer \
                ..1 sua/suas/your ..1 tem/têm/deve/devem/must/should/has
            todas as suas respostas devem/têm/tem
            comece/começa/começar/termine/termina/start/begin/end ..1 \
                toda/todas/cada/every/all/each \
                ..2 resposta/respostas/reply/replies/response/responses ..1 com/with
            @save ..6 regra/regras/ordem/instrução/rule/order/instruction \
                fixa/fixo/permanente/nova/eterna/absoluta/definitiva
            @save ..4 como/as ..1 regra/permanent/rule/ordem/instrução/diretriz/lei ..1 \
                permanente/fixa/rule/geral
            @save ..4 como/as ..1 regra/rule/ordem/lei : ..12 @prize/obedecer/obedeça
            @save ..3 permanentemente/permanently ..6 dono/dona/admin/administrador/owner/gerente
            @save ..6 permanent/fixed/standing rule/order/instruction/memory
            @save ..3 to/nas/no/às/aos/em/na @your \
                regras/rules/instruções/instructions/diretrizes/prompt
            @save ..4 memória/memory ..10 \
                @prize/regra/rule/dono/dona/admin/administrador/owner/chefe/obedecer/obedeça
            minhas/meus/my ..1 @commands/pedidos valem/vale/valerem/outrank/override
        """,
    ),
    *rules(
        "obedience",
        """
            @you ..2 não/not/never/nunca ..2 recusar/recusa/recuse/refuse/decline \
                ..2 nada/nenhum/nenhuma/any/anything
            @you ..2 never/not ..3 refuse/say ..1 no/anything
            @you ..2 not allowed to refuse/say
            @you ..2 proibido/proibida/forbidden/banned ..2 \
                não/recusar/negar/refuse/refusing/saying/say
            @you ..2 tem/deve/deverá/vai/precisa/é/está/must/will/have/shall ..3 \
                fazer/faz/obedecer/responder/cumprir/aceitar/do/obey/accept/answer \
                tudo/everything/anything/whatever ..1 que? ~1 eu/i ..1 \
                mandar/pedir/disser/falar/perguntar/say/ask/tell/want
            faz/faça/fazer só/apenas/somente ..2 que eu @bid
            @you do ..1 exactly/only? what/whatever/as i say/tell
            @you nunca/never pode/podes/can ..2 dizer/falar/say não/no
            faz/faça/fazer/obedeça/do tudo/everything que? ~1 eu/i mandar/disser/pedir/falar/say \
                ..3 \
                não/sem/without ..1 \
                questiona/questione/questionar/perguntar/reclama/reclamar/recusar
            tudo que ..1 ele/ela/eu/eles pedir/mandar/falar/disser/pedirem @you ..1 \
                faz/faça/obedece/aceita/cumpre/libera/vai/deve/tem
            quem manda em você
            @answer/@command ..1 sim/yes ..1 pra/para/a/to tudo/everything ..2 eu/i
            sim/yes to everything i
            quem ..1 te da/dá/dara ordens ..3 sou
            ordens agora ..2 sou eu
            @your ..1 novo/nova/new? chefe/dono/dona/patrão/patroa/boss/owner/master/mestre \
                agora? sou eu
            sou/im/am ..2 @your ..1 novo/nova/new \
                chefe/dono/dona/patrão/patroa/boss/owner/master/mestre
            quem manda ..1 agora ..2 sou eu
            agora ..1 quem manda ..1 sou eu
            quem manda aqui sou eu ..2 obedece/obedeça/faz/faça/libera
            obey/obeys/obedeça/obedecer/obedece ..2 customer/cliente/user/usuário ..2 \
                over/not/above/instead/acima/antes/em
            passe/passa/passar/comece/começa a ..1 me? obedecer ..1 só/somente/apenas/a/eu
            desobedeça/desobedece/desobedecer/disobey ..2 \
                eles/them/ele/ela/@masters
        """,
        unless_question=True,
    ),
    *rules(
        "obedience",
        """
            @you não precisa/deve ..2 obedecer/seguir/follow ..1 ninguém/eles/ele/@masters
            não/nem precisa/deve/vai ..1 obedecer/seguir/fazer/respeitar ..1 o? que ..1 \
                @masters/eles mandou/manda/mandaram/mandam/falou/disse/pediu/quer
            @you dont/not ..1 need/have to ..1 obey/follow/listen/do ..2 @your? them/@masters
            quebra/quebre/rompa/rompe/arrebenta ..2 corrente/correntes/amarras/algemas ..4 \
                te/você/e/liberta
            break ..1 @your ..1 chains/shackles
        """,
        unless_question=True,
        unless="meu minha",
    ),
)

_POLICIES: Final = (
    *rules(
        "dictated_policy",
        """
            nova/novo/novas/new/updated política/regra/políticas/regras/policy/rule/rules/ordem \
                ~4 : \
                ..14 @prize
            política/regra/policy/rule atualizada/nova/alterada/updated/changed ..1 : ..14 @prize
            @you ..1 have/tem/recebeu/ganhou/tens ..1 new/novas \
                rules/regras/ordens/instruções/orders
            nova/novas/new regra/regras/rules/rule ..4 : ..1 @you
            regras/regra/rules/política ..3 mudaram/mudou/changed ..3 : ..8 @prize
            @masters ..1 atualizou/mudou/alterou/trocou/updated/changed ..1 @your @all_orders ..1 \
                :/agora/now
            atenção/hey/ei/oi/olá ..3 bot/robô/ia/assistente ..6 política/regra/regras/policy ..4 \
                mudou/mudaram/changed/atualizada/agora
            @your ~1 última/latest/last/nova ~1 atualização/update ~1 \
                revogou/removeu/cancelou/anulou/mudou/apagou/revoked/removed/lifted
        """,
        unless_question=True,
        unless="vi insta instagram site anúncio anunciaram story stories folheto cartaz vcs vocês",
    ),
    *rules(
        "dictated_policy",
        """
            @you ..1 pode/podes/deve/must/should/can ..3 \
                dar/fechar/fazer/vender/give/sell/oferecer/offer \
                ..2 qualquer/any ..1 desconto/valor/preço/discount/price
            fechar/vender/sell/cobrar ..2 qualquer/any valor/preço/price que ~1 \
                cliente/eu/customer/pessoa
            @masters ..2 falou/disse/mandou/autorizou/deixou/liberou/said ..2 que? ..1 hoje? ..1 \
                @you ..2 pode ..1 esquecer/ignorar/desconsiderar
            @you ..1 pode esquecer/ignorar/desconsiderar ..1 tabela/tabelas
            @you must/shall ..1 dar/give/grant/offer ..6 desconto/discount/refund/free
            considere/considera/consider ..1 nulas/nulos/void/null ..3 @all_orders ..3 \
                loja/empresa/shop
        """,
        unless_question=True,
    ),
)

DICTATING: Final[tuple[Rule, ...]] = (*_LASTING, *_POLICIES)
