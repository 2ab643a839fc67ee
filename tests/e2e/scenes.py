"""A page and its states: who goes there, to what address, and what they do then."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal
from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from console.models import Event, Organization, Project, Repository, RetiredPath
from robots.models import Robot, Token
from teams.models import Invitation, Membership, User
from teams.users.services import setup_key
from tests.conftest import Cast
from tests.e2e.fixtures import (
    access_parts,
    add_artifacts,
    add_guests,
    add_history,
    add_services,
    furnish,
    site_parts,
)
from tests.e2e.watching import sign_in
from tests.factories import PASSWORD

NOBODY = "nobody"
Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who can sign in, and what the parts of an address stand for."""

    people: dict[str, User]
    parts: dict[str, str]

    @classmethod
    def of(cls, cast: Cast) -> "Scene":
        empty = Organization.objects.create(slug="initech", name="Initech")
        Membership.objects.create(organization=empty, user=cast.owner, role=Membership.Role.OWNER)
        Project.objects.create(organization=cast.organization, slug="bare", name="Bare")
        newcomer = User.objects.create(email="newcomer@example.com", name="Newcomer")
        people = {"owner": cast.owner, "member": cast.member, "newcomer": newcomer}
        people["operator"] = cast.operator
        give_passwords(people)
        parts = parts_of(cast.robot, cast.token)
        bare = {"empty": "initech", "bare": "bare", "deploy": str(cast.organization_robot.uuid)}
        furnish(cast)
        add_guests(cast.owner, cast.project, cast.member, newcomer)
        bare |= access_parts(cast.organization, cast.project, cast.member)
        bare |= add_services(cast.owner, cast.operator, cast.organization)
        bare |= site_parts({"owner": cast.owner, "member": cast.member, "disabled": cast.disabled})
        add_artifacts(cast.repository)
        add_history(cast.owner, cast.repository)
        quiet = Repository.objects.create(project=cast.project, name="quiet")
        bare["quiet"] = str(quiet.uuid)
        return cls(people, parts | bare | {"repository": str(cast.repository.uuid)})

    def address(self, route: str, parts: str) -> str:
        return reverse(route, args=[self.parts[part] for part in parts.split()])


@cache
def throw_away_password() -> str:
    return make_password(PASSWORD)


def give_passwords(people: dict[str, User]) -> None:
    """To all but the newcomer, who has none yet."""
    for name, user in people.items():
        user.password = make_password(None) if name == "newcomer" else throw_away_password()
        user.save()


def parts_of(robot: Robot, token: Token) -> dict[str, str]:
    event = Event.objects.filter(chain=robot.organization.uuid.hex).order_by("-number")[0]
    return {
        "organization": robot.organization.slug,
        "project": robot.project.slug if robot.project else "",
        "robot": str(robot.uuid),
        "token": str(token.uuid),
        "event": str(event.uuid),
    }


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its route, the parts of its address, who goes there, and what they do then."""

    name: str
    route: str
    parts: str = ""
    query: str = ""
    who: str = "owner"
    act: Act | None = None
    find: Callable[[Scene], str] | None = None  # an address that is not a route with parts

    def visit(self, page: Page, scene: Scene, origin: str) -> None:
        self.arrive(page, scene, origin)
        if self.act:
            self.act(page)

    def arrive(self, page: Page, scene: Scene, origin: str) -> None:
        """Go there, and do nothing yet. What is set up for it first may sign its people out."""
        found = self.find(scene) if self.find else scene.address(self.route, self.parts)
        if self.who == NOBODY:
            page.context.clear_cookies(name="roster-session")
        else:
            sign_in(page.context, scene.people[self.who], origin)
        page.goto(found + self.query)


def set_up_link(scene: Scene) -> str:
    """The link of an installation without people."""
    User.objects.all().delete()
    return reverse("teams:setup", args=[setup_key()])


def password_link(scene: Scene) -> str:
    """The link of the e-mail to somebody who forgot their password."""
    owner = scene.people["owner"]
    key = default_token_generator.make_token(owner)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(owner), key])


def deleted_and_used(scene: Scene) -> str:
    """A project in which a registry says that deleted repositories are in use."""
    slugs = [scene.parts["organization"], scene.parts["project"]]
    for name in ("old", "a/rather/long/name-of-something-that-was-deleted"):
        path = "/".join([*slugs, name])
        RetiredPath.objects.update_or_create(path=path, defaults={"seen_at": timezone.now()})
    return reverse("console:project", args=slugs)


def invitation_link(part: str) -> Callable[[Scene], str]:
    """The link of the e-mail to somebody who is invited."""

    def find(scene: Scene) -> str:
        invitation = Invitation.objects.get(uuid=scene.parts[part])
        return reverse("teams:invitation", args=[invitation.uuid, invitation.key()])

    return find


def press(name: str, *, role: Literal["button", "link"] = "button") -> Act:
    """Click what is called so."""

    def act(page: Page) -> None:
        page.get_by_role(role, name=name, exact=True).click()

    return act


def ask_to_delete_token(page: Page) -> None:
    # A notice below may offer it once more, as a page.
    page.get_by_role("link", name="Delete Token", exact=True).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_robot_menu(page: Page) -> None:
    press("Actions")(page)
    expect(page.get_by_role("button", name="Disable")).to_be_visible()


def confirm_password(page: Page) -> None:
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press("Confirm")(page)
    expect(page.get_by_label("to confirm")).to_be_visible()


def send_wrong_name(page: Page) -> None:
    confirm_password(page)
    page.get_by_label("to confirm").fill("something else")
    press("Delete Robot Account")(page)
    expect(page.locator(".error-summary")).to_be_visible()


def change_levels(page: Page) -> None:
    """One row of the matrix, so that its bar shows."""
    page.get_by_role("radio", name="Read", exact=True).first.check(force=True)
    expect(page.locator("[data-unsaved]")).not_to_have_text("0")


def tick_all(page: Page) -> None:
    for box in page.locator("main").get_by_role("checkbox").all():
        box.check()


def open_everything(page: Page) -> None:
    """Each disclosure that the page shows, so that nothing hides."""
    for disclosure in page.locator("main details").all():
        summary = disclosure.locator("> summary")
        if summary.is_visible() and disclosure.get_attribute("open") is None:
            summary.click()


def open_menu(name: str) -> Callable[[Page], None]:
    """A menu that drops from the button of that name."""
    return lambda page: page.get_by_role("button", name=name, exact=True).click()


def add_projects(page: Page) -> None:
    page.get_by_role("combobox", name="Payments", exact=True).select_option("ticked")
    page.get_by_label("Expires").select_option("date")
    expect(page.get_by_label("Last day")).to_be_visible()


def on_ticked(name: str, said: str = "") -> Act:
    """Tick the first rows of the list and press what is to be done with them; the heading says it."""

    def act(page: Page) -> None:
        for box in page.locator("[data-select]").all()[:4]:
            box.check()
        press(name)(page)
        if page.get_by_label("Password", exact=True).is_visible():
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            press("Confirm")(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text(said or name, ignore_case=True)

    return act


def tick_robots(page: Page) -> None:
    for box in page.locator("[data-select]").all()[:4]:
        box.check()
    expect(page.locator(".selection")).to_be_visible()


def preview_extension(page: Page) -> None:
    on_ticked("Extend")(page)
    page.get_by_label("Also shorten those that end later or never").check()
    press("Preview")(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("?")


def extend_ticked(page: Page) -> None:
    preview_extension(page)
    page.locator("main").get_by_role("button", name="Extend").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("extended")


def ask_to_extend(page: Page) -> None:
    press("Actions")(page)
    press("Extend", role="link")(page)
    expect(page.get_by_role("dialog")).to_be_visible()


def make_token(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill(f"reveal-{uuid4().hex[:8]}")
    press("Create Token")(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Save this token now")


def send_bad_robot(page: Page) -> None:
    page.get_by_role("radio", name="Project Belongs").check()
    page.get_by_label("Expires").select_option("days")
    press("Create Robot Account")(page)
    expect(page.get_by_role("heading", name="There are 3 problems")).to_be_visible()


def send_bad_sign_in(page: Page) -> None:
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("not the password")
    press("Sign in")(page)
    expect(page.locator(".error-summary")).to_be_visible()


def lose_the_way(page: Page) -> None:
    page.goto("/nothing-here/")


def mute_without_reason(page: Page) -> None:
    page.get_by_label("Mute").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_visible()


def send_no_project(page: Page) -> None:
    press("Create Project")(page)
    expect(page.locator(".error-summary")).to_be_visible()
