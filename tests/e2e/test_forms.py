"""Forms show what a choice asks for, without scripts, and say what follows, with them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from robots.models import Robot
from tests.conftest import Cast
from tests.e2e.conftest import NewContext
from tests.e2e.watching import sign_in
from tests.factories import ProjectFactory


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
    project = bare_form.get_by_role("radio", name="Payments", exact=True)
    projects = bare_form.get_by_role("group", name="Projects")
    expect(project).to_be_hidden()
    expect(projects).to_be_visible()
    bare_form.get_by_role("radio", name="Project Belongs").check()
    expect(project).to_be_visible()
    expect(projects).to_be_hidden()


def test_an_added_project_shows_its_permissions(form: Page, bare_form: Page) -> None:
    """At once; without scripts with the next search."""
    for page in (form, bare_form):
        ticks = page.get_by_role("group", name="Permissions in Payments")
        expect(ticks).to_be_hidden()
        page.get_by_role("combobox", name="Payments", exact=True).select_option("ticked")
        if page is bare_form:
            page.get_by_role("button", name="Search", exact=True).click()
        expect(ticks.get_by_role("checkbox", checked=True)).to_have_count(10)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_projects_are_found_and_chosen_one_after_the_other(
    new_context: NewContext, cast: Cast, base_url: str, has_scripts: bool
) -> None:
    for number in range(30):
        slug = f"p{number:02}"
        ProjectFactory(organization=cast.organization, slug=slug, name=f"Product {number}")
    context = new_context(java_script_enabled=has_scripts)
    sign_in(context, cast.owner, base_url)
    page = context.new_page()
    page.goto("/o/acme/robots/new/")
    page.get_by_label("Name", exact=True).fill("finder")
    expect(page.get_by_text("The first 8 of 31.").last).to_be_visible()
    for slug in ("p29", "p17"):
        page.get_by_role("searchbox", name="Search projects and teams").fill(slug)
        page.get_by_role("searchbox", name="Search projects and teams").press("Enter")
        expect(page.get_by_text("1 found").last).to_be_visible()
        page.get_by_role("combobox", name=f"Product {slug[1:]}", exact=True).select_option("ticked")
        if has_scripts:
            expect(
                page.get_by_role("group", name=f"Permissions in Product {slug[1:]}")
            ).to_be_visible()
    if not has_scripts:
        page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name="Create Robot Account", exact=True).click()
    expect(page.get_by_role("heading", name="finder")).to_be_visible()
    grants = Robot.objects.get(name="finder").grants
    assert set(grants.values_list("project__slug", flat=True)) == {"p29", "p17"}


def test_the_login_name_forms_as_one_types(form: Page) -> None:
    preview = form.locator("output[data-login-prefix]")
    expect(preview).to_have_text("robot_acme+…")
    form.get_by_label("Name", exact=True).press_sequentially("ci")
    expect(preview).to_have_text("robot_acme+ci")
    form.get_by_role("radio", name="Project Belongs").check()
    expect(preview).to_have_text("robot_acme+ci")
    form.get_by_role("radio", name="Payments", exact=True).check()
    expect(preview).to_have_text("robot_acme.payments+ci")
    form.get_by_role("radio", name="Organization").check()
    expect(preview).to_have_text("robot_acme+ci")


# At any time of the day it is another date than in UTC in one of them.
@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati"])
def test_days_say_their_end_in_utc(
    new_context: NewContext, cast: Cast, base_url: str, zone: str
) -> None:
    context = new_context(timezone_id=zone)
    sign_in(context, cast.owner, base_url)
    form = context.new_page()
    form.goto("/o/acme/robots/new/")
    form.get_by_label("Expires").select_option("days")
    before = until(45)
    form.get_by_label("Number of days").fill("45")
    expect(form.locator("output[data-expiry=expiry_days]")).to_have_text(
        re.compile(f"^({before}|{until(45)})$")
    )


def until(days: int) -> str:
    return f"Until {timezone.now() + timedelta(days=days):%-d %B %Y at %H:%M} UTC"


def test_no_end_is_previewed_that_is_refused(form: Page) -> None:
    form.get_by_label("Expires").select_option("days")
    days, preview = (
        form.get_by_label("Number of days"),
        form.locator("output[data-expiry=expiry_days]"),
    )
    for number in ("36500", "-1"):
        days.fill(number)
        expect(preview).not_to_have_text("")
    for number in ("36501", "0", "-2", "1.5", ""):
        days.fill("1")
        expect(preview).not_to_have_text("")
        days.fill(number)
        expect(preview).to_have_text("")


def test_tick_all_and_clear_act_on_their_own_list(form: Page) -> None:
    form.get_by_role("combobox", name="Payments", exact=True).select_option("ticked")
    ticks = form.get_by_role("group", name="Permissions in Payments")
    ticks.get_by_role("button", name="Clear").click()
    expect(ticks.get_by_role("checkbox", checked=True)).to_have_count(0)
    ticks.get_by_role("button", name="Tick all").click()
    expect(ticks.get_by_role("checkbox", checked=True)).to_have_count(10)


def test_what_was_typed_is_kept_when_a_form_is_refused(bare_form: Page) -> None:
    bare_form.get_by_label("Description").fill("Kept")
    payments = bare_form.get_by_role("combobox", name="Payments", exact=True)
    payments.select_option("ticked")
    bare_form.get_by_role("button", name="Create Robot Account", exact=True).click()
    expect(bare_form.get_by_role("heading", name="There are 2 problems")).to_be_visible()
    expect(bare_form.get_by_label("Description")).to_have_value("Kept")
    expect(payments).to_have_value("ticked")


def test_the_sentence_above_create_token_follows_what_is_chosen(
    page: Page, cast: Cast, base_url: str
) -> None:
    sign_in(page.context, cast.owner, base_url)
    page.goto(f"{cast.robot.get_absolute_url()}tokens/new/")
    sentence = page.locator("#outlook")
    expect(sentence).to_contain_text("It never expires.")
    page.locator("summary", has_text="More").click()
    page.get_by_role("checkbox", name="Pull artifacts").check()
    expect(sentence).to_contain_text("able to: pull artifacts in acme/payments")
    with page.expect_request("**/tokens/new/?*") as asked:
        page.get_by_label("Expires").select_option("30")
    assert "secret" not in asked.value.url
    assert "request_key" not in asked.value.url
    expect(sentence).to_contain_text("It works until")
