"""Sessions at rest: the table holds who is signed in and lets nobody in; otherwise as Django's own."""

import base64
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.conf import settings as present_settings
from django.contrib.sessions.backends.base import UpdateError
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console import keyring
from console.models import Session
from console.sessions import SessionStore
from tests.browsers import browser
from tests.conftest import Cast

COOKIE = present_settings.SESSION_COOKIE_NAME
TABLE = Session._meta.db_table
pytestmark = pytest.mark.django_db


def key_of(client: Client) -> str:
    return client.cookies[COOKIE].value


def is_signed_in(session_key: str) -> bool:
    client = browser()
    client.cookies[COOKIE] = session_key
    return client.get("/account/").status_code == 200


def readings(value: object) -> Iterator[str]:
    """What somebody who reads a column may try."""
    if isinstance(value, (bytes, memoryview)):
        raw = bytes(value)
        yield from (raw.hex(), raw.decode("latin-1"), base64.b64encode(raw).decode())
        yield base64.urlsafe_b64encode(raw).decode()
    else:
        yield str(value)
        if isinstance(value, str) and len(value) == 64:
            yield base64.urlsafe_b64encode(bytes.fromhex(value)).decode()


def test_nothing_that_stands_in_the_table_signs_in(cast: Cast) -> None:
    client = browser(cast.owner)
    assert client.get("/account/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {TABLE}")
        tried = [text for row in cursor.fetchall() for column in row for text in readings(column)]
    assert len(tried) >= 7
    assert [text for text in tried if is_signed_in(text)] == []
    assert is_signed_in(key_of(client))


def test_a_session_costs_one_query_to_read(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    session = SessionStore(key_of(browser(cast.owner)))
    with django_assert_num_queries(1):
        assert session["_auth_user_id"] == str(cast.owner.pk)


def test_what_a_session_holds_does_not_open_in_another_row(cast: Cast) -> None:
    """Somebody who writes the table signs in as nobody else."""
    victim, own = browser(cast.owner), browser(cast.stranger)
    (of_victim,) = Session.objects.with_key(key_of(victim))
    Session.objects.with_key(key_of(own)).update(sealed=of_victim.sealed)
    assert not is_signed_in(key_of(own))
    answer = own.get("/account/")
    assert (answer.status_code, answer.cookies[COOKIE].value) == (302, "")


def test_a_session_that_is_over_is_none(cast: Cast) -> None:
    client = browser(cast.owner)
    end = timezone.now() + timedelta(minutes=present_settings.ROSTER_SESSION_IDLE_MINUTES)
    for minutes, signed_in in ((-1, True), (4300, True), (8700, False)):
        with time_machine.travel(end + timedelta(minutes=minutes), tick=False):
            assert is_signed_in(key_of(client)) is signed_in


def test_a_session_that_is_used_ends_all_the_same(cast: Cast, settings: Settings) -> None:
    settings.ROSTER_SESSION_DAYS = 2
    client, begun = browser(cast.owner), timezone.now()
    for hours, signed_in in ((20, True), (40, True), (47, True), (49, False)):
        with time_machine.travel(begun + timedelta(hours=hours), tick=False):
            assert is_signed_in(key_of(client)) is signed_in


def made(**content: Any) -> SessionStore:
    session = SessionStore()
    session.update(content)
    session.save()
    return session


def test_a_new_key_keeps_what_the_session_holds_and_ends_the_old_one() -> None:
    session = made(a=1)
    before = str(session.session_key)
    session.cycle_key()
    session.save()
    assert not session.exists(before)
    assert SessionStore(session.session_key)["a"] == 1
    assert Session.objects.count() == 1


def test_a_flushed_session_is_gone_and_so_is_its_key() -> None:
    session = made(a=1)
    session.flush()
    assert (session.session_key, Session.objects.count()) == (None, 0)
    session["b"] = 2
    session.save()
    assert SessionStore(session.session_key).items() == {"b": 2}.items()


@pytest.mark.parametrize("was_read", [True, False])
def test_a_late_save_does_not_bring_a_deleted_session_back(was_read: bool) -> None:
    session = made(a=1)
    late = SessionStore(session.session_key)
    if was_read:
        assert late["a"] == 1
    else:
        late.clear()
    late_key = late.session_key
    session.delete()
    with pytest.raises(UpdateError):
        late.save()
    assert not session.exists(str(late_key))


def test_signing_out_meanwhile_is_told_to_a_request_that_was_slower(cast: Cast) -> None:
    client = browser(cast.owner)
    key = key_of(client)
    slower = SessionStore(key)
    slower["theme"] = "dark"
    client.post("/sign-out/")
    with pytest.raises(UpdateError):
        slower.save()
    assert not is_signed_in(key)


def test_a_key_that_the_browser_made_up_is_not_taken() -> None:
    session = SessionStore("made-up" * 5)
    session["a"] = 1
    session.save()
    assert session.session_key != "made-up" * 5
    assert not session.exists("made-up" * 5)


def test_what_was_begun_is_replaced_without_being_read() -> None:
    session = SessionStore(made(a=1).session_key)
    session.clear()
    session["b"] = 2
    session.save()
    assert SessionStore(session.session_key).items() == {"b": 2}.items()


def test_the_asynchronous_methods_do_the_same() -> None:
    async def walk() -> tuple[str | None, bool, bool]:
        session = SessionStore()
        await session.aset("a", 1)
        await session.asave()
        first = str(session.session_key)
        await session.acycle_key()
        again = SessionStore(session.session_key)
        assert await again.aget("a") == 1
        cycled = await again.aexists(first)
        await again.aflush()
        await SessionStore.aclear_expired()
        return again.session_key, cycled, await again.aexists(str(session.session_key))

    assert async_to_sync(walk)() == (None, False, False)


def test_clearsessions_takes_those_that_are_over() -> None:
    over, lasting = made(a=1), made(b=2)
    over.set_expiry(timezone.now() - timedelta(seconds=1))
    over.save()
    call_command("clearsessions", stdout=io.StringIO())
    assert Session.objects.get() == Session.objects.with_key(str(lasting.session_key)).get()


@pytest.fixture
def own_keyring(settings: Settings, tmp_path: Path) -> Path:
    copied = tmp_path / "keyring.json"
    copied.write_bytes(settings.ROSTER_KEYRING_FILE.read_bytes())
    settings.ROSTER_KEYRING_FILE = copied
    return copied


def test_sessions_outlive_a_new_root_of_the_keyring(own_keyring: Path) -> None:
    older = made(a=1)
    keyring.add_root()
    newer = made(b=2)
    assert set(Session.objects.values_list("root_number", flat=True)) == {1, 2}
    for session, name in ((older, "a"), (newer, "b")):
        found = SessionStore(session.session_key)
        found["seen"] = found[name]
        found.save()
        found = SessionStore(session.session_key)
        found.clear()
        found["c"] = 3
        found.save()
        assert SessionStore(session.session_key).items() == {"c": 3}.items()
    older.cycle_key()
    assert not Session.objects.filter(root_number=1).exists()


def test_with_several_roots_a_session_is_still_one_query(own_keyring: Path) -> None:
    session = made(a=1)
    keyring.add_root()
    keyring.add_root()
    with CaptureQueriesContext(connection) as captured:
        assert SessionStore(session.session_key)["a"] == 1
    assert len(captured) == 1


def test_with_another_keyring_nobody_is_signed_in(own_keyring: Path) -> None:
    session = made(a=1)
    own_keyring.unlink()
    keyring.forget()
    assert keyring.create()
    with pytest.raises(ImproperlyConfigured, match="root 1 does not fit"):
        SessionStore(session.session_key).get("a")
