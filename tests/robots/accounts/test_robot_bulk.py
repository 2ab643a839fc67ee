"""Many robots at once: a preview, each its own change and event, a result for each."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from robots.accounts.services.robots import delete_robot, disable_robot
from robots.models import Robot, Token
from robots.policies.services import PolicyAt, PolicyChanges, change_policy
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.robots.accounts.bulk import ADDRESS, VERBS, confirm, hidden, ids, outcomes, send, states


@pytest.fixture
def two(cast: Cast) -> list[str]:
    return ids(cast.robot, cast.organization_robot)


def test_a_preview_changes_nothing_and_carries_what_can_be_done(
    as_owner: Client, cast: Cast, two: list[str]
) -> None:
    disable_robot(actor=cast.owner, robot=cast.organization_robot)
    with events_written() as events:
        page = send(as_owner, "suspension", two)
    assert (page.status_code, events) == (200, [])
    assert outcomes(page) == {
        "ci": "None of its tokens and trusts will be accepted until it is enabled again.",
        "deploy": "Is disabled already.",
    }
    assert hidden(page, "robot") == ids(cast.robot)
    assert "Disable 1 Robot Account" in text(page)
    assert Robot.objects.get(pk=cast.robot.pk).disabled_at is None


def test_each_robot_is_a_change_and_an_event_of_its_own(
    as_owner: Client, cast: Cast, two: list[str]
) -> None:
    with events_written() as events:
        page = confirm(as_owner, "suspension", two)
    assert outcomes(page) == {"ci": "Disabled", "deploy": "Disabled"}
    assert "2 of 2 robot accounts disabled" in text(page)
    assert [(event.action, event.target_uuid) for event in events] == [
        ("robot:disabled", cast.robot.uuid),
        ("robot:disabled", cast.organization_robot.uuid),
    ]
    with events_written() as events:
        assert outcomes(confirm(as_owner, "resumption", two)) == {
            "ci": "Enabled",
            "deploy": "Enabled",
        }
    assert [event.action for event in events] == ["robot:enabled"] * 2


@pytest.mark.parametrize(
    ("verb", "words"),
    [("suspension", "Is disabled already."), ("resumption", "Is enabled already.")],
)
def test_what_is_sent_twice_is_done_once(
    as_owner: Client, two: list[str], verb: str, words: str
) -> None:
    confirm(as_owner, verb, two)
    with events_written() as events:
        page = confirm(as_owner, verb, two)
    assert events == []
    assert set(outcomes(page).values()) == {words}
    assert "0 of 2 robot accounts" in text(page)


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_ticked_or_nonsense_or_too_many_is_422(cast: Cast, verb: str) -> None:
    client = browser(cast.owner, confirmed=True)
    for ticked in ([], ["nonsense"], ["\x00"], [str(uuid4()) for _ in range(501)]):
        assert send(client, verb, ticked).status_code == 422
        assert confirm(client, verb, ticked).status_code == 422


@pytest.mark.parametrize("verb", VERBS)
def test_an_address_that_is_merely_opened_leads_to_the_list(as_owner: Client, verb: str) -> None:
    answer = as_owner.get(ADDRESS.format(verb))
    assert (answer.status_code, answer["Location"]) == (302, "/o/acme/robots/")


def test_a_robot_that_went_meanwhile_is_counted(
    as_owner: Client, cast: Cast, two: list[str]
) -> None:
    delete_robot(actor=cast.owner, robot=cast.organization_robot)
    page = confirm(as_owner, "suspension", two)
    assert outcomes(page) == {"ci": "Disabled"}
    assert "1 more was ticked and is not there any more." in text(page)


# Extend


def test_extending_shows_the_usual_end_then_the_one_that_is_asked_for_and_keeps_it_to_the_moment(
    as_owner: Client, cast: Cast, two: list[str]
) -> None:
    over = timezone.now() - timedelta(days=1)
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=over)
    first = send(as_owner, "extension", two)
    assert first.status_code == 200
    assert len(hidden(first, "until")) == 1
    preview = send(as_owner, "extension", two, expiry="30", earlier="on")
    (until,) = hidden(preview, "until")
    words = outcomes(preview)
    assert f"{datetime.fromisoformat(until):%-d %b %Y, %H:%M} UTC instead of" in words["ci"]
    assert words["deploy"].endswith("instead of never, which is earlier.")
    with events_written() as events:
        page = confirm(as_owner, "extension", hidden(preview, "robot"), until=until, earlier="on")
    assert hidden(preview, "earlier") == ["on"]
    assert outcomes(page) == {"ci": "Extended", "deploy": "Extended"}
    for robot in (cast.robot, cast.organization_robot):
        robot.refresh_from_db()
        assert robot.expires_at == datetime.fromisoformat(until)
        assert robot.state == "active"
    assert [event.action for event in events] == ["robot:extended"] * 2
    with events_written() as events:
        page = confirm(as_owner, "extension", two, until=until)
    assert events == []
    assert all("already" in words for words in outcomes(page).values())


def test_an_extension_shortens_nothing_unless_that_is_meant(
    as_owner: Client, cast: Cast, two: list[str]
) -> None:
    """What never ends, and what ends later, stays as it is: also where the preview is passed over."""
    late = timezone.now() + timedelta(days=200)
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=late)
    preview = send(as_owner, "extension", two, expiry="90")
    assert outcomes(preview)["ci"].startswith("Ends later: ")
    assert outcomes(preview)["deploy"] == "Never ends, and stays so."
    assert hidden(preview, "robot") == []
    until = (timezone.now() + timedelta(days=90)).isoformat()
    with events_written() as events:
        confirm(as_owner, "extension", two, until=until)
    assert events == []


def test_the_preview_of_an_extension_says_what_the_tokens_policy_refuses(
    as_owner: Client, cast: Cast, two: list[str]
) -> None:
    """The token of one of them ends with its robot; the other has none."""
    limits: PolicyChanges = {"default_days": 20, "maximum_days": 30, "never_allowed": False}
    change_policy(actor=cast.owner, policy=PolicyAt(cast.organization), **limits)
    soon = timezone.now() + timedelta(days=3)
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=soon)
    preview = send(as_owner, "extension", two, expiry="90", earlier="on")
    assert outcomes(preview)["ci"] == "Tokens may live for 30 days at most."
    assert hidden(preview, "robot") == [str(cast.organization_robot.uuid)]
    allowed = send(as_owner, "extension", two, expiry="30")
    assert outcomes(allowed)["deploy"] == "Never ends, and stays so."
    assert outcomes(allowed)["ci"].startswith("Will end ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"expiry": "days", "expiry_days": "0"},
        {"expiry": "days", "expiry_days": "-2"},
        {"expiry": "days"},
        {"expiry": "date", "expiry_date": "2001-01-01"},
        {"expiry": "soon"},
    ],
)
def test_an_end_that_is_none_is_422(
    as_owner: Client, two: list[str], wrong: dict[str, str]
) -> None:
    page = send(as_owner, "extension", two, **wrong)
    assert page.status_code == 422
    assert hidden(page, "robot") == two


@pytest.mark.parametrize(
    "until", ["", "2001-01-01T00:00:00+00:00", "2099-13-01", "x", "2099-01-01"]
)
def test_a_forged_end_extends_nothing(as_owner: Client, two: list[str], until: str) -> None:
    with events_written() as events:
        page = confirm(as_owner, "extension", two, until=until, earlier="on")
    assert events == []
    assert set(outcomes(page).values()) == {"Choose a moment in the future."}


# Delete


def test_deleting_shows_what_was_used_and_wants_the_number_and_a_fresh_sign_in(
    cast: Cast, two: list[str]
) -> None:
    Token.objects.filter(pk=cast.token.pk).update(
        last_used_at=timezone.now() - timedelta(minutes=3), last_used_address="10.0.0.8"
    )
    stale = browser(cast.owner)
    for answer in (send(stale, "deletion", two), confirm(stale, "deletion", two, typed="2")):
        assert answer["Location"].startswith("/account/sign-in-again/?next=")
    client = browser(cast.owner, confirmed=True)
    page = send(client, "deletion", two)
    assert outcomes(page) == {
        "ci": "1 token, 1 used in the last 30 days: nightly 3 minutes ago from 10.0.0.8.",
        "deploy": "0 tokens, none used in the last 30 days.",
    }
    assert "Type 2 to confirm" in text(page)
    for typed in ("", "1", "two", "3"):
        assert confirm(client, "deletion", two, typed=typed).status_code == 422
    assert Robot.objects.living().filter(uuid__in=two).count() == 2


def test_a_single_one_is_deleted_by_its_name(cast: Cast) -> None:
    one = ids(cast.robot)
    client = browser(cast.owner, confirmed=True)
    assert "Type ci to confirm" in text(send(client, "deletion", one))
    refused = confirm(client, "deletion", one, typed="1")
    assert refused.status_code == 422
    assert "This is not the name. Type ci." in text(refused)
    assert outcomes(confirm(client, "deletion", one, typed="ci")) == {"ci": "Deleted"}


def test_the_number_deletes_them_once(cast: Cast, two: list[str]) -> None:
    client = browser(cast.owner, confirmed=True)
    with events_written() as events:
        page = confirm(client, "deletion", two, typed="2")
    assert outcomes(page) == {"ci": "Deleted", "deploy": "Deleted"}
    assert [event.action for event in events] == ["robot:deleted"] * 2
    assert not Robot.objects.living().filter(uuid__in=two).exists()
    with events_written() as events:
        page = confirm(client, "deletion", two, typed="2")
    assert events == []
    assert page.status_code == 422
    assert "What was ticked is not there any more" in text(page)


def test_the_password_given_again_goes_on_with_what_was_ticked(cast: Cast, two: list[str]) -> None:
    cast.owner.set_password(PASSWORD)
    cast.owner.save()
    client = browser(cast.owner)
    again = send(client, "deletion", two)["Location"]
    page = client.post(again, {"password": PASSWORD})
    assert page.status_code == 200
    assert "Type 2 to confirm" in text(page)
    assert sorted(hidden(page, "robot")) == sorted(two)


# Edit


def test_editing_goes_to_the_one_that_is_ticked_and_lists_several(
    as_owner: Client, cast: Cast, two: list[str]
) -> None:
    for verb in ("settings", "refresh"):
        page = f"/o/acme/robots/{cast.robot.uuid}/{verb}/"
        assert send(as_owner, verb, ids(cast.robot))["Location"] == page
        assert f'href="{page}"' in text(send(as_owner, verb, two))


def test_a_result_shows_each_robot_as_it_is_afterwards(cast: Cast, two: list[str]) -> None:
    as_owner = browser(cast.owner, confirmed=True)
    assert states(send(as_owner, "suspension", two)) == ["Active", "Active"]
    assert states(confirm(as_owner, "suspension", two)) == ["Disabled", "Disabled"]
    assert states(confirm(as_owner, "resumption", two)) == ["Active", "Active"]
    page = confirm(as_owner, "deletion", two, typed="2")
    assert states(page) == ["Deleted", "Deleted"]
    assert str(cast.robot.uuid) not in text(page), "no link to what is gone"


@pytest.mark.parametrize("verb", ["suspension", "resumption", "extension"])
def test_the_way_back_leads_to_the_list_it_began_in(
    as_owner: Client, cast: Cast, verb: str
) -> None:
    tab = "/o/acme/projects/payments/robots/"
    assert hidden(as_owner.get(tab), "within") == ["payments"]
    for within, listed in (("payments", tab), ("", "/o/acme/robots/"), ("nope", "/o/acme/robots/")):
        begun = send(as_owner, verb, ids(cast.robot), within=within)
        assert re.search(rf'href="{listed}"[^>]*>\s*Cancel', text(begun)), within
        assert hidden(begun, "within") == ([within] if within == "payments" else [])
    done = confirm(as_owner, "suspension", ids(cast.robot), within="payments")
    assert re.search(rf'href="{tab}"[^>]*>\s*Back to Robots', text(done))
