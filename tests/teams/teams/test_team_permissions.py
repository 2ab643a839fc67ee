"""What a team holds: its Permissions tab."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from console.models import Organization, Project
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from teams.grants.services import GrantSpec, give, take
from teams.models import Team, TeamGrant, User
from teams.roles.services import create_role
from tests.actors import events_written
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory, RepositoryFactory
from tests.team_fixtures import crew_of, give_level


def address(team: Team, more: str = "") -> str:
    return reverse("teams:team-permissions", args=["acme", team.uuid]) + more


def project_admin(cast: Cast, user: User, project: Project | None = None) -> User:
    spec = GrantSpec(cast.organization, project or cast.project, role="project:admin")
    give(actor=cast.owner, holder=user, spec=spec)
    return user


def test_the_table_says_what_and_where(cast: Cast) -> None:
    crew = crew_of(cast)
    role = create_role(
        actor=cast.owner,
        organization=cast.organization,
        name="mirror",
        permissions=frozenset({Permission.ARTIFACT_PULL}),
    )
    for spec in (
        GrantSpec(cast.organization, custom_role=role),
        GrantSpec(cast.organization, cast.project, cast.repository, role="repository:read"),
        GrantSpec(cast.organization, cast.project, permissions=frozenset({Permission.TAG_CREATE})),
    ):
        give(actor=cast.owner, holder=crew.team, spec=spec)
    page = browser(crew.member).get(address(crew.team))
    tags = texts_of(page, "span", **{"class": "tag", "data-tone": "accent"})
    assert tags == ["write", "mirror", "read", "1 permission"]
    where = ["acme/payments", "acme", "acme/payments/api", "acme/payments"]
    assert [code for code in texts_of(page, "code") if code.startswith("acme")] == where
    assert "Remove Permission" not in text(page)


@pytest.mark.parametrize("level", ["view", "read", "write", "admin"])
@pytest.mark.parametrize("kind", ["project", "repository"])
def test_a_level_is_given_in_one_event(cast: Cast, level: str, kind: str) -> None:
    crew = crew_of(cast)
    TeamGrant.objects.all().delete()
    scope = cast.project if kind == "project" else cast.repository
    data = {"place": f"{kind}:{scope.uuid}", "what": level}
    with events_written() as events:
        response = browser(cast.owner, confirmed=True).post(address(crew.team, "new/"), data)
    (event,), grant = events, crew.team.grants.get()
    assert response["Location"] == address(crew.team)
    assert (grant.role, grant.scope_label) == (f"repository:{level}", str(scope))
    assert (event.action, event.actor_uuid) == ("grant:created", cast.owner.uuid)
    assert event.target_uuid == grant.uuid
    assert allows(crew.member, Permission.REPOSITORY_VIEW, cast.repository)


def test_the_same_level_twice_is_one_grant(cast: Cast) -> None:
    crew = crew_of(cast)
    data = {"place": f"project:{cast.project.uuid}", "what": "write"}
    with events_written() as events:
        browser(cast.owner).post(address(crew.team, "new/"), data)
    assert (events, crew.team.grants.count()) == ([], 1)


def test_taking_it_back_ends_it_at_once(cast: Cast) -> None:
    crew = crew_of(cast)
    take(actor=cast.owner, grant=crew.secret.grants.get())
    assert allows(crew.member, Permission.ARTIFACT_PUSH, cast.repository)
    removal = address(crew.team, f"{crew.grant.uuid}/removal/")
    assert "Remove write on acme/payments?" in text(browser(cast.owner).get(removal))
    with events_written() as events:
        assert browser(cast.owner).post(removal)["Location"] == address(crew.team)
    (event,) = events
    assert (event.action, event.target_uuid) == ("grant:deleted", crew.grant.uuid)
    assert not allows(crew.member, Permission.ARTIFACT_PUSH, cast.repository)
    assert browser(cast.owner).post(removal).status_code == 404


@pytest.mark.parametrize("scope", ["", "x", "project:x", "repository:x", "foreign", "team:"])
def test_a_place_that_is_no_choice_is_422(cast: Cast, scope: str) -> None:
    crew = crew_of(cast)
    chosen = f"project:{cast.other_project.uuid}" if scope == "foreign" else scope
    with events_written() as events:
        response = browser(cast.owner).post(
            address(crew.team, "new/"), {"place": chosen, "what": "read"}
        )
    assert (response.status_code, events) == (422, [])


def test_the_choice_searches_projects_and_repositories(cast: Cast) -> None:
    crew = crew_of(cast)
    RepositoryFactory(
        project=ProjectFactory(organization=cast.organization, slug="docs"), name="site"
    )
    client = browser(cast.owner)

    def found(text: str) -> list[str]:
        page = client.get(address(crew.team, "new/"), {"q": text})
        return texts_of(page, "span", **{"class": "entry-name"})

    assert found("") == ["All projects", "docs", "payments", "docs/site", "payments/api"]
    assert found("pay") == ["payments", "payments/api"]
    assert found("docs/s") == ["docs/site"]
    assert found("zzz") == []


def test_what_is_chosen_stays_while_one_searches_on(cast: Cast) -> None:
    chosen = f"repository:{cast.repository.uuid}"
    page = browser(cast.owner).get(
        address(crew_of(cast).team, "new/"), {"q": "zzz", "place": chosen}
    )
    assert texts_of(page, "span", **{"class": "entry-name"}) == ["payments/api"]
    assert f'value="{chosen}"' in text(page)


def test_a_project_s_admin_gives_there_and_sees_no_other_place(cast: Cast) -> None:
    crew = crew_of(cast)
    ProjectFactory(organization=cast.organization, slug="docs")
    client = browser(project_admin(cast, crew.owner))
    page = client.get(address(crew.team, "new/"))
    assert texts_of(page, "span", **{"class": "entry-name"}) == ["payments", "payments/api"]
    assert "Add Access" in text(client.get(address(crew.team)))
    data = {"place": f"repository:{cast.repository.uuid}", "what": "admin"}
    assert client.post(address(crew.team, "new/"), data).status_code == 302
    docs = Project.objects.get(slug="docs")
    data = {"place": f"project:{docs.uuid}", "what": "view"}
    assert client.post(address(crew.team, "new/"), data).status_code == 422


def test_a_level_admin_gives_on_repositories_and_not_on_the_project(cast: Cast) -> None:
    crew = crew_of(cast)
    give_level(cast, crew.team, "admin")
    page = browser(crew.member).get(address(crew.team, "new/"))
    assert texts_of(page, "span", **{"class": "entry-name"}) == ["payments/api"]


def test_nobody_gives_what_they_do_not_hold(cast: Cast) -> None:
    crew = crew_of(cast)
    weak = GrantSpec(
        cast.organization, cast.project, permissions=frozenset({Permission.GRANT_CREATE})
    )
    give(actor=cast.owner, holder=crew.member, spec=weak)
    spec = GrantSpec(cast.organization, cast.project, role="repository:admin")
    with events_written() as events, pytest.raises(PermissionDenied):
        give(actor=crew.member, holder=crew.team, spec=spec)
    assert events == []
    data = {"place": f"project:{cast.project.uuid}", "what": "admin"}
    response = browser(crew.member).post(address(crew.team, "new/"), data)
    assert response.status_code == 403
    assert "artifact:delete" in text(response)


def test_its_queries_do_not_grow(cast: Cast) -> None:
    crew = crew_of(cast)
    client = browser(cast.owner)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address(crew.team))
        return len(captured)

    count()
    few = count()
    for project in ProjectFactory.create_batch(10, organization=cast.organization):
        repository = RepositoryFactory(project=project)
        spec = GrantSpec(
            Organization.objects.get(slug="acme"), project, repository, role="repository:read"
        )
        give(actor=cast.owner, holder=crew.team, spec=spec)
    assert count() == few
