"""What no trust can be, told by field; nothing is kept of it."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from robots.models import Trust
from robots.trusts.services import create_trust
from tests.api.callers import bearer, token_of
from tests.conftest import Cast
from tests.fixtures import JOBS
from tests.leak_search import Haystack
from tests.robots.trusts.api import JSON, LEAST, WORKLOAD, at, faults, make, of_owner
from tests.robots.trusts.foreign import Issuer
from tests.snapshots import rows

LONG = "x" * 501
WRONG: dict[str, tuple[Any, dict[str, str]]] = {
    "none": ([], {"conditions": "Say which workload is let in"}),
    "of no workload": (
        [{"claim": "ref", "value": "refs/heads/main"}],
        {"conditions": "by one of these claims: repository, repository_id, sub."},
    ),
    "no list": ("repository_id=74", {"conditions": "Expected a list"}),
    "a mapping": ({"repository_id": "74"}, {"conditions": "Expected a list"}),
    "words": (["repository_id=74"], {"conditions.0": "Expected a dictionary"}),
    "a number": (
        [{"claim": "repository_id", "value": 74}],
        {"conditions.0.value": "Not a valid string."},
    ),
    "a flag": ([{"claim": "sub", "value": True}], {"conditions.0.value": "Not a valid string."}),
    "nothing": ([{"claim": "sub", "value": None}], {"conditions.0.value": "may not be null"}),
    "blank": ([{"claim": "sub", "value": ""}], {"conditions.0.value": "may not be blank"}),
    "no value": ([*WORKLOAD, {"claim": "sub"}], {"conditions.1.value": "is required"}),
    "no claim": ([{"value": "74"}], {"conditions.0.claim": "is required"}),
    "twice": ([*WORKLOAD, *WORKLOAD], {"conditions": "repository_id has two conditions."}),
    "judged apart": (
        [*WORKLOAD, {"claim": "aud", "value": "x"}],
        {"conditions": "aud is checked anyway, and takes no condition."},
    ),
    "white space": ([{"claim": "sub", "value": " repo:acme "}], {"conditions": "visible"}),
    "a line's end": ([{"claim": "sub", "value": "repo:acme\n"}], {"conditions": "visible"}),
    "a zero byte": ([{"claim": "sub", "value": "a\0b"}], {"conditions.0.value": "Null"}),
    "half a character": (
        [{"claim": "sub", "value": "\ud800"}],
        {"conditions.0.value": "Surrogate"},
    ),
    "too long": ([{"claim": "sub", "value": LONG}], {"conditions": "give 1 to 500 visible"}),
    "a long name": ([*WORKLOAD, {"claim": LONG, "value": "x"}], {"conditions": "has 1 to 200"}),
    "a star alone": ([{"claim": "sub", "value": "*"}], {"conditions": "end in : or /"}),
    "a star in a word": ([{"claim": "sub", "value": "repo:acme*"}], {"conditions": "end in : or"}),
    "too many": (
        [{"claim": f"c{number}", "value": "x"} for number in range(101)],
        {"conditions": "no more than 100"},
    ),
    "many": (
        [*WORKLOAD, *({"claim": f"c{number}", "value": "x"} for number in range(20))],
        {"conditions": "Give at most 20 conditions."},
    ),
}


def refused(cast: Cast, body: dict[str, Any], status: int = 422) -> dict[str, str]:
    """What is said of a new trust, and of an old one that a PATCH would make so: nothing changes."""
    api, trust = of_owner(cast), create_trust(actor=cast.owner, robot=cast.robot, name="t", **JOBS)
    before = rows()
    said = faults(api.post(at(cast.robot), LEAST | body, **JSON), status)
    change = {name: value for name, value in body.items() if name != "name"}
    if change:
        answer = api.patch(at(cast.robot, f"{trust.uuid}/"), {"preset": "github"} | change, **JSON)
        assert faults(answer, status) == said
    assert rows() == before
    return said


def check(said: dict[str, str], told: dict[str, str]) -> None:
    assert said.keys() == told.keys(), said
    for field, words in told.items():
        assert words in said[field], said


@pytest.mark.parametrize("what", WRONG)
def test_conditions_that_cannot_be(cast: Cast, what: str) -> None:
    conditions, told = WRONG[what]
    check(refused(cast, {"conditions": conditions}), told)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"name": "Jobs"}, {"name": "lower-case"}),
        ({"name": 7}, {"name": "Not a valid string."}),
        ({"preset": "jenkins"}, {"preset": "is not a valid choice"}),
        ({"issuer": "http://ci.example.com"}, {"issuer": "does not begin with https://"}),
        ({"issuer": "https://ci.example.com?x=1"}, {"issuer": "has no ? in it"}),
        ({"issuer": "https://10.0.0.1.example.com /"}, {"issuer": "has a blank"}),
        ({"issuer": "http://127.0.0.1:8000"}, {"issuer": "Roster itself is no other issuer."}),
        ({"issuer": ["https://ci.example.com"]}, {"issuer": "Not a valid string."}),
        ({"issuer": f"https://ci.example.com/{LONG}"}, {"issuer": "at most 500 characters"}),
        ({"audience": ""}, {"audience": "may not be blank"}),
        ({"audience": "two words"}, {"audience": "without spaces"}),
        ({"audience": None}, {"audience": "may not be null"}),
        ({"lifetime_seconds": 299}, {"lifetime_seconds": "greater than or equal to 300"}),
        ({"lifetime_seconds": 3601}, {"lifetime_seconds": "less than or equal to 3600"}),
        ({"lifetime_seconds": "900"}, {"lifetime_seconds": "valid integer"}),
        ({"lifetime_seconds": 10**30}, {"lifetime_seconds": "less than or equal"}),
        ({"permissions": ["artifact:bake"]}, {"permissions.0": "is not a valid choice"}),
        ({"permissions": "artifact:pull"}, {"permissions": "Expected a list"}),
        ({"disabled": "no"}, {"disabled": "valid boolean"}),
        ({"expires_at": "2020-01-01T00:00:00Z"}, {"expires_at": "in the future"}),
        ({"expires_at": "9999-01-01T00:00:00Z"}, {"expires_at": "in the next 36,500 days"}),
        ({"expires_at": "2099-01-31"}, {"expires_at": "with its time and offset"}),
        ({"expires_in_days": 0}, {"expires_in_days": "-1 for never"}),
        ({"expires_in": 60, "expires_in_days": 1}, {"expires_in": "not both"}),
    ],
)
def test_values_that_cannot_be(cast: Cast, body: dict[str, Any], told: dict[str, str]) -> None:
    check(refused(cast, body), told)


def test_all_is_told_at_once(cast: Cast) -> None:
    body = {"name": "Jobs", "issuer": "x", "keys": "{", "conditions": WORKLOAD * 2}
    answer = of_owner(cast).post(at(cast.robot), LEAST | body, **JSON)
    assert set(faults(answer)) == {"name", "keys", "conditions"}


UNKNOWN = (
    *("id", "uuid", "robot", "robot_id", "organization", "organization_id", "user", "token"),
    *("token_id", "by_trust", "created_by", "state", "blocked_at", "revoked_at", "last_used_at"),
    *("ends_at", "warnings", "last_used", "addresses", "kind", "role", "expires"),
)


@pytest.mark.parametrize("field", UNKNOWN)
def test_what_no_body_may_say(cast: Cast, field: str) -> None:
    said = refused(cast, {field: "1"}, 400)
    assert said == {field: "There is no such field."}


def test_a_condition_says_no_more_either(cast: Cast) -> None:
    conditions = [{"claim": "sub", "value": "x", "operator": "glob"}]
    answer = of_owner(cast).post(at(cast.robot), LEAST | {"conditions": conditions}, **JSON)
    assert faults(answer, 400) == {"conditions.operator": "There is no such field."}


def test_a_name_stays(cast: Cast) -> None:
    made = make(of_owner(cast), cast.robot)
    answer = of_owner(cast).patch(at(cast.robot, f"{made['id']}/"), {"name": "other"}, **JSON)
    assert faults(answer, 400) == {"name": "There is no such field."}


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("certainly not", "It is not JSON."),
        ("[]", "no object"),
        ("{}", "no list “keys”"),
        ('{"keys": []}', "no key that Roster takes"),
        ('{"keys": [{"kty": "oct", "k": "x"}]}', "“kty” is none of"),
        ('{"keys": [], "keys": []}', "twice"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "Key 1 cannot be read"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "not a PUBLIC KEY"),
        ("{" + " " * 65_536 + "}", "at most 6"),
    ],
)
def test_keys_that_cannot_be(cast: Cast, keys: str, told: str) -> None:
    check(refused(cast, {"keys": keys}), {"keys": told})


def private_keys(signer: Issuer) -> dict[str, tuple[str, str]]:
    """A private key in each form in which one is pasted, and the part that gives it away."""
    jwk = signer.key.as_dict(private=True)
    made = generate_private_key(SECP256R1())
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {
        "jwk": (json.dumps(jwk), str(jwk["d"])),
        "set": (json.dumps({"keys": [jwk]}), str(jwk["d"])),
        "beside": (json.dumps({"keys": [*json.loads(signer.jwks)["keys"], jwk]}), str(jwk["d"])),
        "pem": (pem, pem.splitlines()[1]),
    }


@pytest.mark.parametrize("form", ["jwk", "set", "beside", "pem"])
def test_a_private_key_is_neither_kept_nor_said(
    cast: Cast, signer: Issuer, haystack: Haystack, form: str
) -> None:
    text, secret = private_keys(signer)[form]
    api = of_owner(cast)
    made = make(api, cast.robot)
    for answer in (
        api.post(at(cast.robot), LEAST | {"name": "more", "keys": text}, **JSON),
        api.patch(at(cast.robot, f"{made['id']}/"), {"keys": text}, **JSON),
    ):
        assert "It holds a private key" in faults(answer)["keys"]
        assert secret not in answer.content.decode()
    assert not any(secret.encode() in content for content in haystack.places().values())
    assert Trust.objects.get().keys == ""


def test_bodies_of_another_shape(cast: Cast) -> None:
    api = bearer(token_of(cast.owner)[1])
    for text in ("[]", "null", "{", '{"name": "a", "name": "b"}'):
        assert api.post(at(cast.robot), text, **JSON).status_code == 400
    huge = json.dumps(LEAST | {"keys": "x" * 3_000_000})
    assert api.post(at(cast.robot), huge, **JSON).status_code == 413
    assert not Trust.objects.exists()
