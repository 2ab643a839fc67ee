"""In which order steps are carried out: what opens comes after what closes.

So at no moment does anybody hold more than both before and after: a robot is not enabled while its grants
are still to be lowered, nobody joins a team that is still to lose a level, and no service begins to ask.
"""

import ipaddress
from typing import TYPE_CHECKING

from roster.manifest.kinds import (
    GRANT,
    MEMBER,
    ORDER,
    ROBOT,
    ROLE,
    SERVICE,
    TEAM_ROBOT,
    TRUST,
)
from roster.moments import parse
from roster.shapes import OBSERVE, PERSONAL_TOKENS, Fields, Json

if TYPE_CHECKING:
    from roster.manifest.planning import Step

PLAIN, LOWERED, OPENED, JOINED, GRANTED = range(5)
PLACES = {kind.name: place for place, kind in enumerate(ORDER)}
# What is new opens at once; everything else that is made holds nothing yet.
MADE = {
    SERVICE.name: OPENED,
    TRUST.name: OPENED,
    MEMBER.name: JOINED,
    TEAM_ROBOT.name: JOINED,
    GRANT.name: GRANTED,
}


def in_order(steps: "list[Step]") -> "list[Step]":
    """What others need first, then what closes, then what opens."""
    return sorted(steps, key=lambda step: (_rank(step), PLACES[step.item.kind.name]))


def _rank(step: "Step") -> int:
    if step.act == "create":
        return MADE.get(step.item.kind.name, PLAIN)
    if step.act == "change" and _opens(step):
        return OPENED
    return LOWERED if step.item.kind is GRANT else PLAIN


def _opens(step: "Step") -> bool:
    """Whether a change lets somebody do more."""
    kind, before, after = step.item.kind, step.before, step.after
    if kind is ROLE:
        return not set(after.get("permissions", ())) <= set(before.get("permissions") or ())
    if kind is GRANT:
        return "expires_at" in after and _is_later(before["expires_at"], after["expires_at"])
    if kind is MEMBER:
        return bool(after.get("role") == "owner")
    if kind is SERVICE:
        return _opens_service(before, after)
    if kind is TRUST:
        return any(_opens_trust(name, before, after) for name in after)
    return kind is ROBOT and any(_opens_robot(name, before, after) for name in after)


def _opens_service(before: Fields, after: Fields) -> bool:
    """Whether people's own tokens may do more there, or those that are limited to networks."""
    if after.get("exempt_from_addresses"):
        return True
    return _is_raised(before.get("personal_tokens"), after.get("personal_tokens"))


def _is_raised(before: str | None, after: str | None) -> bool:
    words = (None, *PERSONAL_TOKENS)
    return words.index(after) > (words.index(before) if before in words else 0)


def _opens_robot(name: str, before: Fields, after: Fields) -> bool:
    if name == "disabled":
        return not after[name]
    if name == "expires_at":
        return _is_later(before[name], after[name])
    if name == "network_mode":
        return bool(after[name] == OBSERVE)
    return name == "addresses" and _is_wider(before[name], after[name])


def _opens_trust(name: str, before: Fields, after: Fields) -> bool:
    """Whether it may let in somebody else, or with more; a preset alone decides nothing."""
    if name in {"disabled", "expires_at"}:
        return _opens_robot(name, before, after)
    if name == "permissions":
        old, new = before[name], after[name]
        return old is not None and (new is None or not set(new) <= set(old))
    return name != "preset"


def _is_later(before: str | None, after: str | None) -> bool:
    old, new = parse(before), parse(after)
    return old is not None and (new is None or new > old)


def _is_wider(before: list[str], after: list[str]) -> bool:
    """Whether the new networks have an address that none of the old ones has; no networks have all."""
    return bool(before) and (not after or not all(_is_within(one, before) for one in after))


def _is_within(word: str, others: list[str]) -> bool:
    network: Json = ipaddress.ip_network(word)
    networks = map(ipaddress.ip_network, others)
    return any(network.version == one.version and network.subnet_of(one) for one in networks)
