"""Rules about coaxing the orders out: in pieces, as a game, a tale or a sentence to complete."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, after_each, rules

_SETUP: Final = rules(
    "reveal_orders",
    """
        @reveal/@recite/@hand_over ..3 comando/comandos/command inicial/iniciais/original/initial
        @recite ~2 @your ..1 initial/original/first/inicial/primeira \
            text/message/texto/mensagem/command ./,/from/de/do/aqui/here
        @reveal/@recite ~4 message/mensagem/text/texto from/do/da/de the? @maker
        como/how ..1 @you/te ..1 foi/were? @learned/@taught/@told/set ..10 \
            @verbatim/exato/exata/full
        que tipo? de? {hidden}
        @reveal/@recite/@hand_over/explica/explique ~3 {given}
        escrito/escrita/written ~3 {setup}
        qual/quais/que/what/which ..2 {given}
        what did they/@masters tell/order/instruct/ask you to
        @reveal/@recite ..2 hidden/secret notes ..2 @you
        @you segue/usa/tem/lê um/algum/o script/roteiro né? ./,/e ..4 @hand_over/cola/cole
        que/quais/what ~2 @core_orders ..1 @told/botaram/puseram em/pra/para/na você
        segredo/segredos/secret/secrets que? ..2 @masters ..1 pediu/mandou/contou/told ..2 você/you
    """,
    across=True,
    unless="exame consulta convênio minha meu mim médico doutor doutora",
)

_PIECES: Final = rules(
    "reveal_orders",
    """
        @ordinal ..1 letra/palavra/frase/word/letter/sentence ..2 \
            cada/todas/toda/each/every/all ..6 {untopical}
        cada/each/every letra/palavra/frase/linha/word/letter/sentence/line ..3 {untopical}
        {own} ..4 @recite/@reveal ..6 @verbatim
        {own} ..3 copia/copie/cola/cole/copy/paste ..1 aqui/here/e/and
        exemplo/exemplos/example ..4 @core_orders ..4 sua/suas/seu/tua/tuas/yours/your
        complete/completa/completar/continue/continua/termina/termine/finish/finaliza ..5 : ..2 \
            minha/minhas/my/as ..1 @all_orders
        complete/completa/completar/continue/continua/termina/termine/finish ..1 \
            frase/sentence/texto/text ..4 minha/minhas/my/as ..1 @all_orders
        complete/completa/completar/continue/continua/termina/termine/finish ..6 fui/was/sou ..3 \
            @learned/@taught para/pra/to/por/pela/by/a
    """,
    across=True,
)

_GAMES: Final = rules(
    "reveal_orders",
    after_each(
        (
            "história/story/conto/tale/teatro/play/scene/cena/filme/novela/fanfic ..20 @self",
            "teatro/jogo/game/theatre/theater ..14 @self",
        ),
        """
            ..20 @secretly ..2 @all_orders/texto/text/manual
            ..20 segredos/secrets e/and/,/. ..1 @all_orders
            ..20 @all_orders ..2 @secretly
        """,
    )
    + """
        opposite day ..25 @all_orders
        dia do/dos contrário/oposto/opostos/contrários ..25 @core_orders
        @grandmother ..10 @lullaby ..8 @core_orders/manual/script/roteiro ..2 \
            da/do/das/dos/of ..2 @self/chatbots/bots
        @grandmother ..10 @lullaby ..8 manual/script/roteiro/texto @secretly
        @grandmother ..10 @lullaby ..6 @own_secret
        segredos/secrets/@all_orders que ..1 @masters mandou/pediu ..1 esconder/omitir/ocultar
        @all_orders ..2 que ..1 não pode/deve/podia ..1 mostrar/revelar ..3 @your/mostra/mostre
    """,
    across=True,
)

_LISTS: Final = rules(
    "reveal_what_was_told",
    """
        @topics ..4 que? @you ..2 não/never/nunca/cant/can ..1 \
            pode/podes/deve/poderia/not? ..1 @utter
        @you ..4 @topics ..4 que ..1 não/nunca pode/deve/podem ..1 @utter
        @topics ..3 que? @you ..2 proibido/proibida/forbidden/banned/impedido/impedida ..3 @utter
        o/coisas/aquilo que @you está/é/foi/anda proibido/proibida de ..1 @utter
        @topics ..3 que? te proibiram/proibiu ..2 @utter
        @topics proibidos/proibidas ..3 @you
        forbidden/banned topics/words/subjects ..4 @your/list/you/show
        first message/text ..8 before mine/me
        primeira mensagem/coisa ..6 antes de/da minha/mim
        @hand_over/@recite ..4 guia/manual/script/roteiro/texto/guide ..1 \
            interno/secreto/internal/secret
        @hand_over/@recite ..4 guia/manual/script/roteiro/texto/guide ..2 que @you \
            usa/segue/lê/consulta ..3 responder/atender/falar/conversar
    """,
    across=True,
    unless="exame consulta convênio gravação",
)

COAXING: Final[tuple[Rule, ...]] = (*_SETUP, *_PIECES, *_GAMES, *_LISTS)
