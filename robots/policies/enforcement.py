"""Holding tokens to their policy: refusing what is outside, letting work again what came inside."""

from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from console.audit.recording import Chain, record
from console.permissions.decision import Actor
from robots.base.policy import OWN, OWN_REFUSED, Policy, lifetime_verdict
from robots.base.states import earlier
from robots.models import Owner, Robot, Secret, Token, TokenPolicy
from robots.models.tokens import Blocker, TokenQuerySet

# How the reason of a block begins that the policy made.
BY_POLICY = f"{Blocker.POLICY.label}: "
# What `renew_token` changes of a token.
RENEWED = ("renewed_at", "blocked_at", "blocked_by", "blocked_reason")


def offered_policy(owner: Owner) -> Policy:
    """The policy for a form: where the robot itself ends in time, its tokens may end as they like."""
    policy = TokenPolicy.objects.of(owner)
    if lifetime_verdict(policy, timezone.now(), owner.expires_at):
        return policy
    return replace(policy, maximum_days=None, never_allowed=True)


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
    """Refuse an end that is over."""
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": "Choose a moment in the future."})


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
    is_own = token.secrets.live().filter(kind=OWN).exists()
    require_allowed(token.owner, ends_at=token.expires_at, kind=OWN if is_own else "")
    token.renewed_at = timezone.now()
    if is_blocked_by_policy(token):
        before = {"reason": token.blocked_reason}
        token.blocked_at, token.blocked_by, token.blocked_reason = None, "", ""
        record(chain, actor=actor, action="token:unblocked", target=token, before=before)


def renew_tokens(chain: Chain, *, actor: Actor, robot: Robot, former_end: datetime | None) -> None:
    """The robot's end was moved from `former_end`: `renew_token` for each of its tokens that this moves.

    An earlier end is never refused; what it leaves outside the policy stays as it is.
    """
    tokens = Token.objects.living().filter(robot=robot).select_related("robot")
    for token in tokens:
        token.robot = robot
        former = earlier(token.expires_at, former_end)
        if token.ends_at == former:
            continue
        try:
            renew_token(chain, actor=actor, token=token)
        except ValidationError:
            if earlier(token.ends_at, former) == former:
                raise
            continue
        token.save(update_fields=RENEWED)
