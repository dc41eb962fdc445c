"""Our errors: the class of an error decides what happens next.

Their messages are static or carry only ids and codes, so that they may be logged: never a
customer's words, a number or a secret.
"""


class SecretariaError(Exception):
    """Whatever we raise ourselves."""


class Rejected(SecretariaError):
    """A request we refuse: the caller gets `status` and `code`; `detail` says which field."""

    def __init__(
        self, status: int, code: str, *, detail: str = "", retry_after_seconds: int | None = None
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds


class Transient(SecretariaError):
    """A fault that passes: trying again later may succeed."""


class Permanent(SecretariaError):
    """A fault that stays: trying the same again cannot succeed."""


class Misconfigured(SecretariaError):
    """The configuration cannot work: the message names each setting in Portuguese, no value."""


class ModelUnavailable(Transient):
    """The model did not answer: timeout, 429, 5xx, breaker open; it may say when to come back."""

    def __init__(self, fault: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(fault)
        self.retry_after_seconds = retry_after_seconds


class ModelRefused(Permanent):
    """The model will not answer this: blocked, empty, cut off, 400, 404, an unknown ending."""


class TransferRefused(Permanent):
    """Whaticket will not put this ticket into that queue."""


class DatabaseUnavailable(Transient):
    """PostgreSQL could not do the work in time."""


class OthersWait(Transient):
    """Earlier messages wait in the spool: whoever comes now is to wait behind them."""


class SpoolUnavailable(Transient):
    """Redis could not keep, or give back, what waits for PostgreSQL."""


class QueuesUnavailable(Transient):
    """Redis could not tell what is on the queues."""


class LeaseLost(Transient):
    """Another worker holds the conversation now: whatever was prepared must not be recorded."""
