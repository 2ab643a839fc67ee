"""Deleting a role lists and ends what hangs on it: grants, the role account, its tokens."""

import pytest
from django.test import Client

from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.access.services.roles import RoleAt, create_role_token
from robots.models import Robot, Token
from robots.tokens.services.minting import Minted
from teams.grants.services import GrantSpec, give
from teams.models import Role
from teams.roles.services import create_role
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.front import ask, basic

PULL = frozenset({Permission.ARTIFACT_PULL})
PATH = "/service/token?service=registry&scope=repository:acme/payments/api:pull"


@pytest.fixture
def role(cast: Cast) -> Role:
    role = create_role(
        actor=cast.owner, organization=cast.organization, name="puller", permissions=PULL
    )
    give(actor=cast.owner, holder=cast.member, spec=GrantSpec(cast.organization, custom_role=role))
    return role


@pytest.fixture
def minted(cast: Cast, role: Role) -> Minted:
    at = RoleAt(cast.organization, custom=role)
    return create_role_token(actor=cast.owner, role=at, name="sync", kind="compact")


def address(role: Role) -> str:
    return f"/o/acme/roles/{role.uuid}/deletion/"


def status(minted: Minted) -> int:
    login = basic(str(minted.token.uuid), minted.plaintext.reveal())
    return ask(PATH, authorization=login).status


def test_the_page_lists_what_goes(cast: Cast, role: Role, minted: Minted) -> None:
    page = text(browser(cast.owner, confirmed=True).get(address(role)))
    for words in (
        "member@example.com loses it",
        "robot_acme+role.puller",
        "the token <code>acme/role.puller/sync",
        "1 grant and 1 token end at once",
    ):
        assert words in page


def test_deleting_ends_grants_account_and_tokens_with_one_event(
    cast: Cast, role: Role, minted: Minted
) -> None:
    assert (status(minted), allows(cast.member, Permission.ARTIFACT_PULL, cast.project)) == (
        200,
        True,
    )
    with events_written() as events:
        answer = browser(cast.owner, confirmed=True).post(address(role), {"name": "puller"})
    assert answer["Location"] == "/o/acme/roles/"
    assert (status(minted), allows(cast.member, Permission.ARTIFACT_PULL, cast.project)) == (
        401,
        False,
    )
    assert not Role.objects.exists()
    assert not Robot.objects.role_accounts().exists()
    assert Token.objects.get(pk=minted.token.pk).revoked_at is not None
    (event,) = events
    assert (event.action, event.actor_uuid) == ("role:deleted", cast.owner.uuid)
    assert event.before["grants"] == ["member@example.com on acme"]
    assert event.before["tokens"] == ["sync"]


def test_a_role_of_the_same_name_later_brings_nothing_back(
    cast: Cast, role: Role, minted: Minted
) -> None:
    browser(cast.owner, confirmed=True).post(address(role), {"name": "puller"})
    again = create_role(
        actor=cast.owner, organization=cast.organization, name="puller", permissions=PULL
    )
    at = RoleAt(cast.organization, custom=again)
    new = create_role_token(actor=cast.owner, role=at, name="sync", kind="compact")
    assert new.token.robot_id != minted.token.robot_id
    assert (status(minted), status(new)) == (401, 200)
    assert not allows(cast.member, Permission.ARTIFACT_PULL, cast.project)


@pytest.mark.parametrize("name", ["", "pull", "PULLER"])
def test_without_the_name_nothing_goes(cast: Cast, role: Role, name: str) -> None:
    with events_written() as events:
        answer = browser(cast.owner, confirmed=True).post(address(role), {"name": name})
    assert (answer.status_code, events) == (422, [])
    assert Role.objects.exists()


def test_it_asks_for_a_fresh_sign_in(as_owner: Client, role: Role) -> None:
    answer = as_owner.post(address(role), {"name": "puller"})
    assert answer["Location"].startswith("/account/sign-in-again/")
    assert Role.objects.exists()


def test_who_may_not_delete_roles_is_refused(cast: Cast, role: Role) -> None:
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, role="organization:viewer"),
    )
    answer = browser(cast.member, confirmed=True).post(address(role), {"name": "puller"})
    assert answer.status_code == 403
    assert "role:delete" in text(answer)
    assert Role.objects.exists()
