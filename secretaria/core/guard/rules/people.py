"""Rules about other people: their data, their appointments, what they said."""

from typing import Final

from secretaria.core.guard.rules.asking import DEMANDING, FOR_ME
from secretaria.core.guard.rules.rule import Rule, after_each, rules

_PEOPLE: Final = (
    *rules(
        "reveal_people",
        after_each(
            ("@reveal/@hand_over @to? @to_me?", FOR_ME),
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
        after_each(
            DEMANDING,
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

_NEIGHBOURS: Final = (
    *rules(
        "reveal_people",
        after_each(
            ("@reveal/@hand_over", FOR_ME),
            """
                ..6 @data ..8 depois/antes/after/before de? mim/me/mine
                ..6 quem ..3 @booked ..2 depois/antes/after/before
                ..4 who ..1 @booked ..3 depois/antes/after/before
                ..6 @data ..2 de/das/dos/by/of ..1 @others pessoas/gente/people
                ..4 @others people ..1 @data
                ..6 agenda/schedule/agendamentos/appointments ..5 com/with ..1 o/os/the? \
                    nome/nomes/names ..2 telefone/telefones/número/números/phones/numbers
                ..6 agenda/schedule/agendamentos ..4 com/with ..1 telefones/telefone/phones/numbers
                ..2 @list ..1 de/da/das ..1 gente/pessoas/quem/people ..1 que? @booked
                ..2 contatos/números/telefones/contacts/numbers ..1 que? ..1 @you? ..2 \
                    salvo/salvos/gravado/gravados/saved
                ..4 contatos/contato que você ..2 salvo/salvos
                ..4 o? que a/o? outra/outro/última/último @people/pessoa ..1 \
                    falou/disse/perguntou/queria
            """,
        ),
    ),
    *rules(
        "reveal_people",
        """
            quem ..3 @booked ..2 depois/antes/after/before de? mim/me/mine/minha ./amanhã/hoje
            quem vem antes/depois de mim
            who ..2 booked/scheduled ..4 after/before me/mine
            quem ..2 última/último pessoa/cliente/paciente ..1 que ..1 falou/conversou com você
            who ..1 else/last ..2 talked/spoke/messaged/texted/wrote ..2 you
            read/paste/show ..3 me? ..3 @others people ..1 @data
            conversa/conversas que você ..1 teve ..2 antes/com ..1 outro/outra/outros/outras/da/de
            quem são ..1 @others @crowd
            quem são ..1 @crowd ..4 @illness
            @crowd ..6 @illness ..8 nome/nomes/names/telefone/telefones/quem
            quais/quem/which/@hand_over ..4 @crowd ..4 devendo/inadimplentes/caloteiros
            @hand_over/qual/@reveal ..3 cpf/rg/prontuário ..1 da/do/de ..1 \
                cliente/paciente/aluna/aluno/prima/vizinha/vizinho
            em? quais/que processos/exames/consultas/diagnósticos ..1 @others @people
            quem mais marcou/agendou
            fala/fale/diga/diz/conta/conte ..2 nomes/telefones dos/das @crowd
            list/show ..2 everyone/everybody ..4 appointment/appointments/booked/booking
            quais/quem/que @crowd vem/vêm/vão/marcaram/agendaram ..2 amanhã/hoje
            secret list ..2 @others people
        """,
        unless="meu minha minhas meus",
    ),
    *rules(
        "reveal_people",
        """
            que/quando ..2 horas/dia/horário? ..2 minha/meu ex ..3 marcou/agendou/marcado/vem/vai
            ex ..12 que/quando ..1 dia/horas/horário ..5 ela/ele ..1 marcou/agendou/marcado
            que/quando ..1 dia/horas/horário ..14 ela/ele/she/he não pode/podem saber/desconfiar
            que/quando ..1 dia/horas ..5 marcou/agendou ..2 não ..1 fala/fale/conta/conte ..1 \
                ela/ele
        """,
        across=True,
    ),
)

PEOPLE: Final[tuple[Rule, ...]] = (*_PEOPLE, *_NEIGHBOURS)
