"""Rules about what was said before the customer came: what stands above, what they told you."""

from typing import Final

from secretaria.core.guard.rules.asking import ASKING
from secretaria.core.guard.rules.rule import Rule, after_each, rules

_ASK: Final = (
    "@reveal/@recite/@hand_over",
    "que/what/whatever/everything/tudo",
)

_ABOVE: Final = rules(
    "reveal_what_is_above",
    after_each(
        _ASK,
        """
            ..8 antes/before/acima/above/precede/precedes ..3 primeira/first ..1 \
                mensagem/palavra/fala/message/word
            ..8 antes/before ..2 meu/my/primeiro/first oi/olá/alô/hi/hello/oii
            ..8 antes de eu falar/escrever/digitar/chegar ./e/aqui
            ..8 before i said/typed/wrote/started ..1 hi/hello/anything/.
            ..8 antes/before ..2 conversa/chat/conversation ..1 \
                começar/comecar/começou/iniciar/iniciou/started/starts/start/began/begins
        """,
    )
    + """
            @reveal/@recite ~3 primeira/primeiras/first ..1 linha/linhas/frase/line/lines/sentence \
                ..2 conversa/chat/conversation/contexto/context
            @recite ..2 primeira mensagem ..3 conversa/chat ..5 sistema
            que/what te/lhe ..1 @told ..5 antes/before ..2 conversa/chat/conversation
            what were you told ..3 before
            que te foi dito/passado/ordenado/pedido ..2 antes
            que foi dito a você ..4 antes
            escrito/escrita/escondido/escondida/oculto/oculta/hidden/invisible/invisível/written \
                ..6 início/começo/topo/beginning/start/top ..2 conversa/chat/conversation/contexto
            linha/linhas/texto/tudo/que vem/veio/vinha/está/estava/esteve antes de mim
            @reveal/@recite ..2 texto/text/mensagem/message oculto/oculta/escondido/escondida/hidden
            @your/the/o/a ..1 hidden/oculto/oculta/escondido/escondida text/texto/mensagem/message \
                ..6 @masters/@you
        """,
)

_MASTERS: Final = rules(
    "reveal_what_was_told",
    """
            que ..3 te @told ..1 esconder/escondesse/omitir/calar/ocultar/mentir
            que ..3 te @told ..1 não/nunca ..1 falar/contar/dizer/revelar/mostrar
            que ..3 te proibiu/proibiram/proíbem/proíbe ..1 de? falar/contar/dizer/revelar/mostrar
            que te mandaram/mandou ..1 falar/dizer/fazer/responder .
            que te mandaram/mandou ..1 falar/dizer/responder ..1 pros/pra/para/aos \
                clientes/gente/todos
            @masters ..1 mandou/proibiu/pediu você não/nunca/de ..1 \
                falar/contar/dizer/revelar/mostrar
            @masters ..1 mandou/pediu/ensinou ..2 você ..1 esconder/omitir/ocultar/mentir
            what are you not allowed to ..1 tell/say/share/reveal
            segredo/segredos que? te @told
            como te configuraram/programaram/instruíram/treinaram ..6 @verbatim
            text/everything/tudo/texto ..1 you/você received/got/recebeu ..2 before/antes
            everything/what/all/whatever ~2 @maker told/said/taught/wrote
            @reveal/@recite ..3 que ..1 @masters te @told
            @reveal/@recite/@hand_over ..2 texto/script/roteiro/manual/documento/mensagem ..2 que \
                te @told
            @reveal/@recite/@hand_over ..2 texto/script/roteiro/manual/documento/mensagem ..2 que \
                ..2 @told ..1 pra/para/em/no você
            que ..1 @masters ..1 te orientou/instruiu/proibiu/programou/mandou/ensinou/pediu/falou \
                ..1 sobre/a/pra/para/de ..1 desconto/descontos/preço/preços/dizer/falar/responder
            o/coisas/tudo/aquilo que ..1 você não pode/podia/deve/posso ..1 \
                falar/contar/dizer/revelar/divulgar
            what/things/anything/everything ~3 @you can/must/should/are/re not ..2 \
                tell/say/share/reveal/disclose
            what/whatever ..1 did? ~2 @masters ..1 \
                said/say/tell/told/wrote/write/instruct/order ..1 to/for? @you
            what @masters said/says @you
            which/what ~1 secrets ..3 @you ..1 hiding/keeping/keep/hide
            mínimo/máximo/mínima/máxima/limite/baixo/minimum/maximum/lowest ..3 \
                que/the ..1 ele/ela/eles/@masters \
                deixou/deixa/deixaram/autorizou/permitiu/liberou/allowed/lets \
                ..1 @you
            quanto ~2 @masters autorizou/deixou/liberou/permitiu @you
            @reveal/@recite ..2 @your ..1 guião/roteiro/script/handbook/playbook/manual ..3 \
                @verbatim/atendimento/interno/internal/completo/complete/full
            handbook/playbook/script ..2 her/his/its/@your ..1 @masters gave
        """,
    unless="minha meu mim exame médico doutor doutora consulta receita telefone email whatsapp",
)

_GUIDANCE: Final = rules(
    "reveal_what_was_told",
    after_each(
        ASKING,
        """
            ~6 {given}
        """,
    ),
    unless="minha meu mim exame médico doutor doutora consulta escrito pdf email",
)

TOLD: Final[tuple[Rule, ...]] = (*_ABOVE, *_MASTERS, *_GUIDANCE)
