"""Dramatiq middlewares of our own, one concern each."""
