"""Token exchange (RFC 8693): another issuer's token in, an access token of a robot account out."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx

from roster.answers import odd, read
from roster.credentials import JWT, claims_of
from roster.errors import Failure
from roster.origin import checked_origin
from roster.shapes import Json
from roster.transport import Transport

PATH = "/oauth/token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ASKED = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
}
LONGEST_REASON = 300


@dataclass(frozen=True)
class Wish:
    """What an access token shall be for.

    `audience` is a registry's host or service, or Roster itself by its address. `robot` is a login name,
    where several robot accounts trust the same token; without `permissions` it is for all that the robot
    account may do.
    """

    audience: str
    robot: str | None = None
    permissions: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, str]:
        """The parameters that say so."""
        said = {
            "audience": self.audience,
            "client_id": self.robot or "",
            "scope": " ".join(self.permissions),
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class AccessToken:
    """What Roster gives: a password of the robot account at a registry, or a bearer token for Roster.

    `robot` is its login name; it is good for so many seconds from now on.
    """

    token: str = field(repr=False)
    seconds: int
    expires_at: datetime
    robot: str
    organization: str


def require_signed(text: str, source: str) -> str:
    """The token in a text, if it has the shape of one: what else somebody may keep there is not sent."""
    token = text.strip()
    if not JWT.fullmatch(token):
        raise Failure(f"{source} has no signed token (JWT)")
    return token


def exchange(transport: Transport, token: str, wish: Wish) -> AccessToken:
    """The access token that Roster gives for `token`, which nobody can exchange a second time."""
    checked_origin(transport.origin, secret=True)
    body = urlencode(ASKED | {"subject_token": token} | wish.fields).encode()
    answer = transport.send("POST", PATH, content=body, headers=FORM).response
    if not answer.is_success:
        raise _refusal(answer, transport.origin, token, wish)
    return _given(read(answer, transport.origin), transport.origin)


def _given(document: Json, origin: str) -> AccessToken:
    try:
        token, seconds = document["access_token"], document["expires_in"]
        claims = claims_of(token)
        end = datetime.fromtimestamp(claims["exp"], UTC)
        names = str(claims["robot"]), str(claims["organization"])
        return AccessToken(token, int(seconds), end, *names)
    except (LookupError, TypeError, ValueError, OverflowError, OSError) as error:
        raise odd(origin) from error


def _refusal(answer: httpx.Response, origin: str, token: str, wish: Wish) -> Failure:
    """Roster's own sentence (RFC 6749, 5.2). Whatever else answers, the token is not repeated."""
    reason = _reason(answer)
    if reason is None and answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
        return odd(origin)
    said = (reason or f"it failed with {answer.status_code}").replace(token, "…")
    return Failure(f"{origin} gives no login for {wish.audience}: {said[:LONGEST_REASON]}")


def _reason(answer: httpx.Response) -> str | None:
    try:
        return str(json.loads(answer.content)["error_description"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
