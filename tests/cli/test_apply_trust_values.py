"""What a file may say of a trust: mistakes that are told before the first change, and no private key."""

import json
from datetime import timedelta
from typing import Any

import pytest
from roster import shapes
from roster.manifest import trust_values
from roster.manifest.values import Wrong

from robots.base import claim_conditions, trust_presets
from robots.models import Trust
from robots.models.trusts import MAX_KEYS, MAX_LIFETIME, MAX_TEXT, MIN_LIFETIME
from tests.cli.files import apply, diff, refused
from tests.cli.shells import Shell
from tests.robots.trusts.foreign import Issuer

PLAIN = "robots: [{name: deploy, trusts: [{name: github, %s}]}]"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("preset: github", "conditions are missing"),
        ("conditions: {sub: a}", "issuer is missing; those of the preset other differ"),
        ("preset: azure, conditions: {oid: a}", "issuer is missing; those of the preset azure"),
        (
            "issuer: 'http://a.example.com', conditions: {sub: a}",
            "issuer 'http://a.example.com' is not at https://",
        ),
        ("conditions: {sub: a}, permissions: [a:b]", "there is no permission a:b"),
        ("expires_at: 2020-01-01T00:00:00Z", "expires_at 2020-01-01T00:00:00Z is over"),
    ],
)
def test_mistakes_that_what_is_there_shows(roster: Shell, said: str, words: str) -> None:
    ran = refused(roster, PLAIN % said)
    assert f"acme.yaml, line 1: robots, entry 1, trusts, entry 1: {words}" in ran.err
    assert not Trust.objects.exists()


def test_a_private_key_is_not_shown(roster: Shell) -> None:
    issuer = Issuer()
    private = issuer.key.as_dict(private=True)
    for keys in (json.dumps(private), json.dumps({"keys": [private]})):
        ran = refused(roster, json.dumps({"robots": [_with_keys(keys)]}))
        assert "keys holds a private key" in ran.err
        assert str(private["d"]) not in ran.err + ran.out
    many = json.dumps({"keys": [json.loads(issuer.jwks)["keys"][0]] * 9})
    apply(roster, PLAIN % "preset: github, conditions: {repository_id: '74'}")
    [step, _] = diff(roster, json.dumps({"robots": [_with_keys(many)]}))
    assert (len(step) < 700, step.endswith("…")) == (True, True)
    apply(roster, json.dumps({"robots": [_with_keys(many)]}))
    assert Trust.objects.get().keys == many


def _with_keys(keys: str) -> dict[str, Any]:
    return {"name": "deploy", "trusts": [{"name": "github", "keys": keys}]}


def test_the_command_knows_the_rules_of_the_server() -> None:
    assert (
        trust_values.MAX_CONDITIONS,
        trust_values.LONGEST_CLAIM,
        trust_values.LONGEST_VALUE,
    ) == (
        claim_conditions.MAX_CONDITIONS,
        claim_conditions.MAX_CLAIM,
        claim_conditions.MAX_VALUE,
    )
    assert claim_conditions.JUDGED_APART == trust_values.JUDGED_APART
    assert claim_conditions.PART_ENDS == trust_values.PART_ENDS
    assert (MAX_TEXT, MAX_KEYS) == (trust_values.LONGEST_WORD, trust_values.LONGEST_KEYS)
    assert timedelta(seconds=trust_values.LEAST_SECONDS) == MIN_LIFETIME
    assert timedelta(seconds=trust_values.MOST_SECONDS) == MAX_LIFETIME
    presets = trust_presets.PRESETS
    assert tuple(presets) == shapes.PRESETS
    assert tuple(it for it in presets if not presets[it].is_complete) == shapes.WITHOUT_ISSUER


@pytest.mark.parametrize("claim", ["sub", "/a/b", "", " sub", "a\nb", "iss", "jti", "x" * 201])
@pytest.mark.parametrize(
    "value", ["a", "a b", "*", "a*", "a:*", "a:*/*b", "", " a", "a\t", "ä", "x" * 500, "x" * 501]
)
def test_the_command_knows_a_condition_as_the_server_does(claim: str, value: str) -> None:
    try:
        known = trust_values.conditions({claim: value}) == {claim: value}
    except Wrong:
        known = False
    assert known == (not claim_conditions.Condition(claim, value).faults())
