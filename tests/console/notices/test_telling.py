"""What is told, to whom, once: each cause, where it happens."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from pytest_django import Settings

from console.audit.recording import changing
from console.mail import outbox
from console.models import Event, Notice, NoticeReader, Organization
from console.notices.audit_faults import verify_audit
from console.notices.kinds import TOKEN_ENDING, TOKEN_LEAKED
from console.notices.telling import News, tell
from robots.jobs.notices import send_notices
from robots.models import Token
from robots.policies.services import PolicyAt, change_policy
from robots.tokens.services.secrets import refresh_token
from robots.usage import flush
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from teams.models import User
from teams.sign_in import refusals
from tests.browsers import browser
from tests.conftest import Cast
from tests.teams.sign_in.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("clock")
DAY = timedelta(days=1)


def told(kind: str) -> list[str]:
    return list(Notice.objects.filter(kind=kind).order_by("id").values_list("title", flat=True))


def readers(kind: str) -> set[str]:
    rows = NoticeReader.objects.filter(notice__kind=kind).values_list("person_uuid", flat=True)
    return set(User.objects.filter(uuid__in=rows).values_list("email", flat=True))


def letters() -> list[str]:
    outbox.send_due()
    return [f"{letter.to[0]}: {letter.subject}" for letter in mail.outbox]


def use(secret: str, address: str = "192.0.2.7") -> None:
    authenticate(None, secret, Use("registry", address, "docker/24"))
    assert flush.flush()


def test_an_end_is_told_before_and_when_it_has_come(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    Token.objects.filter(pk=cast.token.pk).update(
        expires_at=datetime.now().astimezone() + 6 * DAY,
        created_at=cast.token.created_at - 90 * DAY,
    )
    send_notices()
    send_notices()
    clock.shift(6 * DAY)
    send_notices()
    send_notices()
    (before,), (after,) = told("token.ending"), told("token.ended")
    assert before.startswith("The token acme/payments/ci/nightly ends on ")
    assert after.startswith("The token acme/payments/ci/nightly ended on ")
    assert readers("token.ended") == {"owner@example.com"}
    assert letters() == [
        "owner@example.com: A token of ci ends in 6 days",
        "owner@example.com: A token of ci has ended",
    ]


def test_without_a_mail_server_it_stands_under_the_bell(cast: Cast, settings: Settings) -> None:
    settings.ROSTER_SENDS_MAIL = False
    Token.objects.filter(pk=cast.token.pk).update(
        expires_at=datetime.now().astimezone() + 6 * DAY,
        created_at=cast.token.created_at - 90 * DAY,
    )
    send_notices()
    assert len(told("token.ending")) == 1


def test_a_new_address_is_told_once_a_day_and_in_no_letter_at_first(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    use(cast.secret)
    clock.shift(2 * DAY)
    use(cast.secret, "192.0.2.8")
    use(cast.secret, "192.0.2.9")
    assert told("token.new-address") == [
        "The token acme/payments/ci/nightly was used from a new address, at 192.0.2.8"
    ]
    assert readers("token.new-address") == {"owner@example.com"}
    assert letters() == []


def test_a_secret_that_has_ended_is_told_once_a_day(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    current = cast.token.secrets.get().pk
    refresh_token(actor=cast.owner, token=cast.token, current=current, kind="compact")
    for _ in range(3):
        use(cast.secret)
        clock.shift(timedelta(hours=2))
    words = (
        "The token acme/payments/ci/nightly was tried with a secret that has ended, at 192.0.2.7"
    )
    assert told("token.secret-reused") == [words]
    assert letters() == [f"owner@example.com: {words}"]
    clock.shift(DAY)
    use(cast.secret)
    assert len(told("token.secret-reused")) == 2


def test_other_refusals_are_events_alone(cast: Cast) -> None:
    Token.objects.filter(pk=cast.token.pk).update(disabled_at=datetime.now().astimezone())
    use(cast.secret)
    assert Event.objects.filter(action="token:refused").exists()
    assert not Notice.objects.exists()


def test_a_policy_that_blocks_is_one_notice(cast: Cast) -> None:
    change_policy(
        actor=cast.owner,
        policy=PolicyAt(cast.organization),
        maximum_days=30,
        default_days=30,
        never_allowed=False,
    )
    assert told("policy.blocked") == ["The token policy of acme blocked 1 token"]
    assert Notice.objects.get().data == {"blocked": 1}
    assert letters() == ["owner@example.com: The token policy of acme blocked 1 token"]


def test_a_policy_that_blocks_nothing_is_none(cast: Cast) -> None:
    change_policy(actor=cast.owner, policy=PolicyAt(cast.organization), unused_days=30)
    assert not Notice.objects.exists()


def lock_out(email: str) -> None:
    for _ in range(6):
        sign_in(browser(), email, "not the password")
    assert refusals.flush()


def test_who_is_locked_out_is_told_once_a_day(cast: Cast, clock: time_machine.Traveller) -> None:
    refusals._waiting.clear()
    lock_out(cast.member.email)
    clock.shift(timedelta(hours=2))
    lock_out(cast.member.email)
    (title,) = told("sign-in.locked")
    assert title == "Too many wrong passwords or codes for your account from 127.0.0.1"
    assert readers("sign-in.locked") == {cast.member.email}
    assert letters() == [f"{cast.member.email}: {title}"]


def test_a_changed_audit_log_is_told_once_for_each_finding(cast: Cast) -> None:
    verify_audit()
    assert not Notice.objects.exists()
    Event.objects.filter(organization_slug="acme", number=2).update(action="robot:deleted")
    verify_audit()
    verify_audit()
    assert told("audit.fault") == ["The audit log of acme was changed behind Roster's back"]
    assert readers("audit.fault") == {"owner@example.com"}
    Event.objects.filter(organization_slug="acme", number=3).update(action="robot:deleted")
    verify_audit()
    assert len(told("audit.fault")) == 2


def test_the_sites_log_is_the_operators(cast: Cast) -> None:
    browser(cast.owner).post("/account/", {"name": "Other"})
    Event.objects.filter(chain="site").update(action="user:deleted")
    verify_audit()
    assert readers("audit.fault") == {cast.operator.email}


def news(cast: Cast, organization: Organization | None = None) -> News:
    return News(organization or cast.organization, "Something happened", "/", [cast.owner])


def test_what_did_not_happen_is_not_told(cast: Cast) -> None:
    with changing(cast.organization):
        tell(TOKEN_LEAKED, cast.organization, news(cast))
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_who_is_named_twice_has_one_notice(cast: Cast) -> None:
    twice = News(cast.organization, "Something happened", "/", [cast.owner, cast.owner])
    assert tell(TOKEN_ENDING, cast.organization, twice) == [cast.owner]
    assert NoticeReader.objects.count() == 1
