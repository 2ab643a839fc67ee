"""What happened to a token is found in the audit log by the token itself, and taken home as a file."""

import csv
import json
import re
from io import StringIO

from playwright.sync_api import Locator, Page, expect

from tests.conftest import Cast
from tests.e2e import secret_steps, steps

ABOUT_TOKEN = ["token:rotated", "token:created"]


def open_log(page: Page) -> None:
    page.goto("/o/acme/audit-log/")
    steps.heading(page, "Audit log")


def actions(page: Page) -> Locator:
    return page.locator("#event-table td[data-label=Action]")


def search_pasted(page: Page, secret: str) -> None:
    open_log(page)
    steps.button(page, "Pasted token").click()
    page.get_by_label("Token", exact=True).fill(secret)
    steps.button(page, "Find Its Events").click()


def test_a_pasted_token_finds_its_events_and_is_in_no_address(owner_page: Page, cast: Cast) -> None:
    new = secret_steps.rotate(owner_page, cast.token)
    for secret in (cast.secret, new.secret):
        search_pasted(owner_page, secret)
        expect(actions(owner_page)).to_have_text(ABOUT_TOKEN)
        expect(owner_page).to_have_url(re.compile(rf"\?token={cast.token.uuid}$"))
        assert secret not in owner_page.content()


def test_a_pasted_token_of_another_organization_finds_nothing(owner_page: Page, cast: Cast) -> None:
    search_pasted(owner_page, cast.other_minted.plaintext.reveal())
    steps.heading(owner_page, "No such token here")


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox", name="Name, actor, access ID or address").fill(text)
    page.keyboard.press("Enter")


def test_an_access_id_finds_the_events_of_its_token(owner_page: Page, cast: Cast) -> None:
    secret_steps.rotate(owner_page, cast.token)
    open_log(owner_page)
    search(owner_page, str(cast.token.uuid))
    expect(actions(owner_page)).to_have_text(ABOUT_TOKEN)
    search(owner_page, str(cast.other_minted.token.uuid))
    expect(owner_page.get_by_text("No event matches")).to_be_visible()


def test_a_token_in_the_search_field_is_not_searched_for(owner_page: Page, cast: Cast) -> None:
    open_log(owner_page)
    search(owner_page, cast.secret)
    expect(owner_page.get_by_text("That looks like a token").first).to_be_visible()
    expect(
        owner_page.get_by_role("searchbox", name="Name, actor, access ID or address")
    ).to_have_value("")
    assert cast.secret not in owner_page.url


def export(page: Page, name: str, filename: str) -> str:
    """The file that Export gives of what the page shows."""
    steps.button(page, "Export").click()
    with page.expect_download() as started:
        page.locator("#event-export").get_by_role("button", name=name).click()
    return steps.read(started.value, filename)


def test_what_is_shown_is_exported_as_json_lines(owner_page: Page, cast: Cast) -> None:
    secret_steps.rotate(owner_page, cast.token)
    search_pasted(owner_page, cast.secret)
    expect(actions(owner_page)).to_have_count(2)
    lines = export(owner_page, "JSON lines", "acme-audit-log.jsonl").splitlines()
    events = [json.loads(line) for line in lines]
    assert [event["action"] for event in events] == ABOUT_TOKEN[::-1]
    assert {event["target_uuid"] for event in events} == {str(cast.token.uuid)}


def test_what_is_shown_is_exported_as_csv(owner_page: Page, cast: Cast) -> None:
    open_log(owner_page)
    expect(actions(owner_page).first).to_be_visible()
    text = export(owner_page, "CSV", "acme-audit-log.csv")
    rows = list(csv.DictReader(StringIO(text)))
    created = ["robot:created", "token:created", "robot:created"]
    assert [row["action"] for row in rows] == [*created, "audit-log:exported"]
    assert cast.secret not in text
    assert rows[-1]["actor"] == "owner@example.com"


def test_an_event_shows_what_was_before_and_after(owner_page: Page, cast: Cast) -> None:
    secret_steps.rotate(owner_page, cast.token, "When somebody ends it by hand")
    open_log(owner_page)
    search(owner_page, str(cast.token.uuid))
    expect(actions(owner_page)).to_have_text(ABOUT_TOKEN)
    owner_page.get_by_role("link", name=re.compile(r", event \d+$")).first.click()
    expect(owner_page.get_by_role("row", name="old secret ends")).to_contain_text("by hand")
    expect(owner_page.get_by_text("Request ID")).to_be_visible()
