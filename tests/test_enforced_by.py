"""What the console says about who asks for a permission, beside who really asks."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from console.permissions.vocabulary import DATA_PERMISSIONS, IMPLIED, Permission
from console.serving.callers import Proxies
from robots.tokens.services.tokens import create_token
from teams.models import Role
from tests.actors import holder
from tests.api.callers import bearer
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import RobotGrantFactory
from tests.robots.verifiers.asking import OWN, access, get
from tests.robots.verifiers.proxied import PEER, Known, known_of, question, register
from tests.robots.verifiers.test_forward_auth_registry import CASES
from tests.test_every_service import NEEDED
from tests.test_reading import CLOSED

# What closes an address of the API, and is held by every person who could come by a page.
CALLS = {
    Permission.ORGANIZATION_READ: ("GET", "policy/"),
    Permission.MEMBER_READ: ("GET", "members/"),
}
IMPLIES = {implied: name for name, implied in IMPLIED.items()}
# What robots ask about themselves: tests/robots/tokens/test_renewing_itself.py.
OF_ITSELF = {"token:renew-self"}
NOT_THERE = {"organization:delete"}


def is_asked_by_registries(cast: Cast, name: Permission) -> bool:
    """Whether the token service gives anything to a robot that holds this one permission."""
    cast.robot.grants.all().delete()
    RobotGrantFactory(robot=cast.robot, project=cast.project, permissions={name})
    return bool(access(get(cast, f"{OWN}:*")))


def test_registry_tokens_are_asked_for_what_the_console_says(cast: Cast) -> None:
    says = {name for name in DATA_PERMISSIONS if "registry token" in name.enforced_by}
    assert {name for name in DATA_PERMISSIONS if is_asked_by_registries(cast, name)} == says
    assert says


def test_proxies_ask_for_what_the_console_says(cast: Cast, settings: Settings) -> None:
    settings.PROXIES, known = Proxies(PEER), known_of(cast)
    register(known.cast, known.cast.organization)
    says = {name for name in Permission if "forward auth" in name.enforced_by}
    assert {name for name in Permission if is_asked_by_proxies(known, name)} == says
    assert says


def is_asked_by_proxies(known: Known, name: Permission) -> bool:
    """Whether some request is let through to a robot that holds the others, and this one as well."""
    others = set(Permission) - {name, IMPLIES.get(name)}
    known.hold("o", others)
    asked = [(method, uri) for method, uri, _, _ in CASES]
    closed = [each for each in asked if question(*each, known.login).status == 403]
    known.hold("o", set(Permission))
    return any(question(*each, known.login).status == 200 for each in closed)


def test_roster_asks_for_what_the_console_says() -> None:
    """Each permission that a service or page of Roster is closed without, and no other."""
    pages = {name for name, closed in CLOSED.items() if closed.keys() - {MAKES_ROLE_TOKENS}}
    services = {str(needed) for _, needed in NEEDED}
    says = {str(name) for name in Permission if "Roster" in name.enforced_by}
    assert pages | services | {str(name) for name in CALLS} | OF_ITSELF == says


@pytest.mark.parametrize("name", CALLS)
def test_what_every_person_holds_is_asked_of_robots(cast: Cast, name: Permission) -> None:
    method, path = CALLS[name]
    address = f"/api/v1/organizations/acme/{path}"
    for held, is_open in ((set(Permission), True), (set(Permission) - {name}, False)):
        robot = holder(cast.organization, *held)
        secret = create_token(actor=cast.owner, robot=robot, name="t", kind="compact")
        answer = bearer(secret.plaintext.reveal()).generic(method, address)
        assert (answer.status_code == 200) == is_open, answer.content


# Is closed without anything that the role gives, so it asks about no permission in particular.
MAKES_ROLE_TOKENS = "builtin-role-token-create"


def test_where_nothing_asks_the_pages_say_so(as_owner: Client, cast: Cast) -> None:
    form = text(as_owner.get(reverse("robots:robot-create", args=["acme"])))
    helped = text(as_owner.get(reverse("console:help")))
    for name in sorted(DATA_PERMISSIONS - {Permission.REPOSITORY_VIEW}):
        _, _, words = form.partition(f"<code>{name}</code>")
        expected = name.enforced_by or "Nothing asks about it yet"
        assert expected in words.partition("</label>")[0], name
        _, _, row = helped.partition(f"<code>{name}</code>")
        assert (name.enforced_by or "nothing yet") in row.partition("</tr>")[0], name


@pytest.mark.parametrize(
    "page", ["console:help", "robots:role-create", "robots:personal-token-create"]
)
def test_what_roster_does_not_have_cannot_be_chosen(cast: Cast, page: str) -> None:
    address = reverse(page, args=["acme"] if page == "robots:role-create" else [])
    shown = text(browser(cast.owner, confirmed=True).get(address))
    assert "organization:update" in shown
    for name in NOT_THERE:
        assert name not in shown, name


def test_a_role_that_has_it_from_before_shows_and_keeps_it(as_owner: Client, cast: Cast) -> None:
    held = {Permission.ORGANIZATION_DELETE, Permission.ROBOT_READ}
    role = Role.objects.create(organization=cast.organization, name="old", permissions=held)
    address = reverse("robots:role-settings", args=["acme", role.uuid])
    assert 'value="organization:delete"' in text(as_owner.get(address))
    sent = {"description": "", "permissions": ["organization:delete", "robot:read"]}
    assert as_owner.post(address, sent).status_code == 302
    role.refresh_from_db()
    assert role.permissions == held
