"""What was presented and what was given stays nowhere, whatever became of it."""

from console.models import Service
from robots.usage import flush
from tests.conftest import Cast
from tests.front import basic
from tests.leak_search import Haystack
from tests.robots.verifiers.oauth.asking import (
    GRANT,
    access_token,
    introspect,
    login,
    post,
    proof,
    register,
    signed,
)
from tests.robots.verifiers.oauth.test_introspection import decoded


def present(cast: Cast, service: Service, secret: str, *tokens: str) -> None:
    """Each token at each place, right and wrong."""
    authorization = basic(str(service.uuid), secret)
    for token in (it for right in tokens for it in (right, right[:-1], right.swapcase())):
        introspect(authorization, token)
        post("introspect", {"token": token}, basic(str(service.uuid), token))
        post("token", GRANT | {"client_id": str(cast.token.uuid), "client_secret": token})
        post("token", GRANT | {"audience": token, "scope": token}, login(cast))
        post("revoke", {"token": token}, authorization)


def test_no_secret_and_no_token_is_left(cast: Cast, haystack: Haystack) -> None:
    service = register(cast, cast.organization)
    secret = decoded(proof(cast, service))
    tokens = (cast.secret, signed(cast), access_token(cast), secret)
    present(cast, service, secret, *tokens)
    assert flush.flush()
    assert haystack.finds(*tokens) == []
