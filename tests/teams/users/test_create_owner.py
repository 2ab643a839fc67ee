"""`manage.py create_owner`: all of it, or nothing."""

import io

import pytest
from django.core.management import CommandError, call_command

from console.models import Event, Organization
from teams.models import Membership, User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def run(monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD, **changes: str) -> str:
    """What the command prints; `password` comes on standard input."""
    options = {"email": "First@example.com", "organization": "acme", "name": "First"} | changes
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    out = io.StringIO()
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    call_command("create_owner", *arguments, "--password-stdin", stdout=out)
    return out.getvalue()


def test_it_makes_the_operator_and_an_organization(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run(monkeypatch)
    user, organization = User.objects.get(), Organization.objects.get()
    assert printed == "First@example.com owns acme\n"
    assert PASSWORD not in printed
    assert (user.email, user.name, user.is_superuser) == ("first@example.com", "First", True)
    assert user.check_password(PASSWORD)
    assert (organization.slug, organization.name) == ("acme", "Acme")
    assert Membership.objects.get().role == Membership.Role.OWNER
    actions = Event.objects.order_by("id").values_list("actor_label", "action")
    assert list(actions) == [
        ("operator", "user:created"),
        ("first@example.com", "organization:created"),
        ("first@example.com", "organization:created"),
    ]


def test_the_display_name_may_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, organization="my-org", display_name="My Works")
    assert Organization.objects.get().name == "My Works"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": ""}, "no password on standard input"),
        ({"password": "short"}, "at least 12 characters"),
        ({"email": "first"}, "valid email address"),
        ({"organization": "My Org"}, "Use lower-case letters"),
        ({"organization": ""}, "cannot be blank"),
        ({"display_name": "x" * 101}, "at most 100 characters"),
        ({"display_name": "\u202ex"}, "reading direction"),
        ({"name": "x" * 101}, "at most 100 characters"),
    ],
)
def test_a_fault_is_one_line_and_nothing_is_made(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError, match=words) as refused:
        run(monkeypatch, **changes)
    assert "\n" not in str(refused.value)
    assert not User.objects.exists()
    assert not Organization.objects.exists()
    assert not Event.objects.exists()


def test_a_second_owner_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    UserFactory()
    with pytest.raises(CommandError, match="The first owner exists already"):
        run(monkeypatch)
    assert not Organization.objects.exists()


def test_the_password_is_never_an_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments stand in the process table and in the shell's history."""
    with pytest.raises(CommandError, match="unrecognized arguments"):
        run(monkeypatch, password_stdin_value=PASSWORD)
    with pytest.raises(CommandError, match="--password-stdin"):
        call_command("create_owner", "--email=a@example.com", "--organization=acme")
