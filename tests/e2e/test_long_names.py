"""Names as long as they may be: no table hides what it cannot show, and nothing stands over anything else."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from robots.models import Robot, Token
from tests.conftest import Cast
from tests.e2e.watching import sign_in
from tests.factories import ProjectFactory, RobotFactory
from tests.robots.artifacts.telling import event, note

LONG = "a-robot-that-somebody-gave-a-very-long-name-" + "x" * 56
PROJECT = "Payments, refunds and everything that the finance department asked for in spring 2"
LISTS = (
    "/o/acme/robots/",
    "/o/acme/projects/",
    "/o/acme/repositories/",
    "/o/acme/users/",
    "/o/acme/teams/",
    "/o/acme/roles/",
    "/o/acme/attention/never-ending/",
    "/o/acme/projects/payments/robots/",
    "/o/acme/projects/payments/reach/",
)
# For each table: whether what does not fit can be reached, and which cells their content overflows.
MEASURE = """() => [...document.querySelectorAll(".table")].map((frame) => {
  const hidden = frame.scrollWidth > frame.clientWidth + 1
    && !["auto", "scroll"].includes(getComputedStyle(frame).overflowX);
  const over = [...frame.querySelectorAll("tbody td, tbody th")].filter((cell) => {
    const edge = cell.getBoundingClientRect().right + 1;
    return [...cell.querySelectorAll("a, span, code")].some((part) => {
      if (part.closest(".visually-hidden, [popover]")) return false;
      const ends = [part.getBoundingClientRect().right];
      for (let up = part.parentElement; up !== cell; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== "visible") ends.push(up.getBoundingClientRect().right);
      }
      return Math.min(...ends) > edge;
    });
  });
  return {hidden, over: over.map((cell) => cell.dataset.label ?? cell.textContent.trim().slice(0, 40))};
})"""


# The names that are cut.
CUT = """() => [...document.querySelectorAll(".entry-name, .named")]
  .filter((name) => name.scrollWidth > name.clientWidth).map((name) => name.textContent.trim())"""


@pytest.fixture
def long_names(cast: Cast) -> None:
    project = ProjectFactory(organization=cast.organization, slug="finance", name=PROJECT[:79])
    robot = RobotFactory(organization=cast.organization, project=project, name=LONG[:100])
    RobotFactory(organization=cast.organization, name="b" * 100, description="A description. " * 20)
    type(cast.project).objects.filter(pk=cast.project.pk).update(name=PROJECT[:60])
    Robot.objects.filter(pk=robot.pk).update(next_expiry_at=timezone.now())
    Token.objects.filter(pk=cast.token.pk).update(name="t" * 100)


@pytest.mark.parametrize("width", [1280, 1024, 390])
@pytest.mark.parametrize("address", LISTS)
def test_a_table_shows_or_leads_to_all_that_it_has(
    page: Page, cast: Cast, long_names: Any, base_url: str, address: str, width: int
) -> None:
    sign_in(page.context, cast.owner, base_url)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for table in page.evaluate(MEASURE):
        assert table == {"hidden": False, "over": []}


@pytest.mark.parametrize("width", [1280, 1024, 390])
def test_so_does_what_registries_told(
    page: Page, cast: Cast, long_names: Any, base_url: str, width: int
) -> None:
    robot = Robot.objects.get(name="b" * 100)
    Robot.objects.update(created_at=timezone.now() - timedelta(days=7))
    for actor in (robot.login_name, cast.robot.login_name, cast.owner.email, ""):
        for tag in ("t" * 128, "1"):
            note(event(tag=tag, actor=actor), event("pull", tag, actor=actor))
        note(event("pull", "", actor=actor))
    sign_in(page.context, cast.owner, base_url)
    page.set_viewport_size({"width": width, "height": 800})
    repository = cast.repository.get_absolute_url()
    places = (f"{repository}tags/", f"{repository}activity/")
    for address in (*places, f"{cast.robot.get_absolute_url()}activity/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for table in page.evaluate(MEASURE):
            assert table == {"hidden": False, "over": []}, address


def test_an_ordinary_name_is_whole_whatever_stands_beside_it(
    page: Page, cast: Cast, base_url: str
) -> None:
    text = "Builds and pushes the images of everything that is paid with, each night and on demand"
    for number, name in enumerate(("base-images", "ci-build", "legacy-jenkins")):
        robot = RobotFactory(organization=cast.organization, name=name, description=text)
        for key in ("cost-center", "env", "owner")[:number]:
            robot.labels.create(organization=cast.organization, key=key, value="4711")
    sign_in(page.context, cast.owner, base_url)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/o/acme/robots/")
    assert page.locator(".entry-name").count() >= 3
    assert page.evaluate(CUT) == []
