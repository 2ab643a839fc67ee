"""What a browser reports of a page: violations, errors, failed requests, strangers."""

from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

from teams.models import User
from tests.browsers import signed_in_by_code

# The browser's own word for a page that is answered 403, 404 or 422.
STATUS = "Failed to load resource: the server responded with a status of"
ABORTED = "net::ERR_ABORTED"  # a download, or a page left while it loads


def watch(context: BrowserContext, origin: str, faults: list[str]) -> None:
    """Write into `faults` whatever no page of ours may do."""

    def note(fault: str | None) -> None:
        if fault:
            faults.append(fault)

    context.on("console", lambda message: note(complaint(message)))
    context.on("weberror", lambda error: note(f"script: {error.error}"))
    context.on("request", lambda request: note(stranger(request, origin)))
    context.on("requestfailed", lambda request: note(failure(request)))
    context.on("response", lambda response: note(missing(response)))


def complaint(message: ConsoleMessage) -> str | None:
    loud = message.type in {"error", "warning"} and not message.text.startswith(STATUS)
    return f"console: {message.text}" if loud else None


def stranger(request: Request, origin: str) -> str | None:
    ours = request.url.startswith((f"{origin}/", f"blob:{origin}/", "data:image/"))
    return None if ours else f"another host: {request.url}"


def failure(request: Request) -> str | None:
    failed = request.failure != ABORTED
    return f"failed: {request.url} {request.failure}" if failed else None


def missing(response: Response) -> str | None:
    part = response.request.resource_type not in {"document", "xhr"}
    return f"missing: {response.url} {response.status}" if part and response.status >= 400 else None


def sign_in(context: BrowserContext, user: User, origin: str) -> None:
    """Sign in without the form: a session long past its last password, and its last code."""
    client = Client()
    client.force_login(user)
    session = client.session
    session.update(signed_in_by_code(str(user.pk)))
    session.save()
    keep_cookie(context, settings.SESSION_COOKIE_NAME, _session(client), origin)


def _session(client: Any) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def keep_cookie(context: BrowserContext, name: str, value: str, origin: str) -> None:
    context.add_cookies([{"name": name, "value": value, "url": origin}])


def choose_theme(context: BrowserContext, theme: str, origin: str) -> None:
    """The theme's cookie, as the account menu sets it."""
    keep_cookie(context, settings.THEME_COOKIE_NAME, theme, origin)
