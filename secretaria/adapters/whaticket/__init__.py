"""Whaticket's only door: the send API with a connection token, or tickets with a login."""

from secretaria.adapters.whaticket.login import Login, LoginRefused
from secretaria.adapters.whaticket.messenger import WhaticketMessenger
from secretaria.adapters.whaticket.reader import WhaticketReader

__all__ = ["Login", "LoginRefused", "WhaticketMessenger", "WhaticketReader"]
