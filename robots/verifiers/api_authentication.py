"""Who asks the API: the owner of a token, by Bearer or Basic, through the one way in."""

from datetime import UTC, datetime
from functools import partial

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from console.errors import TooMany
from console.http import current
from console.networks import client_of
from console.permissions.decision import Target
from console.permissions.vocabulary import Permission
from console.rate_counter import RateCounter
from console.serving.endpoints import Basic, Refused, parse_authorization
from robots.base.states import Refusal
from robots.models import Robot
from robots.usage import counters
from robots.usage.counters import Use, permission_key
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from robots.verifiers.oauth.access_tokens import credential_of, is_access_token, read
from teams.models import User

VERIFIER = "api"
NOT_ACCEPTED = "The token or secret is not accepted."
# Refused credentials of one client in a minute.
MAX_FAILURES = 60

_failures = RateCounter("api-refused", 60)


class TokenAuthentication(BaseAuthentication):
    """`request.user` becomes the token's robot or person, narrowed as the token is; `request.auth` the
    `Credential`. A header that is not accepted is refused, also where a session would do."""

    def authenticate(self, request: Request) -> tuple[Robot | User, Credential] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        use = Use.seen(VERIFIER, current.get().address, request.META.get("HTTP_USER_AGENT", ""))
        credential = _credential(header, use)
        if isinstance(credential, Refusal):
            raise _refused(NOT_ACCEPTED)
        current.get().access_id = credential.access_id
        return owner_of(credential), credential

    def authenticate_header(self, request: Request) -> str:
        return f'Bearer realm="{settings.ROSTER_ORIGIN}"'


def _credential(header: str, use: Use) -> Credential | Refusal:
    try:
        came = parse_authorization(header)
    except Refused as refused:
        raise _refused(refused.message) from refused
    if isinstance(came, Basic):
        return authenticate(came.username, came.password, use)
    if is_access_token(came.token):
        return _access_token(came.token, use)
    return authenticate(None, came.token, use)


def _access_token(token: str, use: Use) -> Credential | Refusal:
    """An access token that somebody asked for with Roster's own address as its audience."""
    access = read(token)
    if access is None or access.audience != settings.ROSTER_ORIGIN:
        counters.unknown(use)
        return Refusal.UNKNOWN
    return credential_of(access, use)


def _refused(words: str) -> Exception:
    """401, or 429 when that many of this client's were refused: what is accepted is never held up."""
    if _failures.add(client_of(current.get().address)) <= MAX_FAILURES:
        return AuthenticationFailed(words)
    return TooMany("Too many of your tokens or secrets were refused.", _failures.seconds_left())


def owner_of(credential: Credential) -> Robot | User:
    """The token's owner as an actor that the token's narrowing limits."""
    owner: Robot | User
    if robot := credential.row.token__robot_id:
        owner = Robot.objects.select_related("organization", "project").get(pk=robot)
        owner.noting = partial(_note, robot)
    else:
        owner = User.objects.get(uuid=credential.actor_uuid)
    owner.narrowing = credential.limits.permissions
    owner.came_with = credential.came_with
    return owner


def _note(robot_id: int, permission: Permission, target: Target) -> None:
    """What a robot needs in Roster itself is used when it is asked for."""
    key = permission_key(robot_id, permission, target)
    counters.exercised([key], datetime.now(UTC).date())


class TokenScheme(OpenApiAuthenticationExtension):
    """How OpenAPI describes it."""

    target_class = TokenAuthentication
    name = ["token", "secret"]

    def get_security_definition(self, auto_schema: object) -> list[dict[str, str]]:
        return [
            {
                "type": "http",
                "scheme": "bearer",
                "description": "A robot's, a personal or an access token.",
            },
            {
                "type": "http",
                "scheme": "basic",
                "description": "Access ID or login name, and secret.",
            },
        ]
