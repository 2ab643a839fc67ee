"""Trying a token on a trust: rule by rule, and nothing of it is left anywhere."""

import base64
import json
from typing import Any

import pytest
from django.test import Client

from robots.accounts.services.addresses import change_robot_addresses
from robots.accounts.services.robots import disable_robot
from robots.base.claim_conditions import Condition
from robots.models import Trust, UsedAssertion
from robots.trusts.services import update_trust
from tests.actors import events_written
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.leak_search import Haystack
from tests.robots.trusts.foreign import JOB, Issuer, exchange, exchanged, trusting
from tests.robots.trusts.pages import address

LET_IN, REFUSED = "It is let in", "It is not let in"


def tried(client: Client, trust: Trust, token: str) -> Any:
    return client.post(trust.address("trust-trial"), {"token": token})


def words_of(answer: Any) -> dict[str, str]:
    """Each rule, and what is said of it."""
    rules = texts_of(answer, "th", scope="row")
    words = [cell for cell in texts_of(answer, "td") if cell]
    return dict(zip(rules, words, strict=True))


def test_a_token_that_is_let_in(as_owner: Client, cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience)
    answer = tried(as_owner, trust, f" {token}\n")
    assert answer.status_code == 200
    assert LET_IN in text(answer)
    assert words_of(answer) == {
        "Issuer": "Is https://ci.example.com",
        "Audience": f"Is {trust.audience}",
        "Signature": "By one of the pasted keys",
        "Time": "It has begun and not ended",
        "sub": "Is project:7",
        "Trust": "Is in force",
        "Robot account": "Is in force",
        "Used once": "Was not exchanged yet",
    }
    assert exchange(token).status == 200  # the trial has not used it up


def test_each_rule_that_a_token_breaks_is_named(
    as_owner: Client, cast: Cast, signer: Issuer
) -> None:
    trust = trusting(cast, signer, conditions=[JOB, Condition("ref", "main")])
    token = Issuer("https://other.example.com").token("them", sub="project:8", exp=1)
    answer = tried(as_owner, trust, token)
    assert "6 of 8 rules are not kept." in text(answer)
    said = words_of(answer)
    assert said["Issuer"] == "Is https://other.example.com, and has to be https://ci.example.com"
    assert said["Audience"] == f"Is them, and has to be {trust.audience}"
    assert said["Signature"] == "By none of the pasted keys"
    assert said["Time"] == "It has expired."
    assert said["sub"] == "Is project:8, and has to be project:7"
    assert said["ref"] == "Is not there, and has to be main"


def test_what_was_used_or_is_not_in_force_is_told(
    as_owner: Client, cast: Cast, signer: Issuer
) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience)
    exchanged(token)
    update_trust(actor=cast.owner, trust=trust, disabled=True)
    disable_robot(actor=cast.owner, robot=cast.robot)
    change_robot_addresses(actor=cast.owner, robot=cast.robot, addresses="10.0.0.0/8")
    answer = tried(as_owner, trust, token)
    said = words_of(answer)
    assert said["Trust"] == said["Robot account"] == "Is disabled"
    assert said["Used once"] == "Was exchanged before, and is not taken again"
    assert "The job has to come from <code>10.0.0.0/8</code>" in text(answer)


def test_keys_out_of_reach_are_told(as_owner: Client, cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer, keys="")
    said = words_of(tried(as_owner, trust, signer.token(trust.audience)))
    assert "ci.example.com" in said["Signature"]


def test_header_and_claims_are_shown_and_the_token_is_not(
    as_owner: Client, cast: Cast, signer: Issuer
) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience, note="<b>hello</b> ü")
    page = text(tried(as_owner, trust, token))
    assert "&lt;b&gt;hello&lt;/b&gt; ü" in page
    assert "&quot;kid&quot;: &quot;one&quot;" in page
    for part in token.split("."):
        assert part not in page


def test_nothing_of_a_tried_token_is_left(cast: Cast, signer: Issuer, haystack: Haystack) -> None:
    trust, client = trusting(cast, signer), browser(cast.owner)
    token = signer.token(trust.audience)
    for where in (trust.address("trust-trial"), address(cast.robot, "trusts-trial")):
        with events_written() as events:
            answer = client.post(where, {"token": token})
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert not events
    assert haystack.finds(token) == []
    assert not UsedAssertion.objects.exists()


def unsigned(claims: str, header: str = '{"alg":"ES256"}') -> str:
    parts = (
        base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in (header, claims)
    )
    return ".".join([*parts, "c2ln"])


NO_TOKENS = {
    "": "This field is required.",
    "nothing": "It is no signed token",
    "a.b": "It is no signed token",
    "eA.eA.eA": "A part of it cannot be read.",
    unsigned("{}"): "It does not say who issued it (iss).",
    unsigned('{"iss":"https://a.example","aud":["a","b"]}'): "for one audience (aud)",
    unsigned("{}", '{"alg":"ES256","jku":"https://a.example"}'): "Its header says jku",
    unsigned('{"a":1,"a":2}'): "It says &#x27;a&#x27; twice",
    f"{'x' * 17_000}.x.x": "The token is longer than",
}


@pytest.mark.parametrize("token", NO_TOKENS, ids=range(len(NO_TOKENS)))
def test_what_is_no_token_is_refused_and_not_repeated(
    as_owner: Client, cast: Cast, signer: Issuer, token: str
) -> None:
    answer = tried(as_owner, trusting(cast, signer), token)
    page = text(answer)
    assert answer.status_code == 422
    assert NO_TOKENS[token] in page
    assert len(token) < 8 or token not in page


def test_whatever_stands_in_a_token_is_shown_in_a_page(
    as_owner: Client, cast: Cast, signer: Issuer
) -> None:
    """Halves of characters, marks that turn the reading direction, and what is nested deeply."""
    trust = trusting(cast, signer)
    whole = {"iss": signer.url, "aud": trust.audience, "exp": 1}
    odd = json.dumps(whole | {"sub": "x"}).replace('"x"', r'"\ud800\u202e"')
    answer = tried(as_owner, trust, unsigned(odd))
    assert answer.status_code == 422  # no issuer says that of a subject
    trust = trusting(cast, signer, name="odd", conditions=[JOB, Condition("ref", "main")])
    odd = json.dumps(whole | {"ref": "x"}).replace('"x"', r'"\ud800\u202e"')
    answer = tried(as_owner, trust, unsigned(odd))
    assert r"\ud800\u202e, and has to be main" in words_of(answer)["ref"]
    for depth in (300, 900, 3000):
        nested = json.dumps(whole)[:-1] + ', "a": ' + "[" * depth + "]" * depth + "}"
        assert tried(as_owner, trust, unsigned(nested)).status_code in {200, 422}


def test_which_trust_of_a_robot_takes_it(as_owner: Client, cast: Cast, signer: Issuer) -> None:
    theirs = trusting(cast, Issuer("https://other.example.com"), name="theirs")
    trusting(cast, signer, name="branch", conditions=[JOB, Condition("ref", "main")])
    taking = trusting(cast, signer, name="job")
    where = address(cast.robot, "trusts-trial")
    answer = as_owner.post(where, {"token": signer.token(taking.audience)})
    said = words_of(answer)
    assert list(said) == ["job", "branch", "theirs"]
    assert said["job"] == "Takes it"
    assert said["branch"] == "ref is not there, and has to be main."
    assert said["theirs"] == f"Issuer is {signer.url}, and has to be {theirs.issuer}."
    assert as_owner.post(where, {"token": "x"}).status_code == 422
