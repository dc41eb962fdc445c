"""What we decide: pure; no input, no output, no clock, no environment."""
