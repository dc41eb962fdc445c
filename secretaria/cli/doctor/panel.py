"""What is to be set up on Whaticket's panel, and what cannot be seen from here."""

from collections.abc import Iterator

from secretaria.adapters.whaticket.place import Place
from secretaria.cli.doctor.finding import Finding, bad, good, warning
from secretaria.core.family import Family, FamilyName
from secretaria.settings import Settings

_QUEUE_INTEGRATION = (
    "no painel, em Integrações, adicione uma do tipo n8n (ou webhook) com esse endereço em urlN8N;"
    " depois escolha essa integração na fila (Filas, editar) ou na conexão"
)
_BRIDGE = (
    "este Whaticket não chama webhook nenhum: é preciso uma ponte (um n8n, por exemplo) que ouça o"
    " Socket.IO dele e mande cada appMessage a esse endereço"
)
_PLACES: dict[FamilyName, str] = {
    "saas": _QUEUE_INTEGRATION,
    "multiflow": _QUEUE_INTEGRATION,
    "multiflow-scheduled": _QUEUE_INTEGRATION,
    "community": _BRIDGE,
    "ticketz": f"{_BRIDGE}; no Ticketz PRO, use a integração webhook da fila",
    "press-ticket": "no painel, em Filas, edite a fila, ligue o n8n e ponha esse endereço",
    "izing": "no painel, em Configurações da API, ponha esse endereço no webhook de mensagens",
    "whazing": "no painel, em Integrações (ou no webhook do canal), ponha esse endereço",
}
_TYPEBOT_FAMILIES = frozenset({"saas", "multiflow", "multiflow-scheduled"})


def needs(place: Place, family: Family, *, token: str | None, has_login: bool) -> Iterator[Finding]:
    """What this family cannot do without."""
    if token is not None and family.needs_user_id and not has_login:
        yield bad(
            "O Press-Ticket quer saber por qual usuário envia: defina WHATICKET_EMAIL e"
            " WHATICKET_PASSWORD."
        )
    if token is not None and family.send_api == "external" and place.external_path is None:
        yield bad(
            "Falta o id da API: cole em WHATICKET_BASE_URL o endereço inteiro que o painel mostra,"
            " com /v1/api/external/..."
        )
    if family.name == "multiflow-scheduled" and not has_login:
        yield warning(
            "Sem login, este Whaticket agenda cada resposta para 60 s depois ou mais: defina"
            " WHATICKET_EMAIL e WHATICKET_PASSWORD."
        )


def takeover(environment: Settings, family: Family) -> Iterator[Finding]:
    """Whether we notice when a person takes a conversation over."""
    login = (environment.whaticket_email, environment.whaticket_password)
    has_login = None not in login
    if not has_login and login != (None, None):
        yield bad("Meio login não é login: defina WHATICKET_EMAIL e WHATICKET_PASSWORD, ou nenhum.")
    if has_login or family.sees_from_me:
        how = "pelo ticket" if has_login else "pelo webhook"
        yield good(f"Quando uma pessoa assume a conversa, a secretária percebe {how}.")
        return
    yield warning(
        "Sem login não dá para ver quando uma pessoa assume a conversa: este Whaticket não manda"
        " ao webhook o que as pessoas escrevem, e a secretária pode falar por cima delas. Crie no"
        " painel um usuário admin só para ela e defina WHATICKET_EMAIL e WHATICKET_PASSWORD."
    )


def webhook(environment: Settings, family: Family) -> Iterator[Finding]:
    """Where messages must be posted to, and where on the panel that is said."""
    extra = ", X-Webhook-Token" if environment.webhook_token else ""
    yield good(
        "Webhook de quem assina (um n8n ou relé no meio): POST /webhook/whaticket, com"
        f" Content-Type: application/json, X-Timestamp, X-Signature{extra}."
    )
    if environment.webhook_url_token is None:
        yield warning(
            "Nenhum Whaticket de fábrica assina. Para ligar direto, defina WEBHOOK_URL_TOKEN e"
            " rode o doctor de novo."
        )
        return
    yield good(
        "Webhook de quem não assina: https://SEU-ENDERECO/webhook/whaticket/WEBHOOK_URL_TOKEN"
        f" (com o valor dele no fim): {_PLACES[family.name]}."
    )
    if family.name in _TYPEBOT_FAMILIES:
        yield good(
            "Ou, em Integrações, uma do tipo Typebot: endereço https://SEU-ENDERECO e slug com o"
            " valor de WEBHOOK_URL_TOKEN; assim as respostas nem precisam do token da conexão."
        )
