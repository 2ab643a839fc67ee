"""Tokens that may do much in Roster itself: the password first, a warning, an end."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from console.permissions.roles import BUILTIN_ROLES, Scope
from console.permissions.vocabulary import STRONG_PERMISSIONS, Permission
from robots.models import Robot, Token
from robots.tokens.services.tokens import create_token
from tests.actors import holder
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast

JSON: dict[str, Any] = {"content_type": "application/json"}
LATER, SOONER = "2099-02-03T00:00:00Z", "2098-01-01T00:00:00Z"
EXPIRY = {"expiry": "date", "expiry_date": "2099-02-03"}


@dataclass(frozen=True)
class Way:
    """One way to make, show or lengthen a robot's token: its address below the robot's, what is sent."""

    path: str
    body: dict[str, Any]
    done: frozenset[int] = frozenset({200, 302})


PAGES = {
    "create": Way("tokens/new/", {"name": "fresh", "expiry": "never", "kind": "compact"}),
    "rotate": Way("tokens/{token}/rotation/", {"kind": "compact", "old_ends": "24h"}),
    "refresh": Way("tokens/{token}/refresh/", {"kind": "compact"}),
    "expiry": Way("tokens/{token}/expiry/", EXPIRY),
    "extend": Way("extension/", EXPIRY),
}
CALLS = {
    "create": Way("tokens/", {"name": "fresh", "kind": "compact"}, frozenset({201})),
    "rotate": Way("tokens/{token}/rotation/", {"kind": "compact"}, frozenset({201})),
    "refresh": Way("tokens/{token}/refresh/", {"kind": "compact"}, frozenset({201})),
    "expiry": Way("tokens/{token}/", {"expires_at": LATER}, frozenset({200})),
    "extend": Way("", {"expires_at": LATER}, frozenset({200})),
}


@dataclass(frozen=True)
class Subject:
    """A robot with a token that ends in 2098, as the robot itself does."""

    robot: Robot
    token: Token

    def address(self, way: Way, root: str) -> str:
        return f"{root}/robots/{self.robot.uuid}/{way.path.format(token=self.token.uuid)}"

    def page(self, client: Client, way: Way) -> Any:
        current = self.token.secrets.latest("id").pk
        sent = way.body | {"current": current, "request_key": uuid4()}
        return client.post(self.address(way, "/o/acme"), sent)

    def call(self, client: Client, way: Way, method: str) -> Any:
        address = self.address(way, "/api/v1/organizations/acme")
        return client.generic(
            method, address, json.dumps(way.body), content_type="application/json"
        )


def method_of(name: str) -> str:
    return "PATCH" if name in {"expiry", "extend"} else "POST"


@pytest.fixture(params=["strong", "plain"])
def subject(request: pytest.FixtureRequest, cast: Cast) -> Subject:
    given = [Permission.TEAM_READ] if request.param == "strong" else [Permission.ARTIFACT_PULL]
    robot = holder(cast.organization, *given)
    token = create_token(actor=cast.owner, robot=robot, name="t", kind="compact")
    Token.objects.filter(pk=token.token.pk).update(expires_at=SOONER)
    Robot.objects.filter(pk=robot.pk).update(expires_at=SOONER)
    return Subject(robot, token.token)


def is_strong(subject: Subject) -> bool:
    return bool(subject.robot.strong_permissions())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_the_password_where_the_token_is_strong(
    cast: Cast, subject: Subject, name: str
) -> None:
    way, stale = PAGES[name], browser(cast.owner)
    opened = stale.get(subject.address(way, "/o/acme"))
    assert ("sign-in-again" in opened.get("Location", "")) == is_strong(subject)
    if is_strong(subject):
        assert "sign-in-again" in subject.page(stale, way)["Location"]
    fresh = browser(cast.owner, confirmed=True)
    answer = subject.page(fresh, way)
    assert answer.status_code in way.done, text(answer)
    assert "sign-in-again" not in answer.get("Location", "")


@pytest.mark.parametrize("name", CALLS)
def test_a_session_is_asked_by_the_api_too_and_a_token_is_not(
    cast: Cast, subject: Subject, name: str
) -> None:
    way, method = CALLS[name], method_of(name)
    answer = subject.call(browser(cast.owner), way, method)
    assert answer.status_code in ({403} if is_strong(subject) else way.done)
    if is_strong(subject):
        assert answer.json()["title"] == "Sign in again"
        answer = subject.call(bearer(token_of(cast.owner)[1]), way, method)
        assert answer.status_code in way.done, answer.content


def test_less_time_takes_no_password(cast: Cast, subject: Subject) -> None:
    for name in ("expiry", "extend"):
        way = Way(CALLS[name].path, {"expires_at": "2097-01-01T00:00:00Z"})
        assert subject.call(browser(cast.owner), way, "PATCH").status_code == 200


def test_the_settings_ask_when_they_give_a_strong_robot_more_time(
    cast: Cast, subject: Subject
) -> None:
    client = browser(cast.owner)
    address = reverse("robots:robot-settings", args=["acme", subject.robot.uuid])
    page = text(client.get(address))
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    answer = client.post(address, EXPIRY | {"seen": seen, "description": "kept"})
    assert ("sign-in-again" in answer["Location"]) == is_strong(subject)


@pytest.mark.parametrize("scope", [Scope.ORGANIZATION, Scope.PROJECT])
def test_a_token_of_a_strong_role_asks_and_warns(cast: Cast, scope: Scope) -> None:
    roles = {"organization": ["owner", "viewer"], "project": ["admin", "developer", "guest"]}
    for name in roles[scope]:
        strong = bool(BUILTIN_ROLES[scope, name].permissions & STRONG_PERMISSIONS)
        address = reverse("robots:builtin-role-token-create", args=["acme", scope, name])
        assert browser(cast.owner).get(address).status_code == (302 if strong else 200), name
        page = text(browser(cast.owner, confirmed=True).get(address))
        assert ("This token opens Roster itself" in page) == strong
        assert ('value="90" checked' in page or 'value="90" selected' in page) == strong


def test_the_form_warns_and_presets_an_end(cast: Cast, subject: Subject) -> None:
    Robot.objects.filter(pk=subject.robot.pk).update(expires_at=None)
    address = subject.address(PAGES["create"], "/o/acme")
    page = text(browser(cast.owner, confirmed=True).get(address))
    assert ("This token opens Roster itself" in page) == is_strong(subject)
    answer = subject.call(
        bearer(token_of(cast.owner)[1]), Way("tokens/", {"name": "fresh"}), "POST"
    )
    assert (answer.json()["expires_at"] is not None) == is_strong(subject)


def test_narrowed_to_data_it_is_not_strong(cast: Cast, subject: Subject) -> None:
    way = Way("tokens/", {"name": "fresh", "kind": "compact", "permissions": ["artifact:pull"]})
    assert subject.call(browser(cast.owner), way, "POST").status_code == 201


def test_a_persons_own_token_gets_no_later_end_from_a_stale_session(cast: Cast) -> None:
    token, _ = token_of(cast.owner, expires_at=SOONER)
    page = reverse("robots:personal-token-expiry", args=[token.uuid])
    assert "sign-in-again" in browser(cast.owner).post(page, EXPIRY)["Location"]
    address = f"/api/v1/me/tokens/{token.uuid}/"
    answer = browser(cast.owner).patch(address, {"expires_at": LATER}, **JSON)
    assert (answer.status_code, answer.json()["title"]) == (403, "Sign in again")
    answer = browser(cast.owner, confirmed=True).patch(address, {"expires_at": LATER}, **JSON)
    assert answer.status_code == 200
