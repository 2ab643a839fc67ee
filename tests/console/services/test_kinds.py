"""Resource servers, reverse proxies and clusters: their pages, their secrets, and what is theirs alone."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import yaml
from django.conf import settings as present_settings
from django.test import Client
from django.utils import timezone

from console.models import Service, ServiceSecret
from console.services.asking import asking, telling
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.front import ask, basic

LIST = "/o/acme/settings/services/"
API = "/api/v1/organizations/acme/services/"
JSON: Any = {"content_type": "application/json"}
RESOURCE = {
    "name": "api",
    "audience": "https://api.example.com",
    "exempt_from_addresses": "on",
    "personal_tokens": "none",
}
PROXY = {"name": "front", "proxy": "nginx", "host": "r.example.com", "personal_tokens": "none"}


@pytest.fixture
def as_owner(cast: Cast) -> Client:
    """The owner has just given the password: secrets take that."""
    return browser(cast.owner, confirmed=True)


@pytest.fixture
def api(as_owner: Client) -> Service:
    as_owner.post(f"{LIST}new/resource/", RESOURCE)
    return Service.objects.get(name="api")


def minted(client: Client, service: Service, **fields: object) -> Any:
    sent = {"overlap": "24", "request_key": str(uuid4())} | fields
    return client.post(f"{LIST}{service.uuid}/secrets/new/", sent)


def secret_on(page: Any) -> str:
    found = re.search(r"rsv_[0-9A-Za-z]{42}", text(page))
    assert found
    return found[0]


def may_ask(service: Service, secret: str) -> bool:
    login = basic(str(service.uuid), secret)
    form: Any = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    answer = ask("/oauth/introspect", "POST", body=b"token=x", authorization=login, **form)
    return answer.status == 200


def test_a_resource_server_has_an_audience_and_says_where_it_asks(
    as_owner: Client, api: Service
) -> None:
    assert (api.kind, api.exempt_from_addresses, api.host) == ("resource", True, "")
    page = text(as_owner.get(f"{LIST}{api.uuid}/"))
    assert "audience: https://api.example.com" in page
    assert f"client_id: {api.uuid}" in page
    assert "/oauth/introspect" in page
    assert "It cannot ask before it has one." in page


def test_its_secret_is_shown_once_and_works(as_owner: Client, api: Service) -> None:
    with events_written() as events:
        page = minted(as_owner, api)
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert [event.action for event in events] == ["service:secret-created"]
    assert may_ask(api, secret_on(page))
    assert "rsv_" not in text(as_owner.get(f"{LIST}{api.uuid}/"))


@pytest.mark.parametrize(("overlap", "goes_on"), [("24", True), ("0", False)])
def test_the_secret_before_it_goes_on_as_long_as_was_chosen(
    as_owner: Client, api: Service, overlap: str, goes_on: bool
) -> None:
    old = secret_on(minted(as_owner, api))
    new = secret_on(minted(as_owner, api, overlap=overlap))
    assert (may_ask(api, old), may_ask(api, new)) == (goes_on, True)


def test_a_form_sent_twice_makes_one_secret(as_owner: Client, api: Service) -> None:
    key = str(uuid4())
    minted(as_owner, api, request_key=key)
    again = minted(as_owner, api, request_key=key)
    assert again["Location"] == f"{LIST}{api.uuid}/"
    assert ServiceSecret.objects.count() == 1


def test_a_secret_takes_the_password(cast: Cast, api: Service) -> None:
    answer = minted(browser(cast.owner), api)
    assert answer["Location"].startswith("/account/sign-in-again/")
    assert not ServiceSecret.objects.exists()


def test_the_api_gives_a_secret_once(as_owner: Client, api: Service) -> None:
    address = f"{API}{api.uuid}/secrets/"
    key: Any = {"headers": {"Idempotency-Key": "one"}}
    answer = as_owner.post(address, {"overlap": 60}, **JSON, **key)
    made = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    assert made["client_id"] == str(api.uuid)
    assert may_ask(api, made["client_secret"])
    again = as_owner.post(address, {"overlap": 60}, **JSON, **key)
    assert again.status_code == 409
    listed = as_owner.get(address)
    assert [row["id"] for row in listed.json()["results"]] == [made["id"]]
    assert made["client_secret"] not in text(listed)
    assert as_owner.post(address, {}, **JSON).status_code == 201
    first = ServiceSecret.objects.get(pk=made["id"])
    assert first.ends_at is not None
    assert abs(first.ends_at - timezone.now() - timedelta(days=1)) < timedelta(minutes=1)


def test_a_proxy_says_which_it_is_and_is_told_where_to_ask(as_owner: Client) -> None:
    assert as_owner.post(f"{LIST}new/proxy/", PROXY | {"proxy": ""}).status_code == 422
    page = text(as_owner.get(as_owner.post(f"{LIST}new/proxy/", PROXY)["Location"]))
    assert "/auth/registry?service=acme%2Ffront" in page
    assert "nginx" in page


def test_a_kind_that_is_none_has_no_form(as_owner: Client) -> None:
    assert as_owner.get(f"{LIST}new/other/").status_code == 404


def test_a_proxy_has_no_secrets(as_owner: Client) -> None:
    made = as_owner.post(f"{LIST}new/proxy/", PROXY)
    assert as_owner.get(f"{made['Location']}secrets/new/").status_code == 404
    service = UUID(made["Location"].split("/")[-2])
    assert as_owner.post(f"{API}{service}/secrets/", {}, **JSON).status_code == 422


def shown_file(page: Any, block: str) -> Any:
    """A block of YAML on a page."""
    found = re.search(rf'<pre id="{block}"[^>]*><code>(.*?)</code>', text(page), re.DOTALL)
    assert found
    return yaml.safe_load(unescape(found[1]))["notifications"]["endpoints"][0]


def test_a_registrys_secret_is_shown_once_where_its_configuration_has_it(
    as_owner: Client,
) -> None:
    as_owner.post(f"{LIST}new/registry/", PROXY | {"proxy": ""})
    registry = Service.objects.get(name="front")
    page = as_owner.get(f"{LIST}{registry.uuid}/")
    assert "With one it tells Roster what is pushed and pulled there." in text(page)
    told = shown_file(page, "text-telling")
    assert told["url"] == "http://127.0.0.1:8000/service/events"
    assert told["headers"] == {"Authorization": ["Bearer SECRET"]}
    page = minted(as_owner, registry)
    told = shown_file(page, "text-telling")
    assert told["headers"] == {"Authorization": [f"Bearer {secret_on(page)}"]}
    assert "rsv_" not in text(as_owner.get(f"{LIST}{registry.uuid}/"))


def test_it_tells_as_the_configuration_that_is_given_away_does() -> None:
    given = Path(present_settings.BASE_DIR) / "deploy" / "registry" / "config.yml"
    ours = yaml.safe_load(given.read_text())["notifications"]
    assert yaml.safe_load(telling("SECRET").text) == {"notifications": ours}


def test_a_registrys_secret_asks_nothing(as_owner: Client) -> None:
    as_owner.post(f"{LIST}new/registry/", PROXY | {"proxy": ""})
    registry = Service.objects.get(name="front")
    assert not may_ask(registry, secret_on(minted(as_owner, registry)))


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("registry", "audience", "https://x.example.com"),
        ("registry", "exempt_from_addresses", True),
        ("registry", "proxy", "nginx"),
        ("registry", "host", ""),
        ("resource", "host", "x.example.com"),
        ("resource", "proxy", "nginx"),
        ("proxy", "audience", "https://x.example.com"),
        ("proxy", "proxy", "apache"),
        ("cluster", "host", "x.example.com"),
        ("cluster", "proxy", "nginx"),
        ("cluster", "personal_tokens", "pull"),
        ("other", "kind", "other"),
    ],
)
def test_what_is_not_of_the_kind_is_refused_at_its_field(
    as_owner: Client, kind: str, field: str, value: object
) -> None:
    hosted = {} if kind in {"resource", "cluster"} else {"host": "h.example.com"}
    right = {"name": "x", "kind": kind} | hosted
    right |= {"proxy": "caddy"} if kind == "proxy" else {}
    answer = as_owner.post(API, right | {field: value}, **JSON)
    assert answer.status_code == 422, text(answer)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_proxy_before_a_registry_stands_in_the_logins_people_take_away(
    cast: Cast, as_owner: Client
) -> None:
    as_owner.post(f"{LIST}new/proxy/", PROXY)
    sent = {"name": "fresh", "kind": "compact", "expiry": "never", "request_key": str(uuid4())}
    page = text(as_owner.post(f"/o/acme/robots/{cast.robot.uuid}/tokens/new/", sent))
    assert "--password-stdin r.example.com" in page
    assert "service=registry" in page


@pytest.mark.parametrize("name", ["on", "1e3", "null"])
def test_what_a_service_is_told_is_read_as_it_is_meant(cast: Cast, name: str) -> None:
    """YAML takes some words for something else."""
    operator = browser(cast.operator, confirmed=True)
    sent = PROXY | {"name": name, "proxy": ""}
    operator.post("/services/new/registry/", sent)
    told = yaml.safe_load(asking(Service.objects.get(name=name)).text)
    assert told["auth"]["token"]["service"] == name
