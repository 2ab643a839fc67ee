"""Setting what an organization asks of its people: by whom, what is refused, previewed, written down."""

from typing import Any

import pytest

from console.audit.sentences import sentence
from console.models import Organization
from console.permissions.vocabulary import Permission
from teams.sign_in_rules.services import change_sign_in_rules
from tests.actors import events_written, holder
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.teams.sign_in.factors import with_app, with_passkey
from tests.teams.sign_in_rules.rules import API, CHANGE, HERE, RULES, change, in_days, require

JSON = "application/json"


def rules(cast: Cast) -> tuple[str, object, str]:
    row = Organization.objects.get(pk=cast.organization.pk)
    return row.required_factor, row.factor_from, row.people_networks


def test_the_preview_names_who_is_not_ready_and_changes_nothing(cast: Cast) -> None:
    with_app(cast.owner)
    sent: dict[str, Any] = {"required_factor": "factor", "people_networks": HERE}
    sent["factor_from"] = in_days(9)
    page = browser(cast.owner).get(CHANGE, sent)
    assert "Not ready now: 1 person" in texts_of(page, "h2")
    assert texts_of(page, "span", **{"class": "entry-name"}) == ["Member"]
    cells = [cell for cell in texts_of(page, "td") if cell]
    assert "Nothing besides the password" in cells
    assert "from everywhere" in cells
    assert rules(cast) == ("", None, "")


def test_the_change_is_an_event_with_before_and_after(cast: Cast) -> None:
    with_app(cast.owner)
    with events_written() as events:
        require(cast, "factor", days=3)
    (event,) = events
    assert (event.action, event.actor_label) == ("sign-in-rules:updated", cast.owner.email)
    assert event.before["required_factor"] == ""
    after = {"required_factor": "factor", "factor_from": in_days(3).isoformat()}
    assert event.after.items() >= after.items()
    assert sentence(event) == f"{cast.owner.email} changed the sign-in rules of acme"
    with events_written() as events:
        require(cast, "factor", days=3)
    assert events == []


def test_without_a_requirement_there_is_no_day(cast: Cast) -> None:
    with_app(cast.owner)
    require(cast)
    assert change(cast, required_factor="", factor_from=in_days(5)).status_code == 302
    assert rules(cast) == ("", None, "")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"required_factor": "factor"}, "Choose the day from which it is required."),
        ({"required_factor": "factor", "factor_from": -1}, "Choose today or a later day"),
        ({"required_factor": "passkey", "factor_from": 0}, "Add a passkey of your own first"),
        ({"required_factor": "fingerprint", "factor_from": 0}, "Select a valid choice."),
        ({"required_factor": "factor", "factor_from": "03/04/2099"}, "Write a day with its year"),
        ({"required_factor": "factor", "factor_from": "9" * 5000}, "Write a day with its year"),
        ({"people_networks": "office"}, "“office” is no address and no network."),
        ({"people_networks": "203.0.113.0/24"}, "You come from 127.0.0.1, which is in none"),
        ({"people_networks": "1," * 9000}, "Ensure this value has at most 4000 characters"),
        ({"colour": "red"}, "The form came without its fields."),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_cannot_be_is_refused_and_stays_typed(
    cast: Cast, method: str, sent: dict[str, object], words: str
) -> None:
    with_app(cast.owner)
    days = sent.get("factor_from")
    data = sent | ({"factor_from": in_days(days)} if isinstance(days, int) else {})
    answer = getattr(browser(cast.owner, confirmed=True), method)(CHANGE, data)
    assert answer.status_code == 422
    assert words in text(answer)
    if typed := data.get("people_networks"):
        assert str(typed).strip()[:20] in text(answer)
    assert rules(cast) == ("", None, "")


def test_a_stricter_requirement_takes_a_day_of_its_own(cast: Cast) -> None:
    with_app(cast.owner)
    with_passkey(cast.owner)
    require(cast)
    yesterday = in_days(-1)
    Organization.objects.filter(pk=cast.organization.pk).update(factor_from=yesterday)
    kept = change(cast, required_factor="factor", factor_from=yesterday, people_networks="")
    assert kept.status_code == 302
    stricter = change(cast, required_factor="passkey", factor_from=yesterday)
    assert stricter.status_code == 422


def test_nobody_requires_what_they_do_not_have_themselves(cast: Cast) -> None:
    answer = change(cast, required_factor="factor", factor_from=in_days(0))
    assert answer.status_code == 422
    assert "Set up an authenticator app or a passkey of your own first" in text(answer)


def test_it_takes_a_fresh_sign_in(cast: Cast) -> None:
    with_app(cast.owner)
    sent = {"required_factor": "factor", "factor_from": in_days(0)}
    assert "sign-in-again" in browser(cast.owner).post(CHANGE, sent)["Location"]
    assert rules(cast) == ("", None, "")


def test_members_see_what_is_required_and_not_which_networks(cast: Cast) -> None:
    change(cast, people_networks=f"{HERE} 198.51.100.0/24")
    page = browser(cast.member).get(RULES)
    assert "only from the organization's own" in text(page)
    assert "198.51.100.0" not in text(page)
    seen = browser(cast.member).get(API).json()
    assert seen == {"required_factor": None, "factor_from": None, "networks": None}


def test_the_api_says_and_changes_the_same(cast: Cast) -> None:
    with_app(cast.owner)
    client = bearer(token_of(cast.owner)[1])
    wanted = {"required_factor": "factor", "factor_from": in_days(4).isoformat()}
    preview = client.post(f"{API}preview/", wanted, content_type=JSON).json()
    assert preview["not_ready_count"] == 1
    assert [it["email"] for it in preview["not_ready"]] == [cast.member.email]
    assert rules(cast) == ("", None, "")
    answer = client.patch(API, wanted | {"networks": ["127.0.0.0/8"]}, content_type=JSON)
    assert answer.json() == wanted | {"networks": ["127.0.0.0/8"]}
    assert client.get(API).json() == answer.json()
    lifted = client.patch(API, {"required_factor": None, "networks": []}, content_type=JSON)
    assert lifted.json() == {"required_factor": None, "factor_from": None, "networks": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"required_factor": "", "factor_from": "2099-01-01"}, "required_factor"),
        ({"required_factor": "factor"}, "factor_from"),
        ({"factor_from": "2099-01-01T00:00:00Z"}, "factor_from"),
        ({"networks": "127.0.0.1"}, "networks"),
        ({"networks": ["203.0.113.0/24"]}, "networks"),
        ({"networks": ["no network"]}, "networks"),
    ],
)
def test_the_api_refuses_with_the_field(cast: Cast, body: dict[str, object], field: str) -> None:
    with_app(cast.owner)
    answer = bearer(token_of(cast.owner)[1]).patch(API, body, content_type=JSON)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_who_may_not_set_them_does_not(cast: Cast) -> None:
    sent = {"people_networks": HERE}
    assert browser(cast.member, confirmed=True).post(CHANGE, sent).status_code == 403
    assert browser(cast.stranger, confirmed=True).post(CHANGE, sent).status_code == 404
    answer = bearer(token_of(cast.member)[1]).patch(API, {"networks": [HERE]}, content_type=JSON)
    assert answer.status_code == 403


@pytest.mark.parametrize("who", ["robot", "narrowed token"])
def test_what_cannot_lock_itself_out_sets_and_lifts_nothing(cast: Cast, who: str) -> None:
    """A robot account comes in whatever is asked of people, so that it could lock out every owner."""
    with_app(cast.owner)
    require(cast, days=2)
    narrowing = frozenset(Permission)
    words = "Sign-in rules are for people: a robot account neither sets nor lifts them."
    if who == "robot":
        client = bearer(token_of(holder(cast.organization, *Permission))[1])
    else:
        client = bearer(token_of(cast.owner, permissions=narrowing)[1])
        words = "A narrowed token neither sets nor lifts sign-in rules."
    before = rules(cast)
    bodies: list[dict[str, object]] = [
        {"networks": ["203.0.113.0/24"]},
        {"required_factor": "passkey", "factor_from": in_days(0).isoformat()},
        {"required_factor": None, "networks": []},
    ]
    for body in bodies:
        for answer in (
            client.patch(API, body, content_type=JSON),
            client.post(f"{API}preview/", body, content_type=JSON),
        ):
            assert (answer.status_code, answer.json()["detail"]) == (403, words)
    assert rules(cast) == before
    # Nor does it see what only those see who may change it.
    assert client.get(API).json()["networks"] is None


def test_the_last_change_of_two_holds_whole(cast: Cast) -> None:
    """A page that is older than another change sets what it names alone."""
    with_app(cast.owner)
    require(cast, days=2)
    change_sign_in_rules(actor=cast.owner, organization=cast.organization, required_factor="")
    assert rules(cast) == ("", None, "")
    assert change(cast, factor_from=in_days(3)).status_code == 302
    assert rules(cast) == ("", None, "")
