"""What a service is told so that it asks Roster, and a registry so that it tells what happens there."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import yaml
from django.conf import settings

from console.models import Service

# The file is what `registry_bundle` writes.
BUNDLE = ("rootcertbundle", "/etc/docker/registry/roster.pem")
JWKS = ("jwks", "/etc/docker/registry/roster.json")
# Layers are counted nowhere: events about them need not come.
LAYERS = "application/octet-stream"
# Other organizations may give a service the same audience, so the audience alone says nothing of whose
# token it is.
CLAIM = "# Where signatures alone are checked: another organization's tokens may be for this audience, too.\n"
# deploy/proxies has whole configurations.
PROXY = """# each request of a registry behind the proxy
{origin}/auth/registry?service={service}
# one permission, for anything else
{origin}/auth/verify?service={service}&permission=artifact:pull&resource=ORGANIZATION/PROJECT
"""
# Where an API server finds its secret, which it reads again every minute; deploy/kubernetes says more.
READ_FROM = "/etc/kubernetes/roster/secret"


@dataclass(frozen=True, slots=True)
class Asking:
    """What it is told, as a file in YAML."""

    title: str
    filename: str
    text: str


def asking(service: Service) -> Asking:
    """What the service's own configuration says of Roster."""
    return _TOLD[service.kind](service)


def telling(secret: str) -> Asking:
    """The distribution project's `notifications`, with the secret that the registry proves itself with."""
    endpoint = {
        "name": "roster",
        "url": f"{settings.ROSTER_ORIGIN}/service/events",
        "headers": {"Authorization": [f"Bearer {secret}"]},
        "timeout": "5s",
        "threshold": 3,
        "backoff": "5s",
        "ignore": {"mediatypes": [LAYERS]},
    }
    told = {"events": {"includereferences": True}, "endpoints": [endpoint]}
    return Asking(
        "config.yml: notifications", "roster-notifications.yml", _yaml({"notifications": told})
    )


def _registry(service: Service) -> Asking:
    """The distribution project's `auth.token`."""
    key, file = BUNDLE if service.uses_x5c else JWKS
    token = {
        "realm": f"{settings.ROSTER_ORIGIN}/service/token",
        "service": service.identifier,
        "issuer": settings.ROSTER_ORIGIN,
        key: file,
    }
    return Asking("config.yml: auth", "roster-auth.yml", _yaml({"auth": {"token": token}}))


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


def _cluster(service: Service) -> Asking:
    """The kubeconfig of `kube-apiserver --authentication-token-webhook-config-file`."""
    server, user = f"{settings.ROSTER_ORIGIN}/kubernetes/token-review", service.identifier
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "roster", "cluster": {"server": server}}],
        "users": [{"name": user, "user": {"tokenFile": READ_FROM}}],
        "contexts": [{"name": "roster", "context": {"cluster": "roster", "user": user}}],
        "current-context": "roster",
    }
    return Asking("Webhook kubeconfig", "roster-webhook.yaml", _yaml(config))


_TOLD: dict[str, Callable[[Service], Asking]] = {
    Service.Kind.REGISTRY: _registry,
    Service.Kind.RESOURCE: _resource,
    Service.Kind.PROXY: _proxy,
    Service.Kind.CLUSTER: _cluster,
}
