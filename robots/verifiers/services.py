"""The service that asks: found by what it calls itself, read on every request."""

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from console.databases.statements import Parameter, Statement
from console.models import Service
from console.permissions.decision import Target
from console.permissions.vocabulary import Permission, Permissions, with_implied
from robots.base.states import Refusal
from robots.verifiers.credential import Credential
from robots.verifiers.hot_queries import SecretRow
from robots.verifiers.memory import Chains, Ends, Memory, chain_of
from teams.models import User

# What people's own tokens may do where they may pull; `None` is all that the person may do.
PERSONAL: dict[str, Permissions | None] = {
    Service.PersonalTokens.PULL: frozenset({Permission.ARTIFACT_PULL}),
    Service.PersonalTokens.ALL: None,
}


class ServiceRow(NamedTuple):
    """A service's columns; the names are Django's look-ups."""

    uuid: UUID | None
    kind: str
    name: str
    host: str
    uses_x5c: bool
    audience: str
    exempt_from_addresses: bool
    personal_tokens: str
    proxy: str
    organization_id: int | None
    organization__slug: str | None
    organization__uuid: UUID | None

    @property
    def identifier(self) -> str:
        """What it calls itself, and unless it has another one the audience of what it gets."""
        return f"{self.organization__slug}/{self.name}" if self.organization__slug else self.name

    @property
    def chains(self) -> Chains:
        """The audit chain that tells of its changes; nothing changes what the environment says."""
        return (chain_of(self.organization__uuid),) if self.uuid else ()

    @property
    def letting(self) -> str:
        """What people's own tokens may do here; of the environment's registry it is asked when it counts."""
        if self.personal_tokens:
            return self.personal_tokens
        rows = environments.rows()
        return rows[0].personal_tokens if rows else Service.PersonalTokens.NONE

    def refusal(self, row: SecretRow) -> Refusal | None:
        """Why the owner of a secret is not let in here, whatever its state."""
        if row.token__user_id is not None and self.letting not in PERSONAL:
            return Refusal.PERSONAL_TOKEN
        is_own = self.organization_id is None or self.organizations_of(row)
        return None if is_own else Refusal.OTHER_ORGANIZATION

    def organizations_of(self, row: SecretRow) -> list[int]:
        """Where the service may ask what the owner of a secret holds."""
        if row.token__user_id is None:
            ids = [row.token__robot__organization_id]
        else:
            ids = list(User.objects.get(pk=row.token__user_id).organization_ids())
        return [own for own in ids if own is not None and self.sees(own)]

    def sees(self, organization_id: int | None) -> bool:
        """Whether what belongs to the organization is this service's to know."""
        return self.organization_id in (None, organization_id)

    def covers(self, target: Target) -> bool:
        return self.sees(target.organization_id)

    def narrowed(self, credential: Credential) -> Credential:
        """The credential as it counts here: a person's token may do less than elsewhere."""
        if credential.row.token__user_id is None:
            return credential
        most, own = PERSONAL[self.letting], credential.limits.permissions
        if most is None:
            return credential
        permissions = most if own is None else most & with_implied(own)
        return replace(credential, limits=replace(credential.limits, permissions=permissions))


services: Memory[ServiceRow] = Memory()


def _of_kind() -> QuerySet[Service]:
    return Service.objects.filter(kind=Parameter("kind"), from_environment=False)


environments = Statement(ServiceRow, lambda: Service.objects.filter(from_environment=True))
of_site = Statement(
    ServiceRow, lambda: _of_kind().filter(organization=None, name=Parameter("name"))
)
of_organization = Statement(
    ServiceRow,
    lambda: _of_kind().filter(organization__slug=Parameter("organization"), name=Parameter("name")),
)


def find_registry(identifier: str, ends: Ends) -> ServiceRow | None:
    """The registry that calls itself that, as it is now."""
    if identifier == settings.ROSTER_REGISTRY_SERVICE:
        return registry_of_environment()
    return _find(Service.Kind.REGISTRY, identifier, ends)


def find_proxy(identifier: str, ends: Ends) -> ServiceRow | None:
    """The reverse proxy that calls itself that, as it is now."""
    return _find(Service.Kind.PROXY, identifier, ends)


def _find(kind: Service.Kind, identifier: str, ends: Ends) -> ServiceRow | None:
    if not identifier.isprintable():  # PostgreSQL cannot even be asked for the rest
        return None
    mark = f"{kind.value}:{identifier}".encode()
    known = services.recall(mark, ends)
    if known and known.content:
        return known.content
    row = _read(kind, identifier)
    if row:
        services.keep(mark, known, row, row.chains)
    return row


def _read(kind: Service.Kind, identifier: str) -> ServiceRow | None:
    organization, slash, name = identifier.partition("/")
    found = (
        of_organization.rows(kind=kind.value, organization=organization, name=name)
        if slash
        else of_site.rows(kind=kind.value, name=identifier)
    )
    return found[0] if found else None


def registry_of_environment() -> ServiceRow:
    """The registry of the environment, which is there whatever became of its row."""
    return ServiceRow(
        uuid=None,
        kind=Service.Kind.REGISTRY,
        name=settings.ROSTER_REGISTRY_SERVICE,
        host=settings.ROSTER_REGISTRY_HOST,
        uses_x5c=settings.ROSTER_REGISTRY_X5C,
        audience="",
        exempt_from_addresses=False,
        personal_tokens="",
        proxy="",
        organization_id=None,
        organization__slug=None,
        organization__uuid=None,
    )
