"""The world: one module for each external system, its only door."""
