"""Changes to trusts. They count from the next request on, in every process."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.utils import timezone

from console import keyring
from console.audit.recording import changing, record
from console.errors import Conflict
from console.permissions.decision import Actor, require, require_lasting
from console.permissions.vocabulary import Permission, Permissions
from console.updates import require_known
from robots.base.claim_conditions import Condition
from robots.models import Robot, Secret, Token, Trust
from robots.models.trusts import default_audience, recorded_conditions
from robots.policies.enforcement import require_ahead
from robots.trusts.keys import parse_keys

MAX_TRUSTS = 50


class TrustChanges(TypedDict, total=False):
    """What of a trust may change; its name is what people call it in the audit log, and stays."""

    preset: str
    issuer: str
    audience: str
    keys: str
    conditions: Sequence[Condition]
    lifetime_seconds: int
    permissions: Permissions | None
    expires_at: datetime | None
    disabled: bool


# What stands in the row of the login.
OF_LOGIN = ("permissions", "expires_at", "disabled")
# What decides who is let in, for how long, and with what. Whoever logged in by another rule is logged out.
RULE = ("issuer", "audience", "keys", "conditions", "lifetime_seconds", "permissions")


def create_trust(*, actor: Actor, robot: Robot, name: str, **given: Unpack[TrustChanges]) -> Trust:
    """Let the robot log in with another issuer's tokens. Without an audience they have to be for the robot
    by its own address here.
    """
    require_known(given, TrustChanges)
    with changing(robot.organization) as chain:
        robot = robot.refetch()
        _require_to_create(actor, robot, given.get("permissions"))
        token = Token(robot=robot, name=name, by_trust=True, created_by=actor.actor_label)
        trust = Trust(token=token)
        _assign(trust, {"audience": default_audience(robot)} | _said(given))
        _check(trust, None)
        token.save()
        trust.token = token
        trust.save()
        _stand_for(trust, actor)
        record(chain, actor=actor, action="trust:created", target=trust, after=as_recorded(trust))
    return trust


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    """An empty audience is the usual one, too."""
    return {name: value for name, value in given.items() if name != "audience" or value}


def _require_to_create(actor: Actor, robot: Robot, permissions: Permissions | None) -> None:
    require_lasting(actor)
    require(actor, Permission.TRUST_CREATE, robot)
    robot.require_to_confer(actor, permissions)
    if robot.strong_permissions(permissions):
        actor.prove_presence()
    if robot.is_role_account:
        raise ValidationError("The account of a role has tokens alone.")
    if Trust.objects.living().filter(token__robot=robot).count() >= MAX_TRUSTS:
        raise ValidationError(f"A robot account has at most {MAX_TRUSTS} trusts.")


def update_trust(*, actor: Actor, trust: Trust, **changes: Unpack[TrustChanges]) -> Trust:
    """Change what is named."""
    require_known(changes, TrustChanges)
    with changing(trust.robot.organization) as chain:
        trust = refetch_trust(trust)
        require(actor, Permission.TRUST_UPDATE, trust)
        before = as_recorded(trust)
        _assign(trust, changes)
        after = as_recorded(trust)
        if after == before:
            return trust
        if changes != {"disabled": True}:
            _require_to_widen(actor, trust)
            _check(trust, before["expires_at"])
        _save(trust, actor, is_same_rule=all(before[name] == after[name] for name in RULE))
        record(chain, actor=actor, action="trust:updated", target=trust, before=before, after=after)
    return trust


def _require_to_widen(actor: Actor, trust: Trust) -> None:
    """Whatever changes, the actor confers what the trust gives now."""
    require_lasting(actor)
    permissions = trust.token.permissions
    trust.robot.require_to_confer(actor, permissions)
    if trust.robot.strong_permissions(permissions):
        actor.prove_presence()


def _save(trust: Trust, actor: Actor, *, is_same_rule: bool) -> None:
    trust.save()
    trust.token.save(update_fields=["permissions", "expires_at", "disabled_at"])
    if not is_same_rule:
        _stand_for(trust, actor)


def delete_trust(*, actor: Actor, trust: Trust) -> None:
    """Let nobody in by it any more, also those who have logged in already."""
    with changing(trust.robot.organization) as chain:
        trust = refetch_trust(trust)
        require(actor, Permission.TRUST_DELETE, trust)
        Token.objects.filter(pk=trust.token_id).update(revoked_at=timezone.now())
        before = as_recorded(trust)
        record(chain, actor=actor, action="trust:deleted", target=trust, before=before)


def refetch_trust(trust: Trust) -> Trust:
    """The trust as it is now, under the chain's lock."""
    found = Trust.objects.living().with_robot().filter(pk=trust.pk).first()
    if found is None:
        raise Conflict("The trust has been deleted meanwhile.")
    return found


def as_recorded(trust: Trust) -> dict[str, Any]:
    """A trust as the audit log keeps it: of pasted keys, the digest."""
    token = trust.token
    narrowed = None if token.permissions is None else sorted(token.permissions)
    return {
        "name": token.name,
        "preset": trust.preset,
        "issuer": trust.issuer,
        "audience": trust.audience,
        "keys": sha256(trust.keys.encode()).hexdigest() if trust.keys else "",
        "conditions": recorded_conditions(trust.conditions),
        "lifetime_seconds": trust.lifetime_seconds,
        "permissions": narrowed,
        "expires_at": token.expires_at,
        "state": "disabled" if token.disabled_at else "enabled",
    }


def _assign(trust: Trust, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if name == "disabled":
            _switch(trust.token, disabled=value)
        elif name in OF_LOGIN:
            setattr(trust.token, name, value)
        else:
            setattr(trust, name, _stored(name, value))


def _stored(name: str, value: Any) -> Any:  # noqa: ANN401 - of any column
    return [asdict(condition) for condition in value] if name == "conditions" else value


def _switch(token: Token, *, disabled: bool) -> None:
    if disabled != bool(token.disabled_at):
        token.switched(disabled=disabled, now=timezone.now())


def _check(trust: Trust, former_end: datetime | None) -> None:
    """All that a form or a program may have got wrong, at once. An end that stays may be over."""
    if trust.token.expires_at != former_end:
        require_ahead(trust.token.expires_at)
    faults: dict[str, Any] = {}
    for thing, unchecked in ((trust.token, {"uuid", "organization", "user"}), (trust, {"token"})):
        try:
            thing.full_clean(exclude=unchecked)
        except ValidationError as error:
            faults |= error.update_error_dict({})
    if trust.keys:
        faults |= _key_faults(trust.keys)
    if faults:
        raise ValidationError(faults)


def _key_faults(keys: str) -> dict[str, list[str]]:
    try:
        parse_keys(keys)
    except ValueError as fault:
        return {"keys": [str(fault)]}
    return {}


def _stand_for(trust: Trust, actor: Actor) -> None:
    """A new row that stands for the trust as it is: access tokens end with the one before."""
    now = timezone.now()
    trust.token.secrets.live().update(ends_at=now)
    Secret.objects.create(
        token=trust.token,
        kind=Secret.Kind.TRUST,
        # Of nothing: no secret has this digest.
        digest=secrets.token_hex(32),
        root_number=keyring.current(),
        created_by=actor.actor_label,
        handed_over_at=now,
    )
