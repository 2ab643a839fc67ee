"""V2: changes are whole, what there is once is given once, and nobody asks without limit."""

from django.test import Client
from pytest_django import Settings

from console.models import Event
from robots.models import Token
from tests.browsers import browser, texts_of
from tests.checklist.breaking import break_table, mend_table
from tests.conftest import Cast
from tests.robots.tokens.links import address as token_address
from tests.robots.tokens.links import made, secret_form
from tests.snapshots import rows

ROBOTS = "/api/v1/organizations/acme/robots/"


def test_a_change_that_fails_halfway_leaves_nothing(furnished: Cast) -> None:
    """V2.3.3: where a robot account's event cannot be written, neither it nor its grants are there."""
    client = browser(furnished.owner, confirmed=True, raise_request_exception=False)
    body = {"name": "builder", "project": "payments", "permissions": ["artifact:pull"]}
    before = rows()
    break_table(Event._meta.db_table)
    assert client.post(ROBOTS, body, "application/json").status_code == 500
    mend_table(Event._meta.db_table)
    assert rows() == before
    assert client.post(ROBOTS, body, "application/json").status_code == 201


def test_what_there_is_once_is_given_once(as_owner: Client, cast: Cast) -> None:
    """V2.3.4: a link gives its secret to the first; of two who rotate one secret the second is told."""
    link, people = made(as_owner, cast, name="token-create"), [browser(), browser()]
    pages = [client.get(link, follow=True).redirect_chain[-1][0] for client in people]
    given = [client.post(page) for client, page in zip(people, pages, strict=True)]
    assert [bool(texts_of(answer, id="secret")) for answer in given] == [True, False]
    where = token_address(cast, "token-rotate", cast.token.uuid)
    forms = [secret_form(cast) | {"delivery": "here", "old_ends": "by-hand"} for _ in range(2)]
    assert [as_owner.post(where, form).status_code for form in forms] == [200, 409]
    assert Token.objects.get(pk=cast.token.pk).secrets.live().count() == 2


def test_nobody_asks_without_limit(as_owner: Client, settings: Settings) -> None:
    """V2.4.1: past the API's limit the answer is 429 and says when to come back."""
    settings.ROSTER_API_REQUESTS_PER_MINUTE = 3
    answers = [as_owner.get("/api/v1/me/") for _ in range(7)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
