"""The wiring of a web process."""

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import falcon
import redis

from secretaria.adapters import bell, limiter, profile_file, stopping
from secretaria.adapters.absence import Absence
from secretaria.adapters.background import GreenletErrand
from secretaria.adapters.bell import DramatiqBell
from secretaria.adapters.body import BodyReader
from secretaria.adapters.database import Database
from secretaria.adapters.gathering import Gathering
from secretaria.adapters.kept import Kept
from secretaria.adapters.redis_client import connect_shared
from secretaria.adapters.spool import RedisSpool
from secretaria.adapters.visitors import RedisVisitors
from secretaria.app import ByUrl, Parts, create_app
from secretaria.bootstrap import common, connections, inspection
from secretaria.core.signature import Credentials
from secretaria.services.accept import Accept
from secretaria.services.answer_typebot import AnswerTypebot
from secretaria.services.authenticate import Authenticate
from secretaria.services.check_health import CheckHealth
from secretaria.services.give_back import GiveBack
from secretaria.services.import_spool import ImportSpool
from secretaria.services.overhear import OverhearWebhook
from secretaria.services.ports import WakeUp
from secretaria.services.store_together import StoreTogether
from secretaria.services.typebot_sessions import TypebotSessions
from secretaria.settings import Settings, reveal

if TYPE_CHECKING:
    from secretaria.resources.panel.routes import PanelParts

BODY_SECONDS = 5.0
IMPORT_EVERY_SECONDS = 1.0
SESSION_ID_BYTES = 32
COUNTING_LANES = RINGING_LANES = 1
STORING_LANES = 2
"""One transaction gathers while another one's commit is on its way to the disk."""
HEALTH_SECONDS = 1.5
"""For PostgreSQL to answer `/healthz`: whoever probes it waits two or three seconds at most."""
SNAPSHOT_SECONDS = 3.0
"""However many ask for `/metrics`, a process reads the stores no more often."""


def wire(settings: Settings) -> falcon.App[falcon.Request, falcon.Response]:
    """Build the WSGI application; nothing connects until the first request."""
    absence = Absence()
    database = common.web_database(settings)
    client = connect_shared(
        settings.redis_address(),
        connections=connections.redis(settings)["web"].size,
        timeout_seconds=common.WEB_REDIS_SECONDS,
    )
    limits = limiter.limiter(
        client,
        per_number=settings.rate_limit_per_number,
        per_address=settings.rate_limit_per_ip,
        window_seconds=settings.rate_limit_window_seconds,
        absence=absence,
    )
    credentials = Credentials(
        secrets=[secret.get_secret_value() for secret in settings.shared_secret],
        tolerance_seconds=settings.webhook_tolerance_seconds,
        token=reveal(settings.webhook_token),
        url_token=reveal(settings.webhook_url_token),
    )
    ringer = DramatiqBell(bell.broker(client), absence)
    store = common.store(settings, database)
    spool = RedisSpool(client, absence)
    overhear = common.overhear(settings, database, ringer)
    importing = GreenletErrand(
        ImportSpool(database, spool, store, overhear, ringer), IMPORT_EVERY_SECONDS
    )
    ringing = Gathering[WakeUp, bool](ringer.wake_all, RINGING_LANES)
    stopping.LAST.append(ringing.finish)
    accept = Accept(
        database,
        limits,
        is_too_fast=Gathering(limits.are_too_fast, COUNTING_LANES),
        store_together=Gathering(StoreTogether(database, store, spool), STORING_LANES),
        wake=ringing.post,
        store=store,
        spool=spool,
        import_spool=importing,
    )
    return create_app(
        Parts(
            body=BodyReader(settings.webhook_max_body_bytes, BODY_SECONDS),
            authenticate=Authenticate(credentials, limits, common.clock()),
            accept=accept,
            overhear=OverhearWebhook(database, overhear, spool, importing),
            check_health=CheckHealth(replace(database, timeout_seconds=HEALTH_SECONDS), spool),
            snapshot=Kept(inspection.snapshot(settings, database, client), SNAPSHOT_SECONDS),
            build=common.build(settings),
            metrics_token=reveal(settings.metrics_token),
            trusted_proxy_hops=settings.trusted_proxy_hops,
            by_url=(
                _by_url(settings, accept, ringer, RedisVisitors(client, absence))
                if settings.webhook_url_token
                else None
            ),
            panel=_panel(settings, database, client, ringer, absence),
        )
    )


def _panel(
    settings: Settings,
    database: Database,
    client: redis.Redis,
    ringer: DramatiqBell,
    absence: Absence,
) -> "PanelParts | None":
    password = reveal(settings.panel_password)
    if password is None:
        return None
    from secretaria.bootstrap import panel  # noqa: PLC0415 - it costs nothing where it is off

    return panel.wire(
        settings, password, database=database, client=client, ringer=ringer, absence=absence
    )


def _by_url(
    settings: Settings, accept: Accept, ringer: DramatiqBell, visitors: RedisVisitors
) -> ByUrl:
    clock = common.clock()
    sessions = TypebotSessions(
        accept.database,
        accept.store,
        visitors,
        new_id=lambda: secrets.token_urlsafe(SESSION_ID_BYTES),
    )
    answer_typebot = AnswerTypebot(
        database=accept.database,
        clock=clock,
        accept=accept,
        give_back=GiveBack(accept.database, ringer, clock),
        wait_seconds=settings.typebot_wait_seconds,
        oldest_hours=settings.reply_max_age_hours,
        queue_id=profile_file.load(settings.secretaria_profile).handover.queue_id,
    )
    return ByUrl(sessions, answer_typebot)
