"""A project's settings: what changes, what happened, and who may."""

import pytest
from django.test import Client

from console.organizations.services import create_repository, update_project
from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_project
from teams.grants.services import GrantSpec, give
from tests.actors import events_written, holder
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import ProjectFactory

ADDRESS = "/o/acme/projects/payments/settings/"


def form(**changes: object) -> dict[str, object]:
    return {"name": "Paying", "description": "Cards", "public": "on"} | changes


def member_as(cast: Cast, role: str) -> Client:
    spec = GrantSpec(cast.organization, cast.project, role=f"project:{role}")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return browser(cast.member)


def test_saving_changes_the_project_with_one_event(as_owner: Client, cast: Cast) -> None:
    with events_written() as events:
        assert as_owner.post(ADDRESS, form())["Location"] == ADDRESS
    cast.project.refresh_from_db()
    assert (cast.project.name, cast.project.description, cast.project.public) == (
        "Paying",
        "Cards",
        True,
    )
    (event,) = events
    assert (event.action, event.actor_uuid) == ("project:updated", cast.owner.uuid)
    assert event.before == {"name": "Payments", "description": "", "public": False}
    assert event.after == {"name": "Paying", "description": "Cards", "public": True}


def test_the_default_changes_no_present_repository(as_owner: Client, cast: Cast) -> None:
    as_owner.post(ADDRESS, form())
    cast.repository.refresh_from_db()
    assert not cast.repository.public


def test_what_is_not_in_the_form_stays(as_owner: Client, cast: Cast) -> None:
    other = str(cast.other_organization.pk)
    as_owner.post(ADDRESS, form(slug="stolen", organization=other, uuid="x"))
    cast.project.refresh_from_db()
    assert (cast.project.slug, cast.project.organization) == ("payments", cast.organization)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"name": "a\u202eb"}, "reading direction"),
        ({"description": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_wrong_form_is_422_and_changes_nothing(
    as_owner: Client, changes: dict[str, object], words: str
) -> None:
    with events_written() as events:
        answer = as_owner.post(ADDRESS, form(**changes))
    assert (answer.status_code, events) == (422, [])
    assert words in text(answer)
    assert '<h1 tabindex="-1">Payments' in text(answer)


def test_a_project_admin_changes_their_project(cast: Cast) -> None:
    assert member_as(cast, "admin").post(ADDRESS, form()).status_code == 302


@pytest.mark.parametrize("role", ["guest", "developer", "maintainer"])
def test_others_see_and_do_not_change(cast: Cast, role: str) -> None:
    client = member_as(cast, role)
    page = text(client.get(ADDRESS))
    assert "Save Project" not in page
    assert "Activity" not in page
    refused = client.post(ADDRESS, form())
    assert refused.status_code == 403
    assert "project:update" in text(refused)


def test_the_service_needs_the_permission_there(cast: Cast) -> None:
    elsewhere = ProjectFactory(organization=cast.organization)
    actor = holder(cast.organization, *Permission, project=elsewhere)
    with events_written() as events, pytest.raises(MissingPermission):
        update_project(actor=actor, project=cast.project, name="x", description="", public=True)
    assert events == []


def test_a_project_admin_sees_what_happened_in_it_and_nothing_else(cast: Cast) -> None:
    client = member_as(cast, "admin")
    create_repository(actor=cast.owner, project=cast.project, name="ledger")
    elsewhere = ProjectFactory(organization=cast.organization)
    create_repository(actor=cast.owner, project=elsewhere, name="foreign")
    page = text(client.get("/o/acme/projects/payments/history/"))
    assert "acme/payments/ledger" in page
    assert "foreign" not in page
    assert "/audit-log/" not in page
    assert client.get("/o/acme/audit-log/").status_code == 403


def test_what_happened_in_an_older_project_of_the_name_is_not_shown(cast: Cast) -> None:
    create_repository(actor=cast.owner, project=cast.project, name="ledger")
    delete_project(actor=cast.owner, project=cast.project)
    cast.project = ProjectFactory(organization=cast.organization, slug="payments")
    assert "ledger" not in text(member_as(cast, "admin").get(ADDRESS))
