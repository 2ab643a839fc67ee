"""Whatever takes something away counts at every verifier and issuing endpoint with the next request."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from console import keyring
from console.models import Repository, Service
from console.organizations.services import change_repository
from console.permissions.vocabulary import Permission
from console.services.services import delete_service
from robots.access.services.deletions import delete_project, delete_repository, delete_team
from robots.access.services.organization_deletion import delete_organization
from robots.accounts.services.editing import update_robot
from robots.accounts.services.robots import delete_robot, disable_robot
from robots.accounts.services.teams import remove_team_robot
from robots.models import Token
from robots.policies.services import PolicyAt, change_policy
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.secrets import end_secret, rotate_token
from robots.tokens.services.suspension import disable_token
from robots.tokens.services.tokens import create_personal_token, delete_token
from robots.usage.flush import flush
from teams.grants.services import take
from teams.models import TeamGrant
from teams.roles.services import update_role
from tests.browsers import browser
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.verifiers import proxied
from tests.robots.verifiers.asking import access
from tests.robots.verifiers.kubernetes import asking as clusters
from tests.robots.verifiers.oauth.asking import introspect, proof, register
from tests.robots.verifiers.observing import observe_robot, observe_token
from tests.robots.verifiers.puller import MANIFEST, PLACE, PULL, SCOPE, Puller
from tests.scanning import report

pytestmark = pytest.mark.usefixtures("listed", "fresh_keys")
SOON = timedelta(hours=1)
Change = Callable[[Puller], object]


def _old_secret(it: Puller, old_ends: str) -> tuple[int, str]:
    """Another secret takes the place of the one that is asked with: that one's number, and the new secret."""
    current = it.token.secrets.get().pk
    minted = rotate_token(
        actor=it.owner, token=it.token, current=current, old_ends=old_ends, kind="compact"
    )
    return current, minted.plaintext.reveal()


def _end_secret(it: Puller) -> None:
    current, _ = _old_secret(it, "by-hand")
    end_secret(actor=it.owner, token=it.token, secret_id=current)


def _first_use(it: Puller) -> None:
    """The new secret is used, and that is written down: so ends the old one."""
    _, secret = _old_secret(it, "first-use")
    assert ask(SCOPE, authorization=basic(it.robot.login_name, secret)).status == 200
    assert flush()


def _block(it: Puller) -> None:
    change_policy(
        actor=it.owner, policy=PolicyAt(it.cast.organization), never_allowed=False, default_days=30
    )
    assert Token.objects.get(pk=it.token.pk).blocked_at


# What ends a credential: nobody takes it any more.
ENDS: dict[str, Change] = {
    "token deleted": lambda it: delete_token(actor=it.owner, token=it.token),
    "token blocked": _block,
    "token disabled": lambda it: disable_token(actor=it.owner, token=it.token),
    "leak reported": lambda it: report({"credentials": [it.secret]}),
    "secret ended": _end_secret,
    "first use of the new secret": _first_use,
    "robot disabled": lambda it: disable_robot(actor=it.owner, robot=it.robot),
    "robot deleted": lambda it: delete_robot(actor=it.owner, robot=it.robot),
    "organization deleted": lambda it: delete_organization(
        actor=it.owner, organization=it.cast.organization
    ),
    "another network": lambda it: change_token_addresses(
        actor=it.owner, token=it.token, addresses="203.0.113.0/24"
    ),
    "another network for the robot": lambda it: update_robot(
        actor=it.owner, robot=it.robot, addresses="203.0.113.0/24"
    ),
    "another network, while the robot's are observed": lambda it: (
        observe_robot(it),
        change_token_addresses(actor=it.owner, token=it.token, addresses="203.0.113.0/24"),
    ),
    "another network for the robot, while the token's are observed": lambda it: (
        observe_token(it),
        update_robot(actor=it.owner, robot=it.robot, addresses="203.0.113.0/24"),
    ),
    "observed networks are enforced": lambda it: (
        observe_token(it),
        change_token_addresses(actor=it.owner, token=it.token, network_mode="enforce"),
    ),
    "the robot's observed networks are enforced": lambda it: (
        observe_robot(it),
        update_robot(actor=it.owner, robot=it.robot, network_mode="enforce"),
    ),
}
# What has an end, which comes without anybody's doing.
EXPIRE: dict[str, Change] = {
    "token": lambda it: change_token_expiry(
        actor=it.owner, token=it.token, expires_at=timezone.now() + SOON
    ),
    "robot": lambda it: update_robot(
        actor=it.owner, robot=it.robot, expires_at=timezone.now() + SOON
    ),
    "secret": lambda it: _old_secret(it, "1h"),
}
# What takes a right away: the credential is good for whatever else it may.
LOSSES: dict[str, Change] = {
    "out of the team": lambda it: remove_team_robot(actor=it.owner, team=it.team, robot=it.robot),
    "team deleted": lambda it: delete_team(actor=it.owner, team=it.team),
    "grant taken": lambda it: take(
        actor=it.owner, grant=TeamGrant.objects.with_names().get(team=it.team)
    ),
    "role changed": lambda it: update_role(
        actor=it.owner, role=it.role, permissions=frozenset({Permission.SCAN_CREATE})
    ),
    "project deleted": lambda it: delete_project(actor=it.owner, project=it.cast.project),
}


@pytest.mark.parametrize("busy", [False, True], ids=["quiet", "busy"])
@pytest.mark.parametrize("what", ENDS)
def test_what_ends_a_credential_counts_everywhere(cast: Cast, what: str, busy: bool) -> None:
    # The services of an organization end with it.
    puller = Puller(cast, None if what == "organization deleted" else cast.organization)
    puller.is_let_in_and_remembered(busy=busy)
    ENDS[what](puller)
    assert not any(puller.asked().values()), puller.asked()
    assert puller.api() == 401


@pytest.mark.parametrize("what", EXPIRE)
def test_an_end_counts_everywhere(puller: Puller, what: str, clock: time_machine.Traveller) -> None:
    EXPIRE[what](puller)
    puller.is_let_in_and_remembered()
    clock.shift(SOON)
    assert not any(puller.asked().values()), puller.asked()
    assert puller.api() == 401


@pytest.mark.parametrize("what", LOSSES)
def test_what_takes_a_right_away_counts_everywhere(puller: Puller, what: str) -> None:
    puller.is_let_in_and_remembered()
    LOSSES[what](puller)
    asked = puller.asked()
    # It is told of teams, and has rules of its own for what they may do.
    assert asked.pop("cluster") is ("team" not in what)
    assert not any(asked.values()), asked
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
    cluster = clusters.proof(cast, clusters.register(cast, cast.organization, **everything))
    minted = create_personal_token(actor=cast.owner, name="laptop", kind="compact")
    secret = minted.plaintext.reveal()
    login = basic(str(minted.token.uuid), secret)

    def asked() -> list[bool]:
        headers = {"Authorization": f"Bearer {secret}"}
        return [
            introspect(service, secret)["active"],
            clusters.reviewed(cluster, secret)["authenticated"],
            proxied.verification(login, PULL, PLACE).status == 200,
            proxied.question("GET", MANIFEST, login).status == 200,
            browser(headers=headers).get("/api/v1/me/").status_code == 200,
        ]

    assert asked() == [True] * 5
    type(cast.owner).objects.filter(pk=cast.owner.pk).update(is_active=False)
    assert asked() == [False] * 5


@pytest.mark.parametrize("kind", ["resource", "proxy", "cluster"])
def test_a_service_that_is_deleted_is_answered_no_more(puller: Puller, kind: str) -> None:
    puller.is_let_in_and_remembered()
    service = Service.objects.get(kind=kind)
    delete_service(actor=puller.owner, service=service)
    ask_it = {
        "resource": ("oauth token", "introspection", "access token"),
        "proxy": ("verify", "proxy"),
        "cluster": ("cluster",),
    }
    expected = {who: who not in ask_it[kind] for who in puller.asked()}
    assert puller.asked() == expected


def test_a_root_that_is_taken_from_the_keyring_is_believed_no_more(
    puller: Puller, settings: Settings, tmp_path: Path
) -> None:
    """What was made under it is refused as a fault of the site, also where it is remembered."""
    copied = tmp_path / "keyring.json"
    copied.write_bytes(settings.ROSTER_KEYRING_FILE.read_bytes())
    settings.ROSTER_KEYRING_FILE = copied
    puller.is_let_in_and_remembered()
    keyring.add_root()
    puller.is_let_in_and_remembered()
    newer = [root for root in json.loads(copied.read_text())["roots"] if root["number"] != 1]
    copied.write_text(json.dumps({"roots": newer}))
    assert not any(puller.asked().values())
