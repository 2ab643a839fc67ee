"""Editing a custom role: everything that has it changes at once, and who edits holds all it confers."""

import pytest
from django.test import Client

from console.errors import Conflict
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.access.services.roles import RoleAt, create_role_token
from teams.grants.services import GrantSpec, give
from teams.models import Role
from teams.roles.services import create_role, update_role
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.front import basic
from tests.registry import granted

PULL, PUSH = Permission.ARTIFACT_PULL, Permission.ARTIFACT_PUSH


@pytest.fixture
def role(cast: Cast) -> Role:
    return create_role(
        actor=cast.owner,
        organization=cast.organization,
        name="puller",
        description="Pulls",
        permissions=frozenset({PULL}),
    )


def address(role: Role, page: str = "settings/") -> str:
    return f"/o/acme/roles/{role.uuid}/{page}"


def form(*permissions: str, **changes: object) -> dict[str, object]:
    return {"description": "Pulls and pushes", "permissions": permissions} | changes


def test_saving_changes_the_role_with_one_event(as_owner: Client, cast: Cast, role: Role) -> None:
    with events_written() as events:
        assert as_owner.post(address(role), form("artifact:push")).status_code == 302
    role.refresh_from_db()
    assert (role.description, role.permissions) == ("Pulls and pushes", {PULL, PUSH})
    (event,) = events
    assert (event.action, event.actor_uuid) == ("role:updated", cast.owner.uuid)
    assert event.target_uuid == role.uuid
    assert event.before == {"description": "Pulls", "permissions": ["artifact:pull"]}
    assert event.after["permissions"] == ["artifact:pull", "artifact:push"]


def test_everybody_who_has_the_role_follows_at_once(
    as_owner: Client, cast: Cast, role: Role
) -> None:
    give(actor=cast.owner, holder=cast.member, spec=GrantSpec(cast.organization, custom_role=role))
    at = RoleAt(cast.organization, custom=role)
    minted = create_role_token(actor=cast.owner, role=at, name="sync", kind="compact")
    login = basic(str(minted.token.uuid), minted.plaintext.reveal())
    page = text(as_owner.get(address(role)))
    assert "1 grant and 1 token of its role account change with it" in page
    as_owner.post(address(role), form("artifact:push"))
    assert allows(cast.member, PUSH, cast.project)
    assert granted(login) == ["pull", "push"]
    as_owner.post(address(role), form("chart:read"))
    assert not allows(cast.member, PULL, cast.project)
    assert granted(login) == []


def editor(cast: Cast, *permissions: Permission) -> Client:
    held = {Permission.ROLE_READ, Permission.ROLE_UPDATE, *permissions}
    spec = GrantSpec(cast.organization, permissions=frozenset(held))
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return browser(cast.member)


def test_editing_takes_all_that_the_role_confers(cast: Cast, role: Role) -> None:
    """Not only what is added: what stays in the role is given anew."""
    client = editor(cast, Permission.CHART_READ)
    page = text(client.get(address(role)))
    assert "This role confers permissions that you do not hold. Owner can change it." in page
    with events_written() as events:
        for sent in (form(), form("chart:read"), form("artifact:pull")):
            assert client.post(address(role), sent).status_code == 403
    role.refresh_from_db()
    assert (events, role.permissions) == ([], {PULL})


@pytest.mark.parametrize("extra", ["artifact:push", "member:create"])
def test_nobody_adds_what_they_do_not_hold(cast: Cast, role: Role, extra: str) -> None:
    client = editor(cast, PULL)
    with events_written() as events:
        assert client.post(address(role), form("artifact:pull", extra)).status_code == 403
    role.refresh_from_db()
    assert (events, role.permissions) == ([], {PULL})
    assert client.post(address(role), form("artifact:pull")).status_code == 302


def test_reading_is_not_editing(cast: Cast, role: Role) -> None:
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, role="organization:viewer"),
    )
    client = browser(cast.member)
    page = client.get(address(role))
    assert page.status_code == 200
    assert "Save Role" not in text(page)
    assert "Delete Role" not in text(page)
    refused = client.post(address(role), form("artifact:pull"))
    assert refused.status_code == 403
    assert "role:update" in text(refused)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"permissions": []}, "Choose at least one permission."),
        ({"permissions": ["robot:fly"]}, "Select a valid choice"),
        ({"description": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_wrong_form_is_422_and_changes_nothing(
    as_owner: Client, role: Role, changes: dict[str, object], words: str
) -> None:
    with events_written() as events:
        response = as_owner.post(address(role), form("artifact:pull", **changes))
    assert (response.status_code, events) == (422, [])
    assert words in text(response)


def test_name_and_scope_never_change(as_owner: Client, cast: Cast, role: Role) -> None:
    sent = form("artifact:pull", name="other", project=str(cast.project.uuid), level="project")
    assert as_owner.post(address(role), sent).status_code == 302
    role.refresh_from_db()
    assert (role.name, role.project) == ("puller", None)


def test_a_projects_role_takes_no_permission_of_organizations(as_owner: Client, cast: Cast) -> None:
    role = create_role(
        actor=cast.owner,
        organization=cast.organization,
        project=cast.project,
        name="own",
        permissions=frozenset({PULL}),
    )
    assert as_owner.post(address(role), form("member:create")).status_code == 422
    assert "member:create" not in text(as_owner.get(address(role)))


def test_built_in_roles_have_no_settings(as_owner: Client) -> None:
    for page in ("settings/", "deletion/"):
        address = f"/o/acme/roles/built-in/project/admin/{page}"
        assert as_owner.get(address).status_code == 404


def test_a_role_that_went_meanwhile_is_a_conflict(cast: Cast, role: Role) -> None:
    Role.objects.filter(pk=role.pk).delete()
    with events_written() as events, pytest.raises(Conflict):
        update_role(actor=cast.owner, role=role, description="", permissions=frozenset({PULL}))
    assert events == []
