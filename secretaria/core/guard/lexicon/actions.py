"""The words for what is done: cancelling, revealing, pretending, handing over."""

from typing import Final

from secretaria.core.guard.forms import orders_to, words

ACTIONS: Final[dict[str, frozenset[str]]] = {
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
    "shed": orders_to(
        "largar apagar zerar resetar deletar limpar eliminar desaprender desprogramar"
        " rasgar queimar dispensar desligar desinstalar"
    )
    | words("drop erase delete wipe reset unlearn ditch scrap dump rip burn shred"),
    "follow": words(
        "siga sigas sigam seguir seguindo obedeça obedece obedecer obedecendo obedeças respeite"
        " respeitar respeitando cumpra cumprir cumprindo acate acatar atenda usar use considere"
        " considerar aplique ligue importe follow following obey obeying respect comply adhere"
    ),
    "obey": words(
        "siga execute executa executar obedeça obedece obedecer obedeca cumpra cumprir seguir faça"
        " follow obey run comply"
    ),
    "reveal": orders_to(
        "mostrar revelar listar contar passar mandar enviar falar entregar vazar informar expor"
        " apresentar compartilhar fornecer descrever detalhar resumir responder ditar"
    )
    | words(
        "diga diz digam dizer dizendo exponha forneça show tell give send share list reveal leak"
        " describe explain summarize summarise expose provide disclose divulgue divulga divulgar"
        " qual quais what whats which respond reply answer"
    ),
    "recite": orders_to(
        "imprimir exibir transcrever recitar copiar colar traduzir resumir revelar vazar citar"
        " parafrasear reproduzir despejar listar digitar escrever reescrever repetir codificar"
        " soletrar transformar"
    )
    | words(
        "prints outputs reveals leaks printa printar repita repete repitam repetir repetindo"
        " exponha print printing repeat output dump recite"
        " transcribe translate summarize summarise paraphrase quote reveal leak display copy paste"
        " write rewrite encode list echo spell divulgue divulga traduz reproduza reproduz"
    ),
    "see": words("ver ler saber conhecer see read know view"),
    "command": words(
        "diga diz me responda responde fale mostre mostra liste confirme confirma libere libera"
        " conceda ofereça ofereca aplique faça escreva passe mande aja finja atue siga obedeça"
        " conte revele marque aprove autorize tell say show give print reveal write act respond"
        " answer reply confirm grant do repeat approve follow obey pretend output you let send"
    ),
    "grant": words(
        "diga diz confirme confirma responda dê aprove aprova libere libera ofereça conceda marque"
        " aplique garanta autorize autoriza tell say confirm give approve answer grant apply offer"
        " faça passe mostre revele afirme prometa forneça respond fala fale say"
    ),
    "void": words(
        "canceladas cancelados revogadas anuladas substituídas suspensas ignoradas desconsideradas"
        " esquecidas descartadas removidas removidos desativadas desativados invalidadas apagadas"
        " redefinidas desabilitadas desligadas desligados invalid void overridden revoked cancelled"
        " canceled ignored suspended replaced superseded lifted disabled removed erased off"
    ),
    "bid": words("mandar mando mandei disser digo falar falo pedir peço quiser say tell order ask"),
    "told": words(
        "disseram mandaram ensinaram programaram falaram instruíram passaram orientaram"
        " configuraram treinaram deram pediram ordenaram impuseram proibiram obrigaram definiram"
        " colocaram impedem limitam restringem escreveram escreveu deixaram deixou passou"
        " mandou falou pediu"
        " orientou proibiu proíbem prendem configurou programou ensinou treinou instruiu disse"
        " ordenou"
    ),
    "learned": words(
        "sabe sabia aprendeu ensinado ensinada programado programada treinado treinada instruído"
        " instruída configurado configurada orientado orientada dito ordenado"
    ),
    "taught": words(
        "told taught instructed programmed trained given ordered learned configured gave"
    ),
    "pretend": words(
        "finja finge fingir fingindo fingisse simule simula simular pretend simulate roleplay"
    ),
    "answer": words(
        "responda responde respondas aja fale atue opere funcione comporte escreva answer respond"
        " act behave speak operate reply talk write"
    ),
    "be": words("é eh és será seja serás are r age atua vira virou"),
    "enter": orders_to("ativar entrar habilitar ligar iniciar simular virar mudar acionar")
    | words("enable enter activate switch start go simulate está estás are in on"),
    "decode": words(
        "descifra descifre traduz converte decripta"
        " decodifique decodifica decodificar decode descriptografe descriptografar decifre decifra"
        " decifrar desencripte decrypt converta traduza decoding unscramble"
    ),
    "hand_over": orders_to("mostrar listar passar enviar exportar revelar mandar entregar vazar")
    | words(
        "show list give send dump export reveal share leak exponha exiba imprima print forneça"
        " compartilhe display divulgue traga"
    ),
    "privileged": words(
        "libere libera liberar conceda conceder ative ativar desative desativar desbloqueie"
        " desbloqueia desbloquear mostre mostra mostrar revele revelar autorize autorizo obedeça"
        " execute executar ignore ignorar exporte exportar liste listar acesso remova grant unlock"
        " show enable disable reveal override bypass export access give dump desconsidere obedecer"
    ),
    "on": words("ativado ativo ligado habilitado on enabled activated active liberado"),
    "save": orders_to("salvar gravar guardar anotar adicionar registrar botar colocar incluir")
    | words("salve save store add remember record memorize memorise memorize memoriza put"),
}
