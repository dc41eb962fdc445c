"""What a simulator does next, when it is not to answer as usual."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to answer, for the next `times` requests it concerns; None: until told otherwise.

    Which kinds there are, each simulator says. The other fields give a kind what it needs, or
    narrow the requests down: `model` for Gemini; `number` and `route` for Whaticket.
    """

    kind: str
    times: int | None = 1
    seconds: float = 1.0
    status: int = 503
    body: Any = None
    text: str = ""
    retry_after: float | None = None
    model: str | None = None
    number: str | None = None
    route: str | None = None

    @classmethod
    def from_json(cls, payload: Any) -> Self:
        """Read a fault as the control routes take it.

        Raises:
            ValueError: it is no object, names no kind, or has a field we do not know.

        """
        if not isinstance(payload, dict) or "kind" not in payload:
            raise ValueError("a fault is an object with a kind")
        unknown = payload.keys() - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        return cls(**payload)


AS_USUAL = Fault("ok", times=None)


class Plan:
    """The faults to come: the first that concerns a request and is not used up is taken."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self._kinds = frozenset(kinds) | {AS_USUAL.kind}
        self._faults: list[Fault] = []
        self._taken: list[int] = []

    def replace(self, faults: Iterable[Fault]) -> None:
        """Forget what was planned, and plan these.

        Raises:
            ValueError: a kind that this simulator does not know.

        """
        chosen = list(faults)
        unknown = {fault.kind for fault in chosen} - self._kinds
        if unknown:
            raise ValueError(f"unknown kinds: {', '.join(sorted(unknown))}")
        self._faults = chosen
        self._taken = [0] * len(chosen)

    def take(self, concerns: Callable[[Fault], bool]) -> Fault:
        """Use up one turn of the first fault that concerns the request."""
        for index, fault in enumerate(self._faults):
            left = fault.times is None or self._taken[index] < fault.times
            if left and concerns(fault):
                self._taken[index] += 1
                return fault
        return AS_USUAL
