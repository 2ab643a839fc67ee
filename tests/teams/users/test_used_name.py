"""The name of a deleted organization: strangers do not get it, an operator is warned first."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from console.models import Organization
from robots.access.services.organization_deletion import delete_organization
from robots.accounts.services.robots import create_robot
from robots.models import Token
from robots.tokens.services.tokens import create_personal_token
from teams.models import User
from tests.actors import events_written
from tests.api.callers import bearer
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import MembershipFactory

ADDRESS = "/organizations/new/"
FORM = {"slug": "acme", "name": "Acme"}
WORDS = "A deleted organization had this name. Choose another, or ask an operator."


@pytest.fixture
def deleted(cast: Cast) -> Cast:
    delete_organization(actor=cast.owner, organization=cast.organization)
    return cast


def sent(user: User, **more: str) -> Any:
    return browser(user).post(ADDRESS, FORM | more)


@pytest.mark.parametrize("more", [{}, {"reuse": "confirmed"}])
@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_nobody_but_an_operator_gets_it(deleted: Cast, who: str, more: dict[str, str]) -> None:
    """Whoever had its names could pull its images and log in as its robots, confirmed or not."""
    with events_written() as events:
        answer = sent(getattr(deleted, who), **more)
    assert (answer.status_code, events) == (422, [])
    assert WORDS in text(answer)
    assert not Organization.objects.filter(slug="acme").exists()


def test_an_operator_is_warned_and_confirms(deleted: Cast) -> None:
    with events_written() as events:
        answer = sent(deleted.operator)
    page = text(answer)
    assert (answer.status_code, events) == (409, [])
    assert "acme was used before" in page
    assert '<input type="hidden" name="slug" value="acme"' in page
    with events_written() as events:
        assert sent(deleted.operator, reuse="confirmed").status_code == 302
    assert events[0].after == {"slug": "acme", "name": "Acme", "used_before": True}
    assert Organization.objects.get(slug="acme").uuid != deleted.organization.uuid


def asked(user: User, **more: object) -> Any:
    minted = create_personal_token(actor=user, name="t", kind="compact")
    client = bearer(minted.plaintext.reveal())
    return client.post("/api/v1/organizations/", FORM | more, content_type="application/json")


def test_the_api_says_and_takes_the_same(deleted: Cast) -> None:
    refused = asked(deleted.stranger, reuse=True)
    assert (refused.status_code, WORDS in text(refused)) == (422, True)
    warned = asked(deleted.operator)
    assert warned.status_code == 409
    assert warned.json()["detail"] == ("acme was used before. Confirm that it is to be used again.")
    Token.objects.filter(user=deleted.operator).delete()
    assert asked(deleted.operator, reuse=True).status_code == 201


def test_a_wrong_form_is_told_before_the_warning(deleted: Cast) -> None:
    assert sent(deleted.operator, name="").status_code == 422


def test_paths_of_the_old_one_warn_in_the_new_one(deleted: Cast) -> None:
    sent(deleted.operator, reuse="confirmed")
    organization = Organization.objects.get(slug="acme")
    MembershipFactory(organization=organization, user=deleted.stranger, role="owner")
    client = browser(deleted.stranger)
    project = {"slug": "payments", "name": "Payments", "description": ""}
    answer = client.post("/o/acme/projects/new/", project)
    assert (answer.status_code, "acme/payments was used before" in text(answer)) == (409, True)


def test_robots_of_the_old_one_are_others_than_those_of_the_new_one(deleted: Cast) -> None:
    sent(deleted.operator, reuse="confirmed")
    organization = Organization.objects.get(slug="acme")
    robot = create_robot(actor=deleted.operator, organization=organization, name="deploy")
    assert robot.login_name == deleted.organization_robot.login_name
    assert not robot.tokens.exists()
    assert not robot.grants.exists()


def test_where_operators_alone_create_others_hear_only_that(
    deleted: Cast, settings: Settings
) -> None:
    settings.ROSTER_ORGANIZATION_CREATION = "operator"
    answer = sent(deleted.stranger)
    assert (answer.status_code, WORDS in text(answer)) == (403, False)


def test_the_demonstration_takes_no_used_name(deleted: Cast) -> None:
    with pytest.raises(CommandError, match="acme was deleted; name another with --organization"):
        call_command("demo")
