"""A simulated Whaticket of any family, the people around it, and every way it can fail."""

from secretaria.playground.faults import Fault
from secretaria.playground.whaticket.simulator import WhaticketSimulator

__all__ = ["Fault", "WhaticketSimulator"]
