"""What is reached over HTTP: read, ask a service, answer."""
