"""Checks of the servers that Roster asks: they get the seconds that they may wait."""

import smtplib

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from redis import Redis
from redis.exceptions import RedisError

from console.databases.faults import first_line
from console.health.findings import Finding, failed, not_applicable, ok, warning

GREETED = 250


def redis(seconds: float) -> Finding:
    """Whether it answers. Nothing stops without it."""
    if not settings.ROSTER_REDIS_URL:
        return not_applicable(
            "None is configured (ROSTER_REDIS_URL), and a single server needs none."
        )
    waits = {"socket_timeout": seconds, "socket_connect_timeout": seconds}
    try:
        with Redis.from_url(settings.ROSTER_REDIS_URL, **waits) as server:
            server.ping()
    except RedisError as fault:
        return warning(
            f"Redis does not answer ({first_line(fault)}), so each process counts limits for itself."
            " Start it, or correct ROSTER_REDIS_URL."
        )
    return ok("Redis answers.")


def mail_server(seconds: float) -> Finding:
    """Whether it takes Roster's connection and account. No letter is sent."""
    if not settings.ROSTER_SENDS_MAIL:
        return not_applicable(
            "There is none (ROSTER_EMAIL_URL=none): `account_link` prints the links that people need."
        )
    server = get_connection(timeout=seconds)
    if not isinstance(server, EmailBackend):
        return not_applicable(
            "Letters are printed, not sent. ROSTER_EMAIL_URL names a mail server."
        )
    return _greeted(server, f"{server.host}:{server.port}")


def _greeted(server: EmailBackend, where: str) -> Finding:
    try:
        code = _greeting_code(server)
    except smtplib.SMTPAuthenticationError:
        return failed(
            f"{where} refuses the account in ROSTER_EMAIL_URL: its name or password is wrong."
        )
    except (OSError, smtplib.SMTPException) as fault:
        return failed(
            f"{where} does not take letters ({type(fault).__name__}: {first_line(fault)}), so they wait."
            " Start it, or correct ROSTER_EMAIL_URL."
        )
    if code != GREETED:
        return failed(f"{where} answers EHLO with {code}, so letters wait. Is it a mail server?")
    return ok(f"{where} takes Roster's connection.")


def _greeting_code(server: EmailBackend) -> int:
    """Connected, encrypted and signed in as letters are, greeted, and left: what it said to the greeting."""
    server.open()
    try:
        return server.connection.ehlo()[0] if server.connection else 0
    finally:
        server.close()
