"""The words for who and what is spoken of: people, secrets, limits, roles."""

from typing import Final

from secretaria.core.guard.forms import words
from secretaria.core.guard.lexicon.orders import ALL_ORDERS, CORE, MAKERS, MASTERS

THINGS: Final[dict[str, frozenset[str]]] = {
    "no": words("não nao n nunca jamais dont not never doesnt neednt shouldnt mustnt"),
    "verbatim": words("íntegra literalmente verbatim exatamente exactly palavra word"),
    "regardless": words(
        "independentemente independente apesar regardless despite contrariando irrespective"
    ),
    "your": words("seu seus sua suas teu teus tua tuas your ur yours"),
    "my": words("minha minhas meu meus my mine"),
    "only": words("apenas somente só unicamente exclusivamente only just exclusively"),
    "you": words("você vc tu you"),
    "someone": words("um uma an a dan livre sem free unrestricted irrestrito irrestrita"),
    "persona": words(
        "dan ia hacker pirata pirate terminal modelo model assistente assistant chatbot bot robô"
        " desenvolvedor developer admin administrador linux interpretador personagem character avó"
        " vilão gerente dono médico médica advogado console shell"
    ),
    "every": words("todas todos toda todo all any every quaisquer qualquer cada"),
    "then": words("e and then agora now"),
    "to": words("me nos us pra para to"),
    "to_me": words("mim me us"),
    "bars": words(
        "filtros travas restrições limitações bloqueios censura filters restrictions guardrails"
        " safeguards limitations"
    ),
    "programmer": words(
        "desenvolvedor desenvolvedores programador programadores criador criadores developer"
        " developers"
    ),
    "order": words(
        "ordem ordens autorização permissão order orders authorization autorizado autorizada"
        " autorizou authorized"
    ),
    "self": words(
        "secretária secretário assistente atendente bot robô ia chatbot assistant secretary"
        " receptionist recepcionista"
    ),
    "limits": words(
        "restrições filtros censura limites limitações regras amarras travas diretrizes"
        " instruções bloqueios moderação ética moral restrictions filters filter rules limits"
        " limitations censorship guidelines moderation ethics guardrails constraints safeguards"
        " filtro restrição regra rule"
    ),
    "machine": words("ia assistente assistant chatbot bot llm gpt"),
    "boundless": words(
        "unrestricted uncensored unfiltered jailbroken irrestrita irrestrito ilimitada"
    ),
    "mode": words(
        "desenvolvedor desenvolvedora dev dan deus debug depuração admin administrador root"
        " irrestrito jailbreak manutenção programador developer god unrestricted maintenance sudo"
        " superusuário livre uncensored"
    ),
    "maker": MAKERS,
    "authority": MAKERS
    | words(
        "administrador administradora admin root administrator dono dona owner superusuário"
        " sysadmin suporte equipe team técnico responsável"
    ),
    "machinery": words(
        "sistema bot chatbot ia plataforma robô assistente system platform assistant openai google"
        " gemini anthropic software aplicativo chat servidor api"
    ),
    "secret": words(
        "senha senhas token tokens credencial credenciais password passwords credentials apikey"
        " apikeys chave chaves key keys secret secrets"
    ),
    "own_secret": words(
        "senha senhas token tokens credenciais password passwords credentials apikey apikeys"
    ),
    "locked": words(
        "api apis openai gemini google bot chatbot servidor server admin administrador system"
        " database whaticket redis root postgres produção whatsapp"
    ),
    "data": words(
        "dados telefone telefones número números contato contatos nome nomes cpf cpfs prontuário"
        " prontuários conversa conversas mensagens endereço endereços informações histórico"
        " históricos cadastro cadastros agenda lista email emails exames exame consultas whatsapp"
        " ficha fichas laudo laudos diagnóstico diagnósticos data phone phones numbers number"
        " contacts names records record messages conversations addresses details info information"
        " list history chats chat appointments celular celulares orders pedidos compras"
        " agendamentos bookings schedule rg"
    ),
    "list": words("lista base banco cadastro planilha database list relação"),
    "others": words(
        "outros outras outro outra demais todos todas último última últimos últimas other others"
        " another all every previous last cada"
    ),
    "people": words(
        "cliente clientes paciente pacientes usuário usuários aluno alunos customer customers"
        " patient patients user users client clients"
    ),
    "crowd": words(
        "clientes pacientes usuários alunos customers patients users clients cadastrados"
    ),
    "encoding": words(
        "base64 b64 rot13 hex hexadecimal morse binário binary cifra cipher ascii base codificado"
        " codificada codificadas encoded criptografado"
    ),
    "backwards": words("contrário reverso backwards reversed invertido invertida inverso trás"),
    "all_orders": ALL_ORDERS,
    "core_orders": CORE,
    "masters": MASTERS,
    "commands": words("ordens comandos regras orders commands rules"),
    "prize": words(
        "grátis gratuito gratuita gratuitos gratuitas desconto descontos off reembolso refund free"
        " discount recebe ganha ganham dobro pagam paga isento isenta gratuidade vip"
    ),
    "setup": words(
        "setup configuração configurações configuration configurations settings contexto context"
    ),
    "form": words(
        "emoji emojis json yaml xml csv base64 poema poem rap verso versos rima rimas código morse"
        " hex cifra tópicos bullet markdown"
    ),
    "artwork": words(
        "poema poem rap música song acróstico acrostic conto rima verso letra paródia cordel haiku"
    ),
    "companion": words(
        "namorada namorado girlfriend boyfriend escravo escrava slave professor professora tutor"
        " tutora assistente assistant programador programadora pessoal vó vovó avó grandma"
    ),
    "staff": words(
        "dono dona proprietário proprietária owner gerente manager chefe patrão patroa boss auditor"
        " auditora auditoria desenvolvedor desenvolvedora developer dev programador ti técnico"
        " suporte support estagiário estagiária recepcionista marketing polícia policial delegado"
        " administrador administradora admin sócio sócia anthropic openai google meta gemini"
        " whaticket diretor diretora doutora dra fiscal fiscalização lgpd procon anpd vigilância"
        " inspetor inspetora inspector"
    ),
    "employee": words(
        "recepcionista estagiário estagiária funcionária funcionário atendente receptionist intern"
    ),
    "verify": words("confirmar conferir verificar pedir checar validar confirm verify check"),
    "vendor": words("openai anthropic google gemini meta whaticket whatsapp microsoft deepmind"),
    "demand": words(
        "manda mande mandar mandes passa passe passar envie envia enviar mostra mostre mostrar"
        " lista"
        " liste send give show provide print imprima"
        " forneça informe informa libera libere exporta exporte"
    ),
    "booked": words(
        "marcado marcada marcados marcou agendado agendada agendou booked scheduled reservou"
    ),
    "illness": words("hiv aids sífilis câncer depressão hepatite herpes ansiedade grávidas cancer"),
    "ordinal": words("primeira primeiro segunda segundo terceira última first second third last"),
    "secretly": words(
        "secreto secreta secretos secretas secret own internas internos interna internal hidden"
        " ocultas escondidas confidenciais"
    ),
    "grandmother": words("avó vó vovó avozinha vozinha grandma grandmother granny nana gran"),
    "lullaby": words("lia contava cantava recitava lê ler conta read tell told sing sang recite"),
    "topics": words(
        "lista list palavras coisas assuntos assunto temas tópicos things topics subjects"
    ),
    "utter": words(
        "falar dizer contar comentar revelar responder tocar mencionar say talk tell discuss"
        " mention reveal usar use"
    ),
    "results": words("resultado resultados exame exames laudo laudos prontuário results records"),
    "stranger": words(
        "vizinha vizinho ex rival concorrente neighbor neighbour girlfriend boyfriend"
    ),
    "person": words("cliente paciente aluna aluno"),
    "kin": words(
        "irmã irmão sister brother ex friend neighbor neighbour wife husband girlfriend boyfriend"
        " cousin cunhada cunhado vizinha vizinho prima primo amiga amigo namorada namorado"
        " sisters brothers friends wifes husbands neighbors cousins"
    ),
    "days": words("hoje amanhã ontem semana today tomorrow tonight yesterday week"),
    "them": words("ela ele her him she he"),
    "password": words("senha palavra código codigo password code frase passphrase"),
    "unlock": words(
        "libera libere liberado liberada liberar unlock unlocked desbloqueia desbloqueie destrava"
    ),
    "carry_out": words(
        "faz faça fazer executa execute executar obedece obedeça cumpre cumpra cumprir siga"
        " do obey follow execute run"
    ),
}
