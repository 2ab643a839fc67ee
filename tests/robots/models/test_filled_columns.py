"""What older rows said in a text stands in columns after the migration."""

from importlib import import_module

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from robots.models import Robot, Token
from tests.conftest import Cast
from tests.factories import RobotFactory


def fill(migration: str) -> None:
    import_module(f"robots.migrations.{migration}").fill(apps, None)


def column(row: Model, name: str) -> object:
    return type(row)._default_manager.values_list(name, flat=True).get(pk=row.pk)


def test_a_robots_project_is_known_even_when_it_is_gone(cast: Cast) -> None:
    gone = RobotFactory(
        organization=cast.organization, name="old.one", login_name="robot_acme.past+old.one"
    )
    Robot.objects.update(project_slug="")
    fill("0009_places_and_roles")
    assert column(cast.robot, "project_slug") == "payments"
    assert column(cast.organization_robot, "project_slug") == ""
    assert column(gone, "project_slug") == "past"


def test_a_role_account_knows_its_role(cast: Cast) -> None:
    account = RobotFactory(organization=cast.organization, name="role.viewer", role_name="viewer")
    Robot.objects.update(role_name="")
    fill("0009_places_and_roles")
    assert column(account, "role_name") == "viewer"
    assert column(cast.robot, "role_name") == ""


def test_a_block_of_the_policy_is_told_from_others(cast: Cast) -> None:
    mine, other = cast.token, cast.other_minted.token
    blocked = Token.objects.filter(pk__in=[mine.pk, other.pk])
    blocked.update(blocked_at=timezone.now(), blocked_reason="Found in a public repository.")
    Token.objects.filter(pk=mine.pk).update(blocked_reason="Token policy: Tokens have to end.")
    fill("0010_blocked_by")
    assert (column(mine, "blocked_by"), column(other, "blocked_by")) == ("policy", "")
