"""From where a robot and a token may be used is written in the browser, and holds at once."""

import pytest
from playwright.sync_api import Page, expect

from robots.models import Robot, Token
from tests.conftest import Cast
from tests.e2e import secret_steps, steps
from tests.e2e.logins import Logins

HERE, ELSEWHERE = "127.0.0.0/8", "192.0.2.0/24"


@pytest.fixture(params=["robot", "token"])
def limited(request: pytest.FixtureRequest, cast: Cast) -> Robot | Token:
    """What the list of addresses is of."""
    return cast.robot if request.param == "robot" else cast.token


def open_addresses(page: Page, limited: Robot | Token) -> None:
    """The form, from the page of the robot's settings or of the token."""
    if isinstance(limited, Token):
        secret_steps.open_token(page, limited)
    else:
        secret_steps.open_robot(page, limited)
        page.locator("main .tabs").get_by_role("link", name="Settings").click()
    shown = page.get_by_role("definition").filter(has=page.locator("a[href$='/addresses/']"))
    shown.get_by_role("link", name="Change").click()
    steps.heading(page, "Allowed addresses")


def save(page: Page, limited: Robot | Token, addresses: str) -> None:
    open_addresses(page, limited)
    page.get_by_label("Allowed addresses").fill(addresses)
    steps.button(page, "Save Addresses").click()


def test_an_address_outside_the_list_is_refused_and_one_inside_works(
    owner_page: Page, cast: Cast, logins: Logins, limited: Robot | Token
) -> None:
    save(owner_page, limited, ELSEWHERE)
    steps.said(owner_page, f"Addresses of {limited.name} saved. They hold from now on.")
    logins.expect(cast.token.uuid, refused=cast.secret)
    save(owner_page, limited, f"{ELSEWHERE}\n{HERE}")
    logins.expect(cast.token.uuid, works=cast.secret)
    save(owner_page, limited, "")
    logins.expect(cast.token.uuid, works=cast.secret)


def test_an_address_has_to_be_in_both_lists(owner_page: Page, cast: Cast, logins: Logins) -> None:
    save(owner_page, cast.robot, ELSEWHERE)
    save(owner_page, cast.token, HERE)
    logins.expect(cast.token.uuid, refused=cast.secret)
    open_addresses(owner_page, cast.token)
    expect(owner_page.get_by_text(f"It allows {ELSEWHERE}.")).to_be_visible()


def test_a_network_with_host_bits_is_refused_with_both_things_it_may_mean(
    owner_page: Page, cast: Cast, logins: Logins, limited: Robot | Token
) -> None:
    typed = f"{ELSEWHERE}\n10.20.30.40/16"
    save(owner_page, limited, typed)
    summary = owner_page.locator(".error-summary")
    expect(summary).to_contain_text("10.20.30.40/16 is one address inside 10.20.0.0/16.")
    expect(summary).to_contain_text(
        "Write 10.20.0.0/16 for the network or 10.20.30.40 for the address."
    )
    expect(owner_page.get_by_label("Allowed addresses")).to_have_value(typed)
    logins.expect(cast.token.uuid, works=cast.secret)


def test_the_addresses_it_was_used_from_stand_beside_the_form(
    owner_page: Page, cast: Cast, logins: Logins, limited: Robot | Token
) -> None:
    logins.expect(cast.token.uuid, works=cast.secret)
    open_addresses(owner_page, limited)
    expect(owner_page.get_by_role("heading", name="Used from")).to_be_visible()
    expect(owner_page.locator("main section code", has_text="127.0.0.1")).to_be_visible()


def observe_elsewhere(page: Page, limited: Robot | Token) -> None:
    """Save networks that are only observed, from which this machine lies outside."""
    open_addresses(page, limited)
    page.get_by_label("Allowed addresses").fill(ELSEWHERE)
    page.get_by_role("radio", name="Only observe").check()
    steps.button(page, "Save Addresses").click()
    saved = f"Addresses of {limited.name} saved. They are only observed: they refuse nothing yet."
    steps.said(page, saved)


def go_to_enforcing(page: Page) -> None:
    page.locator(".notice", has_text="are observed").get_by_role("link", name="Enforce …").click()


def test_what_is_used_is_proposed_and_what_observed_networks_would_refuse_is_shown(
    owner_page: Page, cast: Cast, logins: Logins, limited: Robot | Token
) -> None:
    logins.expect(cast.token.uuid, works=cast.secret)
    open_addresses(owner_page, limited)
    expect(owner_page.get_by_role("checkbox", name="127.0.0.1")).to_be_visible()
    observe_elsewhere(owner_page, limited)
    logins.expect(cast.token.uuid, works=cast.secret)
    owner_page.reload()
    observed = owner_page.locator(".notice", has_text="are observed")
    expect(observed).to_contain_text("Would have been refused in the last 30 days:")
    expect(observed.locator("code")).to_have_text("127.0.0.1")


def test_networks_that_were_observed_are_enforced(
    owner_page: Page, cast: Cast, logins: Logins, limited: Robot | Token
) -> None:
    page = owner_page
    observe_elsewhere(page, limited)
    logins.expect(cast.token.uuid, works=cast.secret)
    page.reload()
    go_to_enforcing(page)
    expect(page.get_by_role("rowheader", name="127.0.0.1")).to_be_visible()
    # It belongs there: its proposal is ticked.
    page.get_by_role("link", name="add its addresses").click()
    page.get_by_role("checkbox", name="127.0.0.1").check()
    steps.button(page, "Save Addresses").click()
    go_to_enforcing(page)
    expect(page.get_by_text("In the last 30 days nothing would have been refused.")).to_be_visible()
    steps.button(page, "Enforce Networks").click()
    said = f"What comes from outside the networks of {limited.name} is refused from now on."
    steps.said(page, said)
    expect(page.locator(".notice", has_text="are observed")).to_have_count(0)
    logins.expect(cast.token.uuid, works=cast.secret)
    save(page, limited, ELSEWHERE)
    logins.expect(cast.token.uuid, refused=cast.secret)
