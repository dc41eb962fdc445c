"""The load: customers' messages, and the cheap process of its own that sends them."""
