"""What older rows said in a text stands in columns after the migration."""

from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from robots.base.periods import NEVER_ENDS
from robots.models import Robot, Secret, Token, TokenAddress
from robots.tokens.services.handovers import create_link, open_link
from robots.tokens.services.tokens import create_token
from teams.models import Membership, User
from tests.conftest import Cast
from tests.factories import RobotFactory, UserFactory


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


def test_the_list_of_all_tokens_finds_its_columns_filled(cast: Cast) -> None:
    """Of people who have gone as well, as events call them."""
    soon, later = (timezone.now() + timedelta(days=days) for days in (3, 9))
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=later)
    short = create_token(actor=cast.owner, robot=cast.robot, name="short", expires_at=soon)
    gone = UserFactory(email="gone@example.com")
    Membership.objects.create(organization=cast.organization, user=gone, role="owner")
    left = create_token(actor=gone, robot=cast.organization_robot, name="left")
    link = create_link(actor=cast.owner, token=left.token, purpose="rotate", old_ends="1h")
    given = open_link(uuid=link.handover.uuid, key=link.key.reveal())
    User.objects.filter(pk=gone.pk).delete()
    Token.objects.update(sorted_end=NEVER_ENDS)
    Secret.objects.update(organization=None, seen_by=None)
    fill("0018_fill_all_tokens")
    assert column(cast.token, "sorted_end") == later
    assert column(short.token, "sorted_end") == soon
    assert column(left.token, "sorted_end") == NEVER_ENDS
    assert column(short.secret, "organization") == cast.organization.pk
    assert column(short.secret, "seen_by") == cast.owner.uuid
    assert column(left.secret, "seen_by") == gone.uuid
    assert column(given.secret, "seen_by") == cast.owner.uuid


def test_addresses_are_found_as_parts_of_networks(cast: Cast) -> None:
    now = timezone.now()
    seen = TokenAddress.objects.create(
        token=cast.token, address="10.0.0.8", first_seen_at=now, last_seen_at=now
    )
    TokenAddress.objects.update(address_key="")
    fill("0018_fill_all_tokens")
    assert column(seen, "address_key") == "40a000008"
