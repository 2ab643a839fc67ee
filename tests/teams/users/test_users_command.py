"""`manage.py users`: who has an account, accounts that are disabled and enabled, and operators."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from console.models import Event, Session
from teams.models import User
from tests.browsers import browser
from tests.conftest import Cast
from tests.factories import UserFactory


def users(*arguments: str) -> str:
    out = io.StringIO()
    call_command("users", *arguments, stdout=out)
    return out.getvalue()


def emails(*arguments: str) -> list[str]:
    return [person["email"] for person in json.loads(users("list", "--json", *arguments))]


def last_event() -> tuple[str, str, str]:
    event = Event.objects.latest("id")
    return event.actor_label, event.action, event.target_label


def test_people_are_listed_by_address_and_found_by_what_is_known_of_them(cast: Cast) -> None:
    User.objects.filter(pk=cast.member.pk).update(is_active=False)
    everybody = emails()
    assert everybody == sorted(User.objects.values_list("email", flat=True))
    assert emails("--operators") == [cast.operator.email]
    disabled = emails("--disabled")
    assert cast.member.email in disabled
    assert set(emails("--enabled")) == {*everybody} - {*disabled}
    assert emails("--search", "STRANGER") == [cast.stranger.email]
    inside = emails("--organization", "acme")
    assert cast.owner.email in inside
    assert cast.operator.email not in inside
    assert emails("--search", "nobody-of-this-name") == []


def test_the_table_and_the_json_say_the_same(cast: Cast) -> None:
    heading, line = users("list", "--search", cast.operator.email).splitlines()
    assert heading.split()[:3] == ["EMAIL", "NAME", "STATE"]
    assert line.startswith(cast.operator.email)
    assert "   enabled   yes        0" in line
    (facts,) = json.loads(users("list", "--json", "--search", cast.operator.email))
    assert (facts["state"], facts["operator"], facts["organizations"]) == ("enabled", True, 0)
    assert facts["last_sign_in"] is None
    assert facts["uuid"] == str(cast.operator.uuid)


def test_an_account_is_disabled_and_enabled(cast: Cast) -> None:
    browser(cast.owner)
    said = users("disable", cast.owner.email.upper())
    assert "is disabled: 1 session ended, API tokens are refused, memberships stay" in said
    assert "Nobody else owns Acme" in said
    assert last_event() == ("operator", "user:disabled", str(cast.owner))
    assert not Session.objects.held_by(cast.owner.pk).exists()
    assert "works again" in users("enable", cast.owner.email)
    assert last_event() == ("operator", "user:enabled", str(cast.owner))
    assert User.objects.get(pk=cast.owner.pk).is_active


def test_somebody_is_made_an_operator_and_is_one_no_longer(cast: Cast) -> None:
    theirs = browser(cast.owner)
    assert theirs.get("/site/people/").status_code == 404
    assert users("promote", cast.owner.email) == f"{cast.owner.email} is an operator\n"
    assert last_event() == ("operator", "user:promoted", str(cast.owner))
    assert theirs.get("/site/people/").status_code == 200
    number = Event.objects.count()
    assert "is one already" in users("promote", cast.owner.email)
    assert Event.objects.count() == number
    assert "is an operator no longer" in users("demote", cast.owner.email)
    assert last_event() == ("operator", "user:demoted", str(cast.owner))
    assert theirs.get("/site/people/").status_code == 404
    assert "is none" in users("demote", cast.owner.email)


@pytest.mark.parametrize("way", ["disable", "demote"])
def test_the_last_operator_stays(cast: Cast, way: str) -> None:
    """One who is disabled does not count: nobody could sign in as them."""
    UserFactory(email="gone@example.com", is_superuser=True, is_active=False)
    number = Event.objects.count()
    with pytest.raises(CommandError, match="Make somebody else an operator"):
        users(way, cast.operator.email)
    assert Event.objects.count() == number
    users("promote", cast.owner.email)
    users(way, cast.operator.email)
    cast.operator.refresh_from_db()
    assert not cast.operator.is_active or not cast.operator.is_superuser


def test_a_disabled_account_is_made_no_operator(cast: Cast) -> None:
    users("disable", cast.owner.email)
    with pytest.raises(CommandError, match="Enable it first"):
        users("promote", cast.owner.email)


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("way", ["disable", "enable", "promote", "demote"])
def test_an_address_without_an_account_is_told(way: str) -> None:
    with pytest.raises(CommandError, match=r"^nobody@example\.com has no account$"):
        users(way, "Nobody@example.com")


@pytest.mark.usefixtures("cast")
def test_an_organization_that_is_not_there_is_told() -> None:
    with pytest.raises(CommandError, match="there is no organization nowhere"):
        users("list", "--organization", "nowhere")
    with pytest.raises(CommandError, match="required"):
        users()
