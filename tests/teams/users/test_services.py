"""Services of people: the first owner, organizations, profiles."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pytest_django import Settings

from console.audit.recording import OPERATOR
from console.errors import Conflict
from console.models import Organization
from console.models.events import SITE
from console.settings import PASSWORD_HASHERS
from teams.models import Membership, User
from teams.users.services import (
    change_profile,
    create_first_owner,
    create_organization,
    is_setup_key,
    setup_key,
)
from tests.actors import events_written
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def first_owner(**changes: str) -> User:
    fields = {"email": "first@example.com", "password": PASSWORD, "name": "First"} | changes
    return create_first_owner(actor=OPERATOR, **fields)


def test_the_first_owner_is_the_operator_and_one_event_of_the_site() -> None:
    with events_written() as events:
        user = first_owner(email=" First@Example.COM ")
    (event,) = events
    assert (user.email, user.is_superuser, user.is_staff) == ("first@example.com", True, True)
    assert user.check_password(PASSWORD)
    assert (event.chain, event.action, event.target_uuid) == ("site", "user:created", user.uuid)
    assert (event.actor_kind, event.actor_label, event.actor_uuid) == ("system", "operator", None)
    assert PASSWORD not in str([event.before, event.after])


def test_the_password_is_kept_as_argon2id_with_the_chosen_cost(
    settings: Settings,
) -> None:
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    assert first_owner().password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_there_is_only_one_first_owner() -> None:
    UserFactory()
    with events_written() as events, pytest.raises(Conflict):
        first_owner()
    assert (events, User.objects.count()) == ([], 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"password": ""},
        {"password": "short"},
        {"password": "password1234"},
        {"password": "first@example.com"},
        {"email": ""},
        {"email": "x"},
        {"email": "a@b\n.com"},
        {"email": "a" * 250 + "@example.com"},
        {"name": "x" * 101},
        {"name": "a\x00b"},
        {"name": "\u202eevil"},
    ],
)
def test_a_wrong_first_owner_is_not_made(changes: dict[str, str]) -> None:
    with events_written() as events, pytest.raises(ValidationError):
        first_owner(**changes)
    assert (events, User.objects.count()) == ([], 0)


def test_the_setup_key_holds_until_somebody_exists() -> None:
    key = setup_key()
    assert key is not None
    assert key == setup_key()
    assert is_setup_key(key)
    for wrong in ("", key[:-1], key + "0", key.upper(), "0" * 64, "ключ"):
        assert not is_setup_key(wrong)
    first_owner()
    assert setup_key() is None
    assert not is_setup_key(key)


def test_who_creates_an_organization_owns_it_and_both_chains_have_it() -> None:
    user = UserFactory()
    with events_written() as events:
        organization = create_organization(actor=user, slug="acme", name="Acme")
    assert [event.chain for event in events] == [organization.uuid.hex, SITE]
    assert Membership.objects.get(organization=organization).user == user
    assert Membership.objects.get(organization=organization).role == Membership.Role.OWNER
    for event in events:
        assert event.action == "organization:created"
        assert (event.actor_uuid, event.target_uuid) == (user.uuid, organization.uuid)
        assert event.after == {"slug": "acme", "name": "Acme"}


@pytest.mark.parametrize("slug", ["", "A", "a.b", "a_b", "-a", "a--b", "a" * 64, "taken", "a\n"])
def test_a_wrong_or_taken_slug_makes_no_organization(slug: str) -> None:
    user = UserFactory()
    create_organization(actor=user, slug="taken", name="Taken")
    with events_written() as events, pytest.raises(ValidationError):
        create_organization(actor=user, slug=slug, name="X")
    assert events == []
    assert (Organization.objects.count(), Membership.objects.count()) == (1, 1)


def test_an_installation_may_leave_organizations_to_operators(settings: Settings) -> None:
    settings.ROSTER_ORGANIZATION_CREATION = "operator"
    with pytest.raises(PermissionDenied):
        create_organization(actor=UserFactory(), slug="acme", name="Acme")
    assert not Organization.objects.exists()
    assert create_organization(actor=UserFactory(is_superuser=True), slug="acme", name="Acme").pk


def test_changing_the_profile_is_one_event_of_the_site() -> None:
    user = UserFactory(name="Before")
    with events_written() as events:
        change_profile(actor=user, name="After")
    (event,) = events
    assert User.objects.get(pk=user.pk).name == "After"
    assert (event.chain, event.action, event.actor_uuid) == ("site", "user:updated", user.uuid)
    assert (event.before, event.after) == ({"name": "Before"}, {"name": "After"})


def test_a_wrong_profile_name_changes_nothing() -> None:
    user = UserFactory(name="Before")
    for name in ("x" * 101, "a\nb", "\u202eevil", "\ud800"):
        with events_written() as events, pytest.raises(ValidationError):
            change_profile(actor=user, name=name)
        assert (events, user.name, User.objects.get(pk=user.pk).name) == ([], "Before", "Before")
