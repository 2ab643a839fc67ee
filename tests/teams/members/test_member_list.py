"""The list of an organization's people."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import Team
from tests.browsers import browser, linked, text, texts_of
from tests.conftest import Cast, person
from tests.factories import MembershipFactory
from tests.team_fixtures import crew_of
from tests.teams.sign_in.factors import with_app

ADDRESS = "/o/acme/users/"


def names(page: object) -> list[str]:
    return texts_of(page, "span", **{"class": "entry-name"})


def test_people_stand_by_name_with_role_and_teams(cast: Cast) -> None:
    crew_of(cast)
    page = browser(cast.owner).get(ADDRESS)
    assert names(page) == ["Hand", "Lead", "Member", "Owner"]
    assert texts_of(page, "a", **{"class": "tag"}) == ["build", "hush", "build", "hush"]
    assert "4 people" in text(page)


def test_a_secret_team_is_not_named_to_who_may_not_see_it(cast: Cast) -> None:
    crew_of(cast)
    page = browser(cast.member).get(ADDRESS)
    assert texts_of(page, "a", **{"class": "tag"}) == ["build", "build"]


def test_a_search_finds_names_and_addresses(cast: Cast) -> None:
    crew_of(cast)
    client = browser(cast.owner)
    assert names(client.get(ADDRESS, {"q": "LEA"})) == ["Lead"]
    assert names(client.get(ADDRESS, {"q": "hand@ex"})) == ["Hand"]
    assert "Nobody matches" in text(client.get(ADDRESS, {"q": "nobody"}))
    for wrong in ("\x00", "x" * 256, "a\nb"):
        assert names(client.get(ADDRESS, {"q": wrong})) == []


def test_only_the_table_is_sent_to_htmx(cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Target": "member-table"}
    body = text(browser(cast.owner).get(ADDRESS, headers=headers)).strip()
    assert body.startswith('<div class="table" id="member-table"')


def test_pages_go_on_by_key_and_back(cast: Cast) -> None:
    for number in range(60):
        person(cast.organization, "member", f"p{number:02}@example.com")
    client = browser(cast.owner)
    first = client.get(ADDRESS)
    second = client.get(f"{ADDRESS}{linked(first, 'next')}")
    assert (len(names(first)), len(names(second))) == (50, 12)
    assert not set(names(first)) & set(names(second))
    back = client.get(f"{ADDRESS}{linked(second, 'prev')}")
    assert names(back) == names(first)


def test_what_one_may_not_do_is_not_offered(cast: Cast) -> None:
    body = text(browser(cast.member).get(ADDRESS))
    for words in ("Invite People", "Invitations", "Change Role", "Remove from Organization"):
        assert words not in body
    assert body.count("Leave Organization") == 1


def test_its_queries_do_not_grow(cast: Cast) -> None:
    client = browser(cast.owner)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESS)
        return len(captured)

    count()
    few = count()
    for membership in MembershipFactory.create_batch(20, organization=cast.organization):
        team = Team.objects.create(organization=cast.organization, name=f"t{membership.pk}")
        team.members.create(user=membership.user)
    assert count() == few


def test_owners_alone_see_who_has_which_second_factor(cast: Cast) -> None:
    with_app(cast.owner)
    page = browser(cast.owner).get(ADDRESS)
    assert "Second factor" in texts_of(page, "th")
    assert [it for it in texts_of(page, "td") if it in {"app", "passkey"}] == ["app"]
    seen = browser(cast.member).get(ADDRESS)
    assert "Second factor" not in texts_of(seen, "th")
    refused = browser(cast.member).get(ADDRESS, {"factor": "none"})
    assert "There is no such filter here." in text(refused)
    assert names(refused) == []


def test_the_list_is_filtered_by_second_factor(cast: Cast) -> None:
    with_app(cast.owner)
    client = browser(cast.owner)
    assert names(client.get(ADDRESS, {"factor": "none"})) == ["Member"]
    assert names(client.get(ADDRESS, {"factor": "app"})) == ["Owner"]
    assert names(client.get(ADDRESS, {"factor": "passkey"})) == []
    assert "Write none or app or passkey." in text(client.get(ADDRESS, {"factor": "x"}))
