"""Whatever takes something away counts at every verifier and issuing endpoint with the next request."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.models import Organization, Repository
from console.organizations.services import change_repository
from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_project, delete_repository, delete_team
from robots.access.services.organization_deletion import delete_organization
from robots.accounts.services.robots import delete_robot, disable_robot
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from robots.models import Robot, Token
from robots.secrets import signing_keys
from robots.tokens.services.secrets import rotate_token
from robots.tokens.services.suspension import disable_token
from robots.tokens.services.tokens import create_personal_token, create_token, delete_token
from robots.usage.flush import flush
from teams.grants.services import GrantSpec, give, take
from teams.models import TeamGrant
from teams.roles.services import create_role, update_role
from teams.teams.services import create_team
from tests.browsers import browser
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.verifiers import proxied
from tests.robots.verifiers.asking import access
from tests.robots.verifiers.oauth.asking import API, introspect, post, proof, register

pytestmark = pytest.mark.usefixtures("listed")

PLACE, PULL = "acme/payments/api", Permission.ARTIFACT_PULL
SCOPE = f"/service/token?service=registry&scope=repository:{PLACE}:pull"
MANIFEST = f"/v2/{PLACE}/manifests/latest"
# Whether a login of name and secret may pull there, by who is asked.
Asked = dict[str, bool]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    signing_keys.forget()


class Puller:
    """A robot of the organization that may pull by a custom role, which it has through a team.

    The services that ask are `home`'s, or the site's.
    """

    def __init__(self, cast: Cast, home: Organization | None) -> None:
        self.cast, owner, organization = cast, cast.owner, cast.organization
        self.robot = cast.organization_robot
        self.team = create_team(actor=owner, organization=organization, name="pullers")
        add_team_robots(actor=owner, team=self.team, robots=[self.robot])
        self.role = create_role(
            actor=owner, organization=organization, name="pull", permissions=frozenset({PULL})
        )
        spec = GrantSpec(organization, cast.project, custom_role=self.role)
        give(actor=owner, holder=self.team, spec=spec)
        minted = create_token(actor=owner, robot=self.robot, name="pull", kind="compact")
        self.token, self.secret = minted.token, minted.plaintext.reveal()
        self.service = proof(cast, register(cast, home))
        self.proxy = proxied.register(cast, home)
        self.access = self._oauth().json["access_token"]

    @property
    def login(self) -> str:
        return basic(self.robot.login_name, self.secret)

    def _oauth(self) -> Any:
        fields = {"grant_type": "client_credentials", "audience": API, "scope": str(PULL)}
        return post("token", fields, self.login)

    def asked(self) -> Asked:
        """What each of them says now."""
        registry = ask(SCOPE, authorization=self.login)
        return {
            "registry": registry.status == 200 and "pull" in access(registry).get(PLACE, []),
            "oauth token": self._oauth().status == 200,
            "introspection": PULL in introspect(self.service, self.secret).get("scope", ""),
            "access token": introspect(self.service, self.access)["active"],
            "verify": self._verification().status == 200,
            "proxy": self._question().status == 200,
        }

    def _verification(self) -> proxied.Reply:
        return proxied.verification(self.login, PULL, PLACE, self.proxy.identifier)

    def _question(self) -> proxied.Reply:
        return proxied.question("GET", MANIFEST, self.login, service=self.proxy.identifier)

    def api(self) -> int:
        headers = {"Authorization": f"Bearer {self.secret}"}
        status: int = browser(headers=headers).get("/api/v1/me/").status_code
        return status


@pytest.fixture
def puller(cast: Cast) -> Puller:
    return Puller(cast, cast.organization)


def _past() -> Any:
    return timezone.now() - timedelta(seconds=1)


def _first_use(it: Puller) -> None:
    """The new secret is used, and that is written down: so ends the old one."""
    current = it.token.secrets.get().pk
    minted = rotate_token(
        actor=it.cast.owner, token=it.token, current=current, old_ends="first-use", kind="compact"
    )
    login = basic(it.robot.login_name, minted.plaintext.reveal())
    assert ask(SCOPE, authorization=login).status == 200
    assert flush()


Change = Callable[[Puller], object]
# What ends a credential: nobody takes it any more.
ENDS: dict[str, Change] = {
    "token deleted": lambda it: delete_token(actor=it.cast.owner, token=it.token),
    "token blocked": lambda _: Token.objects.update(blocked_at=_past()),
    "token disabled": lambda it: disable_token(actor=it.cast.owner, token=it.token),
    "token expired": lambda _: Token.objects.update(expires_at=_past()),
    "secret ended": lambda it: it.token.secrets.update(ends_at=_past()),
    "first use of the new secret": _first_use,
    "robot disabled": lambda it: disable_robot(actor=it.cast.owner, robot=it.robot),
    "robot expired": lambda _: Robot.objects.update(expires_at=_past()),
    "robot deleted": lambda it: delete_robot(actor=it.cast.owner, robot=it.robot),
    "organization deleted": lambda it: delete_organization(
        actor=it.cast.owner, organization=it.cast.organization
    ),
    "another network": lambda _: Token.objects.update(addresses="203.0.113.0/24"),
}
# What takes a right away: the credential is good for whatever else it may.
LOSSES: dict[str, Change] = {
    "out of the team": lambda it: remove_team_robot(
        actor=it.cast.owner, team=it.team, robot=it.robot
    ),
    "team deleted": lambda it: delete_team(actor=it.cast.owner, team=it.team),
    "grant taken": lambda it: take(
        actor=it.cast.owner, grant=TeamGrant.objects.with_names().get(team=it.team)
    ),
    "role changed": lambda it: update_role(
        actor=it.cast.owner, role=it.role, permissions=frozenset({Permission.SCAN_CREATE})
    ),
    "project deleted": lambda it: delete_project(actor=it.cast.owner, project=it.cast.project),
}


@pytest.mark.parametrize("what", ENDS)
def test_what_ends_a_credential_counts_everywhere(cast: Cast, what: str) -> None:
    # The services of an organization end with it.
    puller = Puller(cast, None if what == "organization deleted" else cast.organization)
    before = puller.asked()
    assert before == dict.fromkeys(before, True)
    assert puller.api() == 200
    ENDS[what](puller)
    assert puller.asked() == dict.fromkeys(before, False)
    assert puller.api() == 401


@pytest.mark.parametrize("what", LOSSES)
def test_what_takes_a_right_away_counts_everywhere(puller: Puller, what: str) -> None:
    before = puller.asked()
    assert before == dict.fromkeys(before, True)
    LOSSES[what](puller)
    assert puller.asked() == dict.fromkeys(before, False)
    assert puller.api() == 200


@pytest.mark.parametrize("what", ["made private", "deleted"])
def test_what_is_public_no_longer_is_pulled_by_nobody(
    cast: Cast, puller: Puller, what: str
) -> None:
    Repository.objects.update(public=True)

    def anonymous() -> list[bool]:
        registry = ask(SCOPE)
        granted = registry.status == 200 and bool(access(registry).get(PLACE))
        return [granted, proxied.question("GET", MANIFEST).status == 200]

    assert anonymous() == [True, True]
    repository = Repository.objects.get(pk=cast.repository.pk)
    if what == "deleted":
        delete_repository(actor=cast.owner, repository=repository)
    else:
        change_repository(actor=cast.owner, repository=repository, public=False)
    assert anonymous() == [False, False]


def test_a_person_who_is_disabled_is_let_in_nowhere(cast: Cast) -> None:
    everything = {"personal_tokens": "all"}
    service = proof(cast, register(cast, cast.organization, **everything))
    proxied.register(cast, cast.organization, **everything)
    minted = create_personal_token(actor=cast.owner, name="laptop", kind="compact")
    secret = minted.plaintext.reveal()
    login = basic(str(minted.token.uuid), secret)

    def asked() -> list[bool]:
        headers = {"Authorization": f"Bearer {secret}"}
        return [
            introspect(service, secret)["active"],
            proxied.verification(login, PULL, PLACE).status == 200,
            proxied.question("GET", MANIFEST, login).status == 200,
            browser(headers=headers).get("/api/v1/me/").status_code == 200,
        ]

    assert asked() == [True] * 4
    type(cast.owner).objects.filter(pk=cast.owner.pk).update(is_active=False)
    assert asked() == [False] * 4
