"""Organizations that were deleted, or asked more of people or robots, and that came back with a backup."""

from datetime import date
from functools import partial

from console.audit.evidence import Line
from console.models import Organization
from console.models.sign_in_rules import RequiredFactor, today
from console.network_modes import NetworkMode
from robots.access.services.organization_deletion import delete_organization
from robots.networks.services import NetworksChanges, as_recorded, change_robot_networks
from robots.restores.claims import ACTOR, Claims, Revived, claiming
from teams.sign_in_rules.services import RulesChanges, change_sign_in_rules

STRICTER = (RequiredFactor.NONE, RequiredFactor.FACTOR, RequiredFactor.PASSKEY)


def _deleted(line: Line) -> Revived | None:
    organization = Organization.objects.filter(uuid=line.target).first()
    if organization is None:
        return None
    end = partial(delete_organization, actor=ACTOR, organization=organization)
    return Revived("organization", str(organization), "was deleted, with all that is in it", end)


def _asked_more(line: Line) -> Revived | None:
    organization = Organization.objects.filter(uuid=line.target).first()
    wanted = _more(organization, _recorded(line)) if organization else {}
    if organization is None or not wanted:
        return None
    end = partial(change_sign_in_rules, actor=ACTOR, organization=organization, **wanted)
    return Revived("sign-in rules", str(organization), "asked more of people", end)


def _recorded(line: Line) -> RulesChanges:
    """The rules that the event left; a day that has passed since is today."""
    begins = line.after.get("factor_from")
    return {
        "required_factor": line.after.get("required_factor", ""),
        "factor_from": max(date.fromisoformat(begins), today()) if begins else None,
        "people_networks": line.after.get("people_networks", ""),
    }


def _more(present: Organization, wanted: RulesChanges) -> RulesChanges:
    """What of `wanted` asks more than the rules of now."""
    more: RulesChanges = {}
    if _requires_more(present, wanted):
        more |= {"required_factor": wanted["required_factor"]}
        more |= {"factor_from": wanted["factor_from"]}
    if wanted["people_networks"] not in {"", present.people_networks}:
        more |= {"people_networks": wanted["people_networks"]}
    return more


def _requires_more(present: Organization, wanted: RulesChanges) -> bool:
    """A requirement that is stricter, or the same one from an earlier day."""
    now, then = (
        STRICTER.index(RequiredFactor(it))
        for it in (present.required_factor, wanted["required_factor"])
    )
    begins, wished = present.factor_from, wanted["factor_from"]
    return then > now or (then == now and bool(begins and wished and wished < begins))


def _narrower(line: Line) -> Revived | None:
    """Where robots were limited to networks that are not enforced here."""
    organization = Organization.objects.filter(uuid=line.target).first()
    wanted: NetworksChanges = {
        "robot_networks": line.after.get("robot_networks", ""),
        "robot_network_mode": line.after.get("robot_network_mode", NetworkMode.ENFORCE.value),
    }
    is_open = wanted["robot_network_mode"] == NetworkMode.OBSERVE or not wanted["robot_networks"]
    if organization is None or is_open or as_recorded(organization) == wanted:
        return None
    end = partial(change_robot_networks, actor=ACTOR, organization=organization, **wanted)
    words = "limited its robot accounts to other networks"
    return Revived("robot networks", str(organization), words, end)


CLAIMS: dict[str, Claims] = {
    "organization:deleted": claiming("organization", _deleted),
    "robot-networks:updated": claiming("robot networks", _narrower),
    "sign-in-rules:updated": claiming("sign-in rules", _asked_more),
}
