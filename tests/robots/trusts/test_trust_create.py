"""Adding a trust: whose tokens, what they have to say, and what was typed wrong."""

import pytest
from django.test import Client

from console.permissions.vocabulary import Permission
from robots.base.claim_conditions import Condition
from robots.base.trust_presets import PRESETS
from robots.models.trusts import default_audience
from robots.trusts.guides import GUIDES
from robots.trusts.services import MAX_TRUSTS
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.robots.trusts.foreign import Issuer
from tests.robots.trusts.pages import (
    SENT,
    address,
    created,
    creating,
    only_trust,
    shown_form,
    strengthen,
    trusts_of,
)


def test_every_issuer_is_a_card_that_leads_to_its_form(as_owner: Client, cast: Cast) -> None:
    assert GUIDES.keys() == PRESETS.keys()
    page = text(as_owner.get(address(cast.robot, "trust-presets")))
    for preset in PRESETS.values():
        assert f'href="{creating(cast, preset.key)}"' in page
        assert preset.label in page
    assert as_owner.get(creating(cast, "jenkins")).status_code == 404


@pytest.mark.parametrize("preset", PRESETS)
def test_a_form_knows_its_issuer(as_owner: Client, cast: Cast, preset: str) -> None:
    kind = PRESETS[preset]
    page = text(as_owner.get(creating(cast, kind.key)))
    form = shown_form(as_owner, creating(cast, kind.key))
    assert form["issuer"] == [kind.issuer]
    assert form["lifetime_minutes"] == [str(kind.lifetime_minutes)]
    own = default_audience(cast.robot)
    assert form["audience"] == ["" if kind.key == "azure" else own]
    for claim in kind.claims:
        assert f'name="claim-{claim.name}"' in page
        assert f'placeholder="{claim.example}"' in page
        assert claim.meaning in page
    assert page.count("can change hands") == len(kind.movable_claims)
    assert GUIDES[preset].audience in page


def test_those_that_never_change_stand_first_and_names_last(as_owner: Client, cast: Cast) -> None:
    page = as_owner.get(creating(cast, "kubernetes"))
    labels = texts_of(page, "label", **{"class": "field-label"})
    claims = [it.split()[0] for it in labels if it.startswith(("/", "sub"))]
    assert claims == ["/kubernetes.io/serviceaccount/uid", "/kubernetes.io/namespace", "sub"]


def test_a_trust_is_made_as_it_was_typed(as_owner: Client, cast: Cast) -> None:
    more = "actor = ada\nworkflow=release\n\n/a/b = c = d"
    trust = created(as_owner, cast, conditions=more, permissions=["artifact:pull"])
    assert (trust.preset, trust.name, trust.lifetime_minutes) == ("github", "release", 15)
    assert trust.audience == SENT["audience"]
    assert trust.rules == [
        Condition("repository_id", "74"),
        Condition("environment", "production"),
        Condition("actor", "ada"),
        Condition("workflow", "release"),
        Condition("/a/b", "c = d"),
    ]
    assert trust.token.permissions == frozenset({Permission.ARTIFACT_PULL})
    assert trust.token.expires_at is None


def test_the_way_ends_on_the_page_of_the_trust(as_owner: Client, cast: Cast) -> None:
    answer = as_owner.post(creating(cast), SENT, follow=True)
    assert answer.redirect_chain == [(only_trust(cast.robot).get_absolute_url(), 302)]
    assert "Trust release created." in text(answer)


def test_an_end_is_chosen_as_for_tokens(as_owner: Client, cast: Cast) -> None:
    trust = created(as_owner, cast, expiry="date", expiry_date="2099-02-03")
    assert str(trust.token.expires_at) == "2099-02-03 23:59:59+00:00"


def test_pasted_keys_are_kept_without_what_browsers_add(
    as_owner: Client, cast: Cast, signer: Issuer
) -> None:
    keys = signer.jwks.replace(", ", ",\r\n")
    trust = created(as_owner, cast, key_source="pasted", keys=f"  {keys}\r\n")
    assert trust.keys == signer.jwks.replace(", ", ",\n")


def test_keys_that_are_not_wanted_are_not_kept(
    as_owner: Client, cast: Cast, signer: Issuer
) -> None:
    assert created(as_owner, cast, keys=signer.jwks).keys == ""


@pytest.mark.parametrize("source", ["pasted", "issuer"])
def test_a_private_key_is_not_sent_back(
    as_owner: Client, cast: Cast, signer: Issuer, source: str
) -> None:
    private = {name: str(said) for name, said in signer.key.as_dict(private=True).items()}
    sent = SENT | {"key_source": source, "keys": str(private).replace("'", '"')}
    answer = as_owner.post(creating(cast), sent | {"permissions": ["chart:read", "tag:create"]})
    assert answer.status_code == 422
    page = text(answer)
    assert "It holds a private key" in page
    assert private["d"] not in page
    assert page.count("checked") == 3  # the source and what was ticked are still there


WRONG = {
    "name": ("A B", "Use lower-case letters and digits"),
    "issuer": ("https://oidc.circleci.com/org/…", "in the place of “…”"),
    "audience": ("", "This field is required."),
    "keys": ("", "Paste its public keys."),
    "claim-sub": ("repo*", "What comes before the first * has to end in : or /."),
    "conditions": ("claim: value", "“claim: value” is no condition: write claim = value."),
    "lifetime_minutes": ("61", "less than or equal to 60"),
    "expiry_days": ("0", "Enter a number of days"),
}


@pytest.mark.parametrize("field", WRONG)
def test_what_is_wrong_is_said_at_its_field_and_all_else_stays(
    as_owner: Client, cast: Cast, field: str
) -> None:
    value, words = WRONG[field]
    more = {"key_source": "pasted"} if field == "keys" else {}
    more |= {"expiry": "days"} if field == "expiry_days" else {}
    answer = as_owner.post(creating(cast), SENT | more | {field: value})
    page = text(answer)
    assert answer.status_code == 422
    assert page.count(words) == 2  # in the summary and at the field
    assert f'href="#id_{field}"' in page
    assert 'value="production"' in page
    assert trusts_of(cast.robot) == []


def test_a_rule_without_a_workload_is_refused_at_the_claim_that_would_name_it(
    as_owner: Client, cast: Cast
) -> None:
    answer = as_owner.post(creating(cast), SENT | {"claim-repository_id": ""})
    assert answer.status_code == 422
    words = "Say which workload is let in, by one of these claims: repository, repository_id, sub."
    assert text(answer).count(words) == 2
    assert 'href="#id_claim-repository_id"' in text(answer)


MANY = [f"c{n} = v" for n in range(19)]


def test_twenty_conditions_are_the_most_and_no_claim_has_two(as_owner: Client, cast: Cast) -> None:
    refused = (
        (MANY, "Give at most 20 conditions."),
        (["environment = staging"], "environment has two conditions."),
        (["iss = x"], "iss is checked anyway, and takes no condition."),
        (["x = " + "y" * 501], "x: give 1 to 500 visible characters."),
        ([f"{'x' * 201} = y"], "The name of a claim has 1 to 200 visible characters."),
    )
    for lines, words in refused:
        answer = as_owner.post(creating(cast), SENT | {"conditions": "\n".join(lines)})
        assert answer.status_code == 422
        assert words in text(answer)
    trust = created(as_owner, cast, conditions="\n".join(MANY[1:]))
    assert len(trust.rules) == 20


def test_huge_values_come_back_as_they_were(as_owner: Client, cast: Cast) -> None:
    huge = {"claim-environment": "e" * 500, "audience": "a" * 501}
    answer = as_owner.post(creating(cast), SENT | huge)
    assert answer.status_code == 422
    assert huge["claim-environment"] in text(answer)
    assert huge["audience"] in text(answer)


def test_the_same_form_twice_makes_one(as_owner: Client, cast: Cast) -> None:
    created(as_owner, cast)
    answer = as_owner.post(creating(cast), SENT)
    assert answer.status_code == 422
    assert "This robot account has a trust of this name." in text(answer)
    assert len(trusts_of(cast.robot)) == 1


def test_a_robot_has_fifty_at_most(as_owner: Client, cast: Cast) -> None:
    for number in range(MAX_TRUSTS):
        sent = SENT | {"name": f"t{number}"}
        assert as_owner.post(creating(cast), sent).status_code == 302
    answer = as_owner.post(creating(cast), SENT)
    assert answer.status_code == 422
    assert "at most 50 trusts" in text(answer)


def test_a_robot_that_may_do_much_here_takes_the_password_first(
    as_owner: Client, cast: Cast
) -> None:
    strengthen(cast)
    for answer in (as_owner.get(creating(cast)), as_owner.post(creating(cast), SENT)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/sign-in-again/?next=")
    assert trusts_of(cast.robot) == []
    client = browser(cast.owner, confirmed=True)
    assert "robot:create" in text(client.get(creating(cast)))
    trust = created(client, cast, permissions=["robot:create"])
    assert trust.token.permissions == frozenset({Permission.ROBOT_CREATE})
