"""Which robot gets what from the registry's token service, and where: the table."""

from typing import Any

import pytest

from console.models import Project
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.services.robots import create_robot, delete_robot, disable_robot
from robots.models import Robot
from robots.tokens.services.tokens import create_token
from tests.conftest import Cast
from tests.factories import ProjectFactory, RepositoryFactory, RobotGrantFactory
from tests.front import Answer, ask, basic
from tests.robots.verifiers.asking import URL, claims

# Everything is asked for. `fresh` has no row yet, `other` is another project of the organization.
TABLE = """
             own          fresh        other        public       foreign
nobody       -            -            -            pull         -
ci           all          all          -            pull         -
deploy       pull,push    pull,push    -            pull         -
reader       pull         -            -            pull         -
everywhere   all          all          all          all          -
narrowed     pull         pull         -            pull         -
elsewhere    -            -            all          all          -
idle         -            -            -            pull         -
disabled     401          401          401          401          401
deleted      401          401          401          401          401
foreign      -            -            -            pull         all
"""
PATHS = {
    "own": "acme/payments/api",
    "fresh": "acme/payments/fresh",
    "other": "acme/other/api",
    "public": "acme/other/site",
    "foreign": "globex/payments/api",
}
# What is private and not there looks like what is private and another's.
MISSING = ("globex/nothing/api", "nowhere/payments/api", "acme/nothing/api")
HEAD, *LINES = TABLE.strip("\n").splitlines()
ROWS = {who: dict(zip(HEAD.split(), cells, strict=True)) for who, *cells in map(str.split, LINES)}
ALL = "pull,push,delete"
LEVEL = {"role": "repository:write"}
EVERY = {"permissions": frozenset(TICKABLE)}


def robot(cast: Cast, name: str, project: Project | None = None) -> Robot:
    owner, organization = cast.owner, cast.organization
    return create_robot(actor=owner, organization=organization, project=project, name=name)


def holding(cast: Cast, name: str, project: Project | None, **grant: Any) -> Robot:
    found = robot(cast, name)
    RobotGrantFactory(robot=found, project=project, **grant)
    return found


def robots(furnished: Cast) -> dict[str, Robot]:
    """`deploy` is in the team `build`, which may write in the project; the others hold it themselves."""
    cast, other = furnished, ProjectFactory(organization=furnished.organization, slug="other")
    RepositoryFactory(project=other, name="api")
    RepositoryFactory(project=other, name="site", public=True)
    reads = {"role": "repository:read", "repository": cast.repository}
    found = {
        "ci": cast.robot,
        "deploy": cast.organization_robot,
        "foreign": cast.other_robot,
        "reader": holding(cast, "reader", cast.project, **reads),
        "everywhere": holding(cast, "everywhere", None, **EVERY),
        "elsewhere": robot(cast, "elsewhere", other),
        "idle": robot(cast, "idle"),
    }
    RobotGrantFactory(robot=found["elsewhere"], project=other, **EVERY)
    return found | {
        name: holding(cast, name, cast.project, **EVERY)
        for name in ("narrowed", "disabled", "deleted")
    }


def logins(furnished: Cast) -> dict[str, str | None]:
    found: dict[str, str | None] = {"nobody": None}
    everyone = robots(furnished)
    for name, own in everyone.items():
        actor = furnished.stranger if name == "foreign" else furnished.owner
        only = frozenset({Permission.ARTIFACT_PULL}) if name == "narrowed" else None
        minted = create_token(actor=actor, robot=own, name="t", kind="compact", permissions=only)
        found[name] = basic(str(minted.token.uuid), minted.plaintext.reveal())
    disable_robot(actor=furnished.owner, robot=everyone["disabled"])
    delete_robot(actor=furnished.owner, robot=everyone["deleted"])
    return found


def asked(login: str | None, path: str) -> Answer:
    return ask(f"{URL}?service=registry&scope=repository:{path}:{ALL}", authorization=login)


def given(answer: Answer) -> str:
    if answer.status != 200:
        return str(answer.status)
    actions = ",".join(action for row in claims(answer)["access"] for action in row["actions"])
    return {"": "-", ALL: "all"}.get(actions, actions)


def unvarying(answer: Answer) -> object:
    """An answer without what is new in each."""
    if answer.status != 200:
        return answer.status, answer.body
    known = {key: claims(answer)[key] for key in ("access", "sub", "aud", "iss")}
    return answer.status, sorted(answer.json), answer.json["expires_in"], known


@pytest.fixture
def known(furnished: Cast) -> dict[str, str | None]:
    return logins(furnished)


def test_every_robot_gets_what_the_table_says(known: dict[str, str | None]) -> None:
    assert known.keys() == ROWS.keys()
    found = {
        who: {where: given(asked(login, path)) for where, path in PATHS.items()}
        for who, login in known.items()
    }
    assert found == ROWS


def test_another_organizations_repository_is_like_none(known: dict[str, str | None]) -> None:
    for who, login in known.items():
        foreign = "acme/payments/api" if who == "foreign" else PATHS["foreign"]
        answers = [unvarying(asked(login, path)) for path in (foreign, *MISSING)]
        assert answers == [answers[0]] * len(answers), who
