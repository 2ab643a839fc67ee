"""What a registry says is in use is registered: private, once, and never against a deletion."""

import pytest

from console.audit.sentences import sentence
from console.models import Project, Repository, RetiredPath
from console.organizations.services import create_project, create_repository, update_project
from robots.access.services.deletions import delete_project, delete_repository
from robots.access.services.organization_deletion import delete_organization
from tests.actors import events_written
from tests.conftest import Cast
from tests.front import basic
from tests.registry import granted
from tests.robots.artifacts.telling import LAYER, Registry, event

NEW = "acme/payments/team/new"


def registered(path: str = NEW) -> Repository | None:
    organization, project, name = path.split("/", 2)
    found = Repository.objects.filter(project__organization__slug=organization)
    return found.filter(project__slug=project, name=name).first()


@pytest.mark.parametrize("action", ["push", "pull"])
def test_what_is_used_is_registered_private_whatever_the_project_says(
    cast: Cast, registry: Registry, action: str
) -> None:
    update_project(actor=cast.owner, project=cast.project, public=True)
    with events_written() as events:
        registry.tells(event(action, path=NEW), event(action, path=NEW))
    made = registered()
    assert made
    assert (made.public, made.description) == (False, "")
    (written,) = events
    assert (written.action, written.target_uuid) == ("repository:registered", made.uuid)
    assert written.after["seen"] == f"{action} by robot_acme.payments+ci"
    assert written.after["public"] is False
    said = f"service registry registered the repository {NEW} that it saw in use"
    assert sentence(written) == said


def test_the_registry_did_it_and_nobody_else(cast: Cast, registry: Registry) -> None:
    """Of the robot account, the registry alone has seen anything."""
    with events_written() as events:
        registry.tells(event(path=NEW))
    service = registry.service
    assert (events[0].actor_kind, events[0].actor_uuid) == ("verifier", service.uuid)


def test_it_gives_nobody_anything(cast: Cast, registry: Registry) -> None:
    login = basic(cast.robot.login_name, cast.secret)
    asked = f"/service/token?service=registry&scope=repository:{NEW}:pull,push,delete"
    before = granted(login, asked), granted(None, asked)
    registry.tells(event(path=NEW))
    assert (granted(login, asked), granted(None, asked)) == before
    assert before == (["delete", "pull", "push"], [])


IGNORED = {
    "an unknown organization": "nowhere/payments/new",
    "an unknown project": "acme/nothing/new",
    "no project": "acme/new",
    "neither": "new",
    "another spelling": "acme/payments/New",
    "nothing behind": "acme/payments/",
    "slashes": "acme/payments//new",
}


@pytest.mark.parametrize("what", IGNORED)
def test_what_is_no_path_of_a_project_is_ignored(registry: Registry, what: str) -> None:
    before = Repository.objects.count()
    registry.tells(event(path=IGNORED[what]), ignored=1)
    assert Repository.objects.count() == before


@pytest.mark.parametrize("action", ["delete", "mount"])
def test_neither_a_deletion_nor_a_layer_registers(registry: Registry, action: str) -> None:
    registry.tells(event(action, path=NEW), ignored=1)
    registry.tells(event("push", "", path=NEW, mediaType=LAYER), ignored=1)
    assert registered() is None


def test_a_path_that_was_deleted_stays_so_and_is_noted_as_seen(
    cast: Cast, registry: Registry
) -> None:
    registry.tells(event(path=NEW))
    made = registered()
    assert made
    delete_repository(actor=cast.owner, repository=made)
    assert RetiredPath.objects.get(path=NEW).seen_at is None
    with events_written() as events:
        registry.tells(event("delete", path=NEW), ignored=1)
        assert RetiredPath.objects.get(path=NEW).seen_at is None
        registry.tells(event(path=NEW), ignored=1)
    assert not events
    assert registered() is None
    assert RetiredPath.objects.get(path=NEW).seen_at
    again = create_repository(actor=cast.owner, project=cast.project, name="team/new", reuse=True)
    registry.tells(event(path=NEW))
    assert again.tags.count() == 1


def test_what_was_in_a_deleted_project_is_not_registered_in_its_successor(
    cast: Cast, registry: Registry
) -> None:
    registry.tells(event(path=NEW))
    delete_project(actor=cast.owner, project=cast.project)
    registry.tells(event(path=NEW), ignored=1)
    create_project(
        actor=cast.owner,
        organization=cast.organization,
        slug="payments",
        name="Payments",
        reuse=True,
    )
    registry.tells(event(path=NEW), ignored=1)
    assert registered() is None
    registry.tells(event(path="acme/payments/other"))


def test_nothing_is_registered_in_a_deleted_organization(cast: Cast, registry: Registry) -> None:
    delete_organization(actor=cast.owner, organization=cast.organization)
    registry.tells(event(path=NEW), ignored=1)
    assert not Project.objects.filter(organization__slug="acme").exists()


def test_an_organizations_registry_speaks_of_its_own_paths_alone(cast: Cast) -> None:
    own, foreign = Registry(cast, cast.organization), Registry(cast, cast.other_organization)
    foreign.tells(event(path=NEW), event(), ignored=2)
    assert registered() is None
    assert not cast.repository.tags.exists()
    own.tells(event(path=NEW))
    assert registered()
