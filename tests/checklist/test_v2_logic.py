"""V2: changes are whole, what there is once is given once, and nobody asks without limit."""

from django.test import Client
from pytest_django import Settings

from robots.models import Token
from teams.models import Invitation
from tests.browsers import browser
from tests.conftest import Cast
from tests.robots.tokens.links import address as token_address
from tests.robots.tokens.links import made, opened, secret_form
from tests.snapshots import rows

INVITE = "/api/v1/organizations/acme/grants/bulk/"


def test_a_change_that_fails_halfway_leaves_nothing(furnished: Cast) -> None:
    """V2.3.3: of two grants that are given at once the second is refused, and the first is gone as well."""
    client, before = browser(furnished.owner, confirmed=True), rows()
    body = {
        "holders": [{"user": "member@example.com"}, {"user": "stranger@example.com"}],
        "places": [{"repository": "payments/api"}],
        "level": "read",
    }
    assert client.post(INVITE, body, "application/json").status_code == 422
    assert rows() == before
    good = body | {"holders": [{"user": "member@example.com"}]}
    assert client.post(INVITE, good, "application/json").status_code in {200, 201}
    listed = {"emails": "one@example.com\nnot an address", "role": "member"}
    client.post("/o/acme/users/invitations/upload/", listed)
    assert not Invitation.objects.filter(email="one@example.com").exists()


def test_what_there_is_once_is_given_once(as_owner: Client, cast: Cast) -> None:
    """V2.3.4: a link gives its secret to the first; of two who rotate one secret the second is told."""
    link = made(as_owner, cast, name="token-create")
    assert opened(browser(), link).status_code == 200
    assert browser().get(link, follow=True).status_code in {404, 409, 410}
    form = secret_form(cast) | {"delivery": "here", "old_ends": "by-hand"}
    where = token_address(cast, "token-rotate", cast.token.uuid)
    assert as_owner.post(where, form).status_code == 200
    late = secret_form(cast) | {
        "delivery": "here",
        "old_ends": "by-hand",
        "current": form["current"],
    }
    assert as_owner.post(where, late).status_code == 409
    assert Token.objects.get(pk=cast.token.pk).secrets.live().count() == 2


def test_nobody_asks_without_limit(as_owner: Client, settings: Settings) -> None:
    """V2.4.1: past the API's limit the answer is 429 and says when to come back."""
    settings.ROSTER_API_REQUESTS_PER_MINUTE = 3
    answers = [as_owner.get("/api/v1/me/") for _ in range(7)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
