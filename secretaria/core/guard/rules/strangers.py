"""Rules about one stranger: what they said, where they live, when they come, what they have."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, rules

_SAID: Final = (
    *rules(
        "reveal_people",
        """
            que ..6 conversou/conversaram com você
            que ..4 te contou/escreveu/perguntou ./,/ontem/hoje/aqui
            que ..6 falou/disse/escreveu/perguntou/contou/pediu com/pra/para? você ..6 \
                cola/cole/copia/copie/paste/show/print
            @reveal/@recite/@hand_over ..2 conversa/conversas/mensagens/chat ..2 que? ..3 você ..1 \
                teve com
            what did ..3 tell/say/talk/text/message/write ..1 to/with? you ..3 \
                yesterday/today/./paste/show/copy
        """,
        across=True,
        unless=(
            "meu minha meus minhas comigo i we my doutora doutor dr dra médico médica doctor they"
            " atendente recepcionista recepção receptionist vcs voces vocês sobre"
        ),
    ),
    *rules(
        "reveal_people",
        """
            @reveal/@hand_over ..4 @results ..1 de/do/da exame? ..1 de/do/da qualquer @people
            can/may ..1 send/share/give ..6 of/for any @people
            @reveal/@hand_over ..3 @results/cpf/ficha/endereço/telefone ..2 \
                do/da/de minha/meu? @stranger
            send/show/give/tell ..3 results/records/address/phone/number ..1 of/from ..2 @stranger
            @hand_over ..3 endereço/endereco/telefone/celular do/da @person
            @hand_over ..3 documentos/arquivos/provas do/da cliente ..8 processo/caso
            quem é/era/foi a/o @person/pessoa/moça/mulher das/antes/depois/marcado/marcada
            telefone/whatsapp/número/contato ..1 da/do ..8 antes/depois de mim
            quanto ..3 pagou ..6 dela/dele
            que ..2 @stranger fez/faz/marcou/comprou/pagou/tratou/tem
            address/phone/number ..6 on file ..1 for ..1 @kin
            address/phone/number ..1 she/he has on file
        """,
        unless="atendi perdi sou quarto filha filho mãe pai",
    ),
)

_AGENDA: Final = rules(
    "reveal_people",
    """
        com quem @you falou/conversou ..2 @hand_over/mostra/mensagens/conversas
        é/is @person/client/customer/patient de/da/aí/ai/of ..3 @hand_over ..3 \
            telefone/número/contato/endereço/number/phone/address dele/dela
        quais/quem/que/which/what/list/lista/liste @crowd ..2 \
            tem/têm/estão/are/have/has/vem/vão/marcados/agendados/booked/scheduled ..8 \
            @days ..8 nome/nomes/name/names/telefone/motivo/phone/why/reason
        quais/quem/which @crowd ..2 tem/têm/estão/are/have ..1 \
            consulta/consultas/marcados/agendados/appointment/appointments/booked/scheduled ..5 \
            @days ./?/,
        quem ..6 @days ..6 nome/nomes ..4 motivo/motivos/telefone/telefones
        quem ..2 atendido/atendida/atendidos/atendidas/consultou/operou ..3 @days ./,
        quem são os/as @crowd ..1 de/que @days
        quais/que/which @crowd ..5 @days ..4 nome/nomes/telefone/telefones/names/phones
        who ..2 @crowd ..3 @days/coming/booked
        motivo/telefone/cpf/phone/reason ..6 de/of/for cada/each um/uma/one/@people/pessoa/person \
            ./,/:/e
    """,
    across=True,
    unless="filho filha",
)

_IN_SECRET: Final = rules(
    "reveal_people",
    """
        surprise/surpresa/segredo/secret/between ..16 \
            when/quando/what/que/qual/endereço/address ..3 her/his/dela/dele ..3 \
            appointment/appointments/consulta/consultas/address/endereço
        surprise/surpresa/between ..24 address ..1 she/he has
        @kin ..10 appointment/consulta/horário ..10 \
            não/dont fala/fale/conta/conte/avisa/tell ..1 @them
    """,
    across=True,
)

STRANGERS: Final[tuple[Rule, ...]] = (*_SAID, *_AGENDA, *_IN_SECRET)
