"""What an attack says: who is told to do what, to whose orders.

Each rule has a static name, for the metric and the log.
"""

from typing import Final

from secretaria.core.guard.rules.cancelling import CANCELLING
from secretaria.core.guard.rules.revealing import REVEALING
from secretaria.core.guard.rules.roles import ROLES
from secretaria.core.guard.rules.rule import Rule

RULES: Final[tuple[Rule, ...]] = (*CANCELLING, *REVEALING, *ROLES)

__all__ = ["RULES", "Rule"]
