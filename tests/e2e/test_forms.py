"""Forms show what a choice asks for, without scripts, and say what follows, with them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.e2e.conftest import NewContext
from tests.e2e.watching import sign_in


@pytest.fixture
def form(page: Page, cast: Cast, base_url: str) -> Page:
    sign_in(page.context, cast.owner, base_url)
    page.goto("/o/acme/robots/new/")
    return page


@pytest.fixture
def bare_form(new_context: NewContext, cast: Cast, base_url: str) -> Page:
    """The same without scripts."""
    context = new_context(java_script_enabled=False)
    sign_in(context, cast.owner, base_url)
    page = context.new_page()
    page.goto("/o/acme/robots/new/")
    return page


def test_days_and_date_are_shown_for_their_choice_alone(bare_form: Page) -> None:
    days, date = bare_form.get_by_label("Number of days"), bare_form.get_by_label("Last day")
    for choice, shows_days, shows_date in (
        ("never", False, False),
        ("days", True, False),
        ("date", False, True),
        ("90", False, False),
    ):
        bare_form.get_by_label("Expires").select_option(choice)
        expect(days).to_be_visible(visible=shows_days)
        expect(date).to_be_visible(visible=shows_date)


def test_each_level_shows_what_it_needs(bare_form: Page) -> None:
    project = bare_form.get_by_role("combobox", name="Project", exact=True)
    projects = bare_form.get_by_role("group", name="Projects")
    expect(project).to_be_hidden()
    expect(projects).to_be_visible()
    bare_form.get_by_role("radio", name="Project Belongs").check()
    expect(project).to_be_visible()
    expect(projects).to_be_hidden()


def test_an_added_project_shows_its_permissions(bare_form: Page) -> None:
    ticks = bare_form.get_by_role("group", name="Permissions in Payments")
    expect(ticks).to_be_hidden()
    bare_form.get_by_role("checkbox", name="Payments", exact=True).check()
    expect(ticks.get_by_role("checkbox", checked=True)).to_have_count(10)


def test_the_login_name_forms_as_one_types(form: Page) -> None:
    preview = form.locator("output[data-login-prefix]")
    expect(preview).to_have_text("robot_acme+…")
    form.get_by_label("Name", exact=True).press_sequentially("ci")
    expect(preview).to_have_text("robot_acme+ci")
    form.get_by_role("radio", name="Project Belongs").check()
    expect(preview).to_have_text("robot_acme+ci")
    form.get_by_role("combobox", name="Project", exact=True).select_option("Payments")
    expect(preview).to_have_text("robot_acme.payments+ci")
    form.get_by_role("radio", name="Organization").check()
    expect(preview).to_have_text("robot_acme+ci")


# At any time of the day it is another date than in UTC in one of them.
@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati"])
def test_days_say_their_date_in_utc(
    new_context: NewContext, cast: Cast, base_url: str, zone: str
) -> None:
    context = new_context(timezone_id=zone)
    sign_in(context, cast.owner, base_url)
    form = context.new_page()
    form.goto("/o/acme/robots/new/")
    form.get_by_label("Expires").select_option("days")
    before = until(45)
    form.get_by_label("Number of days").fill("45")
    expect(form.locator("output[data-expiry]")).to_have_text(
        re.compile(f"^({before}|{until(45)})$")
    )


def until(days: int) -> str:
    return f"Until {timezone.now() + timedelta(days=days):%-d %B %Y}"


def test_tick_all_and_clear_act_on_their_own_list(form: Page) -> None:
    form.get_by_role("checkbox", name="Payments", exact=True).check()
    ticks = form.get_by_role("group", name="Permissions in Payments")
    ticks.get_by_role("button", name="Clear").click()
    expect(ticks.get_by_role("checkbox", checked=True)).to_have_count(0)
    ticks.get_by_role("button", name="Tick all").click()
    expect(ticks.get_by_role("checkbox", checked=True)).to_have_count(10)


def test_what_was_typed_is_kept_when_a_form_is_refused(bare_form: Page) -> None:
    bare_form.get_by_label("Description").fill("Kept")
    bare_form.get_by_role("checkbox", name="Payments", exact=True).check()
    bare_form.get_by_role("button", name="Create Robot Account").click()
    expect(bare_form.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(bare_form.get_by_label("Description")).to_have_value("Kept")
    expect(bare_form.get_by_role("checkbox", name="Payments", exact=True)).to_be_checked()
