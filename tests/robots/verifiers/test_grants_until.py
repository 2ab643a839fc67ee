"""What was given until a moment is refused from then on, by every verifier and however it was remembered."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.models import RobotGrant
from robots.secrets import signing_keys
from teams.grants.services import GrantSpec, change_grant, give
from teams.models import TeamGrant
from tests.conftest import Cast
from tests.front import ask, basic
from tests.registry import granted
from tests.robots.verifiers.asking import part
from tests.robots.verifiers.oauth.asking import claims
from tests.robots.verifiers.puller import SCOPE, Puller

pytestmark = pytest.mark.usefixtures("listed")
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    signing_keys.forget()


def test_every_verifier_refuses_from_the_moment_on_what_it_remembers(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    """No job has run: the row is still there."""
    puller, end = Puller(cast, cast.organization), timezone.now() + 5 * MINUTE
    grant = puller.team.grants.get()
    change_grant(actor=cast.owner, grant=grant, expires_at=end)
    puller.is_let_in_and_remembered()
    clock.move_to(end - SECOND)
    asked = puller.asked()
    assert asked == dict.fromkeys(asked, True)
    clock.move_to(end)
    assert TeamGrant.objects.filter(pk=grant.pk).exists()
    asked = puller.asked()
    # The team is left, and with it the group in a cluster that bears its name.
    assert asked == dict.fromkeys(asked, False) | {"cluster": True}


def test_nothing_signed_is_good_beyond_the_end(cast: Cast, clock: time_machine.Traveller) -> None:
    puller, end = Puller(cast, cast.organization), timezone.now() + 2 * MINUTE
    change_grant(actor=cast.owner, grant=puller.team.grants.get(), expires_at=end)
    registry = ask(SCOPE, authorization=puller.login).json
    assert part(registry["token"], 1)["exp"] == int(end.timestamp())
    assert claims(puller.oauth().json["access_token"])["exp"] == int(end.timestamp())


def test_what_else_is_held_there_stays(cast: Cast, clock: time_machine.Traveller) -> None:
    """A robot's own grant and, as its API's caller, the same."""
    robot, end = cast.robot, timezone.now() + HOUR
    RobotGrant.objects.filter(robot=robot).delete()
    for role, expires_at in (("repository:read", None), ("repository:write", end)):
        spec = GrantSpec(cast.organization, cast.project, role=role, expires_at=expires_at)
        give(actor=cast.owner, holder=robot, spec=spec)
    login = basic(robot.login_name, cast.secret)
    for _ in range(3):
        assert granted(login) == ["pull", "push"]
    clock.move_to(end)
    assert granted(login) == ["pull"]
    assert not allows(robot, Permission.ARTIFACT_PUSH, cast.repository)


def test_a_role_on_the_whole_organization_is_no_group_any_more(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    puller, end = Puller(cast, cast.organization), timezone.now() + HOUR
    spec = GrantSpec(cast.organization, role="organization:viewer", expires_at=end)
    give(actor=cast.owner, holder=puller.robot, spec=spec)
    role = "roster:role:acme:viewer"
    assert role in puller.review(puller.secret)
    assert role in puller.review(puller.secret)
    clock.move_to(end)
    assert role not in puller.review(puller.secret)


def test_people_may_no_longer_either(cast: Cast, clock: time_machine.Traveller) -> None:
    end = timezone.now() + HOUR
    spec = GrantSpec(cast.organization, cast.project, role="project:admin", expires_at=end)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    assert allows(cast.member, Permission.REPOSITORY_CREATE, cast.project)
    clock.move_to(end)
    assert not allows(cast.member, Permission.REPOSITORY_CREATE, cast.project)
