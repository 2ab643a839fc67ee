"""Everything that a PATCH may change, with two values each; a field without a row fails the tests."""

import re
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from console.api.reference import document
from tests.addresses import API_ADDRESSES, BY_WAY
from tests.api.bodies import address_of, methods_of, places
from tests.browsers import browser
from tests.conftest import Cast
from tests.robots.trusts.foreign import Issuer
from tests.snapshots import Rows, difference

JSON: Any = {"content_type": "application/json"}
# A policy reaches tokens.
BLOCKED = {"Token.blocked_at", "Token.blocked_by", "Token.blocked_reason"}
# Whoever is not ready gets a letter.
TOLD = {"Notice", "NoticeReader", "OutgoingMail"}
HEAD = {"AuditHead.number", "AuditHead.link", "AuditHead.seal"}


@dataclass(frozen=True)
class Field:
    """A field of a body: what it is first, then what a PATCH makes it.

    A `second` of `None` is refused there.
    `shown` are the fields of the answer that tell, `columns` what of the database changes (or whole
    rows that come and go, by their model). `first` is `None` where another field says the same.
    """

    first: Any
    second: Any
    columns: set[str]
    shown: set[str] = field(default_factory=set)
    # What has to be so before, as the second value would contradict another field's first.
    given: dict[str, Any] = field(default_factory=dict)


# The services of these tests are registries; tests/console/services has the others.
OF_OTHERS = Field(None, None, set())
SAID = {"conditions", "warnings"}
LATE, LATER = "2098-05-06T07:08:09Z", "2099-05-06T07:08:09Z"


def _expiry(columns: set[str], *shown: str) -> dict[str, Field]:
    told = {"expires_at", *shown}
    return {
        "expires_at": Field(LATE, LATER, columns, told),
        "expires_in_days": Field(None, 30, columns, told),
        "expires_in": Field(None, 43_200, columns, told),
    }


def _service() -> dict[str, Field]:
    return {
        "description": Field("For images.", "For charts.", {"Service.description"}),
        "host": Field("a.example.com", "b.example.com:5000", {"Service.host"}),
        "uses_x5c": Field(False, True, {"Service.uses_x5c"}),
        "personal_tokens": Field("all", "none", {"Service.personal_tokens"}),
        "audience": OF_OTHERS,
        "exempt_from_addresses": OF_OTHERS,
        "proxy": OF_OTHERS,
    }


def _webhook(other_kind: str) -> dict[str, Field]:
    return {
        "name": Field("pager", "phone", {"Webhook.name"}),
        "description": Field("Of the night.", "Of the day.", {"Webhook.description"}),
        "url": Field("https://a.example.com/x", "https://b.example.com/x", {"Webhook.url"}),
        "kinds": Field(["audit.fault", other_kind], [other_kind], {"Webhook.kinds"}),
        "active": Field(
            False,
            True,
            {"Webhook.disabled_at", "Webhook.disabled_because"},
            {"active", "disabled_at", "disabled_because"},
        ),
    }


def _policy() -> dict[str, Field]:
    return {
        "default_days": Field(20, 10, {"TokenPolicy.default_days"}),
        "maximum_days": Field(60, 50, {"TokenPolicy.maximum_days"} | BLOCKED),
        "never_allowed": Field(
            False, True, {"TokenPolicy.never_allowed"} | BLOCKED, given={"maximum_days": None}
        ),
        "own_secrets_allowed": Field(False, True, {"TokenPolicy.own_secrets_allowed"}),
        "unused_days": Field(30, 45, {"TokenPolicy.unused_days"}),
        "disable_tokens_days": Field(30, 45, {"TokenPolicy.disable_tokens_days"}),
        "disable_robots_days": Field(30, 45, {"TokenPolicy.disable_robots_days"}),
    }


def _sign_in_rules() -> dict[str, Field]:
    return {
        "required_factor": Field(
            "factor", "passkey", {"Organization.required_factor", "Organization.factor_from"} | TOLD
        ),
        "factor_from": Field("2098-05-06", "2099-05-06", {"Organization.factor_from"} | TOLD),
        "networks": Field(["127.0.0.0/8"], ["127.0.0.1"], {"Organization.people_networks"}),
    }


def _token(*columns: str) -> dict[str, Field]:
    moved = {"Token.expires_at", "Token.renewed_at", "Token.sorted_end", *columns}
    return {
        "addresses": Field(["10.0.0.0/8"], ["192.0.2.0/24"], {"Token.addresses"}),
        "network_mode": Field("observe", "enforce", {"Token.network_mode"}),
        "disabled": Field(True, False, {"Token.disabled_at", "Token.enabled_at"}, {"state"}),
        **_expiry(moved, "ends_at"),
    }


def _jobs(subject: str) -> list[dict[str, str]]:
    return [{"claim": "sub", "value": subject}]


def _trust() -> dict[str, Field]:
    # Whoever logged in by another rule is logged out.
    out = {"Secret", "Secret.ends_at"}
    return {
        "preset": Field("gitlab", "buildkite", {"Trust.preset"}, {"preset", "warnings"}),
        "issuer": Field("https://a.example.com", "https://b.example.com", {"Trust.issuer", *out}),
        "audience": Field("https://c.example.com", "roster", {"Trust.audience", *out}),
        "keys": Field(Issuer().jwks, Issuer().jwks, {"Trust.keys", *out}),
        "conditions": Field(
            _jobs("project:*"), _jobs("project:7"), {"Trust.conditions", *out}, SAID
        ),
        "lifetime_seconds": Field(600, 1800, {"Trust.lifetime_seconds", *out}),
        "permissions": Field(["artifact:pull"], ["tag:create"], {"Token.permissions", *out}),
        "disabled": Field(True, False, {"Token.disabled_at", "Token.enabled_at"}, {"state"}),
        **_expiry({"Token.expires_at"}, "ends_at"),
    }


def _role(model: str) -> dict[str, Field]:
    return {"role": Field("owner", "member", {f"{model}.role"})}


GRANT = {"role", "permissions"}
FIELDS: dict[str, dict[str, Field]] = {
    "console-api:organization": {"name": Field("Works", "Mills", {"Organization.name"})},
    "teams-api:member": _role("Membership"),
    "robots-api:team-member": _role("TeamMember"),
    "robots-api:project": {
        "name": Field("Works", "Mills", {"Project.name"}),
        "description": Field("Pays.", "Bills.", {"Project.description"}),
        "public": Field(True, False, {"Project.public"}),
    },
    "robots-api:repository": {
        "description": Field("The API.", "An API.", {"Repository.description"}),
        "public": Field(True, False, {"Repository.public"}),
    },
    "robots-api:team": {
        "description": Field("Builds.", "Ships.", {"Team.description"}),
        "secret": Field(True, False, {"Team.secret"}),
    },
    "robots-api:role": {
        "description": Field("Pulls.", "Pushes.", {"Role.description"}),
        "permissions": Field(["artifact:push"], ["tag:create"], {"Role.permissions"}),
    },
    "robots-api:grant": {
        "role": Field("project:guest", "project:maintainer", {"UserGrant.role"}, GRANT),
        "level": Field(None, "read", {"UserGrant.role"}, GRANT),
        "permissions": Field(
            None, ["tag:create"], {"UserGrant.role", "UserGrant.permissions"}, GRANT
        ),
        **_expiry({"UserGrant.expires_at"}),
        # So soon that it need not be announced any more.
        "expires_in": Field(
            None, 43_200, {"UserGrant.expires_at", "UserGrant.told_days"}, {"expires_at"}
        ),
    },
    "robots-api:robot": {
        "description": Field("Builds.", "Ships.", {"Robot.description"}),
        "purpose": Field("Nightly builds", "Release pipeline", {"Robot.purpose"}),
        "labels": Field({"tier": "gold"}, {"tier": "gold", "env": "test"}, {"RobotLabel"}),
        "responsible": Field("owner@example.com", "member@example.com", {"Robot.responsible_id"}),
        "addresses": Field(["10.0.0.0/8"], ["192.0.2.0/24"], {"Robot.addresses"}),
        "network_mode": Field("observe", "enforce", {"Robot.network_mode"}),
        "disabled": Field(True, False, {"Robot.disabled_at", "Robot.enabled_at"}, {"state"}),
        **_expiry(
            {"Robot.expires_at", "Robot.next_expiry_at", "Token.renewed_at", "Token.sorted_end"},
            "next_expiry_at",
        ),
    },
    "console-api:service": _service(),
    "console-api:site-service": _service(),
    "console-api:webhook": _webhook("token.leaked"),
    "console-api:site-webhook": _webhook("mail.given-up"),
    "teams-api:sign-in-rules": _sign_in_rules(),
    "robots-api:robot-networks": {
        "networks": Field(["127.0.0.0/8"], ["0.0.0.0/0"], {"Organization.robot_networks"}),
        "network_mode": Field("observe", "enforce", {"Organization.robot_network_mode"}),
    },
    "robots-api:policy": _policy(),
    "robots-api:project-policy": _policy(),
    "robots-api:token": _token("Robot.next_expiry_at"),
    "robots-api:personal-token": _token(),
    "robots-api:trust": _trust(),
}


@dataclass(frozen=True)
class Changeable:
    """An address that answers PATCH, in the browser of whoever may."""

    name: str
    address: str
    client: Client

    @property
    def fields(self) -> dict[str, Field]:
        return FIELDS[self.name]

    @property
    def first(self) -> dict[str, Any]:
        """A body with every field: none is what it would be if it were emptied."""
        return {key: it.first for key, it in self.fields.items() if it.first is not None}

    @property
    def changing(self) -> list[str]:
        """The fields that can change."""
        return [key for key, it in self.fields.items() if it.second is not None]

    def declared(self) -> set[str]:
        """The fields that its body has by the schema."""
        paths = {path: it for path, it in document()["paths"].items() if "patch" in it}
        (found,) = (it for path, it in paths.items() if _fits(path, self.address))
        (body,) = {
            str(content["schema"]) for content in found["patch"]["requestBody"]["content"].values()
        }
        shape = body.rpartition("/")[2].rstrip("'}")
        return set(document()["components"]["schemas"][shape]["properties"])

    def get(self) -> dict[str, Any]:
        answer = self.client.get(self.address)
        assert answer.status_code == 200, answer.content
        shown: dict[str, Any] = answer.json()
        return shown

    def patch(self, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.patch(self.address, body, **JSON)
        assert answer.status_code == 200, answer.content
        shown: dict[str, Any] = answer.json()
        return shown


def _fits(path: str, address: str) -> bool:
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), address) is not None


def changeables(cast: Cast) -> dict[str, Changeable]:
    """Every address that answers PATCH, by its name."""
    # Nobody requires what they do not have.
    Authenticator.objects.get_or_create(
        user=cast.owner, type=Authenticator.Type.WEBAUTHN, defaults={"data": {"name": "key"}}
    )
    where, owner = places(cast), browser(cast.owner, confirmed=True)
    operator = browser(cast.operator, confirmed=True)
    addresses = {name: address_of(name, where) for name in API_ADDRESSES}
    addresses |= {name: _of_oneself(name, where) for name in BY_WAY}
    return {
        name: Changeable(name, address, operator if ":site-" in name else owner)
        for name, address in addresses.items()
        if "PATCH" in methods_of(address)
    }


def _of_oneself(name: str, where: dict[str, object]) -> str:
    return reverse(name, kwargs={part: where[f"own_{part}"] for part in BY_WAY[name]})


def changed(before: Rows, after: Rows) -> set[str]:
    """The columns that differ, and the models of which rows came or went; events apart."""
    found = difference(before, after)
    models = {model for model, _ in (*found.made, *found.gone)}
    return (found.changed | models) - HEAD - {"Event"}
