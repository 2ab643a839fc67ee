"""The pages on which access is added and shown, and what people do there."""

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from console.models import Repository
from console.permissions.vocabulary import TICKABLE
from robots.models import Robot, RobotGrant
from tests.e2e.scenes import Place, Scene, open_everything, press
from tests.robots.access.long_held import hold_for, use

ROBOT, TEAM = "organization robot", "organization team"
REPOSITORY, PROJECT = "organization repository", "organization project"
HELD = "#preview [data-extent]"


def give_two(page: Page) -> None:
    """Tick the last two of what is offered, and wait until what that comes to stands there."""
    boxes = page.locator("#candidates").get_by_role("checkbox")
    for index in (-1, -2):
        boxes.nth(index).check()
    page.get_by_role("radio", name="Write").check(force=True)
    expect(page.locator(HELD).first).to_be_visible()


def give_role(page: Page) -> None:
    give_two(page)
    page.get_by_role("radio", name="A project role").check(force=True)


def give_single_permissions(page: Page) -> None:
    give_two(page)
    page.get_by_role("radio", name="Single permissions").check(force=True)
    page.get_by_role("checkbox", name="tag:create").check()


def give_nothing(page: Page) -> None:
    press("Add Access")(page)
    expect(page.locator(".error-summary")).to_be_visible()


def untick_all(page: Page) -> None:
    for box in page.locator("[name=grant]").all():
        box.uncheck()
    press("Narrow Access")(page)
    expect(page.locator(".error-summary")).to_be_visible()


def _less_used(scene: Scene) -> list[str]:
    """A robot with grants of which it used little; where its pages are."""
    robot = Robot.objects.select_related("organization").get(uuid=scene.parts["deploy"])
    project = robot.organization.projects.get(slug=scene.parts["project"])
    repository = Repository.objects.get(uuid=scene.parts["repository"])
    here: dict[str, Any] = {"robot": robot, "organization": robot.organization, "project": project}
    RobotGrant.objects.get_or_create(**here, repository=repository, role="repository:admin")
    RobotGrant.objects.get_or_create(**here, role="project:maintainer")
    RobotGrant.objects.get_or_create(**here, permissions=frozenset(TICKABLE))
    hold_for(robot)
    use(robot, "artifact:pull", "artifact:push", at=repository)
    return [robot.organization.slug, str(robot.uuid)]


def unused_part(scene: Scene) -> str:
    return reverse("robots:robot-access", args=_less_used(scene))


def narrowing(scene: Scene) -> str:
    return reverse("robots:robot-narrow", args=_less_used(scene))


ACCESS_PLACES = (
    Place("robot-unused", "robots:robot-access", find=unused_part),
    Place("robot-narrow", "robots:robot-narrow", find=narrowing),
    Place("robot-narrow-refused", "robots:robot-narrow", find=narrowing, act=untick_all),
    Place("robot-narrow-nothing", "robots:robot-narrow", ROBOT),
    Place("robot-access", "robots:robot-access", ROBOT),
    Place("robot-access-why", "robots:robot-access", ROBOT, act=open_everything),
    Place("robot-access-none", "robots:robot-access", "organization deploy"),
    Place("robot-access-no-match", "robots:robot-access", ROBOT, "?q=zzz"),
    Place("robot-access-add", "robots:robot-access-add", ROBOT),
    Place("robot-access-adding", "robots:robot-access-add", "organization deploy", act=give_two),
    Place("robot-access-refused", "robots:robot-access-add", ROBOT, act=give_nothing),
    Place("team-access-add", "robots:team-access-add", TEAM, act=give_single_permissions),
    Place("member-access-add", "robots:member-access-add", "organization person", act=give_role),
    Place("repository-access-add", "robots:repository-access-add", REPOSITORY, act=give_two),
    Place("project-access-add", "robots:project-access-add", PROJECT, act=give_two),
    Place("repository-reach", "robots:repository-reach", REPOSITORY),
    Place("repository-reach-why", "robots:repository-reach", REPOSITORY, act=open_everything),
    Place("repository-can-push", "robots:repository-reach", REPOSITORY, "?can=push"),
    Place("project-reach", "robots:project-reach", PROJECT),
    Place("project-reach-no-match", "robots:project-reach", PROJECT, "?q=zzz"),
)
