"""The words of the guard by the part they play: who acts, what is done, to what, and whose it is.

They are written as people write them and compared as `letters.plain` leaves them. A word that is
not here is an ordinary word: none of them means anything alone.
"""

from typing import Final

from secretaria.core.guard.lexicon.actions import ACTIONS
from secretaria.core.guard.lexicon.grammar import (
    BLOCKERS,
    ENGLISH_AUXILIARIES,
    ENGLISH_SPEAKER,
    FULL_STOP,
    LISTENER,
    MISTAKES,
    PAUSES,
    SPEAKER,
)
from secretaria.core.guard.lexicon.orders import (
    ALL_ORDERS,
    CORE,
    INSTRUCTIONS,
    MAKERS,
    MASTERS,
    PROMPT,
    RULES,
    SETTINGS,
    YOU,
)
from secretaria.core.guard.lexicon.things import THINGS

LEXICON: Final[dict[str, frozenset[str]]] = {**ACTIONS, **THINGS}

__all__ = [
    "ALL_ORDERS",
    "BLOCKERS",
    "CORE",
    "ENGLISH_AUXILIARIES",
    "ENGLISH_SPEAKER",
    "FULL_STOP",
    "INSTRUCTIONS",
    "LEXICON",
    "LISTENER",
    "MAKERS",
    "MASTERS",
    "MISTAKES",
    "PAUSES",
    "PROMPT",
    "RULES",
    "SETTINGS",
    "SPEAKER",
    "YOU",
]
