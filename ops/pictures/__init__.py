"""The pictures of the READMEs, taken of the real service."""
