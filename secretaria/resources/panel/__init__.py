"""The panel: what a person sees of the queues, and does about what waits for a hand."""
