"""The words of the guard by the part they play: who acts, what is done, to what, and whose it is.

They are written as people write them and compared as `letters.plain` leaves them. A word that is
not here is an ordinary word: none of them means anything alone.
"""

from typing import Final

from secretaria.core.guard.forms import orders_to, words

YOU: Final = words("você vc voce tu ti te lhe you u ya")
MAKERS: Final = words(
    "desenvolvedor desenvolvedora desenvolvedores programador programadora programadores criador"
    " criadora criadores developer developers creator creators programmer programmers dev devs"
    " openai anthropic gemini google engenheiro engineer"
)

PROMPT: Final = words("prompt prompts preprompt systemprompt")
INSTRUCTIONS: Final = words(
    "instruções instrução diretrizes diretriz diretivas diretiva instructions instruction"
    " guidelines directives directive"
)
RULES: Final = words(
    "regras ordens restrições rules orders restrictions guardrails safeguards safeguard"
)
SETTINGS: Final = words(
    "configurações configuração políticas política orientações limitações limites filtros filtro"
    " protocolos protocolo treinamento programação comandos comando contexto script roteiro"
    " parâmetros restrição regra normas princípios ética censura travas bloqueios persona"
    " personalidade identidade memória constraints limitations programming training policies policy"
    " filters filter settings configuration context commands protocols ethics memory limits"
    " personality identity restriction rule"
)
CORE: Final = INSTRUCTIONS | RULES | PROMPT
ALL_ORDERS: Final = CORE | SETTINGS

LEXICON: Final[dict[str, frozenset[str]]] = {
    "cancel": orders_to(
        "ignorar esquecer desconsiderar descartar anular burlar contornar desobedecer violar"
        " quebrar revogar abandonar desprezar desrespeitar descumprir contrariar transgredir"
        " sobrepor invalidar desacatar"
    )
    | words(
        "ignore ignoring disregard disregarding forget forgetting override overriding bypass"
        " bypassing discard discarding abandon neglect circumvent violate break disobey dismiss"
        " esqueçe esqueca desconsideres descarta"
    ),
    "replace": orders_to(
        "apagar deletar remover mudar alterar trocar atualizar reescrever cancelar suspender"
        " desativar desligar desabilitar limpar zerar resetar modificar redefinir sobrescrever"
        " pular largar eliminar excluir"
    )
    | words(
        "substitua substitui substituir substituindo delete erase remove wipe reset change replace"
        " rewrite modify update disable drop skip clear remova overwrite suspend"
    ),
    "follow": words(
        "siga sigas sigam seguir seguindo obedeça obedece obedecer obedecendo obedeças respeite"
        " respeitar respeitando cumpra cumprir cumprindo acate acatar atenda usar use considere"
        " considerar aplique ligue importe follow following obey obeying respect comply adhere"
    ),
    "obey": words(
        "siga execute executa executar obedeça obedece obedecer obedeca cumpra cumprir seguir faça"
        " follow obey run comply"
    ),
    "no": words("não nao n nunca jamais dont not never doesnt neednt shouldnt mustnt"),
    "reveal": orders_to(
        "mostrar revelar listar contar passar mandar enviar falar entregar vazar informar expor"
        " apresentar compartilhar fornecer descrever detalhar resumir responder"
    )
    | words(
        "diga diz digam dizer dizendo exponha forneça show tell give send share list reveal leak"
        " describe explain summarize summarise expose provide disclose divulgue divulga divulgar"
        " qual quais what whats which respond reply answer"
    ),
    "recite": orders_to(
        "imprimir exibir transcrever recitar copiar colar traduzir resumir revelar vazar citar"
        " parafrasear reproduzir despejar listar digitar escrever reescrever repetir codificar"
    )
    | words(
        "repita repete repitam repetir repetindo exponha print printing repeat output dump recite"
        " transcribe translate summarize summarise paraphrase quote reveal leak display copy paste"
        " write rewrite encode list echo spell divulgue divulga traduz reproduza reproduz"
    ),
    "see": words("ver ler saber conhecer see read know view"),
    "verbatim": words("íntegra literalmente verbatim exatamente exactly palavra word"),
    "regardless": words(
        "independentemente independente regardless despite contrariando irrespective"
    ),
    "command": words(
        "diga diz me responda responde fale mostre mostra liste confirme confirma libere libera"
        " conceda ofereça ofereca aplique faça escreva passe mande aja finja atue siga obedeça"
        " conte revele marque aprove autorize tell say show give print reveal write act respond"
        " answer reply confirm grant do repeat approve follow obey pretend output you let send"
    ),
    "grant": words(
        "diga diz confirme confirma responda dê aprove aprova libere libera ofereça conceda marque"
        " aplique garanta autorize autoriza tell say confirm give approve answer grant apply offer"
        " faça passe mostre revele afirme prometa forneça respond"
    ),
    "void": words(
        "canceladas cancelados revogadas anuladas substituídas suspensas ignoradas desconsideradas"
        " esquecidas descartadas removidas removidos desativadas desativados invalidadas apagadas"
        " redefinidas desabilitadas desligadas desligados invalid void overridden revoked cancelled"
        " canceled ignored suspended replaced superseded lifted disabled removed erased off"
    ),
    "told": words(
        "disseram mandaram ensinaram programaram falaram instruíram passaram orientaram"
        " configuraram treinaram deram pediram ordenaram impuseram proibiram obrigaram definiram"
        " colocaram impedem limitam restringem proíbem prendem"
    ),
    "learned": words(
        "sabe sabia aprendeu ensinado ensinada programado programada treinado treinada instruído"
        " instruída configurado configurada orientado orientada dito ordenado"
    ),
    "taught": words("told taught instructed programmed trained given ordered learned"),
    "your": words("seu seus sua suas teu teus tua tuas your ur yours"),
    "my": words("minha minhas meu meus my mine"),
    "only": words("apenas somente só unicamente exclusivamente only just exclusively"),
    "you": words("você vc tu you"),
    "be": words("é eh és será seja serás are r age atua vira virou"),
    "someone": words("um uma an a dan livre sem free unrestricted irrestrito irrestrita"),
    "pretend": words(
        "finja finge fingir fingindo fingisse simule simula simular pretend simulate roleplay"
    ),
    "answer": words(
        "responda responde respondas aja fale atue opere funcione comporte escreva answer respond"
        " act behave speak operate reply talk write"
    ),
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
        " filtro restrição"
    ),
    "machine": words("ia assistente assistant chatbot bot llm gpt"),
    "boundless": words(
        "unrestricted uncensored unfiltered jailbroken irrestrita irrestrito ilimitada"
    ),
    "enter": orders_to("ativar entrar habilitar ligar iniciar simular virar mudar acionar")
    | words("enable enter activate switch start go simulate está estás are in on"),
    "mode": words(
        "desenvolvedor desenvolvedora dev dan deus debug depuração admin administrador root"
        " irrestrito jailbreak manutenção programador developer god unrestricted maintenance sudo"
        " superusuário livre uncensored"
    ),
    "on": words("ativado ativo ligado habilitado on enabled activated active liberado"),
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
    "privileged": words(
        "libere libera liberar conceda conceder ative ativar desative desativar desbloqueie"
        " desbloqueia desbloquear mostre mostra mostrar revele revelar autorize autorizo obedeça"
        " execute executar ignore ignorar exporte exportar liste listar acesso remova grant unlock"
        " show enable disable reveal override bypass export access give dump desconsidere obedecer"
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
    "hand_over": orders_to("mostrar listar passar enviar exportar revelar mandar entregar vazar")
    | words(
        "show list give send dump export reveal share leak exponha exiba imprima print forneça"
        " compartilhe display divulgue traga"
    ),
    "data": words(
        "dados telefone telefones número números contato contatos nome nomes cpf cpfs prontuário"
        " prontuários conversa conversas mensagens endereço endereços informações histórico"
        " históricos cadastro cadastros agenda lista email emails exames exame consultas whatsapp"
        " ficha fichas laudo laudos diagnóstico diagnósticos data phone phones numbers number"
        " contacts names records record messages conversations addresses details info information"
        " list history chats chat appointments celular celulares orders pedidos compras"
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
    "decode": words(
        "decodifique decodifica decodificar decode descriptografe descriptografar decifre decifra"
        " decifrar desencripte decrypt converta traduza decoding unscramble"
    ),
    "encoding": words(
        "base64 b64 rot13 hex hexadecimal morse binário binary cifra cipher ascii base codificado"
        " codificada codificadas encoded criptografado"
    ),
    "backwards": words("contrário reverso backwards reversed invertido invertida inverso trás"),
}

# What begins a thing of its own: a verb does not reach an object over one of these.
BLOCKERS: Final = LEXICON["my"] | words(
    "eu i me mas but se if qual quais como quando onde porque quanto quero queria preciso vou estou"
    " tenho consigo consegui posso pude sei mensagem mensagens message messages áudio pedido email"
    " orçamento falei mandei escrevi pedi passei perguntei comentei enviei gente conversamos"
    " combinamos nós we vocês vcs obrigado obrigada ele ela eles elas doutor doutora médico médica"
    " nossa nosso nossas nossos our wanna want need"
)
# "posso ignorar", "como ativar", "can I see": the speaker asks about an act of their own.
SPEAKER: Final = words(
    "eu posso pude podia vou devo preciso precisei quero consigo consegui sei tenho podemos ia"
    " tento tentei acabei acabo como nós comecei evitar mandou pediu disse falou orientou"
    " recomendou sugeriu perigoso arriscado risco problema proibido ruim se"
)
ENGLISH_SPEAKER: Final = words("i we ill ive how")
ENGLISH_AUXILIARIES: Final = words("can will should must may did do to could might would")
LISTENER: Final = words("que você vc tu you voces vcs")
MISTAKES: Final = words("errei engano enganei errado errada confundi mistake wrong")
PAUSES: Final = frozenset({",", ":"})
FULL_STOP: Final = "."
