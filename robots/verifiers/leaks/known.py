"""What a credential that was found is here: a secret of a token or of a service, or an access token.

Secrets that people chose are not looked for: to have one proves nothing before it was compared slowly, and
none has a shape by which a scanner could know it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from django.urls import reverse

from console import keyring
from console.audit.recording import EventActor
from console.minted_secrets import has_shape
from console.models import Organization, ServiceSecret
from console.models.service_secrets import SERVICE_PREFIX, digest_of
from console.notices.telling import Person, Subject, people_of
from console.scanning.sightings import Sighting
from console.services.leaks import report_leaked_service_secret
from robots.base.credentials import parse
from robots.models import Secret, Token
from robots.tokens.recognizing import digests_of
from robots.tokens.services.leaks import (
    report_leaked_access_token,
    report_leaked_secret,
    with_owners,
)
from robots.verifiers.oauth.access_tokens import AccessToken, read

# Digests in one question: databases bound the number of values.
AT_ONCE = 500


class Known(Protocol):
    """A credential of ours: whose it is, what it is called, and how it ends."""

    @property
    def organization(self) -> Organization | None:
        """In whose chain it ends; `None` is the site's."""
        ...

    @property
    def about(self) -> Subject:
        """What it belongs to."""
        ...

    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str:
        """The page of what it belongs to."""
        ...

    @property
    def people(self) -> list[Person]:
        """Who is told besides the organization's owners."""
        ...

    def end(self, actor: EventActor, sighting: Sighting) -> bool | None:
        """End it; whether it had worked, or `None` where there is nothing new."""
        ...


@dataclass(frozen=True, slots=True)
class KnownSecret:
    """A minted secret of a robot's or a person's token."""

    secret: Secret

    @property
    def organization(self) -> Organization | None:
        return self.secret.token.owner.chain_organization

    @property
    def about(self) -> Subject:
        return self.secret.token

    @property
    def name(self) -> str:
        return f"The token {self.secret.token}"

    @property
    def url(self) -> str:
        return _page_of(self.secret.token)

    @property
    def people(self) -> list[Person]:
        return _people_of(self.secret.token)

    def end(self, actor: EventActor, sighting: Sighting) -> bool | None:
        return report_leaked_secret(actor=actor, secret=self.secret, sighting=sighting)


@dataclass(frozen=True, slots=True)
class KnownAccessToken:
    """An access token that is not over, and the token whose secret was exchanged for it."""

    access: AccessToken = field(repr=False)
    token: Token

    @property
    def organization(self) -> Organization | None:
        return self.token.owner.chain_organization

    @property
    def about(self) -> Subject:
        return self.token

    @property
    def name(self) -> str:
        return f"An access token of {self.token}"

    @property
    def url(self) -> str:
        return _page_of(self.token)

    @property
    def people(self) -> list[Person]:
        return _people_of(self.token)

    def end(self, actor: EventActor, sighting: Sighting) -> bool | None:
        return report_leaked_access_token(
            actor=actor,
            token=self.token,
            jti=self.access.jti,
            ends_at=self.access.ends_at,
            sighting=sighting,
        )


@dataclass(frozen=True, slots=True)
class KnownServiceSecret:
    """A secret with which a service asks."""

    secret: ServiceSecret

    @property
    def organization(self) -> Organization | None:
        return self.secret.service.organization

    @property
    def about(self) -> Subject:
        return self.secret.service

    @property
    def name(self) -> str:
        return f"A secret of the service {self.secret.service}"

    @property
    def url(self) -> str:
        service, place = self.secret.service, self.organization
        if place:
            return reverse("console:service", args=[place.slug, service.uuid])
        return reverse("console:site-service", args=[service.uuid])

    @property
    def people(self) -> list[Person]:
        """Operators, of a service of the site."""
        return [] if self.organization else people_of(None)

    def end(self, actor: EventActor, sighting: Sighting) -> bool | None:
        return report_leaked_service_secret(actor=actor, secret=self.secret, sighting=sighting)


def _page_of(token: Token) -> str:
    """A token that has ended has no page: its robot's, or of a role's account, which may have ended as well,
    what the audit log knows of the token; of a person's the list of theirs.
    """
    robot = token.robot
    if robot is None:
        return reverse("robots:personal-token-list")
    if robot.is_role_account:
        listed = reverse("console:event-list", args=[robot.organization.slug])
        return f"{listed}?token={token.uuid}"
    return robot.get_absolute_url()


def _people_of(token: Token) -> list[Person]:
    """Whose it is, or who is responsible for its robot; accounts that have ended get no letters."""
    place = token.robot.responsible if token.robot else None
    person = token.user or (place.user if place else None)
    return [person] if person and person.is_active else []


def recognize(credentials: Collection[str]) -> dict[str, Known]:
    """Those of the credentials that are ours, by themselves: minted here, and still remembered."""
    return dict([*_secrets(credentials), *_service_secrets(credentials), *_access(credentials)])


def _secrets(credentials: Collection[str]) -> Iterator[tuple[str, Known]]:
    minted = [credential for credential in credentials if parse(credential)]
    by_digest = {digest: each for each in minted for digest in digests_of(each)}
    for some in _in_parts(list(by_digest)):
        for secret in with_owners(Secret.objects.filter(digest__in=some)):
            yield by_digest[secret.digest or ""], KnownSecret(secret)


def _service_secrets(credentials: Collection[str]) -> Iterator[tuple[str, Known]]:
    minted = [credential for credential in credentials if has_shape(SERVICE_PREFIX, credential)]
    by_digest = {digest_of(each, number): each for each in minted for number in keyring.numbers()}
    found = ServiceSecret.objects.select_related("service__organization")
    for some in _in_parts(list(by_digest)):
        for secret in found.filter(digest__in=some):
            yield by_digest[secret.digest], KnownServiceSecret(secret)


def _access(credentials: Collection[str]) -> Iterator[tuple[str, Known]]:
    tokens = Token.objects.select_related(
        "robot__organization", "robot__project__organization", "robot__responsible__user", "user"
    )
    for credential in credentials:
        access = read(credential)
        found = access and tokens.filter(uuid=UUID(access.claims["roster_token"])).first()
        if access and found:
            yield credential, KnownAccessToken(access, found)


def _in_parts(digests: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(digests), AT_ONCE):
        yield digests[start : start + AT_ONCE]
