"""Give each message a clean logging context with the ids of its wake-up."""

import structlog
from dramatiq import Broker, Middleware
from dramatiq.broker import MessageProxy


class Context(Middleware):
    """Binds the actor and the message id; the correlation id is bound by whoever reads the row."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Start with nothing of the message before."""
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            actor=message.actor_name, wake_up_id=message.message_id
        )
