"""The cast: one organization with everything in it, one person per role, and a stranger."""

import gc
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.template import Template
from django.test import Client
from django.test.utils import _TestState
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from console import keyring
from console.models import Organization, Project, Repository, Service
from console.permissions.vocabulary import TICKABLE
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.models import PermissionRecording, Robot, SigningKey, Token
from robots.secrets import signing_keys
from robots.tokens.services.minting import Minted
from robots.tokens.services.tokens import create_token
from teams.models import Membership, User
from tests import deciding
from tests.browsers import CheckedClient, browser, close_streams
from tests.database_copies import DatabaseCopies
from tests.factories import (
    MembershipFactory,
    OrganizationFactory,
    ProjectFactory,
    RepositoryFactory,
    UserFactory,
)
from tests.leak_search import Haystack, logged
from tests.migrated_database import copied_to_memory
from tests.pickled_content import PickledContent
from tests.remembered import forget, forget_counts
from tests.rules import profiles
from tests.worlds import OpenWorlds, worlds_of

# While the tests are loaded, next to nothing becomes garbage.
gc.disable()
profiles.register()
deciding.install()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one world together, in whatever order they came; what begins with most first."""
    items.sort(key=lambda test: -len(worlds_of(test)))


def pytest_collection_finish() -> None:
    """What is loaded by now stays; Python need not look through it again for what has become garbage."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 50, 100)


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """Each test has all its tries."""
    forget_counts()
    forget()
    if settings.ROSTER_REDIS_URL:
        cache.clear()


@pytest.fixture(autouse=True)
def _no_checkpoints() -> None:
    """Those that another test wrote tell of chains that are not there now."""
    settings.ROSTER_AUDIT_CHECKPOINTS.unlink(missing_ok=True)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The present moment, at which the clock stands until a test moves it: no midnight comes between."""
    with time_machine.travel(timezone.now(), tick=False) as moved:
        yield moved


@pytest.fixture(scope="session", autouse=True)
def _templates_rendered_as_ever(django_test_environment: None) -> Iterator[None]:
    """Not as Django's test environment does, which copies the context of each template it renders.

    No test asks for these contexts, and one asks for thousands of pages.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", vars(_TestState)["saved_data"].template_render)
        yield


@pytest.fixture(autouse=True)
def _streams_ended() -> Iterator[None]:
    yield
    close_streams()


@dataclass
class Cast:
    """Who and what a test may meet. `other_*` belongs to an organization the cast is not in."""

    organization: Organization
    project: Project
    repository: Repository
    robot: Robot
    organization_robot: Robot
    minted: Minted
    owner: User
    member: User
    stranger: User
    operator: User
    disabled: User
    other_organization: Organization
    other_project: Project
    other_repository: Repository
    other_robot: Robot
    other_minted: Minted
    # What `furnish` made that stands in addresses, by organization.
    places: dict[int, dict[str, object]] = field(default_factory=dict)

    @property
    def token(self) -> Token:
        return self.minted.token

    @property
    def secret(self) -> str:
        return self.minted.plaintext.reveal()


def person(organization: Organization, role: str, email: str) -> User:
    user = UserFactory(email=email, name=email.split("@", maxsplit=1)[0].title())
    MembershipFactory(organization=organization, user=user, role=role)
    return user


def project_of(
    organization: Organization, owner: User
) -> tuple[Project, Repository, Robot, Minted]:
    project = ProjectFactory(organization=organization, slug="payments", name="Payments")
    repository = RepositoryFactory(project=project, name="api")
    robot = create_robot(
        actor=owner,
        organization=organization,
        project=project,
        name="ci",
        grants=[GrantRequest(project, frozenset(TICKABLE))],
    )
    # Compact secrets cost no RSA signature.
    return (
        project,
        repository,
        robot,
        create_token(actor=owner, robot=robot, name="nightly", kind="compact"),
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    pytestconfig: pytest.Config,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """The settings as they are; a database in memory has its schema already.

    A run of another day keeps nothing for others, and may take what one of today has kept.
    """
    keeps = pytestconfig.pluginmanager.hasplugin("cacheprovider")
    kept_today = pytestconfig.rootpath / ".pytest_cache/d/migrated"
    folder = pytestconfig.cache.mkdir("migrated") if keeps else kept_today
    with ExitStack() as kept:
        with django_db_blocker.unblock():
            kept.enter_context(copied_to_memory(folder, is_made=keeps))
        yield


@pytest.fixture(scope="session")
def worlds(django_db_blocker: DjangoDbBlocker) -> Iterator[OpenWorlds]:
    opened = OpenWorlds(
        {
            "cast": lambda: PickledContent(make_cast()),
            "furnished": lambda: PickledContent(furnish(opened.content("cast").copy())),
        }
    )
    yield opened
    with django_db_blocker.unblock():
        opened.enter([])


@pytest.fixture(scope="session")
def copies() -> Iterator[DatabaseCopies]:
    kept = DatabaseCopies()
    yield kept
    kept.close()


@pytest.fixture
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    worlds: OpenWorlds,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """The database, its keyring, and the worlds that the test begins with, ahead of its own transaction."""
    with django_db_blocker.unblock():
        keyring.create()
        keyring.current()
        worlds.enter(worlds_of(request.node))


@pytest.fixture
def cast(db: None, worlds: OpenWorlds, copies: DatabaseCopies) -> Cast:
    made = worlds.content("furnished") or worlds.content("cast")
    content: PickledContent[Cast] = made or copies.begin_with(
        "cast", lambda: PickledContent(make_cast())
    )
    return content.copy()


def make_site() -> None:
    """What belongs to no organization. RSA keys are dear to make, so all tests of a world sign with one.

    A migration made the service, and a test that empties all tables takes it along.
    """
    signing_keys.forget()
    signing_keys.ensure(SigningKey.Purpose.ROBOT_TOKENS)
    Service.objects.get_or_create(from_environment=True)
    PermissionRecording.objects.update_or_create(defaults={"began_on": timezone.now().date()})


def make_cast() -> Cast:
    make_site()
    organization = OrganizationFactory(slug="acme", name="Acme")
    other = OrganizationFactory(slug="globex", name="Globex")
    owner = person(organization, Membership.Role.OWNER, "owner@example.com")
    stranger = person(other, Membership.Role.OWNER, "stranger@example.com")
    project, repository, robot, minted = project_of(organization, owner)
    other_project, other_repository, other_robot, other_minted = project_of(other, stranger)
    return Cast(
        organization=organization,
        project=project,
        repository=repository,
        robot=robot,
        organization_robot=create_robot(actor=owner, organization=organization, name="deploy"),
        minted=minted,
        owner=owner,
        member=person(organization, Membership.Role.MEMBER, "member@example.com"),
        stranger=stranger,
        operator=UserFactory(email="operator@example.com", is_superuser=True),
        disabled=UserFactory(email="disabled@example.com", is_active=False),
        other_organization=other,
        other_project=other_project,
        other_repository=other_repository,
        other_robot=other_robot,
        other_minted=other_minted,
    )


@pytest.fixture
def furnished(cast: Cast, worlds: OpenWorlds) -> Cast:
    """The cast with teams, a role, an invitation and members of the project in both organizations."""
    return cast if worlds.content("furnished") else furnish(cast)


def furnish(cast: Cast) -> Cast:
    from tests.fixtures import furnish_more

    furnish_more(cast)
    return cast


@pytest.fixture
def as_owner(cast: Cast) -> Client:
    """A browser in which the owner is signed in."""
    return browser(cast.owner)


@pytest.fixture
def client() -> CheckedClient:
    return CheckedClient()


@pytest.fixture
def haystack() -> Iterator[Haystack]:
    """Where secrets are searched for, everything that is logged from now on included."""
    found = Haystack()
    with logged(found):
        yield found
