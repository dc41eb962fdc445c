"""The product without one of its safeguards, to prove that the rig would see it missing."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import wrapt


def without_fence() -> None:
    """A lease keeps nobody off, and whoever held one before may still record, however late."""

    def allow(*_: Any) -> bool:
        return True

    @wrapt.when_imported("secretaria.models.leases")
    def change(module: Any) -> None:
        free = module.is_free
        module.is_free = lambda: free().is_not(None)  # which is true of every row
        wrapt.wrap_function_wrapper(module, "lock", lambda *_: "bot")
        wrapt.wrap_function_wrapper(module, "renew", allow)

    @wrapt.when_imported("secretaria.services.record")
    def change_too(module: Any) -> None:
        wrapt.wrap_function_wrapper(module, "Record._is_outdated", lambda *_: False)


def without_intent() -> None:
    """The intent is not kept: a reply can be claimed again while it is being sent."""

    @wrapt.when_imported("secretaria.services.deliver")
    def change(module: Any) -> None:
        def forget(wrapped: Callable[..., Any], deliver: Any, args: Any, kwargs: Any) -> Any:
            intent, (_, owner) = wrapped(*args, **kwargs), args
            if intent is not None:
                with deliver.database.transaction() as session:
                    module.claims.withdraw(session, intent.reply_id, owner=owner)
                    module.claims.forget_log(session, intent.reply_id, intent.attempt)
            return intent

        wrapt.wrap_function_wrapper(module, "Deliver._claim", forget)


def without_sweeper() -> None:
    """Nobody looks for what was forgotten."""

    @wrapt.when_imported("secretaria.services.sweep")
    def change(module: Any) -> None:
        wrapt.wrap_function_wrapper(module, "Sweep.__call__", lambda *_: None)


def without_duplicate_check() -> None:
    """Every request is taken for a new message."""

    def as_new(wrapped: Callable[..., Any], _: Any, args: Any, kwargs: Any) -> Any:
        session, conversation_id, arrival = args
        fresh = replace(arrival, deduplication_key=uuid.uuid4().hex)
        return wrapped(session, conversation_id, fresh, **kwargs)

    @wrapt.when_imported("secretaria.models.inbox")
    def change(module: Any) -> None:
        wrapt.wrap_function_wrapper(module, "add_message", as_new)


MUTATIONS: Mapping[str, Callable[[], None]] = {
    "fence": without_fence,
    "intent": without_intent,
    "sweeper": without_sweeper,
    "duplicate_check": without_duplicate_check,
}
