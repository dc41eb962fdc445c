"""The chaos rig: the whole service under faults, and what became of every message."""
