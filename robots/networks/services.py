"""Changing from which networks all robots of an organization may come."""

from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError

from console import networks
from console.audit.recording import changing, record
from console.http import current
from console.models import Organization
from console.models.robot_networks import ROBOT_NETWORKS
from console.network_modes import NetworkMode
from console.permissions.decision import Actor, allows, require, require_all
from console.permissions.vocabulary import Permission
from console.updates import assign

# It changes the organization, and what tokens there can do; the preview names them.
NEEDED = (Permission.ORGANIZATION_UPDATE, Permission.TOKEN_READ, Permission.TOKEN_UPDATE)


class NetworksChanges(TypedDict, total=False):
    """What of them may change."""

    robot_networks: str
    robot_network_mode: str


def require_to_set_networks(actor: Actor, organization: Organization) -> None:
    """Raise `MissingPermission` unless the actor may change them."""
    for permission in NEEDED:
        require(actor, permission, organization)


def may_set_networks(actor: Actor, organization: Organization) -> bool:
    """The same as an answer."""
    return all(allows(actor, permission, organization) for permission in NEEDED)


def change_robot_networks(
    *, actor: Actor, organization: Organization, **changes: Unpack[NetworksChanges]
) -> Organization:
    """Let robots come from these networks alone, or only count what comes from elsewhere. What is not named
    stays. Raises `ValidationError` where it would lock out the robot that asks.
    """
    with changing(organization) as chain:
        organization = Organization.objects.get(pk=organization.pk)
        require_to_set_networks(actor, organization)
        before = as_recorded(organization)
        if changed := apply_changes(actor, organization, changes):
            after = as_recorded(organization)
            if _lets_in_more(before, after):
                # Tokens work again by it, wherever they were refused: that confers what they hold.
                require_all(actor, frozenset(Permission), organization)
                actor.prove_presence()
            organization.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="robot-networks:updated",
                target=organization,
                before=before,
                after=after,
            )
    return organization


def apply_changes(actor: Actor, organization: Organization, changes: NetworksChanges) -> list[str]:
    """Set what is named on the organization, unsaved, and check it; the columns that differ."""
    changed = assign(organization, changes, NetworksChanges)
    if changed and _locks_out(actor, organization):
        came = current.get().address or "an unknown address"
        words = f"You come from {came}, which is in none of these: you would lock yourself out."
        raise ValidationError({"robot_networks": words})
    return changed


def _locks_out(actor: Actor, organization: Organization) -> bool:
    """Whether the actor is a robot that came with its token, and would be refused from now on."""
    is_robot = actor.actor_kind == "robot" and actor.came_with is not None
    if not (is_robot and organization.refuses_robots):
        return False
    return not networks.contain(organization.robot_networks, current.get().address)


def as_recorded(organization: Organization) -> dict[str, Any]:
    """The networks as the audit log keeps them."""
    return {name: getattr(organization, name) for name in ROBOT_NETWORKS}


def _lets_in_more(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether somebody is let in by `after` whom `before` refused."""
    was, now = _enforced(before), _enforced(after)
    return bool(was) and (not now or not networks.are_within(now, was))


def _enforced(recorded: dict[str, Any]) -> str:
    """The networks that refuse, if any do."""
    observes = recorded["robot_network_mode"] == NetworkMode.OBSERVE
    return "" if observes else str(recorded["robot_networks"])
