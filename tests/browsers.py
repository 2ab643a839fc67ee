"""What tests do with browsers: sign somebody in, compare answers, ask a page's HTML."""

import re
import time
from collections.abc import Callable, Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from console.sessions import SessionStore
from teams.models import User

CSRF_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}')
AS_TYPED = re.compile(r"(<(?:pre|textarea)\b.*?</(?:pre|textarea)>)", re.DOTALL)
BLANKS = re.compile(r"\s+")
VARYING_HEADERS = {"X-Request-ID", "Set-Cookie", "Expires"}  # the last one names the second
GIVEN_AGAIN: dict[str, object] = {"method": "password", "reauthenticated": True}
Normal = tuple[int, str, dict[str, str]]


# Answers that are made while they are read, for `close_streams`.
_streams: list[Any] = []


def close_streams() -> None:
    """End what a test did not read to its end, now.

    Left to the garbage collection it would end at any moment: also in the middle of setting a context
    variable, and what it then sets itself is lost while Python 3.11 goes on reading it: a crash.
    """
    while _streams:
        _streams.pop()._iterator.close()


class CheckedClient(Client):
    """Django's test client, for which an undefined template variable or a raw component is a failure."""

    def request(self, **request: object) -> Any:
        response = super().request(**request)
        if response.streaming:
            _streams.append(response)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode()
            assert "[undefined: " not in page, page[page.index("[undefined: ") :][:200]
            assert "<c-" not in page
        return response


def browser(user: User | None = None, *, confirmed: bool = False, **options: Any) -> Client:
    """A browser of its own, `user` signed in; `confirmed` means the password was given just now, in a session
    that a second factor was used in as well.
    """
    client = CheckedClient(**options)
    if user is not None:
        sign_in(client, user, confirmation_of(str(user.pk)) if confirmed else {})
    return client


def sign_in(client: Client, user: User, also: Mapping[str, object]) -> None:
    """A new session as after a sign-in, with `also` in it. It is written once, and by Django three times."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.update(also)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""


def confirmation_of(user_id: str) -> dict[str, object]:
    """What django-allauth keeps of a sign-in by password and code when the password was given again."""
    used = {"method": "mfa", "at": time.time(), "type": "totp"}
    return _records(user_id, [used, GIVEN_AGAIN | {"at": time.time()}])


def signed_in_by_code(user_id: str) -> dict[str, object]:
    """What it keeps of a sign-in by password and code that lies back long."""
    return _records(user_id, [{"method": "mfa", "at": 0, "type": "totp"}])


def _records(user_id: str, records: list[dict[str, object]]) -> dict[str, object]:
    return {
        "account_authentication_methods": records,
        "account_authentication_methods_user": user_id,
    }


def confirm(client: Client) -> None:
    """The password was given again just now."""
    session = client.session
    session.update(confirmation_of(session[SESSION_KEY]))
    session.save()


def confirm_by_password(client: Client) -> None:
    """The same in a session that knows of no second factor."""
    session = client.session
    records = [GIVEN_AGAIN | {"at": time.time()}]
    session.update(_records(session[SESSION_KEY], records))
    session.save()


def text(response: Any) -> str:
    """The answer's body; of a page as a browser reads it, for which any white space is one blank."""
    content = response.getvalue() if response.streaming else response.content
    body: str = content.decode()
    is_page = response.get("Content-Type", "").startswith("text/html")
    return one_blank(body) if is_page else body


def one_blank(page: str) -> str:
    """The page with one blank for each white space, but for what is shown as it was typed."""
    parts = AS_TYPED.split(page)
    return "".join(part if n % 2 else BLANKS.sub(" ", part) for n, part in enumerate(parts))


def normal(response: Any) -> Normal:
    """Status, body and headers, without the request's ID and the CSRF token."""
    request_id = response["X-Request-ID"]
    body = CSRF_TOKEN.sub(r"\1", text(response)).replace(request_id, "")
    headers = {name: value for name, value in response.items() if name not in VARYING_HEADERS}
    return response.status_code, body, headers


def linked(response: Any, relation: str) -> str | None:
    """Where the page's first link of this `rel` leads, if there is one."""
    found = re.search(rf'href="([^"]+)" rel="{relation}"', text(response))
    return found and unescape(found[1])


class _Reader(HTMLParser):
    def __init__(self, wanted: Callable[[str, dict[str, str | None]], bool]) -> None:
        super().__init__()
        self.wanted, self.depth, self.found = wanted, 0, [""]
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"input", "meta", "link", "br", "img", "hr"}:
            return
        hit = self.wanted(tag, dict(attrs))
        self.open.append((tag, hit))
        self.depth += hit

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stands in it."""

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, hit = self.open.pop()
            self.depth -= hit
            if hit and not self.depth:
                self.found.append("")
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.found[-1] += f" {data}"


def _around(page: str, tag: str) -> str:
    """From the first element with this tag to the end of the last: no other need be read."""
    end = page.rfind(f"</{tag}>")
    return page if end < 0 else page[page.find(f"<{tag}") : end] + f"</{tag}>"


def texts_of(response: Any, tag: str = "", **attributes: str) -> list[str]:
    """The text of each element with this tag and these attributes."""
    reader = _Reader(
        lambda name, attrs: (
            (not tag or name == tag)
            and all(attrs.get(key) == value for key, value in attributes.items())
        )
    )
    reader.feed(_around(response.content.decode(), tag))
    return [" ".join(found.split()) for found in reader.found if found.strip()]
