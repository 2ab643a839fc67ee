"""The world in which all acts begin: two organizations, and people and robots of every kind."""

from tests.rules.model import DATA, Grant, Place, Robot, Role, Token, World, words

REPOSITORIES = [
    Place("acme", "alpha", "api"),
    Place("acme", "alpha", "web"),
    Place("acme", "beta", "api"),
    Place("acme", "beta", "web"),
    Place("acme", "gamma", "api"),
    Place("globex", "alpha", "api"),
]
PROJECTS = [
    Place("acme", "alpha"),
    Place("acme", "beta"),
    Place("acme", "gamma"),
    Place("globex", "alpha"),
]
TEAMS = ["acme/devs", "acme/ops", "acme/empty", "globex/devs", "acme/later"]
# What is named here and is not there at first.
LATER = {
    "acme/later",
    Place("acme", "gamma"),
    Place("acme", "gamma", "api"),
    Place("acme", "beta", "web"),
}
ORGANIZATIONS = [Place("acme"), Place("globex")]
PLACES = [
    *ORGANIZATIONS,
    *PROJECTS,
    *REPOSITORIES,
    Place("acme", "alpha", "ghost"),
    *(Place(team.partition("/")[0], team=team) for team in TEAMS),
]
PEOPLE = ["owner", "member", "admin", "captain", "clerk", "keeper", "creator", "stranger", "guest"]
# May make and change nearly everything and holds nothing that could be passed on.
CLERK = words("""
    member:create team:read team:create team:update grant:create grant:update role:create role:update
    robot:create robot:update token:create repository:create repository:update
""")
ROBOTS = {
    "robot_acme+ci": Robot("acme", "", "ci"),
    "robot_acme+idle": Robot("acme", "", "idle", "disabled"),
    "robot_acme.alpha+ci": Robot("acme", "alpha", "ci"),
    "robot_globex+ci": Robot("globex", "", "ci"),
}


def first_world() -> World:
    world = World(
        organizations=["acme", "globex"],
        projects={place for place in PROJECTS if place not in LATER},
        repositories={
            place: place.repository == "web" for place in REPOSITORIES if place not in LATER
        },
        people=dict.fromkeys(PEOPLE, True),
        members={(who, "acme"): "member" for who in PEOPLE if who not in ("stranger", "guest")}
        | {("owner", "acme"): "owner", ("stranger", "globex"): "owner"},
        teams={team: team.partition("/")[0] for team in TEAMS if team not in LATER},
        places={("acme/devs", "captain"): "owner", ("acme/devs", "member"): "member"},
        robot_places={("acme/ops", "robot_acme+ci")},
        robots=dict(ROBOTS),
        roles={
            "acme//runner": Role("acme", "", words("artifact:push")),
            "acme/alpha/runner": Role("acme", "alpha", words("chart:read robot:create")),
        },
    )
    narrow = words("artifact:pull grant:create token:create project:create")
    for robot in ROBOTS:
        world.tokens[f"{robot}/all"] = Token("robot", robot)
        world.tokens[f"{robot}/few"] = Token("robot", robot, narrow)
    world.grants = first_grants()
    return world


def first_grants() -> list[Grant]:
    return [
        Grant("person", "admin", "acme", "alpha", role="project:admin"),
        Grant("person", "clerk", "acme", permissions=CLERK),
        Grant("person", "keeper", "acme", "beta", role="repository:admin"),
        Grant("person", "creator", "acme", role="organization:project-creator"),
        Grant("team", "acme/devs", "acme", "alpha", role="project:developer"),
        Grant("team", "acme/ops", "acme", custom="acme//runner"),
        Grant("team", "acme/ops", "acme", "alpha", custom="acme/alpha/runner"),
        Grant("robot", "robot_acme+ci", "acme", "alpha", role="project:admin"),
        Grant("robot", "robot_acme+ci", "acme", role="organization:project-creator"),
        Grant("robot", "robot_acme+idle", "acme", role="organization:owner"),
        Grant("robot", "robot_acme.alpha+ci", "acme", "alpha", role="project:admin"),
        Grant("robot", "robot_globex+ci", "globex", permissions=DATA),
    ]
