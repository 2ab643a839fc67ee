"""Giving and finding access takes few clicks: counted, with scripts and without."""

import pytest
from playwright.sync_api import Locator, Page, expect

from console.models import Repository
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.hands import Hand, hand
from tests.factories import ProjectFactory, RepositoryFactory

__all__ = ["hand"]

NAMES = ("alpha", "beta", "gamma")


@pytest.fixture
def repositories(cast: Cast) -> list[Repository]:
    """Three, each of another project."""
    return [
        RepositoryFactory(
            project=ProjectFactory(organization=cast.organization, slug=name), name="image"
        )
        for name in NAMES
    ]


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=name, exact=True)


def test_a_robot_pulls_from_three_repositories_after_seven_clicks_at_most(
    hand: Hand, cast: Cast, repositories: list[Repository]
) -> None:
    """From the robot's own page: a new one says that it can do nothing yet, and what to do."""
    robot, page = cast.organization_robot, hand.page
    page.goto(robot.get_absolute_url())
    hand.click(steps.link(page, "Add Access"))
    for name in NAMES:
        hand.tick(box(page, f"{name}/image"))
    expect(page.get_by_role("radio", name="Read Pull.")).to_be_checked()
    hand.click(steps.button(page, "Add Access"))
    steps.said(page, "Read given: acme/alpha/image, acme/beta/image, acme/gamma/image.")
    assert hand.uses <= 7
    assert all(allows(robot, Permission.ARTIFACT_PULL, it) for it in repositories)


def test_the_same_by_searching_in_a_large_organization(
    hand: Hand, cast: Cast, repositories: list[Repository], scripts: bool
) -> None:
    """What was ticked stays while one searches on."""
    page = hand.page
    for number in range(40):
        RepositoryFactory(project=cast.project, name=f"other-{number}")
    page.goto(f"{cast.organization_robot.get_absolute_url()}access/")
    hand.click(steps.link(page, "Add Access").first)
    find = page.get_by_role("searchbox", name="Search projects and repositories")
    for name in NAMES:
        hand.type(find, f"{name}/")
        if not scripts:
            steps.button(page, "Search").click()
        hand.tick(box(page, f"{name}/image"))
    hand.click(steps.button(page, "Add Access"))
    steps.said(page, "Read given: ")
    assert cast.organization_robot.grants.count() == 3
    assert hand.uses <= 8


def test_what_it_will_be_stands_there_before_it_is_saved(
    hand: Hand, cast: Cast, repositories: list[Repository], scripts: bool
) -> None:
    page = hand.page
    page.goto(f"{cast.organization_robot.get_absolute_url()}access/new/")
    box(page, "beta/image").check()
    page.get_by_role("radio", name="Write").check(force=True)
    if not scripts:
        steps.button(page, "Search").click()
    row = page.locator("#preview").get_by_role("row", name="acme/beta/image")
    expect(row.locator('[data-extent="new"]')).to_have_count(3)
    expect(box(page, "beta/image")).to_be_checked()
    assert not cast.organization_robot.grants.exists()


def test_who_can_push_is_two_clicks_away(hand: Hand, cast: Cast) -> None:
    page = hand.page
    page.goto(cast.repository.get_absolute_url())
    hand.click(steps.link(page, "Who can reach this"))
    hand.click(steps.link(page, "Can push"))
    assert hand.uses <= 2
    expect(page).to_have_url(page.url.partition("?")[0] + "?can=push")
    robot = page.get_by_role("row", name=cast.robot.login_name)
    expect(robot.get_by_role("cell", name="yes")).to_have_count(3)
    why = robot.locator(".why > summary")
    why.click()
    expect(robot.get_by_text("own grant: 10 permissions on acme/payments")).to_be_visible()
