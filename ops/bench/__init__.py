"""The benchmark: the service and its peers side by side, in one run on one machine, as ratios."""
