"""A person's browser over HTTP: the console's pages of a running server, without its scripts."""

import re
import urllib.request
import uuid
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

from tests.interop.processes import PATIENCE_SECONDS

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
Made = dict[str, str]


class Refused(AssertionError):
    """An answer that is none of 2xx."""

    def __init__(self, path: str, status: int, page: str) -> None:
        super().__init__(f"{path}: {status} {page}")
        self.status, self.page = status, page


class Console:
    """Somebody in one organization, signed in if they are named; paths are below its address."""

    def __init__(self, origin: str, organization: str, email: str = "", password: str = "") -> None:
        self.origin, self.organization, self.password = origin, organization, password
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        if email:
            self.sign_in(email, password)

    def sign_in(self, email: str, password: str) -> str:
        """The page that it leads to."""
        self.password = password
        self.ask("/sign-in/")
        return self.ask("/sign-in/", {"login": email, "password": password})[1]

    def confirm(self) -> None:
        """Give the password once more, as deletions want."""
        self.ask("/account/sign-in-again/", {"password": self.password})

    def page(self, path: str) -> str:
        return self.ask(self._below(path))[1]

    def send(self, path: str, **fields: Any) -> tuple[str, str]:
        """Send a form; the address and the text of the page that it leads to."""
        return self.ask(self._below(path), fields)

    def make(self, path: str, **fields: Any) -> str:
        """Send a form that leads to the page of what it made; that one's UUID."""
        address, page = self.send(path, **fields)
        found = re.findall(UUID, address)
        assert found, page
        return str(found[-1])

    def project(self, slug: str, **more: str) -> str:
        """A new project's UUID."""
        self.send("projects/new/", slug=slug, name=slug.title(), **more)
        row = rf'name="project" value="({UUID})"(?:(?!</tr>).)*\b{slug}\b'
        (found,) = re.findall(row, self.page("robots/new/"), re.DOTALL)
        return str(found)

    def robot(self, name: str, **reach: Any) -> Made:
        """A robot account with a token: organization robot unless `reach` says otherwise."""
        fields = {"name": name, "level": "organization", "expiry": "never"} | reach
        robot = self.make("robots/new/", **fields)
        return self.token(f"robots/{robot}/tokens/new/") | {"uuid": robot}

    def token(self, path: str, **fields: str) -> Made:
        """Login name and secret of a new token, off the page that shows them."""
        wanted = {"name": "first", "expiry": "never", "kind": "compact"} | fields
        _, page = self.send(path, **wanted, request_key=str(uuid.uuid4()))
        secret = re.search(r'id="secret" data-secret>([^<]+)<', page)
        login_name = re.search(r"robot_[a-z0-9.+-]+", page)
        assert secret, page
        assert login_name, page
        return {"secret": secret[1], "login_name": login_name[0]}

    def _below(self, path: str) -> str:
        return f"/o/{self.organization}/{path}"

    def ask(self, path: str, fields: dict[str, Any] | None = None) -> tuple[str, str]:
        """Any page; with `fields`, its form is sent. Where it led to, and that page. Raises `Refused`."""
        body = None
        if fields is not None:
            token = next(
                cookie.value for cookie in self.cookies if cookie.name.endswith("roster-csrf")
            )
            body = urlencode(fields | {"csrfmiddlewaretoken": token}, doseq=True).encode()
        try:
            with self.opener.open(f"{self.origin}{path}", body, PATIENCE_SECONDS) as answer:
                return answer.url, answer.read().decode()
        except HTTPError as error:
            with error:
                raise Refused(path, error.code, error.read().decode()) from error
