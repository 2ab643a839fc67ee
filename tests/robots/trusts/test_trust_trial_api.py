"""`…/trusts/<uuid>/trial/`: whether a trust would let a token in, rule by rule."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import disable_robot
from robots.base.claim_conditions import Condition
from robots.models import Token, Trust, Usage
from robots.trusts import issuers
from robots.trusts.services import update_trust
from robots.usage import flush
from tests.actors import holder
from tests.api.callers import bearer, token_of
from tests.conftest import Cast
from tests.leak_search import Haystack
from tests.robots.trusts.api import JSON, at, faults, of_owner
from tests.robots.trusts.foreign import Issuer, exchanged, trusting
from tests.snapshots import rows

RULES = [
    *("Issuer", "Audience", "Signature", "Time", "sub"),
    *("Trust", "Robot account", "Used once"),
]


def trial(cast: Cast, trust: Trust, token: str) -> dict[str, Any]:
    address = at(cast.robot, f"{trust.uuid}/trial/")
    answer = of_owner(cast).post(address, {"token": token}, **JSON)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def broken(cast: Cast, trust: Trust, token: str) -> dict[str, str]:
    """The rules that the token does not keep, and why not."""
    found = trial(cast, trust, token)
    rules = {rule["name"]: rule["reason"] for rule in found["rules"] if not rule["kept"]}
    assert found["allowed"] is not bool(rules)
    return rules


def test_a_token_that_keeps_every_rule(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience)
    found = trial(cast, trust, token)
    assert found["allowed"] is True
    assert [rule["name"] for rule in found["rules"]] == RULES
    assert all(rule["kept"] and not rule["retry_after"] for rule in found["rules"])
    assert found["rules"][4]["reason"] == "is project:7"


def test_it_is_not_used_up(cast: Cast, signer: Issuer, haystack: Haystack) -> None:
    """Nor kept, counted or noted; once it was exchanged, that is told."""
    trust, api = trusting(cast, signer), of_owner(cast)
    token, before = signer.token(trust.audience), rows()
    for tried in (token, f"{token}x", signer.token("other"), "x.y.z"):
        answer = api.post(at(cast.robot, f"{trust.uuid}/trial/"), {"token": tried}, **JSON)
        assert (answer.status_code, tried in answer.content.decode()) == (200, False)
    assert rows() == before
    flush.flush()
    assert not Usage.objects.filter(token=trust.token).exists()
    assert not haystack.finds(token)
    exchanged(token)
    assert broken(cast, trust, token) == {
        "Used once": "was exchanged before, and is not taken again"
    }


def test_every_rule_that_is_broken_is_told(cast: Cast, signer: Issuer) -> None:
    conditions = [Condition("sub", "project:7"), Condition("ref", "main")]
    trust = trusting(cast, signer, conditions=conditions)
    other = Issuer("https://other.example.com")
    assert broken(cast, trust, other.token("elsewhere", sub="project:8", exp=1, iat=0)) == {
        "Issuer": "is https://other.example.com, and has to be https://ci.example.com",
        "Audience": f"is elsewhere, and has to be {trust.audience}",
        "Signature": "by none of the pasted keys",
        "Time": "It has expired.",
        "sub": "is project:8, and has to be project:7",
        "ref": "is not there, and has to be main",
    }


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("no token", "It is no signed token"),
        ("a.b.c", "A part of it cannot be read."),
        ("x" * 20_000, "The token is longer than 16,384 characters."),
    ],
)
def test_what_is_no_token(cast: Cast, signer: Issuer, token: str, words: str) -> None:
    found = broken(cast, trusting(cast, signer), token)
    assert list(found) == ["Form"]
    assert words in found["Form"]


def test_white_space_around_it_is_no_part_of_it(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    assert trial(cast, trust, f"  {signer.token(trust.audience)}\n")["allowed"]


def test_who_lets_nobody_in(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience)
    update_trust(actor=cast.owner, trust=trust, disabled=True)
    assert broken(cast, trust, token) == {"Trust": "is disabled"}
    disable_robot(actor=cast.owner, robot=cast.robot)
    assert broken(cast, trust, token) == {"Trust": "is disabled", "Robot account": "is disabled"}
    over = timezone.now() - timedelta(seconds=1)
    Token.objects.filter(pk=trust.token_id).update(disabled_at=None, expires_at=over)
    assert broken(cast, trust, token)["Trust"] == "has expired"


def test_who_made_a_token_up_learns_nothing_of_others(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience, jti="run-1")
    exchanged(token)
    forged = Issuer().token(trust.audience, jti="run-1")
    assert list(broken(cast, trust, forged)) == ["Signature"]
    assert "Used once" not in [rule["name"] for rule in trial(cast, trust, forged)["rules"]]


def test_keys_that_are_not_to_be_had(cast: Cast, signer: Issuer) -> None:
    """An issuer in the own network, which nobody is sent to."""
    issuers.forget()
    near = Issuer("https://127.0.0.1:1")
    trust = trusting(cast, near, keys="")
    found = trial(cast, trust, near.token(trust.audience))
    [rule] = [rule for rule in found["rules"] if not rule["kept"]]
    assert (rule["name"], found["allowed"]) == ("Signature", False)
    assert rule["retry_after"] > 0


def test_what_no_body_may_be(cast: Cast, signer: Issuer) -> None:
    address, api = at(cast.robot, f"{trusting(cast, signer).uuid}/trial/"), of_owner(cast)
    assert faults(api.post(address, {}, **JSON)) == {"token": "This field is required."}
    for token in ("", None, 7, ["x"]):
        assert list(faults(api.post(address, {"token": token}, **JSON))) == ["token"]
    assert faults(api.post(address, {"token": "x", "jti": "y"}, **JSON), 400)
    assert api.get(address).status_code == 405


def test_who_may_see_a_trust_may_try_it(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    body, address = {"token": signer.token(trust.audience)}, at(cast.robot, f"{trust.uuid}/trial/")
    rights = (Permission.ROBOT_READ, Permission.TRUST_READ)
    reader = bearer(token_of(holder(cast.organization, *rights))[1])
    assert reader.post(address, body, **JSON).json()["allowed"] is True
    blind = bearer(token_of(holder(cast.organization, Permission.ROBOT_READ))[1])
    assert blind.post(address, body, **JSON).json()["permission"] == "trust:read"


def test_the_clock_counts(cast: Cast, signer: Issuer) -> None:
    trust, now = trusting(cast, signer), int(time.time())
    early = signer.token(trust.audience, iat=now + 3600, exp=now + 7200)
    assert broken(cast, trust, early) == {"Time": "It is from the future."}
