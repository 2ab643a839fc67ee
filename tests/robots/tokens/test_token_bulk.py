"""Many tokens at once: a preview, each its own change and event, a result for each."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.accounts.services.expiry import extend_robot
from robots.models import Robot, Token
from robots.policies.services import PolicyAt, PolicyChanges, change_policy
from robots.tokens.services.suspension import disable_token
from robots.tokens.services.tokens import create_token, delete_token
from robots.trusts.services import create_trust
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.fixtures import JOBS
from tests.robots.accounts.bulk import hidden, outcomes, states
from tests.robots.tokens.ticked import ADDRESS, VERBS, confirm, ids, send

DAY = timedelta(days=1)


@pytest.fixture
def other(cast: Cast) -> Token:
    """A token of the organization's robot, beside the project's."""
    robot = cast.organization_robot
    return create_token(actor=cast.owner, robot=robot, name="spare", kind="signed").token


@pytest.fixture
def two(cast: Cast, other: Token) -> list[str]:
    return ids(cast.token, other)


@pytest.fixture
def project_admin(cast: Cast) -> Client:
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return browser(cast.member, confirmed=True)


def test_a_preview_changes_nothing_and_carries_what_can_be_done(
    as_owner: Client, cast: Cast, other: Token, two: list[str]
) -> None:
    disable_token(actor=cast.owner, token=other)
    with events_written() as events:
        page = send(as_owner, "suspension", two)
    assert (page.status_code, events) == (200, [])
    assert outcomes(page) == {
        "nightly": "Will be refused until it is enabled again. Never used.",
        "spare": "Is disabled already.",
    }
    assert hidden(page, "token") == ids(cast.token)
    assert "Disable 1 Token" in text(page)


def test_each_token_is_a_change_and_an_event_of_its_own(
    as_owner: Client, cast: Cast, two: list[str]
) -> None:
    with events_written() as events:
        page = confirm(as_owner, "suspension", two)
    assert outcomes(page) == {"nightly": "Disabled", "spare": "Disabled"}
    assert states(page) == ["Disabled", "Disabled"]
    assert "2 of 2 tokens disabled" in text(page)
    assert [event.action for event in events] == ["token:disabled"] * 2
    with events_written() as events:
        page = confirm(as_owner, "resumption", two)
    assert outcomes(page) == {"nightly": "Enabled", "spare": "Enabled"}
    with events_written() as again:
        page = confirm(as_owner, "resumption", two)
    assert again == []
    assert set(outcomes(page).values()) == {"Is enabled already."}


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_ticked_or_nonsense_or_too_many_is_422(cast: Cast, verb: str) -> None:
    client = browser(cast.owner, confirmed=True)
    for ticked in ([], ["nonsense"], ["\x00"], [str(uuid4()) for _ in range(501)]):
        assert send(client, verb, ticked).status_code == 422
        assert confirm(client, verb, ticked).status_code == 422
    answer = client.get(ADDRESS.format(verb))
    assert (answer.status_code, answer["Location"]) == (302, "/o/acme/tokens/")


@pytest.mark.parametrize("verb", VERBS)
def test_foreign_tokens_people_s_own_and_logins_of_trusts_are_not_there(
    cast: Cast, verb: str
) -> None:
    trust = create_trust(actor=cast.owner, robot=cast.robot, name="jobs", **JOBS)
    own = Token.objects.create(user=cast.owner, name="laptop", created_by="x")
    gone = create_token(actor=cast.owner, robot=cast.robot, name="gone", kind="compact").token
    delete_token(actor=cast.owner, token=gone)
    client = browser(cast.owner, confirmed=True)
    for token in (cast.other_minted.token, own, trust.token, gone):
        page = confirm(client, verb, ids(token), typed="1", until="never", life="1h")
        assert page.status_code == 422
        assert "What was ticked is not there any more" in text(page)


def test_a_project_admin_changes_the_tokens_of_the_project_alone(
    project_admin: Client, cast: Cast, two: list[str]
) -> None:
    with events_written() as events:
        page = confirm(project_admin, "suspension", two)
    assert outcomes(page) == {"nightly": "Disabled"}
    assert "1 more was ticked and is not there any more." in text(page)
    assert [event.target_uuid for event in events] == [cast.token.uuid]


def test_who_may_only_read_is_refused_row_by_row(cast: Cast, two: list[str]) -> None:
    reading = frozenset(
        {Permission.ORGANIZATION_READ, Permission.ROBOT_READ, Permission.TOKEN_READ}
    )
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, permissions=reading),
    )
    client = browser(cast.member)
    assert 'name="token"' not in text(client.get("/o/acme/tokens/"))
    with events_written() as events:
        page = confirm(client, "suspension", two)
    assert events == []
    assert set(outcomes(page).values()) == {"You do not hold token:update here."}


def test_enabling_takes_what_the_token_confers(cast: Cast, two: list[str]) -> None:
    Token.objects.update(disabled_at=timezone.now())
    switching = frozenset({Permission.ROBOT_READ, Permission.TOKEN_READ, Permission.TOKEN_UPDATE})
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, permissions=switching),
    )
    page = confirm(browser(cast.member), "resumption", two)
    assert outcomes(page)["nightly"].startswith("It holds ")
    # The other one holds nothing.
    assert outcomes(page)["spare"] == "Enabled"


# Extend


def test_extending_moves_ends_that_come_sooner_and_shortens_nothing(
    as_owner: Client, cast: Cast, other: Token, two: list[str]
) -> None:
    soon = timezone.now() + 3 * DAY
    Token.objects.filter(pk=other.pk).update(expires_at=soon, sorted_end=soon)
    asked = send(as_owner, "extension", two)
    assert '<option value="90" selected>' in text(asked)
    (in_90_days,) = hidden(asked, "until")
    assert datetime.fromisoformat(in_90_days) - timezone.now() > 89 * DAY
    preview = send(as_owner, "extension", two, expiry="30")
    (until,) = hidden(preview, "until")
    assert outcomes(preview)["nightly"] == "Never ends, and stays so."
    assert outcomes(preview)["spare"].startswith("Will end ")
    assert hidden(preview, "token") == ids(other)
    with events_written() as events:
        page = confirm(as_owner, "extension", two, until=until)
    assert outcomes(page)["spare"] == "Extended"
    assert [event.action for event in events] == ["token:expiry-changed"]
    other.refresh_from_db()
    assert other.expires_at == datetime.fromisoformat(until) == other.sorted_end


def test_an_earlier_end_is_set_where_that_is_meant(
    as_owner: Client, cast: Cast, two: list[str]
) -> None:
    preview = send(as_owner, "extension", two, expiry="30", earlier="on")
    assert outcomes(preview)["nightly"].endswith("instead of never, which is earlier.")
    (until,) = hidden(preview, "until")
    page = confirm(as_owner, "extension", two, until=until, earlier="on")
    assert outcomes(page) == {"nightly": "Extended", "spare": "Extended"}


def test_an_extension_says_what_the_robot_and_the_policy_leave_of_it(
    as_owner: Client, cast: Cast, other: Token, two: list[str]
) -> None:
    now = timezone.now()
    extend_robot(actor=cast.owner, robot=cast.robot, expires_at=now + 10 * DAY)
    preview = send(as_owner, "extension", two, expiry="30")
    assert "ends with its robot account" in outcomes(preview)["nightly"]
    Token.objects.update(expires_at=now + 2 * DAY)
    preview = send(as_owner, "extension", two, expiry="30")
    assert "Its robot account ends" in outcomes(preview)["nightly"]
    limits: PolicyChanges = {"default_days": 7, "maximum_days": 14, "never_allowed": False}
    change_policy(actor=cast.owner, policy=PolicyAt(cast.organization), **limits)
    preview = send(as_owner, "extension", two, expiry="30")
    assert outcomes(preview)["spare"] == "Tokens may live for 14 days at most."
    assert hidden(preview, "token") == ids(cast.token)


# Delete


def test_deleting_says_when_each_was_used_and_wants_the_number(
    as_owner: Client, cast: Cast, two: list[str]
) -> None:
    Token.objects.filter(pk=cast.token.pk).update(
        last_used_at=timezone.now() - timedelta(minutes=3), last_used_address="10.0.0.8"
    )
    page = send(as_owner, "deletion", two)
    assert outcomes(page) == {
        "nightly": "Last used 3 minutes ago from 10.0.0.8.",
        "spare": "Never used.",
    }
    for count in ("", "1", "two"):
        assert confirm(as_owner, "deletion", two, count=count).status_code == 422
    assert Token.objects.living().filter(uuid__in=two).count() == 2
    with events_written() as events:
        page = confirm(as_owner, "deletion", two, typed="2")
    assert outcomes(page) == {"nightly": "Deleted", "spare": "Deleted"}
    assert states(page) == ["Deleted", "Deleted"]
    assert [event.action for event in events] == ["token:deleted"] * 2
    assert confirm(as_owner, "deletion", two, typed="2").status_code == 422


# Strong tokens, and the way back


@pytest.mark.parametrize("verb", ["extension", "handover"])
def test_what_makes_a_strong_token_stronger_takes_a_fresh_sign_in(cast: Cast, verb: str) -> None:
    give(
        actor=cast.owner,
        holder=Robot.objects.get(pk=cast.robot.pk),
        spec=GrantSpec(cast.organization, cast.project, role="project:admin"),
    )
    answer = send(browser(cast.owner), verb, ids(cast.token))
    assert answer["Location"].startswith("/account/sign-in-again/?next=")
    assert send(browser(cast.owner, confirmed=True), verb, ids(cast.token)).status_code == 200


@pytest.mark.parametrize("verb", VERBS)
def test_the_way_back_leads_to_the_list_with_its_filters(cast: Cast, verb: str) -> None:
    client = browser(cast.owner, confirmed=True)
    listed = "/o/acme/tokens/?state=active&amp;sort=-name"
    page = client.get("/o/acme/tokens/?state=active&sort=-name")
    assert hidden(page, "query") == ["?state=active&amp;sort=-name"]
    begun = send(client, verb, ids(cast.token), query="?state=active&sort=-name")
    assert re.search(rf'href="{re.escape(listed)}"[^>]*>\s*Cancel', text(begun))
    for forged in ("https://evil.example.com", "//evil", f"?q={cast.secret}"):
        begun = send(client, verb, ids(cast.token), query=forged)
        assert hidden(begun, "query") == []
        assert cast.secret not in text(begun)
