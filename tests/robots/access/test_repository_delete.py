"""Deleting a repository ends its grants and its public pull, and no robot."""

import pytest
from django.test import Client

from console.models import Repository, RetiredPath
from teams.grants.services import GrantSpec, give
from teams.models import UserGrant
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.front import basic
from tests.registry import granted


def address(cast: Cast) -> str:
    return f"/o/acme/repositories/{cast.repository.uuid}/deletion/"


def level(cast: Cast, name: str) -> GrantSpec:
    return GrantSpec(cast.organization, cast.project, cast.repository, role=f"repository:{name}")


def test_deleting_ends_its_grants_with_one_event(cast: Cast) -> None:
    give(actor=cast.owner, holder=cast.member, spec=level(cast, "read"))
    client = browser(cast.owner, confirmed=True)
    assert "read of member@example.com on this repository" in text(client.get(address(cast)))
    with events_written() as events:
        answer = client.post(address(cast), {"name": "api"})
    assert answer["Location"] == "/o/acme/projects/payments/"
    assert not Repository.objects.filter(pk=cast.repository.pk).exists()
    assert not UserGrant.objects.exists()
    assert RetiredPath.objects.get().path == "acme/payments/api"
    (event,) = events
    assert (event.action, event.actor_uuid) == ("repository:deleted", cast.owner.uuid)
    assert event.before["grants"] == ["member@example.com: read on acme/payments/api"]


def test_public_pull_ends_and_robots_of_the_project_go_on(cast: Cast) -> None:
    Repository.objects.filter(pk=cast.repository.pk).update(public=True)
    assert granted() == ["pull"]
    client = browser(cast.owner, confirmed=True)
    assert "Public pull of acme/payments/api ends at once." in text(client.get(address(cast)))
    client.post(address(cast), {"name": "api"})
    login = basic(str(cast.token.uuid), cast.secret)
    assert (granted(login), granted()) == (["pull", "push"], [])


@pytest.mark.parametrize("name", ["", "payments/api", "API"])
def test_without_the_name_nothing_goes(cast: Cast, name: str) -> None:
    with events_written() as events:
        answer = browser(cast.owner, confirmed=True).post(address(cast), {"name": name})
    assert (answer.status_code, events) == (422, [])
    assert Repository.objects.filter(pk=cast.repository.pk).exists()


def test_it_asks_for_a_fresh_sign_in(as_owner: Client, cast: Cast) -> None:
    answer = as_owner.post(address(cast), {"name": "api"})
    assert answer["Location"].startswith("/account/sign-in-again/")


@pytest.mark.parametrize(("name", "expected"), [("write", 403), ("admin", 302)])
def test_its_admins_may_delete_it(cast: Cast, name: str, expected: int) -> None:
    give(actor=cast.owner, holder=cast.member, spec=level(cast, name))
    client = browser(cast.member, confirmed=True)
    assert client.post(address(cast), {"name": "api"}).status_code == expected
