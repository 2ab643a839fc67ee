"""A request of each kind to each address of the API, with a body that would do something."""

from dataclasses import dataclass
from typing import Any

from django.urls import resolve, reverse

from robots.access.services.roles import RoleAt, create_role_token
from tests.addresses import API_ADDRESSES, acme, place_of
from tests.conftest import Cast

METHODS = ("GET", "POST", "PATCH", "DELETE")
HAND = "hand@acme.example.com"
# What addresses of the API call the same as pages do, and is not.
OTHERWISE = {
    "token": "steady",
    "grant": "member_grant",
}
QUERIES = {
    "robots-api:explain": "?permission=artifact:pull&repository=payments/api",
    "robots-api:reach": "?permission=artifact:pull&repository=payments/api",
}


@dataclass(frozen=True)
class Example:
    """One request."""

    name: str
    method: str
    address: str
    body: dict[str, Any] | None = None


# What is sent where, by the address's name and the method; {hand} is the UUID of somebody in the team.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("teams-api:organizations", "POST"): {"slug": "initech", "name": "Initech"},
    ("console-api:organization", "PATCH"): {"name": "Acme Corporation"},
    ("console-api:projects", "POST"): {"slug": "billing", "name": "Billing"},
    ("robots-api:project", "PATCH"): {"name": "Paying"},
    ("console-api:services", "POST"): {"name": "cache", "host": "cache.example.com"},
    ("console-api:service", "PATCH"): {"description": "For images."},
    ("console-api:site-services", "POST"): {"name": "cache", "host": "cache.example.com"},
    ("console-api:site-service", "PATCH"): {"description": "For images."},
    ("console-api:service-secrets", "POST"): {"overlap": 0},
    ("console-api:site-service-secrets", "POST"): {"overlap": 0},
    ("console-api:webhooks", "POST"): {
        "name": "pager",
        "url": "https://pager.example.com/hooks",
        "kinds": ["token.leaked"],
    },
    ("console-api:webhook", "PATCH"): {"kinds": ["token.leaked"]},
    ("console-api:webhook-secrets", "POST"): {"overlap": 0},
    ("console-api:webhook-tests", "POST"): {},
    ("console-api:webhook-delivery-repetition", "POST"): {},
    ("console-api:site-webhooks", "POST"): {
        "name": "pager",
        "url": "https://pager.example.com/hooks",
        "kinds": ["audit.fault"],
    },
    ("console-api:site-webhook", "PATCH"): {"kinds": ["mail.given-up"]},
    ("console-api:site-webhook-secrets", "POST"): {"overlap": 0},
    ("console-api:site-webhook-tests", "POST"): {},
    ("console-api:site-webhook-delivery-repetition", "POST"): {},
    ("console-api:repositories", "POST"): {"project": "payments", "name": "web"},
    ("robots-api:repository", "PATCH"): {"description": "The API."},
    ("teams-api:member", "PATCH"): {"role": "owner"},
    ("teams-api:invitations", "POST"): {"email": "newcomer@example.com", "role": "member"},
    ("teams-api:invitation-sending", "POST"): {},
    ("robots-api:teams", "POST"): {"name": "deployers"},
    ("robots-api:team", "PATCH"): {"description": "Builds."},
    ("robots-api:team-members", "POST"): {"user": "member@example.com", "role": "member"},
    ("robots-api:team-member", "PATCH"): {"role": "owner"},
    ("robots-api:team-robots", "POST"): {"robot": "spare"},
    ("robots-api:grants", "POST"): {
        "user": "{hand}",
        "project": "payments",
        "role": "project:guest",
    },
    ("robots-api:grants-bulk", "POST"): {
        "holders": [{"user": HAND}],
        "places": [{"repository": "payments/api"}],
        "level": "read",
    },
    ("robots-api:grant", "PATCH"): {"role": "project:guest"},
    ("robots-api:roles", "POST"): {"name": "reader", "permissions": ["artifact:pull"]},
    ("robots-api:role", "PATCH"): {"description": "Pulls."},
    ("robots-api:role-tokens", "POST"): {"role": "viewer", "name": "watch", "kind": "compact"},
    ("robots-api:robots", "POST"): {
        "name": "builder",
        "project": "payments",
        "permissions": ["artifact:pull"],
    },
    ("robots-api:robot", "PATCH"): {"description": "Builds."},
    # One that nobody has seen so.
    ("robots-api:robot-narrow", "POST"): {
        "grants": [{"grant": "018f5d5e-0000-4000-8000-000000000000", "seen": "3fa9"}]
    },
    ("robots-api:tokens", "POST"): {"name": "weekly", "kind": "compact"},
    ("robots-api:token", "PATCH"): {"disabled": True},
    ("robots-api:token-rotation", "POST"): {"kind": "compact"},
    ("robots-api:token-refresh", "POST"): {"kind": "compact"},
    ("robots-api:trusts", "POST"): {
        "name": "nightly",
        "preset": "github",
        "conditions": [{"claim": "repository_id", "value": "74"}],
    },
    ("robots-api:trust", "PATCH"): {"disabled": True},
    ("robots-api:trust-trial", "POST"): {"token": "no token"},
    ("console-api:notices-read", "POST"): {},
    ("console-api:notice-read", "POST"): {},
    ("robots-api:need-answer", "POST"): {"kind": "acknowledged"},
    ("robots-api:project-need-answer", "POST"): {"kind": "muted", "reason": "Known."},
    ("robots-api:policy", "PATCH"): {"unused_days": 30},
    ("teams-api:sign-in-rules", "PATCH"): {"networks": ["127.0.0.0/8"]},
    ("teams-api:organization-transfer", "POST"): {
        "email": "member@example.com",
        "afterwards": "member",
    },
    ("teams-api:sign-in-rules-preview", "POST"): {"networks": ["127.0.0.0/8"]},
    ("robots-api:robot-networks", "PATCH"): {"networks": ["127.0.0.0/8"]},
    ("robots-api:robot-networks-preview", "POST"): {"networks": ["127.0.0.0/8"]},
    ("robots-api:policy-preview", "POST"): {"unused_days": 30},
    ("robots-api:project-policy", "PATCH"): {"unused_days": 30},
    ("robots-api:project-policy-preview", "POST"): {"unused_days": 30},
}


def bodies(cast: Cast) -> dict[tuple[str, str], dict[str, Any]]:
    """What is sent where, with the people of the cast."""
    hand = str(cast.organization.memberships.get(user__email=HAND).user.uuid)
    return {
        where: {name: hand if value == "{hand}" else value for name, value in body.items()}
        for where, body in BODIES.items()
    }


def places(cast: Cast) -> dict[str, object]:
    """What stands in the API's addresses for acme's own things."""
    hand = cast.organization.memberships.get(user__email=HAND).user
    minted = create_role_token(
        actor=cast.owner,
        role=RoleAt(cast.organization, key="organization:viewer"),
        name="watching",
        kind="compact",
    )
    return acme(cast) | {"user": hand.uuid, "role_token": minted.token.uuid}


def address_of(name: str, where: dict[str, object]) -> str:
    """The address called `name`."""
    own = {part: where[_stands_for(name, part)] for part in API_ADDRESSES[name]}
    return reverse(name, kwargs=own)


def _stands_for(name: str, part: str) -> str:
    if name.startswith("robots-api:team-robot"):
        return {"robot": "team_robot"}.get(part, part)
    if name == "robots-api:role-token":
        return {"token": "role_token"}.get(part, part)
    if name == "robots-api:secret":
        return part
    return place_of(name, OTHERWISE.get(part, part))


def methods_of(address: str) -> list[str]:
    """The methods that an address answers."""
    view = resolve(address).func.view_class  # type: ignore[attr-defined] # of a class-based view
    return [method for method in METHODS if hasattr(view, method.lower())]


def examples(cast: Cast, where: dict[str, object]) -> list[Example]:
    """Every address with every method that it answers."""
    sent = bodies(cast)
    found = []
    for name in API_ADDRESSES:
        address = address_of(name, where)
        for method in methods_of(address):
            body = sent.get((name, method))
            assert body is not None or method not in {"POST", "PATCH"}, (name, method)
            query = QUERIES.get(name, "") if method == "GET" else ""
            found.append(Example(name, method, address + query, body))
    return found
