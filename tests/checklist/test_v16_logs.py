"""V16: what is recorded, that it stays as it was, and what is said when something breaks."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from console.configuration.lines import Output
from console.models import Event
from console.serving import calling
from teams.models import User
from teams.sign_in import refusals
from tests.browsers import browser, text
from tests.checklist.breaking import break_table
from tests.conftest import Cast
from tests.console.logs import Log
from tests.console.reading import start
from tests.console.test_settings import PRODUCTION
from tests.factories import PASSWORD, UserFactory
from tests.front import ask, basic
from tests.leak_search import Haystack
from tests.robots.verifiers.asking import OWN, get
from tests.teams.sign_in.signing_in import refusal, sign_in

CLIENT = "203.0.113.9"


@pytest.fixture
def person(db: None) -> Iterator[User]:
    refusals._waiting.clear()
    made: User = UserFactory(email="person@example.com", password=PASSWORD)
    yield made
    refusals._waiting.clear()


def lines(haystack: Haystack) -> list[dict[str, Any]]:
    """What was logged, read as programs read it."""
    return [json.loads(line) for line in haystack.log.getvalue().splitlines() if line]


def test_an_event_says_when_where_who_and_what(cast: Cast, haystack: Haystack) -> None:
    """V16.2.1: in the audit log and on the line of the log, under the ID that the answer names."""
    client = browser(cast.owner, REMOTE_ADDR=CLIENT)
    answer = client.post("/o/acme/projects/new/", {"slug": "billing", "name": "Billing"})
    event = Event.objects.get(action="project:created")
    assert (event.address, event.actor_label) == (CLIENT, cast.owner.email)
    assert (event.target_kind, event.request_id) == ("project", answer["X-Request-ID"])
    assert isinstance(event.created_at, datetime)
    assert isinstance(event.target_uuid, UUID)
    (line,) = (it for it in lines(haystack) if it["event"] == "request")
    assert {"timestamp", "method", "route", "status", "address", "request_id"} <= line.keys()


def test_moments_are_in_utc(cast: Cast, haystack: Haystack) -> None:
    """V16.2.2: each line's moment says so."""
    browser(cast.owner).get("/help/")
    for line in lines(haystack):
        assert line["timestamp"].endswith("Z")
        assert datetime.fromisoformat(line["timestamp"]).utcoffset() == UTC.utcoffset(None)


def test_logs_go_where_it_is_written_that_they_go() -> None:
    """V16.2.3: to standard output or error; nothing opens a file or sends them anywhere."""
    named = {it for it in logging.Logger.manager.loggerDict if not it.startswith(("_pytest", "py"))}
    loggers = [logging.getLogger(), *map(logging.getLogger, named)]
    kinds = {type(handler) for logger in loggers for handler in logger.handlers}
    own = {kind for kind in kinds if not kind.__module__.startswith("_pytest")}
    assert own <= {Output, logging.NullHandler}
    assert Output in own


def test_lines_can_be_read_by_programs(cast: Cast, haystack: Haystack, tmp_path: Any) -> None:
    """V16.2.4: JSON, one object a line, wherever standard output is no terminal."""
    browser(cast.owner).get("/o/acme/")
    ask("/service/token?service=nothing")
    assert lines(haystack)
    known = json.loads(start(tmp_path, **PRODUCTION).stdout)
    assert known["ROSTER_LOG_FORMAT"] == "json"


def test_no_secret_is_in_the_log(cast: Cast, haystack: Haystack) -> None:
    """V16.2.5: neither what was presented nor what was typed, right or wrong, nor a session's key."""
    client, wrong = browser(), "a wrong password nobody has"
    sign_in(client, cast.owner.email, wrong)
    get(cast, f"{OWN}:pull")
    ask("/service/token?service=registry", authorization=basic(cast.robot.login_name, wrong))
    own = browser(cast.owner)
    own.get(f"/o/acme/robots/?q={cast.secret}")
    key = own.cookies["roster-session"].value
    log = haystack.log.getvalue()
    assert log
    assert [it for it in (cast.secret, wrong, key) if it in log] == []


def test_sign_ins_are_recorded(person: User) -> None:
    """V16.3.1: one that worked and one that failed, with account, address and how."""
    refusal(person.email, "not the password", CLIENT)
    refusals.flush()
    sign_in(browser(REMOTE_ADDR=CLIENT))
    events = Event.objects.filter(target_uuid=person.uuid).order_by("number")
    assert [event.action for event in events] == ["user:sign-in-failed", "user:signed-in"]
    failed, signed_in = events
    # What was refused is written down later, by whoever flushes.
    assert (failed.after["address"], signed_in.address) == (CLIENT, CLIENT)


def test_refusals_are_recorded(cast: Cast, haystack: Haystack) -> None:
    """V16.3.2: a page, an operation and a login that somebody may not have."""
    client = browser(cast.member, REMOTE_ADDR=CLIENT)
    client.get("/o/acme/audit-log/")
    role = {"name": "reader", "permissions": ["artifact:pull"]}
    client.post("/api/v1/organizations/acme/roles/", role, "application/json")
    found = [(it["status"], it["address"]) for it in lines(haystack) if it["event"] == "request"]
    assert found == [(403, CLIENT), (403, CLIENT)]


def test_what_passes_a_limit_is_recorded(person: User, haystack: Haystack) -> None:
    """V16.3.3: guessing is an event, and a form without our token a line with its status."""
    for _ in range(6):
        refusal(person.email, "not the password")
    refusals.flush()
    assert Event.objects.filter(action="user:locked-out", target_uuid=person.uuid).exists()
    strict = browser(person, enforce_csrf_checks=True)
    strict.post("/theme/", {"theme": "dark"})
    assert lines(haystack)[-1]["status"] == 403


def test_faults_are_recorded(cast: Cast, haystack: Haystack) -> None:
    """V16.3.4: with where they came from, of pages and of verifiers."""
    calling.failures.silent_until = 0.0
    break_table("robots_dailyuse")
    break_table("robots_secret")
    browser(cast.owner, raise_request_exception=False).get("/o/acme/")
    get(cast, f"{OWN}:pull")
    faults = [it for it in lines(haystack) if it["level"] == "error"]
    assert len(faults) >= 2
    assert all("Traceback" in it["exception"] for it in faults)


def test_nobody_writes_lines_into_the_log(cast: Cast, haystack: Haystack) -> None:
    """V16.4.1: line ends and control characters of a client stay inside of their line."""
    evil = 'x\n{"event": "request", "status": 200}\r\x1b[31m\u2028'
    client = browser(cast.owner, headers={"User-Agent": evil})
    client.get("/o/acme/robots/", {"q": evil})
    client.get(f"/o/{evil}/".replace("\n", "%0a"))
    ask("/service/token", authorization=f"Basic {evil}")
    client.post("/o/acme/projects/new/", {"slug": "billing", "name": evil})
    found = haystack.log.getvalue()
    assert len(lines(haystack)) >= 3
    assert not any(
        line.startswith('{"event": "request", "status": 200}') for line in found.splitlines()
    )
    assert "\x1b" not in found


@pytest.mark.django_db
def test_what_was_recorded_cannot_be_changed_unseen(settings: Settings, tmp_path: Any) -> None:
    """V16.4.2: one event that was edited, removed or cut off the end is found."""
    settings.ROSTER_AUDIT_CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    log = Log()
    assert log.found() == []
    log.events.filter(number=5).update(actor_label="nobody@example.com")
    assert log.numbers() == {5}
    log.events.filter(number__gt=20).delete()
    assert len(log.found()) >= 2


def test_a_faults_answer_says_nothing_of_the_inside(cast: Cast) -> None:
    """V16.5.1: on pages, in the API and at verifiers: no statement, file, table or trace."""
    for table in ("robots_dailyuse", "robots_robot", "robots_secret"):
        break_table(table)
    client = browser(cast.owner, raise_request_exception=False)
    said = [
        text(client.get("/o/acme/")),
        text(client.get("/api/v1/organizations/acme/robots/")),
        get(cast, f"{OWN}:pull").body.decode(),
    ]
    for words in ("Traceback", "robots_", "SELECT", "no such table", "relation", '.py"', "Error("):
        assert [it for it in said if words in it] == [], words


def test_without_the_cache_nothing_opens(person: User, settings: Settings) -> None:
    """V16.5.2: while the cache does not answer, wrong passwords are refused and counted all the same."""
    if settings.ROSTER_REDIS_URL:
        pytest.skip("tests/interop/test_redis.py stops one")
    break_table(settings.CACHES["default"]["LOCATION"])
    client = browser(raise_request_exception=False)
    sign_in(client, password="not the password")
    assert "_auth_user_id" not in client.session
    assert client.get("/account/").status_code in {302, 500, 503}


@pytest.mark.parametrize("table", ["robots_secret", "robots_token", "robots_robotgrant"])
def test_a_fault_is_never_a_yes(cast: Cast, table: str) -> None:
    """V16.5.3: what cannot be read is 503 at verifiers and no 2xx anywhere."""
    break_table(table)
    assert get(cast, f"{OWN}:pull").status == 503
    client = browser(
        raise_request_exception=False, headers={"Authorization": f"Bearer {cast.secret}"}
    )
    assert client.get("/api/v1/organizations/acme/robots/").status_code >= 400
