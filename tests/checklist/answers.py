"""Every answer that Roster gives: of each address, of the front, of files, and of what is refused."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from console.serving import calling, endpoints
from console.serving.answers import Answer as Sent
from console.serving.heads import Head
from console.serving.refusals import refuse
from tests.addresses import ADDRESSES, ADMIN, API_ADDRESSES, EVERY_ADDRESS, acme
from tests.addresses import address_of as page_address
from tests.api.bodies import address_of as api_address
from tests.api.bodies import places as api_places
from tests.browsers import browser
from tests.checklist import ROOT
from tests.conftest import Cast
from tests.front import ask
from tests.snapshots import undone

PROBLEMS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
REFUSED_AT = ("/", "/api/v1/me/", "/service/elsewhere")
FILES = ("css/base.css", "js/reveal.js")


@dataclass(frozen=True)
class Answer:
    """What came back, and from where."""

    where: str
    status: int
    # Names in small letters.
    headers: dict[str, str]
    # Of an answer that is kept while thousands of others are asked for.
    packed: bytes
    # The session that was asked with.
    session: str = ""

    @property
    def body(self) -> bytes:
        return zlib.decompress(self.packed)

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


def of_django(where: str, response: Any, session: str = "") -> Answer:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = {name.lower(): value for name, value in response.items()}
    return Answer(where, response.status_code, headers, zlib.compress(body, 1), session)


def of_sent(where: str, sent: Sent) -> Answer:
    pairs = ((name.decode("latin-1"), text.decode("latin-1")) for name, text in sent.headers)
    headers = {name.lower(): text for name, text in pairs}
    return Answer(where, int(sent.status), headers, zlib.compress(sent.body, 1))


def addresses(furnished: Cast) -> dict[str, str]:
    """Every page, the admin's that are about no object, and everything of the API: name -> address."""
    places, where = acme(furnished), api_places(furnished)
    own = {name: page_address(name, places) for name in ADDRESSES}
    admin = (name for name in EVERY_ADDRESS if name.startswith(ADMIN) and not EVERY_ADDRESS[name])
    api = {name: api_address(name, where) for name in API_ADDRESSES}
    return own | {name: page_address(name, {}) for name in admin} | api


class Asking:
    """A browser that is as it was before each request, and the database with it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.cookies = client.cookies.output(header="")
        morsel = client.cookies.get(settings.SESSION_COOKIE_NAME)
        self.session = morsel.value if morsel else ""

    def ask(self, method: str, address: str, where: str) -> Answer:
        self.client.cookies = SimpleCookie(self.cookies)
        with undone():
            return of_django(where, self.client.generic(method, address), self.session)


def visitors(furnished: Cast) -> dict[str, Asking]:
    """Who asks: between them they see every page."""
    people = {"owner": furnished.owner, "operator": furnished.operator, "nobody": None}
    return {
        who: Asking(browser(user, confirmed=user is not None, raise_request_exception=False))
        for who, user in people.items()
    }


def of_pages(furnished: Cast) -> Iterator[Answer]:
    """What each of them reads, and what empty forms and other methods get."""
    where, people = addresses(furnished), visitors(furnished)
    for name, address in where.items():
        for who, asking in people.items():
            yield asking.ask("GET", address, f"GET {name} as {who}")
        for method in ("POST", "OPTIONS"):
            yield people["owner"].ask(method, address, f"{method} {name}")


def of_front() -> Iterator[Answer]:
    """Each route of the front: asked as it wants, by other methods, and without what it needs."""
    for path in (*settings.FRONT_ROUTES, "/service/elsewhere"):
        for method in ("GET", "POST", "PUT", "OPTIONS"):
            found = ask(path, method, body=b"x" if method in {"POST", "PUT"} else b"")
            headers = {name.lower(): text for name, text in found.headers.items()}
            yield Answer(f"{method} {path}", found.status, headers, zlib.compress(found.body, 1))


def of_refusals() -> Iterator[Answer]:
    """What is answered ahead of verifiers and pages: no proxy, no thread, too slow, too large, broken."""
    for path in REFUSED_AT:
        for status in PROBLEMS:
            head = Head("GET", path, "", "192.0.2.7", {})
            yield of_sent(f"{status} at {path}", refuse(head, status, "Title", "Words."))
    for path, handler in endpoints.routes().items():
        for response in (calling.too_large(handler), calling.unavailable()):
            head = Head("POST", path, "", "192.0.2.7", {})
            sent = calling.complete(head, response, "0af7651916cd43dd", 0.0)
            yield of_sent(f"{response.status} at {path}", sent)


def of_errors(furnished: Cast) -> Iterator[Answer]:
    """What Django says of what went wrong: 400, 403, 404, 405 and a form that is too large."""
    owner = browser(furnished.owner, raise_request_exception=False)
    strict = browser(furnished.owner, enforce_csrf_checks=True)
    large = {"description": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    yield of_django("400", owner.get("/o/acme/robots/?cursor=x"))
    yield of_django("403", strict.post("/theme/", {"theme": "dark"}))
    yield of_django("404", owner.get("/nothing-here/"))
    yield of_django("404 of a file", owner.get("/static/nothing.css"))
    yield of_django("404 of the API", owner.get("/api/v1/nothing/"))
    yield of_django("405", owner.put("/o/acme/robots/"))
    yield of_django("too large", owner.post("/o/acme/settings/", large))


def of_files(folder: Path) -> Iterator[Answer]:
    """A style and a script, which anybody gets, from the folder where files are collected."""
    for name in FILES:
        file = folder / "console" / name
        file.parent.mkdir(parents=True)
        file.write_bytes((ROOT / "static" / "console" / name).read_bytes())
    for name in FILES:
        yield of_django(f"the file {name}", browser().get(f"/static/console/{name}"))


def every(furnished: Cast, folder: Path) -> Iterator[Answer]:
    """All of them; in `folder`, which is empty, files are collected."""
    yield from of_front()
    yield from of_refusals()
    yield from of_files(folder)
    yield from of_errors(furnished)
    yield from of_pages(furnished)
