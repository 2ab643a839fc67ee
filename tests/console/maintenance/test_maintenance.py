"""Taking no changes: who is asked to come again, what goes on, and when it is over."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import get_resolver

from console.databases import clock
from console.jobs.running import Job, Outcome, heartbeat, run_if_due, run_now
from console.maintenance.refusing import GOES_ON
from console.maintenance.services import begin_maintenance, end_maintenance
from console.models import Event, JobLock, Maintenance, Session
from robots.models import Robot
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.console.jobs.conftest import Time, moved
from tests.counting import counted
from tests.factories import PASSWORD
from tests.front import ask, basic

__all__ = ["moved"]
pytestmark = pytest.mark.django_db
REASON = "moving to another disk"
PULL = "/service/token?service=registry&scope=repository:acme/payments/api:pull"


def maintenance(*arguments: str) -> str:
    out = io.StringIO()
    call_command("maintenance", *arguments, stdout=out)
    return out.getvalue()


def robots() -> int:
    return Robot.objects.count()


def test_pages_are_read_and_forms_are_asked_to_come_again(cast: Cast) -> None:
    owner, form = browser(cast.owner), "/o/acme/projects/new/"
    maintenance("on", "--reason", REASON)
    for address in ("/o/acme/robots/", "/account/", form):
        page = text(owner.get(address))
        assert "Read-only for now" in page
        assert f": {REASON}. Robot accounts and their tokens work as ever." in page
    typed = {"name": "Kept as it was typed", "slug": "kept"}
    answer = owner.post(form, typed, headers={"Origin": "http://testserver"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert REASON in text(answer)
    assert "Kept as it was typed" in answer.content.decode()
    maintenance("off")
    assert owner.post(form, typed).status_code == 302
    assert "Read-only" not in text(owner.get(form))


def test_nobody_signs_in_meanwhile_and_whoever_wants_to_leave_does(cast: Cast) -> None:
    inside, sessions = browser(cast.owner), Session.objects.count()
    maintenance("on", "--reason", REASON)
    visitor = browser()
    assert REASON not in text(visitor.get("/sign-in/"))
    answer = visitor.post("/sign-in/", {"login": cast.owner.email, "password": PASSWORD})
    assert (answer.status_code, Session.objects.count()) == (503, sessions)
    assert inside.post("/sign-out/").status_code == 302
    assert inside.get("/account/").status_code == 302
    assert {*GOES_ON} <= {*names()}


def names() -> set[str]:
    """The names of all addresses."""
    found: set[str] = set()

    def walk(patterns: Any, prefix: str) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                space = f"{pattern.namespace}:" if pattern.namespace else ""
                walk(pattern.url_patterns, prefix + space)
            elif pattern.name:
                found.add(prefix + pattern.name)

    walk(get_resolver().url_patterns, "")
    return found


def test_the_api_is_read_and_answers_changes_with_a_problem(cast: Cast) -> None:
    owner, number = browser(cast.owner, confirmed=True), robots()
    maintenance("on", "--reason", REASON, "--until", "90m")
    address = "/api/v1/organizations/acme/robots/"
    assert owner.get(address).status_code == 200
    for method in (owner.post, owner.put, owner.patch, owner.delete):
        answer = method(address, {"name": "later"}, content_type="application/json")
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert answer["Content-Type"] == "application/problem+json"
        document = json.loads(answer.content)
        assert REASON in document["detail"]
        assert document["until"] == Maintenance.objects.get().until.isoformat()
    assert robots() == number


def test_verifiers_go_on_and_ask_nothing_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    login = basic(cast.robot.login_name, cast.secret)

    def asked() -> int:
        for _ in range(3):  # what is remembered fills by the second time
            assert ask(PULL, authorization=login).status == 200
        with counted(monkeypatch) as queries:
            assert ask(PULL, authorization=login).status == 200
        return len(queries)

    before = asked()
    maintenance("on")
    assert asked() == before
    for address in ("/livez", "/.well-known/jwks.json", "/.well-known/openid-configuration"):
        assert ask(address).status == 200, address


CHANGING = ("/service/events", "/oauth/revoke", "/credentials/revoke", "/credentials/leaks")


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("address", CHANGING)
def test_programs_that_would_change_something_are_asked_to_come_again(address: str) -> None:
    before = ask(address, "POST", body=b"{}").status
    maintenance("on", "--reason", REASON)
    answer = ask(address, "POST", body=b"{}")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert REASON in answer.json["errors"][0]["message"]
    maintenance("off")
    assert ask(address, "POST", body=b"{}").status == before != 503


def test_jobs_wait_and_one_that_runs_stops_at_its_next_step() -> None:
    runs = list[str]()

    def run() -> None:
        runs.append("begun")
        maintenance("on")
        heartbeat()
        runs.append("went on")

    job = Job("count", run, timedelta(seconds=5))
    assert run_now(job) is Outcome.SKIPPED
    assert (runs, run_if_due(job)) == (["begun"], Outcome.SKIPPED)
    lock = JobLock.objects.get(name="count")
    assert (lock.holder, lock.failures, lock.ran_at) == (None, 0, None)
    err = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("run_jobs", "forget-locks", stderr=err)
    assert (ended.value.code, "No changes are taken until" in err.getvalue()) == (75, True)
    maintenance("off")
    call_command("run_jobs", "forget-locks")


def test_it_is_over_at_its_end_by_the_clock_of_the_database(cast: Cast, moved: Time) -> None:
    owner = browser(cast.owner, confirmed=True)
    maintenance("on", "--until", "30m")
    assert refuses(owner)
    moved.shift(timedelta(minutes=29))
    assert refuses(owner)
    moved.shift(timedelta(minutes=2))
    assert not refuses(owner)
    assert "Read-only" not in text(owner.get("/account/"))


def refuses(client: Any) -> bool:
    answered: int = client.post("/o/acme/projects/new/").status_code
    return answered == 503


def test_a_clock_that_was_wrong_once_locks_nobody_out(cast: Cast, moved: Time) -> None:
    owner = browser(cast.owner)
    moved.shift(timedelta(days=400))
    maintenance("on", "--until", "1d")
    moved.shift(timedelta(days=-400))
    assert not refuses(owner)
    assert maintenance("status") == "changes are taken\n"
    Maintenance.objects.update(
        begun_at=clock.now() - timedelta(days=1), until=clock.now() + timedelta(days=400)
    )
    assert not refuses(owner)
    maintenance("on")
    assert refuses(owner)
    maintenance("off")
    assert not Maintenance.objects.exists()


def test_on_changed_and_off_are_events_and_off_twice_is_none(cast: Cast) -> None:
    maintenance("on", "--reason", "first")
    maintenance("on", "--reason", "second", "--until", "2h")
    maintenance("off")
    maintenance("off")
    events = Event.objects.filter(action__startswith="maintenance:").order_by("id")
    assert [event.action for event in events] == [
        "maintenance:begun",
        "maintenance:changed",
        "maintenance:ended",
    ]
    assert {event.actor_label for event in events} == {"operator"}
    assert [event.after.get("reason") for event in events] == ["first", "second", None]
    log = text(browser(cast.operator).get("/site/audit-log/?q=installation"))
    assert "take changes again</span>" in log


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--until", "soon"], "--until"),
        (["--until", "2030-01-31T20:00"], "--until"),
        (["--until", "25h"], "for a day at most"),
        (["--until", "0m"], "lies behind"),
        (["--until", "2020-01-31T20:00Z"], "lies behind"),
        (["--reason", "x" * 201], "200 characters"),
    ],
)
def test_what_cannot_be_meant_is_told_and_nothing_changes(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        maintenance("on", *arguments)
    assert json.loads(maintenance("status", "--json")) == {"read_only": False}
    assert not Event.objects.filter(action__startswith="maintenance:").exists()


def test_status_says_since_when_until_when_and_why() -> None:
    maintenance("on", "--reason", REASON)
    document, row = json.loads(maintenance("status", "--json")), Maintenance.objects.get()
    assert document == {
        "read_only": True,
        "since": row.begun_at.isoformat(),
        "until": row.until.isoformat(),
        "reason": REASON,
    }
    assert f": {REASON}. It began on " in maintenance("status")


def test_only_operators_begin_and_end_it(cast: Cast) -> None:
    until = clock.now() + timedelta(hours=1)
    with pytest.raises(PermissionDenied):
        begin_maintenance(actor=cast.owner, until=until, reason="")
    begin_maintenance(actor=cast.operator, until=until, reason="")
    with pytest.raises(PermissionDenied):
        end_maintenance(actor=cast.owner)
