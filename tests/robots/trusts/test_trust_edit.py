"""Editing a trust: what is not touched stays as it is, to the letter, and whoever logged in stays so."""

import pytest
from django.test import Client

from console.permissions.vocabulary import Permission
from robots.base.claim_conditions import Condition
from robots.models import Token, Trust
from robots.trusts.services import create_trust, delete_trust, update_trust
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.trusts.foreign import Issuer, trusting
from tests.robots.trusts.pages import shown_form, strengthen

RULES = [
    Condition("workflow", "release"),
    Condition("environment", "production"),
    Condition("repository_id", "74"),
    Condition("a=b", "c"),
]


@pytest.fixture
def trust(cast: Cast, signer: Issuer) -> Trust:
    """One that a program made: in an order, of a length and with a narrowing that no form has."""
    return create_trust(
        actor=cast.owner,
        robot=cast.robot,
        name="made",
        preset="github",
        issuer=signer.url,
        keys=f"{signer.jwks}\n".replace(", ", ",\r\n"),
        conditions=RULES,
        lifetime_seconds=730,
        permissions=frozenset({Permission.ARTIFACT_PULL, Permission.ROBOT_READ}),
    )


def test_saving_what_is_there_changes_nothing(as_owner: Client, trust: Trust) -> None:
    where = trust.address("trust-edit")
    form = shown_form(as_owner, where)
    assert form["conditions"] == ["workflow = release\na=b = c"]
    with events_written() as events:
        assert as_owner.post(where, form).status_code == 302
    assert not events


def test_what_is_changed_is_all_that_changes(as_owner: Client, trust: Trust) -> None:
    where = trust.address("trust-edit")
    form = shown_form(as_owner, where)
    with events_written() as events:
        sent = form | {"claim-environment": "", "claim-ref": "refs/heads/main"}
        assert as_owner.post(where, sent).status_code == 302
    [event] = events
    changed = {name for name in event.after if event.after[name] != event.before[name]}
    assert changed == {"conditions"}
    assert event.after["conditions"] == [
        "workflow = release",
        "repository_id = 74",
        "a=b = c",
        "ref = refs/heads/main",
    ]


def test_a_claim_that_did_not_come_stays(as_owner: Client, trust: Trust) -> None:
    where = trust.address("trust-edit")
    form = shown_form(as_owner, where)
    for name in ("claim-environment", "conditions"):
        with events_written() as events:
            as_owner.post(where, {key: value for key, value in form.items() if key != name})
        assert not events, name


def test_the_name_and_the_preset_are_no_fields(as_owner: Client, trust: Trust) -> None:
    where = trust.address("trust-edit")
    form = shown_form(as_owner, where)
    assert not {"name", "preset"} & form.keys()
    sent = form | {"name": "other", "preset": "gitlab", "lifetime_minutes": "20"}
    assert as_owner.post(where, sent).status_code == 302
    found = Trust.objects.get(pk=trust.pk)
    assert (found.name, found.preset, found.lifetime_seconds) == ("made", "github", 1200)


def test_a_trust_that_went_meanwhile_is_a_404(cast: Cast, trust: Trust) -> None:
    client, where = browser(cast.owner), trust.address("trust-edit")
    form = shown_form(client, where)
    delete_trust(actor=cast.owner, trust=trust)
    assert client.post(where, form).status_code == 404


def test_one_robots_trust_is_not_below_another(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    client = browser(cast.owner)
    misplaced = trust.get_absolute_url().replace(
        str(cast.robot.uuid), str(cast.organization_robot.uuid)
    )
    assert client.get(misplaced).status_code == 404
    assert "project:7" in text(client.get(trust.get_absolute_url()))


def test_what_lets_in_with_much_takes_the_password_first(cast: Cast, trust: Trust) -> None:
    """Where it is narrowed to less, it does not."""
    client, page = browser(cast.owner), trust.address("trust-edit")
    assert client.get(page).status_code == 200
    strengthen(cast)
    update_trust(actor=cast.owner, trust=trust, disabled=True)
    enable = trust.address("trust-enable")
    for answer in (client.get(page), client.post(page, {}), client.post(enable)):
        assert answer["Location"].startswith("/account/sign-in-again/?next=")
    assert Token.objects.get(pk=trust.token_id).disabled_at
    confirmed = browser(cast.owner, confirmed=True)
    assert confirmed.get(page).status_code == 200
    assert confirmed.post(enable)["Location"] == trust.get_absolute_url()
    assert not Token.objects.get(pk=trust.token_id).disabled_at
