"""The `roster` command: robot accounts from a shell, over the REST API alone."""

__version__ = "0.1.0"
