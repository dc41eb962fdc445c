"""The database's history, run by `make upgrade` and by the `release` process."""
