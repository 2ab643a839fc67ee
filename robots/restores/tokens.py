"""Tokens, their secrets and one-time links that an older backup brought back."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from django.utils import timezone

from console.audit.evidence import Line
from console.audit.recording import changing, record
from console.network_modes import NetworkMode
from robots.base.secret_lifetimes import LABELS, OldEnds
from robots.models import Handover, RevokedAccessToken, Secret, Token
from robots.restores.claims import (
    ACTOR,
    Claim,
    Claims,
    Revived,
    claiming,
    is_later,
    moment,
    several,
)
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.handovers import withdraw_link
from robots.tokens.services.suspension import disable_token
from robots.tokens.services.tokens import delete_token

KIND = "token"


def _token(line: Line) -> Token | None:
    owners = Token.objects.living().select_related(
        "robot__organization", "robot__project__organization", "user"
    )
    return owners.filter(uuid=line.target).first()


def _ended_for_good(words: str) -> Callable[[Line], Revived | None]:
    def find(line: Line) -> Revived | None:
        token = _token(line)
        if token is None:
            return None
        return Revived(KIND, str(token), words, partial(delete_token, actor=ACTOR, token=token))

    return find


def _access_token(line: Line) -> Iterable[Claim]:
    """One that leaked: what is left of its quarter of an hour or so."""
    jti = str(line.after.get("jti", ""))
    yield Claim(("access token", jti), partial(_is_believed, line, jti))


def _is_believed(line: Line, jti: str) -> Revived | None:
    ends_at = moment(line.after.get("expires_at"))
    revoked = RevokedAccessToken.objects
    if ends_at is None or ends_at <= timezone.now() or revoked.filter(jti=jti).exists():
        return None
    end = partial(revoked.revoke, jti, ends_at)
    return Revived("access token", f"one of {line.label}", "had leaked", end)


def _stopped(words: str) -> Callable[[Line], Revived | None]:
    """Also what a policy blocked, if the policy does not do so again: disabled it is refused as well."""

    def find(line: Line) -> Revived | None:
        token = _token(line)
        if token is None or token.disabled_at or token.blocked_at:
            return None
        return Revived(KIND, str(token), words, partial(disable_token, actor=ACTOR, token=token))

    return find


def _ends_earlier(line: Line) -> Revived | None:
    token, wanted = _token(line), moment(line.after.get("expires_at"))
    if token is None or wanted is None or token.disabled_at:
        return None
    if not is_later(token.expires_at, wanted):
        return None
    end = partial(change_token_expiry, actor=ACTOR, token=token, expires_at=wanted)
    if wanted <= timezone.now():
        end = partial(disable_token, actor=ACTOR, token=token)
    return Revived(KIND, str(token), f"was to end {wanted:%Y-%m-%d %H:%M} UTC", end)


def _limited(line: Line) -> Revived | None:
    token, wanted = _token(line), str(line.after.get("addresses", ""))
    if token is None or not wanted or token.addresses == wanted:
        return None
    end = partial(change_token_addresses, actor=ACTOR, token=token, addresses=wanted)
    return Revived(KIND, str(token), "was limited to other addresses", end)


def _enforced(line: Line) -> Revived | None:
    token = _token(line)
    if token is None or token.network_mode == NetworkMode.ENFORCE:
        return None
    mode = NetworkMode.ENFORCE.value
    end = partial(change_token_addresses, actor=ACTOR, token=token, network_mode=mode)
    return Revived(KIND, str(token), "was refused outside its networks", end)


def _secrets(line: Line) -> Iterable[Claim]:
    """The secrets that a rotation, a refresh or somebody ended, each by its id."""
    if end := _end_of_old(line):
        for secret in _ended(line):
            yield Claim(("secret", secret.pk), partial(_works, secret.pk, line, end))
    for pk in line.after.get("ended_secret_ids", ()):
        yield Claim(("secret", pk), partial(_works, pk, line, line.at))


def _end_of_old(line: Line) -> datetime | None:
    """When they ended; one that was to end with the first use of the next may have ended at once."""
    said = line.after.get("old_secret_ends")
    if said == LABELS[OldEnds.BY_HAND]:
        return None
    return moment(said) or line.at


def _ended(line: Line) -> Iterable[Secret]:
    """Of what is here. Version 0.1.0 did not say the ids: then all that were older."""
    secrets = Secret.objects.live().filter(token__uuid=line.target, token__revoked_at=None)
    if line.action == "secret:ended":
        created = moment(line.before.get("created_at")) or line.at
        ids = line.before.get("secret_id")
        return secrets.filter(pk=ids) if ids else secrets.filter(created_at=created)
    ids = line.after.get("old_secret_ids")
    return secrets.filter(created_at__lt=line.at) if ids is None else secrets.filter(pk__in=ids)


def _works(pk: int, line: Line, end: datetime) -> Revived | None:
    secret = Secret.objects.live().filter(pk=pk, token__revoked_at=None).first()
    if secret is None or not is_later(secret.ends_at, max(end, timezone.now())):
        return None
    name = f"{line.label}, secret {pk}"
    return Revived("secret", name, "had been replaced or ended", partial(_end_secret, secret, end))


def _end_secret(secret: Secret, end: datetime) -> None:
    """Also the last one of a token, which is what a rotation or refresh after the backup replaced."""
    token = secret.token
    with changing(token.owner.chain_organization) as chain:
        secret.ends_at = max(end, timezone.now())
        secret.ends_with = None
        secret.save(update_fields=["ends_at", "ends_with"])
        before = secret.recorded_end
        record(chain, actor=ACTOR, action="secret:ended", target=token, before=before)


def _link(line: Line) -> Revived | None:
    """A token has one open link at most; one that was opened would give a second secret."""
    pending = Handover.objects.pending().select_related(
        "token__robot__organization", "token__robot__project__organization"
    )
    found = pending.filter(token__uuid=line.target, created_at__lt=line.at).first()
    if found is None:
        return None
    end = partial(withdraw_link, actor=ACTOR, handover=found)
    return Revived("one-time link", line.label, "had been opened or withdrawn", end)


_off, _block, _mode = "token off", "token blocked", "token network mode"
_link_used = claiming("handover", _link)
CLAIMS: dict[str, Claims] = {
    "token:deleted": claiming("token", _ended_for_good("was deleted")),
    "token:leaked": claiming("token", _ended_for_good("had leaked and ended")),
    "access-token:leaked": _access_token,
    "token:disabled": claiming(_off, _stopped("was disabled")),
    "token:enabled": claiming(_off, None),
    "token:blocked": claiming(_block, _stopped("was blocked by the token policy")),
    "token:unblocked": claiming(_block, None),
    "token:expiry-changed": claiming("token end", _ends_earlier),
    "token:addresses-changed": claiming("token addresses", _limited),
    "token:networks-enforced": claiming(_mode, _enforced),
    "token:networks-observed": claiming(_mode, None),
    "token:rotated": _secrets,
    "token:refreshed": _secrets,
    "secret:ended": _secrets,
    "handover:opened": several(_link_used, _secrets),
    "handover:withdrawn": _link_used,
}
