"""Pictures of every page of the demonstration; `python -m tests.e2e.screenshots` takes them."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from console.models import Repository, Service
from robots.management.commands.demo import fill
from robots.models import Robot, Token
from teams.models import Membership, Team, User
from teams.users.services import create_organization
from tests.e2e.fixtures import (
    access_parts,
    add_guests,
    add_own_tokens,
    add_services,
    site_parts,
)
from tests.e2e.places import PLACES
from tests.e2e.scenes import Place, Scene, give_passwords, parts_of
from tests.e2e.watching import choose_theme

HERE = Path(__file__).parent
FOLDER = HERE / "screenshots"
README = HERE / "readme.png"
WIDTHS = {1280: 800, 390: 844}
# Stands where the secret stood: nothing that anybody could log in with is ever pictured.
THROWAWAY = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJvc3Rlci1waWN0dXJlIn0.throw-away.picture"


def person(email: str, name: str, *, operator: bool = False) -> User:
    return User.objects.create(email=email, name=name, is_superuser=operator)


def parts_around(robot: Robot) -> dict[str, str]:
    """The parts of the addresses of the robot's pages, and of those near it."""
    repositories = Repository.objects.filter(project=robot.project)
    preview = Robot.objects.get(organization=robot.organization, name="preview")
    return parts_of(robot, Token.objects.living().filter(robot=robot)[0]) | {
        "empty": "initech",
        "bare": "bare",
        "deploy": str(preview.uuid),
        "quiet": str(repositories.get(name="ledger").uuid),
        "repository": str(repositories[0].uuid),
    }


@pytest.fixture
def demonstration(transactional_db: None) -> Scene:
    owner = person("ada@example.com", "Ada Moreno", operator=True)
    member = person("ben@example.com", "Ben Okafor")
    Service.objects.get_or_create(from_environment=True)
    acme = create_organization(actor=owner, slug="acme", name="Acme")
    create_organization(actor=owner, slug="initech", name="Initech")
    fill(owner, acme)
    Membership.objects.create(organization=acme, user=member, role=Membership.Role.MEMBER)
    acme.projects.create(slug="bare", name="Bare", description="Nothing in it yet")
    robot = Robot.objects.get(organization=acme, name="ci-build")
    parts = parts_around(robot)
    newcomer = person("cleo@example.com", "Cleo Vance")
    assert robot.project
    add_guests(owner, robot.project, member, newcomer)
    add_own_tokens(owner)
    Team.objects.get(organization=acme, name="build").members.create(user=member, role="member")
    parts |= access_parts(acme, robot.project, member) | add_services(owner, owner, acme)
    gone = User.objects.create(email="dana@example.com", name="Dana Ruiz", is_active=False)
    parts |= site_parts({"owner": owner, "member": member, "disabled": gone})
    people = {"owner": owner, "member": member, "newcomer": newcomer, "operator": owner}
    give_passwords(people)
    return Scene(people, parts)


def hide_secret(page: Page) -> None:
    for secret in page.locator("#secret").all():
        secret.evaluate("(it, text) => { it.textContent = text }", THROWAWAY)
    # It stands in what is taken away as well, plain and in base64.
    for taken in page.locator("pre code").all():
        hide = (
            "(it) => { it.textContent = it.textContent.replace(/[\\w.+/=-]{80,}/g, 'throw-away') }"
        )
        taken.evaluate(hide)
    for told in page.locator("#text-telling code").all():
        hide = "(it) => { it.textContent = it.textContent.replace(/rsv_\\w+/, 'rsv_throw-away') }"
        told.evaluate(hide)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_picture(
    context: BrowserContext, demonstration: Scene, base_url: str, place: Place, theme: str
) -> None:
    choose_theme(context, theme, base_url)
    FOLDER.mkdir(exist_ok=True)
    page = context.new_page()
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        place.visit(page, demonstration, base_url)
        hide_secret(page)
        page.evaluate("scrollTo(0, 0)")
        page.mouse.move(0, 0)
        page.screenshot(path=FOLDER / f"{place.name}-{width}-{theme}.png", full_page=True)


def test_picture_of_the_readme(page: Page, demonstration: Scene, base_url: str) -> None:
    choose_theme(page.context, "light", base_url)
    next(place for place in PLACES if place.name == "robots").visit(page, demonstration, base_url)
    page.screenshot(path=README)
    assert README.stat().st_size < 200_000
