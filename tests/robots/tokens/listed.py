"""Making tokens for the list of all tokens, and reading it."""

import csv
import io
from datetime import timedelta
from typing import Any

from django.test import Client

from robots.models import Robot, Token
from robots.tokens.services.minting import Minted, mark_handed_over
from robots.tokens.services.tokens import create_token
from teams.models import User
from tests.browsers import texts_of
from tests.conftest import Cast
from tests.conftest import person as make_person

ADDRESS, CSV = "/o/acme/tokens/", "/o/acme/tokens.csv"
DAY = timedelta(days=1)


def names(page: object) -> list[str]:
    return texts_of(page, "a", **{"class": "entry-name"})


def exported(client: Client, **query: str) -> list[dict[str, str]]:
    response: Any = client.get(CSV, query)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def make(cast: Cast, name: str, robot: Robot | None = None, **more: Any) -> Minted:
    """A token that somebody has received."""
    actor = more.pop("actor", cast.owner)
    found = create_token(actor=actor, robot=robot or cast.robot, name=name, kind="compact", **more)
    mark_handed_over(found.secret)
    return found


def seen_by_leaver(cast: Cast) -> tuple[User, Token]:
    """An owner who is shown a token, and it."""
    leaver = make_person(cast.organization, "owner", "leaver@acme.example.com")
    return leaver, make(cast, "kept", actor=leaver).token
