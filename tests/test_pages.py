"""What every page has: one heading, a title, no word of Python, headers that keep it where it belongs."""

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from console.models import Event, Project, Repository
from robots.accounts.services.robots import create_robot, disable_robot
from robots.models import Robot, Token, Trust
from robots.tokens.services.tokens import create_token
from teams.models import Team
from teams.users.services import setup_key
from tests.addresses import ADDRESSES, acme, address_of
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory

# A pipeline's `${{ … }}` and a shell's `%s "…"` and `%s\n` may stand in an export.
PYTHON = re.compile(
    r"\b(None(?! of its| View Read)|True|False|NaN|undefined|null|frozenset|datetime)\b"
    r"|<[A-Z]\w+: |(?<!\$)\{\{|\{%|%s(?! \"|\\n)"
)
LINKS = {"teams:invitation", "robots:handover"}
POLICY = "default-src 'none'"


def titles(page: Any) -> list[str]:
    """The page's own; a chart has one for each day."""
    return re.findall(r"<title>\s*(.*?)\s*</title>", text(page).partition("</head>")[0], re.DOTALL)


def check(page: Any) -> None:
    title = titles(page)
    assert len(title) == 1
    assert title[0].endswith(" · Roster")
    assert len(title[0]) > len(" · Roster")
    assert len(texts_of(page, "h1")) == 1
    words = " ".join(texts_of(page, "body"))
    for block in texts_of(page, "pre"):  # what is taken away is for other programs' templates
        words = words.replace(block, "")
    # The API's reference says where a value may be null, as code.
    words = words.replace("null", "", texts_of(page, "code").count("null"))
    found = PYTHON.search(words)
    assert found is None, words[max(0, found.start() - 80) : found.end() + 80]
    assert POLICY in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["X-Frame-Options"] == "DENY"
    # The key of a link stands in its address.
    is_link = page.resolver_match.view_name in LINKS
    assert page["Referrer-Policy"] == ("no-referrer" if is_link else "same-origin")


def test_no_two_pages_share_a_title(furnished: Cast) -> None:
    """In a browser's row of tabs and in its history, titles are all there is."""
    visitors = [browser(user, confirmed=True) for user in (furnished.owner, furnished.operator)]
    places, found = acme(furnished), dict[str, str]()
    for name in ADDRESSES:
        for page in titled(visitors, address_of(name, places)):
            [title] = titles(page)
            assert title not in found, f"{name} and {found[title]}"
            found[title] = name
    assert len(found) > 130


def titled(visitors: list[Client], address: str) -> list[Any]:
    """The page for the first of them who gets one: an address may lead elsewhere, or be a file."""
    answers = (visitor.get(address) for visitor in visitors)
    pages = (it for it in answers if it.status_code == 200 and "html" in it["Content-Type"])
    return list(islice(pages, 1))


def test_robots_of_one_name_in_two_projects_have_titles_of_their_own(cast: Cast) -> None:
    other = ProjectFactory(organization=cast.organization, slug="ledger")
    robot = create_robot(actor=cast.owner, organization=cast.organization, project=other, name="ci")
    client = browser(cast.owner)
    for path in ("", "settings/", "tokens/new/"):
        pages = [client.get(f"{it.get_absolute_url()}{path}") for it in (cast.robot, robot)]
        shown = {titles(page)[0] for page in pages}
        assert len(shown) == 2, shown


@pytest.mark.parametrize("who", ["owner", "member", "nobody"])
def test_every_page(furnished: Cast, who: str, subtests: pytest.Subtests) -> None:
    client = browser(getattr(furnished, who, None), confirmed=who == "owner")
    places = acme(furnished)
    for name in ADDRESSES:
        with subtests.test(name):
            page = client.get(address_of(name, places))
            if page.status_code != 302 and page["Content-Type"].startswith("text/html"):
                check(page)


TABS = {
    Robot: (
        *("", "access/", "activity/", "settings/", "tokens/new/", "deletion/"),
        *("trusts/", "trusts/new/", "trusts/trial/"),
    ),
    Team: (
        "",
        "members/new/",
        "robots/",
        "robots/new/",
        "permissions/",
        "permissions/new/",
        "settings/",
        "deletion/",
    ),
    Repository: ("", "permissions/", "permissions/new/", "reach/", "deletion/"),
    Token: ("", "deletion/", "rotation/", "refresh/"),
    Trust: ("", "rule/", "trial/", "deletion/"),
    Project: ("", "robots/", "members/", "members/new/", "settings/", "deletion/"),
}
LISTS = (
    "",
    "projects/",
    "repositories/",
    "users/",
    "teams/",
    "robots/",
    "roles/",
    "audit-log/",
    "settings/",
)


def things_of(slug: str) -> Iterator[Any]:
    yield from Robot.objects.filter(organization__slug=slug)
    yield from Team.objects.filter(organization__slug=slug)
    yield from Repository.objects.filter(project__organization__slug=slug)[:3]
    yield from Token.objects.living().filter(robot__organization__slug=slug)[:4]
    yield from Trust.objects.with_robot().filter(token__organization__slug=slug)
    yield Project.objects.get(organization__slug=slug, slug="payments")


def pages_of(slug: str) -> Iterator[str]:
    yield from (f"/o/{slug}/{name}" for name in LISTS)
    for thing in things_of(slug):
        # The account of a role has no trusts.
        is_account = isinstance(thing, Robot) and thing.is_role_account
        shown = (it for it in TABS[type(thing)] if not (is_account and it.startswith("trusts/")))
        yield from (f"{thing.get_absolute_url()}{tab}" for tab in shown)
    for event in Event.objects.filter(organization_slug=slug).order_by("-id")[:20]:
        yield f"/o/{slug}/audit-log/{event.uuid}/"


def test_pages_full_of_things(cast: Cast) -> None:
    call_command("demo", organization="initech", stdout=io.StringIO())
    client = browser(cast.operator, confirmed=True)
    for address in pages_of("initech"):
        page = client.get(address)
        assert page.status_code == 200, address
        check(page)


def test_the_page_that_shows_a_secret(as_owner: Client, cast: Cast) -> None:
    data = {"name": "fresh", "expiry": "never", "kind": "compact", "request_key": cast.token.uuid}
    check(as_owner.post(f"{cast.robot.get_absolute_url()}tokens/new/", data))


def test_pages_of_things_that_have_ended(as_owner: Client, cast: Cast) -> None:
    token = create_token(actor=cast.owner, robot=cast.robot, name="old", kind="compact").token
    Token.objects.filter(pk=token.pk).update(expires_at="2001-01-01T00:00:00Z")
    disable_robot(actor=cast.owner, robot=cast.robot)
    for address in (cast.robot.get_absolute_url(), token.get_absolute_url(), "/o/acme/robots/"):
        check(as_owner.get(address))
    assert "Expired" in text(as_owner.get(cast.robot.get_absolute_url()))


@pytest.mark.parametrize("address", ["projects/new/", "robots/new/", "settings/"])
def test_a_form_that_came_back_says_what_is_wrong(
    as_owner: Client, cast: Cast, address: str
) -> None:
    page = as_owner.post(f"/o/acme/{address}", {"name": ""})
    assert page.status_code == 422
    check(page)
    assert 'id="error-summary"' in text(page)


@pytest.mark.django_db
def test_the_set_up_page() -> None:
    check(browser().get(f"/setup/{setup_key()}/"))


@pytest.mark.parametrize("theme", ["auto", "light", "dark", "purple", '"><script>'])
def test_the_theme_is_drawn_by_the_server(as_owner: Client, cast: Cast, theme: str) -> None:
    as_owner.cookies["roster-theme"] = theme
    page = text(as_owner.get("/o/acme/"))
    assert f'data-theme="{theme if theme in {"light", "dark"} else "auto"}"' in page
    assert "<script>" not in page.replace("<script>\n", "")


def test_what_people_typed_is_shown_as_text(
    furnished: Cast, cast: Cast, subtests: pytest.Subtests
) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"&{{7*7}}"
    Robot.objects.update(description=evil)
    Repository.objects.update(description=evil)
    for model in (type(cast.organization), type(cast.project)):
        model.objects.update(name=evil)
    type(cast.owner).objects.filter(pk=cast.owner.pk).update(name=evil)
    Event.objects.filter(organization_slug="acme").update(target_label=evil, actor_label=evil)
    client, places = browser(cast.owner, confirmed=True), acme(cast)
    for name in ADDRESSES:
        with subtests.test(name):
            answer = client.get(address_of(name, places))
            page = "" if answer.streaming else text(answer)  # a file is not a page
            assert "<script>alert" not in page
            assert "<img src=x" not in page
