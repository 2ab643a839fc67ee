"""The search over everything: what is found, for whom, at what cost, and that no token gets an address."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.models import Repository
from robots.queries import search
from robots.tokens.services.tokens import create_personal_token
from teams.grants.services import GrantSpec, give
from teams.models import Team
from tests import many
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, ProjectFactory, RobotFactory

SEARCH = "/o/acme/search/"
# Session and person, organization, rights, and one to each kind of thing; of a page the bell as well.
QUERIES = 16
ASKED = {"HX-Request": "true", "HX-Target": "found"}


def found(client: Client, asked: str, where: str = SEARCH) -> dict[str, list[str]]:
    """The names under each heading."""
    page = text(client.get(where, {"q": asked}))
    sections = re.findall(
        r'<h2 class="found-title"[^>]*>([^<]+)</h2>(.*?)</section>', page, re.DOTALL
    )
    return {title: re.findall(r'class="hit" title="([^"]*)"', part) for title, part in sections}


def test_each_kind_is_found_by_its_name(cast: Cast) -> None:
    organization = cast.organization
    ProjectFactory(organization=organization, slug="zebra", name="Zebra Crossing")
    Repository.objects.create(project=cast.project, name="zebra-api")
    Team.objects.create(organization=organization, name="zebra-keepers")
    robot = RobotFactory(organization=organization, name="zebra-bot")
    search.rebuild()
    robot.tokens.create(name="zebra-token", created_by="x", organization=organization)
    MembershipFactory(organization=organization, user__name="Zebra Jones")
    assert found(browser(cast.owner), "zebra") == {
        "Robot accounts": ["zebra-bot"],
        "Tokens": ["zebra-token"],
        "Projects": ["Zebra Crossing"],
        "Repositories": ["zebra-api"],
        "Teams": ["zebra-keepers"],
        "People": ["Zebra Jones"],
    }


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("robots", "Robots"),
        ("webh", "Webhooks"),
        ("people", "Users"),
        ("TOKEN POL", "Token policy"),
    ],
)
def test_pages_are_found_by_what_they_are_called(cast: Cast, asked: str, page: str) -> None:
    assert page in found(browser(cast.owner), asked)["Pages"]


def test_what_one_can_do_follows_ones_rights(cast: Cast) -> None:
    assert found(browser(cast.owner), "create")["Actions"] == [
        *("Create Robot Account", "Create Project", "Create Team", "Create Role"),
        *("Create Webhook", "Create Service", "Create API Token", "Create Organization"),
    ]
    own = ["Create API Token", "Create Organization"]
    assert found(browser(cast.member), "create")["Actions"] == own
    role = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=cast.member, spec=role)
    assert "Create Robot Account" in found(browser(cast.member), "create")["Actions"]


def test_every_page_and_action_that_is_offered_opens(cast: Cast) -> None:
    for person in (cast.owner, cast.member):
        client = browser(person, confirmed=True)
        shown = text(client.get(SEARCH)).partition('id="found"')[2].partition("</main>")[0]
        addresses = re.findall(r'<a href="([^"]+)"', shown)
        assert len(addresses) > 8
        for address in addresses:
            assert client.get(address).status_code == 200, address


def test_what_one_may_not_see_is_not_found(cast: Cast) -> None:
    Team.objects.create(organization=cast.organization, name="hush", secret=True)
    member = browser(cast.member)
    for asked in (cast.robot.name, str(cast.token.uuid), str(cast.robot.uuid), "hush"):
        # Guides are everybody's, and one is about CI.
        assert found(member, asked).keys() <= {"Guides"}, asked
        assert found(browser(cast.owner), asked).keys() - {"Guides"}, asked
    assert found(member, cast.other_robot.name).keys() <= {"Pages", "Guides"}


def test_an_access_id_leads_to_its_token(cast: Cast) -> None:
    page = browser(cast.owner).get(SEARCH, {"q": str(cast.token.uuid)})
    assert found(browser(cast.owner), str(cast.token.uuid)) == {"Tokens": [cast.token.name]}
    assert cast.token.get_absolute_url() in text(page)


def test_a_pasted_token_leads_to_its_page_and_is_repeated_nowhere(cast: Cast) -> None:
    client = browser(cast.owner)
    for headers in ({}, ASKED):
        answer = client.post(SEARCH, {"q": f" {cast.secret}\n"}, headers=headers)
        assert answer.status_code == 200
        assert f'<a href="{cast.token.get_absolute_url()}"' in text(answer)
        assert cast.secret not in text(answer) + str(answer.headers)
        assert "no-store" in answer["Cache-Control"]


def test_a_token_that_one_may_not_see_is_like_none(cast: Cast) -> None:
    member = browser(cast.member)
    for secret in (cast.secret, cast.other_minted.plaintext.reveal()):
        page = text(member.post(SEARCH, {"q": secret}, headers=ASKED))
        assert "You can see no token with this secret here." in page
    own = create_personal_token(actor=cast.member, name="mine")
    page = text(member.post(SEARCH, {"q": own.plaintext.reveal()}, headers=ASKED))
    assert f'<a href="{own.token.get_absolute_url()}"' in page


def test_without_scripts_a_text_gets_an_address(as_owner: Client) -> None:
    answer = as_owner.post(SEARCH, {"q": " a b "})
    assert answer["Location"] == f"{SEARCH}?q=a+b"
    assert as_owner.post(SEARCH, {"q": ""})["Location"] == SEARCH


def test_no_match_says_so_and_can_be_cleared(as_owner: Client) -> None:
    page = as_owner.get(SEARCH, {"q": "nothing is called so"})
    assert "No match" in texts_of(page, "h2")
    assert f'href="{SEARCH}"' in text(page).partition('id="found"')[2]


def test_htmx_gets_what_it_replaces(as_owner: Client) -> None:
    part = text(as_owner.post(SEARCH, {"q": "robots"}, headers=ASKED))
    assert part.lstrip().startswith('<div class="found" id="found" data-for="robots">')
    assert 'hx-swap-oob="innerHTML:#found-count"' in part
    whole = text(as_owner.get(SEARCH, headers=ASKED | {"HX-Target": "palette"}))
    assert "<html" not in whole
    assert 'id="palette-title"' in whole
    assert "<html" in text(as_owner.get(SEARCH))


@pytest.mark.parametrize(
    "asked", ["a", "deploy", "product", "thing", "someone", "5f0c2b1e-0000-4000-8000-000000000000"]
)
def test_the_number_of_queries_does_not_grow(cast: Cast, asked: str) -> None:
    client = browser(cast.owner)
    before = queries(client, asked)
    for make in (many.projects, many.repositories, many.teams, many.people, many.robots):
        make(cast)
    after = queries(client, asked)
    assert len(after) == len(before), "\n".join(after)
    assert len(after) <= QUERIES, "\n".join(after)


def queries(client: Client, asked: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.post(SEARCH, {"q": asked}, headers=ASKED).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_the_whole_page_costs_no_more(as_owner: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        as_owner.get(SEARCH, {"q": "deploy"})
    assert len(captured) <= QUERIES, "\n".join(it["sql"] for it in captured)


def test_what_is_called_so_stands_first(cast: Cast) -> None:
    for name in ("a-build-b", "build", "b-build", "build-a"):
        RobotFactory(organization=cast.organization, name=name)
    RobotFactory(organization=cast.organization, name="z", description="build")
    search.rebuild()
    names = found(browser(cast.owner), "Build")["Robot accounts"]
    assert (names[:2], names[-1]) == (["build", "build-a"], "z")


def test_at_most_five_of_a_kind_are_shown_and_the_one_of_that_name_is_among_them(
    cast: Cast,
) -> None:
    RobotFactory(organization=cast.organization, name="runner")
    many.robots(cast)
    assert found(browser(cast.owner), "runner")["Robot accounts"][0] == "runner"
    assert len(found(browser(cast.owner), "runner")["Robot accounts"]) == 5


def test_the_frame_leads_there(as_owner: Client) -> None:
    page = text(as_owner.get("/o/acme/robots/"))
    assert page.count('class="search-link" href="/o/acme/search/"') == 2
    outside = text(as_owner.get("/account/"))
    assert outside.count('class="search-link" href="/search/"') == 2
