"""A robot's tab of trusts: each in a line, and who is offered what."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.permissions.vocabulary import Permission
from robots.access.services.roles import RoleAt, create_role_token
from robots.models import Token, Trust
from robots.usage import flush
from teams.grants.services import GrantSpec, give
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.robots.trusts.foreign import Issuer, exchanged, trusting
from tests.robots.trusts.pages import address


def tabs(page: object) -> list[str]:
    return [
        tab
        for tab in texts_of(page, "a")
        if tab in {"Tokens", "Access", "Activity", "Trusts", "Settings"}
    ]


def test_a_trust_in_a_line(as_owner: Client, cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    page = text(as_owner.get(address(cast.robot, "trust-list")))
    for words in ("ci", "Another issuer", "sub = project:7", "never used", "1 trust"):
        assert words in page
    exchanged(signer.token(trust.audience))
    flush.flush()
    page = text(as_owner.get(address(cast.robot, "trust-list")))
    assert 'title="project:7"' in page
    assert "never used" not in page


def test_whose_token_came_last_is_told_to_readers_of_the_audit_log(
    cast: Cast, signer: Issuer
) -> None:
    exchanged(signer.token(trusting(cast, signer).audience))
    sees = frozenset({Permission.ROBOT_READ, Permission.TRUST_READ})
    spec = GrantSpec(cast.organization, cast.project, permissions=sees)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    where = address(cast.robot, "trust-list")
    assert 'title="project:7"' in text(browser(cast.owner).get(where))
    page = text(browser(cast.member).get(where))
    assert "sub = project:7" in page
    assert 'title="project:7"' not in page


def test_an_empty_tab_says_why_one_wants_it(as_owner: Client, cast: Cast) -> None:
    page = text(as_owner.get(address(cast.robot, "trust-list")))
    assert "There is no secret to keep" in page
    assert "Add Trust" in page
    assert "Try a Token" not in page


def test_nobody_is_offered_what_they_may_not(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    sees = frozenset({Permission.ROBOT_READ, Permission.TRUST_READ})
    spec = GrantSpec(cast.organization, cast.project, permissions=sees)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    offers = ("Add Trust", "Edit Trust", "Disable Trust", "Delete Trust")
    for where in (address(cast.robot, "trust-list"), trust.get_absolute_url()):
        own, others = (text(browser(user).get(where)) for user in (cast.owner, cast.member))
        shown = offers if where.endswith("/trusts/") else offers[1:]
        assert [words for words in shown if words not in own] == []
        assert [words for words in offers if words in others] == []
        assert "Try a Token" in others


def test_the_account_of_a_role_has_no_tab(as_owner: Client, cast: Cast) -> None:
    minted = create_role_token(
        actor=cast.owner,
        role=RoleAt(cast.organization, key="organization:viewer"),
        name="audit",
        kind="compact",
    )
    account = minted.token.of_robot
    assert "Trusts" not in tabs(as_owner.get(account.get_absolute_url()))
    assert "Trusts" in tabs(as_owner.get(cast.robot.get_absolute_url()))
    for page in ("trust-list", "trust-presets", "trusts-trial"):
        assert as_owner.get(address(account, page)).status_code == 404


def fill(cast: Cast, number: int) -> None:
    for count in range(number):
        name = f"t{Token.objects.count()}-{count}"
        login = Token.objects.create(robot=cast.robot, name=name, created_by="x", by_trust=True)
        Trust.objects.create(
            token=login,
            issuer="https://ci.example.com",
            audience="roster",
            conditions=[{"claim": "sub", "value": "x"}],
        )


def test_the_number_of_queries_does_not_grow(as_owner: Client, cast: Cast) -> None:
    counts = []
    for number in (3, 20):
        fill(cast, number)
        with CaptureQueriesContext(connection) as queries:
            as_owner.get(address(cast.robot, "trust-list"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 11


@pytest.mark.parametrize("boosted", [True, False])
def test_htmx_gets_the_table_alone(as_owner: Client, cast: Cast, boosted: bool) -> None:
    fill(cast, 1)
    headers = {"HX-Request": "true", "HX-Target": "trust-table"}
    headers |= {"HX-Boosted": "true"} if boosted else {}
    page = text(as_owner.get(address(cast.robot, "trust-list"), headers=headers))
    assert ("<html" in page) is boosted
    assert 'id="trust-table"' in page
