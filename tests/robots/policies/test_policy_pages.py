"""The pages of token policies: what they refuse, what they show, to whom."""

import re
from dataclasses import asdict
from typing import Any

import pytest

from console.permissions.vocabulary import Permission
from robots.base.policy import Policy
from robots.policies import views
from robots.policies.services import PolicyAt, change_policy
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast

POLICY, CHANGE = "/o/acme/settings/policy/", "/o/acme/settings/policy/change/"
OF_PROJECT = "/o/acme/projects/payments/settings/policy/"
NINETY = {"default_days": "30", "maximum_days": "90", "own_secrets_allowed": "on"}
STRICT = Policy(default_days=30, maximum_days=90, never_allowed=False)


def set_policy(cast: Cast, limits: Policy) -> None:
    change_policy(actor=cast.owner, policy=PolicyAt(cast.organization), **asdict(limits))


def preview(cast: Cast, **sent: str) -> Any:
    return browser(cast.owner).get(CHANGE, NINETY | sent)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"maximum_days": "0"}, "Give a number of days from 1 to 36,500."),
        ({"maximum_days": "36501"}, "Give a number of days from 1 to 36,500."),
        ({"maximum_days": "-1"}, "greater than or equal to 0"),
        ({"maximum_days": "a year"}, "Enter a whole number."),
        ({"never_allowed": "on"}, "With a longest lifetime, tokens have to end."),
        ({"default_days": ""}, "Tokens have to end: say after how many days, unless chosen."),
        ({"default_days": "91"}, "The longest lifetime is 90 days."),
    ],
)
def test_a_policy_that_contradicts_itself_is_422(
    cast: Cast, sent: dict[str, str], words: str
) -> None:
    with events_written() as events:
        for answer in (preview(cast, **sent), browser(cast.owner).post(CHANGE, NINETY | sent)):
            assert answer.status_code == 422
            assert words in text(answer)
    assert events == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"maximum_days": "91"}, "The organization allows 90 days at most."),
        ({"maximum_days": "", "never_allowed": "on"}, "The organization does not allow it"),
        ({"default_days": "91", "maximum_days": ""}, "The organization allows 90 days at most."),
    ],
)
def test_a_project_cannot_be_wider_than_its_organization(
    cast: Cast, sent: dict[str, str], words: str
) -> None:
    set_policy(cast, STRICT)
    answer = browser(cast.owner).get(OF_PROJECT + "change/", NINETY | sent)
    assert (answer.status_code, words in text(answer)) == (422, True)


def test_what_was_typed_stays_where_the_organization_was_quicker(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_policy(cast, STRICT)
    # It was narrowed after the form had been checked.
    monkeypatch.setattr(views, "check_policy", lambda at, **changes: at)
    answer = browser(cast.owner).post(OF_PROJECT + "change/", NINETY | {"maximum_days": "91"})
    assert answer.status_code == 422
    assert 'value="91"' in text(answer)
    assert "The organization allows 90 days at most." in text(answer)


def test_the_form_shows_what_holds_and_the_projects_says_the_organizations(cast: Cast) -> None:
    set_policy(cast, STRICT)
    page, own = browser(cast.owner).get(POLICY), browser(cast.owner).get(OF_PROJECT)
    assert re.search(r'name="maximum_days" value="90"', text(page))
    assert "Tokens may live for 90 days at most. A project can only be narrower." in text(own)
    assert not re.search(r'name="never_allowed"[^>]* checked', text(own))


def test_a_member_reads_the_policy_and_cannot_preview_one(cast: Cast) -> None:
    client = browser(cast.member)
    page = client.get(POLICY)
    assert (page.status_code, "Preview Policy" in text(page)) == (200, False)
    assert client.get(CHANGE, NINETY).status_code == 403
    assert client.post(CHANGE, NINETY).status_code == 403


def changes(page: Any) -> list[list[str]]:
    """The table of what changes: rule, now, then."""
    table = text(page).partition("<caption")[2].partition("</table>")[0]
    lines = re.findall(r"<tr> ?<th scope=\"row\".*?</tr>", table)
    return [re.sub(" ?<[^>]+> ?", "|", line).strip("|").split("||") for line in lines]


def test_the_preview_says_what_changes_from_what_to_what(cast: Cast) -> None:
    first = preview(cast, unused_days="90")
    assert changes(first) == [
        ["Default lifetime", "never", "30 days"],
        ["Longest lifetime", "no limit", "90 days"],
        ["Tokens may never expire", "yes", "no"],
    ]
    set_policy(cast, STRICT)
    then = preview(cast, maximum_days="60", unused_days="")
    assert changes(then) == [
        ["Longest lifetime", "90 days", "60 days"],
        ["Point out tokens unused for", "90 days", "not pointed out"],
    ]
    same = preview(cast, unused_days="90")
    assert "Nothing: these are the rules that hold now." in text(same)


def test_the_organizations_rules_stand_above_a_projects_with_all_they_refuse(cast: Cast) -> None:
    set_policy(cast, Policy(default_days=9, never_allowed=False, own_secrets_allowed=False))
    own = text(browser(cast.owner).get(OF_PROJECT))
    assert "Tokens have to end. Own secrets are not allowed. A project can only be narrower." in own


def test_who_may_not_read_a_project_does_not_read_its_policy(cast: Cast) -> None:
    role = cast.organization.roles.create(
        name="puller", permissions=frozenset({Permission.ARTIFACT_PULL})
    )
    spec = GrantSpec(cast.organization, cast.project, custom_role=role)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    answer = browser(cast.member).get(OF_PROJECT)
    assert (answer.status_code, "project:read" in text(answer)) == (403, True)


def test_the_address_of_a_preview_without_a_policy_leads_to_the_form(cast: Cast) -> None:
    for page in (POLICY, OF_PROJECT):
        answer = browser(cast.owner).get(f"{page}change/")
        assert (answer.status_code, answer["Location"]) == (302, page)


def test_a_preview_says_why_each_token_is_or_was_blocked(cast: Cast) -> None:
    loose = {"maximum_days": "", "never_allowed": "on", "default_days": ""}
    first = text(preview(cast))
    set_policy(cast, STRICT)
    for page in (first, text(preview(cast, **loose))):
        assert "Tokens may live for 90 days at most." in page
        assert "Token policy: Tokens" not in page


def test_a_project_cannot_allow_own_secrets_that_its_organization_does_not(cast: Cast) -> None:
    set_policy(cast, Policy(own_secrets_allowed=False))
    sent = {"never_allowed": "on", "own_secrets_allowed": "on"}
    answer = browser(cast.owner).get(OF_PROJECT + "change/", sent)
    words = "The organization does not allow it, so a project cannot."
    assert (answer.status_code, words in text(answer)) == (422, True)
