"""What somebody with a little tries in order to have more, to stay, to find out, or to be in the way."""

from typing import Any
from uuid import uuid5

import pytest
from django.test import Client

from console.models import AuditHead, Project
from console.permissions.vocabulary import TICKABLE, Permission
from robots.models import Robot, RobotGrant, Token
from robots.tokens.services.minting import mark_handed_over
from robots.tokens.services.secrets import rotate_token
from robots.tokens.services.tokens import create_token
from teams.models import Membership, Team, UserGrant
from tests.actors import events_written, holder
from tests.api.callers import bearer, token_of
from tests.api.test_statuses import caller
from tests.browsers import browser
from tests.conftest import Cast
from tests.factories import RobotFactory
from tests.fixtures import HIDDEN, hide_a_project

JSON: dict[str, Any] = {"content_type": "application/json"}
ACME = "/api/v1/organizations/acme/"
ROTATING = (Permission.ROBOT_READ, Permission.TOKEN_READ, Permission.TOKEN_ROTATE, *TICKABLE)


def rotated(cast: Cast, robot: Robot) -> tuple[Token, str, str]:
    """A robot's token, its old secret that still works, and the new one."""
    made = create_token(actor=cast.owner, robot=robot, name="leaked", kind="compact")
    current = made.token.secrets.get().pk
    new = rotate_token(actor=cast.owner, token=made.token, current=current, kind="compact")
    mark_handed_over(new.secret)
    return made.token, made.plaintext.reveal(), new.plaintext.reveal()


@pytest.mark.parametrize("what", ["refresh/", "rotation/", "secrets/{new}/"])
def test_a_replaced_secret_takes_nothing_back(cast: Cast, what: str) -> None:
    """Who rotates because a secret leaked must not lose the token to whoever has the old one."""
    robot = holder(cast.organization, *ROTATING)
    token, old, new = rotated(cast, robot)
    where = f"{ACME}robots/{robot.uuid}/tokens/{token.uuid}/"
    address = where + what.format(new=token.secrets.live()[0].pk)
    thief, own = bearer(old), bearer(new)
    with events_written() as events:
        answer = (
            thief.delete(address)
            if "secrets" in what
            else thief.post(address, {"kind": "compact"}, **JSON)
        )
    assert answer.status_code == 403, answer.content
    assert "has been replaced" in answer.json()["detail"]
    assert not events
    assert own.get("/api/v1/me/").status_code == 200
    assert own.post(f"{where}refresh/", {"kind": "compact"}, **JSON).status_code == 201


def test_a_replaced_secret_of_a_person_takes_nothing_back(cast: Cast) -> None:
    token, old = token_of(cast.owner)
    first = bearer(old).post("/api/v1/me/token/rotation/", {"kind": "compact"}, **JSON)
    assert first.status_code == 201, first.content
    again = bearer(old).post(
        f"/api/v1/me/tokens/{token.uuid}/refresh/", {"kind": "compact"}, **JSON
    )
    assert again.status_code == 403
    assert bearer(first.json()["secret"]).get("/api/v1/me/").status_code == 200


def test_a_narrowed_token_makes_nobody_a_projects_admin(cast: Cast) -> None:
    """It would stay when the token has ended and its owner holds less."""
    limited = frozenset({Permission.PROJECT_CREATE})
    creator = holder(cast.organization, Permission.PROJECT_CREATE)
    body = {"slug": "sneak", "name": "Sneak"}
    answer = bearer(token_of(creator, permissions=limited)[1]).post(
        f"{ACME}projects/", body, **JSON
    )
    assert answer.status_code == 403, answer.content
    assert not Project.objects.filter(slug="sneak").exists()
    # Who holds all of it anyway gets no grant by it.
    answer = bearer(token_of(cast.owner, permissions=limited)[1]).post(
        f"{ACME}projects/", body, **JSON
    )
    assert answer.status_code == 201, answer.content
    assert not UserGrant.objects.filter(user=cast.owner).exists()


@pytest.mark.parametrize("who", ["guest", "robot"])
def test_who_may_not_make_robots_does_not_hold_the_organization_up(
    furnished: Cast, who: str
) -> None:
    actor = caller(furnished, who)
    assert actor is not None
    body = {"name": "x", "grants": [{"project": "payments", "level": "read"}] * 90}
    with events_written() as events:
        answer = bearer(token_of(actor)[1]).post(f"{ACME}robots/", body, **JSON)
    assert (answer.status_code, answer.json()["permission"]) == (403, "robot:create")
    assert not events


@pytest.mark.parametrize(("number", "message"), [(101, "100"), (2, "one grant for each project")])
def test_a_robot_gets_one_grant_for_each_project(cast: Cast, number: int, message: str) -> None:
    body = {"name": "x", "grants": [{"project": "payments", "level": "read"}] * number}
    answer = bearer(token_of(cast.owner)[1]).post(f"{ACME}robots/", body, **JSON)
    assert answer.status_code == 422
    assert message in answer.json()["detail"]
    assert not RobotGrant.objects.filter(robot__name="x").exists()


NOTHING_HELD: dict[str, Any] = {"permissions": frozenset()}


@pytest.mark.parametrize(
    "below", ["usage/", "policy/", "teams/{team}/members/", "members/", "projects/payments/"]
)
@pytest.mark.parametrize("who", ["nobody's robot", "narrowed robot", "narrowed owner"])
def test_a_token_that_holds_nothing_reads_nothing_about_people_and_figures(
    furnished: Cast, below: str, who: str
) -> None:
    """A token for pulling may be in anybody's hands."""
    secret = {
        "nobody's robot": lambda: token_of(RobotFactory(organization=furnished.organization)),
        "narrowed robot": lambda: token_of(furnished.robot, **NOTHING_HELD),
        "narrowed owner": lambda: token_of(furnished.owner, **NOTHING_HELD),
    }[who]()[1]
    team = Team.objects.get(organization=furnished.organization, name="build")
    answer = bearer(secret).get(ACME + below.format(team=team.uuid))
    assert answer.status_code in {403, 404}, answer.content
    assert "owners" not in answer.json()
    assert "@" not in answer.content.decode()


def test_whether_somebody_is_a_member_is_not_told(cast: Cast) -> None:
    client = bearer(token_of(cast.robot)[1])
    answers = [
        client.post(f"{ACME}robots/", {"name": "x", "responsible": email}, **JSON)
        for email in ("member@example.com", "nobody@example.com")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_no_filter_tells_whether_somebody_is_a_member(cast: Cast) -> None:
    client, asked = bearer(token_of(cast.robot)[1]), f"{ACME}robots/?responsible="
    member = Membership.objects.get(user=cast.member, organization=cast.organization)
    Robot.objects.filter(pk=cast.organization_robot.pk).update(responsible=member)
    answers = [
        client.get(f"{asked}{who}")
        for who in ("member@example.com", "Member", "nobody@example.com")
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400]


def test_a_robot_does_not_learn_the_name_of_its_secret_team(furnished: Cast) -> None:
    hide_a_project(furnished)
    client = bearer(token_of(furnished.organization_robot)[1])
    asked = f"{ACME}explain/?permission=artifact:push&repository=payments/api"
    answer = client.get(asked)
    assert answer.json()["allowed"]
    assert HIDDEN not in answer.content.decode()


def test_a_label_that_no_database_can_be_asked_for_is_refused(cast: Cast) -> None:
    body = '{"labels": {"\\ud800": "x"}}'
    answer = bearer(token_of(cast.owner)[1]).patch(f"{ACME}robots/{cast.robot.uuid}/", body, **JSON)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["field"] == "labels"


def test_a_grant_that_was_made_is_answered(cast: Cast) -> None:
    giver = holder(
        cast.organization, Permission.GRANT_CREATE, Permission.ARTIFACT_PULL, Permission.ROBOT_READ
    )
    body = {"robot": str(cast.organization_robot.uuid), "permissions": ["artifact:pull"]}
    answer = bearer(token_of(giver)[1]).post(f"{ACME}grants/", body, **JSON)
    assert answer.status_code == 201, answer.content
    assert RobotGrant.objects.filter(uuid=answer.json()["id"]).exists()


def test_nobody_uses_up_somebody_elses_idempotency_keys(cast: Cast) -> None:
    """Whatever a form sends as its key, it is not what a header becomes."""
    found: list[int] = []
    for client in (bearer(token_of(cast.owner)[1]), browser(cast.owner)):
        where = f"{ACME}robots/{cast.robot.uuid}/tokens/"
        answer = client.post(
            where,
            {"name": "t0", "kind": "compact"},
            headers={"Idempotency-Key": "deploy-42"},
            **JSON,
        )
        found.append(answer.status_code)
    assert found == [201, 409], "one caller's key is one key, however they come"
    key = Token.objects.get(name="t0").secrets.get().request_key
    assert key is not None
    assert key != uuid5(cast.owner.uuid, "deploy-42")


def test_the_schema_is_written_once(client: Client, db: None) -> None:
    first, again = (
        client.get("/api/v1/schema/", headers={"Accept": "text/yaml"}) for _ in range(2)
    )
    assert first.content == again.content
    assert not AuditHead.objects.exists()
