"""The wiring of the panel, in a web process whose owner has given it a password."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import redis

from secretaria.adapters import limiter, static_files
from secretaria.adapters.absence import Absence
from secretaria.adapters.body import BodyReader
from secretaria.adapters.database import Database
from secretaria.adapters.gathering import Gathering
from secretaria.adapters.pages import Pages
from secretaria.adapters.redis_survey import RedisSurvey
from secretaria.adapters.seal import DatedSeal
from secretaria.adapters.spool import RedisSpool
from secretaria.adapters.stopping import STOPPING
from secretaria.adapters.watch import Parts, Watch
from secretaria.bootstrap import common
from secretaria.resources import panel
from secretaria.resources.panel import words
from secretaria.resources.panel.access import Access
from secretaria.resources.panel.board import Board
from secretaria.resources.panel.files import Files
from secretaria.resources.panel.routes import PanelParts
from secretaria.services.list_dead import ListDead
from secretaria.services.panel_sessions import PanelSessions, kept_key
from secretaria.services.ports import Bell
from secretaria.services.sign_in import SignIn
from secretaria.services.survey import Survey
from secretaria.settings import Settings

Answer = TypeVar("Answer")
FOLDER = Path(panel.__file__).parent
FORM_BYTES = 4096
FORM_SECONDS = 5.0
SESSION_ID_BYTES = 24
ASKING_LANES = 1
"""However many ask the same, they take one connection to PostgreSQL together."""


def wire(
    settings: Settings,
    password: str,
    *,
    database: Database,
    client: redis.Redis,
    ringer: Bell,
    absence: Absence,
) -> PanelParts:
    """Build the panel's parts; nothing connects until the first request."""
    reading = Gathering[None, str](lambda asks: _shared(kept_key(database), asks), ASKING_LANES)
    sessions = PanelSessions(
        lambda: reading(None),
        password,
        DatedSeal(common.clock().now),
        new_id=lambda: secrets.token_urlsafe(SESSION_ID_BYTES),
    )
    files = Files(static_files.load(FOLDER / "static"))
    pages = Pages(FOLDER / "templates", words.FOR_TEMPLATES | {"file": files.address})
    survey = Survey(database, RedisSurvey(client, RedisSpool(client, absence)))
    board = Board(survey, pages)
    looking = Gathering[None, Parts](lambda asks: _shared(board(), asks), ASKING_LANES)
    return PanelParts(
        access=Access(sessions, BodyReader(FORM_BYTES, FORM_SECONDS), settings.trusted_proxy_hops),
        sign_in=SignIn(password, limiter.sign_in_limits(client, absence), sessions),
        list_dead=ListDead(database, ringer),
        pages=pages,
        files=files,
        look=lambda: looking(None),
        watch=Watch(lambda: looking(None), STOPPING),
    )


def _shared(answer: Answer, asks: Sequence[None]) -> Sequence[Answer]:
    return [answer for _ in asks]
