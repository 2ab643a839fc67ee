"""The pages of services: an organization's settings, and those of the site, which operators have."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from console.models import Service
from console.services.services import create_service
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import MembershipFactory

NEW = {
    "name": "mirror",
    "description": "Copies",
    "host": "mirror.example.com:5000",
    "uses_x5c": "on",
    "personal_tokens": "pull",
}
LIST = "/o/acme/settings/services/"


@pytest.fixture
def operator(cast: Cast) -> Client:
    return browser(cast.operator, confirmed=True)


@pytest.fixture
def mirror(cast: Cast) -> Service:
    return create_service(
        actor=cast.owner,
        organization=cast.organization,
        name="mirror",
        host="mirror.example.com:5000",
    )


def test_a_registry_of_the_organization_is_created_and_says_how_it_asks(as_owner: Client) -> None:
    with events_written() as events:
        answer = as_owner.post(f"{LIST}new/registry/", NEW)
    made = Service.objects.get(name="mirror")
    assert answer["Location"] == f"{LIST}{made.uuid}/"
    (event,) = events
    assert (event.action, event.target_label) == ("service:created", "acme/mirror")
    assert event.after["personal_tokens"] == "pull"
    page = text(as_owner.get(answer["Location"]))
    assert "service: acme/mirror" in page
    assert "realm: http://127.0.0.1:8000/service/token" in page
    assert "rootcertbundle: " in page
    assert "registry_bundle --output FILE" in page


def test_without_certificates_it_is_told_of_the_keys(as_owner: Client, mirror: Service) -> None:
    address = f"{LIST}{mirror.uuid}/"
    as_owner.post(address, {name: NEW[name] for name in NEW if name not in {"name", "uses_x5c"}})
    page = text(as_owner.get(address))
    assert "jwks: " in page
    assert "registry_bundle --jwks --output FILE" in page


def test_the_list_has_the_sites_too_and_its_members_change_nothing(
    cast: Cast, as_owner: Client, mirror: Service
) -> None:
    page = text(as_owner.get(LIST))
    assert "acme/mirror" in page
    assert "127.0.0.1:5000" in page
    member = browser(cast.member)
    assert "Create Service" not in text(member.get(LIST))
    page = text(member.get(f"{LIST}{mirror.uuid}/"))
    assert "Save Service" not in page
    assert "Delete Service" not in page


def test_a_name_that_is_taken_is_said_at_its_field(as_owner: Client, mirror: Service) -> None:
    answer = as_owner.post(f"{LIST}new/registry/", NEW)
    assert answer.status_code == 422
    assert "The organization has a service of this name." in text(answer)


@pytest.mark.parametrize("host", ["https://x.example.com", "a b", "x/y", "host:99999", "-"])
def test_what_is_no_host_is_refused(as_owner: Client, host: str) -> None:
    answer = as_owner.post(f"{LIST}new/registry/", NEW | {"host": host})
    assert answer.status_code == 422
    assert "Give a host and perhaps a port" in text(answer)


def test_deleting_takes_its_name_and_the_password(cast: Cast, mirror: Service) -> None:
    client, address = browser(cast.owner), f"{LIST}{mirror.uuid}/deletion/"
    assert client.post(address, {"name": "mirror"})["Location"].startswith(
        "/account/sign-in-again/"
    )
    client = browser(cast.owner, confirmed=True)
    assert client.post(address, {"name": "other"}).status_code == 422
    assert client.post(address, {"name": "mirror"})["Location"] == LIST
    assert not Service.objects.filter(name="mirror").exists()


def test_operators_have_the_sites_own_page(cast: Cast, operator: Client, as_owner: Client) -> None:
    made = operator.post("/services/new/registry/", NEW)["Location"]
    assert "service: mirror" in text(operator.get(made))
    assert "mirror" in text(operator.get("/services/"))
    assert 'href="/services/"' in operator.get("/site/jobs/").content.decode()
    assert as_owner.get("/services/").status_code == 404
    assert "Installation" not in text(as_owner.get("/account/"))


def test_an_owner_changes_nothing_of_the_site(
    cast: Cast, operator: Client, as_owner: Client
) -> None:
    made = Service.objects.get(
        uuid=operator.post("/services/new/registry/", NEW)["Location"].split("/")[2]
    )
    address = f"{LIST}{made.uuid}/"
    assert "Save Service" not in text(as_owner.get(address))
    assert as_owner.post(address, NEW).status_code == 403
    assert as_owner.get(f"{address}deletion/").status_code == 403


def test_not_even_an_operator_changes_the_site_below_an_organization(
    cast: Cast, operator: Client
) -> None:
    MembershipFactory(organization=cast.organization, user=cast.operator, role="owner")
    made = Service.objects.get(
        uuid=operator.post("/services/new/registry/", NEW)["Location"].split("/")[2]
    )
    page = f"{LIST}{made.uuid}/"
    assert "Save Service" not in text(operator.get(page))
    assert operator.post(page, NEW).status_code == 403
    assert operator.get(f"{page}deletion/").status_code == 403
    resource = f"/api/v1/organizations/acme/services/{made.uuid}/"
    assert operator.get(resource).status_code == 200
    body = {"description": "x"}
    assert operator.patch(resource, body, content_type="application/json").status_code == 403
    assert operator.delete(resource).status_code == 403
    assert Service.objects.filter(pk=made.pk, description="Copies").exists()


def test_the_environments_registry_keeps_what_the_environment_says(
    operator: Client, settings: Settings
) -> None:
    settings.ROSTER_REGISTRY_HOST = "registry.example.com"
    service = Service.objects.get(from_environment=True)
    address = f"/services/{service.uuid}/"
    page = text(operator.get(address))
    assert 'name="host"' not in page
    assert "ROSTER_REGISTRY_HOST" in page
    operator.post(address, NEW)
    found = Service.objects.get(pk=service.pk)
    assert (found.host, found.personal_tokens) == ("registry.example.com", "pull")
    resource = f"/api/v1/services/{service.uuid}/"
    answer = operator.patch(resource, {"host": "x.example.com"}, content_type="application/json")
    assert answer.status_code == 422
    assert "change ROSTER_REGISTRY_HOST" in text(answer)
    assert operator.delete(resource).status_code == 422
    assert Service.objects.filter(pk=service.pk).exists()


def test_a_site_service_cannot_be_called_like_the_environments(operator: Client) -> None:
    answer = operator.post("/services/new/registry/", NEW | {"name": "registry"})
    assert answer.status_code == 422
    assert "The registry of the environment has this name." in text(answer)


def test_a_new_tokens_forms_name_the_organizations_own_registry_first(
    cast: Cast, as_owner: Client, mirror: Service
) -> None:
    address = f"/o/acme/robots/{cast.robot.uuid}/tokens/new/"
    sent = {"name": "fresh", "kind": "compact", "expiry": "never", "request_key": str(uuid4())}
    page = text(as_owner.post(address, sent))
    assert "--password-stdin mirror.example.com:5000" in page
    assert "The same login works at 127.0.0.1:5000." in page
    assert "service=acme%2Fmirror" in page
