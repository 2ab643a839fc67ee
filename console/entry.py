"""Who comes into an organization: whether the person has the second factor that it requires of people, and
comes from one of its networks. Pages and API ask here, and nothing else does.
"""

from dataclasses import dataclass
from enum import Enum

from django.core.exceptions import PermissionDenied

from console import networks
from console.http import current
from console.models import Organization
from console.models.sign_in_rules import RequiredFactor
from console.permissions.decision import Actor
from console.reauthentication import APP, PASSKEY

# What meets a requirement.
MEETS = {
    RequiredFactor.FACTOR: frozenset({APP, PASSKEY}),
    RequiredFactor.PASSKEY: frozenset({PASSKEY}),
}


class Reason(Enum):
    """Why somebody stays outside."""

    NETWORK = "network"
    NO_FACTOR = "no factor"
    NO_PASSKEY = "no passkey"
    # They have one, and signed in without it.
    PASSKEY_UNUSED = "passkey unused"


class Barred(PermissionDenied):
    """The actor belongs to the organization, and does not come in now."""

    def __init__(self, organization: Organization, reason: Reason) -> None:
        self.organization, self.reason = organization, reason
        super().__init__(f"{_words(organization, reason)} Robot accounts are not affected.")


def _words(organization: Organization, reason: Reason) -> str:
    name = organization.name
    match reason:
        case Reason.NETWORK:
            came = f"You come from {current.get().address or 'an unknown address'}"
            return (
                f"People open {name} from its own networks alone. {came}, which is in none of them."
            )
        case Reason.NO_FACTOR:
            return f"{name} requires a second factor: add an authenticator app or a passkey to your account."
        case Reason.NO_PASSKEY:
            return f"{name} requires a passkey: add one to your account."
        case Reason.PASSKEY_UNUSED:
            return f"{name} requires a passkey: sign in with yours."


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody meets at an organization's door."""

    # Why they stay outside; `None` lets them in.
    reason: Reason | None = None
    # Whether they will stay outside once the requirement begins.
    is_announced: bool = False


OPEN = Entry()


def entry_of(organization: Organization, actor: Actor, *, used_passkey: bool) -> Entry:
    """What the actor meets now. `used_passkey` says whether a passkey was used in this session; whoever comes
    with a token has proven all that a token proves.

    One query, and none where the organization has no rules.
    """
    if not organization.has_sign_in_rules:
        return OPEN
    factors = actor.factors()
    if factors is None:
        return OPEN
    if is_elsewhere(organization.people_networks):
        return Entry(Reason.NETWORK)
    unmet = unmet_requirement(organization.required_factor, factors, used_passkey=used_passkey)
    if unmet and not organization.is_factor_due:
        return Entry(is_announced=True)
    return Entry(unmet)


def is_elsewhere(allowed: str) -> bool:
    """Whether this request comes from outside the networks."""
    return bool(allowed) and not networks.contain(allowed, current.get().address)


def unmet_requirement(
    required: str, factors: frozenset[str], *, used_passkey: bool
) -> Reason | None:
    """Why somebody who has these factors does not meet the requirement; `None` where they do."""
    if not required:
        return None
    if not factors & MEETS[RequiredFactor(required)]:
        return Reason.NO_PASSKEY if required == RequiredFactor.PASSKEY else Reason.NO_FACTOR
    if required == RequiredFactor.PASSKEY and not used_passkey:
        return Reason.PASSKEY_UNUSED
    return None
