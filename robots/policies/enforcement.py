"""Holding tokens to their policy: refusing what is outside, letting work again what came inside."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from console.audit.recording import Chain, record
from console.permissions.decision import Actor
from robots.base.periods import MAX_DAYS, last_day
from robots.base.policy import OPEN, OWN, OWN_REFUSED, Policy, lifetime_verdict, verdict
from robots.base.states import earlier
from robots.models import Owner, Robot, Secret, Token, TokenPolicy
from robots.models.tokens import Blocker, TokenQuerySet

# How the reason of a block begins that the policy made.
BY_POLICY = f"{Blocker.POLICY.label}: "
# What `renew_token` changes of a token.
RENEWED = ("renewed_at", "blocked_at", "blocked_by", "blocked_reason")


def offered_policy(owner: Owner) -> Policy:
    """The policy for a form: where the robot itself ends in time, its tokens may end as they like."""
    policy = policy_beside(TokenPolicy.objects.of(owner), owner.expires_at)
    return policy.presetting_an_end() if owner.strong_permissions() else policy


def offered_end(owner: Owner) -> datetime | None:
    """The end of a new token for which nobody chose one; `None` is never."""
    return preset_end(offered_policy(owner).preset_days)


def preset_end(days: int | None) -> datetime | None:
    """The end that a policy presets; `None` is never."""
    return None if days is None else timezone.now() + timedelta(days=days)


def policy_beside(policy: Policy, owner_end: datetime | None) -> Policy:
    """What `policy` leaves to the tokens of an owner that ends then."""
    if not lifetime_verdict(policy, timezone.now(), owner_end):
        return replace(policy, maximum_days=None, never_allowed=True)
    return policy


def end_policy(robot: Robot) -> Policy:
    """What may be chosen as a robot's end: what the policy allows its tokens, if one ends with it."""
    is_their_end = Token.objects.living().filter(robot=robot, expires_at=None).exists()
    return TokenPolicy.objects.of(robot) if is_their_end else OPEN


def require_allowed(owner: Owner, *, ends_at: datetime | None, kind: str = "") -> None:
    """Raise `ValidationError` unless a token of `owner` may end then, counted from now, and be of `kind`.

    For whatever makes a token's end or secret anew: create, extend, rotate, refresh. `ends_at` is
    the token's own end; the earlier of it and the robot's counts. Asked under the organization's lock.
    """
    policy = TokenPolicy.objects.of(owner)
    if kind == OWN and not policy.own_secrets_allowed:
        raise ValidationError({"own_secret": OWN_REFUSED})
    end = earlier(ends_at, owner.expires_at)
    if reason := lifetime_verdict(policy, timezone.now(), end):
        raise ValidationError({"expires_at": reason})


def require_ahead(expires_at: datetime | None) -> None:
    """Refuse an end that is over, or farther than any may be."""
    if expires_at is None:
        return
    now = timezone.now()
    if expires_at <= now:
        raise ValidationError({"expires_at": "Choose a moment in the future."})
    if expires_at.astimezone(UTC).date() > last_day(now, MAX_DAYS):
        words = f"Choose a moment in the next {MAX_DAYS:,} days, or never."
        raise ValidationError({"expires_at": words})


def with_own_secret(tokens: TokenQuerySet) -> TokenQuerySet:
    """`tokens` with `has_own`: whether a secret that somebody chose still opens them."""
    now = timezone.now()
    own = Secret.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), token=OuterRef("pk"), kind=OWN
    )
    return tokens.annotate(has_own=Exists(own))


def is_blocked_by_policy(token: Token) -> bool:
    """Whether a new end may let it work again."""
    return token.blocked_by == Blocker.POLICY


def renew_token(chain: Chain, *, actor: Actor, token: Token) -> None:
    """The token's end was chosen anew: require it to be allowed, count its life from now, end a block.

    The caller saves `RENEWED` together with the end.
    """
    require_allowed(token.owner, ends_at=token.expires_at, kind=_kind(token))
    token.renewed_at = timezone.now()
    if is_blocked_by_policy(token):
        before = {"reason": token.blocked_reason}
        token.blocked_at, token.blocked_by, token.blocked_reason = None, "", ""
        record(chain, actor=actor, action="token:unblocked", target=token, before=before)


def _kind(token: Token) -> str:
    """What the policy is asked about, beside ends: whether somebody chose a secret of the token."""
    return OWN if token.secrets.live().filter(kind=OWN).exists() else ""


def renew_tokens(chain: Chain, *, actor: Actor, robot: Robot, former_end: datetime | None) -> None:
    """The robot's end was moved from `former_end`: `renew_token` for each of its tokens that this moves.

    An earlier end is never refused; what it leaves outside the policy stays as it is.
    """
    for token, is_later in _moved(robot, former_end, robot.expires_at):
        token.robot = robot
        try:
            renew_token(chain, actor=actor, token=token)
        except ValidationError:
            if is_later:
                raise
            continue
        token.save(update_fields=RENEWED)


def _moved(
    robot: Robot, former_end: datetime | None, end: datetime | None
) -> Iterator[tuple[Token, bool]]:
    """The robot's tokens that end otherwise when it does, and whether later."""
    for token in Token.objects.living().filter(robot=robot):
        former, present = earlier(token.expires_at, former_end), earlier(token.expires_at, end)
        if present != former:
            yield token, earlier(present, former) == former


def refused_end(robot: Robot, end: datetime | None) -> str:
    """Why the robot may not end then, in words: what the policy says to tokens that would end later."""
    policy, now = TokenPolicy.objects.of(robot), timezone.now()
    if not policy.words:
        return ""
    verdicts = (
        verdict(policy, now, earlier(token.expires_at, end), _kind(token))
        for token, is_later in _moved(robot, robot.expires_at, end)
        if is_later
    )
    return next(filter(None, verdicts), "")


def refused_token_end(token: Token, end: datetime | None) -> str:
    """Why the token may not end then, in words."""
    policy = TokenPolicy.objects.of(token.owner)
    if not policy.words:
        return ""
    return verdict(policy, timezone.now(), earlier(end, token.owner.expires_at), _kind(token))
