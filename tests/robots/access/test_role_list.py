"""The roles of an organization: what they allow, how many grants use each, and who sees which."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.models import Project
from console.permissions.roles import BUILTIN_ROLES, Scope
from console.permissions.vocabulary import Permission
from teams.grants.services import GrantSpec, give
from teams.models import Role
from teams.roles.services import create_role
from tests.browsers import browser, normal, text, texts_of
from tests.conftest import Cast, person
from tests.factories import ProjectFactory

ADDRESS = "/o/acme/roles/"
NOWHERE = UUID(int=1)
PULL = frozenset({Permission.ARTIFACT_PULL})


def custom(cast: Cast, name: str = "puller", project: Project | None = None) -> Role:
    return create_role(
        actor=cast.owner,
        organization=cast.organization,
        name=name,
        permissions=PULL,
        project=project,
    )


def foreign(cast: Cast) -> Role:
    return create_role(
        actor=cast.stranger,
        organization=cast.other_organization,
        name="foreign-role",
        permissions=PULL,
    )


def test_a_custom_role_says_who_holds_it_to_who_may_know(cast: Cast) -> None:
    role = custom(cast)
    spec = GrantSpec(cast.organization, cast.project, custom_role=role)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    page = role.get_absolute_url()
    assert "member@example.com" in text(browser(cast.owner).get(page))
    viewer = person(cast.organization, "member", "viewer@example.com")
    reading = GrantSpec(cast.organization, permissions=frozenset({Permission.ROLE_READ}))
    give(actor=cast.owner, holder=viewer, spec=reading)
    assert "member@example.com" not in text(browser(viewer).get(page))


def make_project_admin(cast: Cast) -> Client:
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return browser(cast.member)


def test_the_list_shows_built_in_roles_levels_and_custom_ones(as_owner: Client, cast: Cast) -> None:
    role = custom(cast)
    foreign(cast)
    page = as_owner.get(ADDRESS)
    assert texts_of(page, "h2") == ["Custom roles", "Built-in roles", "Levels of repositories"]
    assert f"/o/acme/roles/{role.uuid}/" in text(page)
    for scope, name in BUILTIN_ROLES:
        assert f"/o/acme/roles/built-in/{scope}/{name}/" in text(page)
    assert "foreign-role" not in text(page)


@pytest.mark.parametrize(("scope", "name"), sorted(BUILTIN_ROLES))
def test_a_built_in_roles_page_is_its_permissions(
    as_owner: Client, cast: Cast, scope: Scope, name: str
) -> None:
    page = text(as_owner.get(f"/o/acme/roles/built-in/{scope}/{name}/"))
    held = BUILTIN_ROLES[scope, name].permissions
    for permission in Permission:
        assert (f'title="{permission}"' in page) == (permission in held)


def test_the_list_counts_the_grants_that_use_a_role(as_owner: Client, cast: Cast) -> None:
    role = custom(cast)
    for spec in (
        GrantSpec(cast.organization, custom_role=role),
        GrantSpec(cast.organization, cast.project, custom_role=role),
        GrantSpec(cast.organization, cast.project, role="project:developer"),
    ):
        give(actor=cast.owner, holder=cast.member, spec=spec)
    page = as_owner.get(ADDRESS)
    cells = dict(
        zip(
            texts_of(page, "th", scope="row"),
            texts_of(page, "td", **{"data-label": "Used by"}),
            strict=True,
        )
    )
    assert cells["puller"] == "2 grants"
    assert next(n for name, n in cells.items() if name.startswith("developer")) == "1 grants"
    # Memberships are uses of the roles that they are.
    assert next(n for name, n in cells.items() if name.startswith("owner")) == "1 grants"


def test_the_number_of_queries_does_not_grow_with_the_list(as_owner: Client, cast: Cast) -> None:
    custom(cast, "first")
    with CaptureQueriesContext(connection) as few:
        as_owner.get(ADDRESS)
    for number in range(12):
        role = custom(cast, f"role{number}")
        give(
            actor=cast.owner,
            holder=cast.member,
            spec=GrantSpec(cast.organization, custom_role=role),
        )
    with CaptureQueriesContext(connection) as many:
        as_owner.get(ADDRESS)
    assert len(many) == len(few)


def test_the_search_finds_by_name(as_owner: Client, cast: Cast) -> None:
    custom(cast, "puller")
    custom(cast, "scanner")
    page = text(as_owner.get(ADDRESS, {"q": "pull"}))
    assert "puller</a>" in page
    assert "scanner</a>" not in page
    assert "No role matches" in text(as_owner.get(ADDRESS, {"q": "nothing"}))
    part = as_owner.get(
        ADDRESS, {"q": "pull"}, headers={"HX-Request": "true", "HX-Target": "role-table"}
    )
    assert "<html" not in text(part)


@pytest.mark.parametrize("where", ["", "new/", "built-in/project/admin/", f"{NOWHERE}/"])
def test_who_sees_no_roles_gets_403_for_all_of_it(cast: Cast, where: str) -> None:
    answer = browser(cast.member).get(f"{ADDRESS}{where}")
    assert answer.status_code == 403
    assert "role:" in text(answer)


def test_a_project_admin_sees_the_roles_and_uses_of_their_project_alone(cast: Cast) -> None:
    elsewhere = ProjectFactory(organization=cast.organization, slug="infra")
    own, other = custom(cast, "own", project=cast.project), custom(cast, "other", project=elsewhere)
    wide = custom(cast, "wide")
    spec = GrantSpec(cast.organization, elsewhere, role="project:guest")
    give(actor=cast.owner, holder=cast.owner, spec=spec)
    client = make_project_admin(cast)
    page = client.get(ADDRESS)
    assert "own</a>" in text(page)
    assert "other</a>" not in text(page)
    assert "wide</a>" not in text(page)
    assert client.get(f"{ADDRESS}{own.uuid}/").status_code == 200
    for hidden in (other, wide):
        assert client.get(f"{ADDRESS}{hidden.uuid}/").status_code == 404
    guest = text(client.get(f"{ADDRESS}built-in/project/guest/"))
    assert "used by 0 grants" in guest


PAGES = ("", "copy/", "settings/", "deletion/", "tokens/", "tokens/new/")


@pytest.mark.parametrize("where", PAGES)
def test_a_foreign_role_is_like_a_missing_one(as_owner: Client, cast: Cast, where: str) -> None:
    for send in (as_owner.get, as_owner.post):
        answers = [normal(send(f"{ADDRESS}{one}/{where}")) for one in (foreign_uuid(cast), uuid4())]
        assert answers[0] == answers[1]
        assert answers[0][0] in {404, 405}


def foreign_uuid(cast: Cast) -> object:
    found = Role.objects.filter(name="foreign-role").first()
    return (found or foreign(cast)).uuid


@pytest.mark.parametrize(
    "place", ["galaxy/admin", "project/owner", "project/nobody", "repository/guest"]
)
def test_a_built_in_role_that_is_not_there_is_a_404(as_owner: Client, place: str) -> None:
    assert as_owner.get(f"{ADDRESS}built-in/{place}/").status_code == 404
