"""Changing a token policy: what it would do to which tokens, and doing exactly that."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit.recording import Chain, changing, record, record_each
from console.errors import Conflict
from console.models import Organization, Project
from console.permissions.decision import Actor, MissingPermission, allows, require, require_all
from console.permissions.vocabulary import Permission
from console.updates import assign
from robots.base.policy import OPEN, OWN, Policy, verdict, within
from robots.base.states import earlier
from robots.models import Robot, Token, TokenPolicy
from robots.models.tokens import Blocker, TokenQuerySet
from robots.policies.enforcement import BY_POLICY
from robots.policies.notices import tell_of_blocked
from robots.policies.reach import Row, rows_in_reach
from robots.policies.rules import limits_of, rules_of
from robots.policies.unused import Unused, unused_by

CHUNK = 500
SHOWN_HITS = 100


@dataclass(slots=True)
class Effects:
    """What a policy does: which tokens it blocks and why, which it lets work again, by their ids."""

    blocked: dict[int, str] = field(default_factory=dict)
    unblocked: dict[int, str] = field(default_factory=dict)
    # Blocked before and after, for another reason.
    reworded: dict[int, str] = field(default_factory=dict)
    # What a preview says will be announced, and disabled some time after that.
    unused: Unused = field(default_factory=Unused)

    def note(self, row: Row, reason: str) -> None:
        """Sort one token in; `reason` is why it is outside the policy, if it is."""
        stands = BY_POLICY + reason
        if not row.blocked_at:
            if reason:
                self.blocked[row.id] = stands
        elif row.blocked_by == Blocker.POLICY:
            if not reason:
                self.unblocked[row.id] = row.blocked_reason
            elif row.blocked_reason != stands:
                self.reworded[row.id] = stands

    @property
    def is_something(self) -> bool:
        return bool(self.blocked or self.unblocked or self.reworded)

    @property
    def fingerprint(self) -> str:
        """The same for the same effects, so that a confirmation means what was shown."""
        text = repr([sorted(part.items()) for part in (self.blocked, self.unblocked)])
        return hashlib.sha256(text.encode()).hexdigest()


class EffectsChanged(Conflict):
    """Since the preview, the policy would hit other tokens: `effects` are those of now."""

    title = "Look again"
    keeps_form = False

    def __init__(self, effects: Effects) -> None:
        super().__init__("The tokens have changed since this was shown. Nothing was changed.")
        self.effects = effects


@dataclass(frozen=True, slots=True)
class PolicyAt:
    """What a policy is of: an organization, or one of its projects."""

    organization: Organization
    project: Project | None = None

    @property
    def place(self) -> Organization | Project:
        return self.project or self.organization

    @property
    def project_id(self) -> int | None:
        return self.project.pk if self.project else None


class PolicyChanges(TypedDict, total=False):
    """What of a policy may change."""

    default_days: int | None
    maximum_days: int | None
    never_allowed: bool
    own_secrets_allowed: bool
    unused_days: int | None
    disable_tokens_days: int | None
    disable_robots_days: int | None


def effects_of(policy: PolicyAt, **changes: Unpack[PolicyChanges]) -> Effects:
    """What the policy with `changes` would do now to each token that works or that a policy blocked."""
    limits = limits_of(policy.organization)
    own = limits.get(policy.project_id, OPEN)
    if policy.project:
        own = within(limits.get(None, OPEN), own)
    limits |= {policy.project_id: replace(own, **changes)}
    effects = _effects(policy, limits)
    effects.unused = unused_by(policy.organization, policy.project_id, rules_of(limits))
    return effects


def _effects(policy: PolicyAt, limits: dict[int | None, Policy]) -> Effects:
    found, effects, now = rules_of(limits), Effects(), timezone.now()
    for row in rows_in_reach(_tokens(policy), found.values(), now):
        end = earlier(row.expires_at, row.robot__expires_at)
        rule = found.get(row.robot__project_id, found[None])
        effects.note(row, verdict(rule, row.chosen_at, end, OWN if row.has_own else ""))
    return effects


def _tokens(policy: PolicyAt) -> TokenQuerySet:
    tokens = Token.objects.living().filter(organization=policy.organization)
    return tokens.filter(robot__project=policy.project) if policy.project else tokens


def change_policy(
    *, actor: Actor, policy: PolicyAt, seen: str | None = None, **changes: Unpack[PolicyChanges]
) -> Effects:
    """Change what is named of the policy, and do to the tokens what follows.

    Raises `EffectsChanged` when that is not what the preview with the fingerprint `seen` said; without
    one it is done whatever it is. One event for the policy, one for each token that is blocked or
    works again.
    """
    with changing(policy.organization) as chain:
        policy = _present(policy)
        require_to_set_policy(actor, policy)
        row = TokenPolicy.objects.own(policy.organization, policy.project)
        before = row.recorded
        changed = _assign(policy, row, changes)
        limits = limits_of(policy.organization) | {policy.project_id: row.limits}
        effects = _effects(policy, limits)
        if seen not in {None, effects.fingerprint}:
            raise EffectsChanged(effects)
        _require_to_confer(actor, policy, effects)
        if changed or effects.is_something:
            row.save()
            counts = {"blocked": len(effects.blocked), "unblocked": len(effects.unblocked)}
            recorded = {"before": before, "after": row.recorded | counts}
            record(chain, actor=actor, action="policy:updated", target=row, **recorded)
            _apply(chain, actor, effects)
            tell_of_blocked(policy.organization, policy.place, len(effects.blocked))
    return effects


def _needed(policy: PolicyAt) -> tuple[Permission, ...]:
    """It changes the place, and tokens there, which its preview names."""
    change = Permission.PROJECT_UPDATE if policy.project else Permission.ORGANIZATION_UPDATE
    return change, Permission.TOKEN_READ, Permission.TOKEN_UPDATE


def require_to_set_policy(actor: Actor, policy: PolicyAt) -> None:
    """Raise `MissingPermission` unless the actor may change the policy there."""
    for permission in _needed(policy):
        require(actor, permission, policy.place)


def may_set_policy(actor: Actor, policy: PolicyAt) -> bool:
    """The same as an answer."""
    return all(allows(actor, permission, policy.place) for permission in _needed(policy))


def _present(policy: PolicyAt) -> PolicyAt:
    if policy.project is None:
        return policy
    project = Project.objects.select_related("organization").filter(pk=policy.project.pk).first()
    if project is None:
        raise Conflict("The project has been deleted meanwhile.")
    return replace(policy, project=project)


def check_policy(policy: PolicyAt, **changes: Unpack[PolicyChanges]) -> Policy:
    """The policy with `changes`.

    Raises `ValidationError` when it contradicts itself or is made wider than its organization's.
    """
    row = TokenPolicy.objects.own(policy.organization, policy.project)
    _assign(policy, row, changes)
    return row.limits


def _assign(policy: PolicyAt, row: TokenPolicy, changes: PolicyChanges) -> list[str]:
    changed = assign(row, changes, PolicyChanges)
    if policy.project:
        _require_narrower(row, changed)
    return changed


def _require_narrower(row: TokenPolicy, changed: list[str]) -> None:
    whole = TokenPolicy.objects.governing(row.organization_id, None)
    errors = {}
    for name in changed:
        value: Any = getattr(row, name)
        if name in {"default_days", "maximum_days"}:
            if whole.maximum_days is not None and (value or 0) > whole.maximum_days:
                errors[name] = f"The organization allows {whole.maximum_days:,} days at most."
        elif name in {"never_allowed", "own_secrets_allowed"} and value > getattr(whole, name):
            errors[name] = "The organization does not allow it, so a project cannot."
    if errors:
        raise ValidationError(errors)


def _require_to_confer(actor: Actor, policy: PolicyAt, effects: Effects) -> None:
    """A token that works again confers what its robot holds: the actor must hold all of that."""
    try:
        require_all(actor, frozenset(Permission), policy.place)
    except MissingPermission:
        for ids in _chunks(list(effects.unblocked)):
            robots = Robot.objects.filter(tokens__in=ids).distinct()
            for robot in robots.select_related("organization"):
                robot.require_to_confer(actor)


def _apply(chain: Chain, actor: Actor, effects: Effects) -> None:
    _save_blocks(effects)
    for ids in _chunks(list(effects.blocked)):
        changes = [(it, None, {"reason": effects.blocked[it.pk]}) for it in tokens_of(ids)]
        record_each(chain, actor=actor, action="token:blocked", changes=changes)
    for ids in _chunks(list(effects.unblocked)):
        ended = [(it, {"reason": effects.unblocked[it.pk]}, None) for it in tokens_of(ids)]
        record_each(chain, actor=actor, action="token:unblocked", changes=ended)


def _save_blocks(effects: Effects) -> None:
    now = timezone.now()
    for reason, ids in _by_reason(effects.blocked | effects.reworded):
        tokens = Token.objects.filter(pk__in=ids)
        tokens.filter(blocked_at=None).update(blocked_at=now, blocked_by=Blocker.POLICY)
        tokens.update(blocked_reason=reason)
    for ids in _chunks(list(effects.unblocked)):
        tokens = Token.objects.filter(pk__in=ids)
        tokens.update(blocked_at=None, blocked_by="", blocked_reason="")


def tokens_of(ids: list[int]) -> list[Token]:
    """The tokens of these ids, with what their names need."""
    found = Token.objects.filter(pk__in=ids).select_related("robot__organization")
    return list(found.order_by("id"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A token that a change reaches, and what the policy says of it."""

    token: Token
    reason: str


def hits(reasons: dict[int, str]) -> list[Hit]:
    """The first of the tokens whose ids are the keys."""
    tokens = tokens_of(sorted(reasons)[:SHOWN_HITS])
    return [Hit(token, reasons[token.pk].removeprefix(BY_POLICY)) for token in tokens]


def _by_reason(reasons: dict[int, str]) -> Iterator[tuple[str, list[int]]]:
    for reason in sorted(set(reasons.values())):
        for ids in _chunks([pk for pk, why in reasons.items() if why == reason]):
            yield reason, ids


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
