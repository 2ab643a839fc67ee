"""Every page there is, and the states of it that look different."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from playwright.sync_api import Page, expect

from console.models import Event, Organization, Project
from robots.models import Robot, Token
from teams.models import Membership, User
from teams.services import setup_key
from tests.conftest import Cast
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
        give_passwords(people)
        parts = parts_of(cast.robot, cast.token)
        bare = {"empty": "initech", "bare": "bare", "deploy": str(cast.organization_robot.uuid)}
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
    act: Act = field(default=lambda page: None)
    find: Callable[[Scene], str] | None = None  # an address that is no route with parts

    def visit(self, page: Page, scene: Scene, origin: str) -> None:
        if self.who == NOBODY:
            page.context.clear_cookies(name="roster-session")
        else:
            sign_in(page.context, scene.people[self.who], origin)
        found = self.find(scene) if self.find else scene.address(self.route, self.parts)
        page.goto(found + self.query)
        self.act(page)


def set_up_link(scene: Scene) -> str:
    """The link of an installation without people."""
    User.objects.all().delete()
    return reverse("teams:setup", args=[setup_key()])


def password_link(scene: Scene) -> str:
    """The link of the e-mail to somebody who forgot their password."""
    owner = scene.people["owner"]
    key = default_token_generator.make_token(owner)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(owner), key])


def press(name: str, *, role: str = "button") -> Act:
    """Click what is called so."""

    def act(page: Page) -> None:
        page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]

    return act


def open_account_menu(page: Page) -> None:
    page.locator("[popovertarget=account]:visible").click()
    expect(page.get_by_role("navigation", name="Account")).to_be_visible()


def open_left_hand_menu(page: Page) -> None:
    button = page.get_by_role("button", name="Menu", exact=True)
    if button.is_visible():
        button.click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def ask_to_delete_token(page: Page) -> None:
    press("Delete Token", role="link")(page)
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


def open_everything(page: Page) -> None:
    """Each disclosure of the page, so that nothing hides."""
    for disclosure in page.locator("main details").all():
        if disclosure.get_attribute("open") is None:
            disclosure.locator("> summary").click()


def add_projects(page: Page) -> None:
    page.get_by_role("checkbox", name="Payments", exact=True).check()
    page.get_by_label("Expires").select_option("date")
    expect(page.get_by_label("Last day")).to_be_visible()


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
    page.get_by_label("Email").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("not the password")
    press("Sign in")(page)
    expect(page.locator(".error-summary")).to_be_visible()


def lose_the_way(page: Page) -> None:
    page.goto("/nothing-here/")


def send_no_project(page: Page) -> None:
    press("Create Project")(page)
    expect(page.locator(".error-summary")).to_be_visible()


ORGANIZATION, PROJECT, ROBOT = "organization", "organization project", "organization robot"
TOKEN = "organization robot token"  # parts of an address
PLACES = (
    Place("sign-in", "account_login", who=NOBODY),
    Place("sign-in-refused", "account_login", who=NOBODY, act=send_bad_sign_in),
    Place("sign-up-closed", "account_signup", who=NOBODY),
    Place("password-forgotten", "account_reset_password", who=NOBODY),
    Place("password-sent", "account_reset_password_done", who=NOBODY),
    Place("password-new-done", "account_reset_password_from_key_done", who=NOBODY),
    Place("password-new", "account_reset_password_from_key", who=NOBODY, find=password_link),
    Place("set-up", "teams:setup", who=NOBODY, find=set_up_link),
    Place("account-inactive", "account_inactive", who=NOBODY),
    Place("not-found", "console:help", who=NOBODY, act=lose_the_way),
    Place("sign-out", "account_logout"),
    Place("sign-in-again", "account_reauthenticate"),
    Place("password-change", "account_change_password"),
    Place("password-set", "account_set_password", who="newcomer"),
    Place("my-account", "teams:my-account"),
    Place("personal-account", "teams:personal-account"),
    Place("personal-account-alone", "teams:personal-account", who="newcomer"),
    Place("organization-create", "teams:organization-create"),
    Place("help", "console:help"),
    Place("overview", "robots:overview", ORGANIZATION, act=open_everything),
    Place("overview-first", "robots:overview", "empty"),
    Place("overview-member", "robots:overview", ORGANIZATION, who="member"),
    Place("account-menu", "robots:overview", ORGANIZATION, act=open_account_menu),
    Place("left-hand-menu", "robots:overview", ORGANIZATION, act=open_left_hand_menu),
    Place("projects", "console:project-list", ORGANIZATION),
    Place("projects-none", "console:project-list", "empty"),
    Place("project-create", "console:project-create", ORGANIZATION),
    Place("project-refused", "console:project-create", ORGANIZATION, act=send_no_project),
    Place("project", "console:project", PROJECT),
    Place("project-bare", "console:project", "organization bare"),
    Place("project-robots", "robots:project-robots", PROJECT),
    Place("project-robots-none", "robots:project-robots", "organization bare"),
    Place("repositories", "console:repository-list", ORGANIZATION),
    Place("repositories-none", "console:repository-list", "empty"),
    Place("repository-create", "console:repository-create", PROJECT),
    Place("repository", "console:repository", "organization repository"),
    Place("users", "teams:member-list", ORGANIZATION),
    Place("robots", "robots:robot-list", ORGANIZATION),
    Place("robots-filter-menu", "robots:robot-list", ORGANIZATION, act=press("State")),
    Place("robots-none", "robots:robot-list", "empty"),
    Place("robots-no-match", "robots:robot-list", ORGANIZATION, "?q=zzz&state=disabled"),
    Place("robots-forbidden", "robots:robot-create", ORGANIZATION, who="member"),
    Place("robot-create", "robots:robot-create", ORGANIZATION),
    Place("robot-create-adding", "robots:robot-create", ORGANIZATION, act=add_projects),
    Place("robot-create-in-project", "robots:robot-create", ORGANIZATION, "?project=payments"),
    Place("robot-refused", "robots:robot-create", ORGANIZATION, act=send_bad_robot),
    Place("robot", "robots:robot", ROBOT),
    Place("robot-bare", "robots:robot", "organization deploy"),
    Place("robot-menu", "robots:robot", ROBOT, act=open_robot_menu),
    Place("robot-access", "robots:robot-access", ROBOT),
    Place("robot-access-none", "robots:robot-access", "organization deploy"),
    Place("robot-activity", "robots:robot-activity", ROBOT, act=open_everything),
    Place("robot-settings", "robots:robot-settings", ROBOT),
    Place("robot-delete-first-sign-in", "robots:robot-delete", ROBOT),
    Place("robot-delete", "robots:robot-delete", ROBOT, act=confirm_password),
    Place("robot-delete-refused", "robots:robot-delete", ROBOT, act=send_wrong_name),
    Place("token-create", "robots:token-create", ROBOT, act=open_everything),
    Place("token-reveal", "robots:token-create", ROBOT, act=make_token),
    Place("token", "robots:token", TOKEN),
    Place("token-delete", "robots:token-delete", TOKEN),
    Place("token-delete-dialog", "robots:token", TOKEN, act=ask_to_delete_token),
    Place("audit-log", "console:event-list", ORGANIZATION),
    Place("audit-log-no-match", "console:event-list", ORGANIZATION, "?q=zzz"),
    Place("event", "console:event", "organization event"),
    Place("organization-settings", "console:organization-settings", ORGANIZATION),
)
