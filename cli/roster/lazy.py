"""Loading modules when they are needed: `--help` and usage errors wait for none of them."""

from importlib import import_module

from roster.shapes import Json


def load(module: str) -> Json:
    """The module of that name, imported now."""
    return import_module(module)
