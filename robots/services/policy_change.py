"""Changing a token policy: what it would do to which tokens, and doing exactly that."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace

from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit import Chain, changing, record, record_each
from console.errors import Conflict
from console.models import Organization, Project
from console.permissions import Actor, MissingPermission, Permission, allows, require, require_all
from robots.models import Robot, Token, TokenPolicy
from robots.models.tokens import TokenQuerySet
from robots.policy import OPEN, OWN, Policy, effective, verdict
from robots.services.policy import BY_POLICY
from robots.services.policy_reach import Row, rows_in_reach
from robots.services.robots import require_to_hold_what
from robots.states import earlier

CHUNK = 500


@dataclass(slots=True)
class Effects:
    """What a policy does: which tokens it blocks and why, which it lets work again, by their ids."""

    blocked: dict[int, str] = field(default_factory=dict)
    unblocked: dict[int, str] = field(default_factory=dict)
    # Blocked before and after, for another reason.
    reworded: dict[int, str] = field(default_factory=dict)

    def note(self, row: Row, reason: str) -> None:
        """Sort one token in; `reason` is why it is outside the policy, if it is."""
        stands = BY_POLICY + reason
        if not row.blocked_at:
            if reason:
                self.blocked[row.id] = stands
        elif row.blocked_reason.startswith(BY_POLICY):
            if not reason:
                self.unblocked[row.id] = row.blocked_reason
            elif row.blocked_reason != stands:
                self.reworded[row.id] = stands

    @property
    def fingerprint(self) -> str:
        """The same for the same effects, so that a confirmation means what was shown."""
        text = repr([sorted(part.items()) for part in (self.blocked, self.unblocked)])
        return hashlib.sha256(text.encode()).hexdigest()


class EffectsChanged(Conflict):
    """Since the preview, the policy would hit other tokens: `effects` are those of now."""

    title = "Look again"

    def __init__(self, effects: Effects) -> None:
        super().__init__("The tokens have changed since this was shown. Nothing was changed.")
        self.effects = effects


@dataclass(frozen=True, slots=True)
class PolicyAt:
    """A policy to be, and of what: an organization, or one of its projects."""

    organization: Organization
    project: Project | None
    limits: Policy

    @property
    def place(self) -> Organization | Project:
        return self.project or self.organization


def effects_of(policy: PolicyAt) -> Effects:
    """What `policy` would do now to each token that works or that a policy blocked."""
    found, effects, now = _policies(policy), Effects(), timezone.now()
    for row in rows_in_reach(_tokens(policy), found.values(), now):
        end = earlier(row.expires_at, row.robot__expires_at)
        rule = found.get(row.robot__project_id, found[None])
        effects.note(row, verdict(rule, row.chosen_at, end, OWN if row.has_own else ""))
    return effects


def _tokens(policy: PolicyAt) -> TokenQuerySet:
    tokens = Token.objects.living().filter(organization=policy.organization)
    return tokens.filter(robot__project=policy.project) if policy.project else tokens


def _policies(policy: PolicyAt) -> dict[int | None, Policy]:
    """What would hold in each project that has rules of its own, and everywhere else (`None`)."""
    rows = TokenPolicy.objects.filter(organization=policy.organization)
    limits: dict[int | None, Policy] = {row.project_id: row.limits for row in rows}
    limits[policy.project.pk if policy.project else None] = policy.limits
    whole = limits.pop(None, OPEN)
    return {None: whole} | {pk: effective(whole, own) for pk, own in limits.items()}


def change_policy(*, actor: Actor, policy: PolicyAt, seen: str) -> Effects:
    """Make `policy` the rule, and do to the tokens what its preview with the fingerprint `seen` said.

    Raises `EffectsChanged` when that is something else by now. One event for the policy, one for
    each token that is blocked or works again.
    """
    with changing(policy.organization) as chain:
        policy = _present(policy)
        require_to_set_policy(actor, policy)
        row = _row_of(policy)
        before = row.recorded
        check_policy(policy, row)
        effects = effects_of(policy)
        if effects.fingerprint != seen:
            raise EffectsChanged(effects)
        _require_to_confer(actor, policy, effects)
        row.save()
        counts = {"blocked": len(effects.blocked), "unblocked": len(effects.unblocked)}
        record(
            chain, actor=actor, action="policy:updated", target=row,
            before=before, after=row.recorded | counts,
        )  # fmt: skip
        _apply(chain, actor, effects)
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


def _row_of(policy: PolicyAt) -> TokenPolicy:
    found = TokenPolicy.objects.at(policy.organization, policy.project).first()
    row = found or TokenPolicy(organization=policy.organization)
    row.project = policy.project
    return row


def check_policy(policy: PolicyAt, row: TokenPolicy | None = None) -> None:
    """Raise `ValidationError` when the policy contradicts itself or is wider than its organization's."""
    row = row or _row_of(policy)
    for name, value in asdict(policy.limits).items():
        setattr(row, name, value)
    row.full_clean()
    if policy.project:
        _require_narrower(policy)


def _require_narrower(policy: PolicyAt) -> None:
    whole = TokenPolicy.objects.governing(policy.organization.pk, None)
    errors = {}
    for name in ("default_days", "maximum_days"):
        days = getattr(policy.limits, name)
        if whole.maximum_days is not None and (days or 0) > whole.maximum_days:
            errors[name] = f"The organization allows {whole.maximum_days:,} days at most."
    for name in ("never_allowed", "own_secrets_allowed"):
        if getattr(policy.limits, name) and not getattr(whole, name):
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
                require_to_hold_what(actor, robot)


def _apply(chain: Chain, actor: Actor, effects: Effects) -> None:
    now = timezone.now()
    for reason, ids in _by_reason(effects.blocked | effects.reworded):
        tokens = Token.objects.filter(pk__in=ids)
        tokens.filter(blocked_at=None).update(blocked_at=now)
        tokens.update(blocked_reason=reason)
    for ids in _chunks(list(effects.unblocked)):
        Token.objects.filter(pk__in=ids).update(blocked_at=None, blocked_reason="")
    for action, part, is_block in (
        ("token:blocked", effects.blocked, True), ("token:unblocked", effects.unblocked, False)
    ):  # fmt: skip
        for ids in _chunks(list(part)):
            reasons = [(token, {"reason": part[token.pk]}) for token in tokens_of(ids)]
            record_each(
                chain, actor=actor, action=action,
                changes=[(token, None, it) if is_block else (token, it, None) for token, it in reasons],
            )  # fmt: skip


def tokens_of(ids: list[int]) -> list[Token]:
    """The tokens of these ids, with what their names need."""
    found = Token.objects.filter(pk__in=ids).select_related("robot__organization")
    return list(found.order_by("id"))


def _by_reason(reasons: dict[int, str]) -> Iterator[tuple[str, list[int]]]:
    for reason in sorted(set(reasons.values())):
        for ids in _chunks([pk for pk, why in reasons.items() if why == reason]):
            yield reason, ids


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
