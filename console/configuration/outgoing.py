"""What settings say of requests that Roster itself sends. Readers as in `values`."""

import ssl
from pathlib import Path

from console.configuration.values import SHOWN
from console.networks import normalize


def networks(text: str) -> str:
    """Networks as `console.networks.normalize` writes them."""
    try:
        return normalize(text)
    except ValueError as error:
        raise ValueError(
            f"{error} Name networks of yours that Roster may send requests to, like `10.20.0.0/16`."
        ) from error


def authorities(text: str) -> Path:
    """A file of certificates in PEM, which is there."""
    try:
        path = Path(text).expanduser().absolute()
        ssl.create_default_context(cafile=str(path))
    except (OSError, RuntimeError) as error:
        why = "holds no certificate in PEM" if isinstance(error, ssl.SSLError) else "cannot be read"
        shown = repr(text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…")
        raise ValueError(
            f"The file {shown} {why}. Name one with the certificates of your authorities,"
            " like `/etc/ssl/certs/ca-certificates.crt`."
        ) from error
    return path
