"""Who did what to which artifact is counted by day, once for each event."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from console.services.services import update_service
from robots.accounts.services.robots import create_robot, delete_robot
from robots.artifacts import counting
from robots.models import ArtifactUse, CountedEvent
from robots.models.artifacts import NOBODY
from teams.models import Membership
from tests.conftest import Cast
from tests.robots.artifacts.telling import PATH, Registry, digest_of, event

pytestmark = pytest.mark.usefixtures("clock")


def counted(**of: object) -> dict[tuple[str, str, str], int]:
    """How often what was done to what, by whom."""
    rows = ArtifactUse.objects.filter(**of)
    return {(row.actor_kind, row.action, row.reference): row.count for row in rows}


def test_what_one_did_on_a_day_is_one_row_with_its_first_and_last_time(
    cast: Cast, registry: Registry, clock: time_machine.Traveller
) -> None:
    clock.move_to((timezone.now() + timedelta(days=1)).replace(hour=12))
    hours = [timezone.now() - timedelta(hours=hour) for hour in (3, 5, 4)]
    for number, at in enumerate(hours):
        registry.tells(event("pull", digest=digest_of(number), at=at))
    row = ArtifactUse.objects.get()
    assert (row.action, row.reference, row.count) == ("pull", "1", 3)
    assert (row.first_at, row.last_at) == (hours[1], hours[0])
    assert (row.day, row.digest) == (hours[0].date(), digest_of(2))
    assert (row.actor_uuid, row.repository) == (cast.robot.uuid, cast.repository)


def test_days_things_actions_and_registries_are_told_apart(cast: Cast, registry: Registry) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    mirror = Registry(cast, cast.organization)
    registry.tells(event(), event("pull"), event("pull", "2"), event("pull", ""))
    registry.tells(event(at=yesterday), event("delete", "2", ""), event("delete", ""))
    mirror.tells(event())
    assert ArtifactUse.objects.count() == 8
    assert counted(service=registry.service, day=timezone.now().date()) == {
        ("robot", "push", "1"): 1,
        ("robot", "pull", "1"): 1,
        ("robot", "pull", "2"): 1,
        ("robot", "pull", digest_of(1)): 1,
        ("robot", "delete", "2"): 1,
        ("robot", "delete", digest_of(1)): 1,
    }


def test_an_event_that_comes_again_counts_once(cast: Cast, registry: Registry) -> None:
    told, other = event("pull"), event("pull")
    registry.tells(told, told, other, counted=2, repeated=1)
    registry.tells(other, told, repeated=2)
    assert counted() == {("robot", "pull", "1"): 2}
    assert CountedEvent.objects.count() == 2


def test_another_registrys_event_of_the_same_id_counts(cast: Cast, registry: Registry) -> None:
    told = event("pull")
    registry.tells(told)
    Registry(cast, cast.organization).tells(told)
    assert ArtifactUse.objects.count() == 2


def test_a_question_whether_something_is_there_is_no_pull(registry: Registry) -> None:
    asked = event("pull")
    asked["request"]["method"] = "HEAD"
    registry.tells(asked, ignored=1)
    assert not ArtifactUse.objects.exists()


MEMBER, STRANGER = "member@example.com", "stranger@example.com"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("robot_acme.payments+ci", "robot"),
        ("robot_acme+deploy", "robot"),
        (MEMBER, "user"),
        ("", "unknown"),
        ("robot_globex.payments+ci", "unknown"),
        (STRANGER, "unknown"),
        ("robot_acme.payments+nobody", "unknown"),
        ("Robot_acme.payments+ci", "unknown"),
        ("a\nb", "unknown"),
        ("x" * 300, "unknown"),
    ],
)
def test_only_the_organizations_own_are_known(
    cast: Cast, registry: Registry, name: str, kind: str
) -> None:
    registry.tells(event(actor=name))
    (row,) = ArtifactUse.objects.all()
    assert row.actor_kind == kind
    expected = {
        "robot_acme.payments+ci": cast.robot.uuid,
        "robot_acme+deploy": cast.organization_robot.uuid,
        MEMBER: cast.member.uuid,
    }
    assert row.actor_uuid == expected.get(name, NOBODY)


def test_who_is_no_member_any_more_is_unknown(cast: Cast, registry: Registry) -> None:
    Membership.objects.filter(user=cast.member).delete()
    registry.tells(event(actor=MEMBER))
    assert counted() == {("unknown", "push", "1"): 1}


def test_a_name_that_is_used_again_is_whoever_had_it_then(
    cast: Cast, registry: Registry, clock: time_machine.Traveller
) -> None:
    begin = timezone.now()
    clock.shift(timedelta(hours=1))
    delete_robot(actor=cast.owner, robot=cast.robot)
    clock.shift(timedelta(hours=1))
    again = create_robot(
        actor=cast.owner, organization=cast.organization, project=cast.project, name="ci"
    )

    def pulled(after: timedelta) -> UUID:
        told = event("pull", f"{after.seconds}", at=begin + after)
        registry.tells(told)
        return ArtifactUse.objects.latest("id").actor_uuid

    clock.shift(timedelta(hours=1))
    assert pulled(timedelta(minutes=30)) == cast.robot.uuid
    assert pulled(timedelta(hours=1, minutes=30)) == cast.robot.uuid
    assert pulled(timedelta(hours=2, seconds=-30)) == again.uuid  # the registry's clock is behind
    assert pulled(timedelta(hours=2, minutes=1)) == again.uuid


def test_what_is_too_much_on_a_day_is_not_told_apart(
    cast: Cast, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MAX_ROWS", 3)
    for number in range(6):
        registry.tells(event("pull", f"{number}"))
    registry.tells(event("pull", "0"), event(actor=""))
    assert counted() == {
        ("robot", "pull", "0"): 2,
        ("robot", "pull", "1"): 1,
        ("robot", "pull", "2"): 1,
        ("robot", "pull", ""): 3,
        ("unknown", "push", ""): 1,
    }
    assert set(ArtifactUse.objects.filter(reference="").values_list("digest", flat=True)) == {""}


def test_a_registry_that_lets_people_in_is_no_different(cast: Cast, registry: Registry) -> None:
    update_service(actor=cast.operator, service=registry.service, personal_tokens="all")
    registry.tells(event(actor="owner@example.com", path=PATH))
    assert ArtifactUse.objects.get().actor_uuid == cast.owner.uuid
