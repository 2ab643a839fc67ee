"""A secret is in the one answer it is for, and in nothing that stays."""

import base64
import io
import pickle
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from console.minted_secrets import Plaintext
from console.models import Event
from console.sessions import SessionStore
from robots.models import Token, Usage
from robots.tokens.services.tokens import create_token, delete_token
from robots.usage import flush
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.front import ask, basic
from tests.leak_search import Haystack


def revealed(response: Any) -> str:
    """The secret on the page that shows it."""
    (secret,) = texts_of(response, id="secret")
    return secret


def form(**changes: object) -> dict[str, object]:
    return {"name": "fresh", "expiry": "never", "kind": "compact", "request_key": uuid4()} | changes


def address(cast: Cast, page: str = "token-create", *more: object) -> str:
    return reverse(f"robots:{page}", args=["acme", cast.robot.uuid, *more])


@pytest.mark.parametrize("kind", ["signed", "compact"])
def test_a_token_of_the_service_leaves_no_secret(cast: Cast, haystack: Haystack, kind: str) -> None:
    minted = create_token(actor=cast.owner, robot=cast.robot, name="fresh", kind=kind)
    assert haystack.finds(minted.plaintext.reveal(), cast.secret) == []


@pytest.mark.parametrize("kind", ["signed", "compact"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_token_of_the_page_leaves_no_secret(
    as_owner: Client, cast: Cast, haystack: Haystack, kind: str, headers: dict[str, str]
) -> None:
    response = as_owner.post(address(cast), form(kind=kind), headers=headers)
    secret = revealed(response)
    as_owner.get(address(cast, "robot"))
    cookies = " ".join(cookie.OutputString() for cookie in as_owner.cookies.values())
    assert secret not in cookies
    assert haystack.finds(secret) == []


def test_failed_and_repeated_forms_leave_no_secret(
    as_owner: Client, cast: Cast, haystack: Haystack
) -> None:
    data = form()
    assert as_owner.post(address(cast), data | {"name": "No!"}).status_code == 422
    secret = revealed(as_owner.post(address(cast), data))
    repeated = as_owner.post(address(cast), data, follow=True)
    assert secret not in text(repeated)
    assert as_owner.post(address(cast), data | {"request_key": uuid4()}).status_code == 422
    assert haystack.finds(secret) == []


@pytest.mark.parametrize("kind", ["signed", "compact"])
def test_a_personal_token_leaves_no_secret(cast: Cast, haystack: Haystack, kind: str) -> None:
    """Made, refused, renewed, downloaded, and used where it is taken and where it is not."""
    client, new = browser(cast.owner, confirmed=True), "/account/tokens/new/"
    assert client.post(new, form(name="No!", kind=kind)).status_code == 422
    data = form(kind=kind)
    first = revealed(client.post(new, data))
    token = Token.objects.get(user=cast.owner)
    assert first not in text(client.post(new, data, follow=True))
    for page in ("/account/tokens/", token.get_absolute_url()):
        assert first not in text(client.get(page))
    current = token.secrets.get().pk
    renewal = form(kind=kind, old_ends="1h", current=current)
    second = revealed(client.post(token.address("token-rotate"), renewal))
    for key in ("json", "env", "curl", "kubernetes"):
        client.post(token.address("token-download"), {"form": key, "secret": second})
    answers = {it.get("/api/v1/me/tokens/").status_code for it in presenting(token, first, second)}
    assert answers == {200, 401}
    assert set(logins(second, str(token.uuid))) == {400, 401}
    assert flush.flush()
    assert Event.objects.filter(action="token:refused", after__reason="personal token").exists()
    assert haystack.finds(first, second) == []


def presenting(token: Token, *secrets: str) -> Iterator[Client]:
    """Clients with each secret as Bearer and Basic, right and wrong."""
    for secret in (it for right in secrets for it in (right, right[:-1], right.swapcase())):
        for header in (f"Bearer {secret}", basic(str(token.uuid), secret)):
            yield browser(headers={"Authorization": header})


@pytest.mark.parametrize("kind", ["signed", "compact"])
def test_the_api_leaves_no_secret_of_a_personal_token(
    cast: Cast, haystack: Haystack, kind: str
) -> None:
    client, path = browser(cast.owner, confirmed=True), "/api/v1/me/tokens/"
    body: dict[str, Any] = {"name": "fresh", "kind": kind}
    options: dict[str, Any] = {"content_type": "application/json"}
    headers = {"Idempotency-Key": "one"}
    made = client.post(path, body, headers=headers, **options).json()
    assert made["secret"] not in text(client.post(path, body, headers=headers, **options))
    own = browser(headers={"Authorization": f"Bearer {made['secret']}"})
    renewed = own.post("/api/v1/me/token/rotation/", {"kind": kind}, **options).json()
    shown = [own.get(it) for it in (path, f"{path}{made['access_id']}/", "/api/v1/me/token/")]
    for secret in (made["secret"], renewed["secret"]):
        assert not any(secret in text(answer) for answer in shown)
    assert haystack.finds(made["secret"], renewed["secret"]) == []


def test_downloads_leave_no_secret(as_owner: Client, cast: Cast, haystack: Haystack) -> None:
    where = address(cast, "token-download", cast.token.uuid)
    for key in ("json", "harbor", "docker", "docker-config", "kubernetes"):
        assert as_owner.post(where, {"form": key, "secret": cast.secret}).status_code == 200
        assert as_owner.post(where, {"form": key, "secret": cast.secret[1:]}).status_code == 400
    assert as_owner.post(where, {"form": "nothing", "secret": cast.secret}).status_code == 400
    assert haystack.finds(cast.secret) == []


def test_the_demonstration_leaves_no_secret(cast: Cast, haystack: Haystack) -> None:
    call_command("demo", organization="initech", stdout=io.StringIO())
    assert Token.objects.filter(robot__organization__slug="initech").count() > 5
    assert haystack.finds() == []


FORM = "application/x-www-form-urlencoded"


def logins(secret: str, access_id: str) -> Iterator[int]:
    """The ways to present a secret to the registry's token service, and what each gets."""
    path = "/service/token?service=registry&scope=repository:acme/payments/api:push"
    for name in (access_id, "robot_acme.payments+ci", "somebody", ""):
        yield ask(path, authorization=basic(name, secret)).status
        yield posted(grant_type="password", username=name, password=secret)
    yield ask(path, authorization=f"Bearer {secret}").status
    yield ask(path, authorization=f"Bearer {secret}, x").status
    yield posted(grant_type="refresh_token", refresh_token=secret)


def posted(**fields: str) -> int:
    body = urlencode({"service": "registry"} | fields).encode()
    return ask("/service/token", "POST", body=body, CONTENT_TYPE=FORM).status


@pytest.mark.parametrize("kind", ["signed", "compact"])
def test_logins_leave_no_secret_whether_they_succeed_or_not(
    cast: Cast, haystack: Haystack, kind: str
) -> None:
    minted = create_token(actor=cast.owner, robot=cast.robot, name="fresh", kind=kind)
    secret, access_id = minted.plaintext.reveal(), str(minted.token.uuid)
    presented = [secret, secret[:-1], secret + "x", secret.swapcase()]
    seen = {status for it in presented for status in logins(it, access_id)}
    delete_token(actor=cast.owner, token=minted.token)
    after = set(logins(secret, access_id))
    assert (seen, after) == ({200, 400, 401}, {400, 401})
    assert flush.flush()
    assert Usage.objects.exclude(outcome="accepted").exists()
    assert Event.objects.filter(action="token:refused").exists()
    assert haystack.finds(*presented) == []


def test_a_fault_while_the_secret_is_shown_does_not_log_it(
    cast: Cast, haystack: Haystack, settings: Settings
) -> None:
    settings.ROSTER_REGISTRY_HOST = object()  # no export can hold it
    client = browser(cast.owner, raise_request_exception=False)
    for kind in ("signed", "compact"):
        response = client.post(address(cast), form(name=f"lost-{kind}", kind=kind))
        assert response.status_code == 500
        assert "Something broke" in text(response)
    assert "TypeError" in haystack.log.getvalue()
    assert haystack.finds() == []


def plant(place: str, secret: str, haystack: Haystack) -> None:
    match place:
        case "database":
            Token.objects.update(last_used_agent=secret)
        case "sessions":
            session = SessionStore()
            session["kept"] = secret
            session.save()
        case "cache":
            cache.set("kept", secret)
        case "log":
            flush.failures.logger.debug("kept", value=secret)
        case "mail":
            mail.send_mail("kept", secret, None, ["owner@example.com"])


@pytest.mark.parametrize("place", ["database", "sessions", "cache", "log", "mail"])
@pytest.mark.parametrize(
    "form_of",
    [
        lambda secret: secret,
        lambda secret: f"half of it: {secret[4:]}",
        lambda secret: base64.b64encode(f"robot_acme+ci:{secret}".encode()).decode(),
    ],
    ids=["plain", "random part", "base64"],
)
def test_the_search_finds_what_is_planted(
    cast: Cast, haystack: Haystack, place: str, form_of: Callable[[str], str]
) -> None:
    plant(place, form_of(cast.secret), haystack)
    assert place in haystack.finds(cast.secret)


def test_a_plaintext_shows_nothing_of_itself() -> None:
    plain = Plaintext("rbt_secret")
    shown = [repr(plain), str(plain), f"{plain}", f"{plain!r:>5}", repr([plain])]
    assert not any("secret" in text for text in shown)
    with pytest.raises(TypeError):
        pickle.dumps(plain)
    with pytest.raises(TypeError):
        vars(plain)
    assert plain.reveal() == "rbt_secret"


def test_what_carries_a_secret_does_not_show_it(cast: Cast) -> None:
    assert cast.secret not in repr(cast.minted)
    assert cast.secret not in repr(create_token)
