"""Changes to services and their secrets. They count from the next request on, in every process."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from console import keyring
from console.audit.recording import changing, record
from console.errors import Conflict
from console.minted_secrets import Plaintext, mint
from console.models import Organization, Service, ServiceSecret
from console.models.service_secrets import SERVICE_PREFIX, digest_of
from console.permissions.decision import Actor, require_all, require_lasting
from console.permissions.operators import require_to_change_settings
from console.permissions.vocabulary import Permission
from console.repetition import OTHER_BODY, Repeated, keys_like
from console.updates import assign

# What the environment says of its registry, and where it is said.
ENVIRONMENTS = {
    "host": "ROSTER_REGISTRY_HOST",
    "uses_x5c": "ROSTER_REGISTRY_X5C",
}

# How long the secret before goes on beside a new one, unless it is told otherwise, and at most.
OVERLAP = timedelta(hours=24)
MAX_OVERLAP = timedelta(days=30)


class ServiceChanges(TypedDict, total=False):
    """What of a service may change; its name stands in what it asks, and never does."""

    description: str
    host: str
    uses_x5c: bool
    audience: str
    exempt_from_addresses: bool
    personal_tokens: str
    proxy: str


def create_service(
    *,
    actor: Actor,
    organization: Organization | None,
    name: str,
    kind: str = Service.Kind.REGISTRY,
    **given: Unpack[ServiceChanges],
) -> Service:
    """Register a verifier of the organization, or with `None` of the site."""
    service = Service(organization=organization, kind=kind, name=name, **given)
    with changing(organization) as chain:
        require_to_change_settings(actor, organization)
        _require_for_exemption(actor, service)
        service.full_clean()
        service.save()
        after = {"name": name, "kind": kind} | as_recorded(service)
        record(chain, actor=actor, action="service:created", target=service, after=after)
    return service


def _require_for_exemption(actor: Actor, service: Service) -> None:
    """An exempt service lets in whom the organization's networks refuse: that confers what they hold."""
    if service.organization is None or not service.exempt_from_addresses:
        return
    # As it is now, under its chain's lock.
    organization = Organization.objects.get(pk=service.organization.pk)
    if organization.refuses_robots:
        require_all(actor, frozenset(Permission), organization)
        actor.prove_presence()


def as_recorded(service: Service) -> dict[str, Any]:
    """A service as the audit log keeps it."""
    return {name: getattr(service, name) for name in ServiceChanges.__annotations__}


def _refetch(service: Service) -> Service:
    """The service as it is now, under its chain's lock."""
    try:
        return Service.objects.select_related("organization").get(pk=service.pk)
    except Service.DoesNotExist as error:
        raise Conflict("The service has been deleted meanwhile.") from error


def update_service(*, actor: Actor, service: Service, **changes: Unpack[ServiceChanges]) -> Service:
    """Change what a service is told and who may use it."""
    with changing(service.organization) as chain:
        require_to_change_settings(actor, service.organization)
        service = _refetch(service)
        before = as_recorded(service)
        changed = assign(service, changes, ServiceChanges)
        _refuse_environments(service, changed)
        if "exempt_from_addresses" in changed:
            _require_for_exemption(actor, service)
        if changed:
            service.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="service:updated",
                target=service,
                before=before,
                after=as_recorded(service),
            )
    return service


def _refuse_environments(service: Service, changed: list[str]) -> None:
    """The environment alone says where its registry is."""
    if service.from_environment and (said := ENVIRONMENTS.keys() & changed):
        words = {name: f"The environment says so: change {ENVIRONMENTS[name]}." for name in said}
        raise ValidationError(words)


def delete_service(*, actor: Actor, service: Service) -> None:
    """Forget a verifier: from now on its requests are refused."""
    with changing(service.organization) as chain:
        require_to_change_settings(actor, service.organization)
        service = _refetch(service)
        if service.from_environment:
            raise ValidationError("The environment names this registry: it cannot be deleted.")
        Service.objects.filter(pk=service.pk).delete()
        record(
            chain,
            actor=actor,
            action="service:deleted",
            target=service,
            before=as_recorded(service),
        )


@dataclass(frozen=True, slots=True)
class MintedServiceSecret:
    """A new secret's row, and the secret itself for the one answer it belongs in."""

    secret: ServiceSecret
    plaintext: Plaintext


class RepeatedSecret(Repeated):
    """`secret` is the row of what the earlier request made."""

    def __init__(self, secret: ServiceSecret) -> None:
        super().__init__("This secret was created by an earlier try.")
        self.secret = secret


def create_service_secret(
    *,
    actor: Actor,
    service: Service,
    overlap: timedelta | None = OVERLAP,
    request_key: UUID | None = None,
) -> MintedServiceSecret:
    """Make a secret with which the service proves itself. The one before ends after `overlap`, the one before
    that at once: two work at most. `None` is the usual overlap of a day.

    Raises `RepeatedSecret` when `request_key` has made a secret before.
    """
    overlap = OVERLAP if overlap is None else overlap
    if not timedelta() <= overlap <= MAX_OVERLAP:
        raise ValidationError({"overlap": f"Give at most {MAX_OVERLAP.days} days."})
    with changing(service.organization) as chain:
        require_to_change_settings(actor, service.organization)
        require_lasting(actor)
        service = _refetch(service)
        _require_kind(service)
        actor.prove_presence()
        _refuse_repetition(service, request_key)
        ends = _end_older(service, overlap)
        minted = _mint(actor, service, request_key)
        after = {"secret_id": minted.secret.pk, "old_secret_ends": ends}
        record(chain, actor=actor, action="service:secret-created", target=service, after=after)
    return minted


def _refuse_repetition(service: Service, request_key: UUID | None) -> None:
    if request_key is None:
        return
    made = ServiceSecret.objects.filter(request_key__range=keys_like(request_key)).first()
    if made is None:
        return
    if made.request_key != request_key:
        raise ValidationError(OTHER_BODY, code="key_reused")
    if made.service_id != service.pk:
        raise Conflict("This form was used already. Reload it and try again.")
    raise RepeatedSecret(made)


def _require_kind(service: Service) -> None:
    if not service.has_secrets:
        raise ValidationError("A reverse proxy has no secret of its own.")


def _end_older(service: Service, overlap: timedelta) -> dict[str, datetime]:
    """When each secret that works ends now, by its id. An end that was set before is never put off."""
    now = timezone.now()
    ends: dict[str, datetime] = {}
    for place, old in enumerate(service.secrets.live()):
        end = now if place else now + overlap
        old.ends_at = min(end, old.ends_at or end)
        old.save(update_fields=["ends_at"])
        ends[str(old.pk)] = old.ends_at
    return ends


def _mint(actor: Actor, service: Service, request_key: UUID | None) -> MintedServiceSecret:
    plaintext, number = mint(SERVICE_PREFIX), keyring.current()
    secret = ServiceSecret(
        service=service,
        digest=digest_of(plaintext.reveal(), number),
        root_number=number,
        created_by=actor.actor_label,
        request_key=request_key,
    )
    secret.save()
    return MintedServiceSecret(secret, plaintext)
