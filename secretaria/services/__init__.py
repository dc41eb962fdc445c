"""What we do: one verb a module, a short sequence of named steps."""
