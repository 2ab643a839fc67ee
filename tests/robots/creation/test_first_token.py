"""A robot account and its first token in one go: one form, one answer, all of it or nothing."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Event
from console.permissions.vocabulary import Permission
from robots.models import Robot, Secret, Token, TokenPolicy
from teams.grants.services import GrantSpec, give
from teams.models import Team
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.front import ask, basic
from tests.snapshots import rows

ADDRESS = "/o/acme/robots/new/token/"


def form(**changes: object) -> dict[str, Any]:
    first = {"token-name": "default", "token-expiry": "never", "token-kind": "compact"}
    robot = {"name": "builder", "level": "organization", "expiry": "never"}
    return robot | first | {"token-request_key": uuid4()} | changes


def in_project(cast: Cast, **changes: object) -> dict[str, Any]:
    where = {"level": "project", "project": cast.project.uuid, "permissions": ["artifact:pull"]}
    return form(**where | changes)


def test_the_answer_shows_the_secret_which_logs_in(as_owner: Client, cast: Cast) -> None:
    response = as_owner.post(ADDRESS, in_project(cast))
    (secret,) = texts_of(response, id="secret")
    token = Token.objects.get(robot__name="builder")
    assert (response.status_code, token.name) == (200, "default")
    assert "no-store" in response["Cache-Control"]
    assert texts_of(response, "h1") == ["Save this token now"]
    assert "Robot account builder created, with its first token." in text(response)
    path = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
    assert ask(path, authorization=basic("robot_acme.payments+builder", secret)).status == 200


def test_both_have_an_event(as_owner: Client, cast: Cast) -> None:
    before = Event.objects.count()
    as_owner.post(ADDRESS, in_project(cast))
    actions = Event.objects.order_by("id").values_list("action", "actor_uuid")[before:]
    assert list(actions) == [
        ("robot:created", cast.owner.uuid),
        ("token:created", cast.owner.uuid),
    ]


def test_the_token_is_as_the_form_says(as_owner: Client, cast: Cast) -> None:
    changes = {"token-name": "build", "token-expiry": "30", "token-kind": "signed"}
    as_owner.post(ADDRESS, in_project(cast, **changes))
    token = Token.objects.get(robot__name="builder")
    assert (token.name, token.secrets.get().kind) == ("build", "signed")
    assert token.expires_at is not None


def test_a_repeated_form_leads_to_the_token_and_makes_nothing(as_owner: Client, cast: Cast) -> None:
    data = in_project(cast)
    as_owner.post(ADDRESS, data)
    token, before = Token.objects.get(robot__name="builder"), rows()
    again = as_owner.post(ADDRESS, data)
    assert (again.status_code, again["Location"]) == (302, token.get_absolute_url())
    assert rows() == before


def test_the_key_of_another_organizations_token_makes_nothing(as_owner: Client, cast: Cast) -> None:
    key = uuid4()
    Secret.objects.filter(pk=cast.other_minted.secret.pk).update(request_key=key)
    before = rows()
    response = as_owner.post(ADDRESS, form(**{"token-request_key": key}))
    assert response.status_code == 409
    assert "This form was used already" in text(response)
    assert rows() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "Big"}, "Use lower-case letters"),
        ({"token-name": "Big"}, "Use lower-case letters"),
        ({"token-name": ""}, "Name of the token</a>: This field is required."),
        ({"token-expiry": "days"}, "Enter a number of days"),
        ({"token-request_key": ""}, "This field is required."),
    ],
)
def test_a_wrong_form_makes_neither_and_keeps_everything(
    as_owner: Client, changes: dict[str, object], words: str
) -> None:
    before = rows()
    typed = {"purpose": "nightly builds", "token-name": "kept-name"}
    response = as_owner.post(ADDRESS, form(**typed | changes))
    assert response.status_code == 422
    assert words in text(response)
    assert 'value="nightly builds"' in text(response)
    assert rows() == before


def test_what_the_token_policy_refuses_is_said_and_nothing_is_made(
    as_owner: Client, cast: Cast
) -> None:
    TokenPolicy.objects.create(
        organization=cast.organization, never_allowed=False, maximum_days=90, default_days=30
    )
    page = text(as_owner.get(ADDRESS))
    assert '<option value="30" selected' in page
    before = rows()
    response = as_owner.post(ADDRESS, form())
    assert response.status_code == 422
    assert "The token ends</a>: " in text(response)
    assert rows() == before
    # A robot that ends in time takes its tokens along.
    assert as_owner.post(ADDRESS, form(expiry="30")).status_code == 200


def test_a_projects_policy_counts_for_its_robots(as_owner: Client, cast: Cast) -> None:
    TokenPolicy.objects.create(
        organization=cast.organization, project=cast.project, never_allowed=False, maximum_days=30
    )
    assert as_owner.post(ADDRESS, in_project(cast)).status_code == 422
    assert not Robot.objects.filter(name="builder").exists()
    assert as_owner.post(ADDRESS, form()).status_code == 200


def test_alone_what_stands_in_the_tokens_part_is_of_no_account(as_owner: Client) -> None:
    data = form(**{"token-name": "Big", "token-request_key": ""})
    assert as_owner.post("/o/acme/robots/new/", data).status_code == 302
    assert not Token.objects.filter(robot__name="builder").exists()


def test_a_token_that_is_strong_by_a_team_takes_the_password(cast: Cast) -> None:
    team = Team.objects.create(organization=cast.organization, name="admins")
    spec = GrantSpec(cast.organization, role="organization:owner")
    give(actor=cast.owner, holder=team, spec=spec)
    before = rows()
    response = browser(cast.owner).post(ADDRESS, form(team=[team.uuid]))
    assert response.status_code == 302
    assert response["Location"].startswith("/account/sign-in-again/")
    assert rows() == before
    assert (
        browser(cast.owner, confirmed=True).post(ADDRESS, form(team=[team.uuid])).status_code == 200
    )


def test_who_may_create_no_tokens_is_offered_none_and_told(cast: Cast) -> None:
    spec = GrantSpec(
        cast.organization,
        permissions=frozenset(map(Permission, ("robot:create", "robot:read", "project:read"))),
    )
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    assert "Create Robot Account and Token" not in text(client.get("/o/acme/robots/new/"))
    before = rows()
    response = client.post(ADDRESS, form())
    assert response.status_code == 403
    assert "You do not hold token:create where this would need it." in text(response)
    assert 'value="builder"' in text(response)
    assert rows() == before


def test_the_buttons_lead_to_their_own_addresses(as_owner: Client) -> None:
    """Also on the page that says what was wrong."""
    for page in (as_owner.get("/o/acme/robots/new/"), as_owner.post(ADDRESS, form(name=""))):
        assert f'formaction="{ADDRESS}"' in text(page)
        assert f'action="{reverse("robots:robot-create", args=["acme"])}"' in text(page)
