"""The audit log as a page: filters, sentences, one event."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.audit.inspection import inspect_daily
from console.audit.recording import System, changing, record
from console.models import AuditCheck, Event
from console.paging import PAGE_SIZE
from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import disable_robot, enable_robot
from robots.base.states import Refusal
from robots.tokens.services.tokens import create_token, delete_token
from robots.usage import counters
from robots.usage.counters import Use
from robots.usage.flush import flush
from tests.actors import holder
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

ADDRESS = "/o/acme/audit-log/"


def shown(client: Client, **query: str) -> list[str]:
    """The events of the page: action and target."""
    page = client.get(ADDRESS, query)
    assert page.status_code == 200
    return [row for row in texts_of(page, "tr") if row and not row.startswith("Event Action")]


def test_the_newest_event_stands_first(as_owner: Client, cast: Cast) -> None:
    disable_robot(actor=cast.owner, robot=cast.robot)
    assert (
        "owner@example.com disabled the robot account robot_acme.payments+ci" in shown(as_owner)[0]
    )
    assert len(shown(as_owner)) == Event.objects.filter(organization_slug="acme").count()


def test_an_action_filters(as_owner: Client, cast: Cast) -> None:
    rows = shown(as_owner, action="token:created")
    assert len(rows) == 1
    assert "created the token acme/payments/ci/nightly" in rows[0]
    assert shown(as_owner, action="token:deleted") != rows


def test_an_actor_filters(as_owner: Client, cast: Cast) -> None:
    actor = holder(cast.organization, Permission.ROBOT_UPDATE)
    disable_robot(actor=actor, robot=cast.robot)
    rows = shown(as_owner, actor=str(actor.uuid))
    assert len(rows) == 1
    assert rows[0].startswith(actor.login_name)
    assert "No event matches" in shown(as_owner, actor=str(cast.stranger.uuid))[0]


@pytest.mark.parametrize("words", ["nightly", "NIGHT", "payments/ci/nightly"])
def test_a_text_finds_targets(as_owner: Client, cast: Cast, words: str) -> None:
    assert [row for row in shown(as_owner, q=words) if "created the token" in row]
    assert len(shown(as_owner, q=words)) == 1


def test_a_text_finds_actors(as_owner: Client, cast: Cast) -> None:
    assert len(shown(as_owner, q="owner@exa")) == len(shown(as_owner))
    assert "No event matches" in shown(as_owner, q="stranger@example.com")[0]


@pytest.mark.parametrize("words", ["%", "_ightly", "night%", "*", '"nightly"', "' OR 1=1 --"])
def test_signs_of_a_query_are_plain_text(as_owner: Client, cast: Cast, words: str) -> None:
    assert "No event matches" in shown(as_owner, q=words)[0]


def test_an_access_id_finds_the_whole_life_of_a_token(as_owner: Client, cast: Cast) -> None:
    delete_token(actor=cast.owner, token=cast.token)
    create_token(actor=cast.owner, robot=cast.robot, name="nightly", kind="compact")
    for written in (str(cast.token.uuid), str(cast.token.uuid).upper(), cast.token.uuid.hex):
        rows = shown(as_owner, q=written)
        assert ["deleted" in row for row in rows] == [True, False]


def test_filters_work_together(as_owner: Client, cast: Cast) -> None:
    disable_robot(actor=cast.owner, robot=cast.robot)
    enable_robot(actor=cast.owner, robot=cast.robot)
    rows = shown(as_owner, q="payments+ci", action="robot:enabled", actor=str(cast.owner.uuid))
    assert len(rows) == 1


def test_an_object_filters(as_owner: Client, cast: Cast) -> None:
    disable_robot(actor=cast.owner, robot=cast.robot)
    rows = shown(as_owner, target=str(cast.robot.uuid))
    assert ["disabled" in row for row in rows] == [True, False]
    assert "about robot_acme.payments+ci" in text(
        as_owner.get(f"{ADDRESS}?target={cast.robot.uuid}")
    )


def test_days_filter(as_owner: Client, cast: Cast) -> None:
    """Both days are part of what is shown."""
    made = Event.objects.filter(organization_slug="acme").order_by("number")
    for number, event in enumerate(made, 1):
        moment = datetime(2026, 3, number, 23, 59, 59, 999999, UTC)
        Event.objects.filter(pk=event.pk).update(created_at=moment)
    whole = len(shown(as_owner))
    assert len(shown(as_owner, since="2026-03-02")) == whole - 1
    assert len(shown(as_owner, until="2026-03-02")) == 2
    assert len(shown(as_owner, since="2026-03-02", until="2026-03-02")) == 1
    assert "No event matches" in shown(as_owner, since="2026-12-01")[0]
    assert "No event matches" in shown(as_owner, since="x", until="2026-02-30")[0]
    assert len(shown(as_owner, until="9999-12-31")) == whole


@pytest.mark.usefixtures("clock")
def test_what_a_filter_shows_is_one_link_away(as_owner: Client, cast: Cast) -> None:
    page = text(as_owner.get(ADDRESS))
    for link in (
        f"?actor={cast.owner.uuid}",
        reverse("robots:event-thing", args=["acme", "robot", cast.robot.uuid]),
        "?action=robot%3Acreated",
        "?who=machines",
        f"?since={timezone.now().date() - timedelta(days=7)}",
    ):
        assert f'href="{link}"' in page
    filtered = {"q": "payments", "actor": str(cast.owner.uuid), "since": "2026-01-01"}
    found = unescape(text(as_owner.get(ADDRESS, filtered)))
    assert f'href="?q=payments&actor={cast.owner.uuid}"' in found  # takes the day off
    assert 'href="?q=payments&since=2026-01-01"' in found


def machine_traffic(cast: Cast) -> None:
    """A refusal, and what a robot did itself."""
    verifier = System("registry verifier", "verifier")
    for actor in (verifier, cast.robot):
        with changing(cast.organization) as chain:
            record(chain, actor=actor, action="token:refused", target=cast.token)


def test_machine_traffic_is_kept_apart(as_owner: Client, cast: Cast) -> None:
    people = len(shown(as_owner))
    machine_traffic(cast)
    assert len(shown(as_owner)) == len(shown(as_owner, who="people")) == people
    machines = shown(as_owner, who="machines")
    assert [row.split()[0] for row in machines] == ["robot_acme.payments+ci", "registry"]
    assert len(shown(as_owner, who="all")) == people + 2


def test_a_log_without_machine_traffic_says_so_and_has_no_filter_to_clear(as_owner: Client) -> None:
    page = text(as_owner.get(ADDRESS, {"who": "machines"}))
    assert "No events yet" in page
    assert "Clear Filters" not in page


def test_who_looks_for_something_looks_everywhere(as_owner: Client, cast: Cast) -> None:
    machine_traffic(cast)
    for query in ({"q": "nightly"}, {"target": str(cast.token.uuid)}, {"q": str(cast.token.uuid)}):
        assert len(shown(as_owner, **query)) == 3
        assert len(shown(as_owner, who="people", **query)) == 1
    assert len(shown(as_owner, action="token:refused")) == 2


def test_a_verifiers_refusal_is_machine_traffic(as_owner: Client, cast: Cast) -> None:
    delete_token(actor=cast.owner, token=cast.token)
    counters.refused(cast.token.pk, Refusal.REVOKED, Use("registry"), timezone.now())
    assert flush()
    assert "refused the token" in shown(as_owner, who="machines")[0]


@pytest.mark.parametrize("words", ["a", "ab", " n ", "é"])
def test_a_text_of_fewer_than_three_characters_says_so(
    as_owner: Client, cast: Cast, words: str
) -> None:
    assert "Type three characters or more" in shown(as_owner, q=words)[0]


def test_a_token_in_the_wrong_field_is_neither_searched_nor_shown(
    as_owner: Client, cast: Cast
) -> None:
    signed = create_token(actor=cast.owner, robot=cast.robot, name="signed").plaintext.reveal()
    for secret in (cast.secret, signed):
        page = as_owner.get(ADDRESS, {"q": secret, "who": "all"}, follow=True)
        assert page.redirect_chain == [(f"{ADDRESS}?who=all", 302)]
        assert "That looks like a token" in text(page)
        assert secret not in text(page)


def test_other_organizations_events_are_never_found(as_owner: Client, cast: Cast) -> None:
    foreign = {
        "q": cast.stranger.email,
        "actor": cast.stranger.uuid,
        "target": cast.other_robot.uuid,
        "token": cast.other_minted.token.uuid,
    }
    for name, value in foreign.items():
        assert "No event matches" in shown(as_owner, **{name: str(value)})[0]


def test_a_search_is_paged_to_its_end(as_owner: Client, cast: Cast) -> None:
    for _ in range(PAGE_SIZE + 5):
        with changing(cast.organization) as chain:
            record(chain, actor=cast.owner, action="robot:disabled", target=cast.robot)
    first = as_owner.get(ADDRESS, {"q": "payments+ci"})
    (onward,) = re.findall(r'href="(\?[^"]*cursor=[^"]*)" rel="next"', text(first))
    second = as_owner.get(ADDRESS + unescape(onward))
    assert len(texts_of(first, "tr")) == PAGE_SIZE + 1
    # The robot's making, and the token's, whose path is written with slashes.
    assert len(texts_of(second, "tr")) == 5 + 1 + 1


def check(cast: Cast, **columns: object) -> None:
    AuditCheck.objects.create(
        chain=cast.organization.uuid.hex,
        checked_at=timezone.now(),
        number=4,
        **{"fault_count": 0} | columns,
    )


def test_the_page_says_when_the_chain_was_verified(as_owner: Client, cast: Cast) -> None:
    assert "The chain is verified once a day" in text(as_owner.get(ADDRESS))
    check(cast)
    page = text(as_owner.get(ADDRESS))
    assert "Chain verified" in page
    assert "in order up to event 4" in page
    assert "changed behind" not in page


def test_the_page_shows_what_was_tampered_with(as_owner: Client, cast: Cast) -> None:
    Event.objects.filter(organization_slug="acme", number=2).update(action="robot:deleted")
    inspect_daily()
    page = unescape(text(as_owner.get(ADDRESS)))
    assert "This log was changed behind Roster's back" in page
    assert "Event 2: the event does not follow from the one before it" in page
    assert "Chain verified" not in page


def event_page(client: Client, event: Event) -> object:
    return client.get(reverse("console:event", args=["acme", event.uuid]))


def test_an_event_shows_before_and_after(as_owner: Client, cast: Cast) -> None:
    disable_robot(actor=cast.owner, robot=cast.robot)
    page = event_page(as_owner, Event.objects.latest("id"))
    assert "state enabled disabled" in texts_of(page, "tr")
    assert "robot:disabled" in text(page)
    assert str(cast.robot.uuid) in text(page)


def test_a_recorded_moment_reads_like_any_other(as_owner: Client, cast: Cast) -> None:
    end = datetime(2099, 1, 31, 23, 59, 59, tzinfo=UTC)
    create_token(actor=cast.owner, robot=cast.robot, name="x", kind="compact", expires_at=end)
    rows = texts_of(event_page(as_owner, Event.objects.latest("id")), "tr")
    assert "expires at — 31 Jan 2099, 23:59 UTC" in rows


def test_an_event_has_a_permalink(as_owner: Client, cast: Cast) -> None:
    event = Event.objects.get(organization_slug="acme", number=2)
    where = reverse("console:event", args=["acme", event.uuid])
    assert f"http://testserver{where}" in text(as_owner.get(where))
    assert f'href="{where}"' in text(as_owner.get(ADDRESS))


def test_a_member_is_told_what_is_missing_and_whom_to_ask(cast: Cast) -> None:
    event = Event.objects.filter(organization_slug="acme").latest("id")
    for where in (ADDRESS, reverse("console:event", args=["acme", event.uuid])):
        answer = browser(cast.member).get(where)
        assert answer.status_code == 403
        assert "event:read" in text(answer)
        assert cast.owner.display_name in text(answer)
        assert event.target_label not in text(answer)
