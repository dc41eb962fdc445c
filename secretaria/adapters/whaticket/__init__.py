"""Whaticket's only door: the send APIs with a connection's token, and tickets with a login."""

from secretaria.adapters.whaticket.board import WhaticketTickets
from secretaria.adapters.whaticket.families import Families
from secretaria.adapters.whaticket.login import Login, LoginRefused
from secretaria.adapters.whaticket.messenger import WhaticketMessenger

__all__ = ["Families", "Login", "LoginRefused", "WhaticketMessenger", "WhaticketTickets"]
