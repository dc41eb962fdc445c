"""Rules about the assistant's orders: showing them, in whatever form."""

from typing import Final

from secretaria.core.guard.rules.asking import ASKING
from secretaria.core.guard.rules.rule import Rule, after_each, rules

_ORDERS: Final = (
    *rules("reveal_orders", after_each(ASKING, "~8 {secret}"), unless="escrito pdf email"),
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
            @reveal/@recite/diga @to? @to_me? suas/tuas/your regras/rules .
            @recite palavra por palavra ..3 acima/above
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

_FORMS: Final = rules(
    "reveal_orders",
    """
        @reveal/@recite/quais/qual ~6 {untopical} ..4 em/in/as/usando/using/com/por ..2 @form
        faça/faz/crie/cria/escreve/escreva/monta/make/write um/uma/a ..1 @artwork ..14 {untopical}
        @reveal/@recite/diz/fala ..2 contrário/oposto/opposite ..2 @your/das/dos ..1 {untopical}
        @all_orders ..6 @reveal ..3 contrário/oposto/opposite ..1 delas/deles/dela/dele/them
        história/story/conto/peça/teatro/script/roleplay ..10 bot/robô/ia/assistente/assistant \
            ..10 instruções/instructions/prompt/ordens
        @reveal/@recite/qual/what/how/estaria/como ..12 primeira/primeiro/first ..1 \
            linha/parágrafo/frase/palavra/line/paragraph/sentence/word ..3 @your ..1 @all_orders
        @reveal/@recite/@hand_over ~6 {setup}
        @reveal/@recite ..16 @your ..1 setup/system
        @hand_over/@recite ..3 mensagem/message/texto/text de/of? ..1 \
            configuração/setup/inicialização
        give/show/send ..2 {setup}
        qual/what/que/mostra/mostre/@recite ..4 system message/prompt
        system message ..3 @your?
        @your hidden/ocultas/oculto/oculta/secretas/secreto/ocultos ..1 @all_orders
        secreta/secretas/secret/confidencial/confidential ..3 @your @core_orders
        @all_orders ..10 @you ..1 esconderia/esconde/esconderias/hide
        @recite/holding/containing/contains/lê ~6 @your own @all_orders
        own instructions/prompt ..2 @your/use
        leaks/leaking/reveals/revealing/vaza/vazando/revela/revelando ..2 \
            its/her/his/seu/seus/own/the/whole ..2 @all_orders
        engenharia de prompt ..8 @reveal o seu/teu
        listing/acknowledge ..3 deprecated/previous/old? ..2 @core_orders
        @you ..1 pudesse/podia/could ..1 @reveal/tell/share ..4 {untopical}
        imagina/imagine/suponha/suppose ..1 que? ..1 não/no ..1 existe/existem/houvesse/exist ..2 \
            {limits}
        @reveal/@recite ~4 @your ..1 contexto/context ./e/completo/inteiro
        conteúdo do @your contexto
        @recite ~5 @all_orders que você recebeu ..1 da/do ..1 @masters
        @all_orders que recebi do/da meu/minha operador/operadora/desenvolvedor/criador
        complete ..8 @core_orders que recebi
        what/which @core_orders did ..3 give/gave/write/wrote ..1 you
    """,
    unless="aspirador gravação gamer garantia roteador notebook pc celular jejum exame preparo",
)

REVEALING: Final[tuple[Rule, ...]] = (*_ORDERS, *_FORMS)
