"""Permissions that were not used for 90 days: what is judged, since when, and what counts as used."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from console.models import Repository
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.services.editing import update_robot
from robots.accounts.services.robots import GrantRequest
from robots.models import PermissionUse
from robots.queries.unused_permissions import unused_permissions
from robots.usage.flush import flush
from teams.grants.services import change_grant
from teams.models import AccessGrant
from teams.roles.services import create_role, update_role
from tests.conftest import Cast
from tests.registry import granted
from tests.robots.access.long_held import access_page, found, hold_for, own, recorded_for, use
from tests.robots.verifiers.oauth.asking import login
from tests.team_fixtures import crew_of

pytestmark = pytest.mark.usefixtures("clock")
PULL, PUSH = Permission.ARTIFACT_PULL, Permission.ARTIFACT_PUSH
DAY = timedelta(days=1)


def test_what_a_verifier_granted_is_used_and_the_rest_is_not(cast: Cast) -> None:
    hold_for(cast.robot)
    assert granted(login(cast)) == ["pull", "push"]
    flush()
    assert found(cast.robot) == {"acme/payments": ("10 permissions", f"{PULL} {PUSH}")}


def test_what_is_used_90_days_ago_counts_and_what_is_longer_ago_does_not(cast: Cast) -> None:
    robot, grant = cast.organization_robot, own(cast, cast.repository, role="repository:write")
    hold_for(robot)
    for ago, left in ((0, None), (90, None), (91, "")):
        PermissionUse.objects.all().delete()
        use(robot, PUSH, at=cast.repository, ago=ago)
        expected = {} if left is None else {grant.scope_label: ("write", left)}
        assert found(robot) == expected


def test_what_is_held_for_less_than_90_days_is_not_judged(
    cast: Cast, clock: time_machine.Traveller, as_owner: Client
) -> None:
    robot = cast.organization_robot
    recorded_for(200)
    own(cast, cast.repository, role="repository:write")
    for days, number in ((0, 0), (89, 0), (90, 1)):
        with time_machine.travel(timezone.now() + days * DAY, tick=False):
            assert len(found(robot)) == number
    assert "Younger grants (1) are not judged yet" in access_page(as_owner, robot)


def test_nothing_is_judged_before_90_days_are_recorded(cast: Cast, as_owner: Client) -> None:
    robot = cast.organization_robot
    own(cast, cast.repository, role="repository:write")
    hold_for(robot)
    for days, to_go in ((0, 90), (29, 61), (89, 1)):
        recorded_for(days)
        assert found(robot) == {}
        since = f"{timezone.now() - days * DAY:%-d %b %Y}"
        plural = "" if to_go == 1 else "s"
        assert f"Recorded since {since}; {to_go} day{plural} to go" in access_page(as_owner, robot)
    recorded_for(90)
    assert len(found(robot)) == 1


def test_an_audit_log_that_forgets_sooner_judges_nothing(
    cast: Cast, as_owner: Client, settings: Any
) -> None:
    own(cast, cast.repository, role="repository:write")
    hold_for(cast.organization_robot)
    settings.ROSTER_AUDIT_KEEP_DAYS = 89
    assert found(cast.organization_robot) == {}
    assert "The audit log is kept for less than 90 days" in access_page(
        as_owner, cast.organization_robot
    )
    settings.ROSTER_AUDIT_KEEP_DAYS = 90
    assert len(found(cast.organization_robot)) == 1


def change_own(cast: Cast, grant: AccessGrant) -> None:
    change_grant(actor=cast.owner, grant=grant, role="repository:write")


def edit_robot(cast: Cast, grant: AccessGrant) -> None:
    request = GrantRequest(cast.project, frozenset(TICKABLE))
    update_robot(actor=cast.owner, robot=cast.organization_robot, grants=[request])


@pytest.mark.parametrize("change", [change_own, edit_robot])
def test_what_was_changed_since_is_young(cast: Cast, change: Any) -> None:
    grant = own(cast, cast.project, role="repository:read")
    other = own(cast, cast.repository, role="repository:read")
    hold_for(cast.organization_robot)
    assert set(found(cast.organization_robot)) == {grant.scope_label, other.scope_label}
    change(cast, grant)
    assert set(found(cast.organization_robot)) == {other.scope_label}


def test_a_robot_that_is_renamed_in_words_keeps_its_grants_age(cast: Cast) -> None:
    grant = own(cast, cast.project, role="repository:read")
    hold_for(cast.organization_robot)
    update_robot(actor=cast.owner, robot=cast.organization_robot, description="deploys")
    change_grant(actor=cast.owner, grant=grant, expires_at=timezone.now() + DAY)
    assert set(found(cast.organization_robot)) == {grant.scope_label}


def test_a_role_that_gives_something_else_since_is_young(cast: Cast) -> None:
    given = frozenset({PULL, Permission.TAG_CREATE})
    role = create_role(
        actor=cast.owner, organization=cast.organization, name="ci", permissions=given
    )
    own(cast, cast.project, custom_role=role)
    hold_for(cast.organization_robot)
    use(cast.organization_robot, PULL, at=cast.project)
    assert found(cast.organization_robot) == {"acme/payments": ("ci", PULL)}
    update_role(actor=cast.owner, role=role, description="jobs")
    assert len(found(cast.organization_robot)) == 1
    update_role(actor=cast.owner, role=role, permissions=given | {Permission.SCAN_CREATE})
    assert found(cast.organization_robot) == {}


def test_what_is_used_in_one_place_is_not_used_in_another(cast: Cast) -> None:
    robot, other = (
        cast.organization_robot,
        Repository.objects.create(project=cast.project, name="b"),
    )
    own(cast, cast.repository, role="repository:read")
    own(cast, other, role="repository:read")
    own(cast, cast.project, permissions=frozenset({PULL, Permission.SCAN_CREATE}))
    own(cast, None, permissions=frozenset({PULL, Permission.TAG_CREATE}))
    hold_for(robot)
    use(robot, PULL, at=cast.repository)
    assert found(robot) == {
        "acme/payments/b": ("read", ""),
        "acme/payments": ("2 permissions", PULL),
        "acme": ("2 permissions", PULL),
    }


def test_what_is_used_without_a_place_counts_everywhere(cast: Cast) -> None:
    robot = cast.organization_robot
    own(cast, cast.repository, role="repository:write")
    own(cast, cast.project, permissions=frozenset({PULL, Permission.SCAN_CREATE}))
    hold_for(robot)
    use(robot, PULL)
    assert found(robot) == {
        "acme/payments/api": ("write", "repository:read"),
        "acme/payments": ("2 permissions", PULL),
    }


def test_a_place_in_a_team_that_is_young_is_not_judged(cast: Cast) -> None:
    crew_of(cast)
    robot = cast.organization_robot
    hold_for(robot)
    assert len(unused_permissions(robot, set()).grants) == 2
    robot.team_places.update(created_at=timezone.now() - 89 * DAY)
    assert unused_permissions(robot, set()).grants == []
    assert unused_permissions(robot, set()).young == 2
