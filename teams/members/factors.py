"""Which second factor an organization's people have: for those who may require one, and nobody else."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from console.models import Organization
from console.permissions.decision import Actor, allows
from console.permissions.vocabulary import Permission
from console.reauthentication import APP, PASSKEY
from teams.models import Membership

NONE = "none"
KINDS = {"passkey": PASSKEY, "app": APP}
# Values of the filter, in words.
FACTORS = {NONE: "No second factor", "app": "Authenticator app", "passkey": "Passkey"}


def sees_factors(viewer: Actor, organization: Organization) -> bool:
    """Whether the viewer may know who signs in with the password alone."""
    return allows(viewer, Permission.ORGANIZATION_UPDATE, organization)


def has_any_of(kinds: Iterable[str]) -> Exists:
    """Of a membership: whether its person has one of these."""
    return Exists(Authenticator.objects.filter(user=OuterRef("user"), type__in=list(kinds)))


def with_factors(people: QuerySet[Membership], wanted: str = "") -> QuerySet[Membership]:
    """The people with `has_passkey` and `has_app`; those alone who have what is `wanted` of `FACTORS`."""
    found = people.annotate(has_passkey=has_any_of([PASSKEY]), has_app=has_any_of([APP]))
    if not wanted:
        return found
    if wanted == NONE:
        return found.filter(has_passkey=False, has_app=False)
    return found.filter(has_any_of([KINDS[wanted]]))
