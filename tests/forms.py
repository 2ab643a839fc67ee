"""Every form that changes something: its address, what a right one says, and who sends it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client

from tests.addresses import acme, address_of
from tests.browsers import browser
from tests.conftest import Cast


@dataclass(frozen=True)
class Form:
    """One form. `texts` are its fields of free text, `changes` what of existing rows it may change."""

    name: str
    right: dict[str, str]
    texts: tuple[str, ...] = ()
    changes: set[str] = field(default_factory=set)
    makes: set[str] = field(default_factory=set)

    def address(self, cast: Cast) -> str:
        return address_of(self.name, acme(cast))

    def data(self, cast: Cast, **changes: object) -> dict[str, Any]:
        """What a browser sends when all is well, with `changes`."""
        known = {"SECRET": cast.secret, "KEY": str(uuid4()), "ROBOT": str(cast.robot.uuid)}
        return {key: known.get(value, value) for key, value in self.right.items()} | changes

    def client(self, cast: Cast, **options: Any) -> Client:
        return browser(cast.owner, confirmed=True, **options)


HEAD = {"AuditHead.number", "AuditHead.link"}
FORMS = (
    Form("console:project-create", {"slug": "infra", "name": "Infra"},
         ("slug", "name", "description"), HEAD, {"Project", "Event"}),
    Form("console:repository-create", {"name": "web"}, ("name", "description"), HEAD,
         {"Repository", "Event"}),
    Form("console:repository", {"description": "x"}, ("description",),
         HEAD | {"Repository.description", "Repository.public"}, {"Event"}),
    Form("console:organization-settings", {"name": "Works"}, ("name",),
         HEAD | {"Organization.name"}, {"Event"}),
    Form("teams:my-account", {"name": "Olga"}, ("name",), HEAD | {"User.name"},
         {"Event", "AuditHead"}),
    Form("teams:organization-create", {"name": "Initech", "slug": "initech"}, ("name", "slug"),
         HEAD, {"Organization", "Membership", "Event", "AuditHead"}),
    Form("robots:robot-create", {"name": "builder", "level": "organization", "expiry": "never"},
         ("name", "description", "level", "project", "expiry", "expiry_days", "expiry_date",
          "permissions", "reach", "labels", "responsible"), HEAD, {"Robot", "Event"}),
    Form("robots:robot-settings", {"description": "Builds", "expiry": "keep"},
         ("description", "expiry", "expiry_days", "expiry_date", "labels", "responsible"),
         HEAD | {"Robot.description"}, {"Event"}),
    Form("robots:robot-extend", {"expiry": "30"}, ("expiry", "expiry_days", "expiry_date"),
         HEAD | {"Robot.expires_at", "Robot.next_expiry_at"}, {"Event"}),
    Form("robots:robots-disable", {"robot": "ROBOT", "confirmed": "on"}, ("robot",),
         HEAD | {"Robot.disabled_at"}, {"Event"}),
    Form("robots:robots-extend", {"robot": "ROBOT", "confirmed": "on", "until": "2099-01-01T00:00Z"},
         ("robot",), HEAD | {"Robot.expires_at", "Robot.next_expiry_at"}, {"Event"}),
    Form("robots:robots-delete", {"robot": "ROBOT", "confirmed": "on", "count": "1"},
         ("robot", "count"), HEAD | {"Robot.deleted_at", "Token.revoked_at"}, {"Event"}),
    Form("robots:token-create",
         {"name": "fresh", "expiry": "never", "kind": "compact", "request_key": "KEY"},
         ("name", "kind", "expiry", "expiry_days", "expiry_date", "permissions", "request_key"),
         HEAD | {"Robot.next_expiry_at"}, {"Token", "Secret", "Event"}),
    Form("robots:token-download", {"form": "json", "secret": "SECRET"},
         ("form", "secret", "namespace")),
    Form("robots:robot-delete", {"name": "ci"}, ("name",),
         HEAD | {"Robot.deleted_at", "Token.revoked_at"}, {"Event"}),
    Form("robots:token-delete", {}, (),
         HEAD | {"Token.revoked_at", "Robot.next_expiry_at"}, {"Event"}),
    Form("robots:robot-disable", {}, (), HEAD | {"Robot.disabled_at"}, {"Event"}),
    Form("robots:robot-enable", {}, (), HEAD | {"Robot.disabled_at"}, {"Event"}),
    Form("console:theme", {"theme": "dark"}, ("theme", "next")),
)  # fmt: skip
