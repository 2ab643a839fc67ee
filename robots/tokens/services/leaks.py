"""The end of tokens that leaked: whoever has a secret may end what it opens, and needs to be nobody.

The whole token ends, not only the secret that was seen. Who had that secret may have made the newer one
with it, by a renewal; and nobody can tell from outside which of two a copy of a file still holds.
"""

from datetime import datetime

from django.utils import timezone

from console.audit.recording import EventActor, changing, record
from console.scanning.sightings import Sighting, is_told
from robots.models import RevokedAccessToken, Secret, Token
from robots.models.tokens import SecretQuerySet
from robots.tokens.services.tokens import end_left_account, end_token

# The second is about a secret that opened nothing any more.
TOKEN_LEAKED, SECRET_LEAKED = "token:leaked", "secret:leaked"
ACCESS_TOKEN_LEAKED = "access-token:leaked"  # noqa: S105 - the name of an event


def with_owners(secrets: SecretQuerySet) -> SecretQuerySet:
    """Secrets with whose they are."""
    return secrets.select_related(
        "token__robot__organization",
        "token__robot__project__organization",
        "token__robot__responsible__user",
        "token__user",
    )


def report_leaked_secret(*, actor: EventActor, secret: Secret, sighting: Sighting) -> bool | None:
    """End the token of a minted secret for good; say whether the secret had worked.

    `None` where it was reported before: nothing is recorded again. A token that is disabled, blocked or
    expired ends as well: it could come back.
    """
    with changing(secret.token.owner.chain_organization) as chain:
        found = with_owners(Secret.objects.filter(pk=secret.pk)).first()
        actions = TOKEN_LEAKED, SECRET_LEAKED
        if found is None or is_told(chain, found.token, actions, secret_id=secret.pk):
            return None
        token = found.token
        has_ended = found.ends_at is not None and found.ends_at <= timezone.now()
        worked = not has_ended and end_token(token)
        record(
            chain,
            actor=actor,
            action=TOKEN_LEAKED if worked else SECRET_LEAKED,
            target=token,
            before={"name": token.name} if worked else None,
            after=found.recorded | sighting.recorded,
        )
        if worked:
            end_left_account(chain, actor, token)
    return worked


def report_leaked_access_token(
    *, actor: EventActor, token: Token, jti: str, ends_at: datetime, sighting: Sighting
) -> bool | None:
    """End one access token that a token's secret was exchanged for; the token goes on.

    `None` where it has ended before.
    """
    with changing(token.owner.chain_organization) as chain:
        if RevokedAccessToken.objects.filter(jti=jti).exists():
            return None
        RevokedAccessToken.objects.revoke(jti, ends_at)
        after = {"jti": jti, "expires_at": ends_at} | sighting.recorded
        record(chain, actor=actor, action=ACCESS_TOKEN_LEAKED, target=token, after=after)
    return True
