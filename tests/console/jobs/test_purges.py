"""What goes after its time, and what stays; nothing grows without a rule."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings as present_settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.jobs import purges
from console.jobs.purges import forget_cached, forget_locks, forget_sessions
from console.models import JobLock, Session
from robots.accounts.services.robots import create_robot, delete_robot
from robots.jobs.purges import (
    forget_deleted,
    forget_registry_events,
    forget_secrets,
    roll_up_usage,
)
from robots.models import ArtifactUse, CountedEvent, Robot, Secret, Token, Usage
from robots.tokens.services.handovers import create_link, open_link
from robots.tokens.services.tokens import create_token, delete_token
from teams.members.purges import forget_departures, forget_invitations
from teams.members.services import invite, leave
from teams.models import Departure, Invitation
from tests.browsers import browser
from tests.conftest import Cast
from tests.robots.artifacts.telling import Registry, event

pytestmark = pytest.mark.usefixtures("clock")
# Model -> the job that takes its rows away, or why they stay.
GROWS = {
    "Event": "purge-audit",
    "OutgoingMail": "forget-mail",
    "Session": "forget-sessions",
    "JobLock": "forget-locks",
    "Replica": "forget-replicas",
    "Backup": "forget-backups",
    "Invitation": "forget-invitations",
    "Robot": "forget-deleted",
    "Token": "forget-deleted",
    "Secret": "forget-secrets",
    "RevokedAccessToken": "forget-secrets",
    "UsedAssertion": "forget-secrets",
    "Trust": "forget-deleted",
    "ServiceSecret": "forget-secrets",
    "Usage": "roll-up-usage",
    "PermissionUse": "roll-up-usage",
    "TokenAddress": "forget-deleted",
    "OutsideUse": "roll-up-usage",
    "Handover": "forget-secrets",
    "DailyOutcome": "roll-up-usage",
    "DailyUse": "roll-up-usage",
    "NoticeSent": "forget-notices",
    "ArtifactUse": "forget-registry-events",
    "CountedEvent": "forget-registry-events",
    "Notice": "forget-told",
    "NoticeReader": "forget-told",
    "Departure": "forget-departures",
    "InvitedPlace": "forget-invitations",
    "WebhookDelivery": "forget-told",
    "WebhookSecret": "forget-told",
}
STAYS = {
    "AuditHead": "one for each chain",
    "AuditCheck": "one for each chain",
    "AuditForward": "one for each chain and destination",
    "StaticFile": "of the last four versions; a start takes away older ones",
    "RetiredPath": "the registry's images stay, too",
    "PermissionRecording": "one row",
    "Maintenance": "one row",
    "KeyringRoot": "made by an operator's command",
    "SigningKey": "made by an operator's command; what it signed may still be about",
    "ScanningPartner": "until it is deleted",
    "ScanningKey": "until it is removed",
    "Organization": "until it is deleted",
    "NeedAnswer": "one for each thing that an overview points out",
    "Project": "until it is deleted",
    "Repository": "until it is deleted",
    "Tag": "until it is deleted in the registry, or the repository has too many",
    "User": "until it is deleted",
    "Membership": "until it ends",
    "Team": "until it is deleted",
    "TeamMember": "until it ends",
    "Role": "until it is deleted",
    "Service": "until it is deleted",
    "NoticeChoice": "one for each person, organization and kind",
    "Webhook": "until it is deleted",
    "TokenView": "until it is removed, or its membership ends",
    "TeamGrant": "until it is taken back",
    "UserGrant": "until it is taken back",
    "RobotGrant": "until it is taken back",
    "TeamRobot": "until it ends",
    "RobotLabel": "until it is taken off",
    "TokenPolicy": "one for each organization and project",
    "KnownSignIn": "what was not seen for long goes when its person signs in",
    "Authenticator": "until it is removed",
    "EmailAddress": "one for each person",
    "EmailConfirmation": "links are signed: none is written",
    "LogEntry": "the Django admin changes nothing that has a service",
    "ContentType": "one for each model",
    "Permission": "a few for each model",
    "Group": "unused",
}


def test_every_model_has_a_rule() -> None:
    assert {model.__name__ for model in apps.get_models()} == {*GROWS, *STAYS}
    assert set(GROWS.values()) <= set(present_settings.JOBS)


def test_the_rules_are_documented() -> None:
    document = (Path(present_settings.BASE_DIR) / "deploy" / "jobs" / "README.md").read_text()
    for name in present_settings.JOBS:
        assert f"`{name}`" in document


def later(**interval: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**interval), tick=False)


@pytest.mark.parametrize(("days", "left"), [(89, 1), (91, 0)])
def test_a_deleted_token_goes_after_90_days_with_what_hangs_on_it(
    cast: Cast, days: int, left: int
) -> None:
    use(cast.token, timezone.now().date(), 1)
    delete_token(actor=cast.owner, token=cast.token)
    with later(days=days):
        forget_deleted()
    of = {"pk": cast.token.pk}
    assert Token.objects.filter(**of).count() == left
    assert Secret.objects.filter(token_id=cast.token.pk).count() == left
    assert Usage.objects.filter(token_id=cast.token.pk).count() == left
    assert Token.objects.filter(pk=cast.other_minted.token.pk).exists()


@pytest.mark.parametrize(("days", "left"), [(89, 2), (91, 0)])
def test_an_ended_secret_and_its_link_go_after_90_days_and_what_works_stays(
    cast: Cast, days: int, left: int
) -> None:
    for _ in range(2):
        link = create_link(actor=cast.owner, token=cast.token, purpose="refresh", kind="compact")
        newest = open_link(uuid=link.handover.uuid, key=link.key.reveal()).secret
    with later(days=days):
        forget_secrets()
    assert cast.token.secrets.exclude(pk=newest.pk).count() == left
    assert cast.token.secrets.filter(pk=newest.pk, handover=link.handover).exists()
    create_link(actor=cast.owner, token=cast.token, purpose="refresh", kind="compact")
    with later(days=98):
        forget_secrets()
    assert cast.token.handovers.get() == link.handover


@pytest.mark.parametrize(("days", "left"), [(89, 1), (91, 0)])
def test_a_deleted_robot_goes_after_90_days(cast: Cast, days: int, left: int) -> None:
    delete_robot(actor=cast.owner, robot=cast.robot)
    with later(days=days):
        forget_deleted()
    assert Robot.objects.filter(pk=cast.robot.pk).count() == left
    assert Robot.objects.filter(pk=cast.organization_robot.pk).exists()


def use(token: Token, day: date, count: int, outcome: str = "accepted") -> None:
    Usage.objects.create(token=token, day=day, verifier="registry", outcome=outcome, count=count)


def test_days_of_long_ago_become_months_and_no_request_is_lost(cast: Cast) -> None:
    first = date(2026, 1, 1)
    for day in range(59):
        use(cast.token, first + timedelta(days=day), day + 1)
    use(cast.token, date(2026, 1, 9), 5, "expired")
    use(cast.other_minted.token, date(2026, 2, 28), 7)
    with time_machine.travel(datetime(2026, 5, 15, tzinfo=UTC), tick=False):
        roll_up_usage()
        roll_up_usage()
    found = Usage.objects.filter(day__lt="2026-02-01").values_list(
        "token", "day", "outcome", "count"
    )
    assert set(found) == {
        (cast.token.pk, first, "accepted", sum(range(1, 32))),
        (cast.token.pk, first, "expired", 5),
    }
    # Not yet 90 days after its end: February is as it was.
    assert Usage.objects.filter(day__gte="2026-02-01").count() == 28 + 1


def test_months_go_after_400_days(cast: Cast) -> None:
    use(cast.token, date(2025, 3, 1), 9)
    use(cast.token, date(2025, 4, 1), 9)
    with time_machine.travel(datetime(2026, 5, 10, tzinfo=UTC), tick=False):
        roll_up_usage()
    assert [row.day for row in Usage.objects.all()] == [date(2025, 4, 1)]


@pytest.mark.parametrize(("days", "left"), [(96, 1), (98, 0)])
def test_an_invitation_that_nobody_took_goes_90_days_after_its_end(
    cast: Cast, days: int, left: int
) -> None:
    invite(actor=cast.owner, organization=cast.organization, email="a@example.com", role="member")
    with later(days=days):
        forget_invitations()
    assert Invitation.objects.count() == left


@pytest.mark.parametrize(("days", "left"), [(364, 1), (366, 0)])
def test_who_has_left_is_forgotten_after_a_year(cast: Cast, days: int, left: int) -> None:
    leave(actor=cast.member, membership=cast.member.memberships.get())
    with later(days=days):
        forget_departures()
    assert Departure.objects.count() == left


@pytest.mark.parametrize("column", ["accepted_at", "withdrawn_at"])
def test_an_invitation_that_ended_goes_90_days_later(cast: Cast, column: str) -> None:
    for days, email in ((89, "a@example.com"), (91, "b@example.com")):
        invite(actor=cast.owner, organization=cast.organization, email=email, role="member")
        moment = timezone.now() - timedelta(days=days)
        Invitation.objects.filter(email=email).update(**{column: moment})
    assert forget_invitations() == 1
    assert Invitation.objects.get().email == "a@example.com"


@pytest.mark.parametrize(("days", "left"), [(1, (1, 1)), (3, (1, 0)), (90, (1, 0)), (91, (0, 0))])
def test_what_was_done_in_registries_goes_after_90_days_and_what_was_counted_after_two(
    cast: Cast, days: int, left: tuple[int, int]
) -> None:
    Registry(cast).tells(event())
    with later(days=days):
        forget_registry_events()
    assert (ArtifactUse.objects.count(), CountedEvent.objects.count()) == left
    assert cast.repository.tags.exists()


def old_session(digest: str) -> None:
    Session.objects.create(
        digest=digest, root_number=1, expires_at=timezone.now() - timedelta(days=1)
    )


@pytest.mark.django_db
def test_sessions_that_are_over_go(cast: Cast) -> None:
    client = browser(cast.owner)
    old_session("old")
    assert forget_sessions() == 1
    assert client.get("/o/acme/").status_code == 200


@pytest.mark.django_db
def test_locks_of_jobs_that_are_no_more_go() -> None:
    old = timezone.now() - timedelta(days=31)
    for name, until in (("gone", old), ("gone-lately", timezone.now()), ("send-mail", old)):
        JobLock.objects.create(name=name, until=until)
    assert forget_locks() == 1
    assert set(JobLock.objects.values_list("name", flat=True)) == {"gone-lately", "send-mail"}


@pytest.mark.django_db
def test_expired_rows_of_the_cache_go() -> None:
    call_command("createcachetable")
    cache.set("short", 1, 60)
    cache.set("long", 2, 7200)
    with later(hours=1):
        assert forget_cached() == 1
        assert cache.get("long") == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_no_transaction_takes_more_than_a_batch(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purges, "BATCH", 10)
    for number in range(35):
        old_session(f"s{number}")
    with CaptureQueriesContext(connection) as captured:
        assert forget_sessions() == 35
    deletes = [query["sql"] for query in captured if query["sql"].startswith("DELETE")]
    assert len(deletes) == 4
    assert all(sql.count("'s") <= 10 for sql in deletes)


def test_a_robot_that_is_made_again_is_not_touched(cast: Cast) -> None:
    delete_robot(actor=cast.owner, robot=cast.robot)
    again = create_robot(
        actor=cast.owner, organization=cast.organization, project=cast.project, name="ci"
    )
    create_token(actor=cast.owner, robot=again, name="nightly", kind="compact")
    with later(days=91):
        forget_deleted()
    assert list(Robot.objects.filter(name="ci", organization=cast.organization)) == [again]
    assert again.tokens.count() == 1
