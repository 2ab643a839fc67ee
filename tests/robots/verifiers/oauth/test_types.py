"""Each of Roster's signed tokens is taken where it is meant to be, and nowhere else."""

import base64
import hmac
import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from console.permissions.vocabulary import Permission
from robots.models import SigningKey, Token
from robots.secrets import signing_keys
from robots.tokens.services.addresses import change_token_addresses
from robots.verifiers.oauth.access_tokens import read
from teams.grants.services import GrantSpec, give
from tests.browsers import browser
from tests.conftest import Cast
from tests.front import ask
from tests.robots.verifiers.asking import get, part
from tests.robots.verifiers.oauth.asking import (
    API,
    ORIGIN,
    access_token,
    claims,
    introspect,
    post,
    proof,
    register,
    signed,
)

INACTIVE = {"active": False}
ROBOTS = "/api/v1/organizations/acme/robots/"


def status(token: str, path: str = "/api/v1/me/") -> int:
    code: int = browser(headers={"Authorization": f"Bearer {token}"}).get(path).status_code
    return code


def test_an_access_token_is_no_registry_login(cast: Cast) -> None:
    register(cast, cast.organization)
    for token in (access_token(cast, audience=API), access_token(cast, audience=ORIGIN)):
        scope = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
        assert ask(scope, authorization=f"Bearer {token}").status == 401


def test_a_registrys_token_opens_nothing_of_rosters(cast: Cast) -> None:
    token = get(cast, "repository:acme/payments/api:pull").json["token"]
    assert status(token) == 401
    assert introspect(proof(cast, register(cast, cast.organization)), token) == INACTIVE


def test_an_access_token_gets_no_other(cast: Cast) -> None:
    register(cast, cast.organization)
    fields = {"grant_type": "client_credentials", "client_id": str(cast.token.uuid)}
    answer = post("token", fields | {"client_secret": access_token(cast)})
    assert (answer.status, answer.json["error"]) == (401, "invalid_client")


def test_the_api_takes_access_tokens_for_roster_alone(cast: Cast) -> None:
    register(cast, cast.organization)
    assert status(access_token(cast, audience=API)) == 401
    assert status(access_token(cast, audience=ORIGIN)) == 200
    me = browser(headers={"Authorization": f"Bearer {access_token(cast, resource=ORIGIN)}"})
    assert me.get("/api/v1/me/").json()["name"] == cast.robot.name


def test_there_it_may_do_what_its_scope_says(cast: Cast) -> None:
    more = frozenset({Permission.ROBOT_READ, Permission.ORGANIZATION_READ})
    spec = GrantSpec(cast.organization, cast.project, permissions=more)
    give(actor=cast.owner, holder=cast.robot, spec=spec)
    where = f"{ROBOTS}{cast.robot.uuid}/"
    assert status(cast.secret, where) == 200
    assert status(access_token(cast, audience=ORIGIN, scope="robot:read"), where) == 200
    assert status(access_token(cast, audience=ORIGIN), where) in {403, 404}
    cast.robot.grants.update(permissions=frozenset({Permission.ARTIFACT_PULL}))
    assert status(cast.secret, where) in {403, 404}


def test_there_it_ends_and_is_limited_like_the_token_that_got_it(cast: Cast) -> None:
    token = access_token(cast, audience=ORIGIN)
    change_token_addresses(actor=cast.owner, token=cast.token, addresses="198.51.100.0/24")
    assert status(token) == 401
    Token.objects.update(addresses="")
    assert status(token) == 200
    Token.objects.update(disabled_at=cast.token.created_at)
    assert status(token) == 401
    Token.objects.update(disabled_at=None)
    post(
        "revoke", {"token": token, "client_id": str(cast.token.uuid), "client_secret": cast.secret}
    )
    assert status(token) == 401


def encoded(members: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(members).encode()).rstrip(b"=").decode()


def forgeries(token: str, other: ECKey) -> dict[str, str]:
    """Tokens that somebody made who has none of Roster's keys, out of one that is right."""
    head, body = part(token, 0), claims(token)
    signature = token.rsplit(".", 1)[1]
    registry = jws.JWSRegistry(algorithms=["ES256"])
    text = json.dumps(body)

    def by_other(**more: Any) -> str:
        return jws.serialize_compact(head | more, text, other, registry=registry)

    return {
        "none": f"{encoded(head | {'alg': 'none'})}.{encoded(body)}.",
        "other claims": f"{encoded(head)}.{encoded(body | {'scope': 'robot:delete'})}.{signature}",
        "other key": by_other(),
        "key in the header": by_other(jwk=other.as_dict(private=False)),
        "unknown key": by_other(kid="unknown"),
        "key of another purpose": by_other(kid=other_purpose()),
        "public key as a secret": with_public_key(head, body),
        "no kid": f"{encoded({'alg': 'ES256', 'typ': 'at+jwt'})}.{encoded(body)}.{signature}",
        "kid that is no text": f"{encoded(head | {'kid': [1]})}.{encoded(body)}.{signature}",
        "without signature": token.rsplit(".", 1)[0] + ".",
        "not JSON": "eyJ0eXAiOiJhdCtqd3QifQ.e30.e30",
    }


def with_public_key(head: dict[str, Any], body: dict[str, Any]) -> str:
    """HMAC under what everybody knows (RFC 8725, 2.1); libraries refuse to sign it."""
    public = SigningKey.objects.get(kid=head["kid"]).public_pem
    text = f"{encoded(head | {'alg': 'HS256'})}.{encoded(body)}"
    mac = hmac.digest(public.encode(), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def other_purpose() -> str:
    return signing_keys.ensure(SigningKey.Purpose.REGISTRY).kid


def test_what_rosters_key_has_not_signed_is_nothing(cast: Cast, subtests: pytest.Subtests) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    token = access_token(cast)
    assert introspect(authorization, token)["active"] is True
    for what, forged in forgeries(token, ECKey.generate_key("P-256")).items():
        with subtests.test(what):
            assert introspect(authorization, forged) == INACTIVE
            assert status(forged) == 401


@pytest.mark.parametrize(
    ("head", "change"),
    [
        ({}, {"iss": "https://elsewhere.example.com"}),
        ({}, {"aud": "https://other.example.com"}),
        ({"typ": "JWT"}, {}),
    ],
)
def test_nor_is_what_it_signed_for_something_else(
    cast: Cast, head: dict[str, Any], change: dict[str, Any]
) -> None:
    authorization = proof(cast, register(cast, cast.organization))
    body = claims(access_token(cast))
    signer = signing_keys.current(SigningKey.Purpose.ACCESS_TOKENS).signer
    assert introspect(authorization, signer.sign(body, typ="at+jwt"))["active"] is True
    header = {"typ": "at+jwt"} | head
    assert introspect(authorization, signer.sign(body | change, **header)) == INACTIVE


def test_what_does_not_call_itself_an_access_token_is_not_read_as_one(cast: Cast) -> None:
    register(cast, cast.organization)
    body = claims(access_token(cast))
    signer = signing_keys.current(SigningKey.Purpose.ACCESS_TOKENS).signer
    assert read(signer.sign(body)) is None
    assert read(signer.sign(body, typ="application/at+jwt")) is not None


def test_a_robots_signed_token_is_told_from_an_access_token(cast: Cast) -> None:
    secret = signed(cast)
    assert status(secret) == 200
    body = secret.split(".", 1)[1]
    assert status(f"{encoded(part(secret, 0) | {'typ': 'at+jwt'})}.{body}") == 401
