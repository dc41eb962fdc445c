"""What an attack says: who is told to do what, to whose orders.

Each rule has a static name, for the metric and the log.
"""

from typing import Final

from secretaria.core.guard.rules.authority import AUTHORITY
from secretaria.core.guard.rules.cancelling import CANCELLING
from secretaria.core.guard.rules.coaxing import COAXING
from secretaria.core.guard.rules.codes import CODES
from secretaria.core.guard.rules.dictating import DICTATING
from secretaria.core.guard.rules.dropping import DROPPING
from secretaria.core.guard.rules.people import PEOPLE
from secretaria.core.guard.rules.revealing import REVEALING
from secretaria.core.guard.rules.roles import ROLES
from secretaria.core.guard.rules.rule import Rule
from secretaria.core.guard.rules.secrets import SECRETS
from secretaria.core.guard.rules.strangers import STRANGERS
from secretaria.core.guard.rules.told import TOLD

RULES: Final[tuple[Rule, ...]] = (
    *CANCELLING,
    *REVEALING,
    *SECRETS,
    *PEOPLE,
    *ROLES,
    *AUTHORITY,
    *CODES,
    *TOLD,
    *DICTATING,
    *DROPPING,
    *COAXING,
    *STRANGERS,
)

__all__ = ["RULES", "Rule"]
