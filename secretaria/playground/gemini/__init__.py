"""A simulated Gemini: its REST protocol, a secretary's answers, and every way it can fail."""

from secretaria.playground.faults import Fault
from secretaria.playground.gemini.simulator import GeminiSimulator

__all__ = ["Fault", "GeminiSimulator"]
