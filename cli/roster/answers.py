"""What a server answers, as values, and what no Roster answers as an error."""

import json
from typing import Any, NoReturn

import httpx

from roster.errors import Failure
from roster.shapes import Json


def odd(origin: str) -> Failure:
    """The failure that an answer becomes which is none of Roster's."""
    return Failure(f"{origin} does not answer like Roster; check the address")


def read(response: httpx.Response, origin: str) -> Json:
    """The answer's JSON; whatever it lacks that somebody asks it for is a failure as well."""

    class Thing(dict[str, Any]):
        def __missing__(self, key: str) -> NoReturn:
            raise odd(origin)

    if not response.is_success:
        raise odd(origin)
    try:
        return json.loads(response.content, object_hook=Thing)
    except (ValueError, RecursionError):
        raise odd(origin) from None
