"""Creating projects and repositories: who becomes admin, and names that were used before."""

from uuid import uuid4

import pytest
from django.test import Client

from console.models import Project, Repository
from console.permissions.decision import allows
from console.permissions.roles import BUILTIN_ROLES, Scope
from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_project, delete_repository
from teams.grants.services import GrantSpec, give
from teams.models import UserGrant
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast

ADDRESS = "/o/acme/projects/new/"


def form(slug: str = "infra", **changes: object) -> dict[str, object]:
    return {"slug": slug, "name": "Infra", "description": ""} | changes


def creator(cast: Cast) -> Client:
    spec = GrantSpec(cast.organization, role="organization:project-creator")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return browser(cast.member)


def test_who_may_create_projects_becomes_admin_of_those(cast: Cast) -> None:
    client = creator(cast)
    with events_written() as events:
        assert client.post(ADDRESS, form()).status_code == 302
    project = Project.objects.get(slug="infra")
    grant = UserGrant.objects.get(project=project)
    assert (grant.user, grant.role, grant.repository) == (cast.member, "project:admin", None)
    for name in BUILTIN_ROLES[Scope.PROJECT, "admin"].permissions:
        assert allows(cast.member, name, project)
    assert not allows(cast.member, Permission.PROJECT_READ, cast.project)
    (event,) = events
    assert (event.action, event.actor_uuid) == ("project:created", cast.member.uuid)
    assert event.after["admin"] == "member@example.com"
    assert (
        client.post("/o/acme/projects/infra/repositories/new/", {"name": "api"}).status_code == 302
    )


def test_an_owner_needs_no_grant_for_it(as_owner: Client, cast: Cast) -> None:
    assert as_owner.post(ADDRESS, form()).status_code == 302
    assert not UserGrant.objects.exists()


def test_a_used_name_warns_first(as_owner: Client, cast: Cast) -> None:
    delete_project(actor=cast.owner, project=cast.project)
    with events_written() as events:
        answer = as_owner.post(ADDRESS, form("payments"))
    page = text(answer)
    assert (answer.status_code, events, Project.objects.filter(slug="payments").count()) == (
        409,
        [],
        1,
    )
    assert "acme/payments was used before" in page
    assert "The registry may still hold its images" in page
    assert '<input type="hidden" name="slug" value="payments"' in page
    with events_written() as events:
        sent = form("payments", reuse="confirmed")
        assert as_owner.post(ADDRESS, sent).status_code == 302
    assert events[0].after["used_before"] is True


def test_a_used_repository_warns_as_well(as_owner: Client, cast: Cast) -> None:
    delete_repository(actor=cast.owner, repository=cast.repository)
    address = "/o/acme/projects/payments/repositories/new/"
    answer = as_owner.post(address, {"name": "api"})
    assert answer.status_code == 409
    assert "acme/payments/api was used before" in text(answer)
    assert not cast.project.repositories.exists()
    assert as_owner.post(address, {"name": "api", "reuse": "confirmed"}).status_code == 302
    assert cast.project.repositories.get().name == "api"


def test_repositories_of_a_deleted_project_warn_in_the_new_one(
    as_owner: Client, cast: Cast
) -> None:
    delete_project(actor=cast.owner, project=cast.project)
    as_owner.post(ADDRESS, form("payments", reuse="confirmed"))
    address = "/o/acme/projects/payments/repositories/new/"
    assert as_owner.post(address, {"name": "api"}).status_code == 409
    assert as_owner.post(address, {"name": "other"}).status_code == 302


def test_names_of_other_organizations_are_not_told(as_owner: Client, cast: Cast) -> None:
    delete_project(actor=cast.stranger, project=cast.other_project)
    delete_project(actor=cast.owner, project=cast.project)
    client = browser(cast.stranger)
    assert client.post("/o/globex/projects/new/", form("infra")).status_code == 302
    assert as_owner.post(ADDRESS, form("infra")).status_code == 302


def test_a_wrong_form_is_told_before_the_warning(as_owner: Client, cast: Cast) -> None:
    delete_project(actor=cast.owner, project=cast.project)
    assert as_owner.post(ADDRESS, form("payments", name="")).status_code == 422


@pytest.mark.parametrize("role", ["project:guest", "project:maintainer", "repository:view"])
def test_a_grant_on_the_project_shows_all_its_repositories(cast: Cast, role: str) -> None:
    Repository.objects.create(project=cast.project, name="web")
    spec = GrantSpec(cast.organization, cast.project, role=role)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    for page in ("/o/acme/projects/payments/", "/o/acme/repositories/"):
        answer = text(browser(cast.member).get(page))
        assert "api</a>" in answer
        assert "web</a>" in answer


def test_a_grant_on_one_repository_shows_that_one_alone(cast: Cast) -> None:
    hidden = Repository.objects.create(project=cast.project, name="web")
    spec = GrantSpec(cast.organization, cast.project, cast.repository, role="repository:view")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    for page in ("/o/acme/projects/payments/", "/o/acme/repositories/"):
        answer = text(client.get(page))
        assert "api</a>" in answer
        assert "web" not in answer.split("<main")[1]
    assert client.get(f"/o/acme/repositories/{cast.repository.uuid}/").status_code == 200
    for uuid in (hidden.uuid, uuid4()):
        assert client.get(f"/o/acme/repositories/{uuid}/").status_code == 404
