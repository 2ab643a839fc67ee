"""Custom roles: made empty or by copying, never with more than their maker holds."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from console.models import Event
from console.permissions.roles import BUILTIN_ROLES, PROJECT_PERMISSIONS, Scope
from console.permissions.vocabulary import OFFERED, Permission
from teams.grants.services import GrantSpec, give
from teams.models import Role, User
from teams.roles.services import create_role
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast

ADDRESS = "/o/acme/roles/new/"
PULL = Permission.ARTIFACT_PULL


def form(**changes: object) -> dict[str, object]:
    return {
        "name": "puller",
        "description": "",
        "level": "organization",
        "permissions": ["artifact:pull"],
    } | changes


def keeper(cast: Cast, *permissions: Permission) -> User:
    """A member who may make roles and holds `permissions` besides."""
    held = {Permission.ROLE_READ, Permission.ROLE_CREATE, *permissions}
    spec = GrantSpec(cast.organization, permissions=frozenset(held))
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return cast.member


def test_creating_makes_the_role_with_one_event(as_owner: Client, cast: Cast) -> None:
    with events_written() as events:
        response = as_owner.post(ADDRESS, form(permissions=["artifact:push"]))
    role = Role.objects.get()
    assert response["Location"] == f"/o/acme/roles/{role.uuid}/"
    assert (role.name, role.project, role.organization) == ("puller", None, cast.organization)
    # Push implies pull, and stands there so.
    assert role.permissions == {"artifact:push", "artifact:pull"}
    (event,) = events
    assert (event.action, event.actor_uuid) == ("role:created", cast.owner.uuid)
    assert (event.target_uuid, event.target_label) == (role.uuid, "acme/puller")


def test_a_role_of_one_project_has_what_projects_know(as_owner: Client, cast: Cast) -> None:
    data = form(level="project", project=str(cast.project.uuid), project_permissions=["robot:read"])
    assert as_owner.post(ADDRESS, data).status_code == 302
    role = Role.objects.get()
    assert (role.project, role.permissions) == (cast.project, {"robot:read"})


@pytest.mark.parametrize("name", sorted(frozenset(Permission) - PROJECT_PERMISSIONS))
def test_what_only_organizations_know_is_no_choice_for_a_project(
    as_owner: Client, cast: Cast, name: str
) -> None:
    data = form(level="project", project=str(cast.project.uuid), project_permissions=[name])
    assert as_owner.post(ADDRESS, data).status_code == 422
    assert not Role.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Big Role"}, "Use lower-case letters"),
        ({"name": "a" * 96}, "at most 95 characters"),
        ({"name": "developer"}, "A built-in role has this name."),
        ({"name": "new"}, "A built-in role has this name."),
        ({"name": "taken"}, "A role of this organization has this name."),
        ({"permissions": []}, "Choose at least one permission."),
        ({"permissions": ["robot:fly"]}, "Select a valid choice"),
        ({"level": "galaxy"}, "Select a valid choice"),
        ({"level": "project"}, "Choose the project that the role belongs to."),
        ({"description": "x" * 501}, "at most 500 characters"),
        ({"description": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_a_wrong_form_is_422_and_stores_nothing(
    as_owner: Client, cast: Cast, changes: dict[str, object], words: str
) -> None:
    create_role(
        actor=cast.owner,
        organization=cast.organization,
        name="taken",
        permissions=frozenset({PULL}),
    )
    with events_written() as events:
        response = as_owner.post(ADDRESS, form(**changes))
    assert (response.status_code, events) == (422, [])
    assert words in text(response)


@pytest.mark.parametrize("project", ["foreign", "missing", "nonsense"])
def test_a_project_of_somebody_else_is_no_choice(
    as_owner: Client, cast: Cast, project: str
) -> None:
    chosen = {"foreign": str(cast.other_project.uuid), "missing": str(uuid4())}.get(project, "x")
    data = form(level="project", project=chosen, project_permissions=["artifact:pull"])
    assert as_owner.post(ADDRESS, data).status_code == 422
    assert not Role.objects.exists()


def test_what_one_does_not_hold_cannot_be_ticked_and_says_who_can_give_it(cast: Cast) -> None:
    page = text(browser(keeper(cast, PULL)).get(ADDRESS))
    assert 'value="artifact:push" disabled' in page
    assert re.search('value="artifact:pull" ?>', page)
    assert "so you cannot give it; Owner can." in page


@pytest.mark.parametrize("extra", ["artifact:push", "member:create", "role:delete"])
def test_nobody_makes_a_role_that_holds_more_than_they_hold(cast: Cast, extra: str) -> None:
    client = browser(keeper(cast, PULL))
    with events_written() as events:
        response = client.post(ADDRESS, form(permissions=["artifact:pull", extra]))
    assert (response.status_code, events, Role.objects.count()) == (403, [], 0)
    assert client.post(ADDRESS, form()).status_code == 302


def test_holding_it_in_a_project_is_not_enough_for_an_organization_role(cast: Cast) -> None:
    keeper(cast)
    spec = GrantSpec(cast.organization, cast.project, permissions=frozenset({PULL}))
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    assert client.post(ADDRESS, form()).status_code == 403
    own = form(
        level="project", project=str(cast.project.uuid), project_permissions=["artifact:pull"]
    )
    assert client.post(ADDRESS, own).status_code == 302


def test_reading_roles_is_not_making_them(cast: Cast) -> None:
    spec = GrantSpec(cast.organization, role="organization:viewer")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    assert "Create Role" not in text(client.get("/o/acme/roles/"))
    for answer in (client.get(ADDRESS), client.post(ADDRESS, form())):
        assert answer.status_code == 403
        assert "role:create" in text(answer)


@pytest.mark.parametrize(("scope", "name"), sorted(BUILTIN_ROLES))
def test_every_built_in_role_can_be_copied(
    as_owner: Client, cast: Cast, scope: Scope, name: str
) -> None:
    address = f"/o/acme/roles/built-in/{scope}/{name}/copy/"
    page = text(as_owner.get(address))
    assert f'value="{name}-copy"' in page
    wanted = BUILTIN_ROLES[scope, name].permissions & OFFERED
    assert all(f'value="{own}" checked' in page for own in wanted)
    ticks = "permissions" if scope is Scope.ORGANIZATION else "project_permissions"
    where = {"level": "organization"}
    if scope is not Scope.ORGANIZATION:
        where = {"level": "project", "project": str(cast.project.uuid)}
    data = {"name": f"{name}-copy", "description": "", ticks: [str(own) for own in wanted]} | where
    assert as_owner.post(address, data).status_code == 302
    assert Role.objects.get().permissions == wanted


def test_a_custom_role_is_copied_with_its_project(as_owner: Client, cast: Cast) -> None:
    role = create_role(
        actor=cast.owner,
        organization=cast.organization,
        project=cast.project,
        name="own",
        permissions=frozenset({PULL}),
        description="Pulls",
    )
    page = text(as_owner.get(f"/o/acme/roles/{role.uuid}/copy/"))
    assert re.search(rf'name="project" value="{cast.project.uuid}"[^>]*checked', page)
    assert "Pulls</textarea>" in page


def test_the_last_event_reads_as_a_sentence(as_owner: Client, cast: Cast) -> None:
    as_owner.post(ADDRESS, form())
    event = Event.objects.latest("id")
    assert "created the role" in text(as_owner.get(f"/o/acme/audit-log/{event.uuid}/"))
