"""The environment of a command: settings, and logs that leave the terminal to the answer."""

from secretaria import logs, settings
from secretaria.settings import Settings


def read() -> Settings:
    """Read the settings; raises `Misconfigured`."""
    environment = settings.load()
    logs.configure(level="ERROR", format="console", secrets=environment.secrets())
    return environment
