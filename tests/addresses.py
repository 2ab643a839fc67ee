"""Every address of the product, walked out of the URL resolver."""

from collections.abc import Iterator, Mapping
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from console.models import Event
from tests.conftest import Cast

Parameters = frozenset[str]


def _walk(
    found: list[URLPattern | URLResolver], namespace: str = "", outer: Parameters = frozenset()
) -> Iterator[tuple[str, Parameters]]:
    for pattern in found:
        own = outer | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", own
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern.url_patterns, namespace + inner, own)


# Name, as `reverse` takes it -> what stands in the address.
EVERY_ADDRESS: dict[str, Parameters] = dict(_walk(get_resolver().url_patterns))
ADMIN = "admin:"
APIS = ("console-api:", "teams-api:", "robots-api:")
ADDRESSES = {
    name: own for name, own in EVERY_ADDRESS.items() if not name.startswith((ADMIN, *APIS))
}
# What answers by how one came, with a session or with which token; tests/api/test_personal_tokens.py.
BY_WAY = {
    name: own
    for name, own in EVERY_ADDRESS.items()
    if name.startswith(("robots-api:personal-", "robots-api:own-"))
}
# The schema, its page, and what answers every other address have tests of their own.
API_ADDRESSES = {
    name: own
    for name, own in EVERY_ADDRESS.items()
    if name.startswith(APIS)
    and not name.endswith((":schema", ":reference", ":nowhere"))
    and name not in BY_WAY
}
WITH_OBJECT = [name for name, own in ADDRESSES.items() if "organization" in own]


# What addresses call the same and is not.
OTHERWISE = {
    ("teams:team-member-role", "member"): "place",
    ("teams:team-member-remove", "member"): "place",
    ("robots:project-member", "grant"): "member_grant",
    ("robots:project-member-delete", "grant"): "member_grant",
    ("robots:team-robot-remove", "robot"): "team_robot",
    ("robots:token-rotate", "token"): "steady",
    ("robots:robot-refresh", "robot"): "spare",
    ("console:service-secret-create", "service"): "resource",
    ("console:site-service-secret-create", "site_service"): "site_resource",
    ("console:partner-key-delete", "key"): "partner_key",
    ("console:site-event", "event"): "site_event",
    ("console-api:service-secrets", "service"): "resource",
    ("console-api:site-service-secrets", "site_service"): "site_resource",
}
# A built-in role, one of the overview's lists, a part of the API's reference, a kind of service, an issuer,
# a browser in which nobody is signed in, a passkey that nobody has, a job, and a guide.
BUILT_IN = {
    "scope": "project",
    "name": "developer",
    "need": "refused",
    "collection": "robots",
    "kind": "registry",
    "preset": "github",
    "passkey": 987_654_321,
    "session": "6f1f4d5e-0000-4000-8000-000000000000",
    "job": "send-mail",
    "guide": "docs/nginx.md",
}


def place_of(name: str, part: str) -> str:
    """Which of the places stands for `part` in the address called `name`."""
    if name.startswith("robots:personal-"):
        return "own_steady" if name.endswith("rotate") else f"own_{part}"
    return OTHERWISE.get((name, part), part)


def address_of(name: str, places: Mapping[str, object]) -> str:
    """The address called `name` with what it takes of `places`."""
    return reverse(name, kwargs={key: places[place_of(name, key)] for key in EVERY_ADDRESS[name]})


def acme(cast: Cast) -> dict[str, object]:
    """What stands in the addresses of the cast's own organization."""
    return (
        {
            "organization": "acme",
            "project": "payments",
            "repository": cast.repository.uuid,
            "event": Event.objects.filter(organization_slug="acme").latest("id").uuid,
            "robot": cast.robot.uuid,
            "thing": cast.robot.uuid,
            "token": cast.token.uuid,
            "key": "wrong",
            "uidb36": "1",
        }
        | BUILT_IN
        | cast.places.get(cast.organization.pk, {})
    )


def globex(cast: Cast) -> dict[str, object]:
    """The same of the other organization."""
    return (
        {
            "organization": "globex",
            "project": cast.other_project.slug,
            "repository": cast.other_repository.uuid,
            "event": Event.objects.filter(organization_slug="globex").latest("id").uuid,
            "robot": cast.other_robot.uuid,
            "thing": cast.other_robot.uuid,
            "token": cast.other_minted.token.uuid,
        }
        | BUILT_IN
        | cast.places.get(cast.other_organization.pk, {})
    )


# The parts of addresses below the organization's, and everything that may stand in them.
PARTS = (
    "project",
    "repository",
    "event",
    "thing",
    "robot",
    "token",
    "trust",
    "team",
    "member",
    "person",
    "grant",
    "role",
    "invitation",
    "view",
    "service",
    "site_service",
    "webhook",
    "delivery",
    "site_webhook",
    "site_delivery",
    "notice",
    "partner",
    "partner_key",
    "secret",
    "handover",
    "trust",
)
NOWHERE: dict[str, object] = (
    {"organization": "nowhere", "project": "nothing"}
    | BUILT_IN
    | {
        part: uuid4()
        for part in (
            *PARTS[1:],
            "place",
            "member_grant",
            "team_robot",
            "steady",
            "spare",
            "own_token",
            "own_steady",
            "resource",
            "site_resource",
            "site_event",
            "letter",
            "person",
        )
    }
    | dict.fromkeys(("secret", "own_secret"), 987_654_321)
)
