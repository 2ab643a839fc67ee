"""Tokens that a service was sent, checked for that service: an access token for it, or an owner's own token.

No client is seen: a token that is limited to networks is in force only where the service is exempt.
"""

from typing import NamedTuple

from robots.base.states import Refusal
from robots.usage import counters
from robots.usage.counters import Use
from robots.verifiers.authentication import Admission, authenticate, everybody
from robots.verifiers.credential import Credential
from robots.verifiers.hot_queries import SecretRow
from robots.verifiers.oauth.access_tokens import AccessToken, credential_of, is_access_token, read
from robots.verifiers.oauth.resources import audience_of, find_service
from robots.verifiers.services import ServiceRow


class Checked(NamedTuple):
    """A token in force: as whom one comes with it, and what it says if it is an access token."""

    credential: Credential
    access: AccessToken | None


def check(service: ServiceRow, token: str, use: Use, also: Admission = everybody) -> Checked | None:
    """The token, if it is in force and the service's to know, and `also` refuses nothing."""
    exempt, access = service.exempt_from_addresses, None
    if is_access_token(token):
        access = read(token)
        if access is None:
            counters.unknown(use)
            return None
        found = credential_of(access, use, admission(service, access, also), exempt=exempt)
    else:
        # What somebody chose needs a user name, so it is never found.
        letting = admission(service, None, also)
        found = authenticate(None, token, use, letting, exempt=exempt)
    if isinstance(found, Refusal):
        return None
    return Checked(service.narrowed(found), access)


def admission(service: ServiceRow, access: AccessToken | None, also: Admission) -> Admission:
    """Whose tokens the service may know, and of access tokens those that are for it."""

    def refusal(row: SecretRow) -> Refusal | None:
        if reason := service.refusal(row):
            return reason
        if not service.organizations_of(row):
            return Refusal.OTHER_ORGANIZATION
        is_for_it = access is None or is_for(access, service, row.token__robot__organization_id)
        return also(row) if is_for_it else Refusal.OTHER_AUDIENCE

    return refusal


def is_for(access: AccessToken, service: ServiceRow, organization_id: int | None) -> bool:
    """Whether the robots of the organization mean this service by the token's audience."""
    if organization_id is None or access.audience != audience_of(service):
        return False
    meant = find_service(access.audience, organization_id)
    return meant is not None and meant.uuid == service.uuid
