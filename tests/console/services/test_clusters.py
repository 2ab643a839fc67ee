"""Clusters: their pages, their secret, and that files and pages tell an API server the same."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import kubernetes_validate
import pytest
import yaml
from django.test import Client
from pytest_django import Settings

from console.models import Service
from console.services.asking import asking
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.verifiers.kubernetes.asking import register, reviewed
from tests.test_documents import ROOT

LIST = "/o/acme/settings/services/"
FORM = {"name": "prod", "audience": "", "personal_tokens": "none"}
FOLDER = ROOT / "deploy" / "kubernetes" / "token-review"


@pytest.fixture
def as_owner(cast: Cast) -> Client:
    """The owner has just given the password: secrets take that."""
    return browser(cast.owner, confirmed=True)


def made(client: Client, **fields: str) -> Service:
    answer = client.post(f"{LIST}new/cluster/", FORM | fields)
    assert answer.status_code == 302, text(answer)
    return Service.objects.get(name="prod")


def test_its_page_has_the_kubeconfig_of_the_webhook(as_owner: Client) -> None:
    service = made(as_owner)
    assert (service.kind, service.host, service.exempt_from_addresses) == ("cluster", "", False)
    page = text(as_owner.get(f"{LIST}{service.uuid}/"))
    assert "server: http://127.0.0.1:8000/kubernetes/token-review" in page
    assert "--authentication-token-webhook-version=v1" in page
    assert "It cannot ask before it has one." in page


def test_its_secret_is_shown_once_as_a_bearer_token(cast: Cast, as_owner: Client) -> None:
    address = f"{LIST}{made(as_owner).uuid}/secrets/new/"
    page = text(as_owner.post(address, {"overlap": "0", "request_key": str(uuid4())}))
    found = re.search(r"rsv_[0-9A-Za-z]{42}", page)
    assert found
    assert "Client ID" not in page
    assert reviewed(f"Bearer {found[0]}", cast.secret)["authenticated"] is True


def test_people_are_let_in_or_not(as_owner: Client) -> None:
    page = text(as_owner.get(f"{LIST}new/cluster/"))
    assert re.findall(r'name="personal_tokens" value="(\w+)"', page) == ["none", "all"]
    answer = as_owner.post(f"{LIST}new/cluster/", FORM | {"personal_tokens": "pull"})
    assert answer.status_code == 422
    service = made(as_owner, personal_tokens="all")
    listed = text(as_owner.get(LIST))
    assert ("Let in" in listed, "All that the person may do" in listed) == (True, False)
    sent = {"audience": "", "personal_tokens": "none"}
    assert as_owner.post(f"{LIST}{service.uuid}/", sent).status_code == 302
    assert Service.objects.get(pk=service.pk).personal_tokens == "none"


def documents(path: Path) -> list[Any]:
    return list(yaml.safe_load_all(path.read_text()))


def test_page_file_and_guide_tell_the_same(cast: Cast, settings: Settings) -> None:
    settings.ROSTER_ORIGIN = "https://roster.example.com"
    told = yaml.safe_load(asking(register(cast, cast.organization)).text)
    guide = (ROOT / "docs" / "kubernetes.md").read_text()
    config, flags = map(
        yaml.safe_load, re.findall(r"^```yaml\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    )
    assert documents(FOLDER / "webhook.yaml") == [told] == [config]
    table = re.findall(r"^ +\| `(--.+?)` \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert table == flags
    (context,) = told["contexts"]
    assert told["current-context"] == context["name"]
    assert told["users"][0]["user"] == {"tokenFile": "/etc/kubernetes/roster/secret"}


def test_kubernetes_schema_takes_the_role_bindings() -> None:
    bindings = documents(FOLDER / "role-bindings.yaml")
    for binding in bindings:
        kubernetes_validate.validate(binding, "1.37", strict=True)
    groups = [one["name"] for binding in bindings for one in binding["subjects"]]
    assert groups == ["roster:team:acme:deployers", "roster:role:acme:viewer"]
