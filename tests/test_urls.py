"""Every address by everyone: what is answered. An address without a row in the tables fails."""

import pytest
from django.conf import settings

from tests.addresses import (
    ADDRESSES,
    ADMIN,
    EVERY_ADDRESS,
    NOWHERE,
    WITH_OBJECT,
    acme,
    address_of,
    globex,
)
from tests.browsers import browser, normal, text
from tests.conftest import Cast
from tests.front import basic
from tests.personas import EVERYBODY, NOT_SIGNED_IN, Visitor, everybody
from tests.snapshots import undone
from tests.statuses import STATUSES, status

# Answered ahead of Django; each has its own tests.
FRONT = {
    *("/livez", "/readyz", "/metrics", "/policy-reports", "/service/token", "/service/events"),
    "/.well-known/jwks.json",
    *("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"),
    *("/oauth/token", "/oauth/introspect", "/oauth/revoke"),
    *("/credentials/revoke", "/credentials/leaks"),
    *("/auth/verify", "/auth/registry", "/kubernetes/token-review"),
}
ADMIN_PAGES = sorted(
    name for name, own in EVERY_ADDRESS.items() if name.startswith(ADMIN) and not own
)


def test_every_address_takes_something() -> None:
    assert STATUSES["GET"].keys() | STATUSES["POST"].keys() == ADDRESSES.keys()


def test_every_route_of_the_front_is_known() -> None:
    assert set(settings.FRONT_ROUTES) == FRONT


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_gets_what_the_tables_say(furnished: Cast, who: str) -> None:
    visitor, places = Visitor(everybody(furnished)[who]), acme(furnished)
    found: dict[tuple[str, str], int] = {}
    for name in ADDRESSES:
        address = address_of(name, places)
        found["GET", name] = visitor.browser.get(address).status_code
        with undone():
            found["POST", name] = visitor.browser.post(address).status_code
    assert found == {(method, name): status(method, name, who) for method, name in found}


@pytest.mark.parametrize("who", NOT_SIGNED_IN)
def test_who_is_not_signed_in_is_led_to_the_sign_in(furnished: Cast, who: str) -> None:
    """Whether something is there or not."""
    visitor = Visitor(everybody(furnished)[who])
    for places in (acme(furnished), globex(furnished), NOWHERE):
        for name in WITH_OBJECT:
            address = address_of(name, places)
            for answer in (visitor.browser.get(address), visitor.browser.post(address)):
                assert answer.status_code == 302
                assert answer["Location"] == f"/sign-in/?next={address}"


def test_a_robots_token_opens_no_page(furnished: Cast) -> None:
    """With it or without, an answer is the same."""
    places, secret = acme(furnished), furnished.secret
    logins = (
        f"Bearer {secret}",
        basic(str(furnished.token.uuid), secret),
        basic(furnished.robot.login_name, secret),
    )
    for name in ADDRESSES:
        address = address_of(name, places)
        expected = [normal(browser().get(address)), normal(browser().post(address))]
        for login in logins:
            robot = browser(headers={"Authorization": login})
            answers = [normal(robot.get(address)), normal(robot.post(address))]
            assert answers == expected, name


def test_only_operators_enter_the_django_admin(cast: Cast) -> None:
    for name in ADMIN_PAGES:
        address = address_of(name, {})
        for user in (None, cast.disabled, cast.member, cast.owner):
            for answer in (browser(user).get(address), browser(user).post(address)):
                assert answer.status_code in {302, 403, 405}, text(answer)
                assert not answer.get("Location", "").startswith("/django-admin/?")


def test_the_django_admin_has_no_sign_in_of_its_own(cast: Cast) -> None:
    """Its own form would know no limit of tries."""
    for answer in (
        browser().get("/django-admin/login/"),
        browser().post("/django-admin/login/", {"username": cast.operator.email, "password": "x"}),
    ):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")
