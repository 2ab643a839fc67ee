"""Random worlds: two organizations with the same names in both, and rows that no service would write."""

from typing import Any

from hypothesis import strategies as st

from tests.rules.model import (
    DATA,
    EVERYTHING,
    IN_A_PROJECT,
    ROLES,
    Grant,
    Place,
    Robot,
    Role,
    Token,
    World,
)

ORGANIZATIONS = ("acme", "globex")
PROJECTS = ("alpha", "beta")
REPOSITORIES = ("api", "web/front")
GHOST = "ghost"  # a path that never has a row
PEOPLE = ("ada", "bob", "cyd", "dan")
TEAMS = {"acme/devs": "acme", "acme/ops": "acme", "globex/devs": "globex"}
PLACES = [Place(o, p, r) for o in ORGANIZATIONS for p in PROJECTS for r in REPOSITORIES]

permission_sets = st.frozensets(st.sampled_from(sorted(EVERYTHING)), min_size=1, max_size=8)
project_sets = st.frozensets(st.sampled_from(sorted(DATA | IN_A_PROJECT)), min_size=1, max_size=8)
narrowings = st.one_of(st.none(), st.just(frozenset[str]()), permission_sets)
seldom = st.sampled_from([True, True, True, False])


@st.composite
def robots(draw: st.DrawFn) -> dict[str, Robot]:
    states = st.sampled_from(["", "", "", "disabled", "expired", "deleted"])
    found = {}
    for number in range(6):
        home = draw(st.sampled_from(ORGANIZATIONS)), draw(st.sampled_from(["", "", *PROJECTS]))
        found[f"robot {number}"] = Robot(*home, f"r{number}", draw(states))
    return found


@st.composite
def tokens(draw: st.DrawFn, world: World) -> dict[str, Token]:
    states = st.sampled_from(["", "", "", "disabled", "expired", "revoked", "blocked"])
    owners = [("robot", key) for key in world.robots] * 2 + [("person", key) for key in PEOPLE]
    return {
        f"token{number}": Token(*draw(st.sampled_from(owners)), draw(narrowings), draw(states))
        for number in range(6)
    }


@st.composite
def custom_roles(draw: st.DrawFn) -> dict[str, Role]:
    return {
        "acme//ci": Role("acme", "", draw(permission_sets)),
        "acme/alpha/ci": Role("acme", "alpha", draw(project_sets)),
        "globex//ci": Role("globex", "", draw(permission_sets)),
    }


def holders(world: World) -> list[tuple[str, str, str]]:
    """Kind, key and organization of everybody who may be given something."""
    return [
        *(("person", key, organization) for key in PEOPLE for organization in ORGANIZATIONS),
        *(("team", key, organization) for key, organization in TEAMS.items()),
        *(("robot", key, robot.organization) for key, robot in world.robots.items()),
    ]


@st.composite
def grants(draw: st.DrawFn, world: World) -> Grant:
    holder = draw(st.sampled_from(holders(world)))
    project = draw(st.sampled_from(["", *PROJECTS, *PROJECTS]))
    rows = [
        p.repository
        for p in world.repositories
        if (p.organization, p.project) == (holder[2], project)
    ]
    repository = draw(st.sampled_from(["", *rows]))
    custom = [
        key
        for key, role in world.roles.items()
        if role.organization == holder[2] and role.project in ("", project)
    ]
    what: dict[str, Any] = draw(
        st.one_of(
            st.fixed_dictionaries({"role": st.sampled_from(sorted(ROLES))}),
            st.fixed_dictionaries({"custom": st.sampled_from(custom)}),
            st.fixed_dictionaries({"permissions": permission_sets}),
        )
    )
    return Grant(*holder, project, repository, **what)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """People in teams of organizations they are not in, project robots in teams, and so on."""
    role, place = (
        st.sampled_from(["", "member", "owner"]),
        st.sampled_from(["", "", "member", "owner"]),
    )
    members = {(who, where): draw(role) for who in PEOPLE for where in ORGANIZATIONS}
    places = {(team, who): draw(place) for team in TEAMS for who in PEOPLE}
    public = {place: draw(st.sampled_from([None, False, True])) for place in PLACES}
    world = World(
        organizations=list(ORGANIZATIONS),
        projects={Place(o, p) for o in ORGANIZATIONS for p in PROJECTS},
        repositories={place: is_so for place, is_so in public.items() if is_so is not None},
        people={who: draw(seldom) for who in PEOPLE},
        members={key: held for key, held in members.items() if held},
        teams=dict(TEAMS),
        places={key: held for key, held in places.items() if held},
        robots=draw(robots()),
        roles=draw(custom_roles()),
    )
    world.robot_places = {
        (team, robot) for team in TEAMS for robot in world.robots if not draw(seldom)
    }
    world.tokens = draw(tokens(world))
    world.grants = draw(st.lists(grants(world), min_size=4, max_size=20))
    return world
