"""Access tokens with others' programs: an OAuth client, and libraries that check signatures."""

import base64
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import jwt
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from jwcrypto.jwk import JWKSet
from jwcrypto.jwt import JWT

from tests.cli.test_documents import blocks
from tests.interop.processes import PATIENCE_SECONDS, ROOT, Serving, require_tool
from tests.robots.trusts.foreign import Issuer

# As the README has it.
AUDIENCE = "https://api.example.com"
Made = dict[str, Any]
# A token and where its keys are -> its claims. Whatever a library raises is a refusal.
Library = Callable[[str, Made], Made]


@pytest.fixture(scope="module")
def metadata(server: Serving) -> Made:
    """What clients find under the issuer's address, checked as RFC 8414 wants it."""
    address = f"{server.installation.origin}/.well-known/oauth-authorization-server"
    found: Made = httpx.get(address).json()
    AuthorizationServerMetadata(found).validate_issuer()
    return found


@pytest.fixture(scope="module")
def resource(server: Serving, builder: Made) -> Made:
    """A resource server of the robot's organization: its UUID and its secret."""
    made: Made = server.installation.do("resource_server", audience=AUDIENCE)
    return made


@pytest.fixture
def robot(builder: Made, resource: Made, metadata: Made) -> Iterator[OAuth2Session]:
    with _client(builder["access_id"], builder["secret"], metadata) as client:
        yield client


def _client(client_id: str, secret: str, metadata: Made) -> OAuth2Session:
    return OAuth2Session(
        client_id=client_id,
        client_secret=secret,
        token_endpoint=metadata["token_endpoint"],
        grant_type="client_credentials",
    )


@pytest.fixture
def token(robot: OAuth2Session) -> str:
    return str(robot.fetch_token(audience=AUDIENCE, scope="artifact:pull")["access_token"])


def by_pyjwt(token: str, metadata: Made) -> Made:
    key = jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token)
    known = {"issuer": metadata["issuer"], "audience": AUDIENCE}
    found: Made = jwt.decode(token, key, algorithms=["ES256"], **known)
    return found


def by_jwcrypto(token: str, metadata: Made) -> Made:
    keys = JWKSet.from_json(httpx.get(metadata["jwks_uri"]).text)
    wanted = {"iss": metadata["issuer"], "aud": AUDIENCE}
    read = JWT(jwt=token, key=keys, algs=["ES256"], check_claims=wanted)
    found: Made = json.loads(read.claims)
    return found


def _by_node(library: str) -> Library:
    def claims(token: str, metadata: Made) -> Made:
        modules = ROOT / ".venv/node/node_modules"
        known = {name: metadata[name] for name in ("issuer", "jwks_uri")}
        done = subprocess.run(
            [require_tool("node"), "tests/interop/tokens.mjs", library],
            input=json.dumps(known | {"token": token, "audience": AUDIENCE}),
            cwd=ROOT,
            env=os.environ | {"MODULES": str(modules)},
            text=True,
            capture_output=True,
            check=True,
            timeout=PATIENCE_SECONDS,
        )
        found: Made = json.loads(done.stdout)
        if "refused" in found:
            raise ValueError(found["refused"])
        return found

    return claims


LIBRARIES: dict[str, Library] = {
    "PyJWT": by_pyjwt,
    "jwcrypto": by_jwcrypto,
    "jose": _by_node("jose"),
    "jsonwebtoken": _by_node("jsonwebtoken"),
}
each_library = pytest.mark.parametrize("library", LIBRARIES)


def _part(document: Made) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def _forged(token: str, **claims: object) -> str:
    """The token with other claims under its own signature."""
    header, body, signature = token.split(".")
    read = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return f"{header}.{_part(read | claims)}.{signature}"


@each_library
def test_a_library_finds_the_keys_and_believes_the_token(
    token: str, metadata: Made, builder: Made, library: str
) -> None:
    claims = LIBRARIES[library](token, metadata)
    assert claims["client_id"] == builder["access_id"]
    assert (claims["aud"], claims["scope"]) == (AUDIENCE, "artifact:pull")
    assert (claims["organization"], claims["robot"]) == ("acme", builder["login_name"])


def _wrong(what: str, token: str, robot: OAuth2Session, metadata: Made) -> str:
    match what:
        case "other claims":
            return _forged(token, scope="artifact:push")
        case "no signature":
            return f"{_part({'alg': 'none'})}.{token.split('.')[1]}."
    return str(robot.fetch_token(audience=metadata["issuer"])["access_token"])


@each_library
@pytest.mark.parametrize("what", ["other claims", "no signature", "another audience"])
def test_a_library_believes_nothing_else(
    token: str, robot: OAuth2Session, metadata: Made, library: str, what: str
) -> None:
    wrong = _wrong(what, token, robot, metadata)
    with pytest.raises(Exception, match=r"."):  # each library has errors of its own
        LIBRARIES[library](wrong, metadata)


def test_a_client_asks_introspects_and_revokes(
    token: str, metadata: Made, resource: Made, builder: Made
) -> None:
    where, ending = metadata["introspection_endpoint"], metadata["revocation_endpoint"]
    with _client(resource["client_id"], resource["secret"], metadata) as service:
        found = service.introspect_token(where, token=token).json()
        assert (found["active"], found["username"]) == (True, builder["login_name"])
        assert found["scope"] == "artifact:pull"
        assert service.revoke_token(ending, token=token).status_code == 200
        assert service.introspect_token(where, token=token).json() == {"active": False}


def test_a_client_is_told_in_oauths_words_what_is_wrong(metadata: Made, builder: Made) -> None:
    with (
        _client(builder["access_id"], "rbt_" + "a" * 42, metadata) as wrong,
        pytest.raises(OAuthError, match="invalid_client"),
    ):
        wrong.fetch_token(audience=AUDIENCE)


def _typed(server: Serving, text: str, **known: str) -> Made:
    """What a shell prints of what the README tells to type."""
    done = subprocess.run(
        ["sh", "-ec", text.replace("http://127.0.0.1:8000", server.installation.origin)],
        env=os.environ | known,
        text=True,
        capture_output=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    found: Made = json.loads(done.stdout)
    return found


def test_the_requests_of_the_readme_are_answered(
    server: Serving, builder: Made, resource: Made
) -> None:
    ask, exchange, check = blocks("README.md", "OAuth")
    made = _typed(server, ask, ACCESS_ID=builder["access_id"], SECRET=builder["secret"])
    assert made["scope"] == "artifact:pull"  # of the two that the README asks for
    issuer, audience = Issuer(), "https://roster.example.com"
    rule = {"issuer": issuer.url, "audience": audience, "claim": "sub", "value": "project:7"}
    server.installation.do("trust", keys=issuer.jwks, **rule)
    exchanged = _typed(server, exchange, JOB_TOKEN=issuer.token(audience))
    assert (exchanged["token_type"], bool(exchanged["access_token"])) == ("Bearer", True)
    own = {"SERVICE_UUID": resource["client_id"], "SERVICE_SECRET": resource["secret"]}
    found = _typed(server, check, TOKEN=made["access_token"], **own)
    assert (found["active"], found["username"]) == (True, builder["login_name"])
