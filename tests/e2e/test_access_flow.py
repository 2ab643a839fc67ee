"""Giving access in the browser: a team, permissions, an invitation; with scripts and without."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from teams.models import Invitation, User
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.conftest import NewContext
from tests.factories import PASSWORD


@pytest.fixture
def page(new_context: NewContext, scripts: bool, cast: Cast) -> Page:
    """A browser in which the owner is signed in."""
    cast.owner.set_password(PASSWORD)
    cast.owner.save()
    page = new_context(java_script_enabled=scripts).new_page()
    steps.sign_in_by_form(page, cast.owner.email)
    return page


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()
    steps.heading(page, name)


def tab(page: Page, name: str) -> None:
    page.locator("main .tabs").get_by_role("link", name=name).click()


def create_team(page: Page, name: str) -> None:
    menu(page, "Teams")
    steps.link(page, "Create Team").click()
    page.get_by_label("Name", exact=True).fill(name)
    steps.button(page, "Create Team").click()
    steps.heading(page, name)


def test_a_team_gives_its_robots_what_it_holds(page: Page, cast: Cast) -> None:
    create_team(page, "build")
    tab(page, "Robot accounts")
    steps.link(page, "Add Robot Account").click()
    page.get_by_role("checkbox", name=re.compile("deploy")).check()
    steps.button(page, "Add Robot Account").click()
    steps.said(page, "deploy added to build.")
    tab(page, "Permissions")
    steps.link(page, "Add Access").click()
    page.get_by_role("checkbox", name="payments", exact=True).check()
    page.get_by_role("radio", name=re.compile("^Write")).check()
    steps.button(page, "Add Access").click()
    steps.said(page, "Write given: acme/payments.")
    expect(page.get_by_role("row", name="acme/payments")).to_contain_text("write")
    page.goto(f"{cast.organization_robot.get_absolute_url()}access/")
    page.locator("summary").filter(has_text="Why").click()
    expect(page.get_by_text("team build: write on acme/payments").first).to_be_visible()


def test_the_matrix_shows_what_comes_from_above_and_saves_all_at_once(
    page: Page, cast: Cast, scripts: bool
) -> None:
    create_team(page, "build")
    page.goto(reverse("robots:repository-permissions", args=["acme", cast.repository.uuid]))
    page.get_by_role("searchbox", name="Find a team, robot or person").fill("buil")
    steps.button(page, "Search").click()
    steps.link(page, "Add build").click()
    levels = page.get_by_role("radiogroup", name="Level of build")
    levels.get_by_role("radio", name="Read").check()
    if scripts:
        expect(page.locator("[data-unsaved]")).to_have_text(
            "Unsaved changes: 1 · build none → read"
        )
    steps.button(page, "Save Permissions").click()
    steps.said(page, "1 permission saved.")
    expect(levels.get_by_role("radio", name="Read")).to_be_checked()
    tab(page, "Who can reach this")
    expect(page.get_by_role("row", name=re.compile("^build"))).to_contain_text(
        "team build: read on acme/payments/api"
    )


def test_an_invited_person_makes_an_account_and_joins(
    page: Page, new_context: NewContext, scripts: bool
) -> None:
    menu(page, "Users")
    steps.link(page, "Invite People").click()
    page.get_by_label("E-mail address").fill("new@example.com")
    steps.button(page, "Send Invitations").click()
    expect(page.get_by_role("row", name="new@example.com")).to_be_visible()
    sent = Invitation.objects.get(email="new@example.com")
    theirs = new_context(java_script_enabled=scripts).new_page()
    theirs.goto(reverse("teams:invitation", args=[sent.uuid, sent.key()]))
    steps.heading(theirs, "Join Acme")
    assert sent.key() not in theirs.url
    theirs.get_by_label("Name").fill("Noa Newcomer")
    theirs.get_by_label("Password").fill(PASSWORD)
    steps.button(theirs, "Create Account and Join").click()
    steps.said(theirs, "You are in Acme now.")
    assert User.objects.get(email="new@example.com").name == "Noa Newcomer"
    menu(page, "Users")
    expect(page.get_by_role("row", name=re.compile("Noa Newcomer"))).to_contain_text("Member")
