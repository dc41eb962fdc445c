"""What is seen live: written once for all who watch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from secretaria.adapters.pages import Pages
from secretaria.services.survey import Surveyed

PARTS = ("resumo", "quadro")


@dataclass(frozen=True, slots=True)
class Board:
    """The survey as HTML; nothing in it belongs to one viewer alone."""

    survey: Callable[[], Surveyed]
    pages: Pages

    def __call__(self) -> Mapping[str, str]:
        """Look, and write each part under the name of its event."""
        seen = self.survey()
        return {part: self.pages(part, database=seen.database, redis=seen.redis) for part in PARTS}
