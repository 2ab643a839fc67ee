"""What asks about the tokens of the filled data: a resource server, a reverse proxy and a cluster."""

from django.conf import settings

from console import keyring
from console.minted_secrets import mint
from console.models import Organization, Service, ServiceSecret
from console.models.service_secrets import SERVICE_PREFIX, digest_of

AUDIENCE = "https://api.example.com"


def make_services(organization: Organization) -> dict[str, str]:
    """All of them; how they prove themselves and what they call themselves."""
    resource = Service.objects.create(
        organization=organization, kind=Service.Kind.RESOURCE, name="api", audience=AUDIENCE
    )
    proxy = Service.objects.create(
        organization=organization,
        kind=Service.Kind.PROXY,
        name="front",
        proxy=Service.Proxy.NGINX,
        host=settings.ROSTER_REGISTRY_HOST,
    )
    cluster = Service.objects.create(
        organization=organization, kind=Service.Kind.CLUSTER, name="prod"
    )
    return {
        "audience": AUDIENCE,
        "client": str(resource.uuid),
        "secret": _secret_of(resource),
        "proxy": proxy.identifier,
        "cluster": _secret_of(cluster),
    }


def _secret_of(service: Service) -> str:
    secret, root = mint(SERVICE_PREFIX).reveal(), keyring.current()
    ServiceSecret.objects.create(
        service=service, digest=digest_of(secret, root), root_number=root, created_by="bench"
    )
    return secret
