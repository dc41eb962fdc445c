"""Small honest programs that do the same job, or none, for the service to be compared with."""
