"""Searching in a form and choosing meanwhile: an answer that comes late takes nothing back."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from robots.models import Robot
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.watching import sign_in
from tests.factories import ProjectFactory

SEARCH = re.compile(r"/robots/new/\?search=$")


@pytest.fixture
def form(page: Page, cast: Cast, base_url: str) -> Page:
    """The form of a new robot account of a project, with several to choose from."""
    ProjectFactory(organization=cast.organization, slug="parcels", name="Parcels")
    sign_in(page.context, cast.owner, base_url)
    page.goto("/o/acme/robots/new/")
    page.get_by_role("radio", name="Project").first.check()
    return page


def project(form: Page, name: str) -> Locator:
    return form.get_by_role("radio", name=name, exact=True)


def search(form: Page, text: str) -> list[Route]:
    """Search; the server hears of it when it is let go, and of what is asked again at once."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    form.route(SEARCH, hold)
    with form.expect_request(SEARCH):
        form.get_by_role("searchbox", name="Search projects and teams").fill(text)
    return held


def let_go(form: Page, held: list[Route]) -> None:
    with form.expect_response(SEARCH):
        held[0].continue_()


def test_what_is_chosen_meanwhile_stays(form: Page) -> None:
    held = search(form, "Parc")
    project(form, "Payments").check()
    steps.button(form, "Clear").first.click()
    form.get_by_role("checkbox", name="artifact:pull").check()
    with form.expect_response(lambda answer: "project=" in (answer.request.post_data or "")):
        let_go(form, held)
    expect(project(form, "Parcels")).to_be_visible()
    expect(project(form, "Payments")).to_be_checked()
    ticked = form.locator("#places [name=permissions]:checked")
    expect(ticked).to_have_count(1)
    expect(ticked).to_have_value("artifact:pull")


@pytest.mark.parametrize("name", ["Parcels", "Payments"])
def test_whoever_went_on_into_the_list_stays_at_their_row(form: Page, name: str) -> None:
    held = search(form, "Pa")
    project(form, name).focus()
    let_go(form, held)
    expect(form.get_by_text("Other", exact=True)).to_have_count(0)
    expect(project(form, name)).to_be_focused()


def test_whose_row_is_gone_comes_back_to_the_search(form: Page) -> None:
    held = search(form, "Parc")
    project(form, "Payments").focus()
    let_go(form, held)
    expect(project(form, "Payments")).to_have_count(0)
    expect(form.get_by_role("searchbox", name="Search projects and teams")).to_be_focused()


@pytest.mark.parametrize("by", ["button", "Enter"])
def test_whoever_sends_the_form_waits_for_no_search(form: Page, by: str) -> None:
    name = form.get_by_label("Name", exact=True)
    name.fill("quick")
    project(form, "Payments").check()
    search(form, "Parc")
    if by == "button":
        steps.button(form, "Create Robot Account").click()
    else:
        name.press("Enter")
    steps.heading(form, "quick")
    assert Robot.objects.get(name="quick").login_name == "robot_acme.payments+quick"
