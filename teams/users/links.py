"""The links that people get by e-mail, for the operator to hand over where there is none."""

from collections.abc import Iterator
from dataclasses import dataclass

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from console.audit.recording import EventActor, changing, record
from teams.models import Invitation, User


@dataclass(frozen=True, slots=True)
class Link:
    """An address that is a secret until it was used, and what it does."""

    purpose: str
    url: str


def show_links(*, actor: EventActor, email: str) -> list[Link]:
    """What that person can join by, and set a new password with. Each one that is shown is an event."""
    with changing(None):
        return [*_invitations(actor, email), *_passwords(actor, email)]


def _invitations(actor: EventActor, email: str) -> Iterator[Link]:
    pending = Invitation.objects.pending().select_related("organization").filter(email=email)
    # In the order in which chains are locked.
    for invitation in sorted(pending, key=lambda each: each.organization.uuid.hex):
        if invitation.is_open:
            with changing(invitation.organization) as chain:
                record(chain, actor=actor, action="invitation:link-shown", target=invitation)
            path = reverse("teams:invitation", args=[invitation.uuid, invitation.key()])
            yield Link(f"join {invitation.organization.name}", f"{settings.ROSTER_ORIGIN}{path}")


def _passwords(actor: EventActor, email: str) -> Iterator[Link]:
    for user in User.objects.filter(email=email, is_active=True):
        with changing(None) as chain:
            record(chain, actor=actor, action="user:link-shown", target=user)
        yield Link("set a new password", password_url(user))


def password_url(user: User) -> str:
    """Where that person sets a new password: a secret until it was used."""
    key = [user_pk_to_url_str(user), default_token_generator.make_token(user)]
    path = reverse("account_reset_password_from_key", args=key)
    return f"{settings.ROSTER_ORIGIN}{path}"
