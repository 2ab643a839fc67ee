"""The list of all tokens: each filter, each order, what one may see, and the same as CSV."""

import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from robots.access.services.roles import RoleAt, create_role_token
from robots.accounts.services.robots import disable_robot
from robots.models import Token, TokenAddress
from robots.queries import search
from robots.tokens.services.handovers import create_link, open_link
from robots.tokens.services.minting import mark_handed_over
from robots.tokens.services.suspension import disable_token
from robots.tokens.services.tokens import create_token
from robots.trusts.services import create_trust
from teams.grants.services import GrantSpec, give
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import ProjectFactory, RobotFactory
from tests.fixtures import JOBS
from tests.robots.tokens.listed import ADDRESS, CSV, DAY, exported, make, names, seen_by_leaver


def use(token: Token) -> None:
    """Let it have been used from two addresses."""
    now = timezone.now()
    Token.objects.filter(pk=token.pk).update(last_used_at=now, last_used_address="10.20.9.9")
    for address in ("10.20.9.9", "2001:db8::7"):
        TokenAddress.objects.create(
            token=token, address=address, first_seen_at=now, last_seen_at=now, count=1
        )


@pytest.fixture
def tokens(cast: Cast, clock: time_machine.Traveller) -> None:
    """Beside `nightly` (signed, of `ci`), one token for each filter."""
    # So far from the end of a month that it lies between what ends soon and what ends later.
    clock.move_to((timezone.now().replace(day=1) + 32 * DAY).replace(day=10))
    now, deploy = timezone.now(), cast.organization_robot
    mark_handed_over(cast.token.secrets.get())
    disable_token(actor=cast.owner, token=make(cast, "off").token)
    make(cast, "soon", expires_at=now + 5 * DAY)
    make(cast, "later", deploy, expires_at=now + 40 * DAY)
    over = make(cast, "over", deploy, expires_at=now + DAY).token
    change = {"expires_at": now - DAY, "sorted_end": now - DAY}
    Token.objects.filter(pk=over.pk).update(**change)
    idle = make(cast, "idle", deploy).token
    Token.objects.filter(pk=idle.pk).update(
        idle_since=(now - 91 * DAY).date(), last_used_at=now - 91 * DAY
    )
    use(make(cast, "used", deploy).token)
    stopped = make(cast, "blocked", deploy).token
    Token.objects.filter(pk=stopped.pk).update(
        blocked_at=now, blocked_by="policy", blocked_reason="Token policy: too long."
    )
    create_token(actor=cast.owner, robot=deploy, name="lost", kind="compact")
    create_trust(actor=cast.owner, robot=cast.robot, name="jobs", **JOBS)
    role = RoleAt(cast.organization, None, "organization:viewer")
    mark_handed_over(create_role_token(actor=cast.owner, role=role, name="reader").secret)
    search.rebuild()


ALL = ["blocked", "idle", "later", "lost", "nightly", "off", "over", "reader", "soon", "used"]
FILTERED = [
    ({}, ALL),
    ({"state": "active"}, ["idle", "later", "lost", "nightly", "reader", "soon", "used"]),
    ({"state": "disabled"}, ["off"]),
    ({"state": "expired"}, ["over"]),
    ({"state": "blocked"}, ["blocked"]),
    ({"kind": "signed"}, ["reader"]),
    ({"kind": "own"}, []),
    ({"kind": "none"}, []),
    ({"expiring": "14"}, ["soon"]),
    ({"expiring": "month"}, ["soon"]),
    ({"expiring": "never", "state": "active"}, ["idle", "lost", "nightly", "reader", "used"]),
    ({"unused": "90"}, ["idle"]),
    ({"unused": "91"}, []),
    ({"unused": "never", "kind": "signed"}, ["reader"]),
    ({"owner": "role"}, ["reader"]),
    ({"owner": "robot", "kind": "signed"}, []),
    ({"project": "payments"}, ["nightly", "off", "soon"]),
    ({"created_by": "owner@example.com"}, ALL),
    ({"created_by": "Nobody@example.com"}, []),
    ({"seen_by": "nobody"}, ["lost"]),
    ({"seen_by": "Owner@example.com", "state": "disabled"}, ["off"]),
    ({"seen_by": "left"}, []),
    ({"q": "oo"}, ["soon"]),
    ({"q": "SOO"}, ["soon"]),
    ({"q": "robot_acme+dep", "state": "expired"}, ["over"]),
    ({"q": "10.20.9.9"}, ["used"]),
    ({"q": "10.20.0.0/16"}, ["used"]),
    ({"q": "2001:db8::/32"}, ["used"]),
    ({"q": "10.21.0.0/16"}, []),
    ({"sort": "-name", "project": "payments"}, ["soon", "off", "nightly"]),
    ({"sort": "expires", "q": "o", "state": "active"}, ["soon", "lost"]),
]


@pytest.mark.usefixtures("tokens")
@pytest.mark.parametrize(("query", "expected"), FILTERED)
def test_filters_show_what_fits_in_the_list_and_in_the_csv(
    as_owner: Client, cast: Cast, query: dict[str, str], expected: list[str]
) -> None:
    client = browser(cast.owner)
    page = client.get(ADDRESS, query)
    assert "Nothing is shown" not in text(page)
    assert names(page) == expected
    assert [row["name"] for row in exported(client, **query)] == expected


@pytest.mark.usefixtures("tokens")
def test_an_access_id_finds_its_token_and_a_robots_id_its_tokens(cast: Cast) -> None:
    client = browser(cast.owner)
    assert names(client.get(ADDRESS, {"q": str(cast.token.uuid).upper()})) == ["nightly"]
    assert names(client.get(ADDRESS, {"q": str(cast.robot.uuid)})) == ["nightly", "off", "soon"]
    foreign = cast.other_minted.token.uuid
    assert names(client.get(ADDRESS, {"q": str(foreign)})) == []


@pytest.mark.parametrize("kind", ["signed", "compact"])
def test_a_pasted_token_leaves_the_address_and_leads_to_its_page(cast: Cast, kind: str) -> None:
    minted = create_token(actor=cast.owner, robot=cast.robot, name="pasted", kind=kind)
    secret, client = minted.plaintext.reveal(), browser(cast.owner)
    answer = client.get(ADDRESS, {"q": secret, "state": "active"})
    assert answer["Location"] == f"{ADDRESS}?state=active"
    page = text(client.get(answer["Location"]))
    assert secret not in page
    assert minted.token.get_absolute_url() in page
    assert secret not in client.get(CSV, {"q": secret})["Location"]


@pytest.mark.parametrize(
    "query",
    [
        {"state": "lost"},
        {"kind": "jwt"},
        {"expiring": "15"},
        {"unused": "0"},
        {"unused": "3651"},
        {"unused": "\u0663"},
        {"owner": "person"},
        {"project": "unknown"},
        {"seen_by": "stranger@example.com"},
        {"seen_by": "Nobody Here"},
        {"created_by": "a\x00b"},
        {"sort": "secret"},
        {"secrets__digest": "x"},
    ],
)
def test_what_is_no_filter_shows_nothing(as_owner: Client, query: dict[str, str]) -> None:
    page = as_owner.get(ADDRESS, query)
    assert names(page) == []
    assert "Nothing is shown" in text(page)
    assert as_owner.get(CSV, query).status_code == 400


@pytest.mark.usefixtures("tokens")
def test_who_manages_one_project_finds_the_tokens_of_that_alone(cast: Cast) -> None:
    """They are neither counted nor found otherwise, nor in the file, nor suggested."""
    project = ProjectFactory(organization=cast.organization, slug="hidden")
    make(cast, "submarine", RobotFactory(organization=cast.organization, project=project))
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    page = client.get(ADDRESS)
    assert names(page) == ["nightly", "off", "soon"]
    assert "3 tokens" in text(page)
    assert [row["name"] for row in exported(client)] == ["nightly", "off", "soon"]
    assert names(browser(cast.owner).get(ADDRESS, {"q": "submarine"})) == ["submarine"]
    for text_to_find in ("submarine", "10.20.9.9", "deploy", "used"):
        assert names(client.get(ADDRESS, {"q": text_to_find})) == []
    assert names(client.get(ADDRESS, {"state": "blocked"})) == []


def test_who_may_read_robots_but_no_tokens_finds_none(cast: Cast) -> None:
    page = browser(cast.member).get(ADDRESS)
    assert page.status_code == 200
    assert "No token is open to you" in text(page)
    assert exported(browser(cast.member)) == []
    assert "/o/acme/tokens/" not in text(browser(cast.member).get("/o/acme/"))
    assert "/o/acme/tokens/" in text(browser(cast.owner).get("/o/acme/"))


def test_a_row_says_what_stops_the_token_and_who_has_its_secret(
    as_owner: Client, cast: Cast
) -> None:
    page = text(as_owner.get(ADDRESS))
    assert "nobody yet" in page
    mark_handed_over(cast.token.secrets.get())
    disable_robot(actor=cast.owner, robot=cast.robot)
    page = text(as_owner.get(ADDRESS))
    assert "Robot disabled" in page
    assert re.search(r'title="owner@example.com">owner@example.com', page)


def test_a_link_is_named_after_whoever_made_it(as_owner: Client, cast: Cast) -> None:
    link = create_link(actor=cast.owner, token=cast.token, purpose="refresh", kind="compact")
    open_link(uuid=link.handover.uuid, key=link.key.reveal())
    assert "whoever opened the link of owner@example.com" in text(as_owner.get(ADDRESS))
    assert names(as_owner.get(ADDRESS, {"seen_by": "owner@example.com"})) == ["nightly"]


def test_the_csv_says_what_the_list_says_and_no_secret(as_owner: Client, cast: Cast) -> None:
    (row,) = exported(as_owner)
    assert (row["name"], row["robot"], row["kind"]) == ("nightly", "acme/payments/ci", "compact")
    assert (row["access_id"], row["state"]) == (str(cast.token.uuid), "active")
    assert cast.secret not in str(row)
    page = text(as_owner.get(ADDRESS, {"state": "active", "sort": "-name"}))
    assert f'href="{CSV}?state=active&amp;sort=-name" download' in page


def test_each_filter_is_a_chip_that_takes_it_off(as_owner: Client) -> None:
    page = text(as_owner.get(ADDRESS, {"unused": "60", "seen_by": "left"}))
    chips = re.findall(r'<a class="chip" href="([^"]*)" data-on [^>]*> ?(.*?) ?<svg', page)
    found = {re.sub("<[^>]+>", "", words): url for url, words in chips}
    assert found == {
        "Remove filter: Unused for 60 days": "?seen_by=left",
        "Remove filter: Seen by people who left": "?unused=60",
    }


def test_the_choices_come_when_the_filters_open_and_only_what_one_may_know(cast: Cast) -> None:
    leaver, _ = seen_by_leaver(cast)
    asked = {"HX-Request": "true", "HX-Target": "token-choices"}
    found = text(browser(cast.owner).get(ADDRESS, headers=asked))
    assert set(re.findall(r'<option value="([^"]*)"', found)) == {
        *("payments", "owner@example.com", "leaver@acme.example.com", "left", "nobody"),
    }
    seen = text(browser(cast.member).get(ADDRESS, headers=asked))
    assert leaver.email not in seen
