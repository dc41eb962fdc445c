"""The dashboard, and a picture of it: drawn from its own file and a real Prometheus' answers."""
