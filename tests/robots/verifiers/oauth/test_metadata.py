"""`/.well-known/…`: what a library finds there is what answers."""

import pytest
from joserfc.jwk import KeySet

from robots.verifiers import published_keys
from robots.verifiers.oauth.token import CREDENTIALS, EXCHANGE
from tests.conftest import Cast
from tests.front import ask
from tests.robots.verifiers.asking import part
from tests.robots.verifiers.oauth.asking import ORIGIN, access_token, post, register, signed

NAMES = ["openid-configuration", "oauth-authorization-server"]


@pytest.mark.parametrize("name", NAMES)
def test_it_says_where_what_is(cast: Cast, name: str) -> None:
    answer = ask(f"/.well-known/{name}")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Content-Type"] == "application/json"
    known = answer.json
    assert known["issuer"] == ORIGIN
    assert known["grant_types_supported"] == [CREDENTIALS, EXCHANGE]
    assert known["response_types_supported"] == []
    assert known["id_token_signing_alg_values_supported"] == ["RS256", "ES256"]
    methods = {name: value for name, value in known.items() if name.endswith("_methods_supported")}
    assert len(methods) == 3
    basic_or_post = ["client_secret_basic", "client_secret_post"]
    # Whoever exchanges a token has no secret.
    assert methods.pop("token_endpoint_auth_methods_supported") == [*basic_or_post, "none"]
    assert list(methods.values()) == [basic_or_post] * 2


@pytest.mark.parametrize("name", NAMES)
def test_all_that_it_names_answers(cast: Cast, name: str) -> None:
    known = ask(f"/.well-known/{name}").json
    assert ask(known["jwks_uri"].removeprefix(ORIGIN)).json["keys"]
    for endpoint in ("token", "introspection", "revocation"):
        path = known[f"{endpoint}_endpoint"].removeprefix(f"{ORIGIN}/oauth/")
        answer = post(path, {"grant_type": "client_credentials", "token": "x"})
        assert (answer.status, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_only(db: None, name: str) -> None:
    answer = ask(f"/.well-known/{name}", "POST")
    assert (answer.status, answer.headers["Cache-Control"]) == (405, "no-store")
    assert ask(f"/.well-known/{name}", "HEAD").body == b""


def test_the_keys_of_what_is_issued_are_found_there(cast: Cast) -> None:
    register(cast, cast.organization)
    tokens = (access_token(cast), signed(cast))
    published_keys.published.forget()
    keys = KeySet.import_key_set(ask("/.well-known/jwks.json").json)
    assert {part(token, 0)["kid"] for token in tokens} <= {key.kid for key in keys}
