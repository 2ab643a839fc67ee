"""What `doctor` says of servers: the installation's own address, Redis, the mail server."""

import pytest
from pytest_django import Settings

from tests.console.health.conftest import Doctor, Talk
from tests.console.health.servers import Place, closed_port
from tests.https import authority

pytestmark = pytest.mark.django_db
PASSWORD = "the-password"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
HSTS = "max-age=31536000"


@pytest.fixture
def over_https(site: Place, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The installation behind https, by an authority that this machine knows."""
    site.close()
    secure = Place(authority().context("localhost"))
    secure.headers["Strict-Transport-Security"] = HSTS
    settings.ROSTER_ORIGIN = f"https://localhost:{secure.port}"
    settings.SECURE, settings.HSTS = True, HSTS
    monkeypatch.setenv("SSL_CERT_FILE", str(authority().file))
    monkeypatch.setattr(site, "close", secure.close)
    return secure


def test_an_address_that_answers_as_roster_does(site: Place) -> None:
    state, words = Doctor().says("origin")
    assert (state, "answers, with its headers for browsers" in words) == ("ok", True)


def test_an_address_where_nobody_listens(settings: Settings) -> None:
    settings.ROSTER_ORIGIN = f"http://127.0.0.1:{closed_port()}"
    state, words = Doctor().says("origin")
    assert (state, "cannot be asked from this machine (ConnectionRefusedError" in words) == (
        "warning",
        True,
    )


def test_an_address_where_something_else_answers(site: Place) -> None:
    site.alive = b"<html>Welcome to nginx</html>"
    state, words = Doctor().says("origin")
    assert (state, "/livez answers 200 and not as Roster does" in words) == ("failed", True)


def test_an_address_that_hangs(talk: Talk, settings: Settings) -> None:
    settings.ROSTER_ORIGIN = f"http://127.0.0.1:{talk().port}"
    state, words = Doctor("--timeout", "0.2").says("origin")
    assert (state, "cannot be asked from this machine (TimeoutError" in words) == ("warning", True)


def test_a_proxy_that_sends_another_host(site: Place) -> None:
    site.status = 400
    site.body = b"<p>The proxy has to send Host: roster.example.com as it came from the client.</p>"
    state, words = Doctor().says("origin")
    assert state == "failed"
    assert words.endswith(
        "The proxy has to send Host: roster.example.com as it came from the client."
    )


def test_https_with_all_headers(over_https: Place) -> None:
    state, words = Doctor().says("origin")
    assert (state, "answers over https, with its headers" in words) == ("ok", True)


@pytest.mark.parametrize("name", ["Strict-Transport-Security", "Content-Security-Policy"])
def test_a_proxy_that_takes_headers_away(over_https: Place, name: str) -> None:
    del over_https.headers[name]
    state, words = Doctor().says("origin")
    assert (state, words.startswith(f"Pages come without {name}, which")) == ("failed", True)


def test_a_certificate_that_nobody_believes(
    over_https: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    state, words = Doctor().says("origin")
    assert (state, "is not believed here" in words) == ("failed", True)


def test_redis_that_is_gone_or_hangs_is_a_warning(talk: Talk, settings: Settings) -> None:
    settings.ROSTER_REDIS_URL = ""
    assert Doctor().says("redis")[0] == "not applicable"
    settings.ROSTER_REDIS_URL = f"redis://:{PASSWORD}@127.0.0.1:{closed_port()}/0"
    doctor = Doctor()
    assert doctor.says("redis")[0] == "warning"
    assert "so each process counts limits for itself" in doctor.says("redis")[1]
    assert PASSWORD not in doctor.printed
    settings.ROSTER_REDIS_URL = f"redis://127.0.0.1:{talk().port}/0"
    assert Doctor("--timeout", "0.2").says("redis")[0] == "warning"


def test_redis_that_answers(talk: Talk, settings: Settings) -> None:
    server = talk(answer=b"+PONG\r\n", to=b"*")
    settings.ROSTER_REDIS_URL = f"redis://127.0.0.1:{server.port}/0?protocol=2"
    assert Doctor().says("redis") == ("ok", "Redis answers.")


@pytest.fixture
def by_smtp(settings: Settings) -> Settings:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
    return settings


def test_a_mail_server_that_takes_the_connection(talk: Talk, by_smtp: Settings) -> None:
    server = talk(b"220 mail ready\r\n", b"250 fine\r\n")
    by_smtp.EMAIL_PORT = server.port
    state, words = Doctor().says("mail-server")
    assert (state, words) == ("ok", f"127.0.0.1:{server.port} takes Roster's connection.")
    assert b"EHLO" in server.heard[0].upper()
    assert not any(line.upper().startswith(b"MAIL") for line in server.heard)


def test_a_mail_server_that_is_gone(by_smtp: Settings) -> None:
    by_smtp.EMAIL_PORT = closed_port()
    state, words = Doctor().says("mail-server")
    assert (state, "does not take letters (ConnectionRefusedError" in words) == ("failed", True)


def test_a_mail_server_that_hangs(talk: Talk, by_smtp: Settings) -> None:
    by_smtp.EMAIL_PORT = talk().port
    state, words = Doctor("--timeout", "0.2").says("mail-server")
    assert (state, "does not take letters" in words, "timed out" in words) == ("failed", True, True)


def test_what_a_server_repeats_of_a_password_is_masked(talk: Talk, by_smtp: Settings) -> None:
    by_smtp.EMAIL_HOST_PASSWORD = PASSWORD
    by_smtp.EMAIL_PORT = talk(f"554 no {PASSWORD} \x1b[31m\r\n".encode()).port
    doctor = Doctor()
    assert doctor.says("mail-server")[0] == "failed"
    assert PASSWORD not in doctor.printed
    assert "\x1b" not in doctor.says("mail-server")[1]


def test_without_a_mail_server_there_is_nothing_to_ask(settings: Settings) -> None:
    assert "printed, not sent" in Doctor().says("mail-server")[1]
    settings.ROSTER_SENDS_MAIL = False
    assert "`account_link` prints the links" in Doctor().says("mail-server")[1]
