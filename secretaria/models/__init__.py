"""The tables, and the statements on them: one statement a function."""
