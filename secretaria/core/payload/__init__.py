"""What a webhook's body says, and whether a turn should answer it."""

from secretaria.core.payload.decision import Decision, Ignored, Incoming, Invalid, Outgoing, Sender
from secretaria.core.payload.dialects import parse

__all__ = ["Decision", "Ignored", "Incoming", "Invalid", "Outgoing", "Sender", "parse"]
