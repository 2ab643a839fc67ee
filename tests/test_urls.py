"""Every address by everyone: what is answered. An address without a row here fails."""

import pytest
from django.conf import settings
from django.test import Client

from teams.models import User
from tests.addresses import ADDRESSES, ADMIN, EVERY_ADDRESS, acme, address_of
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.furniture import furnish_more

ROLES = ("anonymous", "disabled", "stranger", "operator", "member", "owner")

# GET, then POST with an empty form, on acme's things; both in the order of ROLES. Who is not signed in
# is led to the sign-in; what one may not see is 404, what one sees and may not do is 403.
TABLE = """
console:home                            302 302 302 302 302 302 | 302 302 405 405 405 405
console:help                            302 302 200 200 200 200 | 302 302 405 405 405 405
console:theme                           302 302 405 405 405 405 | 302 302 302 302 302 302
console:project-list                    302 302 404 404 200 200 | 302 302 405 405 405 405
console:project-create                  302 302 404 404 403 200 | 302 302 404 404 403 422
console:project                         302 302 404 404 404 200 | 302 302 405 405 405 405
console:repository-create               302 302 404 404 404 200 | 302 302 404 404 404 422
console:repository-list                 302 302 404 404 200 200 | 302 302 405 405 405 405
console:repository                      302 302 404 404 404 200 | 302 302 404 404 404 422
console:event-list                      302 302 404 404 403 200 | 302 302 405 405 405 405
console:event                           302 302 404 404 403 200 | 302 302 405 405 405 405
console:organization-settings           302 302 404 404 200 200 | 302 302 404 404 403 422
teams:setup                             404 404 404 404 404 404 | 404 404 404 404 404 404
teams:personal-account                  302 302 200 200 200 200 | 302 302 405 405 405 405
teams:my-account                        302 302 200 200 200 200 | 302 302 422 422 422 422
teams:organization-create               302 302 200 200 200 200 | 302 302 422 422 422 422
teams:member-list                       302 302 404 404 200 200 | 302 302 405 405 405 405
robots:overview                         302 302 404 404 200 200 | 302 302 405 405 405 405
robots:robot-list                       302 302 404 404 200 200 | 302 302 405 405 405 405
robots:robot-create                     302 302 404 404 403 200 | 302 302 404 404 403 422
robots:robot                            302 302 404 404 404 200 | 302 302 405 405 405 405
robots:robot-access                     302 302 404 404 404 200 | 302 302 405 405 405 405
robots:robot-activity                   302 302 404 404 404 200 | 302 302 405 405 405 405
robots:robot-settings                   302 302 404 404 404 200 | 302 302 405 405 405 405
robots:robot-disable                    302 302 405 405 405 405 | 302 302 404 404 404 302
robots:robot-enable                     302 302 405 405 405 405 | 302 302 404 404 404 302
robots:robot-delete                     302 302 404 404 404 302 | 302 302 404 404 404 302
robots:token-create                     302 302 404 404 404 200 | 302 302 404 404 404 422
robots:token                            302 302 404 404 404 200 | 302 302 405 405 405 405
robots:token-download                   302 302 405 405 405 405 | 302 302 404 404 404 400
robots:token-delete                     302 302 404 404 404 200 | 302 302 404 404 404 302
robots:project-robots                   302 302 404 404 404 200 | 302 302 405 405 405 405
robots:builtin-role                     302 302 404 404 403 200 | 302 302 405 405 405 405
robots:builtin-role-copy                302 302 404 404 403 200 | 302 302 404 404 403 422
robots:builtin-role-token-create        302 302 404 404 403 200 | 302 302 404 404 403 422
robots:builtin-role-tokens              302 302 404 404 403 200 | 302 302 405 405 405 405
robots:project-delete                   302 302 404 404 404 302 | 302 302 404 404 404 302
robots:project-member                   302 302 404 404 404 200 | 302 302 404 404 404 422
robots:project-member-create            302 302 404 404 404 200 | 302 302 404 404 404 422
robots:project-member-delete            302 302 404 404 404 200 | 302 302 404 404 404 302
robots:project-members                  302 302 404 404 404 200 | 302 302 405 405 405 405
robots:project-settings                 302 302 404 404 404 200 | 302 302 404 404 404 422
robots:repository-delete                302 302 404 404 404 302 | 302 302 404 404 404 302
robots:repository-permissions           302 302 404 404 404 200 | 302 302 404 404 404 302
robots:repository-reach                 302 302 404 404 404 200 | 302 302 405 405 405 405
robots:role                             302 302 404 404 403 200 | 302 302 405 405 405 405
robots:role-copy                        302 302 404 404 403 200 | 302 302 404 404 403 422
robots:role-create                      302 302 404 404 403 200 | 302 302 404 404 403 422
robots:role-delete                      302 302 404 404 403 302 | 302 302 404 404 403 302
robots:role-list                        302 302 404 404 403 200 | 302 302 405 405 405 405
robots:role-settings                    302 302 404 404 403 200 | 302 302 404 404 403 422
robots:role-token-create                302 302 404 404 403 200 | 302 302 404 404 403 422
robots:role-tokens                      302 302 404 404 403 200 | 302 302 405 405 405 405
robots:team-delete                      302 302 404 404 403 302 | 302 302 404 404 403 302
robots:team-list                        302 302 404 404 200 200 | 302 302 405 405 405 405
robots:team-robot-add                   302 302 404 404 403 200 | 302 302 404 404 403 422
robots:team-robot-remove                302 302 404 404 403 200 | 302 302 404 404 403 302
robots:team-robots                      302 302 404 404 403 200 | 302 302 405 405 405 405
teams:invitation                        404 404 404 404 404 404 | 405 405 405 405 405 405
teams:invitation-accept                 404 404 404 404 404 404 | 404 404 404 404 404 404
teams:invitation-create                 302 302 404 404 403 200 | 302 302 404 404 403 422
teams:invitation-list                   302 302 404 404 403 200 | 302 302 405 405 405 405
teams:invitation-resend                 302 302 405 405 405 405 | 302 302 404 404 403 302
teams:invitation-withdraw               302 302 404 404 403 200 | 302 302 404 404 403 302
teams:member-leave                      302 302 404 404 200 200 | 302 302 404 404 302 409
teams:member-remove                     302 302 404 404 403 200 | 302 302 404 404 403 302
teams:member-role                       302 302 404 404 403 200 | 302 302 404 404 403 422
teams:team                              302 302 404 404 200 200 | 302 302 405 405 405 405
teams:team-create                       302 302 404 404 403 200 | 302 302 404 404 403 422
teams:team-grant-create                 302 302 404 404 403 200 | 302 302 404 404 403 422
teams:team-grant-delete                 302 302 404 404 403 200 | 302 302 404 404 403 302
teams:team-member-add                   302 302 404 404 403 200 | 302 302 404 404 403 422
teams:team-member-remove                302 302 404 404 403 200 | 302 302 404 404 403 302
teams:team-member-role                  302 302 404 404 403 200 | 302 302 404 404 403 422
teams:team-permissions                  302 302 404 404 403 200 | 302 302 405 405 405 405
teams:team-settings                     302 302 404 404 200 200 | 302 302 404 404 403 422
account_login                           200 200 302 302 302 302 | 200 200 302 302 302 302
account_logout                          302 302 200 200 200 200 | 302 302 302 302 302 302
account_signup                          200 200 302 302 302 302 | 200 200 302 302 302 302
account_reauthenticate                  302 302 200 200 200 200 | 302 302 200 200 200 200
account_change_password                 302 302 200 200 200 200 | 302 302 200 200 200 200
account_set_password                    302 302 302 302 302 302 | 302 302 302 302 302 302
account_inactive                        200 200 200 200 200 200 | 405 405 405 405 405 405
account_reset_password                  200 200 200 200 200 200 | 200 200 200 200 200 200
account_reset_password_done             200 200 200 200 200 200 | 405 405 405 405 405 405
account_reset_password_from_key         200 200 200 200 200 200 | 200 200 200 200 200 200
account_reset_password_from_key_done    200 200 200 200 200 200 | 405 405 405 405 405 405
"""
ROWS = {row.split()[0]: row.split(maxsplit=1)[1] for row in TABLE.strip().splitlines()}
# Answered ahead of Django; each has its own tests.
FRONT = {"/livez", "/readyz", "/metrics", "/service/token"}
ADMIN_PAGES = sorted(
    name for name, own in EVERY_ADDRESS.items() if name.startswith(ADMIN) and not own
)


# Teams, roles, invitations and members of projects have addresses too.
@pytest.fixture(autouse=True)
def furnished(cast: Cast) -> None:
    furnish_more(cast)


def test_every_address_has_a_row() -> None:
    assert set(ROWS) == set(ADDRESSES)


def test_every_route_of_the_front_is_known() -> None:
    assert set(settings.FRONT_ROUTES) == FRONT


def visitors(cast: Cast) -> dict[str, Client]:
    people: dict[str, User | None] = {role: getattr(cast, role, None) for role in ROLES}
    return {role: browser(user) for role, user in people.items()}


@pytest.mark.parametrize("name", ROWS)
def test_everybody_gets_what_the_table_says(cast: Cast, name: str) -> None:
    address, clients = address_of(name, acme(cast)), visitors(cast)
    gets = [str(clients[role].get(address).status_code) for role in ROLES]
    posts = [str(clients[role].post(address).status_code) for role in ROLES]
    assert " ".join([*gets, "|", *posts]) == ROWS[name]


@pytest.mark.parametrize(
    "name", sorted(own for own in ADDRESSES if "organization" in ADDRESSES[own])
)
def test_who_is_not_signed_in_is_led_to_the_sign_in(cast: Cast, name: str) -> None:
    address = address_of(name, acme(cast))
    for client in (browser(), browser(cast.disabled)):
        assert client.get(address)["Location"] == f"/sign-in/?next={address}"


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_only_operators_enter_the_django_admin(cast: Cast, name: str) -> None:
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
