"""Whether what a file names is there: asked before the first change, and all of it at once."""

import difflib
from collections.abc import Callable, Iterable

from roster.manifest.kinds import (
    CUSTOM,
    GRANT,
    ROBOT,
    ROLE,
    SERVICE,
    TEAM_ROBOT,
    TRUST,
    WEBHOOK,
    Item,
)
from roster.manifest.needs import PERSON, Need, needs
from roster.manifest.reading import Wanted
from roster.manifest.values import Wrong, ahead
from roster.manifest.world import World
from roster.shapes import (
    CLUSTER,
    OTHER,
    PERSONAL_TOKENS,
    PROXIES,
    PROXY,
    REGISTRY,
    RESOURCE,
    WITHOUT_ISSUER,
)

# The roles that hold all that there is to give, and all that means something in one project.
EVERYTHING, IN_PROJECT = "organization:owner", "project:admin"
# What a new service of some kind has to say, and how.
NEEDED = {"host": "say where clients reach it", "proxy": f"say one of {', '.join(PROXIES)}"}
# The fields that only services of some kinds have.
KINDS_WITH = {
    "host": (REGISTRY, PROXY),
    "audience": (RESOURCE, CLUSTER),
    "exempt_from_addresses": (RESOURCE, CLUSTER),
    "proxy": (PROXY,),
}

PULL = PERSONAL_TOKENS[1]
PULLS_NOTHING = "personal_tokens of a cluster is none or all; nothing is pulled from it"


def check(wanted: Wanted, world: World) -> None:
    """Note what is wrong with the file where it meets what is there."""
    for item in wanted.items.values():
        for need in (*needs(item), *_responsible(item)):
            _check_need(wanted, world, item, need)
        for text in OWN_MISTAKES.get(item.kind.name, _none)(item, world):
            wanted.blame(item.place, text)


def _responsible(item: Item) -> list[Need]:
    found = item.fields.get("responsible")
    return [Need("responsible", PERSON, found)] if found else []


def _check_need(wanted: Wanted, world: World, item: Item, need: Need) -> None:
    if need.kind == PERSON:
        if need.key not in world.people:
            text = f"{need.field}: {need.key} is not a member of the organization"
            wanted.blame(item.place, f"{text}; invite them in the console")
    elif need.name not in wanted.items and need.name not in world.items:
        wanted.blame(item.place, f"there is no {need.kind} {need.key}{_near(wanted, world, need)}")


def _near(wanted: Wanted, world: World, need: Need) -> str:
    known = {key for kind, key in (*wanted.items, *world.items) if kind == need.kind}
    if need.kind == ROLE.name:
        known |= set(world.built_in)
    return did_you_mean(need.key, known)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The names that come near, of which the last part is the same above all."""
    known = sorted(known)
    near = [one for one in known if word in (one.rpartition("/")[2], one.rpartition(":")[2])]
    near = near or difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _none(*_: object) -> list[str]:
    return []


def _of_team_robot(place: Item, _: World) -> list[str]:
    robot = place.fields["robot"]
    return [f"{robot} is a project's robot; teams take the organization's"] if "/" in robot else []


def _of_service(service: Item, world: World) -> list[str]:
    """A service stays of its kind, and has the fields of that kind alone."""
    there = world.find(*service.name)
    said = service.fields.get("kind")
    if "kind" in service.wrong:
        return []
    if there is None:
        return [*_missing(service, said or REGISTRY), *_unfit(service, said or REGISTRY)]
    kind = there.fields["kind"]
    if said in (None, kind):
        return _unfit(service, kind)
    return [f"{service} is of the kind {kind}, which never changes; delete it, or name another"]


def _missing(service: Item, kind: str) -> list[str]:
    named = {*service.fields, *service.wrong}
    return [
        f"{field} is missing; {words}"
        for field, words in NEEDED.items()
        if kind in KINDS_WITH[field] and field not in named
    ]


def _unfit(service: Item, kind: str) -> list[str]:
    pulls = kind == CLUSTER and service.fields.get("personal_tokens") == PULL
    return [
        *[PULLS_NOTHING] * pulls,
        *(
            f"a service of the kind {kind} has no {field}"
            for field, kinds in KINDS_WITH.items()
            if service.fields.get(field) and kind not in kinds
        ),
    ]


def _of_grant(grant: Item, world: World) -> list[str]:
    role = str(grant.fields.get("role") or "")
    if not role:
        return _unknown(grant.fields["permissions"], world)
    if role.startswith(CUSTOM):
        return _of_other_project(grant, role.removeprefix(CUSTOM))
    if role in world.built_in:
        return []
    return [f"there is no role {role}{did_you_mean(role, world.built_in)}"]


def _of_other_project(grant: Item, role: str) -> list[str]:
    own, slash, _ = role.rpartition("/")
    fields = grant.fields
    on = fields.get("project") or str(fields.get("repository") or "").partition("/")[0]
    if not slash or own == on:
        return []
    return [f"role {role} is of the project {own} and can be given there alone"]


def _of_role(role: Item, world: World) -> list[str]:
    given = role.fields.get("permissions")
    if given == [] or (given is None and role.name not in world.items):
        return ["permissions are missing; a role gives one at least"]
    mistakes = _unknown(given or [], world)
    reach = world.built_in.get(IN_PROJECT)
    if role.fields.get("project") and reach and not mistakes:
        outside = [one for one in given or [] if one not in reach]
        mistakes = [f"{one} means nothing in one project" for one in outside]
    return mistakes


def _unknown(permissions: Iterable[str], world: World) -> list[str]:
    known = world.built_in.get(EVERYTHING)
    if not known:
        return []
    return [
        f"there is no permission {one}{did_you_mean(one, known)}"
        for one in permissions
        if one not in known
    ]


def _of_trust(trust: Item, world: World) -> list[str]:
    """What a new one has to say, and what fits no other field of it."""
    there = world.find(*trust.name)
    named = {*trust.fields, *trust.wrong}
    missing = []
    if there is None and "conditions" not in named:
        missing.append("conditions are missing; say which job, project or account is let in")
    if there is None and "issuer" not in named and _preset(trust) in WITHOUT_ISSUER:
        missing.append(f"issuer is missing; those of the preset {_preset(trust)} differ")
    unknown = _unknown(trust.fields.get("permissions") or [], world)
    return [*missing, *unknown, *_unreachable(trust, there), *_end(trust, world)]


def _preset(trust: Item) -> str:
    return str(trust.fields.get("preset", OTHER))


def _unreachable(trust: Item, there: Item | None) -> list[str]:
    """An issuer without keys is asked for them."""
    fields = (there.fields if there else {}) | trust.fields
    if "keys" in trust.wrong or fields.get("keys") or "issuer" not in trust.fields:
        return []
    issuer = fields["issuer"]
    return [] if issuer.startswith("https://") else [f"issuer {issuer!r} is not at https://"]


def _end(robot: Item, world: World) -> list[str]:
    """An end that is over may stay what it is; nothing can be given one."""
    there, end = world.find(*robot.name), robot.fields.get("expires_at")
    if there and there.fields.get("expires_at") == end:
        return []
    try:
        ahead(end)
    except Wrong as error:
        return [f"expires_at {error}"]
    return []


def _of_webhook(webhook: Item, world: World) -> list[str]:
    """A new one needs all its fields."""
    if WEBHOOK in world.unseen:
        return ["you may not see webhooks; that takes organization:update"]
    if webhook.name in world.items:
        return []
    named = {*webhook.fields, *webhook.wrong}
    return [f"{field} is missing" for field in ("url", "kinds") if field not in named]


OWN_MISTAKES: dict[str, Callable[[Item, World], list[str]]] = {
    ROLE.name: _of_role,
    ROBOT.name: _end,
    TRUST.name: _of_trust,
    TEAM_ROBOT.name: _of_team_robot,
    GRANT.name: _of_grant,
    SERVICE.name: _of_service,
    WEBHOOK.name: _of_webhook,
}
