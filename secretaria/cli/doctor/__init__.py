"""`secretaria doctor`: is everything there, and does it answer? In words, with what to do."""

from secretaria.cli.doctor.command import doctor

__all__ = ["doctor"]
