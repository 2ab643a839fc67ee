"""Where services are looked at: in an organization's settings, or those of the site, which operators see."""

from functools import partial

from console.organizations import places

SERVICES = places.Subject("service", "Services", "services")
of_organization = partial(places.of_organization, SERVICES)
of_site = partial(places.of_site, SERVICES)
