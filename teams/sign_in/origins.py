"""Whose pages a passkey may be for: those of `ROSTER_ORIGIN`, and locally of the name that was asked for."""

import json
from typing import Any
from urllib.parse import urlsplit

from allauth.core import context as current
from django.conf import settings
from fido2.utils import websafe_decode


def own_origin() -> str:
    """The origin that browsers name. Passkeys need a name, so locally it may be `localhost`."""
    if settings.LOCAL:
        return f"http://{current.request.get_host()}"
    origin: str = settings.ROSTER_ORIGIN
    return origin


def own_name() -> str:
    """The name that passkeys are for."""
    return urlsplit(own_origin()).hostname or ""


def is_ours(credential: Any) -> bool:  # noqa: ANN401 - whatever was sent
    """Whether a browser made it on one of our pages, not on those of a host beneath ours."""
    try:
        said = json.loads(websafe_decode(credential["response"]["clientDataJSON"]))
        return bool(said["origin"] == own_origin() and said.get("crossOrigin") is not True)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
