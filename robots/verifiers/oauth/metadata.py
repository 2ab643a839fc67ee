"""`/.well-known/openid-configuration` and its like: where what is, for libraries (RFC 8414)."""

from typing import Any

from django.conf import settings

from console.permissions.vocabulary import DATA_PERMISSIONS
from console.serving.endpoints import FrontRequest, FrontResponse, json_response, methods
from robots.verifiers.oauth.clients import METHODS
from robots.verifiers.oauth.token import GRANTS
from robots.verifiers.published_keys import CACHED_SECONDS


@methods("GET", anonymous=True)
def metadata(request: FrontRequest) -> FrontResponse:
    """The same under both names; nobody signs in here, so no response types and no page to go to."""
    response = json_response(200, _document())
    response.cached_seconds = CACHED_SECONDS
    return response


def _document() -> dict[str, Any]:
    origin = settings.ROSTER_ORIGIN
    endpoints = {"token": "token", "introspection": "introspect", "revocation": "revoke"}
    document: dict[str, Any] = {
        "issuer": origin,
        "jwks_uri": f"{origin}/.well-known/jwks.json",
        "grant_types_supported": list(GRANTS),
        "response_types_supported": [],
        "scopes_supported": sorted(DATA_PERMISSIONS),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    }
    for name, path in endpoints.items():
        document[f"{name}_endpoint"] = f"{origin}/oauth/{path}"
        document[f"{name}_endpoint_auth_methods_supported"] = list(METHODS)
    # For the exchange of another issuer's token.
    document["token_endpoint_auth_methods_supported"].append("none")
    return document
