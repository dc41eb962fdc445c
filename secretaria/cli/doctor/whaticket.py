"""Whether the configured Whaticket answers, lets us in, and is set up as the profile needs it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from secretaria.adapters import http
from secretaria.adapters.whaticket import Login, WhaticketTickets
from secretaria.adapters.whaticket.login import OUT_OF_HOURS, LoginRefused
from secretaria.adapters.whaticket.place import Place, place_of
from secretaria.bootstrap import common
from secretaria.cli.doctor import access, panel
from secretaria.cli.doctor.finding import Finding, bad, good, warning
from secretaria.core.family import Family
from secretaria.errors import Misconfigured, Transient
from secretaria.settings import Settings, reveal

SLOW_CLOCK_SECONDS = 60
_BROKEN = frozenset({502, 503, 504})


def look(environment: Settings) -> Iterator[Finding]:
    """Look at Whaticket, from outside to inside; nothing is sent to anybody."""
    place = place_of(environment.whaticket_base_url, reveal(environment.whaticket_token))
    timeout_seconds = environment.whaticket_timeout_seconds
    try:
        answer = http.call("GET", f"{place.panel}/tickets", timeout_seconds=timeout_seconds)
    except Transient as error:
        yield bad(f"O Whaticket não responde ({error}). Confira WHATICKET_BASE_URL e a rede.")
        return
    if answer.status in _BROKEN:
        yield bad(f"O Whaticket está fora do ar (HTTP {answer.status}). Reinicie o backend dele.")
        return
    yield from _clock(environment, answer.dated)
    family, findings = access.family(environment, place)
    yield from findings
    yield from _ways_in(environment, place, family)
    yield from panel.takeover(environment, family)
    yield from panel.webhook(environment, family)


def login_of(environment: Settings) -> Login | None:
    """The configured login, if there is one."""
    email, password = reveal(environment.whaticket_email), reveal(environment.whaticket_password)
    if email is None or password is None:
        return None
    client = common.command_redis(environment)
    return Login(client, environment.whaticket_base_url, email, password)


def _clock(environment: Settings, dated: datetime | None) -> Iterator[Finding]:
    """The machine that signs and ours must agree about the time; Whaticket's is often that one."""
    if dated is None:
        return
    seconds = abs((datetime.now(UTC) - dated).total_seconds())
    if seconds > environment.webhook_tolerance_seconds:
        yield bad(
            f"O relógio do Whaticket e o desta máquina diferem em {seconds:.0f} s: mensagens"
            " assinadas lá seriam recusadas. Acerte os dois (NTP)."
        )
    elif seconds > SLOW_CLOCK_SECONDS:
        yield warning(f"O relógio do Whaticket difere {seconds:.0f} s do desta máquina: acerte-o.")
    else:
        yield good("O relógio do Whaticket está certo.")


def _ways_in(environment: Settings, place: Place, family: Family) -> Iterator[Finding]:
    token = reveal(environment.whaticket_token)
    if token is not None:
        yield access.token(environment, place, family, token)
    login = login_of(environment)
    yield from panel.needs(place, family, token=token, has_login=login is not None)
    if login is None:
        yield from _queue_without_login(environment)
        return
    finding = _login(environment, login)
    yield finding
    if finding.is_good:
        yield from _queue(environment, login)


def _login(environment: Settings, login: Login) -> Finding:
    try:
        login.log_in(timeout_seconds=environment.whaticket_timeout_seconds)
    except LoginRefused as refused:
        if refused.sending.error == OUT_OF_HOURS:
            return bad(
                "O Whaticket só aceita este usuário no horário de trabalho dele: no painel, em"
                " Usuários, dê a ele das 00:00 às 23:59."
            )
        return bad("O Whaticket recusou o login. Confira WHATICKET_EMAIL e WHATICKET_PASSWORD.")
    except Transient as error:
        return bad(f"O login no Whaticket não respondeu ({error}). Confira a rede e tente de novo.")
    return good("O Whaticket aceita o login.")


def _queue(environment: Settings, login: Login) -> Iterator[Finding]:
    queue_id = _wanted_queue(environment)
    if queue_id is None:
        yield warning(
            "O perfil não diz a fila das pessoas (handover.queue_id): uma conversa passada a elas"
            " fica onde está."
        )
        return
    tickets = WhaticketTickets(
        environment.whaticket_base_url, login, environment.whaticket_timeout_seconds
    )
    try:
        listed = tickets.queue_ids()
    except Transient as error:
        yield bad(f"O Whaticket não mostrou as filas ({error}). Tente de novo.")
        return
    if queue_id in listed:
        yield good(f"A fila {queue_id} (handover.queue_id) existe.")
    else:
        shown = ", ".join(map(str, listed)) or "nenhuma"
        yield bad(
            f"A fila {queue_id} (handover.queue_id do perfil) não existe; as que há: {shown}."
        )


def _queue_without_login(environment: Settings) -> Iterator[Finding]:
    queue_id = _wanted_queue(environment)
    if queue_id is not None:
        yield bad(
            f"O perfil manda passar conversas à fila {queue_id}, mas sem login não há como:"
            " defina WHATICKET_EMAIL e WHATICKET_PASSWORD, ou tire handover.queue_id."
        )


def _wanted_queue(environment: Settings) -> int | None:
    try:
        return common.profile(environment).handover.queue_id
    except Misconfigured:
        return None
