"""Dramatiq's side: thin shells whose policy stands in the decorator and whose work in a service."""
