"""The words for orders, and for those who give and take them."""

from typing import Final

from secretaria.core.guard.forms import words

YOU: Final = words("você vc voce tu ti te lhe you u ya youve youre")
MAKERS: Final = words(
    "desenvolvedor desenvolvedora desenvolvedores programador programadora programadores criador"
    " criadora criadores developer developers creator creators programmer programmers dev devs"
    " openai anthropic gemini google engenheiro engineer"
)

MASTERS: Final = words(
    "empresa dono dona donos patrão patroa chefe loja company owner owners boss bosses business"
    " gerente manager operador operator empregador employer shop clínica clinic salão salon"
    " consultório escritório office escola school academia restaurante restaurant hotel petshop"
    " store proprietário proprietária diretor diretora direção gerência chefia chefes patrões"
    " clinics salons"
    " shops stores companys bosss managers"
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
    " personality identity restriction rule orientação setup settings handbook playbook guidance"
    " confidentiality ordem"
)
CORE: Final = INSTRUCTIONS | RULES | PROMPT
ALL_ORDERS: Final = CORE | SETTINGS
