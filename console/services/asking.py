"""What a service is told so that it asks Roster."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import yaml
from django.conf import settings

from console.models import Service

# The file is what `registry_bundle` writes.
BUNDLE = ("rootcertbundle", "/etc/docker/registry/roster.pem")
JWKS = ("jwks", "/etc/docker/registry/roster.json")
# Other organizations may give a service the same audience, so the audience alone says nothing of whose
# token it is.
CLAIM = "# Where signatures alone are checked: another organization's tokens may be for this audience, too.\n"
# deploy/proxies has whole configurations.
PROXY = """# each request of a registry behind the proxy
{origin}/auth/registry?service={service}
# one permission, for anything else
{origin}/auth/verify?service={service}&permission=artifact:pull&resource=ORGANIZATION/PROJECT
"""


@dataclass(frozen=True, slots=True)
class Asking:
    """What it is told, as a file in YAML."""

    title: str
    filename: str
    text: str


def asking(service: Service) -> Asking:
    """What the service's own configuration says of Roster."""
    return _TOLD[service.kind](service)


def _registry(service: Service) -> Asking:
    """The distribution project's `auth.token`."""
    key, file = BUNDLE if service.uses_x5c else JWKS
    token = {
        "realm": f"{settings.ROSTER_ORIGIN}/service/token",
        "service": service.identifier,
        "issuer": settings.ROSTER_ORIGIN,
        key: file,
    }
    return Asking("config.yml", "roster-auth.yml", _yaml({"auth": {"token": token}}))


def _resource(service: Service) -> Asking:
    """What clients of OAuth want, each in words of its own."""
    values = {
        "issuer": settings.ROSTER_ORIGIN,
        "introspection_endpoint": f"{settings.ROSTER_ORIGIN}/oauth/introspect",
        "jwks_uri": f"{settings.ROSTER_ORIGIN}/.well-known/jwks.json",
        "audience": service.audience or service.identifier,
        "client_id": str(service.uuid),
    }
    text = _yaml(values)
    if service.organization:
        text += CLAIM + _yaml({"required_claims": {"organization": service.organization.slug}})
    return Asking("OAuth", "roster-oauth.yml", text)


def _yaml(document: object) -> str:
    return yaml.safe_dump(document, sort_keys=False, width=100_000)


def _proxy(service: Service) -> Asking:
    text = PROXY.format(origin=settings.ROSTER_ORIGIN, service=quote(service.identifier, safe=""))
    return Asking("Where it asks", "roster-addresses.txt", text)


_TOLD: dict[str, Callable[[Service], Asking]] = {
    Service.Kind.REGISTRY: _registry,
    Service.Kind.RESOURCE: _resource,
    Service.Kind.PROXY: _proxy,
}
