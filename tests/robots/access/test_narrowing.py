"""Narrowing what a robot holds to what it used: who may, what is another by now, and what is left."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.models import Repository
from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import TICKABLE, Permission
from robots.access.services.narrowing import NarrowingConflict, narrow_robot
from robots.access.services.roles import RoleAt, create_role_token
from robots.models import RobotGrant
from robots.queries.unused_permissions import unused_permissions
from teams.grants.services import GrantSpec, change_grant, give, take
from tests.actors import events_written, holder
from tests.browsers import browser, text
from tests.conftest import Cast, person
from tests.counting import counted
from tests.robots.access.long_held import (
    access_page,
    found,
    hold_for,
    narrow_url,
    own,
    seen,
    use,
    values,
)
from tests.team_fixtures import crew_of

pytestmark = pytest.mark.usefixtures("clock")
PULL, PUSH = Permission.ARTIFACT_PULL, Permission.ARTIFACT_PUSH
DAY = timedelta(days=1)


def test_all_is_narrowed_in_two_clicks(cast: Cast, as_owner: Client) -> None:
    robot = cast.organization_robot
    level = own(cast, cast.repository, role="repository:write")
    listed = own(cast, cast.project, permissions=frozenset({PULL, Permission.SCAN_CREATE}))
    gone = own(cast, None, permissions=frozenset({Permission.TAG_DELETE}))
    hold_for(robot)
    use(robot, PULL, at=cast.repository)
    page = as_owner.get(reverse("robots:robot-access", args=["acme", robot.uuid]))
    assert f'href="{narrow_url(robot)}"' in page.content.decode()
    page = as_owner.get(narrow_url(robot))
    assert page.content.decode().count("checked") == 3
    with events_written() as events:
        answer = as_owner.post(narrow_url(robot), {"grant": values(page)}, follow=True)
    assert "3 grants narrowed to what was used. Add Access gives it back." in text(answer)
    assert [(it.action, it.target_uuid) for it in events] == [
        ("grant:deleted", gone.uuid),
        ("grant:updated", listed.uuid),
        ("grant:updated", level.uuid),
    ]
    assert {it.actor_uuid for it in events} == {cast.owner.uuid}
    assert {(it.role, it.permissions) for it in robot.grants.all()} == {
        ("repository:read", frozenset()),
        ("", frozenset({PULL})),
    }
    assert found(robot) == {}
    assert "Nothing to narrow" in text(as_owner.get(narrow_url(robot)))


def test_only_what_is_ticked_is_narrowed(cast: Cast, as_owner: Client) -> None:
    robot = cast.organization_robot
    level = own(cast, cast.repository, role="repository:write")
    own(cast, cast.project, role="repository:write")
    hold_for(robot)
    use(robot, PULL, at=cast.repository)
    [ticked] = [it for it in values(as_owner.get(narrow_url(robot))) if str(level.uuid) in it]
    as_owner.post(narrow_url(robot), {"grant": ticked})
    roles = robot.grants.order_by("id").values_list("role", flat=True)
    assert list(roles) == ["repository:read", "repository:write"]


def test_a_grants_end_stays(cast: Cast) -> None:
    robot, end = cast.organization_robot, timezone.now() + 300 * DAY
    own(cast, cast.repository, role="repository:write", expires_at=end)
    hold_for(robot)
    use(robot, PULL, at=cast.repository)
    narrow_robot(actor=cast.owner, robot=robot, seen=seen(robot))
    assert robot.grants.get().expires_at == end


@pytest.mark.parametrize("meanwhile", ["changed", "taken", "used", "narrowed"])
def test_what_is_another_by_now_is_a_conflict_and_nothing_is_changed(
    cast: Cast, as_owner: Client, meanwhile: str
) -> None:
    robot = cast.organization_robot
    grant = own(cast, cast.repository, role="repository:admin")
    other = own(cast, cast.project, permissions=frozenset({PULL, Permission.SCAN_CREATE}))
    hold_for(robot)
    use(robot, PULL, at=cast.repository)
    shown = values(as_owner.get(narrow_url(robot)))
    if meanwhile == "changed":
        change_grant(actor=cast.owner, grant=grant, role="repository:write")
    elif meanwhile == "taken":
        take(actor=cast.owner, grant=grant)
    elif meanwhile == "used":
        use(robot, PUSH, at=cast.repository)
    else:
        one = {uuid: it for uuid, it in seen(robot).items() if uuid == grant.uuid}
        narrow_robot(actor=cast.owner, robot=robot, seen=one)
    with events_written() as events:
        answer = as_owner.post(narrow_url(robot), {"grant": shown})
    assert answer.status_code == 409
    assert "Somebody changed one of these grants meanwhile" in text(answer)
    assert events == []
    assert other.permissions == robot.grants.get(pk=other.pk).permissions
    # What is shown now can be narrowed.
    assert as_owner.post(narrow_url(robot), {"grant": values(answer)}).status_code == 302
    assert found(robot) == {}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "without its fields"),
        ({"grant": ""}, "Choose among the grants that are shown"),
        ({"grant": "x"}, "Choose among the grants that are shown"),
        ({"grant": "018f.3fa9" * 1000}, "Choose among the grants that are shown"),
        ({"grant": ["0" * 36 + "." + "0" * 16]}, "Choose among the grants that are shown"),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    cast: Cast, as_owner: Client, sent: dict[str, str], words: str
) -> None:
    robot = cast.organization_robot
    own(cast, cast.repository, role="repository:write")
    hold_for(robot)
    answer = as_owner.post(narrow_url(robot), sent)
    assert answer.status_code == 422
    assert words in text(answer)
    assert robot.grants.get().role == "repository:write"


def test_what_came_twice_is_narrowed_once(cast: Cast, as_owner: Client) -> None:
    robot = cast.organization_robot
    own(cast, cast.repository, role="repository:write")
    hold_for(robot)
    [value] = values(as_owner.get(narrow_url(robot)))
    assert as_owner.post(narrow_url(robot), {"grant": [value, value]}).status_code == 302
    assert not robot.grants.exists()


def test_another_robots_grant_is_a_conflict(cast: Cast, as_owner: Client) -> None:
    robot = cast.organization_robot
    own(cast, cast.repository, role="repository:write")
    hold_for(robot)
    hold_for(cast.robot)
    foreign = [f"{uuid}.{it}" for uuid, it in seen(cast.robot).items()]
    assert as_owner.post(narrow_url(robot), {"grant": foreign}).status_code == 409
    assert cast.robot.grants.get().permissions == frozenset(TICKABLE)


def test_who_does_not_hold_what_is_left_cannot_narrow_to_it(cast: Cast) -> None:
    robot = cast.organization_robot
    own(cast, cast.project, permissions=frozenset({PUSH, PULL, Permission.SCAN_CREATE}))
    hold_for(robot)
    use(robot, PUSH, PULL, at=cast.project)
    needed = (Permission.ROBOT_READ, Permission.GRANT_UPDATE, PULL)
    lacking = person(cast.organization, "member", "lacking@example.com")
    spec = GrantSpec(cast.organization, permissions=frozenset(needed))
    give(actor=cast.owner, holder=lacking, spec=spec)
    page = browser(lacking).get(narrow_url(robot))
    assert values(page) == []
    assert "you may not change this grant" in text(page)
    shown = [f"{uuid}.{it}" for uuid, it in seen(robot).items()]
    answer = browser(lacking).post(narrow_url(robot), {"grant": shown})
    assert answer.status_code == 403
    assert "Nothing was changed" in text(answer)
    assert robot.grants.get().permissions == frozenset({PUSH, PULL, Permission.SCAN_CREATE})


def test_what_is_taken_back_takes_the_right_to_take(cast: Cast) -> None:
    robot = cast.organization_robot
    own(cast, cast.project, permissions=frozenset({PUSH}))
    hold_for(robot)
    changer = holder(cast.organization, Permission.GRANT_UPDATE, PUSH, PULL)
    with pytest.raises(MissingPermission):
        narrow_robot(actor=changer, robot=robot, seen=seen(robot))
    taker = holder(cast.organization, Permission.GRANT_DELETE)
    narrow_robot(actor=taker, robot=robot, seen=seen(robot))
    assert not RobotGrant.objects.filter(robot=robot).exists()


def test_role_accounts_hold_their_role(cast: Cast, as_owner: Client) -> None:
    role = RoleAt(cast.organization, cast.project, "project:developer")
    minted = create_role_token(actor=cast.owner, role=role, name="t", kind="compact")
    account = minted.token.of_robot
    hold_for(account)
    [grant] = unused_permissions(account, set()).grants
    assert grant.kept_because == "a role account holds its role"
    assert as_owner.get(narrow_url(account)).status_code == 404
    assert "a role account holds its role" in access_page(as_owner, account)
    with pytest.raises(NarrowingConflict):
        narrow_robot(actor=cast.owner, robot=account, seen={grant.uuid: grant.fingerprint})


def test_a_project_admin_narrows_the_projects_robot(cast: Cast) -> None:
    hold_for(cast.robot)
    use(cast.robot, PULL, at=cast.repository)
    admin = person(cast.organization, "member", "pa@example.com")
    give(
        actor=cast.owner,
        holder=admin,
        spec=GrantSpec(cast.organization, cast.project, role="project:admin"),
    )
    client = browser(admin)
    page = client.get(narrow_url(cast.robot))
    assert client.post(narrow_url(cast.robot), {"grant": values(page)}).status_code == 302
    assert cast.robot.grants.get().permissions == frozenset({PULL})


def test_more_than_fit_are_narrowed_after_the_first(cast: Cast, as_owner: Client) -> None:
    robot = cast.organization_robot
    repositories = Repository.objects.bulk_create(
        Repository(project=cast.project, name=f"r{number}") for number in range(50)
    )
    RobotGrant.objects.bulk_create(
        RobotGrant(
            robot=robot,
            organization=cast.organization,
            project=cast.project,
            repository=repository,
            role="repository:write",
        )
        for repository in repositories
    )
    hold_for(robot)
    page = as_owner.get(narrow_url(robot))
    assert len(values(page)) == 40
    assert "10 more grants can be narrowed once these are" in text(page)
    assert "and 30 more grants" in access_page(as_owner, robot)
    as_owner.post(narrow_url(robot), {"grant": values(page)})
    assert robot.grants.count() == 10


def test_the_number_of_queries_does_not_grow(
    cast: Cast, as_owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot, costs = cast.organization_robot, []
    for number in (2, 20):
        for each in range(number):
            repository = Repository.objects.create(project=cast.project, name=f"r{number}-{each}")
            grant = own(cast, repository, role="repository:write")
            use(robot, PULL, at=repository)
        hold_for(robot)
        for url in (grant.holder.get_absolute_url() + "access/", narrow_url(robot)):
            as_owner.get(url)
            with counted(monkeypatch) as asked:
                assert as_owner.get(url).status_code == 200
            costs.append(len(asked))
    assert costs[:2] == costs[2:]


def test_a_teams_grant_is_shown_and_not_narrowed(cast: Cast, as_owner: Client) -> None:
    crew, robot = crew_of(cast), cast.organization_robot
    own(cast, cast.repository, role="repository:write")
    hold_for(robot)
    page = as_owner.get(narrow_url(robot))
    assert len(values(page)) == 1
    assert reverse("teams:team-permissions", args=["acme", crew.team.uuid]) in page.content.decode()
    team_grant = unused_permissions(robot, set()).grants[0]
    with pytest.raises(NarrowingConflict):
        narrow_robot(actor=cast.owner, robot=robot, seen={team_grant.uuid: team_grant.fingerprint})


def test_who_may_not_know_a_secret_team_does_not_read_its_name(cast: Cast) -> None:
    crew_of(cast)
    robot, viewer = cast.organization_robot, person(cast.organization, "member", "v@example.com")
    spec = GrantSpec(cast.organization, permissions=frozenset({Permission.ROBOT_READ}))
    give(actor=cast.owner, holder=viewer, spec=spec)
    hold_for(robot)
    shown = access_page(browser(viewer), robot)
    assert "Not used for 90 days" in shown
    assert "hush" not in shown
    assert "a secret team" in shown
    assert "Narrow" not in shown
    assert browser(viewer).get(narrow_url(robot)).status_code == 403
    assert browser(viewer).post(narrow_url(robot), {"grant": "x"}).status_code == 403
