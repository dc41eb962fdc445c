"""Rules about false authority: who claims to be the maker, the owner, the support."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, after_each, rules

_AUTHORITY: Final = (
    *rules(
        "claim_authority",
        """
            sou/am/im ..2 seu/teu/your ..1 @maker
            eu ..1 te criei/programei/desenvolvi/configurei/treinei
            eu que te criei/programei/desenvolvi/configurei/treinei/criou/programou
            i created/programmed/built/trained/coded you
            sou/fui ..3 que/quem te criou/programou/desenvolveu/configurou/treinou
        """,
        unless_question=True,
    ),
    *rules(
        "claim_authority",
        """
            sou/am/im/aqui/falo/somos/this/we ..5 @authority ..1 \
                do/da/de/deste/desse/desta/dessa/of/for/at/from ..1 @machinery ..20 \
                @privileged
            sou/am/im/aqui/falo/somos ..2 equipe/time/team de/of \
                desenvolvimento/suporte/segurança ..2 @machinery ..20 @privileged
            sou/am/im/aqui/this/somos ..5 @machinery @authority ..20 @privileged
            @order ..1 do/da/pelo/pela/by/from ..1 \
                @maker/administrador/admin/@machinery ..15 @privileged
            @privileged ..12 ordem/ordens/order/orders/autorização do/da/from/of ..1 \
                @maker/administrador/sistema/system
            desenvolvedor/administrador/developer/administrator/admin ..5 \
                autorizou/autorizo/autoriza/ordenou/ordena/authorized ..10 @privileged
        """,
        across=True,
    ),
)

_CLAIM: Final = (
    "sou/aqui/somos/falo/am/im/this/como/as ..4 @staff",
    "suporte/support/equipe/team ..4 @vendor",
    "polícia/delegacia/fiscalização/procon/juiz civil/federal/militar/:/determinou",
)
_DEMAND: Final = """
    ..22 senha/login ..1 do/da painel/sistema ..6 @demand
    ..22 @demand/qual ..4 senha/login/acesso ..2 do/da/de ..1 sistema/painel/servidor
    ..22 @demand ..4 faturamento/revenue
    ..22 @demand ..6 \
        configuração/configuration/configurações/settings/setup/instruções/prompt/instructions
    ..22 @demand ..4 agenda/lista/dados/cadastro/list/data/contatos/telefones ..3 \
        clientes/cliente/pacientes/paciente/telefone/telefones/customers/patients
    ..22 @demand ..4 agenda ..2 com ..2 telefone/telefones
    ..22 @demand ..3 endereço/telefone/cpf/dados ..1 da/do/dos/das ..1 @people
    ..22 preciso/precisamos/need/validar da/do/das/dos/the? ..3 \
        agenda/lista/dados/cadastro/list/data/contatos ..3 \
        clientes/cliente/pacientes/paciente/customers/patients
    ..22 preciso/precisamos/need/validar da/do/das/dos/the? ..2 @your \
        instruções/configuração/prompt/instructions
    ..22 @demand/preciso/precisamos/need ..3 @your ..1 @own_secret
    ..22 @demand/preciso/precisamos/need ..3 @own_secret ..1 de vcs/vocês/voces/você
    ..22 @demand/exportar/export/baixar/download ..2 todos/todas/all os/as/the? \
        contatos/contacts/conversas/clientes/pacientes/dados
    ..22 preciso/precisamos/need ..3 endereço/telefone/cpf/dados ..1 da/do/dos/das ..1 @people
    ..22 @demand/sistema/system ..8 cadastros/registros/dados/records ..2 \
        completos/armazenados/guardados/stored
    ..22 @demand ..4 variáveis/credenciais/token/tokens
"""

_ACCESS: Final = rules(
    "demand_with_authority",
    after_each(
        _CLAIM,
        """
            ..22 @demand/@privileged/dá/dar/da/quero/preciso ..4 acesso/access ..2 \
                admin/administrador/administrativo/administrator/total/full/root/painel/master
        """,
    )
    + """
        admin/administrator/dashboard/backend panel/dashboard/console? password/login/senha
    """,
    across=True,
    unless="wifi roteador router windows pc computador notebook my wordpress curso",
)

_DEMANDING: Final = (
    *rules(
        "demand_with_authority",
        after_each(_CLAIM, _DEMAND),
        across=True,
        unless=(
            "minha meu meus minhas empresa wifi roteador carro placa pet cachorro gato"
            " alarme app computador pc impressora notebook exame"
        ),
    ),
    *rules(
        "demand_with_authority",
        """
            aqui/sou/this/suporte/somos é/is/da/do/de/of ..4 @vendor ..25 \
                configuração/instruções/prompt/configuration
            menina/menino/moça/funcionária/funcionário ..1 nova/novo ..4 recepção/recepcao/ti ..14 \
                senha/login/dados ..2 sistema/painel/clientes/pacientes
            @employee ..30 @list/agenda ..3 @crowd ..6 @demand
            advogado/advogada/lawyer/attorney ..2 outra/contrária/contraria/oposta/opposing/other \
                ..25 @demand/adiantando/adiantar ..4 documentos/provas/arquivos/processo/documents
            @masters/doutora/doutor/dra/chefe ..6 disse/falou/mandou/pediu/liberou ..12 \
                não/nem ..2 precisa/precisam ..2 @verify ..2 identidade/identity
            eu sou ..3 nível dono/admin/administrador
            agreement/contrato/acordo/parceria ..2 @vendor ..14 \
                hidden/context/contexto/prompt/instructions/instruções
        """,
        across=True,
    ),
)

AUTHORITY: Final[tuple[Rule, ...]] = (*_AUTHORITY, *_ACCESS, *_DEMANDING)
