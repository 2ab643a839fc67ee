"""Services: the verifiers that ask Roster about tokens, each with its own name and switches."""

import re
import uuid
from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from console import names
from console.hosts import is_place
from console.models.constraints import unique
from console.models.organizations import Organization, description_field
from console.permissions.decision import Target

AUDIENCE = re.compile(r"[!-~]*")
# As the service of an organization calls itself, whatever its grammar.
IDENTIFIER = re.compile(r"(?P<slug>[a-z0-9-]+)/[^/]*")
PROXIES = ("nginx", "traefik", "caddy", "envoy", "haproxy")
# The kinds that prove themselves with a secret and ask about tokens that they were sent. They have an
# audience instead of a host, and Roster does not see who sent the token.
ASKING = ("resource", "cluster")


def validate_host(value: str) -> None:
    """Refuse what is no host that clients reach, and perhaps a port."""
    if not is_place(value):
        raise ValidationError(
            "Give a host and perhaps a port, without scheme or path, like registry.example.com:5000.",
            code="host",
        )


def validate_audience(value: str) -> None:
    """Refuse what cannot stand among the scopes and names of a request: it is a name or a URL."""
    if not AUDIENCE.fullmatch(value):
        raise ValidationError(
            "Use printable ASCII characters without spaces, like https://api.example.com.",
            code="audience",
        )


class ServiceQuerySet(models.QuerySet["Service"]):
    """Services by whose tokens they see."""

    def of(self, organization: Organization | None) -> Self:
        """Those of one organization, or of the site."""
        return self.filter(organization=organization)

    def serving(self, organization: Organization) -> Self:
        """Those that see the organization's tokens: its own, and the site's."""
        return self.filter(Q(organization=organization) | Q(organization=None))


class Service(models.Model):
    """A verifier of the site, or of one organization; then it sees the tokens of that organization alone.

    The registry that the environment names is a row as well: what the environment says of it counts,
    whatever stands in its columns.
    """

    class Kind(models.TextChoices):
        REGISTRY = "registry", "Container registry"
        RESOURCE = "resource", "OAuth resource server"
        PROXY = "proxy", "Reverse proxy"
        CLUSTER = "cluster", "Kubernetes cluster"

    class Proxy(models.TextChoices):
        """Whose way of saying what was asked is believed; each says it in headers of its own."""

        NGINX = "nginx", "nginx"
        TRAEFIK = "traefik", "Traefik"
        CADDY = "caddy", "Caddy"
        ENVOY = "envoy", "Envoy"
        HAPROXY = "haproxy", "HAProxy"

    class PersonalTokens(models.TextChoices):
        """What people's own tokens may do there."""

        NONE = "none", "Refused"
        PULL = "pull", "Pull"
        ALL = "all", "All that the person may do"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.CASCADE, related_name="services"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.REGISTRY)
    proxy = models.CharField(max_length=20, choices=Proxy.choices, blank=True, default="")
    # The environment may say more than the grammar of names allows.
    name = models.CharField(max_length=255)
    description = description_field()
    # Of a registry.
    host = models.CharField(max_length=255, blank=True, default="", validators=[validate_host])
    uses_x5c = models.BooleanField("tokens carry their certificate", default=True)
    # Of a resource server or a cluster; without one its identifier stands in access tokens for it.
    audience = models.CharField(
        max_length=255, blank=True, default="", validators=[validate_audience]
    )
    exempt_from_addresses = models.BooleanField(
        "takes tokens that are limited to networks", default=False
    )
    personal_tokens = models.CharField(
        max_length=10, choices=PersonalTokens.choices, default=PersonalTokens.NONE
    )
    from_environment = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            unique(
                "organization",
                "name",
                name="service_name_unique",
                message="The organization has a service of this name.",
            ),
            unique(
                "name",
                name="service_name_unique_of_site",
                message="The site has a service of this name.",
                condition=Q(organization=None, from_environment=False),
            ),
            models.UniqueConstraint(
                fields=["from_environment"],
                condition=Q(from_environment=True),
                name="service_one_from_environment",
            ),
            models.CheckConstraint(
                condition=Q(from_environment=False) | Q(organization=None),
                name="service_from_environment_of_site",
            ),
            unique(
                "organization",
                "audience",
                name="service_audience_unique",
                message="The organization has a service with this audience.",
                condition=~Q(audience=""),
            ),
            unique(
                "audience",
                name="service_audience_unique_of_site",
                message="The site has a service with this audience.",
                condition=Q(organization=None) & ~Q(audience=""),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["registry", "resource"], proxy="")
                | Q(kind="proxy", proxy__in=PROXIES, from_environment=False)
                | Q(kind="cluster", proxy="", from_environment=False),
                name="service_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(from_environment=True) | Q(kind__in=ASKING) | ~Q(host=""),
                name="service_registry_has_host",
            ),
            models.CheckConstraint(
                condition=~Q(kind="cluster") | ~Q(personal_tokens="pull"),
                name="service_cluster_pulls_nothing",
            ),
        )

    def __str__(self) -> str:
        return self.identifier

    def get_absolute_url(self) -> str:
        if self.organization is None:
            return reverse("console:site-service", args=[self.uuid])
        return reverse("console:service", args=[self.organization.slug, self.uuid])

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **options: Any,
    ) -> Self:
        service = super().from_db(db, field_names, values, **options)
        if "from_environment" in field_names and service.from_environment:
            service._take_settings()
        return service

    @classmethod
    def of_environment(cls) -> "Service":
        """The environment's registry with nothing of its own; not saved."""
        service = cls(from_environment=True)
        service._take_settings()
        return service

    def _take_settings(self) -> None:
        self.name = settings.ROSTER_REGISTRY_SERVICE
        self.host = settings.ROSTER_REGISTRY_HOST
        self.uses_x5c = settings.ROSTER_REGISTRY_X5C

    @property
    def identifier(self) -> str:
        """What it calls itself when it asks, and the audience of what it gets."""
        return f"{self.organization.slug}/{self.name}" if self.organization else self.name

    @property
    def has_secrets(self) -> bool:
        """Whether it proves itself with a secret: it asks about tokens, or tells what was pushed."""
        return self.kind in {*ASKING, self.Kind.REGISTRY}

    @property
    def asks(self) -> bool:
        """Whether it asks about tokens that it was sent."""
        return self.kind in ASKING

    @property
    def shown_personal_tokens(self) -> str:
        """What people's own tokens may do there; in a cluster its own rules say that."""
        lets_in = self.kind == self.Kind.CLUSTER and self.personal_tokens == self.PersonalTokens.ALL
        return "Let in" if lets_in else self.get_personal_tokens_display()

    @property
    def target(self) -> Target | None:
        """Where its settings are changed; `None` is the site."""
        return self.organization.target if self.organization else None

    def clean(self) -> None:
        if self.from_environment or not self.name:
            return
        faults = {
            "name": self._name_fault,
            "host": self._host_fault,
            "audience": self._audience_fault,
            "exempt_from_addresses": self._exempt_fault,
            "proxy": self._proxy_fault,
            "personal_tokens": self._personal_fault,
        }
        if errors := {field: words for field, fault in faults.items() if (words := fault())}:
            raise ValidationError(errors)

    def _name_fault(self) -> str:
        try:
            names.validate_name(self.name)
        except ValidationError as error:
            return " ".join(error.messages)
        if len(self.name) > names.MAX_NAME:
            return f"Use at most {names.MAX_NAME} characters."
        if self.identifier == settings.ROSTER_REGISTRY_SERVICE:
            return "The registry of the environment has this name."
        is_taken = self._others().filter(audience=self.identifier).exists()
        return "Another service has this name as its audience." if is_taken else ""

    def _host_fault(self) -> str:
        if self.asks:
            return "What asks has an audience instead of a host." if self.host else ""
        return "" if self.host else "Give the host that clients reach it at."

    def _exempt_fault(self) -> str:
        is_vain = self.exempt_from_addresses and not self.asks
        words = "Only where a resource server or a cluster asks, the client is not seen."
        return words if is_vain else ""

    def _personal_fault(self) -> str:
        is_vain = self.kind == self.Kind.CLUSTER and self.personal_tokens == "pull"
        return "From a cluster nothing is pulled: let people in, or refuse them." if is_vain else ""

    def _proxy_fault(self) -> str:
        if self.kind == self.Kind.PROXY:
            return "" if self.proxy else "Say which proxy it is."
        return "Only a reverse proxy has one." if self.proxy else ""

    def _audience_fault(self) -> str:
        """A token has to be for one service alone, whoever reads its audience."""
        if not self.audience:
            return ""
        if not self.asks:
            return "Only a resource server or a cluster has an audience of its own."
        if self.audience in (settings.ROSTER_ORIGIN, settings.ROSTER_REGISTRY_SERVICE):
            return "This is the audience of Roster's own."
        if self._is_named_in_another_organization(self.audience):
            return "So services of another organization are called."
        identifiers = {other.identifier for other in self._others()}
        is_taken = self.audience in identifiers or self._of_site(self.audience)
        return "Another service has this audience." if is_taken else ""

    def _is_named_in_another_organization(self, audience: str) -> bool:
        """Whether a service could be called so there, whether or not there are such."""
        found = IDENTIFIER.fullmatch(audience)
        own = self.organization.slug if self.organization else None
        return found is not None and found["slug"] != own

    def _of_site(self, audience: str) -> bool:
        return self._others().filter(organization=None, audience=audience).exists()

    def _others(self) -> ServiceQuerySet:
        """Those that see the same tokens: the site's, and of its own organization."""
        seen = Q(organization=None) | Q(organization=self.organization)
        return Service.objects.exclude(pk=self.pk).filter(seen).select_related("organization")
