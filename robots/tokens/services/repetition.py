"""A request that comes twice: what it made the first time, and no second secret."""

import uuid

from django.core.exceptions import ValidationError

from console.errors import Conflict
from console.models import Organization
from console.repetition import OTHER_BODY, Repeated, keys_like
from robots.models import Handover, Owner, Secret, Token


class RepeatedRequest(Repeated):
    """`token` is what the earlier request made."""

    def __init__(self, token: Token) -> None:
        super().__init__("This token was created by an earlier try.")
        self.token = token


def refuse_repetition(owner: Owner, request_key: uuid.UUID | None) -> None:
    """Raise `RepeatedRequest` when `request_key` made a secret or a link of this owner before."""
    token = _token_of(request_key) if request_key else None
    if token is not None:
        _refuse(token, is_same=token.owner == owner)


def refuse_repeated_robot(organization: Organization, request_key: uuid.UUID | None) -> None:
    """The same where the owner, a robot of the organization, is new as well."""
    token = _token_of(request_key) if request_key else None
    if token is not None:
        _refuse(token, is_same=token.organization_id == organization.pk)


def _refuse(token: Token, *, is_same: bool) -> None:
    if not is_same:
        raise Conflict("This form was used already. Reload it and try again.")
    raise RepeatedRequest(token)


def _token_of(request_key: uuid.UUID) -> Token | None:
    """The token of which a request with exactly this key made something."""
    found = _made_by(request_key)
    if found is None:
        return None
    if found.request_key != request_key:
        raise ValidationError(OTHER_BODY, code="key_reused")
    return found.token


def _made_by(request_key: uuid.UUID) -> Secret | Handover | None:
    """What a request with this key made, whatever else it asked: that is the key's end."""
    for rows in (Secret.objects.all(), Handover.objects.all()):
        found: Secret | Handover | None = (
            rows.filter(request_key__range=keys_like(request_key)).select_related("token").first()
        )
        if found is not None:
            return found
    return None
