"""Services of organizations, projects and repositories: one change, one event, or nothing at all."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from console.errors import Conflict
from console.models import Organization, Project, Repository
from console.organizations.services import (
    UsedBefore,
    change_repository,
    create_project,
    create_repository,
    rename_organization,
    retire,
)
from console.permissions.decision import Actor, MissingPermission
from console.permissions.vocabulary import Permission
from tests.actors import events_written, holder
from tests.conftest import Cast

Thing = Organization | Project | Repository
Change = Callable[[Actor, Cast], Thing]


def _rename(actor: Actor, cast: Cast) -> Thing:
    return rename_organization(actor=actor, organization=cast.organization, name="Acme Works")


def _project(actor: Actor, cast: Cast) -> Thing:
    return create_project(
        actor=actor, organization=cast.organization, slug="infra", name="Infra", description="x"
    )


def _repository(actor: Actor, cast: Cast) -> Thing:
    return create_repository(actor=actor, project=cast.project, name="web/shop", public=True)


def _change(actor: Actor, cast: Cast) -> Thing:
    return change_repository(
        actor=actor, repository=cast.repository, description="The API", public=True
    )


# change, what it needs, action, kind and label of the target, before, after
CHANGES = [
    (
        _rename,
        Permission.ORGANIZATION_UPDATE,
        "organization:updated",
        "organization",
        "acme",
        {"name": "Acme"},
        {"name": "Acme Works"},
    ),
    (
        _project,
        Permission.PROJECT_CREATE,
        "project:created",
        "project",
        "acme/infra",
        {},
        {"slug": "infra", "name": "Infra", "description": "x", "public": False},
    ),
    (
        _repository,
        Permission.REPOSITORY_CREATE,
        "repository:created",
        "repository",
        "acme/payments/web/shop",
        {},
        {"name": "web/shop", "description": "", "public": True},
    ),
    (
        _change,
        Permission.REPOSITORY_UPDATE,
        "repository:updated",
        "repository",
        "acme/payments/api",
        {"description": "", "public": False},
        {"description": "The API", "public": True},
    ),
]
NAMES = [row[2] for row in CHANGES]
IMPLY_PULL = {Permission.ARTIFACT_PULL, Permission.ARTIFACT_PUSH}


@pytest.mark.parametrize(
    ("change", "needed", "action", "kind", "label", "before", "after"), CHANGES, ids=NAMES
)
def test_a_change_writes_one_event(
    cast: Cast,
    change: Change,
    needed: Permission,
    action: str,
    kind: str,
    label: str,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    # Whoever makes a repository public gives everyone pull, so must hold it.
    pull = [Permission.ARTIFACT_PULL] if kind == "repository" else []
    actor = holder(cast.organization, needed, *pull)
    # Whoever may create projects and holds less there becomes the project's admin.
    if action == "project:created":
        after = after | {"admin": actor.login_name}
    with events_written() as events:
        thing = change(actor, cast)
    (event,) = events
    assert (event.action, event.actor_kind, event.actor_uuid) == (action, "robot", actor.uuid)
    assert (event.actor_label, event.organization_slug) == (actor.login_name, "acme")
    assert (event.target_kind, event.target_label) == (kind, label)
    assert event.target_uuid == thing.uuid
    assert (event.before, event.after) == (before, after)


@pytest.mark.parametrize("change", [_repository, _change])
def test_who_may_not_pull_makes_nothing_public(cast: Cast, change: Change) -> None:
    actor = holder(cast.organization, *(set(Permission) - IMPLY_PULL))
    before = everything()
    with events_written() as events, pytest.raises(MissingPermission) as refused:
        change(actor, cast)
    assert refused.value.permission == Permission.ARTIFACT_PULL
    assert (events, everything()) == ([], before)


def test_an_owner_is_not_made_admin_of_a_new_project(cast: Cast) -> None:
    with events_written() as events:
        _project(cast.owner, cast)
    assert "admin" not in events[0].after


def test_a_project_at_a_used_path_says_so(cast: Cast) -> None:
    retire(["acme/infra"])
    with events_written() as events:
        with pytest.raises(UsedBefore):
            _project(cast.owner, cast)
        create_project(
            actor=cast.owner, organization=cast.organization, slug="infra", name="X", reuse=True
        )
    assert [event.after["used_before"] for event in events] == [True]


def everything() -> list[object]:
    return [
        [list(model.objects.order_by("pk").values())]
        for model in (Organization, Project, Repository)
    ]


@pytest.mark.parametrize(("change", "needed"), [row[:2] for row in CHANGES], ids=NAMES)
def test_without_the_permission_nothing_is_written(
    cast: Cast, change: Change, needed: Permission
) -> None:
    actor = holder(cast.organization, *(set(Permission) - {needed}))
    before = everything()
    with events_written() as events, pytest.raises(MissingPermission) as refused:
        change(actor, cast)
    assert refused.value.permission == needed
    assert (events, everything()) == ([], before)


@pytest.mark.parametrize(("change", "needed"), [row[:2] for row in CHANGES], ids=NAMES)
def test_what_is_held_in_another_organization_counts_for_nothing(
    cast: Cast, change: Change, needed: Permission
) -> None:
    with events_written() as events, pytest.raises(MissingPermission):
        change(cast.stranger, cast)
    assert events == []


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nb", "a\x00b", "\u202eevil"])
def test_a_wrong_name_changes_nothing(cast: Cast, name: str) -> None:
    with events_written() as events:
        with pytest.raises(ValidationError):
            rename_organization(actor=cast.owner, organization=cast.organization, name=name)
        with pytest.raises(ValidationError):
            create_project(
                actor=cast.owner, organization=cast.organization, slug="infra", name=name
            )
    assert events == []
    assert Organization.objects.get(slug="acme").name == "Acme"
    assert not Project.objects.filter(slug="infra").exists()


@pytest.mark.parametrize(
    "slug", ["", "A", "a b", "-a", "a-", "a--b", "new", "payments", "a" * 64, "ä", "a/b"]
)
def test_a_wrong_or_taken_slug_makes_no_project(cast: Cast, slug: str) -> None:
    with pytest.raises(ValidationError) as refused:
        create_project(actor=cast.owner, organization=cast.organization, slug=slug, name="X")
    assert refused.value.messages
    assert cast.organization.projects.count() == 1


def test_two_organizations_may_have_a_project_of_the_same_slug(cast: Cast) -> None:
    assert (cast.project.slug, cast.other_project.slug) == ("payments", "payments")


@pytest.mark.parametrize("name", ["", "A", "a//b", "/a", "a/", "a..b", "a___b", "a b", "api", "é"])
def test_a_wrong_or_taken_name_makes_no_repository(cast: Cast, name: str) -> None:
    with pytest.raises(ValidationError):
        create_repository(actor=cast.owner, project=cast.project, name=name)
    assert cast.project.repositories.count() == 1


def test_the_whole_path_of_a_repository_has_a_limit(cast: Cast) -> None:
    room = 255 - len("acme/payments/")
    create_repository(actor=cast.owner, project=cast.project, name="a" * room)
    with pytest.raises(ValidationError, match="The whole path may have at most 255 characters"):
        create_repository(actor=cast.owner, project=cast.project, name="b" * (room + 1))


@pytest.mark.parametrize("description", ["x" * 501, "a\x00b", "\ufffd"])
def test_a_wrong_description_changes_nothing(cast: Cast, description: str) -> None:
    with events_written() as events, pytest.raises(ValidationError):
        change_repository(
            actor=cast.owner, repository=cast.repository, description=description, public=True
        )
    assert events == []
    assert not Repository.objects.get(pk=cast.repository.pk).public


def test_changing_a_repository_that_went_meanwhile_is_a_conflict(cast: Cast) -> None:
    Repository.objects.filter(pk=cast.repository.pk).delete()
    with events_written() as events, pytest.raises(Conflict):
        _change(cast.owner, cast)
    assert events == []


def test_a_project_admin_changes_nothing_of_other_projects(cast: Cast) -> None:
    admin = holder(cast.organization, *Permission, project=cast.project)
    assert create_repository(actor=admin, project=cast.project, name="own").pk
    elsewhere = create_project(
        actor=cast.owner, organization=cast.organization, slug="infra", name="Infra"
    )
    with pytest.raises(MissingPermission):
        create_repository(actor=admin, project=elsewhere, name="foreign")
    with pytest.raises(MissingPermission):
        _rename(admin, cast)
