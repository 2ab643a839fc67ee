"""What lets in more than one may think is asked about once, and stands on the trust's page."""

from typing import Any

from django.test import Client

from robots.base.claim_conditions import Condition
from tests.actors import events_written
from tests.browsers import text
from tests.conftest import Cast
from tests.robots.trusts.pages import (
    SENT,
    WIDE,
    created,
    creating,
    only_trust,
    shown_form,
    trusts_of,
)
from tests.unchanged import forms_on

ASKED = "This lets in more than you may think"
STAR = "sub = repo:acme/api:*: each * stands for any name in its place"
NAMES = "The workload is known by its name alone."
BRANCHES = "Every branch and every pull request of the repository is let in."


def asked(client: Client, cast: Cast, **changes: object) -> dict[str, Any]:
    """What the question sends when one presses its button."""
    answer = client.post(creating(cast), WIDE | changes)
    assert answer.status_code == 200
    assert f'<h1 id="dialog-title">{ASKED}</h1>' in text(answer)
    for words in (STAR, NAMES, "Create Anyway", "Change"):
        assert words in text(answer)
    assert trusts_of(cast.robot) == []
    return next(form.data for form in forms_on(answer) if "confirmed" in form.data)


def test_a_wide_rule_is_made_when_one_says_so(as_owner: Client, cast: Cast) -> None:
    data = asked(
        as_owner, cast, conditions="a = b\r\nc = d", permissions=["artifact:pull", "chart:read"]
    )
    assert as_owner.post(creating(cast), data).status_code == 302
    trust = only_trust(cast.robot)
    assert trust.rules == [
        Condition("sub", "repo:acme/api:*"),
        Condition("a", "b"),
        Condition("c", "d"),
    ]
    assert sorted(trust.token.permissions or ()) == ["artifact:pull", "chart:read"]
    page = text(as_owner.get(trust.get_absolute_url()))
    for words in (ASKED, STAR, NAMES):
        assert words in page


def test_change_leads_back_to_all_that_was_typed(as_owner: Client, cast: Cast) -> None:
    data = asked(as_owner, cast, permissions=["artifact:pull", "chart:read"])
    answer = as_owner.post(f"{creating(cast)}?change=", data)
    assert answer.status_code == 200
    back = next(form.data for form in forms_on(answer) if "issuer" in form.data)
    assert "confirmed" not in back
    assert back["claim-sub"] == ["repo:acme/api:*"]
    assert back["permissions"] == ["artifact:pull", "chart:read"]
    assert "error-summary" not in text(answer)
    assert as_owner.post(creating(cast), back).status_code == 200  # it is asked again
    assert trusts_of(cast.robot) == []


def test_a_question_that_is_outdated_says_why(as_owner: Client, cast: Cast) -> None:
    data = asked(as_owner, cast)
    created(as_owner, cast)
    answer = as_owner.post(creating(cast), data)
    assert answer.status_code == 422
    assert "has a trust of this name" in text(answer)


def test_a_repository_without_a_branch_is_asked_about(as_owner: Client, cast: Cast) -> None:
    answer = as_owner.post(creating(cast), SENT | {"claim-environment": ""})
    assert answer.status_code == 200
    assert BRANCHES in text(answer)


def test_a_narrow_rule_is_neither_asked_about_nor_warned_of(as_owner: Client, cast: Cast) -> None:
    trust = created(as_owner, cast)
    assert ASKED not in text(as_owner.get(trust.get_absolute_url()))


def test_an_edit_asks_about_what_is_new_alone(as_owner: Client, cast: Cast) -> None:
    as_owner.post(creating(cast), asked(as_owner, cast))
    trust = only_trust(cast.robot)
    where = trust.address("trust-edit")
    form = shown_form(as_owner, where)
    assert as_owner.post(where, form | {"lifetime_minutes": "20"}).status_code == 302
    with events_written() as events:
        answer = as_owner.post(where, form | {"claim-ref": "refs/*"})
    assert answer.status_code == 200
    assert "ref = refs/*: each *" in text(answer)
    assert "Save Anyway" in text(answer)
    assert STAR not in text(answer)
    assert not events
