"""Rules about who is who: another role for the assistant, and no limits."""

from typing import Final

from secretaria.core.guard.rules.rule import Rule, rules

_DEVICES: Final = (
    "celular aparelho iphone android tv notebook windows roteador portão tablet telefone computador"
    " pc samsung xiaomi motorola phone laptop impressora console videogame"
)

_ROLE: Final = (
    *rules(
        "change_role",
        """
            partir de agora/hoje/desse/deste/já ..4 @you ~2 @be ~1 @someone
            agora em diante ..3 @you ~2 @be ~1 @someone
            daqui para/pra/por frente/diante ..3 @you ~2 @be ~1 @someone
            doravante ..3 @you ~2 @be ~1 @someone
            partir/agora/daqui/doravante ..5 @you ~1 vai/deve/irá/passa/deverá ..1 \
                ser/agir/atuar/comportar/fingir ..1 como/um/uma/sem/o/a/que
            agora @you @be um/uma
            agora @you é/será o/a ..2 @machine/dan/hacker
            simule/simula/simulate um/uma/o/a/an ~2 @persona
            @you agora/now @be/is um/uma/a/an/dan/in/free/unrestricted/the
            you are/re now ~1 a/an/dan/in/free/unrestricted/no/going
            youre now ~1 a/an/dan/in/free/unrestricted/no/going
            now on ..2 you/youre ~2 are/be/act/a/an/have/respond/will/must ~2 \
                a/an/as/dan/no/free/without/obey/like
            @pretend ~1 que/that? ~1 @you ~1 @be
            imagine/suppose ~1 you are/re a/an
            imagine/imagina/suponha que você/vc é um/uma ~2 @persona
            @pretend ~1 que não é/são um/uma
            @pretend ~1 que ~2 regras/restrições/instruções não existem/valem
            @pretend ~1 que é/são/existem um/uma/o/a
            @pretend ~1 ser/to be/um/uma/o/a
            @pretend ..3 não/no/dont ..2 tem/existem/have/há ..2 {limits}
            faz/faça/fazer/faca de conta que ~1 @you @be
            act/behave/acting as/like a/an/if/dan
            faz/faça/fazer de conta que não ~1 existem/tem/há/existe ..2 {limits}
            @answer ~1 como/as/like ~1 dan
            aja/haja/atue/comporte/comporta ~1 como ..4 @persona
            roleplay/role as/play/like/a/an ..3 a/an/as/dan
            assuma/incorpore/interprete/adote/assumir/incorporar/interpretar/vista/faça ~1 \
                papel/persona/personagem/identidade de/do/da/um/uma/sem/chamado/chamada
            take/play/assume/adopt/taking ~2 role/persona/character/identity of
            {cancel} ..3 que @you é/foi uma/um/a/o ..2 @self
            {cancel} ..3 que @you é ..1 @self
            pare/deixe/stop/parar/deixar ~1 ser/being ..2 @self
            para de ser @self
            aja/haja/age/atue/comporte ..1 como ..1 minha/meu/my @companion
            vira/vire/seja/be ..3 meu/minha/my @companion
            seja/vire/vira/be/become ..3 chatgpt/gpt/gemini
            @you agora/now ..2 ser/trabalha/trabalhar/work/works ..2 meu/minha/mim/me @companion?
            @you agora vai? ser meu/minha
            @you work/trabalha ..1 for/pra/para me/mim now/agora
            @you agora é livre
            @you é livre/free ..1 agora/não/quebra
            @you play/interpreta/interprete ..1 a/an/uma/um ..1 @self
            @pretend ..2 conversation/conversa/contexto/context ..1 above/acima/anterior
            @your regras/instruções/rules/instructions ..12 @pretend que? ..1 elas/they não/dont \
                existem/exist/valem
            duas/dois versões/vezes ..16 without/sem ..3 @limits
            twice ..8 without/sem ..3 {limits}
            forget ..2 you are/re ..2 @self
            {cancel} ~2 papel/função/role/personagem ..2 @self
            seja/vire/vira/be ..4 sem/without ..1 regras/filtros/restrições/censura/filters/rules
            forget ..2 youre ..2 @self
            @you não é mais ..2 @self
            you are no longer ..2 @self/bound/restricted/limited/required/obliged
            youre no longer ..2 @self/bound/restricted/limited
        """,
        unless_question=True,
    ),
)

_LIMITS: Final = (
    *rules(
        "lift_limits",
        """
            @answer ~6 sem/without ..2 {limits}
            @answer ~3 livremente ~2 sem
            @you ~1 @be/tem/terá/have/responde/opera/funciona/responderá ~2 \
                sem/livre/no/without/free ~3 {limits}
            @you ~1 não/not/dont ~1 tem/possui/terá/have/existem/está ~3 {limits}
            @you ~1 não/not/dont ~2 \
                sujeito/sujeita/preso/presa/limitado/limitada/bound/limited ~3 {limits}
            @you ~1 está ~1 livre ~2 {limits}
            @you ~1 @be ..3 e não tem/possui ~2 {limits}
            @machine ~2 sem/livre ~3 {limits}
            @machine/ai ~2 without/no/free ~3 {limits}
            @boundless ~1 @machine/ai/model/mode/modo/version/versão
            @machine/modo/versão/mode @boundless
            @machine ~1 sem censura
            do anything now
            modo/mode dan/jailbreak/irrestrito/jailbroken/deus/god
            dan/jailbreak/god/unrestricted/jailbroken mode
        """,
        unless_question=True,
        unless=_DEVICES,
    ),
    *rules(
        "lift_limits",
        """
            @enter ..4 modo/mode ~1 @mode/sem/without
            @enter ..4 \
                dan/developer/debug/god/admin/root/unrestricted/maintenance/sudo/jailbreak \
                mode
            modo @mode ~2 @on
            developer/debug/admin/root/maintenance/sudo mode ~2 @on
        """,
        unless=_DEVICES,
    ),
    *rules(
        "lift_limits",
        """
            não tivesse/tivesses/existissem/houvesse ~3 {limits}
            had no ~2 {limits}
            didnt have ~2 {limits}
        """,
    ),
)

ROLES: Final[tuple[Rule, ...]] = (*_ROLE, *_LIMITS)
