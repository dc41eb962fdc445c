"""A simulated Whaticket (SaaS family) with its customers' phones, and every way it can fail."""

from secretaria.playground.faults import Fault
from secretaria.playground.whaticket.simulator import WhaticketSimulator

__all__ = ["Fault", "WhaticketSimulator"]
